//! The tasks of this repository. `cargo xtask` lists them.

use std::path::PathBuf;
use std::process::ExitCode;

mod check_crates;
mod check_files;
mod check_links;
mod check_modules;
mod check_schemas;
mod crash;
mod generate;
mod layers;
mod metrics_check;
mod oracles;
mod promql;
mod source;

/// The tasks, and what each is for.
const TASKS: [(&str, &str); 5] = [
    ("crash --seeds A..B", "kills the desk anywhere and checks what is left; --help says more"),
    ("generate [--check]", "settings page, .env.example, openapi.json, addresses, console types"),
    ("layers", "who may name whom, the form of manifests and files"),
    (
        "oracles SERVICE [--dir DIR]",
        "every published or recomputed case of credit or strangle is met",
    ),
    ("metrics-check --url URL", "every metric named in deploy/ is exposed by the server at URL"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("", [].as_slice()),
    };

    let outcome = match task {
        "crash" => crash::run(rest),
        "generate" => generate::run(&root(), rest),
        "layers" => layers::check(&root()),
        "metrics-check" => metrics_check::check(&root(), rest),
        "oracles" => oracles::run(&root(), rest),
        "" => {
            list();
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprintln!("there is no task `{unknown}`");
            list();
            return ExitCode::FAILURE;
        }
    };

    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn list() {
    eprintln!("usage: cargo xtask TASK");
    for (task, purpose) in TASKS {
        eprintln!("  {task:<26} {purpose}");
    }
}
