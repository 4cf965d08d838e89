//! Backups: everything that cannot be computed again, with a checksum for each file.
//!
//! A backup is a directory: the databases, the objects, the signing key, and `manifest.json`, which
//! is written last. A backup without a manifest is not one. SQLite files are copied with `VACUUM
//! INTO` while the server runs; PostgreSQL is dumped with `pg_dump` and restored with `pg_restore`.
//! Objects in a bucket are not copied: the bucket has versions and a backup of its own.
//!
//! A restore stages all files beside the old ones, then moves them into place; killed halfway, it
//! is completed or undone at the next start ([`restore::finish_interrupted`]).

mod create;
mod manifest;
mod objects;
mod postgres;
pub(crate) mod restore;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// `quintet backup …`
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Copies everything into a new directory under OUTPUT; the server may run.
    Create {
        /// Where backups are kept.
        #[arg(long, default_value = "backups")]
        output: PathBuf,
        /// Removes complete backups under OUTPUT but the newest this many.
        #[arg(long)]
        keep: Option<usize>,
    },
    /// Compares every file with its checksum, and asks every database whether it is sound.
    Verify {
        /// A backup.
        backup: PathBuf,
    },
    /// Puts a backup in place; the server must not run.
    Restore {
        /// A backup.
        backup: PathBuf,
        /// Replaces data that is there: old files are kept in `DATA_DIR/replaced-<time>`, a
        /// PostgreSQL database is not kept.
        #[arg(long)]
        force: bool,
    },
}

/// Runs a command.
pub(crate) async fn run(command: BackupCommand) -> Result<ExitCode> {
    match command {
        BackupCommand::Create { output, keep } => {
            let backup = create::create(&output).await?;
            println!("{}", backup.display());
            if let Some(keep) = keep {
                create::remove_old(&output, keep)?;
            }
        }
        BackupCommand::Verify { backup } => {
            let problems = verify::verify(&backup).await?;
            for problem in &problems {
                println!("{problem}");
            }
            println!("{}: {} problems", backup.display(), problems.len());
            if !problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
        BackupCommand::Restore { backup, force } => {
            restore::restore(&backup, force).await?;
            println!("{} is in place", backup.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
