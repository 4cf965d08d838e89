use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use super::cell::{Row, fixed, plain, signed};
use super::sessions_file::{COLUMNS, LegCells, SessionRow, write_head, write_session};
use crate::instrument::Underlying;

fn line(cells: &[&str]) -> String {
    let mut buffer = String::new();
    let mut row = Row::new(&mut buffer);
    for cell in cells {
        row = row.text(cell);
    }
    row.end();
    buffer
}

/// Reads one file by the rules of the format, in the plainest way.
fn parse(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut letters) = (false, text.chars().peekable());
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {}
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    rows
}

#[test]
fn a_text_that_looks_like_a_formula_is_kept_from_being_one() {
    let dangerous = ["=1+1", "+1", "-1", "@a", "\ta", "\ra"];

    let cells = parse(&line(&dangerous));

    for (cell, text) in cells[0].iter().zip(dangerous) {
        assert_eq!(*cell, format!("'{text}"));
    }
    assert_eq!(line(&["a=1", "", "a,b", "say \"x\""]), "a=1,,\"a,b\",\"say \"\"x\"\"\"\r\n");
}

#[test]
fn numbers_are_plain_and_rounded_half_to_even() {
    assert_eq!(plain(dec!(0.123456785)), "0.12345678");
    assert_eq!(plain(dec!(0.123456775)), "0.12345678");
    assert_eq!(plain(dec!(-12.500)), "-12.5");
    assert_eq!(plain(dec!(120000000000000000000000)), "120000000000000000000000");
    assert_eq!(fixed(dec!(121000), 2), "121000.00");
    assert_eq!(signed(dec!(-0.001), 2), "+0.00");
    assert_eq!(signed(dec!(-0.0906), 4), "-0.0906");
    assert_eq!(signed(dec!(2.025), 2), "+2.02");
}

#[test]
fn a_session_row_has_signs_where_they_are_due_and_gaps_where_nothing_is_known() {
    let session = SessionRow {
        strategy_id: "delta-strangle-20251006040000-1".to_owned(),
        activated_at: Some("2025-10-06T04:00:00Z".parse().unwrap()),
        config_snapshot: r#"{"name":"a"}"#.to_owned(),
        total_pnl: Some(dec!(1.345)),
        total_fees: Some(dec!(0.10)),
        underlying: Some(Underlying::Btc),
        spot_entry: Some(dec!(123500)),
        call: LegCells {
            symbol: Some("C-BTC-126000-071025".to_owned()),
            strike: Some(dec!(126000)),
            delta: Some(dec!(0.1422)),
            distance_pct: Some(dec!(2.02)),
        },
        ..SessionRow::default()
    };
    let mut file = String::new();

    write_head(&mut file);
    write_session(&mut file, &session);

    let rows = parse(&file);
    assert_eq!(rows[0], COLUMNS);
    let expected = "delta-strangle-20251006040000-1|2025-10-06T04:00:00+00:00||{\"name\":\"a\"}|+1.34|0.1||||BTC|\
                    123500.00||C-BTC-126000-071025|126000.00|+0.1422|+2.02||||";
    assert_eq!(rows[1].join("|"), expected);
}

proptest! {
    #[test]
    fn a_file_is_read_back_as_it_was_written(
        cells in prop::collection::vec("[ -~\r\n\té€]{0,12}", 1..6),
    ) {
        let texts: Vec<&str> = cells.iter().map(String::as_str).collect();

        let rows = parse(&line(&texts));

        prop_assert_eq!(rows.len(), 1);
        for (read, text) in rows[0].iter().zip(&texts) {
            let plain = read.strip_prefix('\'').filter(|rest| rest == text).unwrap_or(read);
            prop_assert_eq!(plain, *text);
            prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }

    #[test]
    fn a_number_is_read_back_to_eight_decimals(units in any::<i64>(), scale in 0_u32..18) {
        let number = Decimal::new(units, scale);

        let text = plain(number);

        let read: Decimal = text.parse().unwrap();
        prop_assert!((read - number).abs() <= dec!(0.000000005));
        prop_assert!(!text.contains('.') || !text.ends_with('0'));
    }
}
