//! The files of the repository, and Rust text without comments and strings.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Folders that hold what others wrote or what is made.
const SKIPPED: [&str; 5] = ["node_modules", "dist", "target", "test-results", ".git"];

/// All files below a folder whose name ends in one of these, in a fixed order. A folder that does
/// not exist holds none.
///
/// # Errors
///
/// Returns the error of the file system.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !SKIPPED.contains(&name) {
                folders.push(path);
            } else if path.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Replaces comments and the inside of strings by spaces, so that words found in the result are
/// code and stand on the same line as before. Raw strings end at the first quote, which is right
/// for all that have none inside.
pub(crate) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut within = Within::Code;
    while let Some(letter) = rest.next() {
        let next = rest.peek().copied();
        let (shown, after) = match (&within, letter, next) {
            (_, '\n', _) => ('\n', within.at_line_end()),
            (Within::Code, '/', Some('/')) => (' ', Within::Line),
            (Within::Code, '/', Some('*')) => (' ', Within::Block),
            (Within::Code, '"', _) => ('"', Within::Text),
            (Within::Code, '\'', Some('"')) => {
                rest.next();
                code.push('\'');
                (' ', Within::Code)
            }
            (Within::Code, letter, _) => (letter, Within::Code),
            (Within::Block, '*', Some('/')) => {
                rest.next();
                code.push(' ');
                (' ', Within::Code)
            }
            (Within::Text, '\\', Some(escaped)) if escaped != '\n' => {
                rest.next();
                code.push(' ');
                (' ', Within::Text)
            }
            (Within::Text, '"', _) => ('"', Within::Code),
            _ => (' ', within),
        };
        code.push(shown);
        within = after;
    }
    code
}

/// What the reader of [`code_only`] is in the middle of.
#[derive(Clone, Copy)]
enum Within {
    Code,
    Line,
    Block,
    Text,
}

impl Within {
    fn at_line_end(self) -> Self {
        match self {
            Self::Line => Self::Code,
            other => other,
        }
    }
}

/// The part of a source before its tests, which by convention come last.
pub(crate) fn before_tests(code: &str) -> &str {
    let tests = code.find("#[cfg(test)]\nmod ").unwrap_or(code.len());
    code.get(..tests).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let text =
            "let a = \"crate::http \\\" x\"; // crate::store\n/* sqlx\n */ let b = '\"'; axum";

        let code = code_only(text);

        assert!(!code.contains("http") && !code.contains("store") && !code.contains("sqlx"));
        assert!(code.contains("let a =") && code.contains("let b =") && code.ends_with("axum"));
        assert_eq!(code.lines().count(), text.lines().count());
    }

    #[test]
    fn the_tests_of_a_file_are_cut_off() {
        assert_eq!(before_tests("code\n#[cfg(test)]\nmod tests { sqlx }"), "code\n");
        assert_eq!(before_tests("code only"), "code only");
    }
}
