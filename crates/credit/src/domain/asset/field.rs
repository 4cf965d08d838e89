//! Every field an asset may have: its name, what it holds, and the headings under which tapes carry
//! it.
//!
//! The position of a field is part of the content hash of a pool, so new fields go at the end.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Text of at most this many characters.
    Text(usize),
    /// A number within limits.
    Number(f64, f64),
    /// A decimal share or rate; tapes may carry it as per cent.
    Share(f64, f64),
    /// A whole number within limits.
    Whole(i64, i64),
    /// A calendar date.
    Date,
    /// Yes or no.
    Flag,
    /// One of these names.
    Choice(&'static [&'static str]),
    /// A JSON list or object.
    Document,
}

/// Declares the fields once: variant, name, kind, headings on tapes (lower case, letters and digits
/// only; the field's own name is always understood).
macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident $name:literal $kind:expr, [$($heading:literal),*];)*) => {
        /// A field of an asset.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is the field of the same name")]
        pub enum Field { $($variant),* }

        impl Field {
            /// Every field, in the order in which they are hashed and stored.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in JSON, in exports and in messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What the field holds.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => $kind),* }
            }

            /// The headings of tapes that mean this field.
            #[must_use]
            pub const fn headings(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($heading),*]),* }
            }
        }
    };
}

const MONEY: Kind = Kind::Number(0.0, 1e15);
const SHARE: Kind = Kind::Share(0.0, 1.0);
const SIGNED_SHARE: Kind = Kind::Share(-1.0, 1.0);
const LTV: Kind = Kind::Share(0.0, 1.5);
const MONTHS: Kind = Kind::Whole(0, 1_200);
const COUNT: Kind = Kind::Whole(0, 60_000);
const NAME: Kind = Kind::Text(120);
const ASSET_CLASSES: Kind = Kind::Choice(&[
    "residential_mortgage",
    "auto_loan",
    "consumer_credit",
    "commercial_loan",
    "clo_cdo",
]);
const PROPERTY_TYPES: Kind = Kind::Choice(&[
    "single_family",
    "multi_family",
    "condominium",
    "cooperative",
    "townhouse",
    "mixed_use",
    "commercial",
    "office",
    "retail",
    "industrial",
    "multifamily",
    "hotel",
    "healthcare",
    "self_storage",
    "other",
]);

fields! {
    Id "id" Kind::Text(64), ["loanid", "assetid", "assetnumber", "loannumber", "loanidentifier", "loansequencenumber", "accountnumber", "accountid", "identifier"];
    AssetClass "asset_class" ASSET_CLASSES, ["assettype", "class"];
    Balance "balance" MONEY, ["currentbalance", "currentprincipalbalance", "currentactualupb", "upb", "unpaidprincipalbalance", "outstandingbalance", "outstandingprincipal", "principalbalance", "currentupb", "endingbalance", "reportingperiodactualendbalanceamount", "principal"];
    OriginalBalance "original_balance" MONEY, ["originalloanamount", "originalprincipal", "originalprincipalbalance", "originalupb", "loanamount", "origupb", "originalamount", "fundedamount"];
    Rate "rate" SHARE, ["reportingperiodinterestratepercentage", "interestrate", "currentinterestrate", "currentrate", "noterate", "coupon", "apr", "grosscoupon", "wac", "intrate", "originalinterestratepercentage", "originalinterestrate"];
    RateType "rate_type" Kind::Choice(&["fixed", "floating", "hybrid", "step"]), ["originalinterestratetypecode", "interestratetype", "ratetypecode", "amortizationtype"];
    TermMonths "term_months" Kind::Whole(0, 60_000), ["originalloanterm", "originalterm", "term", "loanterm", "origterm", "termmonths", "originalloantermmonths", "originaltermmonths"];
    RemainingTermMonths "remaining_term_months" Kind::Whole(0, 60_000), ["remainingtermtomaturitynumber", "remainingterm", "remterm", "remainingmonthstomaturity", "monthsremaining", "remainingmonths", "remainingtermtolegalmaturity"];
    OriginationDate "origination_date" Kind::Date, ["origdate", "dateoforigination", "fundingdate", "issuedate", "issued", "notedate"];
    FirstPaymentDate "first_payment_date" Kind::Date, ["originalfirstpaymentdate", "firstpayment", "firstpaydate", "firstduedate"];
    MaturityDate "maturity_date" Kind::Date, ["loanmaturitydate", "maturity", "datematurity", "finalmaturitydate"];
    PaymentFrequency "payment_frequency" Kind::Choice(&["monthly", "quarterly", "semi_annual", "annual"]), ["frequency", "paymentfreq"];
    Status "status" Kind::Choice(&["current", "delinquent", "defaulted", "prepaid"]), ["loanstatus", "paymentstatus", "accountstatus"];
    DaysDelinquent "days_delinquent" COUNT, ["currentdelinquencystatus", "dayspastdue", "dpd", "dayslate", "delinquencydays"];
    DayCount "day_count" Kind::Text(32), ["daycountconvention", "accrualbasis", "interestbasis"];
    Metadata "metadata" Kind::Document, [];
    Tags "tags" Kind::Document, [];
    Index "index" Kind::Text(64), ["indexname", "armindex", "rateindex", "referencerate"];
    Spread "spread" SIGNED_SHARE, ["margin", "grossmargin", "armmargin"];
    ResetFrequencyMonths "reset_frequency_months" MONTHS, ["resetfrequency", "rateadjustmentfrequency", "ratereset"];
    NextResetDate "next_reset_date" Kind::Date, ["nextratechangedate", "nextadjustmentdate", "nextrateadjustmentdate"];
    LookbackDays "lookback_days" COUNT, ["lookback"];
    PeriodicCap "periodic_cap" SHARE, ["periodicratecap"];
    FirstPeriodicCap "first_periodic_cap" SHARE, ["initialcap", "initialratecap"];
    LifetimeCap "lifetime_cap" SHARE, ["lifecap", "maximumrate", "lifetimeratecap"];
    LifetimeFloor "lifetime_floor" SHARE, ["lifefloor", "minimumrate", "lifetimeratefloor"];
    IndexFloor "index_floor" SIGNED_SHARE, [];
    RateRounding "rate_rounding" Kind::Number(-1.0, 1.0), [];
    FixedMonths "fixed_months" MONTHS, ["initialfixedperiod", "initialfixedrateperiod"];
    Steps "steps" Kind::Document, [];
    RateBasis "rate_basis" Kind::Choice(&["nominal", "effective"]), [];
    Amortization "amortization" Kind::Choice(&["level", "linear", "interest_only", "bullet", "scheduled", "graduated"]), ["repaymenttype", "amortisation"];
    InterestOnlyPeriodMonths "interest_only_period_months" MONTHS, ["originalinterestonlytermnumber", "interestonlyterm", "ioterm", "interestonlyperiod", "iomonths"];
    AmortizationMonths "amortization_months" MONTHS, ["amortizationterm", "amortterm", "originalamortizationterm"];
    BalloonPayment "balloon_payment" MONEY, ["balloon", "balloonamount", "residualvalue"];
    PaymentCap "payment_cap" SHARE, [];
    NegativeAmortizationLimit "negative_amortization_limit" Kind::Number(0.0, 10.0), ["negamlimit"];
    PaymentGrowth "payment_growth" SIGNED_SHARE, [];
    GrowthYears "growth_years" COUNT, [];
    Schedule "schedule" Kind::Document, [];
    ScheduleUnit "schedule_unit" Kind::Choice(&["amount", "share_of_balance"]), [];
    PrepaymentPenalty "prepayment_penalty" Kind::Document, [];
    PrepaymentPenaltyTerm "prepayment_penalty_term" MONTHS, ["prepaymentpenaltytermmonths"];
    MoneyRounding "money_rounding" Kind::Choice(&["none", "half_up_cents", "half_even_cents"]), [];
    PrepaymentSpeed "prepayment_speed" SHARE, ["cpr"];
    DefaultProbability "default_probability" SHARE, ["pd", "cdr"];
    RecoveryRate "recovery_rate" SHARE, ["recovery"];
    LossSeverity "loss_severity" SHARE, ["severity", "lgd", "lossgivendefault"];
    RecoveryLagMonths "recovery_lag_months" MONTHS, ["recoverylag"];
    PropertyType "property_type" PROPERTY_TYPES, ["proptype"];
    LtvRatio "ltv_ratio" LTV, ["ltv", "oltv", "originalltv", "currentltv", "originalloantovalue", "originalloantovalueratio", "loantovalue"];
    AppraisalValue "appraisal_value" MONEY, ["appraisedvalue", "originalappraisedvalue", "originalpropertyvalue"];
    LienPosition "lien_position" Kind::Whole(1, 20), ["lien", "lienstatus"];
    IsInterestOnly "is_interest_only" Kind::Flag, ["interestonly", "interestonlyindicator", "ioflag"];
    HasPmi "has_pmi" Kind::Flag, ["pmi", "mortgageinsurance"];
    PmiRate "pmi_rate" SHARE, ["pmipercent", "mortgageinsurancepercentage", "mipercent"];
    Location "location" NAME, ["state", "propertystate", "obligorgeographiclocation", "geographiclocation", "borrowerstate", "region", "addrstate", "geography"];
    FicoScore "fico_score" Kind::Whole(300, 850), ["fico", "creditscore", "obligorcreditscore", "borrowercreditscore", "originalfico", "ficoscoreatorigination", "score"];
    VehicleType "vehicle_type" Kind::Choice(&["new", "used"]), ["vehiclenewusedcode", "newused", "newusedindicator"];
    VehicleMake "vehicle_make" NAME, ["vehiclemanufacturername", "make", "manufacturer"];
    VehicleModel "vehicle_model" NAME, ["vehiclemodelname", "model"];
    VehicleYear "vehicle_year" Kind::Whole(1900, 2100), ["vehiclemodelyear", "modelyear"];
    InitialDepreciationRate "initial_depreciation_rate" SHARE, [];
    SubsequentDepreciationRate "subsequent_depreciation_rate" SHARE, [];
    LoanType "loan_type" Kind::Choice(&["credit_card", "auto_loan", "personal_loan", "student_loan", "installment_loan", "medical_debt", "other"]), ["producttype"];
    LoanPurpose "loan_purpose" Kind::Choice(&["debt_consolidation", "credit_card", "home_improvement", "major_purchase", "medical", "education", "other"]), ["purpose"];
    IsSecured "is_secured" Kind::Flag, ["secured"];
    CollateralType "collateral_type" NAME, [];
    CollateralValue "collateral_value" MONEY, ["vehiclevalueamount", "vehiclevalue"];
    DebtToIncome "debt_to_income" Kind::Share(0.0, 1.0), ["dti", "dtiratio", "debttoincomeratio", "originaldebttoincomeratio", "originaldti"];
    PaymentToIncome "payment_to_income" Kind::Share(0.0, 10.0), ["paymenttoincomepercentage", "pti"];
    Income "income" MONEY, ["annualincome", "borrowerincome", "annualinc"];
    MonthsOnBook "months_on_book" MONTHS, ["mob", "seasoning", "loanage", "age"];
    Times30Dpd "times_30_dpd" COUNT, ["times30", "delinq30"];
    Times60Dpd "times_60_dpd" COUNT, ["times60", "delinq60"];
    Times90Dpd "times_90_dpd" COUNT, ["times90", "delinq90"];
    PropertyAddress "property_address" Kind::Text(300), ["address"];
    PropertyValue "property_value" MONEY, ["currentpropertyvalue", "valuation", "currentvalue"];
    Dscr "dscr" Kind::Number(0.0, 1_000.0), ["debtservicecoverage", "debtservicecoverageratio"];
    Noi "noi" Kind::Number(-1e15, 1e15), ["netoperatingincome"];
    DebtYield "debt_yield" Kind::Share(-10.0, 10.0), [];
    CloCdoType "clo_cdo_type" Kind::Choice(&["clo", "cdo", "cbo", "cso", "other"]), [];
    CollateralPoolCount "collateral_pool_count" Kind::Whole(0, 10_000_000), [];
    CollateralPoolBalance "collateral_pool_balance" MONEY, [];
    CollateralPoolWac "collateral_pool_wac" SHARE, [];
    CollateralPoolWarf "collateral_pool_warf" Kind::Number(0.0, 10_000.0), ["warf"];
    CollateralPoolConcentration "collateral_pool_concentration" Kind::Document, [];
    Tranches "tranches" Kind::Document, [];
    ReinvestmentPeriodMonths "reinvestment_period_months" MONTHS, [];
    ClosingDate "closing_date" Kind::Date, [];
    EffectiveDate "effective_date" Kind::Date, [];
    Manager "manager" NAME, ["collateralmanager"];
    Trustee "trustee" NAME, [];
}

/// Names that older clients send.
const ALIASES: [(&str, Field); 8] = [
    ("dti", Field::DebtToIncome),
    ("dti_ratio", Field::DebtToIncome),
    ("loan_id", Field::Id),
    ("asset_id", Field::Id),
    ("current_balance", Field::Balance),
    ("interest_rate", Field::Rate),
    ("margin", Field::Spread),
    ("interest_only_months", Field::InterestOnlyPeriodMonths),
];

impl Field {
    /// Finds a field by its name in JSON.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().copied().find(|field| field.name() == name);
        known.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, field)| *field))
    }

    /// The position in [`Field::ALL`].
    #[must_use]
    pub const fn position(self) -> usize {
        self as usize
    }
}

/// Finds `value` among the names of a list; case, hyphens and spaces do not matter.
#[must_use]
pub fn find_choice(names: &'static [&'static str], value: &str) -> Option<&'static str> {
    let same = |name: &str| {
        let letters =
            |text: &str| text.bytes().filter(|b| !matches!(b, b'_' | b'-' | b' ')).count();
        letters(name) == letters(value)
            && name
                .bytes()
                .filter(|b| *b != b'_')
                .zip(value.bytes().filter(|b| !matches!(b, b'_' | b'-' | b' ')))
                .all(|(a, b)| a.eq_ignore_ascii_case(&b))
    };
    let found = names.iter().copied().find(|name| same(name));
    found.or_else(|| synonym(value).and_then(|name| names.iter().copied().find(|n| *n == name)))
}

/// Other words for the names of some lists.
fn synonym(value: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 12] = [
        ("hospitality", "hotel"),
        ("yearly", "annual"),
        ("semiannually", "semi_annual"),
        ("adjustable", "floating"),
        ("arm", "hybrid"),
        ("variable", "floating"),
        ("frm", "fixed"),
        ("performing", "current"),
        ("default", "defaulted"),
        ("chargedoff", "defaulted"),
        ("paidoff", "prepaid"),
        ("repaid", "prepaid"),
    ];
    let value: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    WORDS.iter().find(|(word, _)| value.eq_ignore_ascii_case(word)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_and_stands_at_its_position() {
        for (position, field) in Field::ALL.iter().enumerate() {
            assert_eq!(Field::find(field.name()), Some(*field));
            assert_eq!(field.position(), position);
        }
    }

    #[test]
    fn no_heading_means_two_fields() {
        let mut seen = std::collections::HashSet::new();
        for field in Field::ALL {
            for heading in field.headings() {
                assert!(seen.insert(heading), "{heading}");
            }
        }
    }

    #[test]
    fn choices_are_read_in_any_spelling() {
        let names = &["semi_annual", "hotel"];

        assert_eq!(find_choice(names, "Semi-Annual"), Some("semi_annual"));
        assert_eq!(find_choice(names, "SEMIANNUAL"), Some("semi_annual"));
        assert_eq!(find_choice(names, "Hospitality"), Some("hotel"));
        assert_eq!(find_choice(names, "weekly"), None);
    }
}
