//! The library of deals: one deal and its versions.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::deals_desk::{add_deal, person, small_deal};
use crate::desk::start;

#[tokio::test]
async fn a_deal_is_kept_as_json_and_as_text() {
    let app = start().await;
    let id = add_deal(&app, "Oak 2026-1").await;

    let (status, deal) = app.get(&format!("/api/v1/deals/{id}")).await;

    assert_eq!((status, &deal["name"]), (StatusCode::OK, &json!("Oak 2026-1")));
    assert_eq!((&deal["permission"], &deal["version"]), (&json!("owner"), &json!(1)));
    assert_eq!(
        (&deal["summary"]["bonds"], &deal["summary"]["original_balance"]),
        (&json!(3), &json!(900.0))
    );
    let text = deal["text"].as_str().unwrap();
    let (_, parsed) = app.post("/api/v1/deals/parse", json!({"text": text})).await;
    assert_eq!((&parsed["deal"], &parsed["faults"]), (&deal["structure"], &json!([])));
}

#[tokio::test]
async fn a_deal_comes_as_text_with_its_comments() {
    let app = start().await;
    let (_, formatted) = app.post("/api/v1/deals/format", json!({"structure": small_deal()})).await;
    let text = format!("# what the committee saw\n{}", formatted["text"].as_str().unwrap());

    let (status, kept) = app.post("/api/v1/deals", json!({"name": "By hand", "text": text})).await;

    assert_eq!(status, StatusCode::CREATED, "{kept}");
    assert_eq!(kept["text"], json!(text));
    let (_, again) =
        app.post("/api/v1/deals/format", json!({"structure": kept["structure"]})).await;
    assert_eq!(again["text"], formatted["text"]);
}

#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    let app = start().await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "Oak").await);
    let first = app.with_header("if-match", "\"1\"");

    let (status, changed) = first.put(&path, json!({"name": "Elm"})).await;
    let (stale, problem) = first.put(&path, json!({"name": "Lost"})).await;
    let (gone, _) = first.delete(&path).await;

    assert_eq!((status, &changed["version"]), (StatusCode::OK, &json!(2)));
    assert_eq!(
        (stale, &problem["code"]),
        (StatusCode::PRECONDITION_FAILED, &json!("stale_version"))
    );
    assert!(problem["detail"].as_str().unwrap().contains("version is 2"), "{problem}");
    assert_eq!(gone, StatusCode::PRECONDITION_FAILED);
    assert_eq!(app.get(&path).await.1["name"], "Elm");
}

#[tokio::test]
async fn versions_are_listed_compared_and_restored() {
    let app = start().await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "Oak").await);
    let mut changed = small_deal();
    changed["bonds"][0]["coupon"]["rate"] = json!(0.045);
    changed["bonds"].as_array_mut().unwrap().remove(2);
    changed["waterfalls"][0]["steps"].as_array_mut().unwrap().pop();
    let body = json!({"structure": changed, "change_description": "Dearer A"});
    assert_eq!(app.put(&path, body).await.0, StatusCode::OK);

    let (_, list) = app.get(&format!("{path}/versions")).await;
    let (_, diff) = app.get(&format!("{path}/diff?a=1&b=2")).await;
    let (_, old) = app.get(&format!("{path}/versions/1")).await;
    let (status, restored) = app.post(&format!("{path}/versions/1/restore"), json!({})).await;

    let notes: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["change_description"].as_str().unwrap())
        .collect();
    assert_eq!(notes, ["Dearer A", "Created"]);
    let rate = diff["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["path"] == "/bonds/0/coupon/rate")
        .unwrap();
    assert_eq!((&rate["before"], &rate["after"]), (&json!(0.04), &json!(0.045)));
    assert_eq!(rate["name"], "bonds[\"A\"].coupon.rate");
    let sides: Vec<&str> = diff["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["side"].as_str().unwrap())
        .collect();
    assert!(sides.contains(&"removed") && sides.contains(&"added"), "{sides:?}");
    assert_eq!((status, &restored["version"]), (StatusCode::OK, &json!(3)));
    assert_eq!(restored["structure"], old["structure"]);
    assert_eq!(restored["content_hash"], old["content_hash"]);
    assert_eq!(restored["change_description"], "Restored version 1");
    assert_eq!(app.get(&format!("{path}/versions/9")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_brings_a_deal_back() {
    let app = start().await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "=Oak\"1").await);
    let export = async |format: &str| {
        let request = Request::post(format!("{path}/export?format={format}"));
        app.request(request.body(Body::empty()).unwrap()).await
    };

    let native = export("native").await;
    let text = export("text").await;
    let (status, imported) = app.post("/api/v1/deals/import", native.json()).await;
    let (_, from_text) = app.post("/api/v1/deals/import", json!({"text": text.text()})).await;

    let disposition = native.headers["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"-Oak-1.json\"");
    assert_eq!(status, StatusCode::CREATED, "{imported}");
    let (_, original) = app.get(&path).await;
    assert_eq!(imported["structure"], original["structure"]);
    assert_eq!(from_text["structure"], original["structure"]);
    assert_eq!(
        (&from_text["name"], &from_text["deal_type"]),
        (&json!("Small"), &json!("imported"))
    );
    assert_eq!(export("absbox").await.status, StatusCode::NOT_IMPLEMENTED);
    let (foreign, _) = app.post("/api/v1/deals/import", json!({"format": "absbox"})).await;
    assert_eq!(foreign, StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test]
async fn a_copy_belongs_to_who_made_it() {
    let app = start().await;
    let (_, public) = app
        .post("/api/v1/deals", json!({"name": "Oak", "structure": small_deal(), "is_public": true}))
        .await;
    let path = format!("/api/v1/deals/{}", public["id"].as_str().unwrap());
    let stranger = person(&app, "user_b");

    let (status, copy) = stranger.post(&format!("{path}/clone"), json!({})).await;

    assert_eq!((status, &copy["name"]), (StatusCode::CREATED, &json!("Copy of Oak")));
    assert_eq!((&copy["permission"], &copy["is_public"]), (&json!("owner"), &json!(false)));
    let (_, mine) = stranger.get("/api/v1/deals/my-deals").await;
    assert_eq!(mine["items"][0]["id"], copy["id"]);
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let app = start().await;
    for (name, kind) in [("Oak 1", "auto"), ("Oak_2", "clo"), ("Elm", "auto")] {
        let body = json!({"name": name, "deal_type": kind, "structure": small_deal()});
        assert_eq!(app.post("/api/v1/deals", body).await.0, StatusCode::CREATED);
    }
    let names = async |query: &str| -> Vec<String> {
        let (status, list) = app.get(&format!("/api/v1/deals/my-deals{query}")).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };

    assert_eq!(names("").await, ["Elm", "Oak_2", "Oak 1"]);
    assert_eq!(names("?name=oak").await, ["Oak_2", "Oak 1"]);
    assert_eq!(names("?name=k_2").await, ["Oak_2"], "a wildcard is taken literally");
    assert_eq!(names("?deal_type=auto").await, ["Elm", "Oak 1"]);
    assert!(names("?is_public=true").await.is_empty());
    let (_, first) = app.get("/api/v1/deals/my-deals?limit=2").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(names(&format!("?limit=2&cursor={cursor}")).await, ["Oak 1"]);
    let (status, _) = app.get("/api/v1/deals/my-deals?deal_type=boat").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_deal_with_errors_is_kept_as_a_draft_only() {
    let app = start().await;
    let mut broken = small_deal();
    broken["waterfalls"][0]["steps"][1]["action"]["fees"] = json!(["trustee"]);

    let (status, problem) =
        app.post("/api/v1/deals", json!({"name": "Broken", "structure": broken})).await;
    let (kept, draft) = app
        .post("/api/v1/deals", json!({"name": "Broken", "structure": broken, "draft": true}))
        .await;

    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("validation"))
    );
    let pointer = problem["errors"][0]["pointer"].as_str().unwrap();
    assert!(pointer.starts_with("/structure/waterfalls/0/steps/1"), "{problem}");
    assert_eq!((kept, &draft["findings"][0]["severity"]), (StatusCode::CREATED, &json!("error")));
    let run = format!("/api/v1/deals/{}/run", draft["id"].as_str().unwrap());
    let (status, problem) =
        app.post(&run, json!({"collateral": crate::deals_desk::small_flows()})).await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!(pointer))
    );
}

fn hostile_structures() -> Vec<Value> {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut deal = small_deal();
        change(&mut deal);
        deal
    };
    let sum = vec!["1"; 60_000].join(" + ");
    let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let minus = "-".repeat(50_000) + "1";
    vec![
        with(&|deal| deal["accounts"][1]["target"] = json!(sum)),
        with(&|deal| deal["accounts"][1]["target"] = json!(deep)),
        with(&|deal| deal["accounts"][1]["target"] = json!(minus)),
        with(&|deal| deal["accounts"][1]["target"] = json!("pool.balance +")),
        with(&|deal| deal["accounts"][1]["target"] = json!("true")),
        with(&|deal| deal["accounts"][1]["target"] = json!("bond(\"Z\").balance")),
        with(&|deal| {
            deal["variables"] =
                json!([{"name": "a", "value": "b + 1"}, {"name": "b", "value": "a + 1"}]);
        }),
        with(&|deal| deal["bonds"][0]["original_balance"] = json!(-5)),
        with(&|deal| deal["bonds"][1]["name"] = json!("A")),
        with(&|deal| deal["bonds"][0]["name"] = json!("x".repeat(65))),
        with(&|deal| deal["bonds"][0]["name"] = json!("A\u{0}")),
        with(&|deal| deal["bonds"] = json!(vec![deal["bonds"][0].clone(); 201])),
        with(&|deal| deal["bonds"] = json!([])),
        with(&|deal| deal["dates"]["first_payment"] = json!("2025-01-01")),
        with(&|deal| deal["dates"]["first_payment"] = json!("tomorrow")),
        with(&|deal| deal["dates"]["calendar"] = json!("mars")),
        with(&|deal| deal["waterfalls"][0]["steps"][0]["action"]["do"] = json!("launder")),
        with(&|deal| deal["extra"] = json!(1)),
        json!([]),
        json!("deal"),
    ]
}

#[tokio::test]
async fn hostile_structures_are_refused_and_never_break_anything() {
    let app = start().await;
    for (i, structure) in hostile_structures().into_iter().enumerate() {
        let body = json!({"name": "Hostile", "structure": structure});
        let (status, problem) = app.post("/api/v1/deals", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{i}: {problem}");
        let body = json!({"structure": structure, "collateral": crate::deals_desk::small_flows()});
        let (status, problem) = app.post("/api/v1/deals/preview-run", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{i}: {problem}");
        let (status, answer) =
            app.post("/api/v1/deals/check", json!({"structure": structure})).await;
        assert!(
            status == StatusCode::UNPROCESSABLE_ENTITY
                || answer["valid"] == json!(false)
                || i == 10,
            "{i}: {answer}"
        );
    }
}

#[tokio::test]
async fn hostile_texts_are_faults_with_line_and_column() {
    let app = start().await;
    let texts = [
        String::new(),
        "deal".to_owned(),
        "\u{0}\u{0}".to_owned(),
        "deal \"x\" in USD\nbond \"A\" 1e999 at 4%".to_owned(),
        format!("deal \"x\"\n{}", "  if true\n".repeat(5_000)),
        format!("deal \"x\"\nlet \"y\" = {}1", "(".repeat(100_000)),
        "🦀".repeat(10_000),
        "x".repeat(2 << 20),
        "deal \"x\"\n\tbond\n\t\t\tbond".to_owned(),
    ];
    for text in texts {
        let (status, parsed) = app.post("/api/v1/deals/parse", json!({"text": text})).await;
        assert_eq!(status, StatusCode::OK, "{parsed}");
        let fault = &parsed["faults"][0];
        assert!(
            fault["line"].as_u64() >= Some(1) && fault["column"].as_u64() >= Some(1),
            "{parsed}"
        );
        assert_eq!(parsed["deal"], Value::Null);
        let body = json!({"name": "Hostile", "text": text});
        let (status, problem) = app.post("/api/v1/deals", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("line "), "{message}");
    }
}

#[tokio::test]
async fn every_template_reads_and_checks() {
    let app = start().await;
    let (_, list) = app.get("/api/v1/deals/templates").await;
    assert!(list.as_array().unwrap().len() >= 3, "{list}");
    for item in list.as_array().unwrap() {
        let path = format!("/api/v1/deals/templates/{}", item["name"].as_str().unwrap());
        let (_, template) = app.get(&path).await;
        let (_, checked) = app.post("/api/v1/deals/check", json!({"text": template["text"]})).await;
        assert_eq!(checked["valid"], true, "{}: {checked}", item["name"]);
    }
    assert_eq!(app.get("/api/v1/deals/templates/none").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_later_release_does_says_so() {
    let app = start().await;
    let path = format!("/api/v1/deals/{}", add_deal(&app, "Oak").await);
    for address in ["solve", "sensitivity"] {
        let (status, problem) = app.post(&format!("{path}/{address}"), json!({})).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::NOT_IMPLEMENTED, &json!("not_implemented"))
        );
    }
}
