//! `quintet user …`: people, where nobody can sign in yet or any more.

use std::io::{self, BufRead, Write};

use clap::Subcommand;
use platform::auth::{Grant, Role};
use platform::clock::Clock;
use platform::db::Db;
use platform::ids::Ids;

use crate::audit::Actor;
use crate::domain::email::Email;
use crate::domain::ids::UserId;
use crate::domain::label;
use crate::domain::password::NewPassword;
use crate::grants;
use crate::passwords::Passwords;
use crate::people::{NewPerson, People};
use crate::store::users;

/// What can be done to people on the command line.
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Add a user. A one-time password is drawn and shown, unless one is read from standard input.
    Add {
        /// The address to sign in with.
        email: String,
        /// The full name.
        #[arg(long, default_value = "")]
        name: String,
        /// A role, for all services or one: admin, viewer, credit:operator. Repeatable.
        #[arg(long = "grant", default_value = "viewer")]
        grants: Vec<String>,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a user a new password, to be changed at the next sign-in, and end all their sessions.
    Passwd {
        /// The address they sign in with.
        email: String,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the users.
    List,
}

/// What a command works on.
#[derive(Debug, Clone)]
pub struct Target {
    /// The database of accounts, migrated.
    pub db: Db,
    /// Where time comes from.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
}

/// Why a command was not carried out, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// An argument was refused.
    #[error("{0}")]
    Refused(String),
    /// Standard input or output failed.
    #[error("cannot read or write")]
    Io(#[from] io::Error),
    /// The database or the hash failed.
    #[error("the user was not changed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<crate::people::PeopleError> for CommandError {
    fn from(error: crate::people::PeopleError) -> Self {
        use crate::people::PeopleError as E;
        match error {
            E::EmailTaken | E::NotFound | E::LastAdmin => Self::Refused(error.to_string()),
            E::Db(source) => Self::Failed(source.into()),
            other => Self::Failed(other.into()),
        }
    }
}

impl From<platform::db::DbError> for CommandError {
    fn from(error: platform::db::DbError) -> Self {
        Self::Failed(error.into())
    }
}

/// Carries out a command: reads a password from `input` if it says so, and writes what it did, and a
/// drawn password, to `output`.
///
/// # Errors
///
/// Returns what was refused, or what failed.
pub async fn run(
    command: UserCommand,
    target: &Target,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), CommandError> {
    let people = People {
        db: target.db.clone(),
        clock: target.clock.clone(),
        ids: target.ids.clone(),
        passwords: Passwords::new(1),
    };
    match command {
        UserCommand::Add { email, name, grants, password_stdin } => {
            let email = read_email(&email)?;
            let password = read_password(password_stdin, input, &email)?;
            let grants = grants::parse(&grants).map_err(|r| CommandError::Refused(r.reason))?;
            let full_name = label::optional_label(&name, 200)
                .map_err(|e| CommandError::Refused(format!("the name {e}")))?;
            let new = NewPerson { email, full_name, grants, password };
            add(&people, new, output).await
        }
        UserCommand::Passwd { email, password_stdin } => {
            let email = read_email(&email)?;
            let password = read_password(password_stdin, input, &email)?;
            set_password(&people, &email, password, output).await
        }
        UserCommand::List => list(&people, output).await,
    }
}

async fn add(people: &People, new: NewPerson, output: &mut dyn Write) -> Result<(), CommandError> {
    let (user, one_time) = people.add(&operator(), &everything(), new).await?;
    writeln!(output, "{} added as {}", user.email, user.id)?;
    show(one_time, output)
}

async fn set_password(
    people: &People,
    email: &Email,
    chosen: Option<NewPassword>,
    output: &mut dyn Write,
) -> Result<(), CommandError> {
    let mut tx = people.db.read().await?;
    let user = users::find_by_email(&mut tx, email).await?;
    drop(tx);
    let user = user.ok_or_else(|| CommandError::Refused(format!("there is no user {email}")))?;

    let given = chosen.is_some();
    let chosen = chosen.map(|password| password.reveal().to_owned());
    let password = people.reset_password(&operator(), &everything(), &user.id, chosen).await?;
    writeln!(output, "{email} has a new password; all sessions have ended")?;
    show((!given).then_some(password), output)
}

async fn list(people: &People, output: &mut dyn Write) -> Result<(), CommandError> {
    const PAGE: i64 = 500;
    let mut after: Option<UserId> = None;
    loop {
        let mut tx = people.db.read().await?;
        let page = users::list(&mut tx, crate::TENANT, after.as_ref(), PAGE).await?;
        drop(tx);
        for user in &page {
            let state = match (user.is_active, user.must_change_password) {
                (false, _) => "inactive",
                (true, true) => "must change password",
                (true, false) => "active",
            };
            let grants = grants::texts(&user.grants).join(",");
            writeln!(output, "{:<40} {state:<22} {grants}", user.email.as_str())?;
        }
        match page.last() {
            Some(last) => after = Some(last.id.clone()),
            None => return Ok(()),
        }
    }
}

/// Whoever has the command line may do everything.
fn everything() -> Vec<Grant> {
    vec![Grant { service: None, role: Role::Admin }]
}

fn operator() -> Actor {
    Actor::program("cli")
}

fn read_email(text: &str) -> Result<Email, CommandError> {
    Email::new(text).map_err(|e| CommandError::Refused(format!("`{text}` {e}")))
}

fn read_password(
    wanted: bool,
    input: &mut dyn BufRead,
    email: &Email,
) -> Result<Option<NewPassword>, CommandError> {
    if !wanted {
        return Ok(None);
    }
    let mut line = String::new();
    input.read_line(&mut line)?;
    let text = line.trim_end_matches(['\r', '\n']).to_owned();
    let password = NewPassword::new(text, email)
        .map_err(|e| CommandError::Refused(format!("the password {e}")))?;
    Ok(Some(password))
}

fn show(one_time: Option<String>, output: &mut dyn Write) -> Result<(), CommandError> {
    if let Some(password) = one_time {
        writeln!(output, "one-time password, shown only here: {password}")?;
    }
    Ok(())
}
