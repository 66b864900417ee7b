//! What events say of rows, held against the rows: every row of which an event carries the
//! digest has that digest, every digest has its row, and no row stands there that no event
//! tells of. The text of an idea is that of its newest revision.

use super::super::Stop;
use super::Tally;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::{appeals, assigned, comments};
use crate::assessment::store_digests::{assessment, definition, rubric_change};
use crate::assessment::store_rubric_changes::{RubricChangeKind, event_of};
use crate::assessment::store_verify::{Rows, changes, versions};
use crate::entity::{question, rubric_change};
use crate::ideas::domain::Idea;
use crate::ideas::store::read;
use crate::ideas::store_digests as digests;
use crate::ideas::store_verify::Kept;
use crate::platform::db::View;
use crate::platform::outbox::canonical;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The event that made a row, by the row.
#[derive(Default)]
struct Made<'a> {
    revisions: BTreeMap<i64, &'a Said>,
    decisions: HashMap<Uuid, &'a Said>,
    asked: HashMap<Uuid, &'a Said>,
    answered: HashMap<Uuid, &'a Said>,
    unanswered: HashMap<Uuid, &'a Said>,
    notes: HashMap<Uuid, &'a Said>,
    /// The last time each was handed in,
    assessments: HashMap<Uuid, &'a Said>,
    /// the last time it was taken over to another version of its rubric since,
    carried: HashMap<Uuid, &'a Said>,
    /// and whether it was taken back after.
    withdrawn: BTreeSet<Uuid>,
    supports: i64,
}

impl<'a> Made<'a> {
    fn read(chain: &'a Chain) -> Self {
        let mut made = Self::default();
        for event in &chain.events {
            match event.kind.as_str() {
                "SUPPORTED" => made.supports += 1,
                "SUPPORT_WITHDRAWN" => made.supports -= 1,
                _ => {}
            }
            if let Some(id) = event.id("question") {
                let asks = event.text("questionDigest").is_some();
                let of = if asks {
                    &mut made.asked
                } else {
                    &mut made.answered
                };
                of.entry(id).or_insert(event);
            }
            if let Some(id) = event.id("unanswered") {
                made.unanswered.entry(id).or_insert(event);
            }
            if let Some(id) = event.id("note") {
                made.notes.entry(id).or_insert(event);
            }
            if let Some(id) = event.id("decision") {
                made.decisions.entry(id).or_insert(event);
            }
            if event.kind == "ASSESSMENTS_ENDED" {
                made.withdrawn.extend(event.ids("assessments"));
            }
            if let Some(id) = event.id("assessment") {
                if event.kind == "ASSESSMENT_WITHDRAWN" {
                    made.withdrawn.insert(id);
                } else if event.kind == "ASSESSMENT_CARRIED_OVER" {
                    made.carried.insert(id, event);
                } else if event.kind == "ASSESSED" {
                    made.withdrawn.remove(&id);
                    made.carried.remove(&id);
                    made.assessments.insert(id, event);
                }
            }
            let number = event.data["revision"].as_i64();
            if let (Some(number), Some(_)) = (number, event.text("digest")) {
                made.revisions.entry(number).or_insert(event);
            }
        }
        made
    }
}

/// The idea of a chain, when all that is kept of it fits; none for a draft that was discarded.
pub(super) fn idea(chain: &Chain, kept: &Kept, assessments: &[Rows]) -> Result<Option<Idea>, Stop> {
    let is_discarded = chain.events.last().is_some_and(|it| it.kind == "DISCARDED");
    let row = match (&kept.idea, is_discarded) {
        (None, true) => return Ok(None),
        (None, false) => return Err(chain.misfit("there are events of it, and no such idea")),
        (Some(_), true) => return Err(chain.misfit("it was discarded, and is there")),
        (Some(row), false) => row,
    };
    let idea = read(row.clone()).map_err(|cause| chain.misfit(Stop::from(cause).message))?;
    let made = Made::read(chain);
    let gone = Redactions::read(chain);
    revisions(chain, kept, &made, &gone, &idea)?;
    decisions(chain, kept, &made, &gone)?;
    appeals::check(chain, kept, &gone, idea.appeal_due_at)?;
    questions(chain, kept, &made, &gone)?;
    notes(chain, kept, &made, &gone)?;
    comments::check(chain, &kept.comments, &gone)?;
    assigned::conflicts(chain, kept, &gone)?;
    assigned::assignments(chain, kept, assessments)?;
    handed_in(chain, assessments, &made, &gone)?;
    if kept.people != idea.support_count {
        return Err(chain.misfit(format!(
            "it counts {} who support it, and there are {}",
            idea.support_count, kept.people
        )));
    }
    if kept.supports != made.supports {
        return Err(chain.misfit(format!(
            "{} support it, and by its events it should be {}",
            kept.supports, made.supports
        )));
    }
    Ok(Some(idea))
}

fn revisions(
    chain: &Chain,
    kept: &Kept,
    made: &Made<'_>,
    gone: &Redactions<'_>,
    idea: &Idea,
) -> Result<(), Stop> {
    let mut open = made.revisions.clone();
    for row in &kept.revisions {
        let number = row.number;
        let Some(event) = open.remove(&i64::from(number)) else {
            return Err(chain.misfit(format!("no event tells of revision {number}")));
        };
        let changed = match &event.data["changed"] {
            Value::Null => "[]".to_owned(),
            fields => fields.to_string(),
        };
        let (last, digest) = gone.or("revision", &number.to_string(), event, "digest");
        if digest != Some(&digests::revision(row))
            || row.by_id != event.actor
            || row.at != event.at
            || row.changed != changed
        {
            let told = format!("revision {number} is not what it was when it was written");
            return Err(chain.misfit_at(last, told));
        }
    }
    if let Some((number, event)) = open.first_key_value() {
        return Err(chain.misfit_at(event, format!("revision {number} is gone")));
    }
    let newest = kept.revisions.iter().max_by_key(|row| row.number);
    let text = serde_json::to_value(&idea.text)
        .map(|text| canonical(&text))
        .map_err(|cause| chain.misfit(cause))?;
    if newest.is_none_or(|row| row.number != idea.revision || row.body != text) {
        return Err(chain.misfit("its text is not that of its newest revision"));
    }
    let tags: BTreeSet<&str> = kept.tags.iter().map(String::as_str).collect();
    if tags != idea.text.tags.iter().map(String::as_str).collect() {
        return Err(chain.misfit("it is not found by the tags that it has"));
    }
    Ok(())
}

fn decisions(
    chain: &Chain,
    kept: &Kept,
    made: &Made<'_>,
    gone: &Redactions<'_>,
) -> Result<(), Stop> {
    let mut open = made.decisions.clone();
    for row in &kept.decisions {
        let name = format!("decision_{}", row.id.simple());
        let Some(event) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let (last, digest) = gone.or("decision", &hex(row.id), event, "digest");
        if digest != Some(&digests::decision(row))
            || row.decided_by_id != event.actor
            || row.decided_at != event.at
        {
            let told = format!("{name} is not what it was when it was made");
            return Err(chain.misfit_at(last, told));
        }
    }
    none_gone(chain, &open, "decision")
}

fn questions(
    chain: &Chain,
    kept: &Kept,
    made: &Made<'_>,
    gone: &Redactions<'_>,
) -> Result<(), Stop> {
    let mut open = made.asked.clone();
    for row in &kept.questions {
        let name = format!("question {}", row.id.simple());
        let Some(asked) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let as_asked = question::Model {
            answer: None,
            ..row.clone()
        };
        let (last, digest) = gone.or("question", &hex(row.id), asked, "questionDigest");
        let is_redacted = last.position != asked.position;
        if (!is_redacted && digest != Some(&digests::question(&as_asked)))
            || row.asked_by_id != asked.actor
            || row.asked_at != asked.at
        {
            let told = format!("{name} is not what it was when it was asked");
            return Err(chain.misfit_at(asked, told));
        }
        match (made.answered.get(&row.id), &row.answer) {
            (None, None) if is_redacted && digest != Some(&digests::question(row)) => {
                let told = format!("{name} is not what was left of it");
                return Err(chain.misfit_at(last, told));
            }
            (None, None) => {
                // Closed by the calendar, or still open.
                let closed = made.unanswered.get(&row.id).map(|event| event.at);
                if row.answered_at != closed || row.answered_by_id.is_some() {
                    let told = format!("the events say otherwise whether {name} is open");
                    return Err(chain.misfit(told));
                }
            }
            (None, Some(_)) => {
                return Err(chain.misfit(format!("no event tells of the answer to {name}")));
            }
            (Some(event), _) => {
                let (last, digest) = gone.or("question", &hex(row.id), event, "digest");
                if digest != Some(&digests::question(row))
                    || row.answered_by_id != event.actor
                    || row.answered_at != Some(event.at)
                {
                    let told = format!("the answer to {name} is not what it was when it was given");
                    return Err(chain.misfit_at(last, told));
                }
            }
        }
    }
    none_gone(chain, &open, "question")
}

fn notes(chain: &Chain, kept: &Kept, made: &Made<'_>, gone: &Redactions<'_>) -> Result<(), Stop> {
    let mut open = made.notes.clone();
    for row in &kept.notes {
        let Some(event) = open.remove(&row.id) else {
            let told = format!("no event tells of note {}", row.id.simple());
            return Err(chain.misfit(told));
        };
        let (last, digest) = gone.or("note", &hex(row.id), event, "digest");
        if digest != Some(&digests::note(row)) {
            let told = "what was said with it is not what it was then";
            return Err(chain.misfit_at(last, told));
        }
    }
    none_gone(chain, &open, "note")
}

fn handed_in(
    chain: &Chain,
    assessments: &[Rows],
    made: &Made<'_>,
    gone: &Redactions<'_>,
) -> Result<(), Stop> {
    let mut open = made.assessments.clone();
    for (row, ratings) in assessments {
        let name = format!("assessment_{}", row.id.simple());
        let Some(event) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        // An import hands in for others, and nobody acts.
        let is_theirs = event.actor.is_none_or(|actor| actor == row.assessor_id);
        let newest = made.carried.get(&row.id).copied().unwrap_or(event);
        let (last, digest) = gone.or("assessment", &hex(row.id), newest, "digest");
        if digest != Some(&assessment(row, ratings)) || row.submitted_at != event.at || !is_theirs {
            let told = format!("{name} is not what it was when it was handed in");
            return Err(chain.misfit_at(last, told));
        }
        if row.is_withdrawn != made.withdrawn.contains(&row.id) {
            let told = format!("the events say otherwise whether {name} was taken back");
            return Err(chain.misfit(told));
        }
    }
    none_gone(chain, &open, "assessment")
}

/// An id as events have it.
pub(super) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

pub(super) fn none_gone(
    chain: &Chain,
    open: &HashMap<Uuid, &Said>,
    noun: &str,
) -> Result<(), Stop> {
    let first = open.iter().min_by_key(|(_, event)| event.position);
    match first {
        None => Ok(()),
        Some((id, event)) => {
            let told = format!("{noun} {} is gone", id.simple());
            Err(chain.misfit_at(event, told))
        }
    }
}

/// Holds the published versions of a batch of rubrics against their events.
pub(super) async fn rubrics(view: &View, batch: &[Chain], tally: &mut Tally) -> Result<(), Stop> {
    let ids: Vec<Uuid> = batch.iter().map(|chain| chain.subject.id()).collect();
    let rows = versions(view, &ids).await?;
    let changes = changes(view, &ids).await?;
    for chain in batch {
        let mut open: BTreeMap<i64, &Said> = BTreeMap::new();
        for event in chain
            .events
            .iter()
            .filter(|it| it.kind == "RUBRIC_PUBLISHED")
        {
            if let Some(number) = event.data["number"].as_i64() {
                open.insert(number, event);
            }
        }
        let published = rows
            .iter()
            .filter(|row| row.rubric_id == chain.subject.id() && row.published_at.is_some());
        for row in published {
            let number = row.number;
            let Some(event) = open.remove(&i64::from(number)) else {
                return Err(chain.misfit(format!("no event tells of version {number}")));
            };
            if event.text("digest") != Some(&definition(&row.definition)) {
                let told = format!("version {number} is not what was published");
                return Err(chain.misfit_at(event, told));
            }
            tally.rubric_versions += 1;
        }
        if let Some((number, event)) = open.first_key_value() {
            return Err(chain.misfit_at(event, format!("version {number} is gone")));
        }
        reasons(chain, &changes)?;
    }
    Ok(())
}

/// Holds what was done with a rubric, and why, against the events that tell of it.
fn reasons(chain: &Chain, rows: &[rubric_change::Model]) -> Result<(), Stop> {
    let told = chain.events.iter();
    let mut open: HashMap<Uuid, &Said> = told
        .filter_map(|event| Some((event.id("change")?, event)))
        .collect();
    let of_chain = rows
        .iter()
        .filter(|row| row.rubric_id == chain.subject.id());
    for row in of_chain {
        let Some(event) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {}", row.id.simple())));
        };
        let is_kind = RubricChangeKind::parse(&row.kind).map(event_of) == Some(&*event.kind);
        if !is_kind || event.text("reasonDigest") != Some(&rubric_change(row)) {
            let told = format!("what it says of version {} was changed", row.number);
            return Err(chain.misfit_at(event, told));
        }
    }
    none_gone(chain, &open, "what was said of a version,")
}
