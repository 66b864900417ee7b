//! What comes of a step: the rules, each in the order in which a caller hears of it: whether
//! they know of the idea, whether they may, what is wrong with what they say, whether they
//! read the newest, and whether the state allows it.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Assessment, Circle, Comment, Idea, Model, Who};
use super::steps::{Act, Step};

/// What a refusal says: code and reason.
pub(super) type No = (&'static str, &'static str);

pub(super) const UNKNOWN: No = ("NOT_FOUND", "NOT_FOUND");
pub(super) const NOT_AUTHOR: No = ("FORBIDDEN", "NOT_AUTHOR");
pub(super) const OWN_IDEA: No = ("FORBIDDEN", "OWN_IDEA");
pub(super) const ROLE_NEEDED: No = ("FORBIDDEN", "ROLE_NEEDED");
pub(super) const WRONG_STATE: No = ("ILLEGAL_STEP", "WRONG_STATE");
pub(super) const STALE: No = ("CONFLICT", "STALE_REVISION");

impl Model {
    /// An idea, when this person knows of it.
    pub(super) fn seen_by(&mut self, by: Who, idea: usize) -> Result<&mut Idea, No> {
        if !self.sees(by, idea) {
            return Err(UNKNOWN);
        }
        Ok(&mut self.ideas[idea])
    }

    /// What happens by itself: what was put off comes back on its day, and a question that
    /// nobody answered goes back to the leads.
    pub(super) fn days_have_passed(&mut self, now: i64) {
        for idea in &mut self.ideas {
            let is_due = idea.due.is_some_and(|due| due <= now);
            match idea.state {
                "ON_HOLD" if is_due => idea.take_up(now),
                "NEEDS_INFO" if is_due => idea.enter("SUBMITTED", now, None, true),
                _ => {}
            }
        }
    }

    /// What comes of a step at this instant. `made` is the id of what it made.
    pub(super) fn take(&mut self, step: &Step, now: i64, made: &str) -> Result<(), No> {
        let by = step.by;
        match &step.act {
            Act::Submit {
                title,
                is_draft,
                is_confidential,
                is_anonymous,
                co_authors,
            } => {
                let mut followers = co_authors.clone();
                followers.insert(by);
                let mut idea = Idea {
                    id: made.to_owned(),
                    number: 0,
                    title: title.clone(),
                    author: by,
                    co_authors: co_authors.clone(),
                    is_confidential: *is_confidential,
                    is_anonymous: *is_anonymous,
                    state: "DRAFT",
                    left: None,
                    since: now,
                    submitted: now,
                    due: None,
                    paused: None,
                    revision: 1,
                    text_revision: 1,
                    shown_from: 1,
                    steward: None,
                    supporters: BTreeSet::new(),
                    followers,
                    comments: Vec::new(),
                    assessments: BTreeMap::new(),
                    is_published: false,
                    decisions: Vec::new(),
                    outcome: None,
                    trials: Vec::new(),
                    is_gone: false,
                };
                if !is_draft {
                    idea.enter("SUBMITTED", now, None, false);
                }
                self.ideas.push(idea);
                Ok(())
            }
            Act::SubmitDraft(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if idea.author != by {
                    return Err(NOT_AUTHOR);
                }
                if idea.state != "DRAFT" {
                    return Err(WRONG_STATE);
                }
                idea.enter("SUBMITTED", now, None, false);
                idea.submitted = now;
                // What was written before is the authors' own.
                idea.shown_from = idea.revision;
                Ok(())
            }
            Act::DiscardDraft(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if idea.author != by {
                    return Err(NOT_AUTHOR);
                }
                if idea.state != "DRAFT" {
                    return Err(WRONG_STATE);
                }
                idea.is_gone = true;
                Ok(())
            }
            Act::Retitle(idea, title, expected) => {
                let idea = self.edited(by, *idea, *expected)?;
                idea.title.clone_from(title);
                idea.revision += 1;
                idea.text_revision = idea.revision;
                Ok(())
            }
            Act::Show(idea, is_confidential) => {
                let idea = self.edited(by, *idea, None)?;
                if idea.is_confidential != *is_confidential {
                    idea.is_confidential = *is_confidential;
                    idea.revision += 1;
                    if !is_confidential {
                        idea.shown_from = idea.revision;
                    }
                }
                Ok(())
            }
            Act::Join(idea, co_authors) => {
                let idea = self.editable_by(by, *idea)?;
                if co_authors.contains(&idea.author) {
                    return Err(("BAD_USER_INPUT", "CO_AUTHOR_IS_AUTHOR"));
                }
                if !idea.is_editable() {
                    return Err(WRONG_STATE);
                }
                if idea.co_authors != *co_authors {
                    let new = co_authors.difference(&idea.co_authors);
                    idea.followers.extend(new);
                    idea.co_authors.clone_from(co_authors);
                    idea.revision += 1;
                    idea.settle(now);
                }
                Ok(())
            }
            Act::Withdraw(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if idea.author != by {
                    return Err(NOT_AUTHOR);
                }
                if ![
                    "SUBMITTED",
                    "NEEDS_INFO",
                    "IN_ASSESSMENT",
                    "BACKLOG",
                    "ON_HOLD",
                ]
                .contains(&idea.state)
                {
                    return Err(WRONG_STATE);
                }
                idea.enter("WITHDRAWN", now, None, false);
                Ok(())
            }
            Act::Screen(idea, outcome, expected) => {
                self.screen(by, *idea, outcome, *expected, now, made)
            }
            Act::Answer(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if !idea.is_of(by) {
                    return Err(NOT_AUTHOR);
                }
                if idea.state != "NEEDS_INFO" {
                    return Err(WRONG_STATE);
                }
                idea.enter("SUBMITTED", now, None, true);
                Ok(())
            }
            Act::Support(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if !idea.is_supportable() {
                    return Err(WRONG_STATE);
                }
                idea.supporters.insert(by);
                Ok(())
            }
            Act::WithdrawSupport(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if !idea.is_supportable() {
                    return Err(WRONG_STATE);
                }
                idea.supporters.remove(&by);
                Ok(())
            }
            Act::Follow(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if !idea.goes_on() {
                    return Err(WRONG_STATE);
                }
                idea.followers.insert(by);
                Ok(())
            }
            Act::Unfollow(idea) => {
                let idea = self.seen_by(by, *idea)?;
                idea.followers.remove(&by);
                Ok(())
            }
            Act::Comment(idea, to_reviewers, body) => {
                let somebody = self.cast[by];
                let idea = self.seen_by(by, *idea)?;
                if *to_reviewers && !somebody.leads() && !somebody.assesses() {
                    return Err(ROLE_NEEDED);
                }
                if *to_reviewers && idea.is_of(by) {
                    return Err(OWN_IDEA);
                }
                if !idea.goes_on() {
                    return Err(WRONG_STATE);
                }
                let circle = match (idea.state, idea.is_confidential, to_reviewers) {
                    ("DRAFT", ..) => Circle::Authors,
                    (_, false, false) => Circle::Everyone,
                    (_, false, true) => Circle::Reviewers,
                    (_, true, false) => Circle::Confidants,
                    (_, true, true) => Circle::ConfidentReviewers,
                };
                let is_by_author = idea.is_of(by);
                idea.comments.push(Comment {
                    id: made.to_owned(),
                    by,
                    circle,
                    is_by_author,
                    body: body.clone(),
                    is_removed: false,
                });
                idea.followers.insert(by);
                Ok(())
            }
            Act::EditComment(idea, which, body) => {
                let (goes_on, comment) = self.own_comment(by, *idea, *which)?;
                if !goes_on {
                    return Err(WRONG_STATE);
                }
                if comment.is_removed {
                    return Err(("CONFLICT", "COMMENT_REMOVED"));
                }
                comment.body.clone_from(body);
                Ok(())
            }
            Act::RemoveComment(idea, which) => {
                let (_, comment) = self.own_comment(by, *idea, *which)?;
                comment.is_removed = true;
                comment.body.clear();
                Ok(())
            }
            Act::Assess(idea, levels) => {
                let somebody = self.cast[by];
                let idea = self.seen_by(by, *idea)?;
                if !somebody.assesses() {
                    return Err(ROLE_NEEDED);
                }
                if idea.is_of(by) {
                    return Err(OWN_IDEA);
                }
                if !idea.is_assessable() {
                    return Err(WRONG_STATE);
                }
                let assessment = Assessment {
                    id: made.to_owned(),
                    levels: *levels,
                    revision: idea.revision,
                    is_withdrawn: false,
                };
                idea.assessments.insert(by, assessment);
                idea.settle(now);
                Ok(())
            }
            Act::TakeBack(idea, whose) => {
                let idea = self.seen_by(by, *idea)?;
                let is_shown = idea.is_published && !idea.assessments[whose].is_withdrawn;
                if by != *whose {
                    return Err(if is_shown { NOT_AUTHOR } else { UNKNOWN });
                }
                if !idea.is_assessable() {
                    return Err(WRONG_STATE);
                }
                let own = idea.assessments.get_mut(whose);
                own.expect("it was picked").is_withdrawn = true;
                idea.settle(now);
                Ok(())
            }
            Act::Decide {
                idea,
                outcome,
                revisit,
                expected,
            } => self.decide(by, *idea, outcome, (*revisit, *expected), now, made),
            Act::Queue(idea, owner) => self.queue(by, *idea, *owner, now),
            Act::Plan(idea) => self.plan(by, *idea),
            Act::Start(idea) => self.start(by, *idea, now),
            Act::Abort(idea) => self.abort(by, *idea, now),
            Act::Conclude(idea, outcome, goes_on) => {
                self.conclude(by, *idea, outcome, goes_on, now)
            }
            Act::Record(idea, kind) => self.record(by, *idea, kind, now, made),
            Act::HandOver(idea, to) => self.hand_over(by, *idea, *to),
            Act::Reveal(idea) => {
                let idea = self.seen_by(by, *idea)?;
                if idea.author != by {
                    return Err(NOT_AUTHOR);
                }
                if !idea.is_anonymous {
                    return Err(("CONFLICT", "ALREADY_NAMED"));
                }
                idea.is_anonymous = false;
                Ok(())
            }
            Act::Appeal(idea, which) => self.appeal(by, *idea, *which, now, made),
            Act::Resolve(idea, which, is_upheld) => {
                self.resolve(by, *idea, *which, *is_upheld, now)
            }
            Act::Review(idea, which, held) => {
                let is_by_me = self.ideas[*idea].decisions[*which].by == by;
                let is_own = self.ideas[*idea].is_of(by);
                let idea = match is_by_me && !is_own {
                    true => self.seen_by(by, *idea)?,
                    false => self.lead_on_others(by, *idea)?,
                };
                idea.decisions[*which].review = Some(held);
                Ok(())
            }
        }
    }

    fn editable_by(&mut self, by: Who, idea: usize) -> Result<&mut Idea, No> {
        let idea = self.seen_by(by, idea)?;
        if idea.is_of(by) {
            Ok(idea)
        } else {
            Err(NOT_AUTHOR)
        }
    }

    fn edited(&mut self, by: Who, idea: usize, expected: Option<i64>) -> Result<&mut Idea, No> {
        let idea = self.editable_by(by, idea)?;
        if !idea.is_editable() {
            return Err(WRONG_STATE);
        }
        if expected.is_some_and(|expected| expected != idea.revision) {
            return Err(STALE);
        }
        Ok(idea)
    }

    /// A comment of one's own, and whether its idea is still talked about.
    fn own_comment(
        &mut self,
        by: Who,
        idea: usize,
        which: usize,
    ) -> Result<(bool, &mut Comment), No> {
        let is_heard = self.sees(by, idea) && {
            let idea = &self.ideas[idea];
            self.hears(by, idea, &idea.comments[which])
        };
        if !is_heard {
            return Err(UNKNOWN);
        }
        let idea = &mut self.ideas[idea];
        let goes_on = idea.goes_on();
        let comment = &mut idea.comments[which];
        if comment.by == by {
            Ok((goes_on, comment))
        } else {
            Err(NOT_AUTHOR)
        }
    }
}
