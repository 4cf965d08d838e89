//! Whether two types present themselves under one name in the OpenAPI document, where the second
//! would silently take the place of the first.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::source::{before_tests, files};

/// Reports every name that several types of `crates/` present themselves under.
///
/// # Errors
///
/// Returns the error of the file system.
pub(crate) fn check(root: &Path) -> io::Result<Vec<String>> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let source = entry?.path().join("src");
        for path in files(&source, &[".rs"])? {
            let text = fs::read_to_string(&path)?;
            let file = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            for name in names(before_tests(&text)) {
                places.entry(name).or_default().push(file.clone());
            }
        }
    }
    let several = places.into_iter().filter(|(_, files)| files.len() > 1);
    Ok(several
        .map(|(name, mut files)| {
            files.sort();
            let files = files.join(" and ");
            format!("{files}: two schemas are called `{name}`; give one `#[schema(as = …)]`")
        })
        .collect())
}

/// Returns the schema names of a source.
fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut attributes = String::new();
    for line in text.lines().map(str::trim) {
        let words: Vec<&str> = line.split([' ', '<', '(', ';', '{']).collect();
        let kind = words.iter().position(|word| matches!(*word, "struct" | "enum"));
        let is_item =
            line.starts_with("pub") || line.starts_with("struct") || line.starts_with("enum");
        match kind.and_then(|position| words.get(position + 1)).filter(|_| is_item) {
            Some(name) if attributes.contains("ToSchema") => {
                found.push(given(&attributes).unwrap_or(*name).to_owned());
            }
            _ if line.starts_with("///") => continue,
            _ if in_attribute(line, &attributes) => {
                attributes.push_str(line);
                continue;
            }
            _ => {}
        }
        attributes.clear();
    }
    found
}

/// Tells whether a line begins an attribute or goes on with one.
fn in_attribute(line: &str, before: &str) -> bool {
    line.starts_with("#[") || before.matches('[').count() > before.matches(']').count()
}

/// Returns the name that `#[schema(as = …)]` gives.
fn given(attributes: &str) -> Option<&str> {
    let (_, rest) = attributes.split_once("schema(as = ")?;
    rest.split([',', ')']).next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_types_with_a_schema() {
        let text = "
            /// Words.
            #[derive(
                Debug, ToSchema,
            )]
            #[serde(rename_all = \"snake_case\")]
            pub(super) enum Colour { Red }

            #[derive(Debug)]
            struct Plain(u8);

            #[derive(ToSchema)]
            #[schema(as = DealReport)]
            pub struct Report<T> { it: T }
        ";
        assert_eq!(names(text), ["Colour", "DealReport"]);
    }
}
