//! What changed between two versions of a deal.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The most pairs of lines that are compared one by one; beyond, all that differs counts as new.
const MOST_PAIRS: usize = 4_000_000;

/// One difference between two structures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = DealChange)]
pub struct Change {
    /// JSON pointer: into the later version, or into the earlier one if it is not there any more.
    pub path: String,
    /// The same in words: `bonds["A"].coupon.rate`.
    pub name: String,
    /// What was there; absent if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What is there; absent if it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// One line of two texts laid over each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DealLine)]
pub struct Line {
    /// Where it stands.
    pub side: Side,
    /// Its number in the earlier text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<usize>,
    /// Its number in the later text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
    /// What it says.
    pub text: String,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DealLineSide)]
pub enum Side {
    /// In both texts.
    Same,
    /// In the earlier text.
    Removed,
    /// In the later text.
    Added,
}

/// Where a comparison is.
#[derive(Clone)]
struct Place {
    before: String,
    after: String,
    name: String,
}

/// Compares two structures. Things with names are found by name, wherever they stand.
#[must_use]
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    let place = Place { before: String::new(), after: String::new(), name: String::new() };
    compare(before, after, &place, &mut found);
    found
}

fn compare(before: &Value, after: &Value, place: &Place, found: &mut Vec<Change>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let inner = place.field(key);
                match new.get(key) {
                    Some(other) => compare(value, other, &inner, found),
                    None => found.push(inner.gone(value)),
                }
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                found.push(place.field(key).fresh(value));
            }
        }
        (Value::Array(old), Value::Array(new)) if named(old) && named(new) => {
            by_name(old, new, place, found);
        }
        (Value::Array(old), Value::Array(new)) => in_order(old, new, place, found),
        _ if before == after => {}
        _ => found.push(Change {
            path: place.after.clone(),
            name: place.name.clone(),
            before: Some(before.clone()),
            after: Some(after.clone()),
        }),
    }
}

/// Tells whether every element has a name of its own.
fn named(values: &[Value]) -> bool {
    let names: Option<std::collections::BTreeSet<&str>> = values.iter().map(name_of).collect();
    names.is_some_and(|names| names.len() == values.len())
}

fn name_of(value: &Value) -> Option<&str> {
    value.get("name").and_then(Value::as_str)
}

fn by_name(old: &[Value], new: &[Value], place: &Place, found: &mut Vec<Change>) {
    for (i, value) in old.iter().enumerate() {
        let name = name_of(value).unwrap_or_default();
        let other = new.iter().enumerate().find(|(_, other)| name_of(other) == Some(name));
        match other {
            Some((j, other)) => compare(value, other, &place.item(i, j, Some(name)), found),
            None => found.push(place.item(i, i, Some(name)).gone(value)),
        }
    }
    for (j, value) in new.iter().enumerate() {
        let name = name_of(value).unwrap_or_default();
        if !old.iter().any(|other| name_of(other) == Some(name)) {
            found.push(place.item(j, j, Some(name)).fresh(value));
        }
    }
}

/// Compares lists without names: what is equal at both ends is left out, the middle is paired.
fn in_order(old: &[Value], new: &[Value], place: &Place, found: &mut Vec<Change>) {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or(&[]), new.get(head..).unwrap_or(&[]));
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_rest = old_rest.get(..old_rest.len() - tail).unwrap_or(&[]);
    let new_rest = new_rest.get(..new_rest.len() - tail).unwrap_or(&[]);
    for i in 0..old_rest.len().max(new_rest.len()) {
        let inner = place.item(head + i, head + i, None);
        match (old_rest.get(i), new_rest.get(i)) {
            (Some(a), Some(b)) => compare(a, b, &inner, found),
            (Some(a), None) => found.push(inner.gone(a)),
            (None, Some(b)) => found.push(inner.fresh(b)),
            (None, None) => {}
        }
    }
}

impl Place {
    fn field(&self, key: &str) -> Self {
        let part = key.replace('~', "~0").replace('/', "~1");
        let dot = if self.name.is_empty() { "" } else { "." };
        Self {
            before: format!("{}/{part}", self.before),
            after: format!("{}/{part}", self.after),
            name: format!("{}{dot}{key}", self.name),
        }
    }

    fn item(&self, before: usize, after: usize, name: Option<&str>) -> Self {
        let label = name.map_or_else(|| format!("[{after}]"), |name| format!("[\"{name}\"]"));
        Self {
            before: format!("{}/{before}", self.before),
            after: format!("{}/{after}", self.after),
            name: format!("{}{label}", self.name),
        }
    }

    fn gone(self, value: &Value) -> Change {
        Change { path: self.before, name: self.name, before: Some(value.clone()), after: None }
    }

    fn fresh(self, value: &Value) -> Change {
        Change { path: self.after, name: self.name, before: None, after: Some(value.clone()) }
    }
}

/// Lays two texts over each other, line by line.
#[must_use]
pub fn lines(before: &str, after: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = (old.len() - head).min(new.len() - head);
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);

    let mut out = Vec::with_capacity(old.len().max(new.len()));
    let same = |i: usize, j: usize, text: &str| Line {
        side: Side::Same,
        before: Some(i + 1),
        after: Some(j + 1),
        text: text.to_owned(),
    };
    out.extend(old.iter().take(head).enumerate().map(|(i, text)| same(i, i, text)));
    let old_middle = old.get(head..old_end).unwrap_or(&[]);
    let new_middle = new.get(head..new_end).unwrap_or(&[]);
    for line in middle(old_middle, new_middle) {
        out.push(Line {
            before: line.before.map(|i| i + head),
            after: line.after.map(|j| j + head),
            ..line
        });
    }
    let ends = old.iter().enumerate().skip(old_end).zip(new_end..);
    out.extend(ends.map(|((i, text), j)| same(i, j, text)));
    out
}

/// The longest common subsequence of what is left between equal ends; numbers count from 1.
fn middle(old: &[&str], new: &[&str]) -> Vec<Line> {
    let mut out = Vec::new();
    let removed = |i: usize, text: &str| Line {
        side: Side::Removed,
        before: Some(i + 1),
        after: None,
        text: text.to_owned(),
    };
    let added = |j: usize, text: &str| Line {
        side: Side::Added,
        before: None,
        after: Some(j + 1),
        text: text.to_owned(),
    };
    let (mut i, mut j) = (0, 0);
    if old.len().saturating_mul(new.len()) <= MOST_PAIRS {
        let width = new.len() + 1;
        let mut longest = vec![0_u32; (old.len() + 1) * width];
        let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
        for (i, a) in old.iter().enumerate().rev() {
            for (j, b) in new.iter().enumerate().rev() {
                let value = if a == b {
                    at(&longest, i + 1, j + 1) + 1
                } else {
                    at(&longest, i + 1, j).max(at(&longest, i, j + 1))
                };
                if let Some(cell) = longest.get_mut(i * width + j) {
                    *cell = value;
                }
            }
        }
        while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
            if a == b {
                out.push(Line {
                    side: Side::Same,
                    before: Some(i + 1),
                    after: Some(j + 1),
                    text: (*a).to_owned(),
                });
                (i, j) = (i + 1, j + 1);
            } else if at(&longest, i + 1, j) >= at(&longest, i, j + 1) {
                out.push(removed(i, a));
                i += 1;
            } else {
                out.push(added(j, b));
                j += 1;
            }
        }
    }
    out.extend(old.iter().enumerate().skip(i).map(|(i, text)| removed(i, text)));
    out.extend(new.iter().enumerate().skip(j).map(|(j, text)| added(j, text)));
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn named_things_are_compared_by_name_wherever_they_stand() {
        let before = json!({"bonds": [{"name": "A", "rate": 1}, {"name": "B", "rate": 2}]});
        let after = json!({"bonds": [{"name": "B", "rate": 3}, {"name": "C", "rate": 4}]});

        let found = changes(&before, &after);

        let short: Vec<_> = found.iter().map(|c| (c.path.as_str(), c.name.as_str())).collect();
        let expected = [
            ("/bonds/0", "bonds[\"A\"]"),
            ("/bonds/0/rate", "bonds[\"B\"].rate"),
            ("/bonds/1", "bonds[\"C\"]"),
        ];
        assert_eq!(short, expected);
        assert_eq!((&found[1].before, &found[1].after), (&Some(json!(2)), &Some(json!(3))));
        assert_eq!((&found[0].after, &found[2].before), (&None, &None));
    }

    #[test]
    fn equal_structures_have_no_changes() {
        let deal = json!({"a": [1, 2, {"b": null}]});

        assert_eq!(changes(&deal, &deal), []);
    }

    #[test]
    fn a_step_in_the_middle_is_one_change() {
        let changed = changes(&json!({"steps": [1, 2, 3]}), &json!({"steps": [1, 2, 9, 3]}));

        assert_eq!(changed.len(), 1);
        assert_eq!((changed[0].path.as_str(), &changed[0].after), ("/steps/2", &Some(json!(9))));
    }

    fn side_of(laid: &[Line], side: Side) -> Vec<&str> {
        let keep = laid.iter().filter(|line| line.side == Side::Same || line.side == side);
        keep.map(|line| line.text.as_str()).collect()
    }

    proptest::proptest! {
        #[test]
        fn both_texts_come_back_from_their_difference(before in "[abc\n]{0,40}", after in "[abc\n]{0,40}") {
            let laid = lines(&before, &after);

            proptest::prop_assert_eq!(side_of(&laid, Side::Removed), before.lines().collect::<Vec<_>>());
            proptest::prop_assert_eq!(side_of(&laid, Side::Added), after.lines().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_difference_of_two_texts_is_small() {
        let laid = lines("a\nb\nc\nd\n", "a\nc\nx\nd\n");

        let changed = laid.iter().filter(|line| line.side != Side::Same).count();
        assert_eq!(changed, 2, "{laid:?}");
        let x = laid.iter().find(|line| line.text == "x").unwrap();
        assert_eq!((x.before, x.after), (None, Some(3)));
    }
}
