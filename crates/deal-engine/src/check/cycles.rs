//! That nothing is defined by itself.

use crate::formula::parts;
use crate::model::{BondKind, Deal, Expr, Object, ObjectKind, TestKind};

use super::Report;
use super::code::Code;
use super::index::Index;
use super::sites::{Owner, sites};

pub(super) fn check(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    let graph = Graph::new(deal, index);
    let mut state = vec![State::New; graph.nodes.len()];
    for start in 0..graph.nodes.len() {
        graph.search(start, &mut state, report);
    }
}

/// The most definitions of a circle that are named.
const MOST_SHOWN: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    /// Open, and known to be defined by itself.
    Told,
    Done,
}

struct Node {
    owner: Owner,
    /// Of the first formula that defines it.
    path: String,
    title: String,
    needs: Vec<usize>,
}

struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    fn new(deal: &Deal, index: &Index<'_>) -> Self {
        let sites = sites(deal);
        let mut nodes: Vec<Node> = Vec::new();
        for site in &sites {
            if site.owner != Owner::None && !nodes.iter().any(|node| node.owner == site.owner) {
                let title = title(site.owner, index);
                nodes.push(Node {
                    owner: site.owner,
                    path: site.path.clone(),
                    title,
                    needs: Vec::new(),
                });
            }
        }
        let mut graph = Self { nodes };
        for site in &sites {
            let mut used = Used { deal, index, owners: Vec::new() };
            used.expression(&site.formula.0);
            graph.connect(site.owner, &used.owners);
        }
        for (at, test) in deal.tests.iter().enumerate() {
            if test.kind == (TestKind::InterestCoverage { numerator: None }) {
                let mut used = Used { deal, index, owners: Vec::new() };
                used.coverage(&test.bonds);
                graph.connect(Owner::Test(at), &used.owners);
            }
        }
        for node in &mut graph.nodes {
            node.needs.sort_unstable();
            node.needs.dedup();
        }
        graph
    }

    fn connect(&mut self, owner: Owner, used: &[Owner]) {
        let place = |owner: Owner| self.nodes.iter().position(|node| node.owner == owner);
        let needs: Vec<usize> = used.iter().filter_map(|owner| place(*owner)).collect();
        if let Some(node) = place(owner).and_then(|at| self.nodes.get_mut(at)) {
            node.needs.extend(needs);
        }
    }

    /// Depth first, with a list of its own. What is found again while it is open is defined by itself.
    fn search(&self, start: usize, state: &mut [State], report: &mut Report) {
        let mut open: Vec<(usize, usize)> = Vec::new();
        let enter = |at: usize, state: &mut [State], open: &mut Vec<(usize, usize)>| {
            if let Some(entry) = state.get_mut(at) {
                *entry = State::Open;
            }
            open.push((at, 0));
        };
        if state.get(start) == Some(&State::New) {
            enter(start, state, &mut open);
        }
        while let Some((at, next)) = open.last_mut() {
            let need = self.nodes.get(*at).and_then(|node| node.needs.get(*next)).copied();
            *next += 1;
            match need {
                None => {
                    if let Some(entry) = state.get_mut(*at) {
                        *entry = State::Done;
                    }
                    open.pop();
                }
                Some(need) => match state.get(need) {
                    Some(State::New) => enter(need, state, &mut open),
                    Some(State::Open) => {
                        self.report(need, &open, report);
                        if let Some(entry) = state.get_mut(need) {
                            *entry = State::Told;
                        }
                    }
                    _ => {}
                },
            }
        }
    }

    fn report(&self, again: usize, open: &[(usize, usize)], report: &mut Report) {
        let circle = open.iter().map(|(at, _)| *at).skip_while(|at| *at != again);
        let mut titles: Vec<&str> = circle
            .chain([again])
            .filter_map(|at| self.nodes.get(at).map(|node| node.title.as_str()))
            .collect();
        if titles.len() > MOST_SHOWN {
            titles.splice(MOST_SHOWN / 2..titles.len() - MOST_SHOWN / 2, ["…"]);
        }
        let Some(node) = self.nodes.get(again) else { return };
        let message = format!("{} is defined by itself: {}", node.title, titles.join(" → "));
        report.add(Code::Circular, &node.path, message);
    }
}

fn title(owner: Owner, index: &Index<'_>) -> String {
    let (kind, names, at) = match owner {
        Owner::Variable(at) => ("variable", &index.variables, at),
        Owner::Account(at) => ("target of", &index.accounts, at),
        Owner::Fee(at) => ("fee", &index.fees, at),
        Owner::Bond(at) => ("rate of", &index.bonds, at),
        Owner::Test(at) => ("test", &index.tests, at),
        Owner::None => return String::new(),
    };
    format!("{kind} \"{}\"", names.get(at).copied().unwrap_or_default())
}

/// The definitions that a formula uses.
struct Used<'c, 'd> {
    deal: &'c Deal,
    index: &'c Index<'d>,
    owners: Vec<Owner>,
}

impl Used<'_, '_> {
    fn expression(&mut self, expression: &Expr) {
        for part in parts(expression) {
            match part {
                Expr::Name(name) => {
                    let found = self.index.variables.iter().position(|variable| variable == name);
                    self.owners.extend(found.map(Owner::Variable));
                }
                Expr::Field { object, field, .. } => self.field(object, field),
                Expr::Function { name, arguments } if name == "ic" => {
                    let bonds: Vec<String> = arguments.iter().filter_map(text).collect();
                    self.coverage(&bonds);
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, object: &Object, field: &str) {
        let first = object.names.first().map(String::as_str).unwrap_or_default();
        let place = |names: &[&str]| names.iter().position(|name| *name == first);
        match (object.kind, field) {
            (ObjectKind::Account, "target" | "shortfall") => {
                self.owners.extend(place(&self.index.accounts).map(Owner::Account));
            }
            (ObjectKind::Fee, "due") => {
                self.owners.extend(place(&self.index.fees).map(Owner::Fee));
            }
            (ObjectKind::Test, _) => {
                self.owners.extend(place(&self.index.tests).map(Owner::Test));
            }
            (ObjectKind::Bond | ObjectKind::Bonds, "rate" | "due_interest") => {
                self.owners.extend(self.bonds(&object.names).into_iter().map(Owner::Bond));
            }
            (ObjectKind::Bond | ObjectKind::Bonds, "balance" | "begin_balance") => {
                let mut bonds = self.bonds(&object.names);
                bonds.retain(|at| self.is_notional(*at));
                self.owners.extend(bonds.into_iter().map(Owner::Bond));
            }
            _ => {}
        }
    }

    /// Interest coverage: fees due and interest due.
    fn coverage(&mut self, bonds: &[String]) {
        self.owners.extend((0..self.deal.fees.len()).map(Owner::Fee));
        self.owners.extend(self.bonds(bonds).into_iter().map(Owner::Bond));
    }

    fn bonds(&self, names: &[String]) -> Vec<usize> {
        if names.is_empty() {
            return (0..self.deal.bonds.len()).collect();
        }
        self.index.bonds_of(names)
    }

    fn is_notional(&self, at: usize) -> bool {
        let bond = self.deal.bonds.get(at);
        bond.is_some_and(|bond| matches!(bond.kind, BondKind::InterestOnly { .. }))
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Text(text) => Some(text.clone()),
        _ => None,
    }
}
