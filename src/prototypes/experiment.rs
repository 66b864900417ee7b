//! The plan of an experiment and what it showed: reading what people say of both, with all
//! that is wrong with it, and which outcome the measures speak for. Pure.

use super::domain::{Decision, Form, Outcome};
use crate::ideas::domain::LONGEST_TEXT;
use crate::ideas::lifecycle::Step;
use crate::platform::error::Faults;
use crate::platform::text::{optional, required};
use serde::{Deserialize, Serialize};

/// An experiment has so many measures at most,
pub const MOST_MEASURES: usize = 10;
/// and takes so many days.
pub const DAYS: std::ops::RangeInclusive<i32> = 1..=90;

const LONGEST_NAME: usize = 120;
const LONGEST_KEY: usize = 40;
const LONGEST_LINE: usize = 1_000;

/// One thing that is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Measure {
    pub key: String,
    pub name: String,
    pub target: String,
    pub disproved_by: String,
}

/// What a measure came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub key: String,
    pub result: String,
    /// Nothing when it could not be measured.
    pub is_met: Option<bool>,
}

/// The plan of an experiment.
#[derive(Clone, Debug)]
pub struct Plan {
    pub form: Form,
    pub hypothesis: String,
    pub assumption: Option<String>,
    pub measures: Vec<Measure>,
    pub time_box_days: i32,
}

impl Plan {
    /// The plan as it is kept, with everything noted that is wrong with it.
    pub fn read(self, faults: &mut Faults) -> Self {
        let hypothesis = required(
            faults,
            &["hypothesis"],
            &self.hypothesis,
            LONGEST_TEXT,
            "HYPOTHESIS_MISSING",
        );
        let assumption = self.assumption.as_deref();
        let assumption = optional(faults, &["assumption"], assumption, LONGEST_TEXT);
        let measures = measures(faults, self.measures);
        days(faults, "timeBoxDays", self.time_box_days);
        Self {
            hypothesis,
            assumption,
            measures,
            ..self
        }
    }
}

/// Notes a number of days that no time box has.
pub fn days(faults: &mut Faults, field: &str, days: i32) {
    if !DAYS.contains(&days) {
        let told = format!(
            "`{field}` is {days}; it goes from {} to {}.",
            DAYS.start(),
            DAYS.end()
        );
        faults.add(&[field], "DAYS_OUT_OF_RANGE", told);
    }
}

fn measures(faults: &mut Faults, measures: Vec<Measure>) -> Vec<Measure> {
    if measures.is_empty() {
        let told = "`measures` is empty: what will show whether it works?";
        faults.add(&["measures"], "MEASURES_MISSING", told);
    }
    if measures.len() > MOST_MEASURES {
        let told = format!(
            "`measures` has {} items; at most {MOST_MEASURES} are kept.",
            measures.len()
        );
        faults.add(&["measures"], "TOO_MANY_ITEMS", told);
    }
    let mut read: Vec<Measure> = Vec::new();
    for (index, one) in measures.into_iter().enumerate().take(MOST_MEASURES) {
        let at = index.to_string();
        let key = key(faults, &at, &one.key);
        if read.iter().any(|other| other.key == key) {
            let told = format!("The key {key:?} stands twice.");
            faults.add(&["measures", &at, "key"], "MEASURE_TWICE", told);
        }
        let mut text = |field: &str, text: &str, most, missing| {
            required(faults, &["measures", &at, field], text, most, missing)
        };
        read.push(Measure {
            key,
            name: text("name", &one.name, LONGEST_NAME, "NAME_MISSING"),
            target: text("target", &one.target, LONGEST_LINE, "TARGET_MISSING"),
            disproved_by: text(
                "disprovedBy",
                &one.disproved_by,
                LONGEST_LINE,
                "DISPROVED_BY_MISSING",
            ),
        });
    }
    read
}

fn key(faults: &mut Faults, at: &str, key: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !(1..=LONGEST_KEY).contains(&key.chars().count()) || !key.chars().all(is_plain) {
        let told = format!(
            "A key has 1 to {LONGEST_KEY} letters without accents, digits, underscores and hyphens."
        );
        faults.add(&["measures", at, "key"], "BAD_KEY", told);
    }
    key.to_owned()
}

/// What was learned, as it comes in.
#[derive(Clone, Debug)]
pub struct Taught {
    pub believed: Option<String>,
    pub found: String,
    pub next_time: Option<String>,
}

/// What came of an experiment, as it comes in.
#[derive(Clone, Debug)]
pub struct Conclusion {
    pub findings: Vec<Finding>,
    pub outcome: Outcome,
    pub decision: Decision,
    pub taught: Taught,
    /// Why, and why the outcome is another one than the measures say.
    pub reason: Option<String>,
}

impl Conclusion {
    /// The conclusion as it is kept, with everything noted that is wrong with its words.
    pub fn read(self, faults: &mut Faults) -> Self {
        let mut findings = Vec::new();
        if self.findings.len() > MOST_MEASURES {
            let told = format!("No experiment has more than {MOST_MEASURES} measures.");
            faults.add(&["results"], "TOO_MANY_ITEMS", told);
        }
        for (index, one) in self.findings.into_iter().enumerate().take(MOST_MEASURES) {
            let at = index.to_string();
            let path = ["results", at.as_str(), "result"];
            let result = required(faults, &path, &one.result, LONGEST_TEXT, "RESULT_MISSING");
            findings.push(Finding { result, ..one });
        }
        let mut text = |path: &[&str], text: Option<String>| {
            optional(faults, path, text.as_deref(), LONGEST_TEXT)
        };
        let reason = text(&["reason"], self.reason);
        let believed = text(&["learning", "believed"], self.taught.believed);
        let next_time = text(&["learning", "nextTime"], self.taught.next_time);
        let path = ["learning", "found"];
        let found = &self.taught.found;
        let found = required(faults, &path, found, LONGEST_TEXT, "LEARNING_MISSING");
        if self.outcome == Outcome::Invalidated && self.decision == Decision::Persevere {
            let told = "What was shown not to work does not go on as it was: PIVOT or STOP.";
            faults.add(&["decision"], "INVALIDATED_GOES_ON", told);
        }
        Self {
            findings,
            reason,
            taught: Taught {
                believed,
                found,
                next_time,
            },
            ..self
        }
    }

    /// Notes measures that it does not speak to, or that are none, and an outcome that is
    /// another one than they say, without a word why. The findings come in the order of the
    /// measures.
    pub fn hold_against(&mut self, measures: &[Measure], faults: &mut Faults) {
        let mut spoken: Vec<&str> = Vec::new();
        let mut is_whole = true;
        for (index, one) in self.findings.iter().enumerate() {
            let at = index.to_string();
            let path = ["results", at.as_str(), "key"];
            if measures.iter().all(|measure| measure.key != one.key) {
                let told = format!("The experiment has no measure {:?}.", one.key);
                faults.add(&path, "UNKNOWN_MEASURE", told);
                is_whole = false;
            } else if spoken.contains(&one.key.as_str()) {
                let told = format!("The measure {:?} stands twice.", one.key);
                faults.add(&path, "MEASURE_TWICE", told);
                is_whole = false;
            }
            spoken.push(&one.key);
        }
        for measure in measures {
            if !spoken.contains(&measure.key.as_str()) {
                let told = format!("Nothing is said about the measure {:?}.", measure.key);
                faults.add(&["results"], "RESULT_MISSING", told);
                is_whole = false;
            }
        }
        if !is_whole {
            return;
        }
        let says = spoken_for(&self.findings);
        if says != self.outcome && self.reason.is_none() {
            let told = format!(
                "By its measures it is {}; say in `reason` why it is {} all the same.",
                says.as_str(),
                self.outcome.as_str()
            );
            faults.add(&["outcome"], "OUTCOME_DISAGREES", told);
        }
        let place = |one: &Finding| measures.iter().position(|it| it.key == one.key);
        self.findings.sort_by_key(place);
    }

    /// Where it leads.
    pub fn step(&self) -> Step {
        match (self.outcome, self.decision) {
            (_, Decision::Pivot) => Step::ConcludePivot,
            (Outcome::Validated, _) => Step::ConcludeValidated,
            (Outcome::Invalidated, _) => Step::ConcludeInvalidated,
            (Outcome::Inconclusive, Decision::Persevere) => Step::ConcludeQueuedAgain,
            (Outcome::Inconclusive, Decision::Stop) => Step::ConcludeStopped,
        }
    }
}

/// The outcome that measures speak for: one that was missed disproves, all that were met
/// prove, and where one could not be measured nobody can tell.
pub fn spoken_for(findings: &[Finding]) -> Outcome {
    if findings.iter().any(|one| one.is_met == Some(false)) {
        Outcome::Invalidated
    } else if findings.iter().all(|one| one.is_met == Some(true)) {
        Outcome::Validated
    } else {
        Outcome::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(met: &[Option<bool>]) -> Vec<Finding> {
        let one = |(index, is_met): (usize, &Option<bool>)| Finding {
            key: index.to_string(),
            result: "Seen.".to_owned(),
            is_met: *is_met,
        };
        met.iter().enumerate().map(one).collect()
    }

    #[test]
    fn one_missed_disproves_all_met_prove_and_what_was_not_measured_leaves_it_open() {
        let says = |met: &[Option<bool>]| spoken_for(&findings(met));
        assert_eq!(says(&[Some(true), Some(true)]), Outcome::Validated);
        assert_eq!(says(&[Some(true), Some(false)]), Outcome::Invalidated);
        assert_eq!(says(&[None, Some(false)]), Outcome::Invalidated);
        assert_eq!(says(&[None, Some(true)]), Outcome::Inconclusive);
        assert_eq!(says(&[None]), Outcome::Inconclusive);
    }
}
