//! A stable sort by a key of many bits of which few vary.

/// Bits per pass.
const BITS: u32 = 11;

/// Sorts by key; equal keys stay in their order. Passes over bits in which all keys agree are
/// left out, so a pool of one class and one age takes a single pass.
pub(super) fn sort_by_key(mut items: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let first = items.first().map_or(0, |(key, _)| *key);
    let varying = items.iter().fold(0, |varying, (key, _)| varying | (key ^ first));
    let mut sorted = vec![(0, 0); items.len()];
    for shift in (0..u64::BITS).step_by(BITS as usize) {
        if (varying >> shift) & mask() != 0 {
            scatter(&items, &mut sorted, shift);
            std::mem::swap(&mut items, &mut sorted);
        }
    }
    items
}

/// Moves items to the place that their digit at `shift` gives them.
fn scatter(items: &[(u64, u32)], sorted: &mut [(u64, u32)], shift: u32) {
    let mut next = [0_usize; 1 << BITS];
    for (key, _) in items {
        next[digit(*key, shift)] += 1;
    }
    let mut place = 0;
    for slot in &mut next {
        let count = *slot;
        *slot = place;
        place += count;
    }
    for item in items {
        let slot = &mut next[digit(item.0, shift)];
        if let Some(target) = sorted.get_mut(*slot) {
            *target = *item;
        }
        *slot += 1;
    }
}

const fn mask() -> u64 {
    (1 << BITS) - 1
}

/// Returns the digit at `shift`, which is below `1 << BITS`.
fn digit(key: u64, shift: u32) -> usize {
    usize::try_from((key >> shift) & mask()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(keys in prop::collection::vec(any::<u64>(), 0..200), shift in 0_u32..60) {
            let items: Vec<(u64, u32)> = keys.iter().map(|key| key >> shift).zip(0..).collect();
            let mut wanted = items.clone();
            wanted.sort_by_key(|(key, _)| *key);

            prop_assert_eq!(sort_by_key(items), wanted);
        }
    }
}
