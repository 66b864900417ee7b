//! What was redacted: of each row some text of which went, the event that says so and the
//! digest of what is left, which then counts in place of the one from when it was written.

use super::chain::{Chain, Said};
use std::collections::HashMap;
use uuid::Uuid;

/// The redactions in a chain, the last one of each row.
pub(super) struct Redactions<'a>(HashMap<(&'a str, &'a str), (&'a Said, &'a str)>);

impl<'a> Redactions<'a> {
    pub(super) fn read(chain: &'a Chain) -> Self {
        let mut last = HashMap::new();
        for event in &chain.events {
            for row in event.data["rows"].as_array().into_iter().flatten() {
                let text = |key: &str| row[key].as_str();
                if let (Some(kind), Some(id), Some(digest)) =
                    (text("kind"), text("id"), text("digest"))
                {
                    last.insert((kind, id), (event, digest));
                }
            }
        }
        Self(last)
    }

    /// The last redaction of a row.
    pub(super) fn of(&self, kind: &str, id: Uuid) -> Option<&'a Said> {
        let id = id.simple().to_string();
        self.0.get(&(kind, id.as_str())).map(|(event, _)| *event)
    }

    /// The digest of what the last redaction left of a row.
    pub(super) fn digest_of(&self, kind: &str, id: &str) -> Option<&'a str> {
        self.0.get(&(kind, id)).map(|(_, digest)| *digest)
    }

    /// The digest that a row was written with in this event, unless it was redacted after:
    /// then the one of what was left, and that event.
    pub(super) fn or(
        &self,
        kind: &str,
        id: &str,
        written: &'a Said,
        key: &str,
    ) -> (&'a Said, Option<&'a str>) {
        match self.0.get(&(kind, id)) {
            Some((event, digest)) if event.position > written.position => (event, Some(digest)),
            _ => (written, written.text(key)),
        }
    }
}
