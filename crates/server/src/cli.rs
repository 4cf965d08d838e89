//! The command line.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use platform::clock::Clock;
use platform::ids::Ids;
use platform::settings::{Env, PlatformSettings, env_example, print, reference};

use crate::role::ProcessRole;
use crate::services::{SERVICES, pick};
use crate::storage::Storage;
use crate::{backup, doctor, generate, serve, settings};

/// Five decision services for a trading and credit desk, in one binary.
#[derive(Debug, Parser)]
#[command(name = "quintet", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API and the console.
    Serve(ServeArgs),
    /// Applies or lists schema migrations.
    Migrate {
        #[command(subcommand)]
        action: Migrate,
    },
    /// Manages people.
    User {
        #[command(subcommand)]
        action: accounts::cli::UserCommand,
    },
    /// Checks the configuration, the data and, with an address, a running server.
    Doctor(doctor::DoctorArgs),
    /// Makes, checks and restores backups.
    Backup {
        #[command(subcommand)]
        action: backup::BackupCommand,
    },
    /// Loads demo data.
    Demo {
        #[command(subcommand)]
        action: Demo,
    },
    /// Shows the settings.
    Config {
        #[command(subcommand)]
        action: Config,
    },
    /// Cash flows of loan pools, without a server.
    Credit {
        #[command(subcommand)]
        action: credit::cli::CreditCommand,
    },
    /// The options desk: stop it, look at it, and its exchange simulator.
    Strangle {
        #[command(subcommand)]
        action: strangle::cli::StrangleCommand,
    },
    /// Writes the OpenAPI document to the standard output.
    #[command(hide = true)]
    Openapi,
}

/// What to serve.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ServeArgs {
    /// Services to run, separated by commas; all if absent. Login and logs always run.
    #[arg(long, value_delimiter = ',')]
    pub(crate) services: Vec<String>,
    /// What this process does.
    #[arg(long, value_enum, default_value_t = ProcessRole::All)]
    pub(crate) role: ProcessRole,
}

#[derive(Debug, Subcommand)]
enum Migrate {
    /// Applies what is missing.
    Up,
    /// Lists what is missing.
    Status,
    /// Fails if something is missing.
    Check,
}

#[derive(Debug, Subcommand)]
enum Demo {
    /// Fills empty services with demo data.
    Load {
        /// One service; all if absent.
        service: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum Config {
    /// Prints the settings in effect, secrets hidden.
    Print,
    /// Prints a template for `.env`.
    EnvExample,
    /// Prints the reference page.
    Reference,
}

/// Runs a command.
///
/// # Errors
///
/// Returns what went wrong, in words for the operator.
pub fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Config { action } => configure(&action),
        Command::Credit { action } => credit::cli::run(action),
        Command::Strangle { action: strangle::cli::StrangleCommand::Run } => {
            serve::run(&ServeArgs { services: vec!["strangle".to_owned()], role: ProcessRole::All })
        }
        Command::Strangle { action } => block_on(desk(action)),
        Command::Migrate { action } => block_on(migrate(action)),
        Command::User { action } => block_on(user(action)),
        Command::Doctor(args) => block_on(doctor::run(args)),
        Command::Backup { action } => block_on(backup::run(action)),
        Command::Demo { action: Demo::Load { service } } => {
            block_on(serve::load_demo(service.into_iter().collect()))
        }
        Command::Openapi => block_on(generate::openapi()),
    }
}

/// Runs an operator's command; nothing in it needs more than one thread.
fn block_on(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot start")?
        .block_on(work)
}

fn configure(action: &Config) -> Result<ExitCode> {
    let text = match action {
        Config::Print => print(&settings::load(SERVICES)?.asked),
        Config::EnvExample => env_example(&settings::describe()?),
        Config::Reference => reference(&settings::describe()?),
    };
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

/// Opens the databases of all services.
pub(crate) async fn open_storage() -> Result<(settings::Loaded, Storage)> {
    let loaded = settings::load(&pick(&[]).map_err(anyhow::Error::msg)?)?;
    let storage = Storage::of(&loaded).await?;
    Ok((loaded, storage))
}

async fn migrate(action: Migrate) -> Result<ExitCode> {
    let (_, storage) = open_storage().await?;
    if matches!(action, Migrate::Up) {
        storage.migrate().await?;
    }
    let pending = storage.pending().await?;
    storage.close().await;
    for migration in &pending {
        println!("{:<10} {:04} {}", migration.owner, migration.version, migration.description);
    }
    println!("{} migrations missing", pending.len());
    let failed = matches!(action, Migrate::Check) && !pending.is_empty();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn user(action: accounts::cli::UserCommand) -> Result<ExitCode> {
    let (_, storage) = open_storage().await?;
    storage.migrate().await?;
    let db = storage.of_service("accounts").context("accounts has a database")?;
    let target = accounts::cli::Target { db, clock: Clock::System, ids: Ids::Random };
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let outcome = accounts::cli::run(action, &target, &mut input, &mut output).await;
    storage.close().await;
    outcome?;
    Ok(ExitCode::SUCCESS)
}

async fn desk(action: strangle::cli::StrangleCommand) -> Result<ExitCode> {
    let mut env = Env::load()?;
    let settings = PlatformSettings::read(&mut env);
    let storage = if action.needs_database() {
        let (_, storage) = open_storage().await?;
        storage.migrate().await?;
        Some(storage)
    } else {
        None
    };
    let target = strangle::cli::Target {
        db: storage.as_ref().and_then(|storage| storage.of_service("strangle")),
        data_dir: settings.data_dir,
        clock: Clock::System,
        ids: Ids::Random,
    };
    let outcome = strangle::cli::run(action, env, target, &mut std::io::stdout()).await;
    if let Some(storage) = storage {
        storage.close().await;
    }
    outcome
}
