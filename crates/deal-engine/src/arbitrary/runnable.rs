//! Deals without errors that run on any collateral.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::model::Deal;
use crate::text;

/// A deal of two to nine classes of mixed kinds, one to three accounts, fees, sometimes a reserve,
/// triggers, a coverage test, a ledger and write-downs, and two statuses. It has no findings, one
/// pool, and at most the index `SOFR`.
pub fn runnable_deal() -> impl Strategy<Value = Deal> {
    let class = (0_u8..9, 1_u32..500, 0_u32..900, 0_u8..6, any::<bool>())
        .prop_map(|(kind, size, points, rate, flag)| Class { kind, size, points, rate, flag });
    (vec(class, 1..8), any::<[bool; 12]>(), 0_u32..100).prop_map(|(classes, flags, level)| {
        let text = Plan { classes, flags, level }.write();
        match text::parse(&text) {
            Ok(parsed) => parsed.deal,
            Err(faults) => unreachable!("{faults:?}\n{text}"),
        }
    })
}

#[derive(Debug)]
struct Class {
    kind: u8,
    /// In hundred thousands.
    size: u32,
    /// Rate or spread in hundredths of a percent.
    points: u32,
    rate: u8,
    flag: bool,
}

impl Class {
    fn is_notional(&self) -> bool {
        self.kind == 6
    }

    fn earns(&self) -> bool {
        self.kind != 7
    }

    fn is_scheduled(&self) -> bool {
        matches!(self.kind, 3 | 4)
    }

    fn write(&self, name: &str, first: bool, has_schedule: bool) -> String {
        let size = if self.is_notional() { 0 } else { self.size * 100_000 };
        let mut line = format!("bond {name} {size}");
        let percent = f64::from(self.points) / 100.0;
        if self.kind != 7 {
            match self.rate {
                0 | 1 => write!(line, " at {percent}%"),
                2 => write!(line, " at SOFR + {percent}%, floor 0%, cap 12%, ACT/360"),
                3 => write!(line, " at {percent}% stepping to 9% from 2028-03-15"),
                4 => write!(line, " at formula min(pool.net_wac, {percent}%), ACT/365F"),
                _ => write!(line, " at -1 * SOFR + {percent}%, floor 0%"),
            }
            .unwrap_or_default();
        }
        let planned = || {
            let balances: Vec<String> =
                (1..=24).map(|month| (size / 24 * (24 - month)).to_string()).collect();
            balances.join("; ")
        };
        match self.kind {
            3 => write!(line, ", pac planned {}", planned()),
            4 => write!(line, ", tac planned {}", planned()),
            5 => write!(line, ", z accrual"),
            6 => write!(line, ", interest only on pool.begin_balance"),
            7 => write!(line, ", principal only"),
            8 if has_schedule => write!(line, ", support"),
            2 if !first => write!(line, ", deferrable"),
            1 => write!(line, ", rate cap pool.net_wac, carryover"),
            _ => Ok(()),
        }
        .unwrap_or_default();
        if self.flag && self.kind == 0 {
            line.push_str(", interest on interest at own rate, lockout until 2026-09-15");
        }
        line
    }
}

#[derive(Debug)]
struct Plan {
    classes: Vec<Class>,
    flags: [bool; 12],
    level: u32,
}

impl Plan {
    fn names(&self, of: impl Fn(&Class) -> bool) -> Vec<String> {
        let classes = self.classes.iter().enumerate();
        classes.filter(|(_, class)| of(class)).map(|(at, _)| format!("C{at}")).collect()
    }

    fn write(&self) -> String {
        let [split, reserve, pro_rata, cured, ledger, lag, quarterly, moved, dormant, once, _, _] =
            self.flags;
        let mut out = String::from(
            "deal \"Random\" in USD\ndates\n  cutoff 2026-01-31\n  closing 2026-02-15\n",
        );
        let frequency = if quarterly { "quarterly" } else { "monthly" };
        let moved = if moved { ", following us_sifma" } else { "" };
        line(&mut out, format_args!("  first payment 2026-03-15, {frequency}{moved}\n"));
        if lag {
            out.push_str("  collections end 15 days before payment\n");
        }
        out.push_str("account collections earns 1%\n");
        if split {
            out.push_str("account principal\n");
        }
        if reserve {
            let level = self.level;
            line(
                &mut out,
                format_args!(
                    "account reserve starts at 1,000,000, target max({level} / 1000 * pool.balance, 500,000)\n"
                ),
            );
        }
        if ledger {
            out.push_str("ledger deficiency cap bonds.original_balance\n");
        }
        out.push_str(
            "fee servicing 0.5% a year of pool.begin_balance\nfee trustee 2,500 each payment\n",
        );
        if once {
            out.push_str("fee rating 40,000 once\n");
        }
        let has_schedule = self.classes.iter().any(Class::is_scheduled);
        for (at, class) in self.classes.iter().enumerate() {
            out.push_str(&class.write(&format!("C{at}"), at == 0, has_schedule));
            out.push('\n');
        }
        out.push_str("bond R 0, equity\n");
        line(
            &mut out,
            format_args!(
                "trigger losses when pool.cum_net_loss / pool.original_balance > {}%, never cures\n  then status early amortization\n",
                self.level / 10 + 1
            ),
        );
        if dormant {
            out.push_str("  then activate late\n");
            out.push_str("trigger late when pool.factor < 50%, after waterfall, cures when passed, dormant\n");
            out.push_str(if reserve {
                "  then target of reserve becomes 2% * pool.balance\n"
            } else {
                "  then do\n    inspect late as pool.factor\n"
            });
        }
        let principal = self.names(|class| !class.is_notional());
        if cured && !principal.is_empty() {
            line(&mut out, format_args!("test oc of {} at least 105%\n", principal.join(", ")));
        }
        out.push_str("call clean when pool.factor < 10%, from 2028-03-15\n");
        out.push_str("waterfall amortizing\n");
        self.steps(&principal, pro_rata, &mut out);
        out.push_str("waterfall early amortization\n");
        self.steps(&principal, false, &mut out);
        out
    }

    fn steps(&self, principal: &[String], pro_rata: bool, out: &mut String) {
        let [split, reserve, _, cured, ledger, ..] = self.flags;
        let mut step = |line: String| {
            out.push_str("  ");
            out.push_str(&line);
            out.push('\n');
        };
        let repaying = if split { "principal" } else { "collections" };
        if split {
            step("collect interest, penalty into collections".to_owned());
            step("collect principal, prepayment, recovery into principal".to_owned());
        } else {
            step("collect everything into collections".to_owned());
        }
        if reserve {
            step("release reserve above target into collections".to_owned());
        }
        let once = if self.flags[9] { ", rating" } else { "" };
        step(format!("pay fees servicing, trustee{once} from collections"));
        let support = if reserve { ", support reserve" } else { "" };
        let earning = self.names(Class::earns);
        if !earning.is_empty() {
            let way = if pro_rata { "pro rata" } else { "sequentially" };
            step(format!("pay interest to {} {way} from collections{support}", earning.join(", ")));
        }
        let earned_on = self.names(|class| class.flag && class.kind == 0);
        if !earned_on.is_empty() {
            step(format!("pay interest on interest to {} from collections", earned_on.join(", ")));
        }
        if reserve {
            step("fill reserve from collections".to_owned());
        }
        if cured && !principal.is_empty() {
            step(format!("cure oc by paying {} from collections", principal.join(", ")));
        }
        let scheduled = self.names(Class::is_scheduled);
        if !scheduled.is_empty() {
            step(format!("pay principal to {} as scheduled from {repaying}", scheduled.join(", ")));
        }
        if !principal.is_empty() {
            let way = if pro_rata { "pro rata" } else { "sequentially" };
            step(format!("pay principal to {} {way} from {repaying}", principal.join(", ")));
        }
        let carried = self.names(|class| class.kind == 1);
        if !carried.is_empty() {
            step(format!("pay carryover to {} from collections", carried.join(", ")));
        }
        if ledger {
            step("debit deficiency by pool.loss".to_owned());
            step("credit deficiency by max(0, ledger(deficiency).balance - pool.loss)".to_owned());
            if let Some(last) = principal.last() {
                step(format!("write down {last} by max(0, bonds.balance - pool.balance) / 10"));
            }
        }
        if split {
            step("transfer from principal into collections".to_owned());
        }
        step("pay the rest from collections to R".to_owned());
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).unwrap_or_default();
}
