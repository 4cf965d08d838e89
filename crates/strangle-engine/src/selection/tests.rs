use proptest::prelude::*;

use super::*;
use crate::instrument::ProductId;
use crate::pricing::Greeks;
use crate::quote::{Level, Source};

fn now() -> DateTime<Utc> {
    "2025-10-06T04:00:00Z".parse().unwrap()
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
}

const SPOT: Decimal = dec!(123500);

fn option(number: i64, strike: i64, mid: Decimal, delta: f64, expiry: NaiveDate) -> Candidate {
    let kind = if delta > 0.0 { OptionKind::Call } else { OptionKind::Put };
    let strike = Decimal::from(strike);
    let level = |price| Some(Level { price, size: 50 });
    Candidate {
        contract: Contract {
            symbol: Symbol::option(kind, Underlying::Btc, strike, expiry).unwrap(),
            product_id: ProductId(number),
            underlying: Underlying::Btc,
            kind,
            strike,
            expiry,
            contract_value: dec!(0.001),
            tick_size: dec!(0.1),
            position_size_limit: Some(1_000),
            taker_rate: None,
            maker_rate: None,
            margin: None,
        },
        quote: Quote {
            bid: level(mid - dec!(2)),
            ask: level(mid + dec!(2)),
            mark: mid,
            last: None,
            mark_iv: Some(0.5),
            greeks: Some(Greeks { delta, ..Greeks::default() }),
            band: None,
            exchange_at: now(),
            received_at: now(),
            source: Source::Rest,
        },
        open_interest: dec!(1000),
        status: TradingStatus::Operational,
    }
}

fn chain() -> Vec<Candidate> {
    vec![
        option(101, 125_000, dec!(523), 0.2301, day(7)),
        option(102, 126_000, dec!(302), 0.1422, day(7)),
        option(103, 126_400, dec!(241), 0.1187, day(7)),
        option(104, 127_000, dec!(170), 0.0911, day(7)),
        option(201, 122_000, dec!(560), -0.2402, day(7)),
        option(202, 121_000, dec!(332), -0.1455, day(7)),
        option(203, 120_600, dec!(262), -0.1203, day(7)),
        option(204, 120_000, dec!(180), -0.0851, day(7)),
        option(302, 128_000, dec!(310), 0.1300, day(8)),
        option(402, 119_000, dec!(300), -0.1250, day(8)),
    ]
}

fn criteria() -> Criteria {
    Criteria {
        underlying: Underlying::Btc,
        mode: StrikeMode::Delta,
        delta_low: 0.10,
        delta_high: 0.15,
        delta_pick: DeltaPick::Highest,
        call_range: None,
        put_range: None,
        price_fallback: PriceFallback::Strict,
        require_otm: true,
        quantity: 10,
        max_spread_pct: 40.0,
        require_bid_size: false,
        stale_after: TimeDelta::seconds(15),
        contract_size: None,
        target_expiry: day(7),
        slip_days: Some(1),
        foreign: Vec::new(),
    }
}

fn chosen(criteria: &Criteria, chain: &[Candidate]) -> Result<(i64, i64), NoSelection> {
    let selection = select(criteria, SPOT, now(), chain)?;
    let number = |leg: &SelectedLeg| leg.contract.product_id.0;
    Ok((number(&selection.call), number(&selection.put)))
}

type Change = fn(&mut Candidate);

#[test]
fn a_band_gives_its_highest_or_its_middle() {
    assert_eq!(chosen(&criteria(), &chain()), Ok((102, 202)));
    let middle = Criteria { delta_pick: DeltaPick::NearestCenter, ..criteria() };
    assert_eq!(chosen(&middle, &chain()), Ok((103, 203)));
}

#[test]
fn each_reason_excludes_a_contract_and_is_recorded() {
    let changes: [(Reason, Change); 9] = [
        (Reason::NotOperational, |it| it.status = TradingStatus::DisruptedPostOnly),
        (Reason::NoBid, |it| it.quote.bid = None),
        (Reason::BadQuote, |it| it.quote.mark = dec!(0)),
        (Reason::InTheMoney, |it| it.contract.strike = SPOT),
        (Reason::StaleQuote, |it| it.quote.exchange_at -= TimeDelta::seconds(16)),
        (Reason::SpreadTooWide, |it| it.quote.ask = Some(Level { price: dec!(600), size: 1 })),
        (Reason::PositionLimit, |it| it.contract.position_size_limit = Some(9)),
        (Reason::DeltaOutsideBand, |it| {
            it.quote.greeks = Some(Greeks { delta: 0.1501, ..Greeks::default() });
        }),
        (Reason::BidTooSmall, |it| it.quote.bid = Some(Level { price: dec!(300), size: 9 })),
    ];
    for (reason, change) in changes {
        let mut chain = chain();
        change(&mut chain[1]);
        let criteria = Criteria { require_bid_size: true, ..criteria() };

        let selection = select(&criteria, SPOT, now(), &chain).unwrap();

        assert_eq!(selection.call.contract.product_id, ProductId(103), "{reason:?}");
        let symbol = chain[1].contract.symbol;
        assert!(selection.near_misses.contains(&NearMiss { symbol, reason }), "{reason:?}");
    }
}

#[test]
fn a_foreign_position_makes_its_symbol_unselectable() {
    let chain = chain();
    let criteria = Criteria { foreign: vec![chain[1].contract.symbol], ..criteria() };

    assert_eq!(chosen(&criteria, &chain), Ok((103, 202)));
}

#[test]
fn both_legs_slip_together_or_not_at_all() {
    let mut chain = chain();
    chain.retain(|it| it.contract.kind == OptionKind::Call || it.contract.expiry == day(8));

    assert_eq!(chosen(&criteria(), &chain), Ok((302, 402)));
    let near = Criteria { slip_days: Some(0), ..criteria() };
    assert_eq!(chosen(&near, &chain).unwrap_err().code(), "no_expiry_available");
    let fixed = Criteria { slip_days: None, ..criteria() };
    let refusal = chosen(&fixed, &chain).unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.leg()),
        ("no_strike_in_delta_range", Some(OptionKind::Put))
    );
    let far = Criteria { target_expiry: day(9), ..criteria() };
    assert_eq!(chosen(&far, &chain).unwrap_err().code(), "no_expiry_available");
}

#[test]
fn price_mode_goes_by_the_mid_and_substitutes_only_when_told() {
    let range = |low, high| Some(PriceRange { low, high });
    let price = Criteria {
        mode: StrikeMode::Price,
        call_range: range(dec!(200), dec!(320)),
        put_range: range(dec!(150), dec!(300)),
        ..criteria()
    };
    assert_eq!(chosen(&price, &chain()), Ok((103, 203)));

    let empty = Criteria { call_range: range(dec!(400), dec!(450)), ..price.clone() };
    let refusal = chosen(&empty, &chain()).unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.leg()),
        ("no_strike_in_price_range", Some(OptionKind::Call))
    );
    let nearest = Criteria { price_fallback: PriceFallback::Nearest, ..empty };
    assert_eq!(chosen(&nearest, &chain()), Ok((101, 203)));
}

#[test]
fn ties_go_to_spread_then_interest_then_number() {
    let twin = |number, strike| option(number, strike, dec!(300), 0.1422, day(7));
    let mut chain = vec![twin(12, 126_200), twin(11, 126_400), twin(13, 126_600)];
    chain.push(option(202, 121_000, dec!(332), -0.1455, day(7)));
    assert_eq!(chosen(&criteria(), &chain), Ok((11, 202)));

    chain[2].open_interest = dec!(1001);
    assert_eq!(chosen(&criteria(), &chain), Ok((13, 202)));

    chain[0].quote.ask = Some(Level { price: dec!(301), size: 1 });
    assert_eq!(chosen(&criteria(), &chain), Ok((12, 202)));
}

#[test]
fn old_or_missing_greeks_are_computed() {
    let mut chain = chain();
    chain[1].quote.greeks = None;
    chain[1].quote.mark_iv = None;
    let wide = Criteria { delta_high: 0.24, ..criteria() };
    chain.remove(0);

    let selection = select(&wide, SPOT, now(), &chain).unwrap();

    assert_eq!(selection.call.contract.product_id, ProductId(102));
    assert!(selection.call.delta_computed);
    assert!(selection.call.delta.is_some_and(|delta| (0.1..0.24).contains(&delta)));
}

#[test]
fn another_size_of_contract_is_refused() {
    let criteria = Criteria { contract_size: Some(dec!(0.01)), ..criteria() };

    assert_eq!(chosen(&criteria, &chain()).unwrap_err().code(), "contract_size_mismatch");
    let eth = Criteria { underlying: Underlying::Eth, ..criteria };
    assert_eq!(chosen(&eth, &chain()).unwrap_err().code(), "no_contract_for_underlying");
    assert_eq!(select(&eth, dec!(0), now(), &chain()).unwrap_err(), NoSelection::NoIndex);
}

#[test]
fn distances_are_signed_and_rounded() {
    assert_eq!(distance_pct(dec!(126000), SPOT), dec!(2.02));
    assert_eq!(distance_pct(dec!(121000), SPOT), dec!(-2.02));
}

proptest! {
    #[test]
    fn the_order_of_the_tickers_never_matters(
        chain in Just(chain()).prop_shuffle(), price in any::<bool>(), nearest in any::<bool>(),
    ) {
        let range = Some(PriceRange { low: dec!(150), high: dec!(340) });
        let criteria = Criteria {
            mode: if price { StrikeMode::Price } else { StrikeMode::Delta },
            delta_pick: if nearest { DeltaPick::NearestCenter } else { DeltaPick::Highest },
            call_range: range,
            put_range: range,
            ..criteria()
        };
        let sorted = self::chain();

        prop_assert_eq!(
            select(&criteria, SPOT, now(), &chain),
            select(&criteria, SPOT, now(), &sorted)
        );
    }
}
