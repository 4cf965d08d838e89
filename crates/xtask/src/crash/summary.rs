//! What people read.

use std::collections::BTreeMap;

use super::Report;
use super::drive::Heartbeat;

/// Counts over all runs.
#[derive(Debug, Default)]
pub(super) struct Summary {
    runs: usize,
    failed: usize,
    kills: usize,
    exchange_kills: usize,
    pulse: Heartbeat,
    orders: usize,
    fills: usize,
    seconds: f64,
    points: BTreeMap<String, usize>,
    missed: usize,
    faults: BTreeMap<String, usize>,
    endings: BTreeMap<String, usize>,
    replays: Vec<String>,
}

impl Summary {
    /// Takes in a run, and prints its line and its findings.
    pub(super) fn add(&mut self, report: &Report, replay: &str) {
        self.runs += 1;
        self.seconds += report.seconds;
        let Report { plan, folder, result, seconds } = report;
        let problems: Vec<String> = match result {
            Ok(outcome) => {
                self.count(outcome, plan.crash_at.is_some());
                self.exchange_kills += usize::from(plan.exchange_dies.is_some());
                outcome.findings.iter().map(ToString::to_string).collect()
            }
            Err(error) => vec![format!("the run failed: {error:#}")],
        };
        let verdict = if problems.is_empty() { "holds" } else { "FAILED" };
        let endings = result.as_ref().map(endings).unwrap_or_default().join(", ");
        println!("seed {:<6} {verdict:<7} {seconds:>5.1} s  {plan}: {endings}", plan.seed);
        if folder.is_dir() {
            println!("    files: {}", folder.display());
        }
        if problems.is_empty() {
            return;
        }
        self.failed += 1;
        for problem in &problems {
            println!("    {problem}");
        }
        if let Some(faults) = &plan.faults {
            println!("    faults: {faults}");
        }
        println!("    again: {replay}");
        self.replays.push(replay.to_owned());
    }

    fn count(&mut self, outcome: &super::drive::Outcome, has_point: bool) {
        self.kills += outcome.deaths.killed;
        self.pulse.looks += outcome.heartbeat.looks;
        self.pulse.oldest = self.pulse.oldest.max(outcome.heartbeat.oldest);
        self.orders += outcome.evidence.truth.own_orders().count();
        self.fills += outcome.evidence.truth.fills.len();
        match &outcome.deaths.point {
            Some(point) => {
                let name = point.split(':').next().unwrap_or_default();
                *self.points.entry(name.to_owned()).or_default() += 1;
            }
            None if has_point => self.missed += 1,
            None => {}
        }
        for fault in &outcome.faults_hit {
            *self.faults.entry(fault.clone()).or_default() += 1;
        }
        for ending in endings(outcome) {
            *self.endings.entry(ending).or_default() += 1;
        }
    }

    pub(super) const fn is_clean(&self) -> bool {
        self.failed == 0
    }

    /// Prints the counts.
    pub(super) fn print(&self) {
        println!();
        println!("orders and fills: {} and {}", self.orders, self.fills);
        println!("kills at an instant: {}; of the exchange: {}", self.kills, self.exchange_kills);
        let Heartbeat { looks, oldest } = self.pulse;
        println!("heartbeats looked at: {looks}, the oldest {:.1} s", oldest.as_secs_f64());
        println!("deaths at a place: {} ({} not reached)", listed(&self.points), self.missed);
        println!("failures that hit: {}", listed(&self.faults));
        println!("sessions ended by: {}", listed(&self.endings));
        for replay in &self.replays {
            println!("again: {replay}");
        }
        println!("{} runs, {} failed, {:.0} s", self.runs, self.failed, self.seconds);
    }
}

/// How each session ended, or where it stands.
fn endings(outcome: &super::drive::Outcome) -> Vec<String> {
    let sessions = outcome.evidence.records.sessions.iter();
    sessions.map(|session| session.exit_reason.as_ref().unwrap_or(&session.state).clone()).collect()
}

fn listed(counts: &BTreeMap<String, usize>) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    parts.join(", ")
}
