//! That everything that is named exists.

use crate::formula::vocabulary::{FUNCTIONS, WORDS, fields};
use crate::formula::{Numbers, Writer, nearest, parts};
use crate::model::{Action, Deal, Effect, Expr, Object, ObjectKind};

use super::Report;
use super::code::Code;
use super::index::Index;
use super::sites::sites;
use super::walk::steps;

pub(super) fn check(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    let mut names = Names { index, report };
    for (at, trigger) in deal.triggers.iter().enumerate() {
        for (number, effect) in trigger.effects.iter().enumerate() {
            let path = format!("/triggers/{at}/effects/{number}");
            match effect {
                Effect::ReserveTarget { account, .. } => {
                    names.one(format!("{path}/account"), "account", account, &index.accounts);
                }
                Effect::Coupon { bond, .. } => {
                    names.one(format!("{path}/bond"), "bond", bond, &index.bonds);
                }
                Effect::Activate { trigger } => {
                    names.one(format!("{path}/trigger"), "trigger", trigger, &index.triggers);
                }
                Effect::Status { .. } | Effect::Steps { .. } => {}
            }
        }
    }
    for (at, test) in deal.tests.iter().enumerate() {
        names.bonds(&format!("/tests/{at}/bonds"), &test.bonds);
    }
    for found in steps(deal) {
        names.action(&format!("{}/action", found.path), &found.step.action);
        names.many(
            &format!("{}/support", found.path),
            "account",
            &found.step.support,
            &index.accounts,
        );
    }
    for site in sites(deal) {
        names.expression(&site.path, &site.formula.0);
    }
}

struct Names<'c, 'd> {
    index: &'c Index<'d>,
    report: &'c mut Report,
}

impl Names<'_, '_> {
    fn one(&mut self, path: String, kind: &str, name: &str, known: &[&str]) {
        if !known.contains(&name) && !self.report.is_full(Code::UnknownReference) {
            let message = format!("there is no {kind} \"{name}\"");
            let suggestion = Index::suggestion(name, known);
            self.report.add_with(Code::UnknownReference, path, message, suggestion);
        }
    }

    fn many(&mut self, path: &str, kind: &str, names: &[String], known: &[&str]) {
        for (at, name) in names.iter().enumerate() {
            self.one(format!("{path}/{at}"), kind, name, known);
        }
    }

    fn bonds(&mut self, path: &str, names: &[String]) {
        for (at, name) in names.iter().enumerate() {
            self.bond(format!("{path}/{at}"), name);
        }
    }

    /// A bond or a group.
    fn bond(&mut self, path: String, name: &str) {
        if self.index.bonds_called(name).is_empty() {
            let known: Vec<&str> =
                self.index.bonds.iter().copied().chain(self.index.groups()).collect();
            self.one(path, "bond or group", name, &known);
        }
    }

    fn action(&mut self, path: &str, action: &Action) {
        let index = self.index;
        let at = |field: &str| format!("{path}/{field}");
        let mut account = |field: &str, name: &str| {
            self.one(at(field), "account", name, &index.accounts);
        };
        match action {
            Action::Collect { into, .. }
            | Action::ReleaseReserve { into, .. }
            | Action::Liquidate { into, .. }
            | Action::FundBond { into, .. } => account("into", into),
            Action::Transfer { from, into } => {
                account("from", from);
                account("into", into);
            }
            Action::PayFees { from, .. }
            | Action::PayInterest { from, .. }
            | Action::PayPrincipal { from, .. }
            | Action::PayResidual { from, .. }
            | Action::FillReserve { from, .. }
            | Action::Cure { from, .. }
            | Action::Buy { from, .. } => account("from", from),
            _ => {}
        }
        match action {
            Action::Collect { pool: Some(pool), .. }
            | Action::Buy { pool: Some(pool), .. }
            | Action::Liquidate { pool: Some(pool), .. } => {
                self.one(at("pool"), "pool", pool, &index.pools);
            }
            Action::PayFees { fees, .. } => self.many(&at("fees"), "fee", fees, &index.fees),
            Action::PayInterest { bonds, .. }
            | Action::PayPrincipal { bonds, .. }
            | Action::WriteDown { bonds, .. }
            | Action::WriteUp { bonds, .. } => self.bonds(&at("bonds"), bonds),
            Action::Cure { bonds, test, .. } => {
                self.one(at("test"), "test", test, &index.tests);
                self.bonds(&at("bonds"), bonds);
            }
            Action::PayResidual { bond, .. } | Action::FundBond { bond, .. } => {
                self.one(at("bond"), "bond", bond, &index.bonds);
            }
            Action::FillReserve { account, .. } | Action::ReleaseReserve { account, .. } => {
                self.one(at("account"), "account", account, &index.accounts);
            }
            Action::Book { ledgers, .. } => {
                self.many(&at("ledgers"), "ledger", ledgers, &index.ledgers);
            }
            Action::TestTrigger { trigger } => {
                self.one(at("trigger"), "trigger", trigger, &index.triggers);
            }
            _ => {}
        }
        if let Action::Buy { pool: None, .. } = action
            && index.pools.len() > 1
        {
            let message = "the deal has several pools, and the step does not say for which it buys";
            self.report.add(Code::AmbiguousPool, path, message);
        }
    }

    fn expression(&mut self, path: &str, expression: &Expr) {
        for part in parts(expression) {
            match part {
                Expr::Name(name) => self.variable(path, name),
                Expr::Field { object, field, .. } => {
                    self.object(path, object, part);
                    self.field(path, object, field, part);
                }
                Expr::Function { name, arguments } => self.function(path, name, arguments),
                _ => {}
            }
        }
    }

    fn field(&mut self, path: &str, object: &Object, field: &str, whole: &Expr) {
        if !fields(object.kind).any(|known| known.name == field) {
            let known: Vec<&str> = fields(object.kind).map(|known| known.name).collect();
            let suggestion = nearest(field, known).map(|known| format!("did you mean `{known}`?"));
            let message = format!("`{}` does not exist", shown(whole));
            self.report.add_with(Code::UnknownReference, path, message, suggestion);
        }
    }

    fn variable(&mut self, path: &str, name: &str) {
        let built_in = WORDS.iter().any(|word| word.name == name);
        if built_in || self.index.variables.contains(&name) {
            return;
        }
        let objects = [
            ("account", &self.index.accounts),
            ("bond", &self.index.bonds),
            ("trigger", &self.index.triggers),
            ("test", &self.index.tests),
            ("ledger", &self.index.ledgers),
            ("fee", &self.index.fees),
        ];
        let object = objects.into_iter().find(|(_, names)| names.contains(&name));
        let suggestion = if let Some((kind, _)) = object {
            Some(format!("did you mean `{kind}(\"{name}\")`?"))
        } else {
            let known = self.index.variables.iter().copied();
            nearest(name, known.chain(WORDS.iter().map(|word| word.name)))
                .map(|known| format!("did you mean `{known}`?"))
        };
        let message = format!("there is no variable `{name}`");
        self.report.add_with(Code::UnknownReference, path, message, suggestion);
    }

    fn object(&mut self, path: &str, object: &Object, expression: &Expr) {
        if object.names.is_empty() {
            if object.kind == ObjectKind::Pool && self.index.pools.len() > 1 {
                let message = format!(
                    "the deal has several pools, and `{}` does not say which",
                    shown(expression)
                );
                let suggestion =
                    self.index.pools.first().map(|pool| format!("write `pool(\"{pool}\")`"));
                self.report.add_with(Code::AmbiguousPool, path, message, suggestion);
            }
            return;
        }
        for name in &object.names {
            match object.kind {
                ObjectKind::Bonds => self.bond(path.to_owned(), name),
                kind => {
                    let word = crate::formula::word_of(kind);
                    self.one(path.to_owned(), word, name, self.index.of(kind));
                }
            }
        }
    }

    /// The bonds of `oc` and `ic`; that they are names is a matter of types.
    fn function(&mut self, path: &str, name: &str, arguments: &[Expr]) {
        if !FUNCTIONS.iter().any(|function| function.name == name) {
            let message = format!("there is no function `{name}`");
            self.report.add(Code::UnknownReference, path, message);
        }
        if matches!(name, "oc" | "ic") {
            for argument in arguments {
                if let Expr::Text(bond) = argument {
                    self.bond(path.to_owned(), bond);
                }
            }
        }
    }
}

fn shown(expression: &Expr) -> String {
    let mut writer = Writer::new(Numbers::Plain);
    writer.expression(expression);
    writer.finish()
}
