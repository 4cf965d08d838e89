//! Runs analyses: bounded in number, time and work, and cached by what they depend on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use credit_engine::loan::Loan;
use credit_engine::projection::Control;
use platform::objects::ObjectError;
use sha2::{Digest as _, Sha256};

use crate::Credit;
use crate::domain::analysis::{AnalysisError, ENGINE_VERSION, Outcome, Terms, analyze, work};
use crate::domain::asset::build;
use crate::domain::stress::{Options, StressScenario, run};
use crate::domain::table::{TableError, read};
use crate::metrics::{ANALYSES, ANALYSIS_SECONDS, CACHE_HITS, CACHE_MISSES, LOAN_MONTHS};

/// Where the loans of an analysis are.
#[derive(Debug, Clone)]
pub(crate) enum Loans {
    /// At hand.
    Here(Arc<Vec<Loan>>),
    /// In the object store, under this name.
    Stored(String),
}

/// What is analysed.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) loans: Loans,
    /// Identifies their content.
    pub(crate) pool_hash: String,
}

/// How much an analysis may cost.
#[derive(Clone)]
pub(crate) struct Budget {
    pub(crate) work: u64,
    pub(crate) time: Duration,
    /// Told the share that is done, 0 to 1.
    pub(crate) progress: Option<Arc<dyn Fn(f64) + Send + Sync>>,
    /// Set from outside to stop.
    pub(crate) cancelled: Arc<AtomicBool>,
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The time of the budget was up.
    #[error("the analysis took longer than {0:?}")]
    OutOfTime(Duration),
    /// Somebody asked for it to stop.
    #[error("the analysis was cancelled")]
    Cancelled,
    /// The work is more than the budget allows.
    #[error("the analysis needs {needed} loan-months, {allowed} are allowed")]
    TooExpensive { needed: u64, allowed: u64 },
    /// The balances do not add up to a finite number.
    #[error("the balances are too large to add up")]
    TooLarge,
    /// The loans could not be fetched.
    #[error("the loans cannot be fetched")]
    Objects(#[from] ObjectError),
    /// The loans could not be read.
    #[error("the loans cannot be read")]
    Table(#[from] TableError),
    /// The outcome could not be written or read.
    #[error("the outcome cannot be read")]
    Outcome(#[from] serde_json::Error),
    /// A thread broke.
    #[error("the computation broke")]
    Broken(#[from] tokio::task::JoinError),
}

/// Identifies the request: equal hashes have equal outcomes.
pub(crate) fn request_hash(subject: &Subject, terms: &Terms) -> Result<String, serde_json::Error> {
    let canonical = serde_json::to_vec(&(ENGINE_VERSION, &subject.pool_hash, terms))?;
    Ok(hex::encode(Sha256::digest(canonical)))
}

impl Credit {
    /// The budget of an analysis that a caller waits for.
    pub(crate) fn direct_budget(&self) -> Budget {
        Budget {
            work: self.settings.direct_work,
            time: self.settings.analyze_timeout,
            progress: None,
            cancelled: Arc::default(),
        }
    }

    /// Returns the outcome as it was first computed, byte for byte, and whether it was in the cache.
    pub(crate) async fn outcome(
        &self,
        tenant: &str,
        subject: &Subject,
        terms: &Terms,
        use_cache: bool,
        budget: Budget,
    ) -> Result<(Bytes, bool), Arc<Failure>> {
        let hash = request_hash(subject, terms).map_err(|e| Arc::new(e.into()))?;
        let key = format!("credit:{tenant}:analyze:{ENGINE_VERSION}:{hash}");
        let ttl = match subject.loans {
            Loans::Stored(_) => self.settings.pool_cache_ttl,
            Loans::Here(_) => self.settings.run_cache_ttl,
        };
        let (terms, allowed) = (terms.clone(), budget.work);
        let compute = self.with_loans(subject.loans.clone(), budget, move |loans, control| {
            calculate(loans, &terms, allowed, control)
        });
        let (bytes, hit) = if use_cache {
            self.cache.get_or_compute_for(&key, ttl, Box::pin(compute)).await?
        } else {
            (compute.await.map_err(Arc::new)?, false)
        };
        let name = if hit { CACHE_HITS } else { CACHE_MISSES };
        metrics::counter!(name).increment(1);
        if hit {
            metrics::counter!(ANALYSES, "result" => "cached").increment(1);
        }
        Ok((bytes, hit))
    }

    /// Computes something from loans, within a budget and not more of it at one time than there
    /// are processors.
    pub(crate) async fn with_loans(
        &self,
        loans: Loans,
        budget: Budget,
        compute: impl FnOnce(&[Loan], Control<'_>) -> Result<Bytes, Failure> + Send + 'static,
    ) -> Result<Bytes, Failure> {
        let stored = match &loans {
            Loans::Stored(object) => Some(self.objects.get(object).await?),
            Loans::Here(_) => None,
        };
        let stop = StopOnDrop(budget.cancelled.clone());
        let time = budget.time;
        let span = tracing::Span::current();
        let computing = async {
            // Closing the semaphore is not possible, so that a turn always comes.
            let turn = self.turns.clone().acquire_owned().await.ok();
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                let _entered = span.entered();
                compute_with(&loans, stored.as_ref(), &budget, compute)
            })
            .await?
        };
        let result = match tokio::time::timeout(time, computing).await {
            Ok(done) => {
                stop.defuse();
                done
            }
            Err(_) => Err(Failure::OutOfTime(time)),
        };
        let word = match &result {
            Ok(_) => "ok",
            Err(Failure::TooExpensive { .. } | Failure::TooLarge) => "refused",
            Err(Failure::OutOfTime(_) | Failure::Cancelled) => "stopped",
            Err(_) => "failed",
        };
        metrics::counter!(ANALYSES, "result" => word).increment(1);
        result
    }
}

/// Tells the thread to stop when the caller has gone.
pub(crate) struct StopOnDrop(pub(crate) Arc<AtomicBool>);

impl StopOnDrop {
    /// Lets the flag be: the thread has ended.
    pub(crate) fn defuse(mut self) {
        self.0 = Arc::default();
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn compute_with(
    loans: &Loans,
    stored: Option<&Bytes>,
    budget: &Budget,
    compute: impl FnOnce(&[Loan], Control<'_>) -> Result<Bytes, Failure>,
) -> Result<Bytes, Failure> {
    let fetched = stored.map(load).transpose()?;
    let loans: &[Loan] = match (loans, &fetched) {
        (Loans::Here(loans), _) => loans,
        (Loans::Stored(_), Some(loans)) => loans,
        (Loans::Stored(_), None) => &[],
    };
    let count = loans.len().max(1);
    let report = |done: usize| {
        if let Some(progress) = &budget.progress {
            progress(share(done, count));
        }
    };
    compute(loans, Control { cancelled: Some(&budget.cancelled), progress: Some(&report) })
}

fn calculate(
    loans: &[Loan],
    terms: &Terms,
    allowed: u64,
    control: Control<'_>,
) -> Result<Bytes, Failure> {
    let begun = Instant::now();
    let needed = work(loans, terms);
    if needed > allowed {
        return Err(Failure::TooExpensive { needed, allowed });
    }
    let mut outcome = analyze(loans, terms, control)?;
    if terms.include_stress_tests {
        let scenarios = StressScenario::predefined();
        let options = Options { include_cashflows: false, sensitivity: true };
        outcome.stress_tests = Some(run(loans, terms, &scenarios, options, control)?.report);
    }
    metrics::histogram!(ANALYSIS_SECONDS).record(begun.elapsed().as_secs_f64());
    metrics::counter!(LOAN_MONTHS).increment(needed);
    Ok(Bytes::from(serde_json::to_vec(&outcome)?))
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Stopped => Self::Cancelled,
            AnalysisError::TooLarge | AnalysisError::Terms => Self::TooLarge,
        }
    }
}

/// Reads the loans of a stored table.
pub(crate) fn load(bytes: &Bytes) -> Result<Vec<Loan>, TableError> {
    let mut loans = Vec::with_capacity(crate::domain::table::rows(bytes)?);
    read(bytes, 0, usize::MAX, |_, record| {
        // What is stored was checked when it was stored.
        loans.extend(build(record, "").ok());
        true
    })?;
    Ok(loans)
}

/// Reads an outcome that was computed before.
pub(crate) fn parse(bytes: &Bytes) -> Result<Outcome, Failure> {
    Ok(serde_json::from_slice(bytes)?)
}

/// The share of `count` that is done.
pub(crate) fn share(done: usize, count: usize) -> f64 {
    let number = |value: usize| u32::try_from(value).map_or(f64::from(u32::MAX), f64::from);
    (number(done) / number(count.max(1))).min(1.0)
}

#[cfg(test)]
mod tests {
    use credit_engine::loan::{AssetClass, LoanTerms};
    use testkit::TestApp;

    use super::*;
    use crate::domain::analysis::{AnalysisRequest, TermsDefaults};
    use crate::settings::Settings;

    async fn credit() -> (TestApp, Credit) {
        let app = TestApp::start(crate::REGISTRATION).await;
        let settings = Settings::read(&mut platform::settings::Env::new([]));
        let credit = Credit::new(settings, &app.context);
        (app, credit)
    }

    fn subject(credit: &Credit) -> (Subject, Terms) {
        let loan = LoanTerms::level("a", AssetClass::AutoLoan, 1_000.0, 0.05, 60);
        let loans = Loans::Here(Arc::new(vec![Loan::new(loan).unwrap()]));
        let request: AnalysisRequest = serde_json::from_str("{}").unwrap();
        let terms = request.terms(TermsDefaults { today: credit.clock.today() }).unwrap();
        (Subject { loans, pool_hash: "x".to_owned() }, terms)
    }

    #[tokio::test]
    async fn an_analysis_ends_when_its_time_is_up_or_somebody_says_so() {
        let (_app, credit) = credit().await;
        let (subject, terms) = subject(&credit);
        let all = u32::try_from(credit.parallelism).unwrap();
        let taken = credit.turns.acquire_many(all).await.unwrap();

        let short = Budget { time: Duration::from_millis(20), ..credit.direct_budget() };
        let late = credit.outcome("t", &subject, &terms, true, short).await.unwrap_err();
        drop(taken);
        let stopped = credit.direct_budget();
        stopped.cancelled.store(true, Ordering::Relaxed);
        let cancelled = credit.outcome("t", &subject, &terms, true, stopped).await.unwrap_err();

        assert!(matches!(*late, Failure::OutOfTime(_)), "{late}");
        assert!(matches!(*cancelled, Failure::Cancelled), "{cancelled}");
        let after = credit.outcome("t", &subject, &terms, true, credit.direct_budget()).await;
        assert!(!after.unwrap().1, "a failure is not cached");
    }

    #[tokio::test]
    async fn equal_requests_of_two_tenants_do_not_share_a_result() {
        let (_app, credit) = credit().await;
        let (subject, terms) = subject(&credit);
        let ask = async |tenant: &str| {
            credit.outcome(tenant, &subject, &terms, true, credit.direct_budget()).await.unwrap()
        };

        let (first, others, again) = (ask("a").await, ask("b").await, ask("a").await);

        assert_eq!((first.1, others.1, again.1), (false, false, true));
        assert_eq!((&first.0, &first.0), (&others.0, &again.0));
    }
}
