//! What could stand at a place of the text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::formula::vocabulary::{FUNCTIONS, WORDS, fields, object_word};
use crate::formula::{Symbol, Token, TokenKind, lex, quoted, word_of};
use crate::model::ObjectKind;

use super::lines::without_comment;
use super::read::{STATEMENTS, STEPS};
use super::words::{SOURCES, STATUSES, STEP_CLAUSES};

/// Something that could stand at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What replaces the letters, digits and underscores before the place, and the open quote
    /// before them if there is one.
    pub insert: String,
    /// What it is.
    pub detail: String,
}

/// The most completions for one place.
const MOST: usize = 100;

/// Returns what could stand at a place, counted from 1 in characters; what has been typed of it
/// already is taken as its beginning. The text need not be readable.
#[must_use]
pub fn completions(text: &str, line: usize, column: usize) -> Vec<Completion> {
    let Some(current) = line.checked_sub(1).and_then(|at| text.split('\n').nth(at)) else {
        return Vec::new();
    };
    let left: String = current.chars().take(column.saturating_sub(1)).collect();
    if without_comment(&left).len() < left.len() {
        return Vec::new();
    }
    let (before, typed, quoted) = split(&left);
    let (tokens, _) = lex(before, 0);
    let place = Place { names: Names::of(text), quoted, typed: typed.to_lowercase() };
    let block = block(text, line, &left);
    place.candidates(&tokens, before, block.as_deref())
}

/// What stands before the place: everything before the word that is being typed, that word, and
/// whether it is inside quotes.
fn split(left: &str) -> (&str, &str, bool) {
    let mut open: Option<usize> = None;
    let mut escaped = false;
    for (at, letter) in left.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if open.is_some() => escaped = true,
            '"' => open = if open.is_some() { None } else { Some(at) },
            _ => {}
        }
    }
    let start = match open {
        Some(quote) => quote,
        None => {
            left.trim_end_matches(|letter: char| letter.is_alphanumeric() || letter == '_').len()
        }
    };
    let (before, typed) = left.split_at(start);
    (before, typed.trim_start_matches('"'), open.is_some())
}

/// The first word of the statement that an indented line stands inside.
fn block(text: &str, line: usize, left: &str) -> Option<String> {
    if !left.starts_with([' ', '\t']) {
        return None;
    }
    let above: Vec<&str> = text.lines().take(line.saturating_sub(1)).collect();
    let head = above
        .iter()
        .rev()
        .find(|line| !line.starts_with([' ', '\t', '#']) && !line.trim().is_empty())?;
    head.split_whitespace().next().map(str::to_ascii_lowercase)
}

/// The names of a text, by the statements that give them; the text need not be readable.
struct Names {
    objects: Vec<(ObjectKind, String)>,
    groups: Vec<String>,
    variables: Vec<String>,
}

impl Names {
    fn of(text: &str) -> Self {
        let mut names = Self { objects: Vec::new(), groups: Vec::new(), variables: Vec::new() };
        for line in text.lines() {
            let (tokens, _) = lex(without_comment(line), 0);
            let mut kinds = tokens.iter().map(|token| &token.kind);
            let (Some(TokenKind::Word(first)), Some(second)) = (kinds.next(), kinds.next()) else {
                continue;
            };
            let name = match second {
                TokenKind::Text(name) => name.clone(),
                TokenKind::Word(name) => (*name).to_owned(),
                _ => continue,
            };
            match (*first, object_word(first)) {
                // `test trigger "x"` is a step.
                ("test", _) if name == "trigger" => {}
                ("let", _) => names.variables.push(name),
                (_, Some(kind)) if kind != ObjectKind::Bonds => names.objects.push((kind, name)),
                _ => {}
            }
            for pair in tokens.windows(2) {
                if let [
                    Token { kind: TokenKind::Word("group"), .. },
                    Token { kind: TokenKind::Text(group), .. },
                ] = pair
                    && !names.groups.contains(group)
                {
                    names.groups.push(group.clone());
                }
            }
        }
        names
    }

    fn called(&self, kind: ObjectKind) -> impl Iterator<Item = &str> {
        self.objects.iter().filter(move |(found, _)| *found == kind).map(|(_, name)| name.as_str())
    }
}

struct Place {
    names: Names,
    quoted: bool,
    typed: String,
}

impl Place {
    fn candidates(
        &self,
        tokens: &[Token<'_>],
        before: &str,
        block: Option<&str>,
    ) -> Vec<Completion> {
        let word = |back: usize| match tokens.iter().rev().nth(back).map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => *word,
            _ => "",
        };
        let sign = |back: usize| match tokens.iter().rev().nth(back).map(|token| &token.kind) {
            Some(TokenKind::Symbol(symbol)) => Some(*symbol),
            _ => None,
        };

        if let Some(kind) = asked_of(tokens) {
            return self.keep(fields(kind).map(|field| {
                let insert =
                    if field.months { format!("{}(3)", field.name) } else { field.name.to_owned() };
                entry(field.name, insert, field.about)
            }));
        }
        if sign(0) == Some(Symbol::Open)
            && (object_word(word(1)).is_some() || matches!(word(1), "oc" | "ic"))
        {
            return self.objects(object_word(word(1)).unwrap_or(ObjectKind::Bonds));
        }
        match word(0) {
            "status" | "waterfall" => {
                return self.words(STATUSES.iter().map(|(_, words)| *words), "a status");
            }
            "from" | "into" | "support" | "fill" | "release" => {
                return self.objects(ObjectKind::Account);
            }
            "fees" | "fee" if block.is_some() => return self.objects(ObjectKind::Fee),
            "debit" | "credit" => return self.objects(ObjectKind::Ledger),
            "activate" => return self.objects(ObjectKind::Trigger),
            "trigger" if word(1) == "test" => return self.objects(ObjectKind::Trigger),
            "cure" => return self.objects(ObjectKind::Test),
            "to" | "paying" | "down" | "up" => return self.objects(ObjectKind::Bonds),
            "collect" => {
                return self.words(SOURCES.iter().map(|(_, words)| *words), "cash of the pool");
            }
            "pay" => return self.words(PAYMENTS, "a payment"),
            "=" | "limit" | "keep" | "when" | "target" | "by" | "least" | "share" | "becomes"
            | "as" | "price" => {
                return self.formula();
            }
            _ => {}
        }
        if self.quoted {
            return self.objects(list_of(tokens).unwrap_or(ObjectKind::Bonds));
        }
        if before.trim().is_empty() {
            return match block {
                None => self.words(STATEMENTS, "a statement"),
                Some("dates") => self.words(DATES, "a date of the deal"),
                Some("waterfall") => self.words(STEPS.into_iter().chain(["else"]), "a step"),
                Some("trigger") => self.words(EFFECTS.into_iter().chain(STEPS), "an effect"),
                Some(_) => Vec::new(),
            };
        }
        if block == Some("waterfall") && sign(0) == Some(Symbol::Comma) && depth(tokens) == 0 {
            let clauses = self.words(STEP_CLAUSES, "a part of the step");
            return clauses.into_iter().chain(self.formula()).take(MOST).collect();
        }
        self.formula()
    }

    fn keep(&self, found: impl Iterator<Item = Completion>) -> Vec<Completion> {
        found
            .filter(|found| found.label.to_lowercase().starts_with(&self.typed))
            .take(MOST)
            .collect()
    }

    fn words<'w>(&self, words: impl IntoIterator<Item = &'w str>, detail: &str) -> Vec<Completion> {
        self.keep(words.into_iter().map(|word| entry(word, word.to_owned(), detail)))
    }

    fn objects(&self, kind: ObjectKind) -> Vec<Completion> {
        let groups: &[String] = if kind == ObjectKind::Bonds { &self.names.groups } else { &[] };
        let of = if kind == ObjectKind::Bonds { ObjectKind::Bond } else { kind };
        let names = self.names.called(of).map(|name| entry(name, quoted(name), word_of(of)));
        self.keep(
            names.chain(groups.iter().map(|group| entry(group, quoted(group), "group of bonds"))),
        )
    }

    fn formula(&self) -> Vec<Completion> {
        if self.quoted {
            return Vec::new();
        }
        let variables = self.names.variables.iter().map(|name| {
            let insert = crate::model::Formula(crate::model::Expr::Name(name.clone())).to_string();
            entry(name, insert, "variable")
        });
        let objects = crate::formula::vocabulary::KINDS.into_iter().map(|kind| {
            let word = word_of(kind);
            let insert = match kind {
                ObjectKind::Pool => format!("{word}."),
                _ => format!("{word}(\""),
            };
            entry(word, insert, "something of the deal")
        });
        let functions = FUNCTIONS
            .iter()
            .map(|function| entry(function.name, format!("{}(", function.name), function.about));
        let words = WORDS.iter().map(|word| entry(word.name, word.name.to_owned(), word.about));
        self.keep(variables.chain(objects).chain(functions).chain(words))
    }
}

const PAYMENTS: [&str; 8] = [
    "fees",
    "interest to",
    "current interest to",
    "overdue interest to",
    "interest on interest to",
    "carryover to",
    "principal to",
    "the rest from",
];

const DATES: [&str; 7] = [
    "cutoff",
    "closing",
    "first payment",
    "maturity",
    "revolving until",
    "collections end",
    "accrue to adjusted dates",
];

const EFFECTS: [&str; 5] =
    ["then status", "then target of", "then rate of", "then activate", "then do"];

fn entry(label: &str, insert: String, detail: &str) -> Completion {
    Completion { label: label.to_owned(), insert, detail: detail.to_owned() }
}

/// The object before a dot: `pool.`, `bond("A").`
fn asked_of(tokens: &[Token<'_>]) -> Option<ObjectKind> {
    let mut kinds = tokens.iter().rev().map(|token| &token.kind);
    if kinds.next() != Some(&TokenKind::Symbol(Symbol::Dot)) {
        return None;
    }
    let mut next = kinds.next()?;
    if *next == TokenKind::Symbol(Symbol::Close) {
        let mut kinds = kinds.skip_while(|kind| **kind != TokenKind::Symbol(Symbol::Open));
        kinds.next()?;
        next = kinds.next()?;
    }
    match next {
        TokenKind::Word("collections") => Some(ObjectKind::Pool),
        TokenKind::Word(word) => object_word(word),
        _ => None,
    }
}

/// What a list of names before the place lists, by the word before it.
fn list_of(tokens: &[Token<'_>]) -> Option<ObjectKind> {
    let word = tokens.iter().rev().find_map(|token| match token.kind {
        TokenKind::Word(word) => Some(word),
        _ => None,
    })?;
    match word {
        "support" | "from" | "into" | "fill" | "release" => Some(ObjectKind::Account),
        "fees" | "fee" => Some(ObjectKind::Fee),
        "debit" | "credit" => Some(ObjectKind::Ledger),
        word => object_word(word),
    }
}

fn depth(tokens: &[Token<'_>]) -> usize {
    tokens.iter().fold(0_usize, |depth, token| match token.kind {
        TokenKind::Symbol(Symbol::Open) => depth + 1,
        TokenKind::Symbol(Symbol::Close) => depth.saturating_sub(1),
        _ => depth,
    })
}
