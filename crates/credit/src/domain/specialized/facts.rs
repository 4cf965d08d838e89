//! The facts about assets that the engine's loan does not carry.

use credit_engine::class_analytics::auto::{AutoLoan, auto_analytics};
use credit_engine::class_analytics::clo::{
    Backing, Collateral, Tranche, capital_structure, collateral_quality,
};
use credit_engine::class_analytics::commercial::{
    CommercialLoan, PropertyStress, Refinance, RefinanceTerms, commercial_analytics,
};
use credit_engine::class_analytics::consumer::{ConsumerLoan, consumer_analytics};
use credit_engine::class_analytics::residential::{ResidentialLoan, residential_analytics};
use credit_engine::loan::{AssetClass, Loan};
use serde_json::{Map, Value as Json, json};

use super::tranches::Clo;
use crate::domain::asset::{Field, Record};

/// The most loans that are listed one by one.
const MOST_LISTED: usize = 1_000;

/// What the classes look at.
#[derive(Debug, Default)]
pub struct ClassFacts {
    assets: Vec<Asset>,
    clos: Vec<Clo>,
}

/// One asset.
#[derive(Debug)]
struct Asset {
    class: AssetClass,
    id: String,
    balance: f64,
    original_balance: f64,
    rate: f64,
    age: u32,
    remaining: u32,
    amortization: Option<u32>,
    interest_only: u32,
    maturity_year: Option<i32>,
    fico: Option<u16>,
    dti: Option<f64>,
    ltv: Option<f64>,
    dscr: Option<f64>,
    noi: Option<f64>,
    value: Option<f64>,
    secured: Option<bool>,
    insured: Option<bool>,
    lien: Option<u32>,
    spread: Option<f64>,
    depreciation: (Option<f64>, Option<f64>),
    location: Option<Box<str>>,
    make: Option<Box<str>>,
    occupancy: Option<Box<str>>,
    kind: Option<&'static str>,
    purpose: Option<&'static str>,
}

impl ClassFacts {
    /// Takes the facts of an asset that is good.
    pub fn push(&mut self, record: &Record, loan: &Loan) {
        use chrono::Datelike as _;
        let text = |field| record.text(field).map(Into::into);
        let whole = |field| record.whole(field).and_then(|whole| u32::try_from(whole).ok());
        let class = loan.asset_class();
        if class == AssetClass::CloCdo {
            self.clos.extend(Clo::read(record, loan));
        }
        let kind = match class {
            AssetClass::AutoLoan => Field::VehicleType,
            AssetClass::ConsumerCredit => Field::LoanType,
            _ => Field::PropertyType,
        };
        let value = [Field::PropertyValue, Field::AppraisalValue, Field::CollateralValue];
        self.assets.push(Asset {
            class,
            id: loan.id().to_owned(),
            balance: loan.balance(),
            original_balance: loan.original_balance(),
            rate: loan.rate(),
            age: u32::from(loan.age_months()),
            remaining: u32::from(loan.remaining_months()),
            amortization: whole(Field::AmortizationMonths),
            interest_only: u32::from(loan.interest_only_months_left()),
            maturity_year: loan.maturity_date().map(|date| date.year()),
            fico: loan.drivers().fico_score,
            dti: record.number(Field::DebtToIncome),
            ltv: record.number(Field::LtvRatio),
            dscr: record.number(Field::Dscr),
            noi: record.number(Field::Noi),
            value: value.into_iter().find_map(|field| record.number(field)),
            secured: record.flag(Field::IsSecured),
            insured: record.flag(Field::HasPmi),
            lien: whole(Field::LienPosition),
            spread: record.number(Field::Spread),
            depreciation: (
                record.number(Field::InitialDepreciationRate),
                record.number(Field::SubsequentDepreciationRate),
            ),
            location: text(Field::Location),
            make: text(Field::VehicleMake),
            occupancy: Field::find("occupancy").and_then(text),
            kind: choice(record, kind),
            purpose: choice(record, Field::LoanPurpose),
        });
    }

    /// Whether an asset is of the class.
    #[must_use]
    pub fn has(&self, class: AssetClass) -> bool {
        self.assets.iter().any(|asset| asset.class == class)
    }

    /// The obligations with tranches.
    #[must_use]
    pub fn clos(&self) -> &[Clo] {
        &self.clos
    }

    /// The analytics of every class that is there, by its name.
    #[must_use]
    pub fn analytics(&self) -> Map<String, Json> {
        let mut found = Map::new();
        for class in AssetClass::ALL {
            let assets: Vec<&Asset> = self.assets.iter().filter(|a| a.class == class).collect();
            if !assets.is_empty() {
                found.insert(class.name().to_owned(), self.of_class(class, &assets));
            }
        }
        found
    }

    fn of_class(&self, class: AssetClass, assets: &[&Asset]) -> Json {
        match class {
            AssetClass::ResidentialMortgage => {
                let loans: Vec<_> = assets.iter().map(|asset| asset.residential()).collect();
                json!(residential_analytics(&loans))
            }
            AssetClass::AutoLoan => {
                let loans: Vec<_> = assets.iter().map(|asset| asset.auto()).collect();
                json!(auto_analytics(&loans))
            }
            AssetClass::ConsumerCredit => {
                let loans: Vec<_> = assets.iter().map(|asset| asset.consumer()).collect();
                json!(consumer_analytics(&loans))
            }
            AssetClass::CommercialLoan => commercial(assets),
            AssetClass::CloCdo => self.clo(assets),
        }
    }

    fn clo(&self, assets: &[&Asset]) -> Json {
        let positions: Vec<Collateral<'_>> = assets
            .iter()
            .map(|asset| Collateral {
                par: asset.balance,
                rate: asset.rate,
                spread: asset.spread,
                ..Collateral::default()
            })
            .collect();
        let structure = |clo: &Clo| {
            let tranches: Vec<Tranche<'_>> = clo
                .tranches
                .iter()
                .map(|tranche| Tranche {
                    name: &tranche.name,
                    balance: tranche.balance,
                    rate: tranche.rate,
                    seniority: tranche.seniority,
                })
                .collect();
            let backing = Backing { par: clo.par, wac: clo.wac };
            json!({ "id": clo.id, "structure": capital_structure(&tranches, backing) })
        };
        let structures: Vec<Json> = self.clos.iter().take(MOST_LISTED).map(structure).collect();
        json!({ "positions": collateral_quality(&positions), "structures": structures })
    }
}

/// The mix, the walls, and what stress and refinancing do to the loans.
fn commercial(assets: &[&Asset]) -> Json {
    let loans: Vec<CommercialLoan<'_>> = assets.iter().map(|asset| asset.commercial()).collect();
    let stress = PropertyStress { noi_decline: 0.2, value_decline: 0.2, rate_shock: 0.02 };
    let stressed: Vec<CommercialLoan<'_>> =
        loans.iter().map(|loan| loan.stressed(&stress)).collect();
    let hit = commercial_analytics(&stressed);
    let terms = RefinanceTerms::default();
    let tested: Vec<Refinance> = loans.iter().map(|loan| loan.refinance(&terms)).collect();
    let gap: f64 = tested.iter().filter_map(|one| one.gap).sum();
    let failed = tested.iter().filter(|one| one.passes == Some(false)).count();
    let mut analytics = json!(commercial_analytics(&loans));
    if let Some(listed) = analytics.get_mut("loans").and_then(Json::as_array_mut) {
        listed.truncate(MOST_LISTED);
    }
    if let Some(object) = analytics.as_object_mut() {
        let below = json!({ "stress": stress, "dscr": hit.dscr, "ltv": hit.ltv,
            "below_coverage": hit.below_coverage, "above_leverage": hit.above_leverage });
        object.insert("stressed".to_owned(), below);
        let listed: Vec<&Refinance> = tested.iter().take(MOST_LISTED).collect();
        let test = json!({ "terms": terms, "failed": failed, "gap": gap, "loans": listed });
        object.insert("refinance_test".to_owned(), test);
    }
    analytics
}

fn choice(record: &Record, field: Field) -> Option<&'static str> {
    match record.get(field)? {
        crate::domain::asset::Value::Choice(name) => Some(name),
        _ => None,
    }
}

impl Asset {
    fn residential(&self) -> ResidentialLoan<'_> {
        ResidentialLoan {
            balance: self.balance,
            ltv_ratio: self.ltv,
            fico_score: self.fico,
            location: self.location.as_deref(),
            lien_position: self.lien,
            occupancy: self.occupancy.as_deref(),
            property_type: self.kind,
            has_pmi: self.insured,
        }
    }

    fn auto(&self) -> AutoLoan<'_> {
        AutoLoan {
            balance: self.balance,
            original_balance: self.original_balance,
            age_months: self.age,
            vehicle_type: self.kind,
            vehicle_make: self.make.as_deref(),
            ltv_ratio: self.ltv,
            initial_depreciation_rate: self.depreciation.0,
            subsequent_depreciation_rate: self.depreciation.1,
        }
    }

    const fn consumer(&self) -> ConsumerLoan<'_> {
        ConsumerLoan {
            balance: self.balance,
            fico_score: self.fico,
            debt_to_income: self.dti,
            is_secured: self.secured,
            purpose: self.purpose,
            loan_type: self.kind,
        }
    }

    fn commercial(&self) -> CommercialLoan<'_> {
        CommercialLoan {
            id: &self.id,
            balance: self.balance,
            rate: self.rate,
            remaining_months: self.remaining,
            amortization_months: self.amortization,
            interest_only_months: self.interest_only,
            noi: self.noi,
            value: self.value,
            stated_dscr: self.dscr,
            stated_ltv: self.ltv,
            property_type: self.kind,
            maturity_year: self.maturity_year,
        }
    }
}
