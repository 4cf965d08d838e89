//! Writes what is made from the code: the settings page, `.env.example`, the OpenAPI document, the
//! list of addresses, the command-line page and the console's types.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// The commands whose help makes the reference page.
const COMMANDS: [&[&str]; 19] = [
    &[],
    &["serve"],
    &["migrate"],
    &["user"],
    &["user", "add"],
    &["user", "passwd"],
    &["doctor"],
    &["backup"],
    &["backup", "create"],
    &["backup", "restore"],
    &["demo"],
    &["config"],
    &["credit"],
    &["credit", "project"],
    &["strangle"],
    &["strangle", "kill"],
    &["strangle", "rebuild"],
    &["strangle", "quotes"],
    &["strangle", "sell"],
];

/// Writes all generated files; with `--check` compares them and fails if one is stale.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("usage: cargo xtask generate [--check]"),
    };
    let mut stale = Vec::new();
    for (name, text) in files(root)? {
        let path = root.join(&name);
        if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        if check {
            stale.push(name);
        } else {
            std::fs::create_dir_all(path.parent().context("a file has a folder")?)?;
            std::fs::write(&path, text).with_context(|| name.clone())?;
            println!("wrote {name}");
        }
    }
    for name in &stale {
        println!("{name} is stale");
    }
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("run `cargo xtask generate` and commit what it writes");
    Ok(ExitCode::FAILURE)
}

fn files(root: &Path) -> Result<BTreeMap<String, String>> {
    build(root)?;
    let openapi = quintet(root, &["openapi"])?;
    let document: Value = serde_json::from_str(&openapi).context("openapi")?;
    let mut files = BTreeMap::from([
        (".env.example".to_owned(), quintet(root, &["config", "env-example"])?),
        ("docs/reference/settings.md".to_owned(), quintet(root, &["config", "reference"])?),
        ("docs/reference/paths.md".to_owned(), paths(&document)),
        ("docs/reference/cli.md".to_owned(), command_line(root)?),
        ("openapi.json".to_owned(), openapi),
    ]);
    files.insert("web/src/api/schema.gen.ts".to_owned(), types(root, &files)?);
    Ok(files)
}

fn build(root: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "-p", "server"])
        .current_dir(root)
        .status()?;
    if status.success() { Ok(()) } else { bail!("the server does not build") }
}

/// Runs the binary with nothing of the caller's settings.
fn quintet(root: &Path, arguments: &[&str]) -> Result<String> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let output = Command::new(target.join("debug/quintet"))
        .args(arguments)
        .env_clear()
        .env("ENVIRONMENT", "development")
        .env("QUINTET_ENV_FILE", "/dev/null")
        .current_dir(std::env::temp_dir())
        .output()
        .context("quintet")?;
    if !output.status.success() {
        bail!("quintet {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Lists every address with its operation and what it asks of the caller.
fn paths(document: &Value) -> String {
    let mut out = String::from(
        "# Addresses\n\nWritten by `cargo xtask generate` from the code. The last column is the \
         role that is asked for; `public` asks for none.\n\n| Method | Address | Operation | \
         Asks |\n|---|---|---|---|\n",
    );
    let mut rows = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let asks = operation["x-access"].as_str().unwrap_or_default();
            rows.push((path, method.to_uppercase(), id, asks));
        }
    }
    rows.sort();
    for (path, method, id, asks) in rows {
        let _ = writeln!(out, "| {method} | `{path}` | `{id}` | {asks} |");
    }
    out
}

fn command_line(root: &Path) -> Result<String> {
    let mut out =
        String::from("# Command line\n\nWritten by `cargo xtask generate` from the code.\n");
    for command in COMMANDS {
        let help = quintet(root, &[command, &["--help"]].concat())?;
        let name = [&["quintet"], command].concat().join(" ");
        let _ = write!(out, "\n## `{name}`\n\n```text\n{}\n```\n", help.trim_end());
    }
    Ok(out)
}

/// Makes the console's types from the document, with the tool that `web/` has installed.
fn types(root: &Path, files: &BTreeMap<String, String>) -> Result<String> {
    let directory = std::env::temp_dir().join(format!("quintet-types-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let (input, output) = (directory.join("openapi.json"), directory.join("schema.ts"));
    std::fs::write(&input, files.get("openapi.json").context("openapi.json")?)?;
    let made = Command::new(root.join("web/node_modules/.bin/openapi-typescript"))
        .arg(&input)
        .arg("-o")
        .arg(&output)
        .output()
        .context("openapi-typescript; run `npm ci` in web/")?;
    let text = std::fs::read_to_string(&output);
    std::fs::remove_dir_all(&directory)?;
    if !made.status.success() {
        bail!("openapi-typescript: {}", String::from_utf8_lossy(&made.stderr));
    }
    text.context("openapi-typescript wrote nothing")
}
