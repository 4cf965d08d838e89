//! Which known word was probably meant.

/// Returns the known word that takes the fewest changes, if they are few for its length.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(LONGEST).collect();
    let allowed = (letters.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate.eq_ignore_ascii_case(word) {
            return Some(candidate);
        }
        let other: Vec<char> = candidate.chars().take(LONGEST).collect();
        if other.len().abs_diff(letters.len()) > allowed {
            continue;
        }
        let distance = distance(&letters, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words are compared by their beginnings.
const LONGEST: usize = 32;

/// Changes, additions, removals and swaps of neighbours that turn one word into the other
/// (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous: Option<char> = None;
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut left = row + 1;
        let mut before: Option<char> = None;
        for (column, with) in other.iter().enumerate() {
            let cell = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX / 2);
            let changed = cell(&last, column) + usize::from(letter != with);
            let mut fewest = changed.min(cell(&last, column + 1) + 1).min(left + 1);
            if column > 0 && previous == Some(*with) && before == Some(*letter) {
                fewest = fewest.min(cell(&before_last, column - 1) + 1);
            }
            current.push(fewest);
            left = fewest;
            before = Some(*with);
        }
        before_last = last;
        last = current;
        previous = Some(*letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_keyboard_is_recognised_and_another_word_is_not() {
        let known = ["balance", "begin_balance", "factor", "rate"];
        assert_eq!(nearest("balnace", known), Some("balance"));
        assert_eq!(nearest("Balance", known), Some("balance"));
        assert_eq!(nearest("factr", known), Some("factor"));
        assert_eq!(nearest("ratee", known), Some("rate"));
        assert_eq!(nearest("weather", known), None);
        assert_eq!(nearest("", known), None);
    }
}
