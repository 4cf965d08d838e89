//! Runs of deals, and what is made of them.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::deals_desk::{add_deal, add_run, numbers, small_deal, small_flows};
use crate::desk::{add_pool, start};
use crate::jobs::work;

/// Collateral of one loan that stands for 400 million of mortgages.
fn mortgages() -> Value {
    json!({"representative": {
        "balance": 400e6, "wac": 0.08125, "net_coupon": 0.075, "term": 357, "age": 3,
    }})
}

/// Checks that on every date cash in equals cash out plus the change of the accounts.
fn assert_cash_is_conserved(run: &Value) {
    let cash = &run["cash"];
    let column = |name: &str| numbers(&cash[name]);
    let (into, out) = (
        ["collected", "earned", "sold", "drawn"].map(column),
        ["fees", "interest", "principal", "residual", "bought"].map(column),
    );
    for date in 0..run["dates"].as_array().unwrap().len() {
        let sum = |columns: &[Vec<f64>]| columns.iter().map(|c| c[date]).sum::<f64>();
        let mut change = 0.0;
        for account in run["accounts"].as_array().unwrap() {
            change += numbers(&account["balance"])[date] - numbers(&account["begin"])[date];
            assert!(numbers(&account["balance"])[date] >= -1e-6, "{account}");
        }
        let difference = sum(&into) - sum(&out) - change;
        let scale = 1.0 + sum(&into).abs();
        assert!(difference.abs() / scale < 1e-9, "date {date}: {difference}");
    }
}

#[tokio::test]
async fn a_run_pays_what_the_waterfall_says() {
    let app = start().await;
    let id = add_deal(&app, "Small").await;
    let run = add_run(&app, &id).await;

    let (status, bonds) = app.get(&format!("{run}/bonds")).await;

    assert_eq!(status, StatusCode::OK, "{bonds}");
    let a = &bonds["bonds"][0];
    let (principal, balance) = (numbers(&a["principal"]), numbers(&a["balance"]));
    for (found, expected) in [
        (principal[0], 43.533_333_333_333),
        (principal[1], 50.450_527_777_778),
        (principal[2], 68.472_446_203_704),
        (balance[1], 706.016_138_888_89),
    ] {
        assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
    }
    let (_, one) = app.get(&format!("{run}/bonds?name=B")).await;
    assert_eq!(
        (one["bonds"].as_array().unwrap().len(), &one["bonds"][0]["name"]),
        (1, &json!("B"))
    );
    let (_, accounts) = app.get(&format!("{run}/accounts")).await;
    assert!((numbers(&accounts["accounts"][1]["balance"])[0] - 9.55).abs() < 1e-9, "{accounts}");
    let (_, fees) = app.get(&format!("{run}/fees")).await;
    assert!((numbers(&fees["fees"][0]["paid"])[0] - 0.416_666_666_666_67).abs() < 1e-9);
    let (_, pool) = app.get(&format!("{run}/pool")).await;
    assert_eq!(numbers(&pool["pools"][0]["default"])[..4], [5.0, 12.0, 20.0, 8.0]);
    let (status, triggers) = app.get(&format!("{run}/triggers")).await;
    assert_eq!((status, &triggers["triggers"]), (StatusCode::OK, &json!([])));
}

#[tokio::test]
async fn a_run_is_kept_with_its_version_and_its_deal() {
    let app = start().await;
    let id = add_deal(&app, "Small").await;
    let run = add_run(&app, &id).await;
    let path = format!("/api/v1/deals/{id}");
    app.put(&path, json!({"name": "Renamed"})).await;

    let (_, kept) = app.get(&format!("{run}?include_results=true")).await;
    let (_, list) = app.get(&format!("{path}/runs")).await;

    assert_eq!((&kept["state"], &kept["deal_version"]), (&json!("succeeded"), &json!(1)));
    assert_eq!(kept["deal"]["bonds"], small_deal_read(&app).await["bonds"]);
    assert_eq!(kept["scenarios"], json!(["base"]));
    assert_cash_is_conserved(&kept["results"][0]["run"]);
    assert_eq!(list["items"][0]["id"], kept["id"]);
    assert_eq!(kept["summary"]["scenarios"][0]["summary"]["bonds"][0]["name"], "A");
    assert_eq!(app.delete(&run).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&run).await.0, StatusCode::NOT_FOUND);
}

async fn small_deal_read(app: &TestApp) -> Value {
    let (_, formatted) = app.post("/api/v1/deals/format", json!({"structure": small_deal()})).await;
    app.post("/api/v1/deals/parse", json!({"text": formatted["text"]})).await.1["deal"].clone()
}

#[tokio::test]
async fn every_template_runs_and_conserves_cash() {
    let app = start().await;
    let (_, list) = app.get("/api/v1/deals/templates").await;
    for item in list.as_array().unwrap() {
        let name = item["name"].as_str().unwrap();
        let (_, template) = app.get(&format!("/api/v1/deals/templates/{name}")).await;
        let mut body = template["run"].clone();
        body["text"] = template["text"].clone();
        body["scenarios"] = json!(["credit_crisis", "rate_shock_up"]);
        let (status, preview) = app.post("/api/v1/deals/preview-run", body).await;
        assert_eq!(status, StatusCode::OK, "{name}: {preview}");
        assert_eq!(preview["scenarios"].as_array().unwrap().len(), 3);
        for scenario in preview["scenarios"].as_array().unwrap() {
            assert_cash_is_conserved(&scenario["run"]);
        }
    }
}

#[tokio::test]
async fn a_representative_loan_gives_the_published_lives() {
    let app = start().await;
    let bond = |name: &str, balance: f64| json!({"name": name, "original_balance": balance, "coupon": {"type": "fixed", "rate": 0.075}});
    let deal = json!({
        "name": "Sequential",
        "dates": {"cutoff": "2026-01-01", "closing": "2026-01-01", "first_payment": "2026-02-01"},
        "accounts": [{"name": "cash"}],
        "bonds": [bond("A", 194.5e6), bond("B", 36e6), bond("C", 96.5e6), bond("D", 73e6)],
        "waterfalls": [{"status": "amortizing", "steps": [
            {"action": {"do": "collect", "sources": ["interest", "principal", "prepayment", "recovery"], "into": "cash"}},
            {"action": {"do": "pay_interest", "bonds": ["A", "B", "C", "D"], "from": "cash"}},
            {"action": {"do": "pay_principal", "bonds": ["A", "B", "C", "D"], "from": "cash"}},
        ]}],
    });
    let body = json!({
        "structure": deal,
        "collateral": mortgages(),
        "assumptions": {"prepayment": {"model": "psa", "value": 165}, "default": {"model": "none"}},
    });

    let (status, preview) = app.post("/api/v1/deals/preview-run", body).await;

    assert_eq!(status, StatusCode::OK, "{preview}");
    let bonds = preview["scenarios"][0]["run"]["summary"]["bonds"].as_array().unwrap();
    for (bond, (life, window)) in bonds.iter().zip([
        (3.492_102_2, [1, 81]),
        (7.499_222, [81, 100]),
        (11.207_111, [100, 178]),
        (20.282_677, [178, 357]),
    ]) {
        assert!((bond["wal"].as_f64().unwrap() - life).abs() < 1e-5, "{bond}");
        assert_eq!(bond["window"], json!(window), "{bond}");
    }
}

#[tokio::test]
async fn a_planned_class_has_one_life_inside_its_band() {
    let app = start().await;
    let deal = json!({
        "name": "Planned",
        "dates": {"cutoff": "2026-01-01", "closing": "2026-01-01", "first_payment": "2026-02-01"},
        "accounts": [{"name": "cash"}],
        "bonds": [
            {"name": "PAC", "original_balance": 243_896_875.5, "coupon": {"type": "fixed", "rate": 0.075},
             "kind": {"type": "pac", "band": [90.0, 300.0]}},
            {"name": "S", "original_balance": 156_103_124.5, "coupon": {"type": "fixed", "rate": 0.075},
             "kind": {"type": "support"}},
        ],
        "waterfalls": [{"status": "amortizing", "steps": [
            {"action": {"do": "collect", "sources": ["interest", "principal", "prepayment", "recovery"], "into": "cash"}},
            {"action": {"do": "pay_interest", "bonds": ["PAC", "S"], "from": "cash"}},
            {"action": {"do": "pay_principal", "bonds": ["PAC"], "allocation": "scheduled", "from": "cash"}},
            {"action": {"do": "pay_principal", "bonds": ["S", "PAC"], "from": "cash"}},
        ]}],
    });
    for (psa, life) in [
        (50, 9.446_579_6),
        (90, 7.264_065_1),
        (165, 7.264_065_1),
        (300, 7.264_065_1),
        (500, 4.925_414_2),
    ] {
        let body = json!({
            "structure": deal,
            "collateral": mortgages(),
            "assumptions": {"prepayment": {"model": "psa", "value": psa}, "default": {"model": "none"}},
        });
        let (status, preview) = app.post("/api/v1/deals/preview-run", body).await;
        assert_eq!(status, StatusCode::OK, "{preview}");
        let found = preview["scenarios"][0]["run"]["summary"]["bonds"][0]["wal"].as_f64().unwrap();
        assert!((found - life).abs() < 1e-5, "{psa} PSA: {found} instead of {life}");
    }
}

#[tokio::test]
async fn a_stored_pool_is_run_under_scenarios_and_compared() {
    let app = start().await;
    let pool = add_pool(&app, 4).await;
    let mut deal = small_deal();
    deal["bonds"][0]["original_balance"] = json!(800_000.0);
    deal["bonds"][1]["original_balance"] = json!(100_000.0);
    let (_, kept) = app.post("/api/v1/deals", json!({"name": "Oak", "structure": deal})).await;
    let path = format!("/api/v1/deals/{}", kept["id"].as_str().unwrap());
    let body = json!({
        "collateral": {"pool_id": pool},
        "assumptions": {"default": {"model": "cdr", "value": 0.02}},
        "scenarios": ["credit_crisis", {"name": "mine", "market_factors": {"default_multiplier": 2}}],
    });

    let (status, run) = app.post(&format!("{path}/run?include_results=true"), body).await;

    assert_eq!(status, StatusCode::OK, "{run}");
    assert_eq!(run["scenarios"], json!(["base", "credit_crisis", "mine"]));
    let loss = |scenario: usize| -> f64 {
        numbers(&run["results"][scenario]["run"]["pools"][0]["loss"]).iter().sum()
    };
    assert!(loss(0) < loss(2) && loss(2) < loss(1), "{} {} {}", loss(0), loss(1), loss(2));
    for scenario in run["results"].as_array().unwrap() {
        assert_cash_is_conserved(&scenario["run"]);
    }
    let id = run["id"].as_str().unwrap();
    let (status, laid) =
        app.get(&format!("{path}/runs/compare?a={id}&b={id}&scenario_b=credit_crisis")).await;
    assert_eq!(status, StatusCode::OK, "{laid}");
    let total = &laid["bonds"][0]["total_interest"];
    let difference = total["b"].as_f64().unwrap() - total["a"].as_f64().unwrap();
    assert!((total["difference"].as_f64().unwrap() - difference).abs() < 1e-9);
    let (unknown, problem) = app.get(&format!("{path}/runs/{id}/bonds?scenario=none")).await;
    assert_eq!(unknown, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
}

#[tokio::test]
async fn a_division_by_zero_names_formula_step_and_date() {
    let app = start().await;
    let mut deal = small_deal();
    deal["waterfalls"][0]["steps"][6]["limit"] =
        json!("pool.balance * (100 / (pool.balance - 898))");
    let (_, kept) = app.post("/api/v1/deals", json!({"name": "Zero", "structure": deal})).await;
    let run = format!("/api/v1/deals/{}/run", kept["id"].as_str().unwrap());

    let (status, problem) = app.post(&run, json!({"collateral": small_flows()})).await;

    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("run_failed"))
    );
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["code"], &error["pointer"]),
        (&json!("division_by_zero"), &json!("/structure/waterfalls/0/steps/6/limit"))
    );
    let detail = problem["detail"].as_str().unwrap();
    for part in ["pool.balance - 898", "amortizing/7", "2026-03-01"] {
        assert!(detail.contains(part), "{detail}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_run_is_named_at_once() {
    let app = start().await;
    let id = add_deal(&app, "Small").await;
    let cases = [
        (json!({}), "/collateral"),
        (json!({"collateral": {}}), "/collateral"),
        (
            json!({"collateral": {"name": "other", "flows": small_flows()["flows"]}}),
            "/collateral/name",
        ),
        (
            json!({"collateral": {"representative": {"balance": -1, "wac": 0.05, "term": 10}}}),
            "/collateral/representative/balance",
        ),
        (
            json!({"collateral": {"representative": {"balance": 1, "wac": 5, "term": 10}}}),
            "/collateral/representative/wac",
        ),
        (json!({"collateral": {"flows": {"balance": 1, "rows": []}}}), "/collateral/flows/rows"),
        (
            json!({"collateral": {"flows": {"balance": 1, "rows": [{"interest": -1}]}}}),
            "/collateral/flows/rows",
        ),
        (json!({"collateral": small_flows(), "scenarios": ["apocalypse"]}), "/scenarios/0"),
        (
            json!({"collateral": small_flows(), "scenarios": ["credit_crisis", "credit_crisis"]}),
            "/scenarios/1/name",
        ),
        (
            json!({"collateral": small_flows(), "scenarios": [{"name": "x", "market_factors": {"default_multiplier": 99}}]}),
            "/scenarios/0/market_factors/default_multiplier",
        ),
        (json!({"collateral": small_flows(), "indices": {"SOFR": 5}}), "/indices/SOFR"),
        (json!({"collateral": small_flows(), "indices": {"SOFR": []}}), "/indices/SOFR"),
        (
            json!({"collateral": small_flows(), "assumptions": {"default": {"model": "cdr", "value": 2}}}),
            "/assumptions/default/value",
        ),
        (json!({"collateral": small_flows(), "structure": small_deal()}), "/structure"),
        (json!({"collateral": [small_flows(), small_flows()]}), "/collateral/1"),
        (json!({"collateral": {"pool": {"assets": []}}}), "/assets"),
    ];
    for (body, pointer) in cases {
        let (status, problem) = app.post(&format!("/api/v1/deals/{id}/run"), body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
        assert_eq!(problem["errors"][0]["pointer"], json!(pointer), "{body}: {problem}");
    }
    let missing = json!({"collateral": {"pool_id": "pool_none"}});
    let (status, problem) = app.post(&format!("/api/v1/deals/{id}/run"), missing).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("pool_not_found")));
}

#[tokio::test]
async fn a_floating_bond_asks_for_its_index() {
    let app = start().await;
    let mut deal = small_deal();
    deal["bonds"][0]["coupon"] = json!({"type": "floating", "index": "SOFR", "spread": 0.01});
    let mut body = json!({"structure": deal, "collateral": small_flows()});

    let (status, problem) = app.post("/api/v1/deals/preview-run", body.clone()).await;
    body["indices"] = json!({"SOFR": [["2026-01-01", 0.03], ["2026-03-01", 0.05]]});
    body["scenarios"] = json!(["rate_shock_up"]);
    let (good, preview) = app.post("/api/v1/deals/preview-run", body).await;

    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/indices/SOFR"))
    );
    assert_eq!(good, StatusCode::OK, "{preview}");
    let rates =
        |scenario: usize| numbers(&preview["scenarios"][scenario]["run"]["bonds"][0]["rate"]);
    assert!((rates(0)[0] - 0.04).abs() < 1e-12, "{:?}", rates(0));
    assert!((rates(1)[0] - 0.07).abs() < 1e-12, "{:?}", rates(1));
    let warnings = preview["scenarios"][1]["run"]["warnings"].to_string();
    assert!(warnings.contains("flows_by_hand"), "{warnings}");
}

#[tokio::test]
async fn a_run_as_a_job_ends_in_the_same_results() {
    let app = start().await;
    let id = add_deal(&app, "Small").await;
    let path = format!("/api/v1/deals/{id}");
    let body = json!({"collateral": small_flows(), "name": "Later"});

    let (status, accepted) = app.post(&format!("{path}/run?run_async=true"), body.clone()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    let url = accepted["result_url"].as_str().unwrap();
    assert_eq!(app.get(url).await.1["state"], "queued");
    assert_eq!(app.get(&format!("{url}/bonds")).await.0, StatusCode::CONFLICT);
    work(&app, &accepted, false).await.unwrap();
    let again = work(&app, &accepted, false).await;

    assert!(again.is_ok(), "a job may run twice");
    let (_, direct) = app.post(&format!("{path}/run"), body).await;
    let (_, run) = app.get(url).await;
    assert_eq!((&run["state"], &run["name"]), (&json!("succeeded"), &json!("Later")));
    assert_eq!(run["summary"], direct["summary"]);
    assert_eq!(
        (&direct["cache_hit"], &run["request_hash"]),
        (&json!(true), &direct["request_hash"])
    );
}

#[tokio::test]
async fn a_cancelled_run_and_a_failed_one_say_so() {
    let app = start().await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "Small").await);
    let (_, accepted) =
        app.post(&format!("{path}/run?run_async=true"), json!({"collateral": small_flows()})).await;
    let url = accepted["result_url"].as_str().unwrap();

    assert!(work(&app, &accepted, true).await.is_err());
    assert_eq!(app.get(url).await.1["state"], "cancelled");

    let mut deal = small_deal();
    deal["waterfalls"][0]["steps"][6]["limit"] =
        json!("pool.balance * (100 / (pool.balance - 898))");
    app.put(&path, json!({"structure": deal})).await;
    let (_, accepted) =
        app.post(&format!("{path}/run?run_async=true"), json!({"collateral": small_flows()})).await;
    assert!(work(&app, &accepted, false).await.is_err());
    let (_, run) = app.get(accepted["result_url"].as_str().unwrap()).await;
    assert_eq!((&run["state"], &run["error_code"]), (&json!("failed"), &json!("run_failed")));
    assert!(run["error_message"].as_str().unwrap().contains("amortizing/7"), "{run}");
}

#[tokio::test]
async fn a_large_run_becomes_a_job_and_a_huge_one_is_refused() {
    let small = [("CREDIT_MAX_DIRECT_WORK", "100")];
    let app = TestApp::start_with(credit::REGISTRATION, &small).await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "Small").await);
    let body = json!({"collateral": small_flows()});
    let (status, accepted) = app.post(&format!("{path}/run"), body.clone()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    let preview = json!({"structure": small_deal(), "collateral": small_flows()});
    let (status, problem) = app.post("/api/v1/deals/preview-run", preview).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("too_expensive"))
    );

    let tiny = [("CREDIT_MAX_DIRECT_WORK", "10"), ("CREDIT_MAX_JOB_WORK", "100")];
    let app = TestApp::start_with(credit::REGISTRATION, &tiny).await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "Small").await);
    let (status, problem) = app.post(&format!("{path}/run"), body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("too_expensive"))
    );
}

#[tokio::test]
async fn many_who_ask_for_the_same_run_get_the_same_bytes() {
    let app = start().await;
    let path = format!("/api/v1/deals/{}/run", add_deal(&app, "Small").await);
    let ask = || async {
        let (status, run) = app.post(&path, json!({"collateral": small_flows()})).await;
        assert_eq!(status, StatusCode::OK, "{run}");
        run
    };

    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());

    let runs = [a, b, c, d];
    assert_eq!(runs.iter().filter(|run| run["cache_hit"] == false).count(), 1, "one computed");
    for run in &runs {
        assert_eq!(run["summary"], runs[0]["summary"]);
    }
    let elsewhere = app.with_header("x-test-tenant", "other");
    let preview = json!({"structure": small_deal(), "collateral": small_flows()});
    let (_, theirs) = elsewhere.post("/api/v1/deals/preview-run", preview).await;
    assert_eq!(theirs["cache_hit"], false, "nothing is shared between tenants");
}

#[tokio::test]
async fn bytes_without_a_row_are_swept_and_those_of_runs_stay() {
    let app = start().await;
    app.run_due_schedules().await;
    let run = add_run(&app, &add_deal(&app, "Small").await).await;
    // A process that was killed between bytes and row leaves bytes only.
    let orphan = app.context.objects.put(Bytes::from_static(b"half a run")).await.unwrap();
    crate::sweep::touch(&app);
    app.context.clock.advance(chrono::TimeDelta::days(2));

    let runner = app.jobs().find("credit.sweep_objects").unwrap();
    let token = tokio_util::sync::CancellationToken::new();
    let (handle, _) = platform::jobs::JobRun::new(
        "job_sweep".to_owned(),
        "default".to_owned(),
        "system".to_owned(),
        1,
        token,
    );
    let swept = runner(json!({}), handle).await.unwrap();

    assert_eq!(swept, json!({"removed": 1}), "the orphan alone");
    assert!(app.context.objects.get(&orphan).await.is_err());
    assert_eq!(app.get(&format!("{run}/bonds")).await.0, StatusCode::OK);
}
