//! What can be tried: each step is a mutation that is sent, and something the model takes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{Model, Who};
use super::trying::DAYS;
use crate::support::panel::{Levels, ratings};

/// Somebody does something.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) by: Who,
    pub(super) act: Act,
}

/// Ideas and comments by their place in the model.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Submit {
        title: String,
        is_draft: bool,
        is_confidential: bool,
        is_anonymous: bool,
        co_authors: BTreeSet<Who>,
    },
    SubmitDraft(usize),
    DiscardDraft(usize),
    /// Another title, having read this revision.
    Retitle(usize, String, Option<i64>),
    /// Whether it is confidential from now on.
    Show(usize, bool),
    /// Who its co-authors are from now on.
    Join(usize, BTreeSet<Who>),
    Withdraw(usize),
    Screen(usize, &'static str, Option<i64>),
    Answer(usize),
    Support(usize),
    WithdrawSupport(usize),
    Follow(usize),
    Unfollow(usize),
    /// To everyone, or to the reviewers.
    Comment(usize, bool, String),
    EditComment(usize, usize, String),
    RemoveComment(usize, usize),
    Assess(usize, Levels),
    /// Takes back the assessment that this person made.
    TakeBack(usize, Who),
    Decide {
        idea: usize,
        outcome: &'static str,
        revisit: Option<i64>,
        expected: Option<i64>,
    },
    /// Queues it, to be tried by this person.
    Queue(usize, Who),
    Plan(usize),
    Start(usize),
    Abort(usize),
    /// With this outcome, and how it goes on.
    Conclude(usize, &'static str, &'static str),
    Record(usize, &'static str),
    HandOver(usize, Who),
    /// Puts the author's name to it.
    Reveal(usize),
    /// Appeals this decision.
    Appeal(usize, usize),
    /// Answers the appeal of this decision; upholds it or not.
    Resolve(usize, usize, bool),
    /// Tells whether this decision held.
    Review(usize, usize, &'static str),
}

impl Act {
    /// The idea it is about; none for one that is not there yet.
    pub(super) fn idea(&self) -> Option<usize> {
        match self {
            Self::Submit { .. } => None,
            Self::SubmitDraft(idea)
            | Self::DiscardDraft(idea)
            | Self::Retitle(idea, ..)
            | Self::Show(idea, _)
            | Self::Join(idea, _)
            | Self::Withdraw(idea)
            | Self::Screen(idea, ..)
            | Self::Answer(idea)
            | Self::Support(idea)
            | Self::WithdrawSupport(idea)
            | Self::Follow(idea)
            | Self::Unfollow(idea)
            | Self::Comment(idea, ..)
            | Self::EditComment(idea, ..)
            | Self::RemoveComment(idea, _)
            | Self::Assess(idea, _)
            | Self::TakeBack(idea, _)
            | Self::Decide { idea, .. }
            | Self::Queue(idea, _)
            | Self::Plan(idea)
            | Self::Start(idea)
            | Self::Abort(idea)
            | Self::Conclude(idea, ..)
            | Self::Record(idea, _)
            | Self::HandOver(idea, _)
            | Self::Reveal(idea)
            | Self::Appeal(idea, _)
            | Self::Resolve(idea, ..)
            | Self::Review(idea, ..) => Some(*idea),
        }
    }

    /// The mutation, its input, what is asked for, and where the id stands of what it made.
    /// `ids` are those of the cast.
    pub(super) fn sent(
        &self,
        model: &Model,
        ids: &[String],
    ) -> (&'static str, Value, &'static str, &'static str) {
        let members = |of: &BTreeSet<Who>| of.iter().map(|who| &ids[*who]).collect::<Vec<_>>();
        let (mutation, mut input) = match self {
            Self::Submit {
                title,
                is_draft,
                is_confidential,
                is_anonymous,
                co_authors,
            } => {
                let input = json!({
                    "title": title, "problem": "It hurts.", "asDraft": is_draft,
                    "visibility": visibility(*is_confidential),
                    "authorship": if *is_anonymous { "ANONYMOUS" } else { "NAMED" },
                    "coAuthorIds": members(co_authors),
                });
                return ("submitIdea", input, "idea { id number }", "idea.id");
            }
            Self::SubmitDraft(_) => ("submitDraft", json!({})),
            Self::DiscardDraft(_) => ("discardDraft", json!({})),
            Self::Retitle(_, title, expected) => (
                "updateIdea",
                json!({"title": title, "expectedRevision": expected}),
            ),
            Self::Show(_, is_confidential) => (
                "updateIdea",
                json!({"visibility": visibility(*is_confidential)}),
            ),
            Self::Join(_, co_authors) => {
                ("updateIdea", json!({"coAuthorIds": members(co_authors)}))
            }
            Self::Withdraw(_) => ("withdrawIdea", json!({"reason": "Not now."})),
            Self::Screen(_, outcome, expected) => (
                "screenIdea",
                json!({"outcome": outcome, "reason": "Because.", "expectedRevision": expected}),
            ),
            Self::Answer(_) => ("answerQuestion", json!({"answer": "Every day."})),
            Self::Support(_) => ("supportIdea", json!({})),
            Self::WithdrawSupport(_) => ("withdrawSupport", json!({})),
            Self::Follow(_) => ("followIdea", json!({})),
            Self::Unfollow(_) => ("unfollowIdea", json!({})),
            Self::Comment(_, to_reviewers, body) => {
                let audience = if *to_reviewers {
                    "REVIEWERS"
                } else {
                    "EVERYONE"
                };
                ("addComment", json!({"body": body, "audience": audience}))
            }
            Self::EditComment(idea, which, body) => {
                let id = &model.ideas[*idea].comments[*which].id;
                let input = json!({"commentId": id, "body": body});
                return ("updateComment", input, "__typename", "");
            }
            Self::RemoveComment(idea, which) => {
                let id = &model.ideas[*idea].comments[*which].id;
                return ("removeComment", json!({"commentId": id}), "__typename", "");
            }
            Self::Assess(_, levels) => ("submitAssessment", json!({"ratings": ratings(*levels)})),
            Self::TakeBack(idea, whose) => {
                let id = &model.ideas[*idea].assessments[whose].id;
                let input = json!({"assessmentId": id, "reason": "Misread."});
                return ("withdrawAssessment", input, "__typename", "");
            }
            Self::Decide {
                outcome,
                revisit,
                expected,
                ..
            } => {
                let mut input = json!({
                    "outcome": outcome, "reason": "Because.", "expectedRevision": expected,
                });
                if let Some(revisit) = revisit {
                    input["revisitAt"] = json!(crate::ideas::instant(*revisit));
                }
                if *outcome == "ADOPT" {
                    input["handedTo"] = json!("Roadmap");
                }
                ("decideIdea", input)
            }
            Self::Queue(idea, owner) => {
                let input = json!({
                    "ideaId": model.ideas[*idea].id, "ownerId": ids[*owner], "reason": "Try it.",
                });
                return ("queuePrototype", input, TRIED, "");
            }
            Self::Plan(idea) | Self::Start(idea) | Self::Abort(idea) | Self::Conclude(idea, ..) => {
                let (mutation, mut input) = self.of_a_trial();
                let trial = model.ideas[*idea].trials.last();
                input["prototypeId"] = json!(trial.unwrap().id);
                return (mutation, input, TRIED, "");
            }
            Self::Record(_, kind) => ("recordOutcome", json!({"kind": kind, "measured": "It."})),
            Self::HandOver(_, to) => {
                let input = json!({"memberId": ids[*to], "reason": "I am away."});
                ("setSteward", input)
            }
            Self::Reveal(_) => ("revealAuthorship", json!({})),
            Self::Appeal(idea, which) => {
                let id = &model.ideas[*idea].decisions[*which].id;
                let input = json!({"decisionId": id, "reason": "Read it again."});
                return ("appealDecision", input, "appeal { id }", "appeal.id");
            }
            Self::Resolve(idea, which, is_upheld) => {
                let appeal = model.ideas[*idea].decisions[*which].appeal.as_ref();
                let outcome = if *is_upheld { "UPHELD" } else { "DISMISSED" };
                let input = json!({
                    "appealId": appeal.unwrap().id, "outcome": outcome, "answer": "We did.",
                });
                return ("resolveAppeal", input, "__typename", "");
            }
            Self::Review(idea, which, held) => {
                let id = &model.ideas[*idea].decisions[*which].id;
                let input = json!({"decisionId": id, "held": held, "note": "We looked."});
                return ("reviewDecision", input, "__typename", "");
            }
        };
        if let Some(idea) = self.idea() {
            input["ideaId"] = json!(model.ideas[idea].id);
        }
        match self {
            Self::Comment(..) => (mutation, input, "comment { id }", "comment.id"),
            Self::Assess(..) => (mutation, input, "assessment { id }", "assessment.id"),
            Self::Screen(..) | Self::Decide { .. } | Self::Record(..) => {
                (mutation, input, "decision { id }", "decision.id")
            }
            _ => (mutation, input, "__typename", ""),
        }
    }
}

/// What of a trial is asked for: the ids of what it made.
const TRIED: &str = "idea { prototype { id } decisions { id } }";

impl Act {
    /// The mutation of a trial, and its input.
    fn of_a_trial(&self) -> (&'static str, Value) {
        match self {
            Self::Plan(_) => (
                "planExperiment",
                json!({
                    "form": "WIREFRAME", "hypothesis": "It works.", "assumption": "At all.",
                    "timeBoxDays": DAYS, "measures": [{"key": "m", "name": "Of ten",
                        "target": "Eight", "disprovedBy": "Five"}],
                }),
            ),
            Self::Abort(_) => ("abortPrototype", json!({"reason": "No time."})),
            Self::Conclude(_, outcome, goes_on) => {
                let is_met = match *outcome {
                    "VALIDATED" => Some(true),
                    "INVALIDATED" => Some(false),
                    _ => None,
                };
                let input = json!({
                    "outcome": outcome, "decision": goes_on, "learning": {"found": "Something."},
                    "results": [{"key": "m", "result": "Seven.", "isMet": is_met}],
                });
                ("concludePrototype", input)
            }
            _ => ("startPrototype", json!({})),
        }
    }

    /// Whether it is about a trial.
    pub(super) fn is_trying(&self) -> bool {
        matches!(self, Self::Queue(..) | Self::Conclude(..))
    }
}

fn visibility(is_confidential: bool) -> &'static str {
    if is_confidential {
        "CONFIDENTIAL"
    } else {
        "ORGANIZATION"
    }
}
