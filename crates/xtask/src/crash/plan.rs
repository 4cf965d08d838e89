//! What a seed means: the market, the profile, the deaths, the interventions, the failures.

use std::fmt;

use anyhow::Context as _;
use delta_sim::faults::FaultScript;
use serde_json::{Value, json};

use super::draw::Draw;

/// The places at which the desk can be told to die, and the latest pass worth dying at.
const POINTS: [(&str, u64); 17] = [
    ("after_session_insert", 1),
    ("after_selection", 1),
    ("after_intent_planned", 4),
    ("after_intent_sending", 4),
    ("after_http_sent", 4),
    ("after_http_response", 4),
    ("after_ack_commit", 6),
    ("mid_wait", 500),
    ("after_cancel_sent", 1),
    ("after_first_leg_filled", 1),
    ("after_both_filled_before_live", 1),
    ("after_peak_update", 12),
    ("after_exit_decision", 1),
    ("after_exit_intent_sending", 2),
    ("after_first_exit_fill", 2),
    ("after_close_before_summary", 1),
    ("during_reconcile", 8),
];

/// While the tables are made: the first life ends some hundredths of a second after it began.
const DURING_MIGRATION: &str = "during_migration";

/// A round of seeds has each place once, the tables once, and then as many rounds of instants.
const INSTANT_SEEDS: u64 = 5;

const ROUND: u64 = POINTS.len() as u64 + 1 + INSTANT_SEEDS;

/// What the exchange is told to do wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Faults {
    /// By the seed: odd ones fail.
    BySeed,
    Never,
    Random,
    Script(Value),
}

/// What somebody does to the desk in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intervention {
    StopFlatten,
    Panic,
    KillSwitch,
    PauseAndResume,
    Restart,
}

/// How many processes, how fast, and what else the command line decides.
#[derive(Debug, Clone)]
pub(super) struct Wishes {
    pub(super) faults: Faults,
    /// `name` or `name:n`.
    pub(super) point: Option<String>,
    pub(super) speed: f64,
    pub(super) processes: usize,
}

/// The course of one run. Spans are parts of the session's length.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) speed: f64,
    pub(super) processes: usize,
    pub(super) scenario: &'static str,
    /// Virtual minutes from the start to the exit.
    pub(super) minutes: u64,
    pub(super) quantity: i64,
    pub(super) profile: Value,
    /// The place at which the first process dies, `name:n`.
    pub(super) crash_at: Option<String>,
    /// When the first life ends while its tables are made, in seconds.
    pub(super) dies_early: Option<f64>,
    /// When processes are killed.
    pub(super) kills: Vec<f64>,
    /// When the exchange is killed, and for how many seconds it is away.
    pub(super) exchange_dies: Option<(f64, f64)>,
    /// How long the desk is away after each death, in seconds.
    pub(super) pauses: Vec<f64>,
    pub(super) intervention: Option<(f64, Intervention)>,
    pub(super) faults: Option<Value>,
}

impl Plan {
    pub(super) fn of(seed: u64, wishes: &Wishes) -> anyhow::Result<Self> {
        let mut draw = Draw::new(seed, "plan");
        let scenario = draw
            .pick("calm", &["trend", "crash", "melt_up", "chop", "vol_spike", "gap", "weekend"]);
        let minutes = draw.between(3, 6);
        let (quantity, profile) = profile(&mut draw);
        let intervention = intervention(&mut draw);
        let (crash_at, kills) = deaths(seed, wishes);
        let mut draw = Draw::new(seed, "pauses");
        let pauses = (0..=kills.len()).map(|_| pause(&mut draw)).collect();
        Ok(Self {
            seed,
            speed: wishes.speed,
            processes: wishes.processes,
            scenario,
            minutes,
            quantity,
            profile,
            crash_at,
            dies_early: dies_early(seed, wishes),
            kills,
            exchange_dies: exchange_dies(seed),
            pauses,
            intervention,
            faults: faults(seed, &wishes.faults)?,
        })
    }

    /// Whether the exchange fails in some way.
    pub(super) const fn is_faulty(&self) -> bool {
        self.faults.is_some() || self.exchange_dies.is_some()
    }

    /// The length of the session in real seconds.
    #[expect(clippy::cast_precision_loss, reason = "a few minutes")]
    pub(super) fn length(&self) -> f64 {
        self.minutes as f64 * 60.0 / self.speed
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} for {} min", self.scenario, self.minutes)?;
        if let Some(point) = &self.crash_at {
            write!(formatter, ", dies at {point}")?;
        }
        if !self.kills.is_empty() {
            write!(formatter, ", killed {} times", self.kills.len())?;
        }
        if self.dies_early.is_some() {
            write!(formatter, ", killed {DURING_MIGRATION}")?;
        }
        if self.exchange_dies.is_some() {
            write!(formatter, ", the exchange killed")?;
        }
        if let Some((_, intervention)) = self.intervention {
            write!(formatter, ", {intervention:?}")?;
        }
        if self.faults.is_some() {
            write!(formatter, ", failing exchange")?;
        }
        Ok(())
    }
}

fn profile(draw: &mut Draw) -> (i64, Value) {
    let underlying = draw.pick("BTC", &["ETH"]);
    let quantity = i64::try_from(draw.between(1, 20)).unwrap_or(1);
    let mut profile = json!({
        "name": "crash",
        "underlying": underlying,
        "quantity": quantity,
        "trade_time_ist": "09:30",
        "late_entry_policy": "immediate",
        "percent_unit": "percent",
        "max_loss_pct": draw.pick(9.0, &[15.0, 40.0, 80.0, 200.0]),
        "max_profit_pct": draw.pick(0.0, &[1.0, 3.0, 10.0, 80.0]),
        "trailing_sl_enabled": draw.between(0, 1) == 1,
        "trailing_rules": [
            {"trigger_pct": 0.5, "lock_pct": 0.0},
            {"trigger_pct": 2.0, "lock_pct": 1.0},
            {"trigger_pct": 6.0, "lock_pct": 4.0},
        ],
        "confirm_samples": draw.pick(1, &[2]),
        "balance_policy": draw.pick("top_up", &["unwind_excess"]),
        "limit_price_policy": draw.pick("touch", &["mid", "ladder"]),
        "entry_market_fallback": draw.pick("collared_ioc", &["market", "none"]),
    });
    if draw.between(0, 2) == 0 {
        let range = if underlying == "BTC" { ("50", "900") } else { ("2", "45") };
        for kind in ["call", "put"] {
            profile[format!("{kind}_option_price_min")] = json!(range.0);
            profile[format!("{kind}_option_price_max")] = json!(range.1);
        }
        profile["strike_selection_mode"] = json!("price");
        profile["price_fallback"] = json!("nearest");
    }
    (quantity, profile)
}

fn intervention(draw: &mut Draw) -> Option<(f64, Intervention)> {
    let what = match draw.between(0, 11) {
        0..=1 => Intervention::StopFlatten,
        2 => Intervention::Panic,
        3 => Intervention::KillSwitch,
        4 => Intervention::PauseAndResume,
        5 => Intervention::Restart,
        _ => return None,
    };
    Some((draw.unit() * 0.9, what))
}

/// Where and when processes die.
fn deaths(seed: u64, wishes: &Wishes) -> (Option<String>, Vec<f64>) {
    let mut draw = Draw::new(seed, "deaths");
    let instants = |draw: &mut Draw, most| {
        let count = draw.between(1, most);
        let mut instants: Vec<f64> = (0..count).map(|_| draw.unit()).collect();
        instants.sort_by(f64::total_cmp);
        instants
    };
    let place = usize::try_from(seed % ROUND).unwrap_or_default();
    let named = wishes.point.as_deref().filter(|named| !is_migration(named));
    let point = match named {
        Some(named) => POINTS.iter().find(|(name, _)| Some(*name) == named.split(':').next()),
        None => POINTS.get(place).filter(|_| wishes.processes == 1 && wishes.point.is_none()),
    };
    let nth = point.map_or(1, |(_, most)| draw.between((most / 10).max(1), *most));
    let at = match (named, point) {
        (Some(named), _) if named.contains(':') => Some(named.to_owned()),
        (_, Some((name, _))) => Some(format!("{name}:{nth}")),
        (Some(named), None) => Some(named.to_owned()),
        (None, None) => None,
    };
    let kills = match at {
        Some(_) if draw.between(0, 2) > 0 => Vec::new(),
        Some(_) => instants(&mut draw, 1),
        None => instants(&mut draw, 4),
    };
    (at, kills)
}

fn is_migration(point: &str) -> bool {
    point.split(':').next() == Some(DURING_MIGRATION)
}

fn dies_early(seed: u64, wishes: &Wishes) -> Option<f64> {
    let here = match &wishes.point {
        Some(point) => is_migration(point),
        None => wishes.processes == 1 && seed % ROUND == POINTS.len() as u64,
    };
    here.then(|| 0.02 + 0.5 * Draw::new(seed, "migration").unit())
}

/// In one seed of six the exchange dies as well.
fn exchange_dies(seed: u64) -> Option<(f64, f64)> {
    let mut draw = Draw::new(seed, "exchange");
    (seed % 6 == 4).then(|| (0.1 + 0.8 * draw.unit(), 0.1 + 0.7 * draw.unit()))
}

/// Mostly short, at times long enough that the exit is missed.
fn pause(draw: &mut Draw) -> f64 {
    let long = draw.between(0, 6) == 0;
    if long { 1.0 + 6.0 * draw.unit() } else { 0.05 + 0.5 * draw.unit() }
}

fn faults(seed: u64, wish: &Faults) -> anyhow::Result<Option<Value>> {
    let random = || serde_json::to_value(FaultScript::random(seed)).context("a script is JSON");
    Ok(match wish {
        Faults::Never => None,
        Faults::Random => Some(random()?),
        Faults::BySeed => (seed % 2 == 1).then(random).transpose()?,
        Faults::Script(script) => Some(script.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes() -> Wishes {
        Wishes { faults: Faults::BySeed, point: None, speed: 60.0, processes: 1 }
    }

    #[test]
    fn twenty_five_seeds_in_a_row_die_at_every_place() {
        let plans: Vec<Plan> = (1..=25).map(|seed| Plan::of(seed, &wishes()).unwrap()).collect();
        for (name, _) in POINTS {
            let here = |plan: &&Plan| plan.crash_at.as_ref().is_some_and(|at| at.starts_with(name));
            assert!(plans.iter().any(|plan| here(&plan)), "{name}");
        }
        assert!(plans.iter().any(|plan| plan.crash_at.is_none() && !plan.kills.is_empty()));
        assert!(plans.iter().any(|plan| plan.faults.is_some()));
        assert!(plans.iter().any(|plan| plan.intervention.is_some()));
        assert!(plans.iter().any(|plan| plan.dies_early.is_some()));
        assert!(plans.iter().any(|plan| plan.exchange_dies.is_some()));
        assert!(plans.iter().all(|plan| (1..=20).contains(&plan.quantity)));
    }

    #[test]
    fn a_plan_can_be_repeated() {
        let plan = |seed| format!("{:?}", Plan::of(seed, &wishes()).unwrap());

        assert_eq!(plan(9), plan(9));
        assert_ne!(plan(9), plan(10));
    }

    #[test]
    fn the_command_line_names_the_place() {
        let named = |point: &str| Wishes { point: Some(point.to_owned()), ..wishes() };
        let plan = Plan::of(3, &named("mid_wait:7")).unwrap();
        assert_eq!((plan.crash_at.as_deref(), plan.dies_early), (Some("mid_wait:7"), None));
        let plan = Plan::of(3, &named("during_migration")).unwrap();
        assert!(plan.crash_at.is_none() && plan.dies_early.is_some());
    }
}
