//! Any deal that can be written, with or without a meaning.

use credit_engine::dates::DayCount;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::{
    Account, Action, Allocation, Bond, BondKind, Call, Comparison, Coupon, Cure, Deal, DealDates,
    Effect, Fee, FeeKind, Formula, Frequency, InterestOnInterest, InterestPart, Ledger, Moment,
    Pool, PrincipalAllocation, Side, Source, Status, Step, Test, TestKind, Trigger, Variable,
    Waterfall,
};

use super::expressions::{any_expression, day, name, unsigned};

/// Any deal with finite numbers: every field of the model takes every kind of value.
pub fn any_deal() -> impl Strategy<Value = Deal> {
    let parts = (
        vec(name().prop_map(|name| Pool { name }), 0..3),
        vec(account(), 0..3),
        vec(ledger(), 0..3),
        vec(fee(), 0..3),
        vec(bond(), 0..4),
        vec((name(), formula()).prop_map(|(name, value)| Variable { name, value }), 0..3),
        vec(trigger(), 0..3),
        vec(test(), 0..3),
        vec(call(), 0..3),
        vec(waterfall(), 0..3),
    );
    (name(), of(name()), dates(), parts).prop_map(|(name, currency, dates, parts)| {
        let (pools, accounts, ledgers, fees, bonds, variables, triggers, tests, calls, waterfalls) =
            parts;
        Deal {
            name,
            currency,
            dates,
            pools,
            accounts,
            ledgers,
            fees,
            bonds,
            variables,
            triggers,
            tests,
            calls,
            waterfalls,
        }
    })
}

fn formula() -> impl Strategy<Value = Formula> {
    any_expression().prop_map(Formula)
}

fn number() -> impl Strategy<Value = f64> {
    (unsigned(), any::<bool>())
        .prop_map(|(number, negative)| if negative { -number } else { number })
}

fn rate() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (-20_000_i32..20_000).prop_map(|points| f64::from(points) / 100_000.0),
        1 => number(),
    ]
}

fn names() -> impl Strategy<Value = Vec<String>> {
    vec(name(), 0..4)
}

fn day_count() -> impl Strategy<Value = DayCount> {
    select(DayCount::ALL.to_vec())
}

fn status() -> impl Strategy<Value = Status> {
    select(vec![
        Status::Revolving,
        Status::Amortizing,
        Status::EarlyAmortization,
        Status::Accelerated,
        Status::Defaulted,
        Status::Called,
    ])
}

fn dates() -> impl Strategy<Value = DealDates> {
    let frequency = select(vec![
        Frequency::Monthly,
        Frequency::Quarterly,
        Frequency::SemiAnnual,
        Frequency::Annual,
    ]);
    let known = |names: &'static [&'static str]| prop_oneof![3 => select(names).prop_map(str::to_owned), 1 => name()];
    (
        (day(), day(), day(), of(day()), of(day())),
        frequency,
        of(known(&["following", "modified_following", "preceding", "unadjusted", "none"])),
        of(known(&["us_sifma", "TARGET+uk", "calendar", "sofr"])),
        any::<(bool, bool)>(),
        0_u16..400,
    )
        .prop_map(|(days, frequency, convention, calendar, flags, collection_lag_days)| {
            DealDates {
                cutoff: days.0,
                closing: days.1,
                first_payment: days.2,
                frequency,
                end_of_month: flags.0,
                convention,
                calendar,
                accrue_adjusted: flags.1,
                collection_lag_days,
                maturity: days.3,
                revolving_until: days.4,
            }
        })
}

fn account() -> impl Strategy<Value = Account> {
    (name(), number(), of(formula()), of(formula()))
        .prop_map(|(name, balance, target, earns)| Account { name, balance, target, earns })
}

fn ledger() -> impl Strategy<Value = Ledger> {
    (name(), number(), of(formula())).prop_map(|(name, balance, cap)| Ledger { name, balance, cap })
}

fn fee() -> impl Strategy<Value = Fee> {
    let kind =
        prop_oneof![
            number().prop_map(|amount| FeeKind::OneOff { amount }),
            number().prop_map(|amount| FeeKind::Fixed { amount }),
            (rate(), formula(), of(day_count()))
                .prop_map(|(rate, base, day_count)| FeeKind::Rate { rate, base, day_count }),
            formula().prop_map(|amount| FeeKind::Formula { amount }),
        ];
    (name(), kind, of(day())).prop_map(|(name, kind, starts)| Fee { name, kind, starts })
}

fn coupon() -> impl Strategy<Value = Coupon> {
    prop_oneof![
        Just(Coupon::None),
        rate().prop_map(|rate| Coupon::Fixed { rate }),
        (name(), rate(), of(number()), of(rate()), of(rate())).prop_map(
            |(index, spread, multiplier, floor, cap)| Coupon::Floating {
                index,
                spread,
                multiplier,
                floor,
                cap
            }
        ),
        (rate(), vec((day(), rate()), 0..3))
            .prop_map(|(rate, steps)| Coupon::StepUp { rate, steps }),
        formula().prop_map(|rate| Coupon::Formula { rate }),
    ]
}

fn bond_kind() -> impl Strategy<Value = BondKind> {
    prop_oneof![
        Just(BondKind::Ordinary),
        (of((number(), number())), vec(number(), 0..4))
            .prop_map(|(band, planned)| BondKind::Pac { band, planned }),
        (of(number()), vec(number(), 0..4))
            .prop_map(|(speed, planned)| BondKind::Tac { speed, planned }),
        Just(BondKind::Support),
        Just(BondKind::ZAccrual),
        formula().prop_map(|notional| BondKind::InterestOnly { notional }),
        Just(BondKind::PrincipalOnly),
        Just(BondKind::Equity),
    ]
}

fn bond() -> impl Strategy<Value = Bond> {
    let earned = prop_oneof![
        Just(InterestOnInterest::None),
        Just(InterestOnInterest::OwnRate),
        rate().prop_map(|rate| InterestOnInterest::Fixed { rate }),
    ];
    (
        (name(), number(), of(number())),
        coupon(),
        bond_kind(),
        (of(day_count()), of(any::<u16>())),
        (of(day()), of(day()), of(day())),
        (of(name()), of(name()), of(formula())),
        any::<(bool, bool)>(),
        earned,
    )
        .prop_map(|(amounts, coupon, kind, accrual, days, words, flags, earned)| Bond {
            name: amounts.0,
            original_balance: amounts.1,
            balance: amounts.2,
            coupon,
            day_count: accrual.0,
            delay_days: accrual.1,
            accrues_from: days.0,
            kind,
            group: words.0,
            lockout_until: days.1,
            rate_cap: words.2,
            carryover: flags.0,
            deferrable: flags.1,
            interest_on_interest: earned,
            maturity: days.2,
            rating: words.1,
        })
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let comparison =
        select(vec![Comparison::Above, Comparison::AtLeast, Comparison::Below, Comparison::AtMost]);
    let moment = select(vec![
        Moment::Closing,
        Moment::EndOfCollection,
        Moment::BeforeWaterfall,
        Moment::AfterWaterfall,
        Moment::InStep,
    ]);
    let cure = select(vec![Cure::Never, Cure::WhenPassed]);
    let effect = prop_oneof![
        status().prop_map(|status| Effect::Status { status }),
        (name(), formula()).prop_map(|(account, target)| Effect::ReserveTarget { account, target }),
        (name(), formula()).prop_map(|(bond, rate)| Effect::Coupon { bond, rate }),
        name().prop_map(|trigger| Effect::Activate { trigger }),
        vec(step(), 0..3).prop_map(|steps| Effect::Steps { steps }),
    ];
    (
        (name(), formula(), comparison, formula()),
        moment,
        any::<u16>(),
        cure,
        any::<bool>(),
        vec(effect, 0..3),
    )
        .prop_map(|(condition, at, consecutive, cure, dormant, effects)| Trigger {
            name: condition.0,
            measure: condition.1,
            comparison: condition.2,
            threshold: condition.3,
            at,
            consecutive,
            cure,
            dormant,
            effects,
        })
}

fn test() -> impl Strategy<Value = Test> {
    let kind = prop_oneof![
        of(formula()).prop_map(|numerator| TestKind::Overcollateralization { numerator }),
        of(formula()).prop_map(|numerator| TestKind::InterestCoverage { numerator }),
    ];
    (name(), kind, names(), formula()).prop_map(|(name, kind, bonds, threshold)| Test {
        name,
        kind,
        bonds,
        threshold,
    })
}

fn call() -> impl Strategy<Value = Call> {
    (name(), formula(), of(day()), of(formula())).prop_map(|(name, when, first_date, price)| Call {
        name,
        when,
        first_date,
        price,
    })
}

fn waterfall() -> impl Strategy<Value = Waterfall> {
    (status(), vec(step(), 0..4)).prop_map(|(status, steps)| Waterfall { status, steps })
}

fn step() -> impl Strategy<Value = Step> {
    plain_step().prop_recursive(2, 6, 3, |inner| {
        let branch = (formula(), vec(inner.clone(), 0..3), vec(inner, 0..3));
        with_clauses(branch.prop_map(|(condition, then, otherwise)| Action::If {
            condition,
            then,
            otherwise,
        }))
    })
}

fn plain_step() -> impl Strategy<Value = Step> {
    with_clauses(prop_oneof![payment(), movement(), booking()])
}

fn with_clauses(action: impl Strategy<Value = Action>) -> impl Strategy<Value = Step> {
    (action, of(name()), of(formula()), of(formula()), of(formula()), names()).prop_map(
        |(action, label, when, limit, keep, support)| Step {
            label,
            when,
            action,
            limit,
            keep,
            support,
        },
    )
}

fn allocation() -> impl Strategy<Value = Allocation> {
    select(vec![Allocation::ProRata, Allocation::Sequential])
}

fn payment() -> impl Strategy<Value = Action> {
    let part = select(vec![
        InterestPart::All,
        InterestPart::Current,
        InterestPart::Overdue,
        InterestPart::OnInterest,
        InterestPart::Carryover,
    ]);
    let principal = select(vec![
        PrincipalAllocation::Sequential,
        PrincipalAllocation::ProRata,
        PrincipalAllocation::Scheduled,
    ]);
    prop_oneof![
        (names(), allocation(), name()).prop_map(|(fees, allocation, from)| Action::PayFees {
            fees,
            allocation,
            from
        }),
        (names(), part, allocation(), name()).prop_map(|(bonds, part, allocation, from)| {
            Action::PayInterest { bonds, part, allocation, from }
        }),
        (names(), principal, name()).prop_map(|(bonds, allocation, from)| Action::PayPrincipal {
            bonds,
            allocation,
            from
        }),
        (name(), name()).prop_map(|(bond, from)| Action::PayResidual { bond, from }),
        (name(), names(), name()).prop_map(|(test, bonds, from)| Action::Cure {
            test,
            bonds,
            from
        }),
    ]
}

fn movement() -> impl Strategy<Value = Action> {
    let sources = vec(
        select(vec![
            Source::Interest,
            Source::Principal,
            Source::Prepayment,
            Source::Recovery,
            Source::Penalty,
        ]),
        0..4,
    );
    prop_oneof![
        (sources, of(name()), of(formula()), name()).prop_map(|(sources, pool, share, into)| {
            Action::Collect { sources, pool, share, into }
        }),
        (name(), name()).prop_map(|(from, into)| Action::Transfer { from, into }),
        (name(), name()).prop_map(|(account, from)| Action::FillReserve { account, from }),
        (name(), name()).prop_map(|(account, into)| Action::ReleaseReserve { account, into }),
        (of(name()), of(formula()), name()).prop_map(|(pool, price, from)| Action::Buy {
            pool,
            price,
            from
        }),
        (of(name()), formula(), name()).prop_map(|(pool, proceeds, into)| Action::Liquidate {
            pool,
            proceeds,
            into
        }),
        (name(), name(), formula()).prop_map(|(bond, into, amount)| Action::FundBond {
            bond,
            into,
            amount
        }),
    ]
}

fn booking() -> impl Strategy<Value = Action> {
    prop_oneof![
        (names(), formula()).prop_map(|(bonds, amount)| Action::WriteDown { bonds, amount }),
        (names(), formula()).prop_map(|(bonds, amount)| Action::WriteUp { bonds, amount }),
        (names(), select(vec![Side::Debit, Side::Credit]), formula())
            .prop_map(|(ledgers, side, amount)| Action::Book { ledgers, side, amount }),
        name().prop_map(|trigger| Action::TestTrigger { trigger }),
        status().prop_map(|status| Action::SetStatus { status }),
        (name(), formula()).prop_map(|(name, value)| Action::Inspect { name, value }),
    ]
}
