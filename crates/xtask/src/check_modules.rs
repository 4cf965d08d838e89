//! Which module of a service may name which, read from the sources.

use std::path::Path;
use std::{fs, io};

use crate::source::{before_tests, code_only, files};

/// What a module of a service must not name. `crate::x` also stands for `super::x`.
struct Rule {
    module: &'static str,
    siblings: &'static [&'static str],
    words: &'static [&'static str],
}

/// Words that are I/O, time or chance: a pure module has none of them.
const IMPURE: [&str; 10] = [
    "platform::",
    "sqlx",
    "axum",
    "tokio",
    "reqwest",
    "async ",
    "std::fs",
    "std::net",
    "std::env",
    "SystemTime",
];

const RULES: [Rule; 5] = [
    Rule { module: "domain", siblings: &["store", "http", "jobs", "clients"], words: &IMPURE },
    Rule { module: "store", siblings: &["http", "jobs", "clients"], words: &["axum", "reqwest"] },
    Rule { module: "clients", siblings: &["store", "http", "jobs"], words: &["axum", "sqlx"] },
    Rule { module: "http", siblings: &[], words: &["sqlx", "reqwest"] },
    Rule { module: "jobs", siblings: &["http"], words: &["axum", "sqlx", "reqwest"] },
];

/// Crates without the inner shape of a service.
const SHAPELESS: [&str; 5] = ["platform", "console", "server", "testkit", "xtask"];

/// Reports every line of a service that names what its module must not name.
///
/// # Errors
///
/// Returns the error of the file system.
pub(crate) fn check(root: &Path) -> io::Result<Vec<String>> {
    let mut broken = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if SHAPELESS.contains(&name.as_str()) {
            continue;
        }
        let source = entry.path().join("src");
        for path in files(&source, &[".rs"])? {
            let inside = path.strip_prefix(&source).unwrap_or(&path).to_string_lossy();
            let is_test = inside.ends_with("tests.rs") || inside.contains("tests/");
            let Some(rule) = rule(&name, &inside).filter(|_| !is_test) else { continue };
            for (line, named) in breaches(rule, &fs::read_to_string(&path)?) {
                let module = rule.module;
                broken
                    .push(format!("crates/{name}/src/{inside}:{line}: `{module}` names `{named}`"));
            }
        }
    }
    broken.sort();
    Ok(broken)
}

/// The rule of a file. All of an engine is `domain`.
fn rule(name: &str, inside: &str) -> Option<&'static Rule> {
    let module = if name.ends_with("-engine") {
        "domain"
    } else {
        inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    };
    RULES.iter().find(|rule| rule.module == module)
}

/// The lines of a source that break the rule, and what they name.
fn breaches(rule: &Rule, text: &str) -> Vec<(usize, String)> {
    let code = code_only(text);
    let code = before_tests(&code);
    let mut found = Vec::new();
    for word in rule.words {
        for (at, _) in code.match_indices(word) {
            let before = code.get(..at).and_then(|text| text.chars().next_back());
            if !before.is_some_and(is_name) {
                found.push((line_of(code, at), word.trim_end_matches([':', ' ']).to_owned()));
            }
        }
    }
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let named = code.get(at + root.len()..).map(first_names).unwrap_or_default();
            for sibling in named.iter().filter(|name| rule.siblings.contains(&name.as_str())) {
                found.push((line_of(code, at), format!("{root}{sibling}")));
            }
        }
    }
    found.sort();
    found
}

/// The names that follow `crate::`: one, or in a group `{a::x, b}` the first of each part.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![path.chars().take_while(|letter| is_name(*letter)).collect()];
    };
    let mut names = vec![String::new()];
    let mut depth = 0_usize;
    let mut in_first = true;
    for letter in group.chars() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(String::new());
                in_first = true;
            }
            ':' => in_first = false,
            _ if depth == 0 && in_first && is_name(letter) => {
                if let Some(name) = names.last_mut() {
                    name.push(letter);
                }
            }
            _ => {}
        }
    }
    names
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, inside: &str, text: &str) -> Vec<(usize, String)> {
        breaches(rule(name, inside).unwrap(), text)
    }

    #[test]
    fn the_domain_names_nothing_that_does_input_or_output() {
        let text =
            "use serde::Serialize;\nuse platform::db::Db;\nasync fn f() {}\n// sqlx is fine here\n";

        let found = found("credit", "domain/loan.rs", text);

        assert_eq!(found, [(2, "platform".to_owned()), (3, "async".to_owned())]);
    }

    #[test]
    fn a_grouped_import_is_seen_through() {
        let text = "use crate::{\n    domain::{http, Loan},\n    store::loans,\n};\n";

        assert_eq!(found("credit", "clients/rates.rs", text), [(1, "crate::store".to_owned())]);
    }

    #[test]
    fn a_longer_name_is_not_the_forbidden_one() {
        assert_eq!(found("credit", "domain/mod.rs", "let my_platform::x = not_tokio;"), []);
        assert_eq!(found("credit", "store/mod.rs", "use super::httpish;"), []);
    }

    #[test]
    fn the_http_layer_contains_no_sql_and_jobs_answer_no_requests() {
        assert_eq!(found("credit", "http/pools.rs", "use sqlx::query;").len(), 1);
        assert_eq!(found("credit", "jobs/run.rs", "use crate::http::view;").len(), 1);
        assert_eq!(found("credit", "http/pools.rs", "use crate::jobs::RunPool;"), []);
    }

    #[test]
    fn an_engine_is_domain_through_and_through() {
        assert_eq!(found("credit-engine", "loan/mod.rs", "use tokio::fs;").len(), 1);
    }

    #[test]
    fn tests_at_the_end_of_a_file_are_free() {
        let text = "fn f() {}\n#[cfg(test)]\nmod tests { use tokio::fs; }";

        assert_eq!(found("credit", "domain/mod.rs", text), []);
    }
}
