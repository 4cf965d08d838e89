//! Keeps the shape of the workspace: what Cargo and clippy do not check by themselves.
//!
//! - [`check_crates`] reads the manifests: which crate may depend on which, and that lints are on.
//! - [`check_modules`] reads the services: which module may name which.
//! - [`check_files`] reads every source: length, and left-overs.
//! - [`check_schemas`] reads the types of the interface: two under one name.
//! - [`check_links`] reads the documents: links that lead nowhere.

use std::path::Path;
use std::process::ExitCode;

use crate::{check_crates, check_files, check_links, check_modules, check_schemas};

/// Prints every line that breaks a rule, and fails if there is one.
pub(crate) fn check(root: &Path) -> anyhow::Result<ExitCode> {
    let mut broken = check_crates::check(root)?;
    broken.extend(check_modules::check(root)?);
    broken.extend(check_files::check(root)?);
    broken.extend(check_schemas::check(root)?);
    broken.extend(check_links::check(root)?);

    for line in &broken {
        println!("{line}");
    }
    println!("layers: {} rules broken", broken.len());
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
