//! `quintet`: five decision services for a trading and credit desk, in one binary.
//!
//! # Exit codes
//!
//! 0 done · 1 failed · 2 the command line is wrong · 78 the settings are not usable

use std::process::ExitCode;

use clap::Parser as _;
use platform::settings::SettingsError;
use server::cli::{Cli, run};

/// `EX_CONFIG` of sysexits.h.
const EXIT_SETTINGS: u8 = 78;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The second crypto provider that a dependency may bring must not be picked by accident.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("quintet: {error:#}");
            if error.downcast_ref::<SettingsError>().is_some() {
                return ExitCode::from(EXIT_SETTINGS);
            }
            ExitCode::FAILURE
        }
    }
}
