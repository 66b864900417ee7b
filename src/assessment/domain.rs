//! What an assessor hands in, as a value that fits its rubric, and why assessing is
//! refused. Never scores and never stores.

use super::rubric::Rubric;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::optional;

const LONGEST_RATIONALE: usize = 2_000;
const LONGEST_COMMENT: usize = 10_000;

/// One rating as it comes in. Without a level the assessor cannot judge the criterion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewRating {
    /// The criterion's key.
    pub criterion: String,
    /// On the criterion's scale.
    pub level: Option<f64>,
    /// Why this level.
    pub rationale: Option<String>,
}

/// A whole assessment as it comes in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewAssessment {
    /// In any order; a criterion left out cannot be judged.
    pub ratings: Vec<NewRating>,
    /// What else there is to say.
    pub comment: Option<String>,
    /// 1 to 5.
    pub confidence: Option<i32>,
}

/// One answer that fits the scale of its criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    /// Where the criterion stands in the rubric.
    pub criterion: usize,
    /// As entered; `None`: cannot judge.
    pub level: Option<f64>,
    /// Why this level; never blank.
    pub rationale: Option<String>,
}

/// Everything one assessor says about one idea, fitting the rubric it was parsed with.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratings {
    ratings: Vec<Rating>,
    levels: Vec<Option<f64>>,
    comment: Option<String>,
    confidence: Option<u8>,
}

impl Ratings {
    /// The assessment, or all its faults at once: `UNKNOWN_CRITERION`, `CRITERION_TWICE`,
    /// `LEVEL_OUT_OF_RANGE`, `LEVEL_OFF_STEP`, `NOT_A_NUMBER`, `TEXT_TOO_LONG`,
    /// `CONTROL_CHARACTERS`, `CONFIDENCE_OUT_OF_RANGE`. A criterion left out is one the
    /// assessor cannot judge. Blank texts are none.
    pub fn parse(rubric: &Rubric, new: NewAssessment) -> Result<Self> {
        let mut faults = Faults::default();
        let mut ratings: Vec<Rating> = Vec::new();
        for (i, rating) in new.ratings.into_iter().enumerate() {
            let at = i.to_string();
            let path = |field| ["ratings", at.as_str(), field];
            let criterion = rubric.position(&rating.criterion);
            match criterion {
                None => faults.add(
                    &path("criterion"),
                    "UNKNOWN_CRITERION",
                    format!("The rubric has no criterion {:?}.", rating.criterion),
                ),
                Some(c) if ratings.iter().any(|r| r.criterion == c) => faults.add(
                    &path("criterion"),
                    "CRITERION_TWICE",
                    format!("{:?} is rated twice.", rating.criterion),
                ),
                Some(_) => {}
            }
            if let (Some(c), Some(level)) = (criterion, rating.level)
                && let Err((reason, message)) = rubric.admit(c, level)
            {
                faults.add(&path("level"), reason, message);
            }
            let rationale = optional(
                &mut faults,
                &path("rationale"),
                rating.rationale.as_deref(),
                LONGEST_RATIONALE,
            );
            if let Some(criterion) = criterion {
                let level = rating.level;
                ratings.push(Rating {
                    criterion,
                    level,
                    rationale,
                });
            }
        }
        let comment = optional(
            &mut faults,
            &["comment"],
            new.comment.as_deref(),
            LONGEST_COMMENT,
        );
        let confidence = new.confidence.and_then(|given| match u8::try_from(given) {
            Ok(confidence @ 1..=5) => Some(confidence),
            _ => {
                let message = "Confidence goes from 1 to 5.";
                faults.add(&["confidence"], "CONFIDENCE_OUT_OF_RANGE", message);
                None
            }
        });
        ratings.sort_by_key(|r| r.criterion);
        let mut levels = vec![None; rubric.criteria.len()];
        for rating in &ratings {
            levels[rating.criterion] = rating.level;
        }
        faults.or(Self {
            ratings,
            levels,
            comment,
            confidence,
        })
    }

    /// The answers in the order of the rubric; those left out are not among them.
    pub fn ratings(&self) -> &[Rating] {
        &self.ratings
    }

    /// One entry per criterion of the rubric, `None` where the assessor cannot judge: what
    /// `scoring` takes.
    pub fn levels(&self) -> &[Option<f64>] {
        &self.levels
    }

    /// What else there is to say, in normal form.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// How sure the assessor is, 1 to 5; shown, never a weight.
    pub fn confidence(&self) -> Option<u8> {
        self.confidence
    }
}

/// Why an assessment is not taken, or a score not published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The idea is in no state in which it is assessed.
    #[error("An idea in {state} is not assessed.")]
    NotAssessable {
        /// As people read it in the graph: `DRAFT`.
        state: String,
        /// What can be done with the idea instead.
        legal_steps: Vec<String>,
    },
    /// An assessment of an idea that has left the backlog stays as it is.
    #[error("The idea is in {state}: its assessments stay as they are.")]
    Settled {
        /// As people read it in the graph: `ADOPTED`.
        state: String,
        /// What can be done with the idea instead.
        legal_steps: Vec<String>,
    },
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::NotAssessable { legal_steps, .. } | Refusal::Settled { legal_steps, .. } => {
                Self::IllegalStep {
                    reason: "WRONG_STATE",
                    message,
                    legal_steps,
                }
            }
        }
    }
}
