//! The guide says what the code does.

use crate::check::{Code, Severity};
use crate::formula::vocabulary::{FUNCTIONS, KINDS, WORDS, fields};
use crate::formula::word_of;
use crate::text::{FaultCode, format, parse};

const GUIDE: &str = include_str!("../../../../../docs/guide/deal-language.md");

/// The blocks of the guide in a language, with the lines where they begin.
fn blocks(language: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = None;
    for (at, line) in GUIDE.lines().enumerate() {
        match (line.strip_prefix("```"), inside) {
            (Some(found), None) => {
                inside = Some(found == language);
                if found == language {
                    blocks.push((at + 1, String::new()));
                }
            }
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => {
                let (_, text) = blocks.last_mut().unwrap();
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

#[test]
fn every_example_of_the_guide_can_be_read() {
    let head =
        "deal D\ndates\n  cutoff 2026-01-31\n  closing 2026-01-31\n  first payment 2026-03-15\n";
    let mut examples = blocks("deal");
    for (at, text) in blocks("text") {
        let whole = text.starts_with("deal ");
        examples.push((at, if whole { text } else { format!("{head}{text}") }));
    }
    assert!(examples.len() >= 9);
    for (at, text) in examples {
        let deal = parse(&text).unwrap_or_else(|faults| panic!("line {at}: {faults:#?}")).deal;
        assert_eq!(parse(&format(&deal)).unwrap().deal, deal, "line {at}");
    }
}

#[test]
fn the_first_example_of_the_guide_is_sound() {
    let (_, text) = blocks("deal").remove(0);
    assert_eq!(crate::check::check(&parse(&text).unwrap().deal), []);
}

#[test]
fn every_code_function_and_field_stands_in_the_guide() {
    let mut rows: Vec<String> = Code::ALL
        .iter()
        .map(|info| {
            let severity = if info.severity == Severity::Error { "error" } else { "warning" };
            format!("| `{}` | {severity} | {} |", info.name, info.about)
        })
        .collect();
    rows.extend(FaultCode::ALL.iter().map(|(_, name, about)| format!("| `{name}` | {about} |")));
    rows.extend(FUNCTIONS.iter().map(|found| format!("| `{}` | {} |", found.usage, found.about)));
    rows.extend(WORDS.iter().map(|word| format!("| {} |", word.about)));
    for row in rows {
        assert!(GUIDE.contains(&row), "{row}");
    }
    for kind in KINDS {
        for field in fields(kind) {
            let found = GUIDE.lines().any(|line| {
                line.starts_with(&format!("| `{}", word_of(kind)))
                    && line.contains(&format!(".{}", field.name))
                    && line.ends_with(&format!("| {} |", field.about))
            });
            let shared = GUIDE.contains(&format!(".{}` |", field.name));
            assert!(found || shared, "{} {}", word_of(kind), field.name);
        }
    }
}
