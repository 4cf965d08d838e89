//! An action that lasts for a while, and the names it is about.

use serde::{Deserialize, Serialize};

use super::Action;
use crate::time::Micros;

/// An action that lasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What is wrong.
    pub action: Action,
    /// Since when.
    pub from: Micros,
    /// Until when.
    pub until: Micros,
    /// The products, when the action named positions; else its `symbol` is a pattern.
    pub symbols: Option<Vec<String>>,
}

impl Effect {
    /// True while the effect lasts.
    #[must_use]
    pub fn lasts(&self, at: Micros) -> bool {
        self.from <= at && at < self.until
    }

    /// True when the effect concerns a product.
    #[must_use]
    pub fn is_about(&self, symbol: &str) -> bool {
        match (&self.symbols, self.action.symbol()) {
            (Some(symbols), _) => symbols.iter().any(|known| known == symbol),
            (None, Some(pattern)) => fits(pattern, symbol),
            (None, None) => true,
        }
    }
}

/// True when a text fits a pattern in which `*` stands for anything.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            match rest.split_once(middle) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "C-BTC-1-010126"),
            ("/v2/orders", "/v2/orders"),
            ("/v2/orders*", "/v2/orders/history"),
            ("*-BTC-*-010126", "P-BTC-90000-010126"),
            ("a*b*b", "abb"),
            ("", ""),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("/v2/orders", "/v2/orders/history"),
            ("*-ETH-*", "C-BTC-1-010126"),
            ("a*b*b", "ab"),
            ("", "a"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
