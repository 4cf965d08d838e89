use rust_decimal::dec;

use super::*;

type Repair = fn(&mut OrderCheck);

#[test]
fn the_first_failing_check_is_the_reason() {
    let mut order = OrderCheck {
        lease_held: false,
        trading_state: TradingState::Halted,
        live: true,
        credentials: false,
        clock_skew_ms: -2_001,
        book: Book { net_sold: 0, open_sells: 0, open_buys: 0, target: 0, busy: true },
        price: Some(dec!(79)),
        quote_age: None,
        mark: Some(dec!(100)),
        max_slippage_pct: dec!(20),
        band: Some(PriceBand { low: dec!(90), high: dec!(110) }),
        max_lots: 0,
        position_size_limit: Some(0),
        orders_last_minute: 60,
        quota_left: 499,
        day: Some(Denial::DailyLossLimit),
        margin_needed: Some(dec!(2)),
        available_balance: Some(dec!(1)),
        status: TradingStatus::DisruptedPostOnly,
        ..OrderCheck::harmless()
    };
    let repairs: [(Denial, Repair); 16] = [
        (Denial::LeaseLost, |order| order.lease_held = true),
        (Denial::Halted, |order| order.trading_state = TradingState::Active),
        (Denial::LiveCredentialsMissing, |order| order.credentials = true),
        (Denial::ClockSkew, |order| order.clock_skew_ms = -2_000),
        (Denial::LegBusy, |order| order.book.busy = false),
        (Denial::LegLimit, |order| order.book.target = 1),
        (Denial::StaleQuote, |order| order.quote_age = Some(TimeDelta::seconds(15))),
        (Denial::PriceCollar, |order| order.price = Some(dec!(80))),
        (Denial::PriceBand, |order| order.price = Some(dec!(90))),
        (Denial::MaxLots, |order| order.max_lots = 1),
        (Denial::PositionSizeLimit, |order| order.position_size_limit = Some(1)),
        (Denial::OrderRate, |order| order.orders_last_minute = 59),
        (Denial::QuotaReserve, |order| order.quota_left = 500),
        (Denial::DailyLossLimit, |order| order.day = None),
        (Denial::InsufficientMargin, |order| order.available_balance = Some(dec!(2))),
        (Denial::TradingStatus, |order| order.status = TradingStatus::Operational),
    ];
    for (denial, repair) in repairs {
        assert_eq!(check(&order), Err(denial));
        repair(&mut order);
    }
    assert_eq!(check(&order), Ok(()));
}

#[test]
fn an_exit_passes_all_but_lease_leg_and_an_empty_quota() {
    let exit = OrderCheck {
        trading_state: TradingState::Halted,
        live: true,
        credentials: false,
        clock_skew_ms: 60_000,
        quote_age: None,
        orders_last_minute: 1_000,
        quota_left: 5,
        max_lots: 0,
        day: Some(Denial::SessionsPerDay),
        status: TradingStatus::DisruptedCancelOnly,
        ..OrderCheck::harmless_exit()
    };

    assert_eq!(check(&exit), Ok(()));
    assert_eq!(check(&OrderCheck { quota_left: 4, ..exit.clone() }), Err(Denial::QuotaReserve));
    assert_eq!(check(&OrderCheck { size: 2, ..exit.clone() }), Err(Denial::LegLimit));
    assert_eq!(check(&OrderCheck { lease_held: false, ..exit }), Err(Denial::LeaseLost));
}

#[test]
fn a_leg_is_never_sold_beyond_its_target_or_bought_beyond_what_is_sold() {
    let book = Book { net_sold: 4, open_sells: 3, open_buys: 0, target: 10, busy: false };
    let sell = |size| OrderCheck { book, size, ..OrderCheck::harmless() };
    assert_eq!(check(&sell(3)), Ok(()));
    assert_eq!(check(&sell(4)), Err(Denial::LegLimit));
    assert_eq!(check(&sell(0)), Err(Denial::LegLimit));

    let turned = Book { net_sold: -5, open_sells: 0, open_buys: 0, target: 10, busy: false };
    let repair =
        OrderCheck { book: turned, side: Side::Sell, size: 5, ..OrderCheck::harmless_exit() };
    assert_eq!(check(&repair), Ok(()));
    assert_eq!(check(&OrderCheck { size: 6, ..repair }), Err(Denial::LegLimit));
}
