//! What a person does to the desk, and what the exchange tells a referee.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// The administrator that the first start makes.
pub(super) const EMAIL: &str = "admin@example.com";
pub(super) const FIRST_PASSWORD: &str = "correct-horse-battery-1";
const PASSWORD: &str = "correct-horse-battery-2";

/// Talks to the desk and to the exchange.
#[derive(Debug, Clone)]
pub(super) struct Api {
    client: reqwest::Client,
    token: Option<String>,
    exchange: String,
}

impl Api {
    pub(super) fn new(exchange: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .user_agent("quintet-crash")
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self { client, token: None, exchange: exchange.to_owned() })
    }

    /// Signs in; at the first time the password is changed, as it must be.
    pub(super) async fn sign_in(&mut self, desk: &str) -> anyhow::Result<()> {
        for password in [PASSWORD, FIRST_PASSWORD] {
            let body = json!({"username": EMAIL, "password": password});
            let (status, said) =
                self.desk(desk, Method::POST, "/api/auth/login", Some(body)).await?;
            if status != StatusCode::OK {
                continue;
            }
            let token = said["access_token"].as_str().context("no token")?.to_owned();
            self.token = Some(token);
            if password == FIRST_PASSWORD {
                let body = json!({"current_password": password, "new_password": PASSWORD});
                let path = "/api/auth/password";
                let (status, said) = self.desk(desk, Method::POST, path, Some(body)).await?;
                anyhow::ensure!(status.is_success(), "the password was not changed: {said}");
            }
            return Ok(());
        }
        anyhow::bail!("nobody can sign in")
    }

    /// Calls an operation of the desk. An error means that there was no answer.
    pub(super) async fn desk(
        &self,
        desk: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let mut request = self.client.request(method, format!("{desk}{path}"));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// The exchange's instant, in virtual microseconds.
    pub(super) async fn virtual_now(&self) -> anyhow::Result<i64> {
        let status = self.referee(Method::GET, "/sim/status", None).await?;
        status["now_us"].as_i64().context("the exchange does not tell the time")
    }

    /// Tells the exchange what to do wrong.
    pub(super) async fn install(&self, faults: &Value) -> anyhow::Result<()> {
        self.referee(Method::POST, "/sim/fault", Some(faults.clone())).await.map(drop)
    }

    /// Lets the exchange work again. A fault may hit this call as well.
    pub(super) async fn end_faults(&self) -> anyhow::Result<()> {
        self.referee(Method::DELETE, "/sim/fault", None).await.map(drop)
    }

    /// Everything that ever happened on the account.
    pub(super) async fn ledger(&self) -> anyhow::Result<Value> {
        self.referee(Method::GET, "/sim/ledger", None).await
    }

    /// Faults may hit the referee as well: it asks again.
    async fn referee(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        const TRIES: u32 = 8;
        let mut last = anyhow::anyhow!("nothing was asked");
        for _ in 0..TRIES {
            match self.referee_once(method.clone(), path, body.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => last = error,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(last.context(format!("the exchange does not answer {path}")))
    }

    async fn referee_once(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.exchange);
        let mut request = self.client.request(method, url).timeout(Duration::from_secs(2));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let text = request.send().await?.text().await?;
        let answer: Value = serde_json::from_str(&text)?;
        anyhow::ensure!(answer["success"] == true, "{answer}");
        Ok(answer["result"].clone())
    }
}
