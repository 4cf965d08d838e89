//! PostgreSQL is backed up with its own tools.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use platform::settings::Secret;
use tokio::process::Command;

use crate::storage::open_postgres;

/// Dumps the whole database at one instant.
pub(super) async fn dump(url: &Secret, file: &Path) -> Result<()> {
    let file = file.to_string_lossy();
    run("pg_dump", url, &["--format=custom", "--no-owner", "--file", &file]).await
}

/// Replaces the database by a dump, in one transaction.
pub(super) async fn restore(url: &Secret, file: &Path) -> Result<()> {
    let file = file.to_string_lossy();
    let arguments =
        ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", &file];
    run("pg_restore", url, &arguments).await
}

/// Tells whether a database has no table yet.
pub(super) async fn is_empty(url: &Secret) -> Result<bool> {
    let db = open_postgres(url).await?;
    let mut tx = db.read().await?;
    let tables = "SELECT COUNT(*) FROM information_schema.tables \
         WHERE table_schema NOT IN ('information_schema', 'pg_catalog')";
    let counted: Option<(i64,)> = tx.query(tables).fetch_optional().await?;
    drop(tx);
    db.close().await;
    Ok(counted.is_none_or(|(count,)| count == 0))
}

/// Reads a dump's list of contents; fails if it is damaged.
pub(super) async fn check(file: &Path) -> Result<()> {
    let status = Command::new("pg_restore")
        .arg("--list")
        .arg(file)
        .stdout(Stdio::null())
        .status()
        .await
        .context("pg_restore cannot be started; install postgresql-client")?;
    if status.success() { Ok(()) } else { bail!("pg_restore cannot read the dump") }
}

/// The address goes in through the environment: command lines are visible to every user.
async fn run(tool: &str, url: &Secret, arguments: &[&str]) -> Result<()> {
    let (_, rest) = url.reveal().split_once("://").context("DATABASE_URL is not an address")?;
    let (address, password) = without_password(rest);
    let mut command = Command::new(tool);
    command.args(arguments).arg("--dbname").arg(format!("postgresql://{address}"));
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let output = command
        .output()
        .await
        .with_context(|| format!("{tool} cannot be started; install postgresql-client"))?;
    if output.status.success() {
        return Ok(());
    }
    bail!("{tool} failed: {}", String::from_utf8_lossy(&output.stderr).trim())
}

/// Takes the password out of `user:password@host/database`.
fn without_password(rest: &str) -> (String, Option<String>) {
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let Some((login, host)) = authority.rsplit_once('@') else { return (rest.to_owned(), None) };
    let Some((user, password)) = login.split_once(':') else { return (rest.to_owned(), None) };
    (format!("{user}@{host}{path}"), Some(decoded(password)))
}

/// Undoes percent encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok());
        let value = hex.and_then(|h| u8::from_str_radix(h, 16).ok()).filter(|_| byte == b'%');
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_taken_out_of_the_address() {
        assert_eq!(
            without_password("u:p%40ss@h:5432/d?x=1"),
            ("u@h:5432/d?x=1".to_owned(), Some("p@ss".to_owned()))
        );
        assert_eq!(without_password("h/d"), ("h/d".to_owned(), None));
    }
}
