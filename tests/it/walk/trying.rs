//! What is tried: an idea is queued, planned, started, and what came of it is told or it is
//! given up. The order of the rules is that of `rules.rs`.

use serde_json::{Value, json};

use super::model::{DAY, Idea, Model, Who};
use super::rules::{No, OWN_IDEA, WRONG_STATE};

/// So many may be tried at once.
const MOST: usize = 5;
/// How many days every plan says.
pub(super) const DAYS: i64 = 10;

/// A prototype as it should be.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) id: String,
    pub(super) owner: Who,
    pub(super) state: &'static str,
    pub(super) is_planned: bool,
    /// When it came into the queue, of all.
    pub(super) turn: usize,
    pub(super) outcome: Option<&'static str>,
    pub(super) goes_on: Option<&'static str>,
    /// Concluded by an author.
    pub(super) is_own: bool,
}

impl Trial {
    fn queued(owner: Who, turn: usize, is_planned: bool) -> Self {
        Self {
            id: String::new(),
            owner,
            state: "QUEUED",
            is_planned,
            turn,
            outcome: None,
            goes_on: None,
            is_own: false,
        }
    }
}

impl Idea {
    /// The one that waits or is tried.
    pub(super) fn open_trial(&self) -> Option<&Trial> {
        let open = |one: &&Trial| ["QUEUED", "RUNNING"].contains(&one.state);
        self.trials.last().filter(open)
    }

    fn last_trial(&mut self) -> &mut Trial {
        self.trials.last_mut().expect("it was picked")
    }

    /// Back to where it was queued from.
    fn leaves_the_queue(&mut self, now: i64) {
        let to = self.left.take().expect("it came from somewhere");
        self.enter(to, now, None, false);
    }
}

impl Model {
    pub(super) fn queue(&mut self, by: Who, idea: usize, owner: Who, now: i64) -> Result<(), No> {
        let (owner_leads, turn) = (self.cast[owner].leads(), self.turn());
        let idea = self.lead_on_others(by, idea)?;
        let is_known_author = idea.is_of(owner) && !idea.is_anonymous;
        if idea.is_confidential && !owner_leads && !is_known_author {
            return Err(("BAD_USER_INPUT", "OWNER_SEES_NOTHING"));
        }
        if !["BACKLOG", "VALIDATED"].contains(&idea.state) {
            return Err(WRONG_STATE);
        }
        idea.left = Some(idea.state);
        idea.enter("PROTOTYPE_QUEUED", now, None, false);
        idea.trials.push(Trial::queued(owner, turn, false));
        idea.decided("", "PROTOTYPE_QUEUED", by, now);
        Ok(())
    }

    pub(super) fn plan(&mut self, by: Who, idea: usize) -> Result<(), No> {
        let trial = self.tried_by(by, idea)?.last_trial();
        if trial.state != "QUEUED" {
            return Err(WRONG_STATE);
        }
        trial.is_planned = true;
        Ok(())
    }

    pub(super) fn start(&mut self, by: Who, idea: usize, now: i64) -> Result<(), No> {
        let is_full = self.is_full(by, idea);
        let idea = self.tried_by(by, idea)?;
        let trial = idea.last_trial();
        if trial.state != "QUEUED" {
            return Err(WRONG_STATE);
        }
        if !trial.is_planned {
            return Err(("ILLEGAL_STEP", "EXPERIMENT_MISSING"));
        }
        if is_full {
            return Err(("CONFLICT", "LIMIT_REACHED"));
        }
        trial.state = "RUNNING";
        idea.enter("PROTOTYPING", now, Some(now + DAYS * DAY), false);
        Ok(())
    }

    pub(super) fn abort(&mut self, by: Who, idea: usize, now: i64) -> Result<(), No> {
        let idea = self.tried_by(by, idea)?;
        if idea.open_trial().is_none() {
            return Err(WRONG_STATE);
        }
        idea.last_trial().state = "ABORTED";
        idea.leaves_the_queue(now);
        Ok(())
    }

    pub(super) fn conclude(
        &mut self,
        by: Who,
        idea: usize,
        outcome: &'static str,
        goes_on: &'static str,
        now: i64,
    ) -> Result<(), No> {
        let turn = self.turn();
        let idea = self.tried_by(by, idea)?;
        if (outcome, goes_on) == ("INVALIDATED", "PERSEVERE") {
            return Err(("BAD_USER_INPUT", "INVALIDATED_GOES_ON"));
        }
        let is_own = idea.is_of(by);
        let trial = idea.last_trial();
        if trial.state != "RUNNING" {
            return Err(WRONG_STATE);
        }
        trial.state = "CONCLUDED";
        (trial.outcome, trial.goes_on) = (Some(outcome), Some(goes_on));
        trial.is_own = is_own;
        let owner = trial.owner;
        idea.decided("", "EXPERIMENT_CONCLUDED", by, now);
        match (outcome, goes_on) {
            (_, "PIVOT") => {
                idea.left = None;
                idea.is_published = false;
                for one in idea.assessments.values_mut() {
                    one.is_withdrawn = true;
                }
                idea.enter("IN_ASSESSMENT", now, None, false);
            }
            ("VALIDATED", _) => {
                idea.left = None;
                idea.enter("VALIDATED", now, None, false);
            }
            ("INVALIDATED", _) => {
                idea.left = None;
                idea.enter("INVALIDATED", now, None, false);
            }
            (_, "PERSEVERE") => {
                idea.enter("PROTOTYPE_QUEUED", now, None, false);
                idea.trials.push(Trial::queued(owner, turn, true));
            }
            _ => idea.leaves_the_queue(now),
        }
        Ok(())
    }

    /// The turn of whoever comes next.
    fn turn(&self) -> usize {
        self.ideas.iter().map(|idea| idea.trials.len()).sum()
    }

    /// An idea whose trial this person may change.
    fn tried_by(&mut self, by: Who, idea: usize) -> Result<&mut Idea, No> {
        let leads = self.cast[by].leads();
        let idea = self.seen_by(by, idea)?;
        if idea.last_trial().owner == by {
            Ok(idea)
        } else if !leads {
            Err(("FORBIDDEN", "NOT_OWNER"))
        } else if idea.is_of(by) {
            Err(OWN_IDEA)
        } else {
            Ok(idea)
        }
    }

    /// Whether as many are tried as may be beside this one, as far as this person may know.
    fn is_full(&self, who: Who, idea: usize) -> bool {
        let is_open = !self.ideas[idea].is_confidential;
        let counts = |other: usize| match is_open {
            true => !self.ideas[other].is_confidential,
            false => self.sees(who, other),
        };
        let running = (0..self.ideas.len())
            .filter(|other| self.ideas[*other].state == "PROTOTYPING" && counts(*other));
        running.count() >= MOST
    }

    /// What of its trial this person can do now.
    pub(super) fn trial_steps(&self, who: Who, at: usize) -> Vec<&'static str> {
        let idea = &self.ideas[at];
        let leads = self.cast[who].leads() && !idea.is_of(who);
        if ["BACKLOG", "VALIDATED"].contains(&idea.state) && leads {
            return vec!["queuePrototype"];
        }
        let Some(trial) = idea.open_trial().filter(|one| one.owner == who || leads) else {
            return Vec::new();
        };
        match trial.state {
            "RUNNING" => vec![
                "abortPrototype",
                "concludePrototype(INVALIDATED)",
                "concludePrototype(PERSEVERE)",
                "concludePrototype(PIVOT)",
                "concludePrototype(STOP)",
                "concludePrototype(VALIDATED)",
            ],
            _ if trial.is_planned && !self.is_full(who, at) => {
                vec!["abortPrototype", "startPrototype"]
            }
            _ => vec!["abortPrototype"],
        }
    }

    /// Its prototype as this person should see it.
    pub(super) fn trial_seen(&self, who: Who, idea: &Idea) -> Value {
        let Some(trial) = idea.trials.last() else {
            return Value::Null;
        };
        json!({
            "id": trial.id, "state": trial.state, "owner": {"name": self.cast[trial.owner].name},
            "position": self.position(trial), "outcome": trial.outcome,
            "decision": trial.goes_on,
            "isSelfReported": trial.is_own && self.knows_authors(who, idea),
            "learning": trial.outcome.map(|outcome| json!({"outcome": outcome})),
        })
    }

    /// Its place among those that everybody sees.
    fn position(&self, trial: &Trial) -> Option<usize> {
        let open = self.ideas.iter().filter(|idea| !idea.is_confidential);
        let before = open.filter_map(Idea::open_trial);
        let before = before.filter(|it| it.state == "QUEUED" && it.turn < trial.turn);
        (trial.state == "QUEUED").then(|| 1 + before.count())
    }

    /// The queue as this person should see it: what is tried by its time box, then what waits.
    pub(super) fn queue_seen(&self, who: Who) -> Value {
        let mut all: Vec<(bool, i64, usize, &Idea, &Trial)> = (0..self.ideas.len())
            .filter(|idea| self.sees(who, *idea))
            .filter_map(|idea| {
                let idea = &self.ideas[idea];
                let trial = idea.open_trial()?;
                let waits = trial.state == "QUEUED";
                let due = idea.due.filter(|_| !waits).unwrap_or_default();
                Some((waits, due, trial.turn, idea, trial))
            })
            .collect();
        all.sort_by_key(|(waits, due, turn, ..)| (*waits, *due, *turn));
        let node = |(.., idea, trial): (bool, i64, usize, &Idea, &Trial)| {
            json!({
                "state": trial.state, "position": self.position(trial),
                "idea": {"number": idea.number},
            })
        };
        let nodes: Vec<Value> = all.into_iter().map(node).collect();
        json!({"totalCount": nodes.len(), "nodes": nodes})
    }

    /// How many trials taught this person something.
    pub(super) fn taught(&self, who: Who) -> Value {
        let seen = (0..self.ideas.len()).filter(|idea| self.sees(who, *idea));
        let taught = seen.flat_map(|idea| &self.ideas[idea].trials);
        json!({"totalCount": taught.filter(|one| one.outcome.is_some()).count()})
    }
}
