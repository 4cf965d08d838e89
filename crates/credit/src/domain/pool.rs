//! A pool as a caller sends it, read asset by asset, with everything that is wrong with it.

use std::collections::HashSet;
use std::fmt;

use chrono::NaiveDate;
use credit_engine::loan::Loan;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value as Json;

use super::asset::{Field, Issue, Record, build, tranche_warnings};
use super::specialized::ClassFacts;
use super::table::{TableError, TableWriter};

/// The most problems that one answer lists.
pub const MOST_ISSUES: usize = 1_000;

/// A pool as sent. Reading it never fails for what a pool may get wrong: that is in `issues`.
#[derive(Debug, Default)]
pub struct PoolDraft {
    /// A stored pool instead of assets.
    pub pool_id: Option<String>,
    /// A version of the stored pool; the newest if absent.
    pub pool_version: Option<i64>,
    /// What people call it.
    pub name: String,
    /// What people say about it.
    pub description: String,
    /// The date of the balances.
    pub cut_off_date: Option<NaiveDate>,
    /// ISO code of the currency.
    pub currency: Option<String>,
    /// Anything else, kept as it is.
    pub metadata: Option<Json>,
    /// The assets; `None` if the field was not sent.
    pub assets: Option<Assets>,
    /// Everything that is wrong with the pool itself.
    pub issues: Vec<Issue>,
}

/// The assets of a pool: the good ones, and what is wrong with the others.
#[derive(Debug, Default)]
pub struct Assets {
    /// How many were sent.
    pub sent: usize,
    /// The good ones, in order.
    pub loans: Vec<Loan>,
    /// The good ones, as they are stored; `None` when there is none.
    pub table: Option<TableWriter>,
    /// The others.
    pub skipped: Vec<Skipped>,
    /// What is wrong, at most [`MOST_ISSUES`].
    pub issues: Vec<Issue>,
    /// How much is wrong in all.
    pub issue_count: usize,
    /// What is allowed and worth a second look.
    pub warnings: Vec<Issue>,
    /// What the classes of the good ones look at.
    pub facts: ClassFacts,
}

/// An asset that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its position.
    pub index: usize,
    /// Its id, if it has one.
    pub id: Option<String>,
}

impl PoolDraft {
    /// Everything that is wrong, the assets included.
    #[must_use]
    pub fn errors(&self) -> Vec<Issue> {
        let mut errors = self.issues.clone();
        if let Some(assets) = &self.assets {
            if assets.sent == 0 {
                errors.push(Issue::new("/assets", "empty_pool", "must hold at least one asset"));
            }
            errors.extend(assets.issues.iter().cloned());
        } else if self.pool_id.is_none() {
            errors.push(Issue::new("/assets", "empty_pool", "is missing: send at least one asset"));
        }
        errors.truncate(MOST_ISSUES);
        errors
    }

    /// What is allowed and worth a second look.
    #[must_use]
    pub fn warnings(&self) -> Vec<Issue> {
        self.assets.as_ref().map(|assets| assets.warnings.clone()).unwrap_or_default()
    }

    fn set(&mut self, name: &str, json: &Json) {
        if json.is_null() {
            return;
        }
        let pointer = format!("/{name}");
        if json.to_string().contains("\\u0000") {
            let message = "must not contain the NUL character";
            self.issues.push(Issue::new(pointer, "wrong_text", message));
            return;
        }
        let text = |json: &Json, most: usize| {
            json.as_str().filter(|text| text.chars().count() <= most).map(str::to_owned)
        };
        let fits = match name {
            "pool_id" => text(json, 80).map(|id| self.pool_id = Some(id)).is_some(),
            "pool_version" | "version" => {
                json.as_i64().map(|version| self.pool_version = Some(version)).is_some()
            }
            "pool_name" | "name" => text(json, 200).map(|name| self.name = name).is_some(),
            "pool_description" | "description" => {
                text(json, 4_000).map(|text| self.description = text).is_some()
            }
            "cut_off_date" => {
                let date = json.as_str().and_then(|text| text.parse().ok());
                date.map(|date| self.cut_off_date = Some(date)).is_some()
            }
            "currency" => {
                let code = json.as_str().filter(|code| is_currency(code)).map(str::to_owned);
                code.map(|code| self.currency = Some(code)).is_some()
            }
            "metadata" => {
                let fits = json.is_object() && json.to_string().len() <= 16 * 1024;
                if fits {
                    self.metadata = Some(json.clone());
                }
                fits
            }
            _ => {
                let message = "is not a field of a pool; remove it, or put it into metadata";
                self.issues.push(Issue::new(pointer, "unknown_field", message));
                return;
            }
        };
        if !fits {
            let shown: String = json.to_string().chars().take(60).collect();
            let message = format!("must be {}, was {shown}", expected(name));
            self.issues.push(Issue::new(pointer, "wrong_type", message));
        }
    }
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
}

fn expected(name: &str) -> &'static str {
    match name {
        "cut_off_date" => "a date such as 2025-01-31",
        "currency" => "an ISO code such as USD",
        "metadata" => "an object of at most 16 KiB",
        "pool_version" | "version" => "a whole number",
        "pool_description" | "description" => "text of at most 4000 characters",
        _ => "text of at most 200 characters",
    }
}

impl Assets {
    /// Takes the next asset.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if the asset cannot be stored.
    pub fn push(
        &mut self,
        record: &Record,
        mut found: Vec<Issue>,
        ids: &mut HashSet<String>,
    ) -> Result<(), TableError> {
        let at = format!("/assets/{}", self.sent);
        let index = self.sent;
        self.sent += 1;
        let loan = match build(record, &at) {
            Ok(loan) => Some(loan),
            Err(issues) => {
                let known: HashSet<String> = found.iter().map(|i| i.pointer.clone()).collect();
                found.extend(issues.into_iter().filter(|i| !known.contains(&i.pointer)));
                None
            }
        };
        let id = record.text(Field::Id);
        if let Some(id) = id
            && !ids.insert(id.to_owned())
        {
            let message = format!("must be unique within the pool, \"{id}\" is used twice");
            found.push(Issue::new(format!("{at}/id"), "duplicate_id", message));
        }
        match loan {
            Some(loan) if found.is_empty() => {
                self.warnings.extend(tranche_warnings(record, &at));
                let table = match &mut self.table {
                    Some(table) => table,
                    empty => empty.insert(TableWriter::new()?),
                };
                table.push(record)?;
                self.facts.push(record, &loan);
                self.loans.push(loan);
            }
            _ => {
                self.skipped.push(Skipped { index, id: id.map(str::to_owned) });
                self.issue_count += found.len();
                let room = MOST_ISSUES.saturating_sub(self.issues.len());
                self.issues.extend(found.into_iter().take(room));
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for PoolDraft {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PoolVisitor)
    }
}

struct PoolVisitor;

impl<'de> Visitor<'de> for PoolVisitor {
    type Value = PoolDraft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pool: an object with pool_name and assets, or with pool_id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PoolDraft, A::Error> {
        let mut draft = PoolDraft::default();
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                let message = "is given twice; keep one value";
                draft.issues.push(Issue::new(format!("/{name}"), "duplicate_field", message));
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if name == "assets" {
                draft.assets = Some(map.next_value_seed(AssetsSeed)?);
            } else {
                draft.set(&name, &map.next_value()?);
            }
        }
        Ok(draft)
    }
}

/// Reads the list of assets one at a time.
struct AssetsSeed;

impl<'de> DeserializeSeed<'de> for AssetsSeed {
    type Value = Assets;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Assets, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AssetsSeed {
    type Value = Assets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of assets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Assets, A::Error> {
        let mut assets = Assets::default();
        let mut ids = HashSet::new();
        let mut record = Record::default();
        while let Some(fields) = list.next_element::<Fields>()? {
            record.clear();
            let at = format!("/assets/{}", assets.sent);
            let mut found = Vec::new();
            for (name, value) in fields.0 {
                if let Err(issue) = record.set_json(&at, &name, value) {
                    found.push(issue);
                }
            }
            if let Some(other) = fields.1 {
                let shown: String = other.to_string().chars().take(60).collect();
                let message = format!("must be an object with the fields of an asset, was {shown}");
                found.push(Issue::new(at.clone(), "wrong_type", message));
            }
            assets.push(&record, found, &mut ids).map_err(de::Error::custom)?;
        }
        Ok(assets)
    }
}

/// The fields of one asset in the order sent, twice if sent twice; or something else altogether.
struct Fields(Vec<(String, Json)>, Option<Json>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an asset")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::with_capacity(map.size_hint().unwrap_or(16).min(128));
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields, None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Fields, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Fields(Vec::new(), Some(Json::Array(Vec::new()))))
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Fields, E> {
                Ok(Fields(Vec::new(), Some(Json::Bool(value))))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Fields, E> {
                Ok(Fields(Vec::new(), Some(value.into())))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Fields, E> {
                Ok(Fields(Vec::new(), Some(value.into())))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Fields, E> {
                Ok(Fields(Vec::new(), Some(value.into())))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Fields, E> {
                Ok(Fields(Vec::new(), Some(value.into())))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Fields, E> {
                Ok(Fields(Vec::new(), Some(Json::Null)))
            }
        }
        deserializer.deserialize_any(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> PoolDraft {
        serde_json::from_str(text).unwrap()
    }

    fn codes(draft: &PoolDraft) -> Vec<(String, String)> {
        draft.errors().iter().map(|i| (i.path(), i.code.to_string())).collect()
    }

    #[test]
    fn an_empty_pool_is_refused() {
        let draft = draft(r#"{"pool_name":"x","cut_off_date":"2025-01-01","assets":[]}"#);

        assert_eq!(codes(&draft), [("assets".to_owned(), "empty_pool".to_owned())]);
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let draft = draft(
            r#"{"pool_name":7,"currency":"dollar","nonsense":1,"assets":[
                {"id":"a","asset_class":"auto_loan","balance":-1,"rate":5.25,"term_months":60,"remaining_term_months":61},
                {"id":"b","asset_class":"boat","rate":0.05,"term_months":601,"balance":null,"extra":1,"id":"c"},
                7]}"#,
        );

        let paths: Vec<_> =
            codes(&draft).into_iter().map(|(path, code)| format!("{path} {code}")).collect();
        for expected in [
            "pool_name wrong_type",
            "currency wrong_type",
            "nonsense unknown_field",
            "assets[0].balance out_of_range",
            "assets[0].rate rate_unit",
            "assets[0].remaining_term_months remaining_above_term",
            "assets[1].asset_class unknown_value",
            "assets[1].term_months out_of_range",
            "assets[1].balance missing",
            "assets[1].extra unknown_field",
            "assets[1].id duplicate_field",
            "assets[2] wrong_type",
        ] {
            assert!(paths.iter().any(|path| path == expected), "{expected} in {paths:#?}");
        }
    }

    #[test]
    fn a_bad_asset_leaves_the_good_ones() {
        let good =
            r#"{"id":"a","asset_class":"auto_loan","balance":1,"rate":0.05,"term_months":60}"#;
        let text = format!(r#"{{"assets":[{good},{good}]}}"#);

        let assets = draft(&text).assets.unwrap();

        assert_eq!((assets.sent, assets.loans.len()), (2, 1));
        assert_eq!(assets.skipped, [Skipped { index: 1, id: Some("a".into()) }]);
        assert_eq!(assets.issues[0].code, "duplicate_id");
    }
}
