//! Links in the documents: every relative one leads to a file, and to a heading in it.

use std::path::Path;
use std::{fs, io};

use crate::source::files;

/// Reports links in Markdown files that lead nowhere. Links to other hosts are not followed.
///
/// # Errors
///
/// Returns the error of the file system.
pub(crate) fn check(root: &Path) -> io::Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in files(root, &[".md"])? {
        let folder = path.parent().unwrap_or(root);
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = fs::read_to_string(&path)?;
        for (line, target) in links(&text) {
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            let leads_to = if file.is_empty() { path.clone() } else { folder.join(file) };
            if !leads_to.exists() {
                broken.push(format!("{name}:{line}: `{target}` does not exist"));
            } else if !heading.is_empty() && leads_to.is_file() {
                let page = fs::read_to_string(&leads_to)?;
                if !anchors(&page).iter().any(|anchor| anchor == heading) {
                    broken.push(format!("{name}:{line}: `{target}` has no such heading"));
                }
            }
        }
    }
    Ok(broken)
}

/// The relative targets in a text, with their lines. Blocks of code have none.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push((number + 1, target.to_owned()));
            }
        }
    }
    found
}

/// The anchors that the headings of a page get: lower case, words joined by hyphens.
fn anchors(page: &str) -> Vec<String> {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
                .map(|letter| if letter == ' ' { '-' } else { letter })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_found_outside_code() {
        let text = "[a](b.md) and [c](d.md#e)\n```\n[no](x.md)\n```\n[far](https://example.com)\n";

        assert_eq!(links(text), [(1, "b.md".to_owned()), (1, "d.md#e".to_owned())]);
    }

    #[test]
    fn a_heading_is_its_words_joined_by_hyphens() {
        assert_eq!(anchors("# A\n## `./run` and more!\ntext\n"), ["a", "run-and-more"]);
    }
}
