//! Pages by cursor: rows have rising numbers, a cursor names the last row seen.

use serde_json::Value;

use super::answer::{Answer, Refused};
use super::query::Query;

/// Which rows come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

/// How large a page is when nothing is said, and at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) usual: usize,
    pub(super) most: usize,
}

/// Cuts a page out of rows that come with rising numbers in the order given.
///
/// # Errors
///
/// Refuses a cursor or a size that is none.
pub(super) fn cut<T>(
    rows: impl Iterator<Item = (i64, T)>,
    order: Order,
    sizes: Sizes,
    query: &Query,
    view: impl Fn(T) -> Value,
) -> Result<Answer, Refused> {
    let size = match query.number("page_size")? {
        None => sizes.usual,
        Some(size) if size < 1 => {
            return Err(Refused::schema("page_size", "must be at least 1"));
        }
        Some(size) => usize::try_from(size).unwrap_or(sizes.most).min(sizes.most),
    };
    let after = cursor(query, "after")?;
    let before = cursor(query, "before")?;
    let follows = |number: i64, mark: i64| match order {
        Order::NewestFirst => number < mark,
        Order::OldestFirst => number > mark,
    };

    let mut earlier = false;
    let mut later = false;
    let mut page: Vec<(i64, T)> = Vec::new();
    for (number, row) in rows {
        if after.is_some_and(|mark| !follows(number, mark)) {
            earlier = true;
            continue;
        }
        if before.is_some_and(|mark| !follows(mark, number)) {
            later = true;
            break;
        }
        if page.len() < size {
            page.push((number, row));
        } else if before.is_some() {
            // The page just before the cursor: its first rows make room.
            page.remove(0);
            page.push((number, row));
            earlier = true;
        } else {
            later = true;
            break;
        }
    }

    let first = page.first().filter(|_| earlier).map(|(number, _)| encode(*number));
    let last = page.last().filter(|_| later).map(|(number, _)| encode(*number));
    Ok(Answer::page(
        page.into_iter().map(|(_, row)| view(row)).collect(),
        last.as_deref(),
        first.as_deref(),
    ))
}

fn encode(number: i64) -> String {
    hex::encode(number.to_be_bytes())
}

fn cursor(query: &Query, name: &str) -> Result<Option<i64>, Refused> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let mut bytes = [0_u8; 8];
    match hex::decode_to_slice(text, &mut bytes) {
        Ok(()) => Ok(Some(i64::from_be_bytes(bytes))),
        Err(_) => Err(Refused::schema(name, "is not a cursor of an earlier answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { usual: 3, most: 4 };

    fn numbers(query: &str, order: Order) -> (Vec<i64>, Option<String>, Option<String>) {
        let all = 1..=10_i64;
        let rows: Vec<i64> = match order {
            Order::OldestFirst => all.collect(),
            Order::NewestFirst => all.rev().collect(),
        };
        let rows = rows.into_iter().map(|number| (number, number));
        let answer = cut(rows, order, SIZES, &Query::parse(query), Value::from).unwrap();
        let numbers = answer.result.as_array().unwrap().iter().map(|one| one.as_i64().unwrap());
        let meta = answer.meta.unwrap();
        let mark = |name: &str| meta[name].as_str().map(str::to_owned);
        (numbers.collect(), mark("after"), mark("before"))
    }

    #[test]
    fn every_row_is_seen_once_walking_after_the_cursor() {
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let mut seen = Vec::new();
            let mut query = String::new();
            loop {
                let (page, after, _) = numbers(&query, order);
                assert!(page.len() <= 3);
                seen.extend(page);
                match after {
                    Some(after) => query = format!("after={after}"),
                    None => break,
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, (1..=10).collect::<Vec<_>>());
        }
    }

    #[test]
    fn before_the_cursor_lies_the_page_just_before() {
        let (_, after, before) = numbers("", Order::NewestFirst);
        assert_eq!(before, None);
        let (second, _, before) = numbers(&format!("after={}", after.unwrap()), Order::NewestFirst);
        assert_eq!(second, [7, 6, 5]);

        let (first, after, again) =
            numbers(&format!("before={}", before.unwrap()), Order::NewestFirst);
        assert_eq!((first, again), (vec![10, 9, 8], None));
        assert!(after.is_some());
    }

    #[test]
    fn a_page_is_never_larger_than_allowed() {
        assert_eq!(numbers("page_size=1000", Order::OldestFirst).0.len(), 4);
        let refused = |query: &str| {
            let rows = std::iter::once((1, 1));
            cut(rows, Order::OldestFirst, SIZES, &Query::parse(query), Value::from).unwrap_err()
        };
        assert_eq!(refused("page_size=0").status, 400);
        assert_eq!(refused("after=x").status, 400);
    }
}
