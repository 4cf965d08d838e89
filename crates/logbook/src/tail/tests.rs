//! Reading through rotations, truncations and crashes: against a model, with random histories.

mod storing;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::reader::{Position, Reader, Step};
use crate::domain::entry::{self, Line};

/// Reads everything there is; the process is "killed" before it commits the batch number `crash`,
/// and again after ever longer runs: what it has not committed is forgotten, and so are its open
/// files.
fn drain(log: &Path, at: &mut Option<Position>, mut crash: usize, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = Reader::new(log).unwrap();
    let mut batches = 0;
    loop {
        let before = at.clone();
        match reader.step(before.as_ref(), most).unwrap() {
            Step::Lines(lines, after) => {
                batches += 1;
                if batches == crash {
                    reader = Reader::new(log).unwrap();
                    batches = 0;
                    crash += 1;
                    continue;
                }
                found.extend(lines.iter().map(|(_, line)| String::from_utf8_lossy(line).into()));
                *at = Some(after);
            }
            Step::Move(next) => *at = Some(next),
            Step::Idle => return found,
        }
    }
}

fn append(log: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(log).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Renames the log as the host does: `.1` is the newest.
fn rename(log: &Path) {
    let named = |n: u32| log.with_extension(format!("log.{n}"));
    for n in (1..20).rev() {
        let _ = std::fs::rename(named(n), named(n + 1));
    }
    let _ = std::fs::rename(log, named(1));
}

fn copy_and_truncate(log: &Path) {
    if log.exists() {
        std::fs::copy(log, log.with_extension("log.1")).unwrap();
        OpenOptions::new().write(true).open(log).unwrap().set_len(0).unwrap();
    }
}

#[test]
fn a_half_written_line_waits_for_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, "one\ntw");
    assert_eq!(drain(&log, &mut at, 0, 100), ["one"]);
    append(&log, "o\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["two"]);
}

#[test]
fn a_renamed_file_is_read_to_its_end_before_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, "a\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["a"]);
    append(&log, "b\n");
    for line in ["c\n", "d\n", "e without end"] {
        rename(&log);
        append(&log, line);
    }
    rename(&log);
    append(&log, "f\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["b", "c", "d", "e without end", "f"]);
}

#[test]
fn a_truncated_file_is_read_anew_after_what_the_copy_still_has() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, "a\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["a"]);
    append(&log, "b\nc\n");
    copy_and_truncate(&log);
    // The file has outgrown the old offset before anybody looked.
    append(&log, "d\ne\nf\ng\n");
    assert_eq!(drain(&log, &mut at, 0, 4), ["b", "c", "d", "e", "f", "g"]);
    assert_eq!(at.unwrap().generation, 1);
}

#[test]
fn a_line_longer_than_a_batch_is_stepped_over() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, &format!("{}\nshort\n", "x".repeat(20 << 20)));
    let lines = drain(&log, &mut at, 0, 1 << 16);
    assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [super::lines::KEPT, 5]);
}

/// What happens to the log.
#[derive(Debug, Clone)]
enum Happening {
    Append(u8),
    Half,
    Rename,
    CopyTruncate,
    Read { crash: usize, most: usize },
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        4 => (1..20_u8).prop_map(Happening::Append),
        1 => Just(Happening::Half),
        1 => Just(Happening::Rename),
        1 => Just(Happening::CopyTruncate),
        3 => (0..4_usize, 1..300_usize).prop_map(|(crash, most)| Happening::Read { crash, most }),
    ];
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_happens_every_line_is_read_once_and_in_order(history in happenings()) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("b.log");
        append(&log, "");
        let (mut at, mut written, mut read) = (None, Vec::new(), Vec::new());
        read.extend(drain(&log, &mut at, 0, 100));
        let mut truncated = false;
        let mut half = false;
        for happening in history.into_iter().chain([Happening::Read { crash: 0, most: 64 }]) {
            match happening {
                Happening::Append(count) => {
                    for _ in 0..count {
                        let text = format!("line {} {}", written.len(), "x".repeat(written.len() % 7));
                        append(&log, &format!("{text}\n"));
                        if half {
                            let last = written.pop().unwrap_or_default();
                            written.push(format!("{last}{text}"));
                            half = false;
                        } else {
                            written.push(text);
                        }
                    }
                }
                Happening::Half if !half => {
                    let text = format!("half {} ", written.len());
                    append(&log, &text);
                    written.push(text);
                    half = true;
                }
                // One copy is kept: what it overwrites must have been read.
                Happening::CopyTruncate if !half => {
                    for place in ["before", "behind"] {
                        let text = format!("{place} {}", written.len());
                        append(&log, &format!("{text}\n"));
                        written.push(text);
                        if place == "before" {
                            read.extend(drain(&log, &mut at, 0, 64));
                        }
                    }
                    copy_and_truncate(&log);
                    read.extend(drain(&log, &mut at, 0, 64));
                    truncated = true;
                }
                // A host uses one way of rotation or the other.
                Happening::Rename if !truncated => {
                    rename(&log);
                    append(&log, "");
                    half = false;
                }
                Happening::Read { crash, most } => {
                    read.extend(drain(&log, &mut at, crash, most));
                }
                _ => {}
            }
        }
        if half {
            written.pop();
        }
        prop_assert_eq!(read, written);
    }
}

#[test]
fn what_the_tail_logs_is_not_read_back() {
    let line = br#"{"level":"INFO","logger":"logbook::tail::reader","message":"x"}"#;
    assert_eq!(entry::read(line), Line::Skip);
}
