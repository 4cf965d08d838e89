//! Whether a type is read from an object.

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// Tells whether `T` is a struct. serde also reads one from an array, field by field in the order of
/// the source text, which no document of an interface promises.
pub(super) fn is_object<T: DeserializeOwned>() -> bool {
    T::deserialize(Probe).err().is_some_and(|e| e.to_string() == OBJECT)
}

const OBJECT: &str = "object";

/// Answers every question with an error that says what was asked.
struct Probe;

impl<'de> Deserializer<'de> for Probe {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("something else"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom(OBJECT))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Fields {
        name: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(transparent)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Wrapped(Vec<Fields>);

    #[test]
    fn structs_are_objects_and_nothing_else_is() {
        assert!(is_object::<Fields>());
        assert!(is_object::<Option<Fields>>());
        assert!(!is_object::<Wrapped>());
        assert!(!is_object::<Vec<Fields>>());
        assert!(!is_object::<BTreeMap<String, Fields>>());
        assert!(!is_object::<serde_json::Value>());
        assert!(!is_object::<Option<String>>());
    }
}
