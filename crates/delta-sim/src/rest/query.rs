//! The query of a request, decoded and read by name.

use std::collections::BTreeMap;

use super::answer::Refused;

/// Names and values of a query; of a name given twice the last counts.
#[derive(Debug, Default)]
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads `a=1&b=x%20y`. Anything that is not so is taken as it stands.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// A value that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A comma separated list; empty when the name is absent.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let parts = self.text(name).unwrap_or_default().split(',');
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// A list of at most ten whole numbers.
    pub(super) fn ids(&self, name: &str) -> Result<Vec<i64>, Refused> {
        let parts = self.list(name);
        if parts.len() > 10 {
            return Err(Refused::schema(name, "at most 10 values"));
        }
        let numbers = parts.into_iter().map(|part| part.parse().map_err(|_| part));
        numbers
            .collect::<Result<_, &str>>()
            .map_err(|part| Refused::schema(name, &format!("`{part}` is not a whole number")))
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refused> {
        let number = |text: &str| {
            let refuse = |_| Refused::schema(name, &format!("`{text}` is not a whole number"));
            text.parse::<i64>().map_err(refuse)
        };
        self.text(name).map(number).transpose()
    }
}

/// Decodes `%41` and `+`; what is not well formed stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |digits: &[u8]| {
            std::str::from_utf8(digits).ok().and_then(|text| u8::from_str_radix(text, 16).ok())
        };
        let escaped = after.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        rest = after;
        match (first, escaped.and_then(hex)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded() {
        let query = Query::parse("states=open%2Cpending&&page_size=50&x=a+b&y=%zz&é");

        assert_eq!(query.list("states"), ["open", "pending"]);
        assert_eq!(query.number("page_size").unwrap(), Some(50));
        assert_eq!(query.text("x"), Some("a b"));
        assert_eq!(query.text("y"), Some("%zz"));
        assert_eq!(query.text("é"), None);
        assert!(query.number("x").is_err());
    }

    #[test]
    fn at_most_ten_ids_are_taken() {
        assert_eq!(Query::parse("ids=1,2").ids("ids").unwrap(), [1, 2]);
        assert!(Query::parse("ids=1,x").ids("ids").is_err());
        assert!(Query::parse("ids=1,2,3,4,5,6,7,8,9,10,11").ids("ids").is_err());
    }
}
