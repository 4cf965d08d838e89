//! The closed lists a loan chooses from, and how their names are read.

use serde::{Deserialize, Serialize};

/// A name is not in its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a {list}; use one of {allowed}")]
pub struct UnknownName {
    /// Which list was asked.
    pub list: &'static str,
    /// What was sent.
    pub value: String,
    /// The accepted names, separated by commas.
    pub allowed: String,
}

/// Finds `value` in `names`, ignoring case and treating hyphens and spaces as underscores.
fn find<T: Copy>(
    list: &'static str,
    names: &[(&'static str, T)],
    value: &str,
) -> Result<T, UnknownName> {
    let wanted = value.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    let squeezed = wanted.replace('_', "");
    names
        .iter()
        .find(|(name, _)| *name == wanted || name.replace('_', "") == squeezed)
        .map(|(_, item)| *item)
        .ok_or_else(|| UnknownName {
            list,
            value: value.to_owned(),
            allowed: names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
        })
}

/// The class of an asset, which selects default assumptions and analytics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetClass {
    /// A loan secured by a home.
    ResidentialMortgage,
    /// A loan secured by a vehicle.
    AutoLoan,
    /// A card, personal, student or other consumer loan.
    ConsumerCredit,
    /// A loan secured by income-producing property.
    CommercialLoan,
    /// A position in a collateralised loan or debt obligation.
    CloCdo,
}

impl AssetClass {
    const NAMES: [(&'static str, Self); 5] = [
        ("residential_mortgage", Self::ResidentialMortgage),
        ("auto_loan", Self::AutoLoan),
        ("consumer_credit", Self::ConsumerCredit),
        ("commercial_loan", Self::CommercialLoan),
        ("clo_cdo", Self::CloCdo),
    ];

    /// Every class, in the order in which they are listed to clients.
    pub const ALL: [Self; 5] = [
        Self::ResidentialMortgage,
        Self::AutoLoan,
        Self::ConsumerCredit,
        Self::CommercialLoan,
        Self::CloCdo,
    ];

    /// Returns the name used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, self)
    }

    /// Reads a name; case, hyphens and spaces do not matter.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such class.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        find("asset class", &Self::NAMES, value)
    }
}

/// How principal is repaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amortization {
    /// Equal instalments of principal and interest.
    Level,
    /// Equal instalments of principal.
    Linear,
    /// Interest until maturity, then everything.
    InterestOnly,
    /// Interest until maturity, then everything.
    Bullet,
    /// A stated amount of principal per period.
    Scheduled,
    /// Instalments that grow once a year.
    Graduated,
}

impl Amortization {
    const NAMES: [(&'static str, Self); 6] = [
        ("level", Self::Level),
        ("linear", Self::Linear),
        ("interest_only", Self::InterestOnly),
        ("bullet", Self::Bullet),
        ("scheduled", Self::Scheduled),
        ("graduated", Self::Graduated),
    ];

    /// Returns the name used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, self)
    }

    /// Reads a name; case, hyphens and spaces do not matter.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such type.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        find("amortization", &Self::NAMES, value)
    }
}

/// How the rate moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateType {
    /// Never.
    Fixed,
    /// With an index, from the first reset on.
    Floating,
    /// Fixed for some months, then with an index.
    Hybrid,
    /// At stated months to stated rates.
    Step,
}

impl RateType {
    const NAMES: [(&'static str, Self); 4] = [
        ("fixed", Self::Fixed),
        ("floating", Self::Floating),
        ("hybrid", Self::Hybrid),
        ("step", Self::Step),
    ];

    /// Returns the name used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, self)
    }

    /// Reads a name; case, hyphens and spaces do not matter.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such type.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        find("rate type", &Self::NAMES, value)
    }
}

/// How often the borrower pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFrequency {
    /// Twelve times a year.
    Monthly,
    /// Four times a year.
    Quarterly,
    /// Twice a year.
    SemiAnnual,
    /// Once a year.
    Annual,
}

impl PaymentFrequency {
    const NAMES: [(&'static str, Self); 4] = [
        ("monthly", Self::Monthly),
        ("quarterly", Self::Quarterly),
        ("semi_annual", Self::SemiAnnual),
        ("annual", Self::Annual),
    ];

    /// Returns the name used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, self)
    }

    /// Reads a name; case, hyphens and spaces do not matter, and `yearly` means annual.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such frequency.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        if value.trim().eq_ignore_ascii_case("yearly") {
            return Ok(Self::Annual);
        }
        if value.trim().eq_ignore_ascii_case("semiannually") {
            return Ok(Self::SemiAnnual);
        }
        find("payment frequency", &Self::NAMES, value)
    }

    /// Returns the months from one payment to the next.
    #[must_use]
    pub const fn months(self) -> u16 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::SemiAnnual => 6,
            Self::Annual => 12,
        }
    }

    /// Returns the payments in a year.
    #[must_use]
    pub const fn per_year(self) -> u16 {
        12 / self.months()
    }
}

/// What the lender says about a loan today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoanStatus {
    /// Pays on time.
    Current,
    /// Is late.
    Delinquent,
    /// Is in default: it contributes recovery only.
    Defaulted,
    /// Was repaid early: it contributes nothing.
    Prepaid,
}

impl LoanStatus {
    const NAMES: [(&'static str, Self); 4] = [
        ("current", Self::Current),
        ("delinquent", Self::Delinquent),
        ("defaulted", Self::Defaulted),
        ("prepaid", Self::Prepaid),
    ];

    /// Returns the name used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, self)
    }

    /// Reads a name; case, hyphens and spaces do not matter.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such status.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        find("status", &Self::NAMES, value)
    }

    /// Tells whether scheduled cash still comes in.
    #[must_use]
    pub const fn is_performing(self) -> bool {
        matches!(self, Self::Current | Self::Delinquent)
    }
}

/// How an annual rate becomes a rate per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateBasis {
    /// Divided by the payments in a year.
    #[default]
    Nominal,
    /// The root of one plus the rate.
    Effective,
}

/// How money is rounded in a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyRounding {
    /// Not at all.
    #[default]
    None,
    /// To the cent, halves away from zero.
    HalfUpCents,
    /// To the cent, halves to the even cent.
    HalfEvenCents,
}

impl MoneyRounding {
    const NAMES: [(&'static str, Self); 3] = [
        ("none", Self::None),
        ("half_up_cents", Self::HalfUpCents),
        ("half_even_cents", Self::HalfEvenCents),
    ];

    /// Reads a name; case, hyphens and spaces do not matter.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such mode.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        find("money rounding", &Self::NAMES, value)
    }

    /// Rounds an amount. A binary amount within a millionth of a cent of a half counts as the half.
    #[must_use]
    pub fn round(self, amount: f64) -> f64 {
        if self == Self::None {
            return amount;
        }
        let cents = (amount.abs() * 1e8).round() / 1e6;
        let whole = cents.floor();
        let part = cents - whole;
        let up = match self {
            Self::HalfEvenCents if (part - 0.5).abs() < 1e-9 => whole % 2.0 != 0.0,
            _ => part >= 0.5,
        };
        amount.signum() * if up { whole + 1.0 } else { whole } / 100.0
    }
}

fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], item: T) -> &'static str {
    names.iter().find(|(_, other)| *other == item).map_or("", |(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_spelling() {
        for spelling in ["semi_annual", "Semi-Annual", "SEMIANNUAL", " semi annual "] {
            assert_eq!(PaymentFrequency::parse(spelling), Ok(PaymentFrequency::SemiAnnual));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_list() {
        let refused = AssetClass::parse("boat").unwrap_err();

        assert!(refused.to_string().contains("residential_mortgage, auto_loan"), "{refused}");
    }

    #[test]
    fn halves_go_up_or_to_the_even_cent() {
        assert_eq!(MoneyRounding::HalfUpCents.round(1.005).to_string(), "1.01");
        assert_eq!(MoneyRounding::HalfEvenCents.round(1.005).to_string(), "1");
        assert_eq!(MoneyRounding::HalfEvenCents.round(1.015).to_string(), "1.02");
        assert_eq!(MoneyRounding::HalfUpCents.round(-1.005).to_string(), "-1.01");
        assert_eq!(MoneyRounding::None.round(1.005).to_string(), "1.005");
    }
}
