//! Short integers in the place of texts, for indexes that stay small and fill quickly.

/// Makes the key of an id that is met on a few lines: 64 bits.
///
/// The key of a UUID is its first half, so that the keys of UUIDv7 arrive in order and the index
/// grows at its end. Anything else is hashed.
#[must_use]
pub(crate) fn of_id(id: &str) -> i64 {
    uuid_head(id.as_bytes()).unwrap_or_else(|| fnv(id.as_bytes())).cast_signed()
}

/// Makes the key of a name that is met on many lines: 47 bits, which SQLite keeps in six bytes.
///
/// Two of a thousand names share a key with a probability below 10⁻⁸; a query compares the names
/// too, so that a shared key never shows.
#[must_use]
pub(crate) fn of_name(name: &str) -> i64 {
    (fnv(name.as_bytes()) >> 17).cast_signed()
}

/// Reads the first 64 bits of a UUID in its usual form.
fn uuid_head(text: &[u8]) -> Option<u64> {
    if text.len() != 36 || text.get(8) != Some(&b'-') || text.get(13) != Some(&b'-') {
        return None;
    }
    let mut head = 0;
    for byte in text.iter().take(18).filter(|b| **b != b'-') {
        head = head << 4 | u64::from(char::from(*byte).to_digit(16)?);
    }
    (text.get(18) == Some(&b'-')).then_some(head)
}

/// FNV-1a with a final mix; the same for ever, because the results are stored.
fn fnv(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_time_ordered_ids_are_in_order() {
        let early = of_id("019a9f00-0000-7000-8000-000000000009");
        let late = of_id("019a9f00-0001-7000-8000-000000000001");
        assert_eq!(early, 0x019a_9f00_0000_7000);
        assert!(early < late);
    }

    #[test]
    fn keys_never_change_because_they_are_stored() {
        assert_eq!(of_name("quintet::http"), 20_487_310_043_944);
        assert_eq!(of_id("corr-12345678"), 7_046_895_460_197_041_829);
        assert!(of_name("x") < 1 << 47);
    }
}
