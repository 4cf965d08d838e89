//! Cases for findings about steps, payments and statuses.

use super::codes::{Case, case};
use crate::check::Code;

pub(super) const FLOW: &[Case] = &[
    case(
        Code::EmptyList,
        "/waterfalls/0/steps/3/action/bonds",
        &[("pay interest to \"A\", \"B\" sequentially", "pay interest to nothing")],
        &[],
    ),
    case(
        Code::NamedTwice,
        "/waterfalls/0/steps/3/action/bonds/1",
        &[("pay interest to \"A\", \"B\"", "pay interest to \"B\", \"subs\"")],
        &[("pay interest to \"A\", \"B\"", "pay interest to \"A\", \"subs\"")],
    ),
    case(
        Code::ClauseWithoutEffect,
        "/waterfalls/0/steps/5/limit",
        &[("debit \"pdl\" by pool.loss", "debit \"pdl\" by pool.loss, limit 5")],
        &[(
            "from \"collections\"\n  pay interest",
            "from \"collections\", limit 5\n  pay interest",
        )],
    ),
    case(
        Code::ClauseWithoutEffect,
        "/waterfalls/0/steps/8/support",
        &[("from \"collections\" to \"R\"", "from \"collections\" to \"R\", support \"reserve\"")],
        &[],
    ),
    case(
        Code::SameAccount,
        "/waterfalls/0/steps/3/support/0",
        &[("support \"reserve\"", "support \"collections\"")],
        &[],
    ),
    case(
        Code::SameAccount,
        "/waterfalls/0/steps/4/action/from",
        &[("fill \"reserve\" from \"collections\"", "fill \"reserve\" from \"reserve\"")],
        &[],
    ),
    case(
        Code::NoTarget,
        "/waterfalls/0/steps/1/action/account",
        &[(", target 1% * pool.balance", "")],
        &[
            (", target 1% * pool.balance", ""),
            (
                "then status early amortization",
                "then status early amortization\n  then target of \"reserve\" becomes 5",
            ),
        ],
    ),
    case(
        Code::WrongBond,
        "/waterfalls/0/steps/3/action/bonds/0",
        &[("at 4%", "principal only")],
        &[],
    ),
    case(
        Code::WrongBond,
        "/waterfalls/0/steps/7/action/bonds/0",
        &[("at 4%", "at 4%, interest only on pool.balance")],
        &[],
    ),
    case(
        Code::WrongBond,
        "/waterfalls/0/steps/7/action/bonds/0",
        &[("sequentially from \"collections\", limit", "as scheduled from \"collections\", limit")],
        &[],
    ),
    case(
        Code::LateCollection,
        "/waterfalls/0/steps/1/action",
        &[(
            "collect interest, principal, prepayment, recovery",
            "inspect \"x\" as 1\n  collect interest, principal, prepayment, recovery",
        )],
        &[(
            "collect interest, principal, prepayment, recovery into \"collections\"",
            "collect interest into \"collections\"\n  collect principal, prepayment, recovery into \"collections\"",
        )],
    ),
    case(
        Code::CollectedTwice,
        "/waterfalls/0/steps/1/action/sources",
        &[(
            "collect interest, principal, prepayment, recovery",
            "collect interest into \"reserve\"\n  collect interest, principal, prepayment, recovery",
        )],
        &[(
            "collect interest, principal, prepayment, recovery",
            "collect interest into \"reserve\", share 10%\n  collect interest, principal, prepayment, recovery",
        )],
    ),
    case(
        Code::WrongMoment,
        "/waterfalls/0/steps/5/action/trigger",
        &[("debit \"pdl\" by pool.loss", "test trigger \"cnl\"\n  debit \"pdl\" by pool.loss")],
        &[
            ("debit \"pdl\" by pool.loss", "test trigger \"cnl\"\n  debit \"pdl\" by pool.loss"),
            (", never cures", ", in step, never cures"),
        ],
    ),
    case(
        Code::ConstantCondition,
        "/calls/0/when",
        &[("when pool.factor < 10%", "when 1 < 2")],
        &[("when pool.factor < 10%", "when period > 100")],
    ),
    case(
        Code::UnreachableStep,
        "/waterfalls/0/steps/9",
        &[(
            "\"R\"\nwaterfall early",
            "\"R\"\n  pay principal to \"A\" from \"collections\"\nwaterfall early",
        )],
        &[(
            "\"R\"\nwaterfall early",
            "\"R\"\n  pay principal to \"A\" from \"reserve\"\nwaterfall early",
        )],
    ),
    case(
        Code::AccountNeverEmptied,
        "/accounts/2",
        &[
            ("ledger \"pdl\"", "account \"spare\"\nledger \"pdl\""),
            (
                "pay the rest from \"collections\"",
                "transfer from \"reserve\" into \"spare\"\n  pay the rest from \"collections\"",
            ),
        ],
        &[],
    ),
    case(
        Code::AccountNeverFilled,
        "/accounts/2",
        &[
            ("ledger \"pdl\"", "account \"spare\"\nledger \"pdl\""),
            ("support \"reserve\"", "support \"reserve\", \"spare\""),
        ],
        &[
            ("ledger \"pdl\"", "account \"spare\" starts at 5\nledger \"pdl\""),
            ("support \"reserve\"", "support \"reserve\", \"spare\""),
        ],
    ),
    case(
        Code::ReserveNeverFilled,
        "/accounts/1/target",
        &[(" starts at 500,000,", ""), ("  fill \"reserve\" from \"collections\"\n", "")],
        &[("  fill \"reserve\" from \"collections\"\n", "")],
    ),
    case(
        Code::PaidTwice,
        "/waterfalls/0/steps/3",
        &[(
            "pay interest to \"A\"",
            "pay fees \"servicing\" from \"collections\"\n  pay interest to \"A\"",
        )],
        &[(
            "pay interest to \"A\"",
            "pay fees \"servicing\" from \"reserve\"\n  pay interest to \"A\"",
        )],
    ),
    case(
        Code::InterestNeverPaid,
        "/bonds/1",
        &[
            ("pay interest to \"A\", \"B\" sequentially", "pay interest to \"A\""),
            ("pay interest to \"A\", \"B\" sequentially", "pay interest to \"A\""),
        ],
        &[("pay interest to \"A\", \"B\" sequentially", "pay interest to \"A\"")],
    ),
    case(
        Code::PrincipalNeverPaid,
        "/bonds/1",
        &[
            ("paying \"A\", \"B\"", "paying \"A\""),
            ("pay principal to \"A\", \"B\" sequentially", "pay principal to \"A\""),
            ("pay principal to \"A\", \"B\" sequentially", "pay principal to \"A\""),
        ],
        &[("pay principal to \"A\", \"B\" sequentially", "pay principal to \"A\"")],
    ),
    case(Code::FeeNeverPaid, "/fees/1", &[("bond \"A\"", "fee \"late\" 5 once\nbond \"A\"")], &[]),
    case(
        Code::EquityWithoutResidual,
        "/bonds/2",
        &[
            ("  pay the rest from \"collections\" to \"R\"\n", ""),
            ("  pay the rest from \"collections\" to \"R\"\n", ""),
        ],
        &[("  pay the rest from \"collections\" to \"R\"\n", "")],
    ),
    case(Code::Unused, "/variables/0", &[("variable(\"oc target\")", "5")], &[]),
    case(
        Code::Unused,
        "/ledgers/0",
        &[("  debit \"pdl\" by pool.loss\n", "")],
        &[("debit \"pdl\" by pool.loss", "inspect \"pdl\" as ledger(\"pdl\").balance")],
    ),
    case(
        Code::NeverActivated,
        "/triggers/0/dormant",
        &[(", never cures", ", never cures, dormant")],
        &[
            (", never cures", ", never cures, dormant"),
            (
                "test \"oc\"",
                "trigger \"first\" when pool.factor < 90%\n  then activate \"cnl\"\ntest \"oc\"",
            ),
        ],
    ),
    case(
        Code::NeverTested,
        "/triggers/0/at",
        &[(", never cures", ", in step, never cures")],
        &[(", never cures", ", at closing, never cures")],
    ),
    case(
        Code::NoEffect,
        "/triggers/1/effects",
        &[("test \"oc\"", "trigger \"idle\" when pool.factor < 90%\ntest \"oc\"")],
        &[
            ("test \"oc\"", "trigger \"idle\" when pool.factor < 90%\ntest \"oc\""),
            ("when pool.factor < 10%", "when trigger(\"idle\").breached"),
        ],
    ),
    case(
        Code::StatusWithoutWaterfall,
        "/triggers/0/effects/0/status",
        &[("then status early amortization", "then status accelerated")],
        &[("then status early amortization", "then status amortizing")],
    ),
    case(
        Code::UnreachableWaterfall,
        "/waterfalls/1",
        &[("waterfall early amortization", "waterfall defaulted")],
        &[("waterfall early amortization", "waterfall called")],
    ),
    case(
        Code::RevolvingWithoutPurchase,
        "/waterfalls/1",
        &[
            ("maturity 2040", "revolving until 2027-03-15\n  maturity 2040"),
            (
                "waterfall early amortization\n  collect everything into \"collections\"",
                "waterfall revolving\n  collect everything into \"collections\"",
            ),
        ],
        &[
            ("maturity 2040", "revolving until 2027-03-15\n  maturity 2040"),
            (
                "waterfall early amortization\n  collect everything into \"collections\"",
                "waterfall revolving\n  collect everything into \"collections\"\n  buy assets from \"collections\", limit pool.loss",
            ),
        ],
    ),
];
