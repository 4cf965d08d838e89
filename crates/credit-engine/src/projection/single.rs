//! One group or one loan under one scenario.

use super::columns::Sums;
use super::flows::Flows;
use super::groups::{Group, Prepared};
use super::losses::collateral;
use super::speeds::Speeds;
use super::survival;
use crate::assumptions::Resolved;
use crate::loan::{Loan, PrepaymentPenalty};

/// Describes what the survival of a group follows from.
pub(super) fn group_of<'a>(
    prepared: &Prepared<'a>,
    group: &Group,
    flows: &'a Flows,
    resolved: &'a Resolved,
    speeds: &'a Speeds,
) -> survival::Group<'a> {
    let alone = prepared.lone_loan(group);
    let needs_value = speeds.severity.is_per_loan();
    survival::Group {
        shape: group.shape,
        resolved,
        speeds,
        flows,
        collateral: alone.filter(|_| needs_value).and_then(collateral),
        penalty: alone.map_or(&PrepaymentPenalty::None, Loan::prepayment_penalty),
        elapsed: 0,
        survival: 1.0,
        last_default: group.shape.last_default(resolved),
    }
}

/// Adds a loan in default already, given with its segment, under the speeds of one scenario.
pub(super) fn add_defaulted(
    prepared: &Prepared<'_>,
    (segment, position): (u32, u32),
    speeds: &[Speeds],
    sums: &mut Sums,
) {
    let loan = prepared.loans.get(position as usize);
    let Some((loan, (segment, resolved))) = loan.zip(prepared.segment(segment)) else { return };
    if let Some(speeds) = speeds.get(segment.resolved as usize) {
        let lost = loan.balance() * speeds.severity.today(loan);
        sums.add_defaulted(loan.balance(), lost, &resolved.recovery_timing);
    }
}
