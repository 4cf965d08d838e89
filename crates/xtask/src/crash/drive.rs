//! One run: starts the programs, follows the plan until the session is over, and collects the
//! evidence.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::api::{Api, EMAIL, FIRST_PASSWORD};
use super::check::{Evidence, Finding};
use super::desks::Desks;
use super::plan::{Intervention, Plan};
use super::process::Exchange;
use super::records::{Records, Store};

/// How often the run looks.
const LOOK: Duration = Duration::from_millis(30);
/// Virtual time that is waited after the end, for what should not come any more.
const SETTLE: i64 = 20_000_000;
/// Virtual time after the exit at which the exchange works again.
const FAULTS_END: i64 = 300_000_000;
/// Virtual time after the exit at which the run gives up.
const GIVE_UP: i64 = 2_400_000_000;
/// And in real time.
const HANGS: Duration = Duration::from_mins(5);
const MINUTE: i64 = 60_000_000;
/// A desk that was not heard of for so long says that it is silent.
const SILENT: Duration = Duration::from_secs(10);

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    SignIn,
    Profile,
    Start(String),
    Watch,
    Settle { until: i64 },
    Done,
}

/// A run.
pub(super) struct Run<'a> {
    plan: &'a Plan,
    folder: &'a Path,
    store: Store,
    exchange: Exchange,
    desks: Desks,
    api: Api,
    step: Step,
    started: Option<Instant>,
    /// The exit of the first session, and when the exchange works again.
    exit_at: i64,
    faults_are_on: bool,
    intervened: bool,
    resume_at: Option<Instant>,
    hesitated: Duration,
    exchange_died: bool,
    heartbeat: Heartbeat,
    findings: Vec<Finding>,
}

/// What was seen of the desk's heartbeat while a session was open (INV-9).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heartbeat {
    pub(super) looks: usize,
    /// The oldest that nobody complained about.
    pub(super) oldest: Duration,
}

/// What a run came to.
pub(super) struct Outcome {
    pub(super) evidence: Evidence,
    pub(super) findings: Vec<Finding>,
    pub(super) deaths: super::desks::Deaths,
    pub(super) faults_hit: Vec<String>,
    pub(super) heartbeat: Heartbeat,
}

impl<'a> Run<'a> {
    /// Starts the programs in a folder of their own.
    pub(super) fn begin(
        binary: &Path,
        folder: &'a Path,
        plan: &'a Plan,
        store: Store,
    ) -> anyhow::Result<Self> {
        let exchange = Exchange::start(binary, folder, plan)?;
        let mut settings = vec![
            ("DELTA_ENV", "sim".to_owned()),
            ("SIM_URL", exchange.url.clone()),
            ("SIM_SPEED", plan.speed.to_string()),
            ("DEMO_DATA", "false".to_owned()),
            ("RATE_LIMIT_ENABLED", "false".to_owned()),
            ("BACKEND_LOG_INGEST_ENABLED", "false".to_owned()),
            ("ADMIN_EMAIL", EMAIL.to_owned()),
            ("ADMIN_PASSWORD", FIRST_PASSWORD.to_owned()),
            ("SHUTDOWN_GRACE_SECONDS", "10".to_owned()),
        ];
        if let Store::Postgres(url) = &store {
            settings.push(("DATABASE_URL", url.clone()));
            settings.push(("SECRET_KEY", "every process of one desk signs with this".to_owned()));
        }
        let settings: Vec<(String, String)> =
            settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let api = Api::new(&exchange.url)?;
        let desks = Desks::start(binary, folder, plan, &settings, &store)?;
        Ok(Self {
            plan,
            folder,
            store,
            exchange,
            desks,
            api,
            step: Step::SignIn,
            started: None,
            exit_at: i64::MAX,
            faults_are_on: false,
            intervened: false,
            resume_at: None,
            hesitated: Duration::ZERO,
            exchange_died: false,
            heartbeat: Heartbeat::default(),
            findings: Vec::new(),
        })
    }

    /// Follows the plan to its end.
    pub(super) async fn follow(mut self) -> anyhow::Result<Outcome> {
        let began = Instant::now();
        while self.step != Step::Done {
            // What nothing should take long for shows how much the machine hesitates.
            let asleep = Instant::now();
            tokio::time::sleep(LOOK).await;
            self.kill_the_exchange().await?;
            let now = self.api.virtual_now().await?;
            self.hesitated = self.hesitated.max(asleep.elapsed().saturating_sub(LOOK));

            let dying = !matches!(self.step, Step::Settle { .. });
            for death in self.desks.look(self.started, now, dying).await? {
                self.find("the process", format!("it ended by itself: {death}"));
            }
            // Nobody answers while the desk is away; the step is tried again.
            if let Err(error) = self.go_on(now).await
                && error.downcast_ref::<reqwest::Error>().is_none()
            {
                return Err(error);
            }
            if began.elapsed() > HANGS || now > self.exit_at.saturating_add(GIVE_UP) {
                break;
            }
        }
        self.collect().await
    }

    async fn go_on(&mut self, now: i64) -> anyhow::Result<()> {
        match self.step.clone() {
            Step::SignIn => {
                self.api.sign_in(&self.desks.url()).await?;
                self.step = Step::Profile;
            }
            Step::Profile => self.make_profile(now).await?,
            Step::Start(config) => self.start_session(&config).await?,
            Step::Watch => {
                self.intervene().await?;
                self.feel_the_pulse().await?;
                self.end_faults(now).await?;
                if self.all_over(now).await? {
                    self.step = Step::Settle { until: now + SETTLE };
                }
            }
            Step::Settle { until } if now >= until && !self.desks.is_away() => {
                let over = self.all_over(now).await?;
                self.step = if over { Step::Done } else { Step::Watch };
            }
            Step::Settle { .. } | Step::Done => {}
        }
        Ok(())
    }

    /// The profile that is there from before a death is used.
    async fn make_profile(&mut self, now: i64) -> anyhow::Result<()> {
        let minutes = i64::try_from(self.plan.minutes).unwrap_or(10);
        // Not in the minute that is running out.
        self.exit_at = (now / MINUTE + 1 + minutes) * MINUTE;
        let exit = chrono::DateTime::from_timestamp_micros(self.exit_at).context("an instant")?;
        let exit = exit.with_timezone(&chrono_tz::Asia::Kolkata).format("%H:%M").to_string();
        let mut profile = self.plan.profile.clone();
        profile["exit_time_ist"] = json!(exit);
        let (status, said) = self.call(Method::POST, "/api/configs", Some(profile)).await?;
        let id = match status {
            StatusCode::CREATED | StatusCode::OK => said["id"].as_str().map(str::to_owned),
            StatusCode::CONFLICT => {
                let (_, list) = self.call(Method::GET, "/api/configs", None).await?;
                list["items"][0]["id"].as_str().map(str::to_owned)
            }
            _ => None,
        };
        let id = id.with_context(|| format!("the profile was not taken: {status} {said}"))?;
        let path = format!("/api/configs/{id}/activate");
        let (status, said) = self.call(Method::POST, &path, None).await?;
        anyhow::ensure!(status.is_success(), "the profile was not activated: {status} {said}");
        self.step = Step::Start(id);
        Ok(())
    }

    async fn start_session(&mut self, config: &str) -> anyhow::Result<()> {
        if let Some(faults) = &self.plan.faults
            && !self.faults_are_on
        {
            self.api.install(faults).await?;
            self.faults_are_on = true;
        }
        let body = json!({"action": "start", "configuration_id": config});
        let (status, said) = self.call(Method::POST, "/api/trading/control", Some(body)).await?;
        // A conflict means that the start from before a death was taken.
        let taken = status.is_success() || status == StatusCode::CONFLICT;
        anyhow::ensure!(taken || status.is_server_error(), "no session: {status} {said}");
        if taken {
            self.started = Some(Instant::now());
            self.step = Step::Watch;
        }
        Ok(())
    }

    /// Kills the exchange when its time has come, and starts it again after a while. What it has told
    /// anybody is on its disk.
    async fn kill_the_exchange(&mut self) -> anyhow::Result<()> {
        let Some((when, away)) = self.plan.exchange_dies else { return Ok(()) };
        let due = Duration::from_secs_f64(when * self.plan.length());
        if self.exchange_died || self.started.is_none_or(|started| started.elapsed() < due) {
            return Ok(());
        }
        self.exchange_died = true;
        self.exchange.kill();
        tokio::time::sleep(Duration::from_secs_f64(away)).await;
        self.exchange.start_again()
    }

    /// INV-9: whoever has a session open is heard of, or an alert says that nobody is.
    async fn feel_the_pulse(&mut self) -> anyhow::Result<()> {
        let (status, said) = self.call(Method::GET, "/api/trading/heartbeat", None).await?;
        let last = said["last_tick_at"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
        let (Some(last), true) = (last, said["strategy_id"].is_string() && status.is_success())
        else {
            return Ok(());
        };
        let age = DateTime::<Utc>::from(SystemTime::now()) - last;
        let age = age.to_std().unwrap_or_default();
        self.heartbeat.looks += 1;
        if said["silent"] == true {
            return Ok(());
        }
        self.heartbeat.oldest = self.heartbeat.oldest.max(age);
        // What was asked a moment ago is a little older now.
        let most = SILENT + Duration::from_secs(1) + self.hesitated;
        if age > most {
            self.find("INV-9", format!("the heartbeat is {age:?} old, and nobody says so"));
        }
        Ok(())
    }

    /// Does to the desk what the plan says, once its time has come.
    async fn intervene(&mut self) -> anyhow::Result<()> {
        let Some(passed) = self.started.map(|started| started.elapsed()) else { return Ok(()) };
        if self.resume_at.is_some_and(|at| Instant::now() >= at) {
            self.control(json!({"action": "resume"})).await?;
            self.resume_at = None;
        }
        let Some((when, what)) = self.plan.intervention else { return Ok(()) };
        if self.intervened || passed.as_secs_f64() < when * self.plan.length() {
            return Ok(());
        }
        match what {
            Intervention::StopFlatten => {
                self.control(json!({"action": "stop", "stop_mode": "flatten"})).await?;
            }
            Intervention::Panic => self.control(json!({"action": "panic"})).await?,
            Intervention::Restart => {
                self.control(json!({"action": "restart", "stop_mode": "flatten"})).await?;
            }
            Intervention::PauseAndResume => {
                self.control(json!({"action": "pause_entries"})).await?;
                let pause = Duration::from_secs_f64(self.plan.length() * 0.2);
                self.resume_at = Some(Instant::now() + pause);
            }
            Intervention::KillSwitch => {
                let body = json!({"state": "halted", "flatten": true, "reason": "drill"});
                self.call(Method::PUT, "/api/risk/state", Some(body)).await?;
            }
        }
        self.intervened = true;
        Ok(())
    }

    /// A refusal is an answer: there may be nothing to stop.
    async fn control(&mut self, body: Value) -> anyhow::Result<()> {
        let (status, said) = self.call(Method::POST, "/api/trading/control", Some(body)).await?;
        if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
            self.find("the interface", format!("{status} {said}"));
        }
        Ok(())
    }

    /// Failures end some time after the exit, so that what they left unresolved can be resolved.
    async fn end_faults(&mut self, now: i64) -> anyhow::Result<()> {
        if self.faults_are_on && now > self.exit_at.saturating_add(FAULTS_END) {
            self.api.end_faults().await?;
            self.faults_are_on = false;
        }
        Ok(())
    }

    /// Whether every session is over, and there was one; and nothing waits to be done.
    async fn all_over(&mut self, now: i64) -> anyhow::Result<bool> {
        let asked = Instant::now();
        let (status, said) = self.call(Method::GET, "/api/trading/sessions", None).await?;
        self.hesitated = self.hesitated.max(asked.elapsed());
        if status.is_server_error() {
            return Ok(false);
        }
        let sessions = said["items"].as_array().cloned().unwrap_or_default();
        let over = sessions.iter().all(|session| session["status"] == "stopped");
        let waits = sessions.iter().any(|session| session["state"] == "waiting");
        if waits && now > self.exit_at.saturating_add(2 * MINUTE) {
            // A start that came too late for today is for tomorrow.
            self.control(json!({"action": "stop", "stop_mode": "flatten"})).await?;
        }
        Ok(over && !sessions.is_empty())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        self.api.desk(&self.desks.url(), method, path, body).await
    }

    fn find(&mut self, rule: &'static str, message: String) {
        self.findings.push(Finding { rule, message });
    }

    /// Reads both sides, stopping the desk in between.
    async fn collect(mut self) -> anyhow::Result<Outcome> {
        let truth = self.api.ledger().await?;
        std::fs::write(self.folder.join("ledger.json"), truth.to_string())?;
        let faults_hit = super::faults::hit(self.folder, self.plan.faults.as_ref());
        if !self.desks.stop()? {
            self.find("the process", "it did not stop when it was told to".to_owned());
        }
        for panic in self.desks.panics() {
            self.find("the process", panic);
        }
        let (agrees, said) = self.desks.operator(&["strangle", "rebuild", "--verify"])?;
        if !agrees {
            self.find("rebuild", said);
        }
        let records = Records::read(&self.store).await?;
        self.exchange.stop()?;
        if records.sessions.is_empty() {
            self.findings.push(Finding { rule: "the end", message: "no session began".to_owned() });
        }
        let deaths = self.desks.deaths();
        let evidence = Evidence {
            truth: serde_json::from_value(truth).context("the ledger cannot be read")?,
            records,
            quantity: self.plan.quantity,
            tolerance: tolerance(self.plan, self.hesitated),
            is_faulty: self.plan.is_faulty(),
            kills: deaths.at.clone(),
        };
        let heartbeat = self.heartbeat;
        Ok(Outcome { evidence, findings: self.findings, deaths, faults_hit, heartbeat })
    }
}

/// The clock of the desk is learnt from answers; a machine that hesitates delays everything.
fn tolerance(plan: &Plan, hesitated: Duration) -> i64 {
    let clock = if plan.is_faulty() { 7.0 } else { 2.0 };
    let machine = plan.speed * (0.1 + 2.0 * hesitated.as_secs_f64());
    #[expect(clippy::cast_possible_truncation, reason = "a few seconds")]
    let micros = ((clock + machine) * 1e6) as i64;
    micros
}
