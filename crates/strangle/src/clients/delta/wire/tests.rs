//! Documents as the exchange writes them, and documents as nobody should.

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::instrument::{ProductId, TradingStatus, Underlying};

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn product() -> Value {
    json!({
        "id": 98_765, "symbol": "C-BTC-106000-160126", "contract_type": "call_options",
        "state": "live", "trading_status": "operational", "strike_price": "106000",
        "settlement_time": "2026-01-16T12:00:00Z", "contract_value": "0.001", "tick_size": "0.1",
        "position_size_limit": 229_167, "taker_commission_rate": "0.00015",
        "maker_commission_rate": "0.00015", "initial_margin": "0.5",
        "maintenance_margin": "0.25", "initial_margin_scaling_factor": "0.000002",
        "maintenance_margin_scaling_factor": "0.000001", "max_leverage_notional": "200000",
        "product_specs": {"only_reduce_only_orders_allowed": false},
        "underlying_asset": {"symbol": "BTC"}, "something_new": [1, 2, 3],
    })
}

fn order() -> Value {
    json!({
        "id": 13_452_112, "client_order_id": "abcdef-1-CE01", "product_id": 98_765,
        "product_symbol": "C-BTC-106000-160126", "size": 10, "unfilled_size": 4, "side": "sell",
        "order_type": "limit_order", "limit_price": "210.5", "average_fill_price": "211",
        "state": "open", "paid_commission": "0.06", "created_at": "1768478400000000",
    })
}

fn fill() -> Value {
    json!({
        "id": 701, "size": "6", "fill_type": "normal", "side": "sell", "price": "211",
        "role": "taker", "commission": "0.06", "created_at": "2026-01-15T12:00:00Z",
        "product_symbol": "C-BTC-106000-160126", "order_id": "13452112",
    })
}

fn with(mut value: Value, field: &str, new: Value) -> Value {
    value[field] = new;
    value
}

#[test]
fn a_product_becomes_a_contract_if_symbol_and_fields_agree() {
    let read = Product::read(&product()).unwrap();
    let contract = read.contract().unwrap();

    assert_eq!((contract.underlying, contract.product_id), (Underlying::Btc, ProductId(98_765)));
    assert_eq!((contract.strike, contract.tick_size), (decimal("106000"), decimal("0.1")));
    assert_eq!(contract.margin.unwrap().max_leverage_notional, decimal("200000"));
    for (field, other) in [
        ("strike_price", json!("105000")),
        ("contract_type", json!("put_options")),
        ("contract_type", json!("perpetual_futures")),
        ("settlement_time", json!("2026-01-17T12:00:00Z")),
        ("symbol", json!("BTCUSD")),
    ] {
        let odd = Product::read(&with(product(), field, other)).unwrap();
        assert_eq!(odd.contract(), None, "{field}");
    }
}

#[test]
fn a_product_without_a_field_that_matters_is_unreadable() {
    for field in ["id", "symbol", "contract_type", "state", "contract_value", "tick_size"] {
        let unreadable = Product::read(&with(product(), field, Value::Null)).unwrap_err();
        assert_eq!(unreadable.field, field);
    }
    let zero = with(product(), "tick_size", json!("0"));
    assert_eq!(Product::read(&zero).unwrap_err().field, "tick_size");
    let odd = with(product(), "trading_status", json!("something_new"));
    assert_eq!(Product::read(&odd).unwrap().trading_status, TradingStatus::Unknown);
}

#[test]
fn an_order_is_read_whether_its_numbers_are_texts_or_not() {
    let texts = with(with(order(), "id", json!("13452112")), "size", json!("10"));

    assert_eq!(Order::read(&texts), Order::read(&order()));
    let read = Order::read(&order()).unwrap();
    assert_eq!((read.filled(), read.average_price), (6, Some(decimal("211"))));
    assert!(!read.state.is_final());
}

#[test]
fn an_order_that_contradicts_itself_is_unreadable() {
    for (field, value) in [
        ("unfilled_size", json!(11)),
        ("unfilled_size", json!(-1)),
        ("size", json!(0)),
        ("size", json!(1.5)),
        ("state", json!("something_new")),
        ("side", json!("both")),
        ("id", Value::Null),
        ("product_symbol", Value::Null),
    ] {
        assert!(Order::read(&with(order(), field, value.clone())).is_err(), "{field} {value}");
    }
}

#[test]
fn a_fill_has_a_price_unless_it_is_a_worthless_settlement() {
    let settled = with(with(fill(), "price", json!("0")), "fill_type", json!("settlement"));

    assert_eq!(Fill::read(&fill()).unwrap().commission, Some(decimal("0.06")));
    assert_eq!(Fill::read(&settled).unwrap().kind, FillKind::Settlement);
    for (field, value) in [
        ("price", json!("0")),
        ("price", json!("NaN")),
        ("price", json!(-1)),
        ("size", json!(0)),
        ("created_at", json!("soon")),
    ] {
        assert!(Fill::read(&with(fill(), field, value.clone())).is_err(), "{field} {value}");
    }
}

#[test]
fn a_ticker_keeps_what_can_be_read() {
    let ticker = json!({
        "symbol": "C-BTC-106000-160126", "mark_price": "210.5", "spot_price": 100_000.5,
        "quotes": {"best_bid": "212", "best_ask": "211", "bid_size": "5", "ask_size": "6",
            "mark_iv": "0.5"},
        "greeks": {"delta": "0.12", "gamma": "x"}, "timestamp": 1_768_478_400_000_000_i64,
        "price_band": {"lower_limit": "400", "upper_limit": "1"},
    });

    let read = Ticker::read(&ticker).unwrap();

    assert_eq!((read.book, read.price_band), (None, None), "crossed");
    assert_eq!(read.mark, Some(decimal("210.5")));
    assert!((read.greeks.unwrap().delta - 0.12).abs() < 1e-12);
    assert!(Ticker::read(&with(ticker, "timestamp", Value::Null)).is_err());
}

#[test]
fn positions_and_balances_are_read() {
    let position = json!({"product_symbol": "C-BTC-1-160126", "size": "-10", "entry_price": "5"});
    let balance = json!({"asset_symbol": "USD", "balance": "10000", "available_balance": 9_000});

    assert_eq!(OpenPosition::read(&position).unwrap().size, -10);
    assert_eq!(Balance::read(&balance).unwrap().available, decimal("9000"));
    assert!(OpenPosition::read(&with(position, "size", Value::Null)).is_err());
}

/// JSON of any shape, with the exchange's names in it.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[-+.:A-Z0-9eTZ]{0,40}".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let names = "id|symbol|contract_type|state|contract_value|tick_size|settlement_time|size|price|\
                 unfilled_size|side|product_symbol|created_at|timestamp|quotes|best_bid|best_ask|\
                 bid_size|ask_size|greeks|delta|price_band|lower_limit|buy|sell|balance|\
                 asset_symbol|available_balance|fill_type|product";
    leaf.prop_recursive(3, 32, 10, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(names, inner, 0..14)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_document_makes_a_reader_panic(value in any_json()) {
        let _ = (Product::read(&value).map(|product| product.contract()), Ticker::read(&value));
        let _ = (Order::read(&value), Fill::read(&value), Depth::read(&value));
        let _ = (OpenPosition::read(&value), Balance::read(&value), Profile::read(&value));
    }

    #[test]
    fn one_broken_field_never_makes_a_wrong_order(field in 0_usize..12, value in any_json()) {
        let names: Vec<String> = order().as_object().unwrap().keys().cloned().collect();
        if let Ok(read) = Order::read(&with(order(), &names[field % names.len()], value)) {
            prop_assert!(read.size > 0 && (0..=read.size).contains(&read.filled()));
            prop_assert!(read.limit_price.is_none_or(|price| price > Decimal::ZERO));
        }
    }
}
