//! `quintet user …`

use accounts::cli::{CommandError, Target, UserCommand, run};
use http::StatusCode;
use testkit::TestApp;

use crate::desk::{ADMIN, PASSWORD, login, start};

async fn carry_out(
    app: &TestApp,
    command: UserCommand,
    input: &str,
) -> Result<String, CommandError> {
    let context = &app.context;
    let target =
        Target { db: context.db.clone(), clock: context.clock.clone(), ids: context.ids.clone() };
    let mut output = Vec::new();
    run(command, &target, &mut input.as_bytes(), &mut output).await?;
    Ok(String::from_utf8(output).unwrap())
}

fn add(email: &str, grants: &[&str], password_stdin: bool) -> UserCommand {
    let grants = grants.iter().map(|grant| (*grant).to_owned()).collect();
    UserCommand::Add { email: email.to_owned(), name: "Ada".to_owned(), grants, password_stdin }
}

#[tokio::test]
async fn a_user_is_added_with_a_drawn_or_a_given_password() {
    let (app, _) = start().await;
    let output = carry_out(&app, add("ada@example.com", &["admin"], false), "").await.unwrap();
    let drawn = output.lines().nth(1).unwrap().rsplit_once(": ").unwrap().1;
    assert_eq!(login(&app, "ada@example.com", drawn).await.0, StatusCode::OK);

    let given = format!("{PASSWORD}\r\nmore");
    let output = carry_out(&app, add("bob@example.com", &["viewer"], true), &given).await.unwrap();
    assert!(!output.contains(PASSWORD) && output.lines().count() == 1, "{output}");
    assert_eq!(login(&app, "bob@example.com", PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let (app, admin) = start().await;
    let command = UserCommand::Passwd { email: ADMIN.to_owned(), password_stdin: true };
    let output = carry_out(&app, command, "difference engine plans").await.unwrap();
    assert_eq!(output, "admin@localhost has a new password; all sessions have ended\n");
    let (_, body) = login(&app, ADMIN, "difference engine plans").await;
    assert_eq!(body["must_change_password"], true);
    tokio::time::sleep(std::time::Duration::from_millis(2_200)).await;
    assert_eq!(admin.app.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_list_shows_state_and_grants() {
    let (app, _) = start().await;
    carry_out(&app, add("ada@example.com", &["credit:operator", "auditor"], false), "")
        .await
        .unwrap();
    let output = carry_out(&app, UserCommand::List, "").await.unwrap();
    let lines: Vec<Vec<&str>> = output
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect())
        .collect();
    assert_eq!(
        lines,
        [
            vec![ADMIN, "active", "admin"],
            vec!["ada@example.com", "must change password", "credit:operator,auditor"]
        ]
    );
}

#[tokio::test]
async fn a_refused_command_says_why() {
    let (app, _) = start().await;
    for (command, input, reason) in [
        (add("nonsense", &["viewer"], false), "", "`nonsense` must be an e-mail address"),
        (add("ada@example.com", &["king"], false), "", "was `king`"),
        (
            add("ada@example.com", &["viewer"], true),
            "short",
            "the password must have 12 to 128 characters",
        ),
        (add(ADMIN, &["viewer"], false), "", "address is taken"),
        (
            UserCommand::Passwd { email: "x@y.z".into(), password_stdin: false },
            "",
            "there is no user x@y.z",
        ),
    ] {
        let error = carry_out(&app, command, input).await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}
