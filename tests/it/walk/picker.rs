//! What is tried next: anything, by anybody, more often by somebody who may.

use std::collections::BTreeSet;

use super::model::{DAY, Model, Who};
use super::steps::{Act, Step};
use crate::assessment::plain::Dice;

/// Ideas in a house, at most: a page shows them all.
const MOST_IDEAS: usize = 90;

/// Picks what happens next.
pub(super) struct Picker {
    dice: Dice,
    /// How many texts were written: no two are the same.
    written: u32,
}

impl Picker {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            written: 0,
        }
    }

    /// One of so many.
    pub(super) fn roll(&mut self, of: usize) -> usize {
        usize::try_from(self.dice.roll(of as u64)).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        let which = self.roll(of.len());
        of[which]
    }

    /// Whether something happens that does so many times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn text(&mut self, what: &str) -> String {
        self.written += 1;
        format!("{what} {}", self.written)
    }

    /// Anybody, more often one of these.
    fn somebody(&mut self, model: &Model, likely: &[Who]) -> Who {
        if !likely.is_empty() && self.chance(75) {
            return self.one(likely);
        }
        self.roll(model.cast.len())
    }

    fn some(&mut self, model: &Model, but: Who) -> BTreeSet<Who> {
        let count = self.one(&[0, 0, 0, 1, 1, 2]);
        let some = (0..count).map(|_| self.roll(model.cast.len()));
        some.filter(|who| *who != but).collect()
    }

    /// An idea, more often one of the last ones that are not over.
    fn idea(&mut self, model: &Model) -> usize {
        let over = ["WITHDRAWN", "DELIVERED", "DECLINED", "ABANDONED"];
        let live: Vec<usize> = (0..model.ideas.len())
            .filter(|idea| !model.ideas[*idea].is_gone)
            .collect();
        let going: Vec<usize> = live
            .iter()
            .copied()
            .filter(|idea| !over.contains(&model.ideas[*idea].state))
            .collect();
        let last = &going[going.len().saturating_sub(9)..];
        if !last.is_empty() && self.chance(85) {
            return self.one(last);
        }
        self.one(&live)
    }

    /// What happens next, at this instant.
    pub(super) fn next(&mut self, model: &Model, now: i64) -> Step {
        let live = model.ideas.iter().filter(|idea| !idea.is_gone).count();
        if live < 6 || (model.ideas.len() < MOST_IDEAS && self.chance(2)) {
            return self.new_idea(model);
        }
        let at = self.idea(model);
        let idea = &model.ideas[at];
        let authors: Vec<Who> = std::iter::once(idea.author)
            .chain(idea.co_authors.iter().copied())
            .collect();
        let all = 0..model.cast.len();
        let leads: Vec<Who> = all.clone().filter(|who| model.cast[*who].leads()).collect();
        let assessors: Vec<Who> = all.filter(|who| model.cast[*who].assesses()).collect();
        let expected = match self.roll(4) {
            0 => Some(idea.revision),
            1 => Some(idea.revision - i64::from(self.chance(50))),
            _ => None,
        };
        let roll = self.roll(122);
        let roll = match idea.state {
            // So that enough of them are ranked, and stay so for a while.
            "IN_ASSESSMENT" if self.chance(30) => 70,
            "BACKLOG" if (88..101).contains(&roll) && self.chance(50) => 70,
            // And that what was begun goes on.
            "SUBMITTED" if self.chance(15) => 25,
            "NEEDS_INFO" if self.chance(15) => 35,
            "ON_HOLD" if self.chance(15) => 95,
            "ADOPTED" if self.chance(15) => 102,
            "BACKLOG" if self.chance(16) => 119,
            "PROTOTYPE_QUEUED" if self.chance(60) => 120,
            "PROTOTYPING" if self.chance(60) => 120,
            "VALIDATED" if self.chance(25) => 95,
            "INVALIDATED" if self.chance(25) => 95,
            _ => roll,
        };
        let (by, act) = match roll {
            0..3 => (self.somebody(model, &authors), Act::SubmitDraft(at)),
            3 => (self.somebody(model, &authors), Act::DiscardDraft(at)),
            4..12 => {
                let title = self.text("Title");
                let by = self.somebody(model, &authors);
                (by, Act::Retitle(at, title, expected))
            }
            12..15 => {
                let by = self.somebody(model, &authors);
                (by, Act::Show(at, !idea.is_confidential && self.chance(60)))
            }
            15..19 => {
                let some = self.some(model, model.cast.len());
                (self.somebody(model, &authors), Act::Join(at, some))
            }
            19 => (self.somebody(model, &authors), Act::Withdraw(at)),
            20..34 => {
                let outcome = self.one(&["ACCEPT", "ACCEPT", "ACCEPT", "NEEDS_INFO", "DECLINE"]);
                let by = self.somebody(model, &leads);
                (by, Act::Screen(at, outcome, expected))
            }
            34..38 => (self.somebody(model, &authors), Act::Answer(at)),
            38..46 => (self.somebody(model, &[]), Act::Support(at)),
            46..49 => {
                let those: Vec<Who> = idea.supporters.iter().copied().collect();
                (self.somebody(model, &those), Act::WithdrawSupport(at))
            }
            49..52 => (self.somebody(model, &[]), Act::Follow(at)),
            52..55 => {
                let those: Vec<Who> = idea.followers.iter().copied().collect();
                (self.somebody(model, &those), Act::Unfollow(at))
            }
            55..62 => {
                let body = self.text("Said");
                let to_reviewers = self.chance(35);
                (
                    self.somebody(model, &[]),
                    Act::Comment(at, to_reviewers, body),
                )
            }
            62..66 if !idea.comments.is_empty() => {
                let which = self.roll(idea.comments.len());
                let by = self.somebody(model, &[idea.comments[which].by]);
                if self.chance(60) {
                    let body = self.text("Said again");
                    (by, Act::EditComment(at, which, body))
                } else {
                    (by, Act::RemoveComment(at, which))
                }
            }
            66..84 => {
                let mut levels = self.dice.levels();
                if self.chance(8) {
                    // What must be answered is not: it is kept as advice.
                    levels[0] = 0;
                }
                (self.somebody(model, &assessors), Act::Assess(at, levels))
            }
            84..88 if !idea.assessments.is_empty() => {
                let those: Vec<Who> = idea.assessments.keys().copied().collect();
                let whose = self.one(&those);
                (self.somebody(model, &[whose]), Act::TakeBack(at, whose))
            }
            88..101 => (
                self.somebody(model, &leads),
                self.verdict(at, idea.state, expected, now),
            ),
            101..104 => {
                let kind = self.one(&["SHIPPED", "PARTLY", "DROPPED"]);
                (self.somebody(model, &leads), Act::Record(at, kind))
            }
            104..106 => {
                let to = self.somebody(model, &leads);
                (self.somebody(model, &leads), Act::HandOver(at, to))
            }
            106..110 => self.appeal(model),
            118 => (self.somebody(model, &authors), Act::Reveal(at)),
            110..115 => self.answer_to_appeal(model, &leads),
            115..118 if !idea.decisions.is_empty() => {
                let which = self.roll(idea.decisions.len());
                let held = self.one(&["YES", "NO", "UNCLEAR"]);
                (self.somebody(model, &leads), Act::Review(at, which, held))
            }
            119 => {
                let owner = self.somebody(model, &[]);
                (self.somebody(model, &leads), Act::Queue(at, owner))
            }
            120..122 if !idea.trials.is_empty() => {
                let owner = idea.trials.last().map(|one| one.owner);
                let likely: Vec<Who> = owner.into_iter().chain(leads.iter().copied()).collect();
                (self.somebody(model, &likely), self.trial(at, idea.state))
            }
            _ => (self.somebody(model, &[]), Act::Support(at)),
        };
        Step { by, act }
    }

    /// Somebody appeals a decision, more often one that stands.
    fn appeal(&mut self, model: &Model) -> (Who, Act) {
        let decided = |idea: &usize| !model.ideas[*idea].decisions.is_empty();
        let all: Vec<usize> = (0..model.ideas.len()).filter(decided).collect();
        let rests = |idea: &usize| ["ON_HOLD", "DECLINED"].contains(&model.ideas[*idea].state);
        let resting: Vec<usize> = all.iter().copied().filter(rests).collect();
        let Some(at) = [resting, all].into_iter().find(|some| !some.is_empty()) else {
            return (self.somebody(model, &[]), Act::Follow(0));
        };
        let at = self.one(&at);
        let idea = &model.ideas[at];
        let which = match self.chance(75) {
            true => idea.decisions.len() - 1,
            false => self.roll(idea.decisions.len()),
        };
        let authors: Vec<Who> = std::iter::once(idea.author)
            .chain(idea.co_authors.iter().copied())
            .collect();
        (self.somebody(model, &authors), Act::Appeal(at, which))
    }

    /// Somebody answers an appeal, more often one that is open.
    fn answer_to_appeal(&mut self, model: &Model, leads: &[Who]) -> (Who, Act) {
        let (mut open, mut all) = (Vec::new(), Vec::new());
        for (at, idea) in model.ideas.iter().enumerate() {
            for (which, decision) in idea.decisions.iter().enumerate() {
                let Some(appeal) = &decision.appeal else {
                    continue;
                };
                all.push((at, which));
                if appeal.state == "OPEN" {
                    open.push((at, which));
                }
            }
        }
        let some = if !open.is_empty() && self.chance(85) {
            open
        } else {
            all
        };
        if some.is_empty() {
            return (self.somebody(model, &[]), Act::Follow(0));
        }
        let (at, which) = self.one(&some);
        let is_upheld = self.chance(60);
        let by = self.somebody(model, leads);
        (by, Act::Resolve(at, which, is_upheld))
    }

    /// What is done with a trial, more often what can be.
    fn trial(&mut self, at: usize, state: &str) -> Act {
        let any = ["plan", "start", "abort", "conclude"];
        let likely: &[&str] = match state {
            "PROTOTYPE_QUEUED" => &["plan", "start", "start", "start", "abort"],
            "PROTOTYPING" => &["conclude", "conclude", "conclude", "conclude", "abort"],
            _ => &any,
        };
        let which = match self.chance(85) {
            true => self.one(likely),
            false => self.one(&any),
        };
        match which {
            "plan" => Act::Plan(at),
            "start" => Act::Start(at),
            "abort" => Act::Abort(at),
            _ => {
                let outcome = self.one(&["VALIDATED", "INVALIDATED", "INCONCLUSIVE"]);
                Act::Conclude(
                    at,
                    outcome,
                    self.one(&["PERSEVERE", "PIVOT", "STOP", "STOP", "STOP"]),
                )
            }
        }
    }

    fn verdict(&mut self, idea: usize, state: &str, expected: Option<i64>, now: i64) -> Act {
        let any = ["HOLD", "DECLINE", "REOPEN", "ADOPT", "WAIVE_QUORUM"];
        let likely: &[&'static str] = match state {
            "SUBMITTED" => &["HOLD"],
            "NEEDS_INFO" => &["DECLINE"],
            "IN_ASSESSMENT" => &["WAIVE_QUORUM", "WAIVE_QUORUM", "HOLD", "DECLINE"],
            "BACKLOG" | "VALIDATED" => &["ADOPT", "ADOPT", "HOLD", "DECLINE"],
            "ON_HOLD" => &["REOPEN", "REOPEN", "DECLINE"],
            "DECLINED" | "INVALIDATED" | "ABANDONED" => &["REOPEN"],
            _ => &any,
        };
        let outcome = match self.chance(65) {
            true => self.one(likely),
            false => self.one(&any),
        };
        let day = match self.roll(10) {
            0 => -DAY,
            day => i64::try_from(day).unwrap() * 3 * DAY,
        };
        Act::Decide {
            idea,
            outcome,
            revisit: (outcome == "HOLD").then_some(now + day),
            expected,
        }
    }

    fn new_idea(&mut self, model: &Model) -> Step {
        let by = self.roll(model.cast.len());
        let act = Act::Submit {
            title: self.text("Idea"),
            is_draft: self.chance(25),
            is_confidential: self.chance(20),
            is_anonymous: self.chance(25),
            co_authors: self.some(model, by),
        };
        Step { by, act }
    }
}
