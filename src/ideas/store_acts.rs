//! The SQL of what people do around an idea: support, questions and answers, decisions,
//! notes, handing on. Every function asks for the permit of what it does, or serves one that
//! did; every row it touches belongs to an idea that is locked.

use super::domain::{Authorship, DecisionId, DecisionKind, Idea, IdeaId, OutcomeKind, Question};
use super::lifecycle::State;
use super::store_calendar::review_later;
use super::store_changes::to_row;
use super::store_clusters::{self as clusters, Said};
use super::store_digests as digests;
use super::store_merges::count_supporters;
use crate::entity::{decision, idea, note, question, support};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::Result;
use crate::platform::ids;
use crate::policy::{
    AnswerQuestion, Permit, RevealAuthorship, ScreenIdea, SetSteward, SupportIdea, WithdrawSupport,
};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

/// Counts one more person; whether they were not counted yet, here or in what was merged
/// into it.
pub async fn add_support(
    tx: &Tx<'_>,
    permit: &Permit<SupportIdea>,
    idea: &mut Idea,
) -> Result<bool> {
    let supported = clusters::supported(tx.sql(), permit.by(), &[idea.id]).await?;
    if supported.contains(&idea.id) {
        return Ok(false);
    }
    let row = support::Model {
        idea_id: idea.id.0,
        member_id: permit.by().0,
        at: tx.now(),
    };
    let added = support::Entity::insert(row_of(row))
        .on_conflict(
            OnConflict::columns([support::Column::IdeaId, support::Column::MemberId])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.sql())
        .await?;
    if added == 1 {
        count_support(tx, idea, 1).await?;
        tx.emit(idea.id.subject(), "SUPPORTED", json!({}));
    }
    Ok(added == 1)
}

/// Takes one person off wherever they were counted; whether they were.
pub async fn remove_support(
    tx: &Tx<'_>,
    permit: &Permit<WithdrawSupport>,
    said: &Said,
) -> Result<bool> {
    for id in &said.at {
        support::Entity::delete_by_id((id.0, permit.by().0))
            .exec(tx.sql())
            .await?;
        tx.emit(id.subject(), "SUPPORT_WITHDRAWN", json!({}));
    }
    count_supporters(tx, &said.touches).await?;
    Ok(!said.at.is_empty())
}

async fn count_support(tx: &Tx<'_>, idea: &mut Idea, by: i64) -> Result<()> {
    idea.support_count += by;
    idea::Entity::update_many()
        .col_expr(
            idea::Column::SupportCount,
            Expr::col(idea::Column::SupportCount).add(by),
        )
        .filter(idea::Column::Id.eq(idea.id.0))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Opens a question to the author; its id, and the digest for the event that tells of it.
pub async fn ask(
    tx: &Tx<'_>,
    permit: &Permit<ScreenIdea>,
    idea: &Idea,
    text: &str,
) -> Result<(Uuid, String)> {
    let row = question::Model {
        id: ids::fresh(tx.now()),
        idea_id: idea.id.0,
        text: text.to_owned(),
        asked_by_id: Some(permit.by().0),
        asked_at: tx.now(),
        answer: None,
        answered_by_id: None,
        answered_at: None,
        salt: salt(),
    };
    let told = (row.id, digests::question(&row));
    question::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(told)
}

/// Writes the answer to the open question, and says so.
pub async fn answer(
    tx: &Tx<'_>,
    permit: &Permit<AnswerQuestion>,
    idea: &Idea,
    open: Question,
    text: String,
) -> Result<()> {
    let row = question::Model {
        id: open.id,
        idea_id: idea.id.0,
        text: open.text,
        asked_by_id: open.asked_by.map(|id| id.0),
        asked_at: open.asked_at,
        answer: Some(text),
        answered_by_id: Some(permit.by().0),
        answered_at: Some(tx.now()),
        salt: open.salt,
    };
    let data = json!({"question": row.id, "digest": digests::question(&row)});
    question::Entity::update(row_of::<_, question::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    tx.emit(idea.id.subject(), "QUESTION_ANSWERED", data);
    Ok(())
}

/// Closes a question that nobody answered in time.
pub async fn close_unanswered(tx: &Tx<'_>, open: &Question) -> Result<()> {
    question::Entity::update_many()
        .col_expr(question::Column::AnsweredAt, Expr::val(tx.now()))
        .filter(question::Column::Id.eq(open.id))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// A decision as it is appended.
#[derive(Clone, Debug)]
pub struct NewDecision {
    pub kind: DecisionKind,
    pub reason: String,
    pub rank_then: Option<i32>,
    pub score_then: Option<i32>,
    pub is_override: bool,
    pub would_reconsider_if: Option<String>,
    pub handed_to: Option<String>,
    pub revisit_at: Option<Micros>,
    pub expectation: Option<String>,
    pub wrong_when: Option<String>,
    pub review_at: Option<Micros>,
    pub outcome: Option<OutcomeKind>,
}

impl NewDecision {
    /// One with nothing but its reason.
    pub fn of(kind: DecisionKind, reason: String) -> Self {
        Self {
            kind,
            reason,
            rank_then: None,
            score_then: None,
            is_override: false,
            would_reconsider_if: None,
            handed_to: None,
            revisit_at: None,
            expectation: None,
            wrong_when: None,
            review_at: None,
            outcome: None,
        }
    }
}

/// Appends a decision; its id, and the digest for the event that tells of it.
pub async fn decide<A>(
    tx: &Tx<'_>,
    permit: &Permit<A>,
    idea: &Idea,
    new: NewDecision,
) -> Result<(DecisionId, String)> {
    let row = decision::Model {
        id: ids::fresh(tx.now()),
        idea_id: idea.id.0,
        kind: new.kind.as_str().to_owned(),
        reason: new.reason,
        decided_by_id: Some(permit.by().0),
        decided_at: tx.now(),
        rank_then: new.rank_then,
        score_then: new.score_then,
        is_override: new.is_override,
        would_reconsider_if: new.would_reconsider_if,
        handed_to: new.handed_to,
        revisit_at: new.revisit_at,
        expectation: new.expectation,
        wrong_when: new.wrong_when,
        review_at: new.review_at,
        outcome: new.outcome.map(|kind| kind.as_str().to_owned()),
        salt: salt(),
    };
    let (id, digest) = (DecisionId(row.id), digests::decision(&row));
    decision::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    if let Some(at) = new.review_at {
        review_later(tx, id, at).await?;
    }
    Ok((id, digest))
}

/// Hands an idea to another steward, and says so.
pub async fn hand_over(
    tx: &Tx<'_>,
    _: &Permit<SetSteward>,
    idea: &mut Idea,
    to: MemberId,
    reason: String,
) -> Result<()> {
    let (note, digest) = keep_note(tx, idea.id, reason).await?;
    let data = json!({"from": idea.steward, "to": to, "note": note, "digest": digest});
    idea.steward = Some(to);
    idea.updated_at = tx.now();
    idea::Entity::update(to_row(idea)?).exec(tx.sql()).await?;
    tx.emit(idea.id.subject(), "STEWARD_CHANGED", data);
    Ok(())
}

/// Shows who wrote an idea from now on, and says so.
pub async fn reveal(tx: &Tx<'_>, _: &Permit<RevealAuthorship>, idea: &mut Idea) -> Result<()> {
    idea.authorship = Authorship::Named;
    idea.updated_at = tx.now();
    idea::Entity::update(to_row(idea)?).exec(tx.sql()).await?;
    // What happens to a draft is its authors' own.
    let kind = match idea.state {
        State::Draft => "DRAFT_NAMED",
        _ => "AUTHORSHIP_REVEALED",
    };
    tx.emit(idea.id.subject(), kind, json!({}));
    Ok(())
}

/// Keeps what somebody said with an event; its id and digest.
pub async fn keep_note(tx: &Tx<'_>, idea: IdeaId, text: String) -> Result<(Uuid, String)> {
    let row = note::Model {
        id: ids::fresh(tx.now()),
        idea_id: idea.0,
        text,
        salt: salt(),
    };
    let (id, digest) = (row.id, digests::note(&row));
    note::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok((id, digest))
}
