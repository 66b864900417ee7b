//! The SQL of texts that go for good, with the salts that their digests were made with: of
//! an idea in every revision, with what was asked, answered and noted around it; of a
//! comment; of a decision. Every function asks for the permit; the idea is locked. Each
//! tells which rows it emptied, and what their digests are now.

use super::appeals::AppealId;
use super::conversation::Comment;
use super::domain::{Decision, DecisionId, DecisionKind, Idea, IdeaId, Text};
use super::redaction::{Emptied, Gone, Redaction, TOMBSTONE, told};
use super::store_acts::keep_note;
use super::store_changes::{reindex, to_row};
use super::store_conflicts;
use super::store_digests as digests;
use crate::entity::{
    appeal, comment, decision, decision_review, event, idea, idea_revision, note, question,
};
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::outbox::canonical;
use crate::policy::{Permit, Redact};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use std::collections::HashSet;
use uuid::Uuid;

/// Revisions that are read and written together: each may hold 100,000 characters.
const REVISIONS_AT_ONCE: u64 = 50;

/// The salt of what is left of a row: none where nothing is.
fn salt_of_the_rest(redaction: &Redaction) -> String {
    match redaction.field {
        Some(_) => salt(),
        None => String::new(),
    }
}

/// Takes a text, or all of them, out of every revision; all of them take along what was
/// asked and answered, and what was noted with events.
pub async fn empty_idea(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    idea: &mut Idea,
    redaction: &Redaction,
) -> Result<(Vec<Emptied>, Gone)> {
    let mut gone = Gone::default();
    let mut emptied = revisions(tx, idea.id, redaction, &mut gone).await?;
    let text = idea.text.clone().redacted(redaction);
    if text != idea.text {
        idea.text = text;
        reindex(tx, idea).await?;
    }
    if redaction.field.is_none() {
        emptied.append(&mut questions(tx, idea.id).await?);
        emptied.append(&mut notes(tx, idea.id).await?);
        emptied.append(&mut store_conflicts::empty(tx, idea.id).await?);
    }
    if !emptied.is_empty() {
        idea.updated_at = tx.now();
        idea::Entity::update(to_row(idea)?).exec(tx.sql()).await?;
    }
    Ok((emptied, gone))
}

async fn revisions(
    tx: &Tx<'_>,
    id: IdeaId,
    redaction: &Redaction,
    gone: &mut Gone,
) -> Result<Vec<Emptied>> {
    use idea_revision::{Column, Entity};
    let mut emptied = Vec::new();
    let mut last = 0;
    loop {
        let rows = Entity::find()
            .filter(Column::IdeaId.eq(id.0))
            .filter(Column::Number.gt(last))
            .order_by_asc(Column::Number)
            .limit(REVISIONS_AT_ONCE)
            .all(tx.sql())
            .await?;
        let Some(end) = rows.last() else {
            return Ok(emptied);
        };
        last = end.number;
        let mut changed = Vec::new();
        for mut row in rows {
            let text: Text = serde_json::from_str(&row.body).map_err(Error::internal)?;
            gone.note(&text, redaction);
            let text = serde_json::to_value(text.redacted(redaction)).map_err(Error::internal)?;
            let body = canonical(&text);
            let is_salted = redaction.field.is_none() && !row.salt.is_empty();
            if body == row.body && !is_salted {
                continue;
            }
            row.body = body;
            row.salt = salt_of_the_rest(redaction);
            emptied.push(Emptied {
                kind: "revision",
                id: row.number.to_string(),
                digest: digests::revision(&row),
            });
            changed.push(row_of::<_, idea_revision::ActiveModel>(row));
        }
        if !changed.is_empty() {
            Entity::insert_many(changed)
                .on_conflict(
                    OnConflict::columns([Column::IdeaId, Column::Number])
                        .update_columns([Column::Body, Column::Salt])
                        .to_owned(),
                )
                .exec_without_returning(tx.sql())
                .await?;
        }
    }
}

/// What was asked and answered, and the decision to ask, which says the same words.
async fn questions(tx: &Tx<'_>, id: IdeaId) -> Result<Vec<Emptied>> {
    let rows = question::Entity::find()
        .filter(question::Column::IdeaId.eq(id.0))
        .order_by_asc(question::Column::Id)
        .all(tx.sql())
        .await?;
    let mut emptied = Vec::new();
    for row in rows {
        emptied.extend(empty_question(tx, row).await?);
    }
    let asked = decision::Entity::find()
        .filter(decision::Column::IdeaId.eq(id.0))
        .filter(decision::Column::Kind.eq(DecisionKind::InfoRequested.as_str()))
        .filter(decision::Column::Reason.ne(TOMBSTONE))
        .order_by_asc(decision::Column::Id)
        .all(tx.sql())
        .await?;
    for mut row in asked {
        row.reason = TOMBSTONE.to_owned();
        row.salt = salt();
        emptied.push(save_decision(tx, row).await?);
    }
    Ok(emptied)
}

async fn empty_question(tx: &Tx<'_>, mut row: question::Model) -> Result<Option<Emptied>> {
    let is_gone = |text: &str| text == TOMBSTONE;
    if is_gone(&row.text) && row.answer.as_deref().is_none_or(is_gone) {
        return Ok(None);
    }
    row.text = TOMBSTONE.to_owned();
    row.answer = row.answer.map(|_| TOMBSTONE.to_owned());
    // The answer to an open one is still to come.
    row.salt = match row.answer {
        None => salt(),
        Some(_) => String::new(),
    };
    let emptied = Emptied {
        kind: "question",
        id: row.id.simple().to_string(),
        digest: digests::question(&row),
    };
    question::Entity::update(row_of::<_, question::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(Some(emptied))
}

/// What was noted with events, the reasons of redactions aside: they stay.
async fn notes(tx: &Tx<'_>, id: IdeaId) -> Result<Vec<Emptied>> {
    let kept = reasons_of_redactions(tx, id).await?;
    let rows = note::Entity::find()
        .filter(note::Column::IdeaId.eq(id.0))
        .filter(note::Column::Text.ne(TOMBSTONE))
        .order_by_asc(note::Column::Id)
        .all(tx.sql())
        .await?;
    let mut emptied = Vec::new();
    let mut changed = Vec::new();
    for mut row in rows.into_iter().filter(|row| !kept.contains(&row.id)) {
        row.text = TOMBSTONE.to_owned();
        row.salt = String::new();
        emptied.push(Emptied {
            kind: "note",
            id: row.id.simple().to_string(),
            digest: digests::note(&row),
        });
        changed.push(row_of::<_, note::ActiveModel>(row));
    }
    for part in changed.chunks(ROWS_AT_ONCE) {
        note::Entity::insert_many(part.to_vec())
            .on_conflict(
                OnConflict::column(note::Column::Id)
                    .update_columns([note::Column::Text, note::Column::Salt])
                    .to_owned(),
            )
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(emptied)
}

/// Rows that one statement writes at most.
const ROWS_AT_ONCE: usize = 1_000;

async fn reasons_of_redactions(tx: &Tx<'_>, id: IdeaId) -> Result<HashSet<Uuid>> {
    let kinds = super::conversation::Circle::ALL.map(|circle| circle.redaction());
    let events = event::Entity::find()
        .filter(event::Column::SubjectKind.eq("idea"))
        .filter(event::Column::SubjectId.eq(id.0))
        .filter(event::Column::Kind.is_in(kinds))
        .all(tx.sql())
        .await?;
    let mut kept = HashSet::new();
    for event in events {
        let data: Value = serde_json::from_str(&event.data).map_err(Error::internal)?;
        let note = data["note"].as_str();
        kept.extend(note.and_then(|id| Uuid::try_parse(id).ok()));
    }
    Ok(kept)
}

/// Empties a comment, unless that was done before; its place stays.
pub async fn empty_comment(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    comment: &Comment,
) -> Result<Vec<Emptied>> {
    if comment.is_removed {
        return Ok(Vec::new());
    }
    comment::Entity::update(comment::ActiveModel {
        id: Set(comment.id.0),
        body: Set(String::new()),
        removed_at: Set(Some(tx.now())),
        salt: Set(String::new()),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let (author, circle) = (comment.author.0, comment.circle.as_str());
    Ok(vec![Emptied {
        kind: "comment",
        id: comment.id.0.simple().to_string(),
        digest: digests::comment("", author, circle, ""),
    }])
}

/// Takes a text, or all of them, out of a decision. Of a question to the author the words
/// stand twice, and go twice.
pub async fn empty_decision(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    decision: &Decision,
    redaction: &Redaction,
) -> Result<Vec<Emptied>> {
    let row = decision::Entity::find_by_id(decision.id.0)
        .one(tx.sql())
        .await?
        .ok_or_else(|| Error::internal("a decision is gone"))?;
    let before = row.clone();
    let mut row = row;
    let is_reason = redaction.takes("reason");
    if is_reason {
        row.reason = TOMBSTONE.to_owned();
    }
    for (field, text) in [
        ("expectation", &mut row.expectation),
        ("wrongWhen", &mut row.wrong_when),
        ("handedTo", &mut row.handed_to),
        ("wouldReconsiderIf", &mut row.would_reconsider_if),
    ] {
        if redaction.takes(field) {
            *text = None;
        }
    }
    let mut emptied = Vec::new();
    let is_salted = redaction.field.is_none() && !row.salt.is_empty();
    if row != before || is_salted {
        row.salt = salt_of_the_rest(redaction);
        emptied.push(save_decision(tx, row).await?);
    }
    if redaction.takes("review") {
        emptied.append(&mut reviews(tx, decision.id).await?);
    }
    if is_reason && decision.kind == DecisionKind::InfoRequested {
        let asked = question::Entity::find()
            .filter(question::Column::IdeaId.eq(decision.idea.0))
            .filter(question::Column::AskedAt.eq(decision.decided_at))
            .all(tx.sql())
            .await?;
        for row in asked {
            emptied.extend(empty_words(tx, row).await?);
        }
    }
    Ok(emptied)
}

/// What those noted who looked at a decision again.
async fn reviews(tx: &Tx<'_>, decision: DecisionId) -> Result<Vec<Emptied>> {
    let rows = decision_review::Entity::find()
        .filter(decision_review::Column::DecisionId.eq(decision.0))
        .filter(decision_review::Column::Note.ne(TOMBSTONE))
        .order_by_asc(decision_review::Column::Id)
        .all(tx.sql())
        .await?;
    let mut emptied = Vec::new();
    for mut row in rows {
        row.note = TOMBSTONE.to_owned();
        row.salt = String::new();
        emptied.push(Emptied {
            kind: "review",
            id: row.id.simple().to_string(),
            digest: digests::decision_review(&row),
        });
        decision_review::Entity::update(row_of::<_, decision_review::ActiveModel>(row))
            .exec(tx.sql())
            .await?;
    }
    Ok(emptied)
}

/// Takes the reason of an appeal, the answer to it, or both; each has a salt of its own.
pub async fn empty_appeal(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    id: AppealId,
    redaction: &Redaction,
) -> Result<Vec<Emptied>> {
    let row = appeal::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let mut row = row.ok_or_else(|| Error::internal("an appeal is gone"))?;
    let name = row.id.simple().to_string();
    let mut emptied = Vec::new();
    if redaction.takes("reason") && row.reason != TOMBSTONE {
        row.reason = TOMBSTONE.to_owned();
        row.salt = String::new();
        emptied.push(Emptied {
            kind: "appeal",
            id: name.clone(),
            digest: digests::appeal(&row),
        });
    }
    let has_answer = row.answer.as_deref().is_some_and(|text| text != TOMBSTONE);
    if redaction.takes("answer") && has_answer {
        row.answer = Some(TOMBSTONE.to_owned());
        row.answer_salt = String::new();
        emptied.push(Emptied {
            kind: "answer",
            id: name,
            digest: digests::appeal_answer("", &row.state, TOMBSTONE),
        });
    }
    if !emptied.is_empty() {
        appeal::Entity::update(row_of::<_, appeal::ActiveModel>(row))
            .exec(tx.sql())
            .await?;
    }
    Ok(emptied)
}

/// Takes the words out of a question, and leaves the answer.
async fn empty_words(tx: &Tx<'_>, mut row: question::Model) -> Result<Option<Emptied>> {
    if row.text == TOMBSTONE {
        return Ok(None);
    }
    row.text = TOMBSTONE.to_owned();
    row.salt = salt();
    let emptied = Emptied {
        kind: "question",
        id: row.id.simple().to_string(),
        digest: digests::question(&row),
    };
    question::Entity::update(row_of::<_, question::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(Some(emptied))
}

async fn save_decision(tx: &Tx<'_>, row: decision::Model) -> Result<Emptied> {
    let emptied = Emptied {
        kind: "decision",
        id: row.id.simple().to_string(),
        digest: digests::decision(&row),
    };
    decision::Entity::update(row_of::<_, decision::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(emptied)
}

/// Says what was redacted and why, in an event of this kind; nothing when nothing was.
pub async fn tell(
    tx: &Tx<'_>,
    idea: IdeaId,
    kind: &'static str,
    of: &str,
    redaction: Redaction,
    emptied: &[Emptied],
) -> Result<()> {
    if emptied.is_empty() {
        return Ok(());
    }
    let mut data = told(of, &redaction, emptied);
    let (note, digest) = keep_note(tx, idea, redaction.reason).await?;
    data["note"] = json!(note);
    data["digest"] = json!(digest);
    tx.emit(idea.subject(), kind, data);
    Ok(())
}
