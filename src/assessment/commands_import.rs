//! Bringing in ideas and assessments from a file, a batch at a time. Nobody in person does
//! it: it is for whoever runs the house. Checking the file is done before; what is there
//! already is judged here once more, under lock.

use super::commands::was_blind;
use super::commands_scoring::rescore;
use super::importing::{
    AssessmentFate, IdeaFate, Incoming, IncomingAssessment, IncomingIdea, Known, Tally,
};
use super::rubric::Rubric;
use super::scoring::assess;
use super::store::{self, Assessment, NewAssessmentRow, RubricVersion};
use super::store_import;
use crate::ideas::domain::{Authorship, Channel, Idea, Visibility};
use crate::ideas::lifecycle::{State, Step};
use crate::ideas::{self, Cause, NewRow};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::identity::store_import::NOBODY_NAMED;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::outbox::Subject;
use crate::policy::Actor;
use crate::session::{House, Session};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Publishes a rubric as the first version of its key, unless the key is taken.
pub async fn publish(house: &House, rubric: &Rubric) -> Result<()> {
    nobody(house)
        .write(async |tx| {
            store::insert_rubric(tx, rubric, false).await?;
            Ok(())
        })
        .await
}

/// Takes in what is new of a batch, in one transaction, and leaves alone what is there.
/// Every idea comes with its assessments in the same transaction: an import that was
/// stopped half-way has whole ideas or none of each, and the next one goes on from there.
pub async fn bring_in(house: &House, version: &RubricVersion, batch: &[Incoming]) -> Result<Tally> {
    let s = nobody(house);
    s.write(async |tx| {
        Batch::begin(&s, tx, version, batch)
            .await?
            .bring_in(batch)
            .await
    })
    .await
}

/// The house itself acts.
fn nobody(house: &House) -> Session {
    Session::new(house.clone(), Actor::nobody())
}

/// What one transaction works with.
struct Batch<'a> {
    s: &'a Session,
    tx: &'a Tx<'a>,
    /// Of new ideas.
    version: &'a RubricVersion,
    known: HashMap<String, Known>,
    /// Of ideas that are there.
    versions: HashMap<Uuid, RubricVersion>,
    members: HashMap<String, MemberId>,
}

impl<'a> Batch<'a> {
    /// Locks and reads what the batch touches.
    async fn begin(
        s: &'a Session,
        tx: &'a Tx<'a>,
        version: &'a RubricVersion,
        batch: &[Incoming],
    ) -> Result<Self> {
        let external_ids: Vec<&str> = batch.iter().map(|one| &*one.external_id).collect();
        let known = store_import::known(tx.sql(), &external_ids).await?;
        let versions = versions(tx, &known).await?;
        let members = identity::store_import::imported(tx.sql(), &people(batch)).await?;
        let mut all = Self {
            s,
            tx,
            version,
            known,
            versions,
            members,
        };
        let mut missing = BTreeSet::new();
        let mut touched = BTreeSet::new();
        for one in batch {
            if !all.known.contains_key(&one.external_id) {
                missing.extend(one.idea.as_ref().map(author));
            }
            for assessment in &one.assessments {
                if all.fate(one, assessment)? == AssessmentFate::New {
                    missing.insert(assessment.assessor.as_str());
                    touched.extend(all.known.get(&one.external_id).map(|known| known.idea.id));
                }
            }
        }
        let made = identity::store_import::import(tx, &missing).await?;
        all.members.extend(made);
        // Read again once locked: somebody may just be assessing or deciding.
        for id in &touched {
            tx.lock(Subject::Idea(id.0)).await?;
        }
        if !touched.is_empty() {
            all.known = store_import::known(tx.sql(), &external_ids).await?;
            all.versions = self::versions(tx, &all.known).await?;
        }
        Ok(all)
    }

    async fn bring_in(mut self, batch: &[Incoming]) -> Result<Tally> {
        let mut tally = Tally::default();
        let mut ids = Vec::with_capacity(batch.len());
        for one in batch {
            let mut new = None;
            if let Some(idea) = &one.idea {
                let fate = idea.fate(self.known.get(&one.external_id));
                if fate == IdeaFate::New {
                    new = Some(self.insert(one, idea).await?);
                }
                tally.idea(&fate);
            }
            let mut added = Vec::new();
            for assessment in &one.assessments {
                let fate = self.fate(one, assessment)?;
                let rubric = &self.version_of(one)?.rubric;
                let total = assess(rubric, assessment.ratings.levels()).total;
                tally.assessment(fate, total.is_some());
                if fate == AssessmentFate::New {
                    added.push((assessment, total));
                }
            }
            let known = self.known.remove(&one.external_id);
            let earlier = match &known {
                Some(known) if !added.is_empty() => {
                    store::of_idea(self.tx.sql(), known.idea.id).await?
                }
                _ => Vec::new(),
            };
            let idea = new.or(known.map(|known| known.idea));
            let idea =
                idea.ok_or_else(|| Error::internal("assessments came of an idea that is gone"))?;
            ids.push(idea.id);
            if !added.is_empty() {
                self.assess(idea, earlier, &added).await?;
            }
        }
        tally.ranked = store_import::ranked(self.tx.sql(), &ids).await?;
        Ok(tally)
    }

    fn fate(&self, one: &Incoming, assessment: &IncomingAssessment) -> Result<AssessmentFate> {
        let assessor = self.members.get(&assessment.assessor).copied();
        let rubric = &self.version_of(one)?.rubric;
        Ok(assessment.fate(self.known.get(&one.external_id), assessor, rubric))
    }

    /// The version an idea is, or would be, assessed under.
    fn version_of(&self, one: &Incoming) -> Result<&RubricVersion> {
        match self
            .known
            .get(&one.external_id)
            .and_then(|known| known.idea.rubric_version)
        {
            None => Ok(self.version),
            Some(id) => self.version_named(id),
        }
    }

    fn version_named(&self, id: Uuid) -> Result<&RubricVersion> {
        if id == self.version.id.0 {
            return Ok(self.version);
        }
        let found = self.versions.get(&id);
        found.ok_or_else(|| Error::internal("the rubric of an idea is gone"))
    }

    fn member(&self, subject: &str) -> Result<MemberId> {
        let found = self.members.get(subject).copied();
        found.ok_or_else(|| Error::internal("somebody whom a file names is no member"))
    }

    /// An idea with assessments is in assessment from the start; the others wait for
    /// screening like those of people. The promise counts from when it came in here.
    async fn insert(&self, one: &Incoming, new: &IncomingIdea) -> Result<Idea> {
        let (tx, now) = (self.tx, self.tx.now());
        let is_assessed = !one.assessments.is_empty();
        let state = if is_assessed {
            State::InAssessment
        } else {
            State::Submitted
        };
        let row = NewRow {
            text: new.text.clone(),
            channel: Channel::Import,
            visibility: new.visibility.unwrap_or(Visibility::Organization),
            authorship: Authorship::Named,
            author: self.member(author(new))?,
            co_authors: Vec::new(),
            submitted_by: None,
            external_id: Some(one.external_id.clone()),
            state,
            due_at: self.s.promises().due(state, now),
            at: new.submitted_at.unwrap_or(now),
        };
        let mut idea = ideas::insert_row(tx, row).await?;
        if is_assessed {
            ideas::store_import::assess_under(tx, &mut idea, self.version.id.0).await?;
        }
        Ok(idea)
    }

    /// Adds assessments to a locked idea, and all that follows from them.
    async fn assess(
        &self,
        mut idea: Idea,
        mut earlier: Vec<Assessment>,
        added: &[(&IncomingAssessment, Option<f64>)],
    ) -> Result<()> {
        let tx = self.tx;
        if idea.state == State::Submitted {
            idea.rubric_version = Some(self.version.id.0);
            ideas::move_to(tx, &mut idea, Step::Accept, self.s.promises()).await?;
            let data = json!({"from": "SUBMITTED", "to": "IN_ASSESSMENT", "channel": "IMPORT"});
            tx.emit(idea.id.subject(), "STATE_CHANGED", data);
        }
        let version = idea
            .rubric_version
            .map_or(Ok(self.version), |id| self.version_named(id))?;
        for (new, total) in added {
            let assessor = self.member(&new.assessor)?;
            let was_blind = was_blind(&idea, version, &earlier, assessor);
            let row = NewAssessmentRow {
                assessor,
                version,
                // What they read is what the file says, not what was edited here.
                idea_revision: 1,
                total: *total,
                was_blind,
                ratings: &new.ratings,
            };
            let (id, digest) = store::save_row(tx, &idea, &earlier, row).await?;
            let data = json!({"assessment": id, "digest": digest, "channel": "IMPORT"});
            tx.emit(idea.id.subject(), "ASSESSED", data);
            let alias = earlier.iter().map(|one| one.alias).max().unwrap_or(0) + 1;
            earlier.push(Assessment {
                id,
                idea: idea.id,
                assessor,
                alias,
                rubric_version: version.id.0,
                idea_revision: 1,
                is_complete: total.is_some(),
                total: *total,
                is_withdrawn: false,
                is_recused: false,
                was_blind,
                comment: None,
                confidence: None,
                submitted_at: tx.now(),
                ratings: HashMap::new(),
            });
        }
        rescore(tx, &mut idea, version, self.s.promises(), Cause::Imported).await
    }
}

fn author(new: &IncomingIdea) -> &str {
    new.author.as_deref().unwrap_or(NOBODY_NAMED)
}

/// Everyone whom a batch names.
fn people(batch: &[Incoming]) -> BTreeSet<&str> {
    let assessors = batch.iter().flat_map(|one| &one.assessments);
    let authors = batch.iter().filter_map(|one| one.idea.as_ref());
    assessors
        .map(|one| one.assessor.as_str())
        .chain(authors.map(author))
        .collect()
}

/// The versions that ideas are assessed under, each read once.
async fn versions(
    tx: &Tx<'_>,
    known: &HashMap<String, Known>,
) -> Result<HashMap<Uuid, RubricVersion>> {
    let ids: BTreeSet<Uuid> = known
        .values()
        .filter_map(|known| known.idea.rubric_version)
        .collect();
    let mut versions = HashMap::new();
    for id in ids {
        if let Some(version) = store::version(tx.sql(), id).await? {
            versions.insert(id, version);
        }
    }
    Ok(versions)
}
