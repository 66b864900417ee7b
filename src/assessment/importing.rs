//! What becomes of an idea that comes in from a file, with the assessments it brings:
//! judged against what is there already, for the import itself and for saying beforehand
//! what it would do. An import adds; it never overwrites what people did here. Pure.

use super::domain::Ratings;
use super::rubric::Rubric;
use super::scoring::{Sheet, Status, assess, score_idea};
use crate::ideas::domain::{Channel, Idea, Text, Visibility};
use crate::ideas::lifecycle::State;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use std::collections::HashMap;
use uuid::Uuid;

/// One external id of the files, and all they say about it.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub external_id: String,
    /// None where only assessments of it came.
    pub idea: Option<IncomingIdea>,
    /// At most one per assessor.
    pub assessments: Vec<IncomingAssessment>,
}

/// An idea of a file.
#[derive(Clone, Debug)]
pub struct IncomingIdea {
    pub text: Text,
    /// The fields of the text that the file has a column for; it says nothing of others.
    pub told: Vec<&'static str>,
    /// None where the file says nothing of it.
    pub visibility: Option<Visibility>,
    /// The author's name; none where the file names nobody.
    pub author: Option<String>,
    /// When it was written; now, where the file does not say.
    pub submitted_at: Option<Micros>,
}

/// An assessment of a file.
#[derive(Clone, Debug)]
pub struct IncomingAssessment {
    /// The assessor's name.
    pub assessor: String,
    /// Fitting the rubric of the idea.
    pub ratings: Ratings,
}

/// What the house knows of an idea that comes again.
#[derive(Clone, Debug)]
pub struct Known {
    pub idea: Idea,
    /// Author and co-authors.
    pub authors: Vec<MemberId>,
    pub given: Vec<Given>,
    /// Its score was published.
    pub was_published: bool,
    /// It has a place in the ranked backlog.
    pub is_listed: bool,
}

/// An assessment that stands here already.
#[derive(Clone, Debug)]
pub struct Given {
    pub id: Uuid,
    pub assessor: MemberId,
    /// Complete, and not taken back.
    pub counts: bool,
    /// By criterion key.
    pub levels: HashMap<String, Option<f64>>,
}

/// What becomes of an idea of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdeaFate {
    /// Taken in.
    New,
    /// There already, with the same text.
    Unchanged,
    /// There already, and these fields read differently: it stays as it is here.
    Kept(Vec<&'static str>),
}

/// What becomes of an assessment of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssessmentFate {
    /// Taken in.
    New,
    /// There already, with the same levels.
    Unchanged,
    /// There already, with other levels or taken back: it stays as it is here.
    Kept,
    /// Its idea is assessed no more.
    Late,
}

impl IncomingIdea {
    /// What becomes of it, given the idea with its external id.
    pub fn fate(&self, known: Option<&Known>) -> IdeaFate {
        let Some(known) = known else {
            return IdeaFate::New;
        };
        let mut differs = self.text.changed_from(&known.idea.text);
        differs.retain(|field| self.told.contains(field));
        if self
            .visibility
            .is_some_and(|told| told != known.idea.visibility)
        {
            differs.push("visibility");
        }
        if differs.is_empty() {
            IdeaFate::Unchanged
        } else {
            IdeaFate::Kept(differs)
        }
    }
}

impl IncomingAssessment {
    /// What becomes of it under this rubric. `assessor` is the member of that name, when
    /// there is one already.
    pub fn fate(
        &self,
        known: Option<&Known>,
        assessor: Option<MemberId>,
        rubric: &Rubric,
    ) -> AssessmentFate {
        let Some(known) = known else {
            return AssessmentFate::New;
        };
        let mine = known
            .given
            .iter()
            .find(|given| Some(given.assessor) == assessor);
        match mine {
            Some(given) if given.levels_under(rubric) == self.ratings.levels() => {
                AssessmentFate::Unchanged
            }
            Some(_) => AssessmentFate::Kept,
            None if takes_assessments(&known.idea) => AssessmentFate::New,
            None => AssessmentFate::Late,
        }
    }
}

impl Given {
    fn levels_under(&self, rubric: &Rubric) -> Vec<Option<f64>> {
        let level = |key: &str| self.levels.get(key).copied().flatten();
        rubric
            .criteria
            .iter()
            .map(|criterion| level(&criterion.key))
            .collect()
    }
}

/// Whether an import may add assessments: while people may, and to what came from a file
/// and waits for screening, as if both had come together.
pub fn takes_assessments(idea: &Idea) -> bool {
    let waits = idea.state == State::Submitted && idea.channel == Channel::Import;
    waits || idea.state.is_assessable()
}

/// What an import did, or would do, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    pub ideas_new: u64,
    pub ideas_unchanged: u64,
    pub ideas_kept: u64,
    pub assessments_new: u64,
    /// Of the new ones, those that leave too much open to count.
    pub assessments_incomplete: u64,
    pub assessments_unchanged: u64,
    pub assessments_kept: u64,
    pub assessments_late: u64,
    /// Ideas of the files that have a place in the ranked backlog afterwards.
    pub ranked: u64,
}

impl Tally {
    /// Counts one idea.
    pub fn idea(&mut self, fate: &IdeaFate) {
        match fate {
            IdeaFate::New => self.ideas_new += 1,
            IdeaFate::Unchanged => self.ideas_unchanged += 1,
            IdeaFate::Kept(_) => self.ideas_kept += 1,
        }
    }

    /// Counts one assessment.
    pub fn assessment(&mut self, fate: AssessmentFate, is_complete: bool) {
        match fate {
            AssessmentFate::New => {
                self.assessments_new += 1;
                self.assessments_incomplete += u64::from(!is_complete);
            }
            AssessmentFate::Unchanged => self.assessments_unchanged += 1,
            AssessmentFate::Kept => self.assessments_kept += 1,
            AssessmentFate::Late => self.assessments_late += 1,
        }
    }

    /// Adds what another batch came to.
    pub fn add(&mut self, other: &Self) {
        self.ideas_new += other.ideas_new;
        self.ideas_unchanged += other.ideas_unchanged;
        self.ideas_kept += other.ideas_kept;
        self.assessments_new += other.assessments_new;
        self.assessments_incomplete += other.assessments_incomplete;
        self.assessments_unchanged += other.assessments_unchanged;
        self.assessments_kept += other.assessments_kept;
        self.assessments_late += other.assessments_late;
        self.ranked += other.ranked;
    }

    /// Counts what an import of this one would do, under the rubric the idea is or would be
    /// assessed under. `members` are the people of the file who are here already.
    pub fn foresee(
        &mut self,
        new: &Incoming,
        known: Option<&Known>,
        members: &HashMap<String, MemberId>,
        rubric: &Rubric,
    ) {
        if let Some(idea) = &new.idea {
            self.idea(&idea.fate(known));
        }
        let mut added = Vec::new();
        for one in &new.assessments {
            let assessor = members.get(&one.assessor).copied();
            let fate = one.fate(known, assessor, rubric);
            self.assessment(fate, assess(rubric, one.ratings.levels()).is_complete);
            if fate == AssessmentFate::New {
                added.push(one.ratings.levels().to_vec());
            }
        }
        self.ranked += u64::from(would_be_ranked(known, added, rubric));
    }
}

/// Whether an idea with these assessments beside those it has would be ranked.
fn would_be_ranked(known: Option<&Known>, added: Vec<Vec<Option<f64>>>, rubric: &Rubric) -> bool {
    if added.is_empty() {
        return known.is_some_and(|known| known.is_listed);
    }
    let given = known.into_iter().flat_map(|known| &known.given);
    let standing = given
        .filter(|given| given.counts)
        .map(|given| (given.id, given.levels_under(rubric)));
    // The order of summing cannot change whether there is a rank.
    let levels: Vec<(Uuid, Vec<Option<f64>>)> = standing
        .chain(added.into_iter().map(|levels| (Uuid::max(), levels)))
        .collect();
    let sheets: Vec<Sheet<'_>> = levels
        .iter()
        .map(|(id, levels)| Sheet { id: *id, levels })
        .collect();
    let was_published = known.is_some_and(|known| known.was_published);
    score_idea(rubric, &sheets)
        .is_some_and(|score| score.status(rubric, was_published) == Status::Ranked)
}
