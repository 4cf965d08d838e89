//! The length of source files, left-overs in them, and migrations that one engine has and the other
//! has not.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use crate::source::files;

/// A file is read from top to bottom in one sitting.
const LONGEST: usize = 400;

/// Words that mark something unfinished; written in halves, so that this file does not contain them.
const LEFT_OVERS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];

/// Reports source files that are too long, and lines with left-overs.
///
/// # Errors
///
/// Returns the error of the file system.
pub(crate) fn check(root: &Path) -> io::Result<Vec<String>> {
    let mut broken = Vec::new();
    let mut sources = files(&root.join("crates"), &[".rs", ".sql"])?;
    sources.extend(files(&root.join("web/src"), &[".ts", ".tsx", ".css"])?);
    for path in sources {
        let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        broken.extend(problems(&inside, &fs::read_to_string(&path)?));
    }
    for entry in fs::read_dir(root.join("crates"))? {
        broken.extend(lonely_migrations(&entry?.path().join("migrations"))?);
    }
    Ok(broken)
}

/// Migrations of one crate that stand in one of the two folders only.
fn lonely_migrations(folder: &Path) -> io::Result<Vec<String>> {
    let names = |engine: &str| -> io::Result<BTreeSet<String>> {
        let paths = files(&folder.join(engine), &[".sql"])?;
        Ok(paths.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
    };
    let (sqlite, postgres) = (names("sqlite")?, names("postgres")?);
    Ok(sqlite
        .symmetric_difference(&postgres)
        .map(|name| format!("{}: `{name}` is there for one engine only", folder.display()))
        .collect())
}

fn problems(path: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST && is_limited(path) {
        problems.push(format!(
            "{path}: {lines} lines, more than {LONGEST}; is there a second thing in it?"
        ));
    }
    for (number, line) in text.lines().enumerate() {
        if let Some(word) = LEFT_OVERS.iter().find(|word| line.contains(**word)) {
            problems.push(format!("{path}:{}: `{word}` is left over", number + 1));
        }
    }
    problems
}

/// Programs are limited; tests may be long lists of cases, and what is generated is not read.
fn is_limited(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let is_program = matches!(ending, "rs" | "ts" | "tsx");
    let is_test = path.contains("/tests/") || path.contains("tests.rs") || path.contains(".test.");
    let is_made = path.contains(".gen.");
    is_program && !is_test && !is_made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_source_is_reported_and_a_long_test_is_not() {
        let long = "line\n".repeat(LONGEST + 1);

        assert_eq!(problems("crates/a/src/lib.rs", &long).len(), 1);
        assert!(problems("crates/a/tests/it/main.rs", &long).is_empty());
        assert!(problems("web/src/api/schema.gen.ts", &long).is_empty());
    }

    #[test]
    fn a_left_over_is_reported_with_its_line() {
        let text = format!("fine\n// {}: later\n", LEFT_OVERS[0]);

        assert!(problems("crates/a/src/lib.rs", &text)[0].starts_with("crates/a/src/lib.rs:2:"));
    }
}
