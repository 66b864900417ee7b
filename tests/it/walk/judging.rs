//! What leads do with an idea, and what its authors say against it. The order of the rules is
//! that of `rules.rs`.

use super::model::{Appeal, DAY, Decision, Idea, Model, Who};
use super::rules::{NOT_AUTHOR, No, OWN_IDEA, ROLE_NEEDED, STALE, WRONG_STATE};

impl Idea {
    pub(super) fn decided(&mut self, id: &str, kind: &'static str, by: Who, at: i64) {
        self.decisions.push(Decision {
            id: id.to_owned(),
            kind,
            by,
            at,
            appeal: None,
            review: None,
        });
    }

    /// Back to where it was.
    pub(super) fn take_up(&mut self, now: i64) {
        let was_held = self.state == "ON_HOLD";
        let to = match self.left.take() {
            Some("NEEDS_INFO") => "SUBMITTED",
            left => left.expect("it came from somewhere"),
        };
        self.enter(to, now, None, was_held);
    }
}

impl Model {
    /// An idea that this person may judge.
    pub(super) fn lead_on_others(&mut self, by: Who, idea: usize) -> Result<&mut Idea, No> {
        let leads = self.cast[by].leads();
        let idea = self.seen_by(by, idea)?;
        if !leads {
            Err(ROLE_NEEDED)
        } else if idea.is_of(by) {
            Err(OWN_IDEA)
        } else {
            Ok(idea)
        }
    }

    pub(super) fn screen(
        &mut self,
        by: Who,
        idea: usize,
        outcome: &str,
        expected: Option<i64>,
        now: i64,
        made: &str,
    ) -> Result<(), No> {
        let idea = self.lead_on_others(by, idea)?;
        if expected.is_some_and(|expected| expected != idea.revision) {
            return Err(STALE);
        }
        if idea.state != "SUBMITTED" {
            return Err(WRONG_STATE);
        }
        let (to, kind) = match outcome {
            "ACCEPT" => ("IN_ASSESSMENT", "ACCEPTED"),
            "NEEDS_INFO" => ("NEEDS_INFO", "INFO_REQUESTED"),
            _ => ("DECLINED", "DECLINED"),
        };
        idea.enter(to, now, None, false);
        if to == "IN_ASSESSMENT" {
            // Whoever looks after it already goes on, unless they write it now.
            let earlier = idea.steward.filter(|earlier| !idea.is_of(*earlier));
            idea.steward = Some(earlier.unwrap_or(by));
        }
        idea.left = (to == "DECLINED").then_some("SUBMITTED");
        idea.decided(made, kind, by, now);
        Ok(())
    }

    pub(super) fn decide(
        &mut self,
        by: Who,
        idea: usize,
        outcome: &str,
        (revisit, expected): (Option<i64>, Option<i64>),
        now: i64,
        made: &str,
    ) -> Result<(), No> {
        let idea = self.lead_on_others(by, idea)?;
        if revisit.is_some_and(|revisit| revisit <= now) {
            return Err(("BAD_USER_INPUT", "REVISIT_IN_THE_PAST"));
        }
        if expected.is_some_and(|expected| expected != idea.revision) {
            return Err(STALE);
        }
        let from = idea.state;
        let kind = match (outcome, from) {
            ("HOLD", "SUBMITTED" | "IN_ASSESSMENT" | "BACKLOG" | "VALIDATED") => {
                idea.enter("ON_HOLD", now, revisit, false);
                idea.left = Some(from);
                "HELD"
            }
            ("DECLINE", "NEEDS_INFO" | "IN_ASSESSMENT" | "BACKLOG" | "ON_HOLD" | "VALIDATED") => {
                idea.enter("DECLINED", now, None, false);
                // What was put off comes back to where it was before that.
                if from != "ON_HOLD" {
                    idea.left = Some(from);
                }
                "DECLINED"
            }
            ("ADOPT", "BACKLOG" | "VALIDATED") => {
                idea.enter("ADOPTED", now, None, false);
                idea.left = None;
                "ADOPTED"
            }
            ("WAIVE_QUORUM", "IN_ASSESSMENT") => {
                if idea.counted().is_empty() {
                    return Err(("ILLEGAL_STEP", "ASSESSMENTS_MISSING"));
                }
                idea.is_published = true;
                idea.enter("BACKLOG", now, None, false);
                "QUORUM_WAIVED"
            }
            ("REOPEN", "ON_HOLD" | "DECLINED") => {
                idea.take_up(now);
                "REOPENED"
            }
            ("REOPEN", "ABANDONED" | "INVALIDATED") => {
                idea.enter("BACKLOG", now, None, false);
                "REOPENED"
            }
            _ => return Err(WRONG_STATE),
        };
        idea.decided(made, kind, by, now);
        Ok(())
    }

    pub(super) fn record(
        &mut self,
        by: Who,
        idea: usize,
        kind: &'static str,
        now: i64,
        made: &str,
    ) -> Result<(), No> {
        let idea = self.lead_on_others(by, idea)?;
        if idea.state != "ADOPTED" {
            return Err(WRONG_STATE);
        }
        let to = match kind {
            "DROPPED" => "ABANDONED",
            _ => "DELIVERED",
        };
        idea.enter(to, now, None, false);
        idea.decided(made, "OUTCOME_RECORDED", by, now);
        idea.outcome = Some(kind);
        Ok(())
    }

    pub(super) fn hand_over(&mut self, by: Who, idea: usize, to: Who) -> Result<(), No> {
        let leads = self.cast[to].leads();
        let idea = self.lead_on_others(by, idea)?;
        let bad = |reason| Err(("BAD_USER_INPUT", reason));
        if !leads {
            return bad("NOT_A_LEAD");
        }
        if idea.is_anonymous && to != by {
            return bad("ANONYMOUS_IDEA");
        }
        if idea.is_of(to) {
            return bad("OWN_IDEA");
        }
        let over = [
            "DECLINED",
            "INVALIDATED",
            "DELIVERED",
            "ABANDONED",
            "WITHDRAWN",
        ];
        if over.contains(&idea.state) {
            return Err(WRONG_STATE);
        }
        idea.steward = Some(to);
        Ok(())
    }

    pub(super) fn appeal(
        &mut self,
        by: Who,
        idea: usize,
        which: usize,
        now: i64,
        made: &str,
    ) -> Result<(), No> {
        let idea = self.seen_by(by, idea)?;
        if !idea.is_of(by) {
            return Err(NOT_AUTHOR);
        }
        let decision = &idea.decisions[which];
        if decision.appeal.is_some() {
            return Err(("CONFLICT", "ALREADY_APPEALED"));
        }
        if !idea.rests_by(decision) {
            return Err(("ILLEGAL_STEP", "NOTHING_TO_APPEAL"));
        }
        idea.decisions[which].appeal = Some(Appeal {
            id: made.to_owned(),
            by,
            due: now + 14 * DAY,
            state: "OPEN",
        });
        Ok(())
    }

    pub(super) fn resolve(
        &mut self,
        by: Who,
        idea: usize,
        which: usize,
        is_upheld: bool,
        now: i64,
    ) -> Result<(), No> {
        let idea = self.lead_on_others(by, idea)?;
        let decision = &idea.decisions[which];
        let appeal = decision.appeal.as_ref().expect("it was picked");
        if appeal.by == by {
            return Err(OWN_IDEA);
        }
        if decision.by == by {
            return Err(("FORBIDDEN", "SAME_DECIDER"));
        }
        if appeal.state != "OPEN" {
            return Err(("CONFLICT", "ALREADY_ANSWERED"));
        }
        let moves = is_upheld && idea.rests_by(decision);
        let appeal = idea.decisions[which].appeal.as_mut();
        appeal.expect("it was picked").state = if is_upheld { "UPHELD" } else { "DISMISSED" };
        if moves {
            idea.take_up(now);
        }
        Ok(())
    }
}
