//! Simulations: jobs in blocks, scenarios, draws.

use std::time::Duration;

use chrono::TimeDelta;
use http::StatusCode;
use platform::jobs::{JobError, JobRun};
use serde_json::{Value, json};
use testkit::TestApp;
use tokio_util::sync::CancellationToken;

use crate::desk::{add_pool, pool, start};
use crate::jobs::work;

const SIMULATIONS: &str = "/api/v1/monte-carlo/simulations";
const SCENARIOS: &str = "/api/v1/monte-carlo/scenarios";

/// A request over a pool sent along.
fn request(paths: u32) -> Value {
    json!({
        "name": "Downturn",
        "analysis": {"pool": pool(12), "analysis_date": "2025-03-31", "discount_rate": 0.06},
        "variables": [
            {"name": "unemployment_rate",
             "distribution": {"type": "normal", "mean": 0.05, "standard_deviation": 0.01},
             "clamp": {"min": 0.02}},
            {"name": "market_rate",
             "distribution": {"type": "normal", "mean": 0.045, "standard_deviation": 0.01}},
        ],
        "correlations": {"unemployment_rate:market_rate": -0.3},
        "paths": paths,
        "chosen_paths": [0],
    })
}

fn with(mut body: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// The handle of a job as a worker would make it, and what it has told.
async fn handle(
    app: &TestApp,
    job_id: &str,
) -> (JobRun, tokio::sync::watch::Receiver<(f64, String)>) {
    let row = app.context.queue.find(job_id).await.unwrap().unwrap();
    JobRun::new(job_id.to_owned(), row.tenant_id, row.owner_id, 1, CancellationToken::new())
}

/// Runs a simulation as a worker that dies as soon as another block is kept. Returns whether it
/// died, or ended before.
async fn work_until_the_next_block(app: &TestApp, job_id: &str) -> bool {
    let row = app.context.queue.find(job_id).await.unwrap().unwrap();
    let runner = app.jobs().find(&row.name).unwrap();
    let (run, _told) = handle(app, job_id).await;
    let before = blocks(app).await;
    let dies = async {
        while blocks(app).await <= before {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        ended = runner(serde_json::to_value(row.payload).unwrap(), run) => {
            ended.unwrap();
            false
        }
        () = dies => true,
    }
}

async fn blocks(app: &TestApp) -> i64 {
    let mut tx = app.context.db.read().await.unwrap();
    let query = tx.query("SELECT COUNT(*) FROM credit_simulation_blocks");
    query.fetch_one::<(i64,)>().await.unwrap().0
}

async fn result(app: &TestApp, id: &str) -> Value {
    let (status, body) = app.get(&format!("{SIMULATIONS}/{id}")).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("completed")), "{body}");
    body["result"].clone()
}

async fn create(app: &TestApp, body: Value) -> Value {
    let (status, accepted) = app.post(&format!("{SIMULATIONS}?use_cache=false"), body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    accepted
}

#[tokio::test]
async fn a_simulation_as_a_job_ends_with_a_distribution_and_tells_its_progress() {
    let app = start().await;

    let accepted = create(&app, request(1_200)).await;
    assert_eq!((&accepted["state"], &accepted["progress"]), (&json!("pending"), &json!(0.0)));
    let job_id = accepted["job_id"].as_str().unwrap();
    let (run, told) = handle(&app, job_id).await;
    let row = app.context.queue.find(job_id).await.unwrap().unwrap();
    let runner = app.jobs().find(&row.name).unwrap();
    runner(serde_json::to_value(row.payload).unwrap(), run).await.unwrap();

    assert_eq!(told.borrow().clone(), (1.0, "1200 of 1200 paths".to_owned()));
    let found = result(&app, accepted["id"].as_str().unwrap()).await;
    assert_eq!(found["measures"]["value"]["count"], 1_200);
    for tail in found["value_tails"].as_array().unwrap() {
        assert!(tail["expected_shortfall"].as_f64() >= tail["value_at_risk"].as_f64());
    }
    assert_eq!(found["chosen_paths"][0]["path"], 0);
    assert_eq!(found["fan"]["periods"].as_array().unwrap().last(), Some(&json!(340)));
    assert_eq!(found["sensitivities_used"]["unemployment_rate"]["default"], 12.0);
    let listed = app.get(SIMULATIONS).await.1;
    assert_eq!(listed["items"][0]["summary"]["value_mean"], found["measures"]["value"]["mean"]);
    assert_eq!(blocks(&app).await, 0, "kept blocks go away with the result");
}

#[tokio::test]
async fn workers_that_die_between_blocks_end_with_the_bits_of_one_that_does_not() {
    let app = start().await;
    let whole = create(&app, request(1_700)).await;
    work(&app, &whole, false).await.unwrap();
    let broken = create(&app, request(1_700)).await;
    let job_id = broken["job_id"].as_str().unwrap();

    let mut deaths = 0;
    while deaths < 2 && work_until_the_next_block(&app, job_id).await {
        deaths += 1;
    }
    let kept = blocks(&app).await;
    let state = app.get(&format!("{SIMULATIONS}/{}", broken["id"].as_str().unwrap())).await.1;
    work(&app, &broken, false).await.unwrap();

    assert!(deaths == 2 && kept >= 2, "{deaths} workers died, {kept} blocks were kept");
    assert_eq!(state["state"], "running");
    let (first, second) = (whole["id"].as_str().unwrap(), broken["id"].as_str().unwrap());
    assert_eq!(result(&app, first).await, result(&app, second).await);
}

#[tokio::test]
async fn a_cancelled_simulation_says_so_and_goes_on_when_it_is_run_again() {
    let app = start().await;
    let accepted = create(&app, request(600)).await;
    let url = format!("{SIMULATIONS}/{}", accepted["id"].as_str().unwrap());

    let (busy, problem) = app.post(&format!("{url}/run"), json!({})).await;
    let ended = work(&app, &accepted, true).await;
    let cancelled = app.get(&url).await.1;
    let (again, accepted) = app.post(&format!("{url}/run"), json!({})).await;
    work(&app, &accepted, false).await.unwrap();

    assert_eq!((busy, &problem["code"]), (StatusCode::CONFLICT, &json!("simulation_running")));
    assert!(matches!(ended, Err(JobError::Cancelled)), "{ended:?}");
    assert_eq!(cancelled["state"], "canceled");
    assert_eq!((again, &accepted["state"]), (StatusCode::ACCEPTED, &json!("pending")));
    assert_eq!(app.get(&url).await.1["state"], "completed");
}

#[tokio::test]
async fn a_simulation_that_is_cancelled_before_it_begins_never_runs() {
    let app = start().await;
    let accepted = create(&app, request(600)).await;
    let url = format!("{SIMULATIONS}/{}", accepted["id"].as_str().unwrap());

    let (status, cancelled) = app.post(&format!("{url}/cancel"), json!({})).await;
    let (again, waiting) = app.post(&format!("{url}/run"), json!({})).await;
    let removed = app.delete(&url).await.0;

    assert_eq!((status, &cancelled["state"]), (StatusCode::ACCEPTED, &json!("canceled")));
    assert_eq!((again, &waiting["state"]), (StatusCode::ACCEPTED, &json!("pending")));
    assert_eq!((removed, app.get(&url).await.0), (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn who_waits_gets_the_result_at_once_and_an_equal_request_finds_it() {
    let app = start().await;
    let id = add_pool(&app, 5).await;
    let body = with(request(300), &json!({"analysis": {"pool": {"pool_id": id}}}));

    let (status, first) = app.post(&format!("{SIMULATIONS}?run_async=false"), body.clone()).await;
    let (cached, second) = app.post(SIMULATIONS, body.clone()).await;
    let other = with(body.clone(), &json!({"seed": 7}));
    let (_, third) = app.post(&format!("{SIMULATIONS}?run_async=false"), other).await;
    let (direct, report) = app.post("/api/v1/monte-carlo/optimized", body).await;

    assert_eq!((status, &first["state"]), (StatusCode::CREATED, &json!("completed")), "{first}");
    assert_eq!((cached, &second["cache_hit"]), (StatusCode::OK, &json!(true)));
    assert_eq!((&second["id"], &second["result"]), (&first["id"], &first["result"]));
    assert_ne!(third["result"]["measures"]["value"], first["result"]["measures"]["value"]);
    assert_eq!((direct, &report), (StatusCode::OK, &first["result"]));
}

#[tokio::test]
async fn too_much_work_is_refused_before_it_begins() {
    let app = TestApp::start_with(
        credit::REGISTRATION,
        &[("CREDIT_MAX_SIMULATION_WORK", "100000"), ("CREDIT_MAX_DIRECT_WORK", "50000")],
    )
    .await;

    let (status, problem) = app.post(SIMULATIONS, request(1_000)).await;
    let (waiting, _) = app.post(&format!("{SIMULATIONS}?run_async=false"), request(200)).await;
    let (fits, _) = app.post(SIMULATIONS, request(200)).await;

    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("too_expensive"))
    );
    assert_eq!((waiting, fits), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::ACCEPTED));
}

#[tokio::test]
async fn contradictions_are_refused_with_the_way_out_and_repaired_on_request() {
    let app = start().await;
    let normal = json!({"type": "normal", "mean": 0.0, "standard_deviation": 0.01});
    let variable = |name: &str| json!({"name": name, "distribution": normal});
    let body = with(
        request(50),
        &json!({
            "variables": [variable("gdp_growth"), variable("market_rate"), variable("inflation_rate")],
            "correlations": {"gdp_growth:market_rate": 0.9, "market_rate:inflation_rate": 0.9,
                             "gdp_growth:inflation_rate": -0.9},
        }),
    );
    let address = format!("{SIMULATIONS}?run_async=false");

    let (status, problem) = app.post(&address, body.clone()).await;
    let repair = with(body, &json!({"repair_correlations": true}));
    let (repaired, found) = app.post(&address, repair).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/correlations"), &json!("not_positive_semidefinite"))
    );
    assert!(error["message"].as_str().unwrap().contains("repair_correlations"));
    assert_eq!(repaired, StatusCode::CREATED, "{found}");
    let result = &found["result"];
    assert!(result["correlation_repair"]["largest_change"].as_f64().unwrap() > 0.1);
    assert_eq!(result["warnings"][0]["code"], "correlations_repaired");
}

#[tokio::test]
async fn nobody_sees_the_simulations_of_another_tenant() {
    let app = start().await;
    let accepted = create(&app, request(100)).await;
    let saved = json!({"name": "Mine", "modifiers": {}});
    let scenario = app.post(SCENARIOS, saved).await.1["id"].as_str().unwrap().to_owned();
    let stranger = app.with_header("x-test-tenant", "other");
    let url = format!("{SIMULATIONS}/{}", accepted["id"].as_str().unwrap());

    assert_eq!(stranger.get(&url).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.post(&format!("{url}/run"), json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.post(&format!("{url}/cancel"), json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.delete(&url).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(SIMULATIONS).await.1["items"], json!([]));
    let scenario = format!("{SCENARIOS}/{scenario}");
    assert_eq!(stranger.get(&scenario).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.delete(&scenario).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&url).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_scenario_is_kept_changed_used_and_compared() {
    let app = start().await;
    let worse = json!({"name": "Worse", "description": "Five points more unemployment",
        "modifiers": {"mean_shift": {"unemployment_rate": 0.05}}});
    let (status, saved) = app.post(SCENARIOS, worse.clone()).await;
    let id = saved["id"].as_str().unwrap().to_owned();
    let taken = app.post(SCENARIOS, worse.clone()).await.1;
    let wilder = json!({"name": "Wilder", "modifiers":
        {"mean_shift": {"unemployment_rate": 0.05}, "volatility_multiplier": {"market_rate": 2.0}}});
    let late = app.with_header("if-match", "\"9\"");
    let stale = late.put(&format!("{SCENARIOS}/{id}"), wilder.clone()).await.0;
    let (changed, second) = app.put(&format!("{SCENARIOS}/{id}"), wilder).await;

    let address = format!("{SIMULATIONS}/with-scenario?run_async=false&scenario_id={id}");
    let (ran, used) = app.post(&address, request(200)).await;
    let body = json!({"base_request": request(200), "scenario_ids": [id],
        "metrics_to_compare": ["value", "loss"], "percentiles_to_compare": [5.0]});
    let (compared, table) = app.post(&format!("{SCENARIOS}/compare"), body).await;

    assert_eq!((status, &taken["code"]), (StatusCode::CREATED, &json!("scenario_name_taken")));
    assert_eq!((stale, changed), (StatusCode::PRECONDITION_FAILED, StatusCode::OK));
    assert_eq!((&second["version"], &second["name"]), (&json!(2), &json!("Wilder")));
    assert_eq!((ran, &used["scenario_id"]), (StatusCode::CREATED, &json!(id)), "{used}");
    assert_eq!(compared, StatusCode::OK, "{table}");
    let [base, scenario] = &table["results"].as_array().unwrap()[..] else { panic!("{table}") };
    assert_eq!((&base["name"], &scenario["name"]), (&json!("base"), &json!("Wilder")));
    assert_eq!(base["metrics"]["value"]["change"], 0.0);
    assert!(scenario["metrics"]["loss"]["change"].as_f64().unwrap() > 0.0);
    assert_eq!(scenario["metrics"].as_object().unwrap().len(), 2);
    let mean = &used["result"]["measures"]["value"]["mean"];
    assert_eq!(&scenario["metrics"]["value"]["mean"], mean, "the same random numbers");
    assert!(scenario["metrics"]["value"]["percentiles"]["5"].is_number());
}

#[tokio::test]
async fn draws_come_without_projections() {
    let app = start().await;
    let body = json!({
        "variables": [
            {"name": "a", "distribution": {"type": "lognormal", "log_mean": 0.0, "log_sd": 0.2}},
            {"name": "b", "distribution": {"type": "uniform", "min": 0, "max": 1}, "clamp": {"max": 0.75}},
        ],
        "correlations": {"a:b": 0.5}, "count": 4_000, "seed": 3,
    });

    let (status, found) = app.post("/api/v1/monte-carlo/optimized/scenarios", body.clone()).await;
    let again = app.post("/api/v1/monte-carlo/optimized/scenarios", body.clone()).await.1;
    let many = with(body, &json!({"count": 10_001}));
    let (refused, _) = app.post("/api/v1/monte-carlo/optimized/scenarios", many).await;

    assert_eq!((status, &found), (StatusCode::OK, &again));
    assert_eq!(found["draws"]["a"].as_array().unwrap().len(), 4_000);
    assert!((found["clamped_share"]["b"].as_f64().unwrap() - 0.25).abs() < 0.03);
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn mistakes_are_named_all_at_once() {
    let app = start().await;
    let body = with(
        request(0),
        &json!({"variables": [{"name": "weather",
                "distribution": {"type": "uniform", "min": 2, "max": 1}}],
               "correlations": {"weather:rain": 2.0}, "levels": [99.0]}),
    );

    let (status, problem) = app.post(SIMULATIONS, body).await;
    let (missing, no_pool) =
        app.post(SIMULATIONS, with(request(5), &json!({"analysis": {}}))).await;

    assert_eq!(
        (status, missing),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    for wanted in
        ["/paths", "/levels", "/variables/0/name", "/variables/0/distribution/max", "/correlations"]
    {
        assert!(pointers.contains(&wanted), "{wanted} in {pointers:?}");
    }
    assert_eq!(no_pool["errors"][0]["pointer"], "/analysis/pool");
}

#[tokio::test]
async fn the_conformance_suite_passes() {
    let app = start().await;

    let (status, found) = app.get("/api/v1/credit/verify").await;

    assert_eq!((status, &found["passed"]), (StatusCode::OK, &json!(true)), "{found}");
    assert!(found["sections"].as_array().unwrap().iter().all(|section| section["passed"] == true));
}

#[tokio::test]
async fn a_portfolio_of_like_loans_loses_about_what_the_closed_form_says() {
    let app = start().await;
    let loan = json!({"balance": 1.0, "annual_pd": 0.02, "lgd": 0.45, "loadings": [0.387_298]});
    let body = json!({"exposures": vec![loan; 500], "paths": 4_000, "seed": 5,
        "levels": [0.99], "tranches": [[0.0, 0.03], [0.03, 1.0]]});

    let (status, found) = app.post("/api/v1/monte-carlo/credit-portfolio", body.clone()).await;
    let broken = with(body.clone(), &json!({"paths": 0, "tranches": [[0.5, 0.2]]}));
    let (refused, problem) = app.post("/api/v1/monte-carlo/credit-portfolio", broken).await;
    let huge = with(
        body,
        &json!({"paths": 100_000, "exposures": vec![json!(
        {"balance": 1.0, "annual_pd": 0.02, "lgd": 0.45, "loadings": []}); 1_000]}),
    );
    let (_, too_much) = app.post("/api/v1/monte-carlo/credit-portfolio", huge).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    let near = |value: &Value, wanted: f64, within: f64| {
        assert!((value.as_f64().unwrap() - wanted).abs() < within, "{value} is not {wanted}");
    };
    near(&found["expected_loss"], 4.5, 0.3);
    near(&found["default_rate"], 0.02, 0.001_5);
    // The large pool has 10.56 % defaults at 99 %.
    near(&found["tails"][0]["value_at_risk"], 500.0 * 0.45 * 0.1056, 2.5);
    let parts = &found["tranche_expected_losses"];
    let total = 0.03 * parts[0].as_f64().unwrap() + 0.97 * parts[1].as_f64().unwrap();
    near(&found["expected_loss"], 500.0 * total, 1e-9);
    assert_eq!(
        (refused, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/paths"))
    );
    assert_eq!(too_much["code"], "too_expensive");
}

#[tokio::test]
async fn ten_thousand_paths_of_a_thousand_loans_are_a_matter_of_seconds() {
    let app = start().await;
    let mut loans = pool(1_000);
    for (number, loan) in loans["assets"].as_array_mut().unwrap().iter_mut().enumerate() {
        loan["remaining_term_months"] = json!(60 + number % 300);
        loan["rate"] = json!(0.04 + f64::from(u32::try_from(number % 40).unwrap()) / 1_000.0);
    }
    let body = with(request(10_000), &json!({"analysis": {"pool": loans}}));

    let accepted = create(&app, body).await;
    work(&app, &accepted, false).await.unwrap();

    let url = format!("{SIMULATIONS}/{}", accepted["id"].as_str().unwrap());
    let seconds = app.get(&url).await.1["execution_seconds"].as_f64().unwrap();
    assert!(seconds < 60.0, "it took {seconds} s");
}

#[tokio::test]
async fn simulations_past_their_retention_move_to_the_archive_at_night() {
    let app = start().await;
    app.run_due_schedules().await;
    let address = format!("{SIMULATIONS}?run_async=false");
    let old = app.post(&address, request(50)).await.1["id"].as_str().unwrap().to_owned();
    app.context.clock.advance(TimeDelta::days(20));
    let young = with(request(50), &json!({"seed": 1}));
    let young = app.post(&address, young).await.1["id"].as_str().unwrap().to_owned();
    app.context.clock.advance(TimeDelta::days(11));

    let ran = app.run_due_schedules().await;

    assert!(ran.contains(&"credit.archive_simulations"), "{ran:?}");
    assert_eq!(app.get(&format!("{SIMULATIONS}/{old}")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&format!("{SIMULATIONS}/{young}")).await.0, StatusCode::OK);
    let mut tx = app.context.db.read().await.unwrap();
    let query = tx.query("SELECT id, paths FROM credit_simulations_archive");
    assert_eq!(query.fetch_all::<(String, i64)>().await.unwrap(), [(old, 50)]);
}
