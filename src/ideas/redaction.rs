//! Texts that go for good: which of them can be named, what stands in their place, and what
//! the log keeps in place of what it kept of them. Pure.

use super::domain::{LONGEST_TEXT, Text};
use crate::platform::error::Faults;
use crate::platform::text::required;
use serde_json::{Value, json};
use std::collections::HashSet;

/// What stands where a text had to be. One that may be missing is missing.
pub const TOMBSTONE: &str = "[redacted]";

/// The texts of an idea, by the names of its fields.
pub const IDEA_FIELDS: &[&str] = &[
    "title",
    "problem",
    "proposal",
    "beneficiaries",
    "evidence",
    "expectedOutcome",
    "hypothesis",
    "riskiestAssumption",
    "successMeasure",
    "links",
    "tags",
];
/// The text of a comment.
pub const COMMENT_FIELDS: &[&str] = &["body"];
/// The texts of a decision; `review` is what those noted who looked at it again.
pub const DECISION_FIELDS: &[&str] = &[
    "reason",
    "expectation",
    "wrongWhen",
    "handedTo",
    "wouldReconsiderIf",
    "review",
];
/// The texts of an appeal.
pub const APPEAL_FIELDS: &[&str] = &["reason", "answer"];

/// What an admin asks for: a text or all of them, and why.
#[derive(Clone, Debug)]
pub struct Asked {
    pub field: Option<String>,
    pub reason: String,
}

/// The same once checked.
#[derive(Clone, Debug)]
pub struct Redaction {
    /// One of the subject's texts; all of them without.
    pub field: Option<&'static str>,
    pub reason: String,
}

impl Asked {
    /// What is asked for of a subject with these texts, with everything noted that is wrong.
    pub fn read(&self, faults: &mut Faults, fields: &[&'static str]) -> Redaction {
        let asked = self.field.as_deref();
        let field = asked.and_then(|asked| fields.iter().copied().find(|field| *field == asked));
        if asked.is_some() && field.is_none() {
            let told = format!(
                "There is no such text here; there are: {}.",
                fields.join(", ")
            );
            faults.add(&["field"], "UNKNOWN_FIELD", told);
        }
        let path = ["reason"];
        let reason = required(faults, &path, &self.reason, LONGEST_TEXT, "REASON_MISSING");
        Redaction { field, reason }
    }
}

impl Redaction {
    /// Whether this text goes.
    pub fn takes(&self, field: &str) -> bool {
        self.field.is_none_or(|named| named == field)
    }
}

/// A row some text of which went, and the digest of what is left in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emptied {
    /// `revision`, `decision`, `question`, `note`, `comment`, …
    pub kind: &'static str,
    /// Its id, or the number of the revision.
    pub id: String,
    pub digest: String,
}

/// What of an idea's texts went that plans of experiments are made from, in any revision.
#[derive(Clone, Debug, Default)]
pub struct Gone(HashSet<String>);

impl Gone {
    /// Notes what goes of one revision.
    pub fn note(&mut self, text: &Text, redaction: &Redaction) {
        let believed = [
            ("hypothesis", &text.hypothesis),
            ("riskiestAssumption", &text.riskiest_assumption),
        ];
        let goes = believed.into_iter().filter(|(it, _)| redaction.takes(it));
        self.0.extend(goes.filter_map(|(_, text)| text.clone()));
    }

    /// Whether nothing went.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text says the same words.
    pub fn holds(&self, text: Option<&str>) -> bool {
        text.is_some_and(|text| self.0.contains(text))
    }
}

/// What the event says: of what, which text, and what is left in each row.
pub fn told(of: &str, redaction: &Redaction, emptied: &[Emptied]) -> Value {
    let rows: Vec<Value> = emptied
        .iter()
        .map(|row| json!({"kind": row.kind, "id": row.id, "digest": row.digest}))
        .collect();
    json!({"redacted": of, "field": redaction.field, "rows": rows})
}

impl Text {
    /// The text without what goes.
    #[must_use]
    pub fn redacted(self, redaction: &Redaction) -> Self {
        let must = |field: &str, text: String| match redaction.takes(field) {
            true => TOMBSTONE.to_owned(),
            false => text,
        };
        let may = |field: &str, text: Option<String>| text.filter(|_| !redaction.takes(field));
        Self {
            title: must("title", self.title),
            problem: must("problem", self.problem),
            proposal: may("proposal", self.proposal),
            beneficiaries: may("beneficiaries", self.beneficiaries),
            // One of four words, none of them written by a person.
            evidence_kind: self.evidence_kind,
            evidence: may("evidence", self.evidence),
            expected_outcome: may("expectedOutcome", self.expected_outcome),
            hypothesis: may("hypothesis", self.hypothesis),
            riskiest_assumption: may("riskiestAssumption", self.riskiest_assumption),
            success_measure: may("successMeasure", self.success_measure),
            links: match redaction.takes("links") {
                true => Vec::new(),
                false => self.links,
            },
            tags: match redaction.takes("tags") {
                true => Vec::new(),
                false => self.tags,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ideas::domain::Link;

    fn whole() -> Text {
        let said = || Some("secret".to_owned());
        Text {
            title: "secret".to_owned(),
            problem: "secret".to_owned(),
            proposal: said(),
            beneficiaries: said(),
            evidence_kind: Some("TOLD".to_owned()),
            evidence: said(),
            expected_outcome: said(),
            hypothesis: said(),
            riskiest_assumption: said(),
            success_measure: said(),
            links: vec![Link {
                url: "https://secret".to_owned(),
                title: said(),
            }],
            tags: vec!["secret".to_owned()],
        }
    }

    fn redaction(field: Option<&'static str>) -> Redaction {
        let reason = "Told in error.".to_owned();
        Redaction { field, reason }
    }

    #[test]
    fn every_text_can_be_named_and_goes_alone() {
        for field in IDEA_FIELDS {
            let left = whole().redacted(&redaction(Some(field)));
            assert_eq!(left.changed_from(&whole()), [*field]);
        }
    }

    #[test]
    fn without_a_name_nothing_is_left() {
        let left = whole().redacted(&redaction(None));
        assert!(!serde_json::to_string(&left).unwrap().contains("secret"));
        assert_eq!((&*left.title, &*left.problem), (TOMBSTONE, TOMBSTONE));
    }

    #[test]
    fn a_text_that_is_not_there_is_refused_with_those_that_are() {
        let mut faults = Faults::default();
        let (field, reason) = (Some("secret".to_owned()), " ".to_owned());
        Asked { field, reason }.read(&mut faults, COMMENT_FIELDS);
        let faults = faults.as_slice();
        let reasons: Vec<&str> = faults.iter().map(|fault| fault.reason).collect();
        assert_eq!(reasons, ["UNKNOWN_FIELD", "REASON_MISSING"]);
        assert!(faults[0].message.contains("body"));
    }
}
