use serde_json::json;

use super::*;

#[test]
fn a_script_is_an_object_an_array_or_one_rule() {
    let rule = json!({"when": "+30m", "action": "maintenance"});
    let expected = Rule {
        when: When { at: Some(Span::seconds(1_800)), lasts: None },
        ..Rule::new(Action::Maintenance {})
    };

    for json in [rule.clone(), json!([rule.clone()]), json!({"name": "night", "rules": [rule]})] {
        let script = FaultScript::from_json(json).unwrap();
        assert_eq!(script.rules, std::slice::from_ref(&expected));
    }
}

#[test]
fn every_member_of_a_rule_is_read() {
    let text = r#"{"when":{"at":"90s","for":"5m"},
        "match":{"method":"POST","path":"/v2/orders*","nth":3},
        "probability":0.5,"times":2,"action":{"kind":"server_error","status":502,"processed":true}}"#;
    let script = FaultScript::parse(text).unwrap();

    let again = serde_json::to_value(&script).unwrap();
    assert_eq!(FaultScript::from_json(again).unwrap(), script);
    assert_eq!(script.rules[0].action, Action::ServerError { status: 502, processed: true });
    assert_eq!(script.rules[0].limit(), Some(2));
}

#[test]
fn a_mistake_is_named_with_its_place() {
    let at_action = json!({"action": "slow"});
    for (json, pointer, part) in [
        (json!(3), "", "expected an object"),
        (json!({"rules": 3}), "/rules", "array"),
        (json!({"rules": [], "rule": 1}), "/rule", "unknown member"),
        (json!([7]), "/rules/0", "expected an object"),
        (json!([at_action, {"when": "1s"}]), "/rules/1", "`action` is missing"),
        (json!([{"action": "slwo"}]), "/rules/0/action", "unknown variant `slwo`"),
        (json!([{"action": {"kind": "slow", "bye": "1s"}}]), "/rules/0/action", "bye"),
        (json!([{"action": {"kind": "ws_gap", "x": 1}}]), "/rules/0/action", "x"),
        (json!([{"action": "slow", "when": "soon"}]), "/rules/0/when", "soon"),
        (json!([{"action": "slow", "when": {"at": "-1s"}}]), "/rules/0/when/at", "negative"),
        (json!([{"action": "slow", "match": {"nht": 1}}]), "/rules/0/match", "nht"),
        (json!([{"action": "slow", "match": {"nth": 0}}]), "/rules/0/match/nth", "number 1"),
        (
            json!([{"action": "slow", "match": {"channel": "x"}}]),
            "/rules/0/match/channel",
            "requests",
        ),
        (json!([{"action": "ws_gap", "match": {"path": "x"}}]), "/rules/0/match/path", "socket"),
        (json!([{"action": "slow", "probability": 1.5}]), "/rules/0/probability", "1.5"),
        (json!([{"action": "maintenance", "probability": 0.5}]), "/rules/0/probability", "match"),
        (json!([{"action": "slow", "times": 0}]), "/rules/0/times", "never"),
        (json!([{"action": "slow", "if": 0}]), "/rules/0/if", "unknown member"),
        (
            json!([{"action": {"kind": "server_error", "status": 404}}]),
            "/rules/0/action/status",
            "404",
        ),
        (
            json!([{"action": {"kind": "partial_then_cancel_race", "fraction": 0.0}}]),
            "/rules/0/action/fraction",
            "above 0",
        ),
    ] {
        let mistake = FaultScript::from_json(json).unwrap_err();
        assert_eq!(mistake.pointer, pointer, "{mistake}");
        assert!(mistake.message.contains(part), "{mistake}");
    }
    assert!(FaultScript::parse("{").unwrap_err().message.starts_with("not JSON"));
}

#[test]
fn a_script_has_at_most_200_rules() {
    let rules = vec![json!({"action": "slow"}); 100_000];

    assert_eq!(FaultScript::from_json(json!(rules)).unwrap_err().pointer, "/rules");
}

#[test]
fn every_action_of_the_list_is_known_by_its_name() {
    for kind in [
        "connect_refused",
        "timeout_before",
        "lose_response",
        "server_error",
        "html_403",
        "429",
        "too_many_requests",
        "garbage_json",
        "unknown_fields",
        "slow",
        "ws_drop",
        "ws_half_open",
        "ws_duplicate",
        "ws_reorder",
        "ws_gap",
        "stale_ticks",
        "frozen_book",
        "crossed_book",
        "empty_book",
        "partial_then_cancel_race",
        "late_fill_report",
        "history_lag",
        "maintenance",
        "disrupted_cancel_only",
        "product_expired",
        "price_band_reject",
        "insufficient_margin",
        "external_close",
    ] {
        let script = FaultScript::from_json(json!({"action": kind}));
        assert!(script.is_ok(), "{kind}: {script:?}");
    }
    for action in [
        json!({"kind": "clock_skew", "by": "-3s"}),
        json!({"kind": "external_trade", "side": "buy", "size": 3}),
    ] {
        FaultScript::from_json(json!({"action": action})).unwrap();
    }
}

#[test]
fn random_scripts_are_valid_reproducible_and_survive_json() {
    for seed in 0..2_000 {
        let script = FaultScript::random(seed);

        assert_eq!(script.check(), Ok(()), "seed {seed}");
        assert_eq!(FaultScript::random(seed), script);
        let json = serde_json::to_value(&script).unwrap();
        assert_eq!(FaultScript::from_json(json).unwrap(), script, "seed {seed}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_script_or_a_mistake(text in ".{0,200}") {
        let _ = FaultScript::parse(&text);
    }
}
