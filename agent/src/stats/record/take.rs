//! Takes values of one type out of JSON, and passes over those of other types without an error.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// What was taken: `None` where the value is of another type.
pub(super) struct Taken<T>(pub Option<T>);

/// A type that some kinds of values can become.
pub(super) trait Take<'de>: Sized {
    fn text(_: Cow<'de, str>) -> Option<Self> {
        None
    }

    fn flag(_: bool) -> Option<Self> {
        None
    }

    fn count(_: u64) -> Option<Self> {
        None
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn map<A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de> Take<'de> for Cow<'de, str> {
    fn text(text: Self) -> Option<Self> {
        Some(text)
    }
}

impl Take<'_> for bool {
    fn flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

impl Take<'_> for u64 {
    fn count(count: u64) -> Option<Self> {
        Some(count)
    }
}

impl<'de, T: Take<'de>> Deserialize<'de> for Taken<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Taking(PhantomData))
    }
}

struct Taking<T>(PhantomData<T>);

impl<'de, T: Take<'de>> Visitor<'de> for Taking<T> {
    type Value = Taken<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Taken<T>, E> {
        Ok(Taken(T::text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Taken<T>, E> {
        Ok(Taken(T::text(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Taken<T>, E> {
        Ok(Taken(T::flag(flag)))
    }

    fn visit_u64<E>(self, count: u64) -> Result<Taken<T>, E> {
        Ok(Taken(T::count(count)))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Taken<T>, E> {
        Ok(Taken(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Taken<T>, E> {
        Ok(Taken(None))
    }

    fn visit_unit<E>(self) -> Result<Taken<T>, E> {
        Ok(Taken(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Taken<T>, A::Error> {
        T::list(list).map(Taken)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Taken<T>, A::Error> {
        T::map(map).map(Taken)
    }
}
