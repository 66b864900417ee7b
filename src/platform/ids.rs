//! Names of things: a type each, so that a member cannot be passed for an idea, and one
//! opaque form outside (`idea_018f…`), which says what kind of thing it names.

use super::clock::Micros;
use super::error::{Error, Faults, Result};
use uuid::Uuid;

/// A new id; ids made later sort later, to the millisecond.
pub fn fresh(now: Micros) -> Uuid {
    let seconds = u64::try_from(now.div_euclid(1_000_000)).unwrap_or(0);
    let nanos = u32::try_from(now.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

/// The opaque form of an id: its kind and 32 hexadecimal digits.
pub fn opaque(kind: &str, id: Uuid) -> String {
    format!("{kind}_{}", id.simple())
}

/// Kind and id of an opaque form; nothing when it is none.
pub fn split(opaque: &str) -> Option<(&str, Uuid)> {
    let (kind, digits) = opaque.rsplit_once('_')?;
    if digits.len() != 32 || digits.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    Some((kind, Uuid::try_parse(digits).ok()?))
}

/// An id of this kind, or `BAD_ID` at the given path below `input`.
pub fn read(kind: &str, path: &[&str], text: &str) -> Result<Uuid> {
    match split(text) {
        Some((found, id)) if found == kind => Ok(id),
        _ => Err(Error::invalid(path, "BAD_ID", bad(kind))),
    }
}

/// The same for an argument that stands outside any `input`.
pub fn read_argument(kind: &str, name: &str, text: &str) -> Result<Uuid> {
    match split(text) {
        Some((found, id)) if found == kind => Ok(id),
        _ => {
            let mut faults = Faults::default();
            faults.add_argument(name, "BAD_ID", bad(kind));
            Err(Error::Invalid(faults))
        }
    }
}

fn bad(kind: &str) -> String {
    format!("This is no {kind} id; those look like {kind}_0198c0de… and come from this API.")
}

/// Declares an id type with its opaque kind.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// What the opaque form of such an id begins with.
            pub const KIND: &'static str = $kind;

            /// The opaque form that callers see.
            pub fn opaque(self) -> String {
                $crate::platform::ids::opaque(Self::KIND, self.0)
            }

            /// From the opaque form in an input, or `BAD_ID` at that path.
            pub fn read(path: &[&str], text: &str) -> $crate::platform::error::Result<Self> {
                $crate::platform::ids::read(Self::KIND, path, text).map(Self)
            }

            /// From the opaque form in an argument, or `BAD_ID` there.
            pub fn read_argument(name: &str, text: &str) -> $crate::platform::error::Result<Self> {
                $crate::platform::ids::read_argument(Self::KIND, name, text).map(Self)
            }
        }
    };
}
pub(crate) use id;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opaque_id_reads_back_as_its_kind_and_itself() {
        let id = fresh(1_700_000_000_000_000);
        let text = opaque("rubric_version", id);
        assert_eq!(split(&text), Some(("rubric_version", id)));
    }

    #[test]
    fn what_is_no_id_is_told_so() {
        for text in [
            "",
            "idea_",
            "idea_12",
            "018f",
            "idea-018f00000000000000000000000000aa",
        ] {
            assert!(read("idea", &["ideaId"], text).is_err(), "{text}");
        }
    }
}
