use proptest::prelude::*;
use rust_decimal::dec;

use super::*;

fn trade(side: Side, price: Decimal, contracts: i64) -> LegFill {
    LegFill { side, price, size: contracts, fee: dec!(0.01) }
}

#[test]
fn what_was_sold_first_is_bought_back_first() {
    let mut leg = LegBook::new(dec!(0.001));
    for one in [
        trade(Side::Sell, dec!(100), 4),
        trade(Side::Sell, dec!(110), 6),
        trade(Side::Buy, dec!(90), 5),
    ] {
        leg.apply(&one).unwrap();
    }

    assert_eq!(leg.position(), -5);
    assert_eq!(leg.realized(), dec!(0.060)); // (4 · 10 + 1 · 20) / 1000
    assert_eq!(leg.unrealized(dec!(105)), dec!(0.025));
    assert_eq!(leg.fees(), dec!(0.03));
    assert_eq!(leg.sold().vwap(), Some(dec!(106)));
    assert_eq!(leg.premium_of(10), dec!(1.06));
    assert_eq!(leg.premium_of(5), dec!(0.53));
}

#[test]
fn a_position_that_turns_is_counted_on_the_other_side() {
    let mut leg = LegBook::new(dec!(1));
    leg.apply(&trade(Side::Sell, dec!(10), 2)).unwrap();
    leg.apply(&trade(Side::Buy, dec!(7), 5)).unwrap();

    assert_eq!(leg.position(), 3);
    assert_eq!(leg.realized(), dec!(6));
    assert_eq!(leg.unrealized(dec!(9)), dec!(6));
}

#[test]
fn a_fill_that_cannot_be_leaves_the_leg_as_it_was() {
    let mut leg = LegBook::new(dec!(0.001));
    let before = leg.clone();

    for wrong in [
        trade(Side::Sell, dec!(1), 0),
        trade(Side::Sell, dec!(1), -3),
        trade(Side::Sell, dec!(1), i64::MAX),
        trade(Side::Buy, dec!(-1), 1),
        trade(Side::Buy, Decimal::MAX, 1),
        LegFill { fee: Decimal::MIN, ..trade(Side::Buy, dec!(1), 1) },
    ] {
        assert!(leg.apply(&wrong).is_err());
    }

    assert_eq!(leg, before);
}

#[test]
fn percentages_need_a_basis() {
    let result = LegResult { realized: dec!(3), unrealized: dec!(-1), fees: dec!(1) };

    assert_eq!(result.net_pct(dec!(4)), Some(25.0));
    assert_eq!(result.net_pct(dec!(0)), None);
}

fn fills() -> impl Strategy<Value = Vec<(bool, i64, i64)>> {
    prop::collection::vec((any::<bool>(), 0_i64..100_000, 1_i64..20), 1..40)
}

proptest! {
    #[test]
    fn the_result_is_what_the_cash_says(fills in fills(), mark in 0_i64..100_000) {
        let mark = Decimal::new(mark, 1);
        let (mut leg, mut cash, mut held) = (LegBook::new(dec!(0.001)), dec!(0), 0);
        for (sell, price, size) in fills {
            let side = if sell { Side::Sell } else { Side::Buy };
            let price = Decimal::new(price, 1);
            leg.apply(&trade(side, price, size)).unwrap();
            cash -= price * Decimal::from(side.signed(size));
            held += side.signed(size);
        }

        let gross = (cash + mark * Decimal::from(held)) * dec!(0.001);
        prop_assert_eq!(leg.position(), held);
        prop_assert_eq!(leg.at_mark(mark).gross(), gross);
    }

    #[test]
    fn a_fill_in_parts_gives_the_result_of_the_whole(
        fills in fills(), mark in 0_i64..100_000,
    ) {
        let (mut whole, mut parts) = (LegBook::new(dec!(0.01)), LegBook::new(dec!(0.01)));
        for (sell, price, size) in fills {
            let side = if sell { Side::Sell } else { Side::Buy };
            let price = Decimal::new(price, 1);
            whole.apply(&LegFill { fee: dec!(0), ..trade(side, price, size) }).unwrap();
            for _ in 0..size {
                parts.apply(&LegFill { fee: dec!(0), ..trade(side, price, 1) }).unwrap();
            }
        }

        let mark = Decimal::new(mark, 1);
        prop_assert_eq!(whole.at_mark(mark), parts.at_mark(mark));
        prop_assert_eq!(whole.sold().vwap(), parts.sold().vwap());
    }
}
