use super::*;

const NOW: Micros = Micros::ZERO;

fn with(text: &str) -> Faults {
    let mut faults = Faults::new(42);
    faults.install(&FaultScript::parse(text).unwrap(), NOW).unwrap();
    faults
}

fn actions(set_off: SetOff) -> Vec<Action> {
    set_off.fired.into_iter().map(|fired| fired.action).collect()
}

#[test]
fn the_nth_match_fires_once() {
    let mut faults =
        with(r#"{"match":{"method":"POST","path":"/v2/orders","nth":2},"action":"lose_response"}"#);

    assert_eq!(actions(faults.on_request(NOW, "POST", "/v2/orders")), []);
    assert_eq!(actions(faults.on_request(Micros(1), "GET", "/v2/orders")), []);
    let second = faults.on_request(Micros(2), "post", "/v2/orders");
    assert_eq!(second.progress, [Progress { rule: 0, matches: 2, fired: 1, drawn: 0 }]);
    assert_eq!(actions(second), [Action::LoseResponse {}]);
    assert_eq!(actions(faults.on_request(Micros(3), "POST", "/v2/orders")), []);
}

#[test]
fn of_several_answers_the_first_rule_wins() {
    let mut faults = with(r#"[{"action":"html_403"},{"action":"connect_refused"}]"#);

    assert_eq!(actions(faults.on_request(NOW, "GET", "/")), [Action::Html403 {}]);
    assert_eq!(actions(faults.on_request(NOW, "GET", "/")), [Action::ConnectRefused {}]);
    assert_eq!(actions(faults.on_request(NOW, "GET", "/")), []);
}

#[test]
fn a_chance_fires_about_as_often_as_it_says() {
    let mut faults = with(r#"{"probability":0.25,"action":"timeout_before"}"#);
    let fired =
        (0..10_000).filter(|_| !faults.on_request(NOW, "GET", "/").fired.is_empty()).count();

    assert!((2_350..2_650).contains(&fired), "{fired}");
}

#[test]
fn a_rule_keeps_to_its_time() {
    let mut faults = with(r#"{"when":{"at":"10s","for":"5s"},"action":"html_403"}"#);

    assert_eq!(actions(faults.on_request(Micros::seconds(9), "GET", "/")), []);
    assert_eq!(actions(faults.on_request(Micros::seconds(10), "GET", "/")), [Action::Html403 {}]);
    assert_eq!(actions(faults.on_request(Micros::seconds(14), "GET", "/")), [Action::Html403 {}]);
    assert_eq!(actions(faults.on_request(Micros::seconds(15), "GET", "/")), []);
}

#[test]
fn what_needs_no_request_happens_by_itself_at_its_time() {
    let mut faults =
        with(r#"[{"when":"+30m","action":"external_close"},{"action":"maintenance"}]"#);

    assert_eq!(faults.next_due(), Some(NOW));
    assert_eq!(actions(faults.due(NOW)), [Action::Maintenance {}]);
    assert_eq!(faults.next_due(), Some(Micros::seconds(1_800)));
    assert_eq!(actions(faults.due(Micros::seconds(1_799))), []);
    assert_eq!(actions(faults.due(Micros::seconds(1_800))).len(), 1);
    assert_eq!(faults.next_due(), None);
}

#[test]
fn frames_are_matched_by_channel() {
    let mut faults = with(r#"{"match":{"channel":"orders","nth":2},"action":"ws_gap"}"#);

    assert_eq!(actions(faults.on_frame(NOW, "orders")), []);
    assert_eq!(actions(faults.on_frame(NOW, "ticker")), []);
    assert_eq!(actions(faults.on_frame(NOW, "orders")), [Action::WsGap {}]);
    assert_eq!(actions(faults.on_frame(NOW, "orders")), []);
}

#[test]
fn an_effect_lasts_for_its_time_and_its_products() {
    let mut faults = Faults::new(1);
    let symbols = Some(vec!["C-BTC-1-010126".to_owned()]);
    let disrupted = Action::DisruptedCancelOnly { symbol: "calls".to_owned() };
    for (action, symbols) in [
        (disrupted, symbols),
        (Action::ClockSkew { by: Span::seconds(-3) }, None),
        (Action::HistoryLag { by: Span::seconds(4) }, None),
    ] {
        let effect = Effect { action, from: Micros(10), until: Micros(20), symbols };
        faults.apply(&FaultCommand::Begin(effect), Micros(10)).unwrap();
    }

    assert!(faults.is_disrupted(Micros(10), "C-BTC-1-010126"));
    assert!(!faults.is_disrupted(Micros(10), "P-BTC-1-010126"));
    assert!(!faults.is_disrupted(Micros(20), "C-BTC-1-010126"));
    assert_eq!((faults.skew(Micros(9)), faults.skew(Micros(19))), (NOW, -Micros::seconds(3)));
    assert_eq!(faults.history_lag(Micros(15)), Micros::seconds(4));
    assert_eq!(faults.next_due(), Some(Micros(20)));
    assert_eq!(faults.ended(Micros(20)).len(), 3);
    assert!(faults.is_quiet());
}

#[test]
fn scripts_add_up_to_a_thousand_rules() {
    let rules = vec![Rule::new(Action::WsGap {}); 200];
    let script = FaultScript { name: String::new(), rules };
    let mut faults = Faults::new(1);
    for _ in 0..5 {
        faults.install(&script, NOW).unwrap();
    }

    assert_eq!(faults.install(&script, NOW).unwrap_err().pointer, "/rules");
    faults.clear();
    assert_eq!(faults.install(&script, NOW), Ok(()));
}

#[test]
fn the_journal_brings_the_same_rules_back() {
    let script =
        FaultScript::parse(r#"{"probability":0.5,"times":9,"action":"timeout_before"}"#).unwrap();
    let mut faults = Faults::new(7);
    faults.install(&script, Micros(5)).unwrap();
    let mut journal = vec![FaultCommand::Install(script)];
    let mut fired = 0;
    while fired < 4 {
        let set_off = faults.on_request(Micros(6), "GET", "/");
        if !set_off.fired.is_empty() {
            fired += 1;
            journal.push(FaultCommand::Progress(set_off.progress));
        }
    }

    let mut again = Faults::new(7);
    for command in &journal {
        again.apply(command, Micros(5)).unwrap();
    }

    assert_eq!(again, faults);
}
