//! The audit chain: entry `n` contains the hash of entry `n - 1`.
//!
//! `hash = SHA-256(prev_hash ‖ field₁ ‖ … ‖ fieldₖ)`, every field preceded by its length as eight
//! little-endian bytes, so that no two different entries have the same text. The instant is hashed
//! as microseconds since 1970, the detail as JSON with sorted keys: databases may store JSON in
//! another order, but never change what is hashed.
//!
//! # Invariants
//!
//! - `seq` starts at 1 and has no gap.
//! - A detail contains no fractions: databases write `1.50` in more than one way.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The hash before the first entry.
pub(crate) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Its place in the chain.
    pub(crate) seq: i64,
    /// When.
    pub(crate) recorded_at: DateTime<Utc>,
    /// In whose data.
    pub(crate) tenant_id: String,
    /// Who: a user's id, `anonymous`, `system` or `cli`.
    pub(crate) actor_id: String,
    /// What: `user_created`, `login_failed`, …
    pub(crate) action: String,
    /// To what: the id of a user, a session, a key.
    pub(crate) target: String,
    /// What else is worth knowing; never a secret.
    pub(crate) detail: Value,
    /// From where; empty if not over the network.
    pub(crate) ip: String,
    /// Names the request; empty outside one.
    pub(crate) request_id: String,
    /// Names the piece of work; empty outside one.
    pub(crate) correlation_id: String,
}

/// How a stored chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Break {
    /// An entry is missing before this one.
    #[error("an entry is missing before this one")]
    Gap,
    /// The entry does not continue the one before.
    #[error("it does not continue the entry before it")]
    Link,
    /// The entry is not what was recorded.
    #[error("it was changed after it was recorded")]
    Content,
}

/// Walks along a chain and stops where it is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Walk {
    /// The last entry that was good; 0 before the first.
    pub(crate) seq: i64,
    /// Its hash.
    pub(crate) hash: String,
}

impl Default for Walk {
    fn default() -> Self {
        Self { seq: 0, hash: ORIGIN.to_owned() }
    }
}

impl Walk {
    /// Takes one step.
    pub(crate) fn step(&mut self, entry: &Entry, prev_hash: &str, hash: &str) -> Result<(), Break> {
        if entry.seq != self.seq + 1 {
            return Err(Break::Gap);
        }
        if prev_hash != self.hash {
            return Err(Break::Link);
        }
        if entry.hash_after(prev_hash) != hash {
            return Err(Break::Content);
        }
        self.seq = entry.seq;
        hash.clone_into(&mut self.hash);
        Ok(())
    }
}

impl Entry {
    /// Returns the hash of this entry after one with `prev_hash`.
    pub(crate) fn hash_after(&self, prev_hash: &str) -> String {
        let mut detail = String::new();
        write_canonical(&self.detail, &mut detail);
        let seq = self.seq.to_string();
        let at = self.recorded_at.timestamp_micros().to_string();
        let mut hash = Sha256::new();
        for field in [
            prev_hash,
            &seq,
            &at,
            &self.tenant_id,
            &self.actor_id,
            &self.action,
            &self.target,
            &detail,
            &self.ip,
            &self.request_id,
            &self.correlation_id,
        ] {
            hash.update((field.len() as u64).to_le_bytes());
            hash.update(field.as_bytes());
        }
        hex::encode(hash.finalize())
    }
}

/// Writes JSON with sorted keys and without space.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (i, (key, value)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn entry(seq: i64, target: &str) -> Entry {
        Entry {
            seq,
            recorded_at: DateTime::UNIX_EPOCH,
            tenant_id: "default".into(),
            actor_id: "system".into(),
            action: "user_created".into(),
            target: target.into(),
            detail: json!({"b": [1, {"d": true, "c": null}], "a": "ä"}),
            ip: "127.0.0.1".into(),
            request_id: "r".into(),
            correlation_id: "c".into(),
        }
    }

    fn chain(length: i64) -> Vec<(Entry, String, String)> {
        let mut walk = Walk::default();
        (1..=length)
            .map(|seq| {
                let entry = entry(seq, &format!("target {seq}"));
                let (prev, hash) = (walk.hash.clone(), entry.hash_after(&walk.hash));
                walk.step(&entry, &prev, &hash).unwrap();
                (entry, prev, hash)
            })
            .collect()
    }

    fn first_break(chain: &[(Entry, String, String)]) -> Option<(i64, Break)> {
        let mut walk = Walk::default();
        chain.iter().find_map(|(entry, prev, hash)| {
            walk.step(entry, prev, hash).err().map(|broken| (entry.seq, broken))
        })
    }

    #[test]
    fn the_order_of_keys_does_not_matter_but_everything_else_does() {
        let mut other = entry(1, "t");
        other.detail = json!({"a": "ä", "b": [1, {"c": null, "d": true}]});
        assert_eq!(entry(1, "t").hash_after(ORIGIN), other.hash_after(ORIGIN));
        other.detail = json!({"a": "ä", "b": [{"c": null, "d": true}, 1]});
        assert_ne!(entry(1, "t").hash_after(ORIGIN), other.hash_after(ORIGIN));
    }

    #[test]
    fn text_cannot_move_from_one_field_to_the_next() {
        let (mut a, mut b) = (entry(1, "xy"), entry(1, "x"));
        (a.action, b.action) = ("a".into(), "ax".into());
        b.target = "y".into();
        assert_ne!(a.hash_after(ORIGIN), b.hash_after(ORIGIN));
    }

    #[test]
    fn a_missing_entry_is_a_gap_and_a_foreign_one_a_broken_link() {
        let mut missing = chain(5);
        missing.remove(2);
        assert_eq!(first_break(&missing), Some((4, Break::Gap)));

        let mut foreign = chain(5);
        let other = entry(3, "foreign");
        let hash = other.hash_after(ORIGIN);
        foreign[2] = (other, ORIGIN.to_owned(), hash);
        assert_eq!(first_break(&foreign), Some((3, Break::Link)));
        assert_eq!(first_break(&chain(5)), None);
    }

    proptest! {
        #[test]
        fn a_change_in_any_field_of_any_entry_is_found_there(place in 0_usize..20, field in 0..9) {
            let mut chain = chain(20);
            let entry = &mut chain[place].0;
            match field {
                0 => entry.recorded_at += chrono::TimeDelta::microseconds(1),
                1 => entry.tenant_id.push('x'),
                2 => entry.actor_id.push('x'),
                3 => entry.action.push('x'),
                4 => entry.target.push('x'),
                5 => entry.detail = json!({"b": [1, {"d": false, "c": null}], "a": "ä"}),
                6 => entry.ip.push('x'),
                7 => entry.request_id.push('x'),
                _ => entry.correlation_id.push('x'),
            }
            let seq = i64::try_from(place).unwrap() + 1;
            prop_assert_eq!(first_break(&chain), Some((seq, Break::Content)));
        }
    }
}
