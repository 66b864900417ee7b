//! What should be true, in plain words and sets: the people, the ideas, and what becomes of
//! them when somebody does something. It knows no server and no table; what stands here was
//! read in the description of the house, and nothing is clever.

use std::collections::{BTreeMap, BTreeSet};

use super::trying::Trial;
use crate::assessment::plain;
use crate::support::panel::Levels;

/// A person, by their place in the cast.
pub(super) type Who = usize;

/// A day in microseconds.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// How many assessments publish a score.
const QUORUM: usize = 3;

/// Somebody in the house.
#[derive(Clone, Copy, Debug)]
pub(super) struct Somebody {
    pub(super) name: &'static str,
    pub(super) roles: &'static [&'static str],
}

impl Somebody {
    /// Leads, and admins, who may what leads may.
    pub(super) fn leads(self) -> bool {
        self.roles.contains(&"LEAD") || self.roles.contains(&"ADMIN")
    }

    pub(super) fn assesses(self) -> bool {
        self.roles.contains(&"ASSESSOR")
    }
}

/// Who reads a comment beside whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Circle {
    Everyone,
    Reviewers,
    /// Those who saw the idea while it was confidential.
    Confidants,
    ConfidentReviewers,
    /// The authors, while it was a draft.
    Authors,
}

#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) by: Who,
    pub(super) circle: Circle,
    /// Said by somebody who wrote the idea, as it was then.
    pub(super) is_by_author: bool,
    pub(super) body: String,
    pub(super) is_removed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Assessment {
    pub(super) id: String,
    pub(super) levels: Levels,
    /// The revision that was read.
    pub(super) revision: i64,
    pub(super) is_withdrawn: bool,
}

impl Assessment {
    /// Everything that must be answered is.
    fn is_complete(&self) -> bool {
        self.levels[0] > 0 && self.levels[1] > 0
    }
}

#[derive(Clone, Debug)]
pub(super) struct Appeal {
    pub(super) id: String,
    pub(super) by: Who,
    pub(super) due: i64,
    /// Open, upheld or dismissed.
    pub(super) state: &'static str,
}

#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) by: Who,
    pub(super) at: i64,
    /// Each can be appealed once.
    pub(super) appeal: Option<Appeal>,
    /// Whether it held, as it was told last.
    pub(super) review: Option<&'static str>,
}

/// An idea as it should be.
#[derive(Clone, Debug)]
pub(super) struct Idea {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) title: String,
    pub(super) author: Who,
    pub(super) co_authors: BTreeSet<Who>,
    pub(super) is_confidential: bool,
    pub(super) is_anonymous: bool,
    pub(super) state: &'static str,
    /// Where it comes back to.
    pub(super) left: Option<&'static str>,
    pub(super) since: i64,
    /// When it was handed in.
    pub(super) submitted: i64,
    pub(super) due: Option<i64>,
    /// What was left of a promise that waits.
    pub(super) paused: Option<i64>,
    pub(super) revision: i64,
    pub(super) text_revision: i64,
    pub(super) shown_from: i64,
    pub(super) steward: Option<Who>,
    pub(super) supporters: BTreeSet<Who>,
    pub(super) followers: BTreeSet<Who>,
    pub(super) comments: Vec<Comment>,
    pub(super) assessments: BTreeMap<Who, Assessment>,
    pub(super) is_published: bool,
    pub(super) decisions: Vec<Decision>,
    pub(super) outcome: Option<&'static str>,
    /// Its prototypes, the earliest first.
    pub(super) trials: Vec<Trial>,
    /// Thrown away as a draft.
    pub(super) is_gone: bool,
}

impl Idea {
    /// Author or co-author.
    pub(super) fn is_of(&self, who: Who) -> bool {
        self.author == who || self.co_authors.contains(&who)
    }

    /// The assessments that count: complete, not taken back, and by nobody who wrote it.
    pub(super) fn counted(&self) -> Vec<&Assessment> {
        let all = self.assessments.iter();
        all.filter(|(who, one)| !self.is_of(**who) && !one.is_withdrawn && one.is_complete())
            .map(|(_, one)| one)
            .collect()
    }

    pub(super) fn stale(&self) -> usize {
        let counted = self.counted();
        let stale = counted
            .iter()
            .filter(|one| one.revision < self.text_revision);
        stale.count()
    }

    /// Levels of what counts.
    pub(super) fn levels(&self) -> Vec<Levels> {
        self.counted().iter().map(|one| one.levels).collect()
    }

    /// The score in hundredths.
    pub(super) fn key(&self) -> i64 {
        plain::score(&self.levels()).key()
    }

    pub(super) fn is_editable(&self) -> bool {
        let editable = [
            "DRAFT",
            "SUBMITTED",
            "NEEDS_INFO",
            "IN_ASSESSMENT",
            "BACKLOG",
        ];
        editable.contains(&self.state)
    }

    pub(super) fn is_assessable(&self) -> bool {
        ["IN_ASSESSMENT", "BACKLOG"].contains(&self.state)
    }

    /// Whether people talk about it and begin to follow it.
    pub(super) fn goes_on(&self) -> bool {
        self.state != "WITHDRAWN"
    }

    pub(super) fn is_supportable(&self) -> bool {
        self.state != "WITHDRAWN" && self.state != "DRAFT"
    }

    /// Whether a decision is why the idea rests where it does.
    pub(super) fn rests_by(&self, decision: &Decision) -> bool {
        let rests_in = match decision.kind {
            "DECLINED" => "DECLINED",
            "HELD" => "ON_HOLD",
            _ => return false,
        };
        self.state == rests_in && decision.at == self.since
    }

    /// By when the first open appeal is to be answered, while nothing else is owed.
    pub(super) fn appeal_due(&self) -> Option<i64> {
        let appeals = self.decisions.iter().filter_map(|one| one.appeal.as_ref());
        let open = appeals.filter(|appeal| appeal.state == "OPEN");
        let rests = ["ON_HOLD", "DECLINED"].contains(&self.state);
        open.map(|appeal| appeal.due).min().filter(|_| rests)
    }

    /// Comes into a state, with its promise.
    pub(super) fn enter(
        &mut self,
        to: &'static str,
        now: i64,
        named: Option<i64>,
        comes_back: bool,
    ) {
        let rest = self.due.map(|due| due - now);
        self.due = match self.paused {
            Some(rest) if comes_back => Some(now + rest.max(0)),
            _ => named.or_else(|| {
                let days = match to {
                    "SUBMITTED" => 7,
                    "NEEDS_INFO" => 30,
                    "IN_ASSESSMENT" => 21,
                    "BACKLOG" => 90,
                    "VALIDATED" => 30,
                    _ => return None,
                };
                Some(now + days * DAY)
            }),
        };
        self.paused = rest.filter(|_| to == "NEEDS_INFO" || to == "ON_HOLD");
        self.state = to;
        self.since = now;
    }

    /// What follows from who counts: publication at the quorum, and the way back at none.
    pub(super) fn settle(&mut self, now: i64) {
        if !self.is_assessable() {
            return;
        }
        let count = self.counted().len();
        if count == 0 {
            self.is_published = false;
            if self.state == "BACKLOG" {
                self.enter("IN_ASSESSMENT", now, None, false);
            }
        } else if self.state == "IN_ASSESSMENT" && count >= QUORUM {
            self.is_published = true;
            self.enter("BACKLOG", now, None, false);
        }
    }
}

/// The whole house.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) cast: Vec<Somebody>,
    pub(super) ideas: Vec<Idea>,
}

impl Model {
    pub(super) fn of(cast: &[Somebody]) -> Self {
        Self {
            cast: cast.to_vec(),
            ideas: Vec::new(),
        }
    }

    /// Whether this person knows that there is such an idea.
    pub(super) fn sees(&self, who: Who, idea: usize) -> bool {
        let idea = &self.ideas[idea];
        if idea.is_gone {
            return false;
        }
        let is_open = !idea.is_confidential || self.cast[who].leads();
        idea.is_of(who) || (idea.state != "DRAFT" && is_open)
    }

    /// Whether this person may know who wrote it.
    pub(super) fn knows_authors(&self, who: Who, idea: &Idea) -> bool {
        !idea.is_anonymous || idea.is_of(who)
    }

    /// Whether this person reads a comment.
    pub(super) fn hears(&self, who: Who, idea: &Idea, comment: &Comment) -> bool {
        let somebody = self.cast[who];
        let is_own = idea.is_of(who);
        let is_meant = match comment.circle {
            Circle::Everyone => true,
            Circle::Reviewers => (somebody.leads() || somebody.assesses()) && !is_own,
            Circle::Confidants => somebody.leads() || is_own,
            Circle::ConfidentReviewers => somebody.leads() && !is_own,
            Circle::Authors => is_own,
        };
        comment.by == who || is_meant
    }
}
