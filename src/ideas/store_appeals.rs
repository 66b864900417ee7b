//! The SQL of appeals, and of decisions looked at again. Whoever writes has locked the idea.

use super::appeals::{
    Appeal, AppealId, AppealOutcome, AppealState, NoAppeal, Review, ReviewAnswer,
};
use super::calendar::first_look;
use super::domain::{Decision, DecisionId, Idea, IdeaId};
use super::store::{Sees, stored, visible};
use super::store_digests as digests;
use crate::entity::{appeal, decision, decision_review, idea};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, on_unique, row_of};
use crate::platform::digest::salt;
use crate::platform::error::Result;
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{AppealDecision, Permit, ResolveAppeal, ReviewDecision};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Opens an appeal that is to be answered by then, and says so; `ALREADY_APPEALED` when there
/// was one. The idea knows from then on.
pub async fn open(
    tx: &Tx<'_>,
    permit: &Permit<AppealDecision>,
    idea: &mut Idea,
    decision: DecisionId,
    reason: String,
    due_at: Micros,
) -> Result<AppealId> {
    let row = appeal::Model {
        id: ids::fresh(tx.now()),
        decision_id: decision.0,
        idea_id: idea.id.0,
        state: AppealState::Open.as_str().to_owned(),
        reason,
        opened_by_id: Some(permit.by().0),
        opened_at: tx.now(),
        due_at,
        answer: None,
        answered_by_id: None,
        answered_at: None,
        salt: salt(),
        answer_salt: String::new(),
    };
    let id = AppealId(row.id);
    // Not "decision": that names the decision an event makes.
    let data = json!({"appeal": id, "of": decision, "digest": digests::appeal(&row)});
    let inserted = appeal::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await;
    on_unique(inserted, NoAppeal::Twice)?;
    keep_due(tx, idea).await?;
    tx.emit(idea.id.subject(), "APPEALED", data);
    Ok(id)
}

/// Writes the answer to an open appeal; the data of the event that tells of it.
pub async fn answer(
    tx: &Tx<'_>,
    permit: &Permit<ResolveAppeal>,
    idea: &mut Idea,
    open: &Appeal,
    outcome: AppealOutcome,
    answer: String,
) -> Result<Value> {
    let answer_salt = salt();
    let digest = digests::appeal_answer(&answer_salt, outcome.as_str(), &answer);
    appeal::Entity::update(appeal::ActiveModel {
        id: Set(open.id.0),
        state: Set(outcome.state().as_str().to_owned()),
        answer: Set(Some(answer)),
        answered_by_id: Set(Some(permit.by().0)),
        answered_at: Set(Some(tx.now())),
        answer_salt: Set(answer_salt),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    keep_due(tx, idea).await?;
    Ok(json!({"appeal": open.id, "outcome": outcome.as_str(), "digest": digest}))
}

/// Makes true on the idea when its first open appeal is due.
async fn keep_due(tx: &Tx<'_>, idea: &mut Idea) -> Result<()> {
    let first = appeal::Entity::find()
        .filter(appeal::Column::IdeaId.eq(idea.id.0))
        .filter(appeal::Column::State.eq(AppealState::Open.as_str()))
        .order_by_asc(appeal::Column::DueAt)
        .one(tx.sql())
        .await?;
    idea.appeal_due_at = first.map(|row| row.due_at);
    if idea.state.rests() {
        idea.wake_at = first_look(idea.state, idea.due_at, idea.appeal_due_at);
    }
    idea::Entity::update_many()
        .col_expr(idea::Column::AppealDueAt, Expr::val(idea.appeal_due_at))
        .col_expr(idea::Column::WakeAt, Expr::val(idea.wake_at))
        .filter(idea::Column::Id.eq(idea.id.0))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Keeps what somebody found who looked at a decision again, and says so.
pub async fn review(
    tx: &Tx<'_>,
    permit: &Permit<ReviewDecision>,
    decision: &Decision,
    held: ReviewAnswer,
    note: String,
) -> Result<()> {
    let row = decision_review::Model {
        id: ids::fresh(tx.now()),
        decision_id: decision.id.0,
        idea_id: decision.idea.0,
        held: held.as_str().to_owned(),
        note,
        by_id: Some(permit.by().0),
        at: tx.now(),
        salt: salt(),
    };
    let data = json!({
        "review": row.id, "of": decision.id, "held": held.as_str(),
        "digest": digests::decision_review(&row),
    });
    decision_review::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    tx.emit(decision.idea.subject(), "DECISION_REVIEWED", data);
    Ok(())
}

/// One appeal, whoever may see its idea.
pub async fn one(sql: &impl ConnectionTrait, id: AppealId) -> Result<Option<Appeal>> {
    let row = appeal::Entity::find_by_id(id.0).one(sql).await?;
    row.map(read).transpose()
}

/// Whether a decision was appealed.
pub async fn is_appealed(sql: &impl ConnectionTrait, decision: DecisionId) -> Result<bool> {
    let count = appeal::Entity::find()
        .filter(appeal::Column::DecisionId.eq(decision.0))
        .count(sql)
        .await?;
    Ok(count > 0)
}

/// Who made the decisions that are appealed and wait for an answer: not theirs to give.
pub async fn deciders(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Vec<MemberId>> {
    let open = Query::select()
        .column(appeal::Column::DecisionId)
        .from(appeal::Entity)
        .and_where(appeal::Column::IdeaId.eq(id.0))
        .and_where(appeal::Column::State.eq(AppealState::Open.as_str()))
        .to_owned();
    let rows = decision::Entity::find()
        .filter(decision::Column::Id.in_subquery(open))
        .all(sql)
        .await?;
    let decider = |row: decision::Model| row.decided_by_id.map(MemberId);
    Ok(rows.into_iter().filter_map(decider).collect())
}

/// The appeals of several decisions; each has one at most.
pub async fn of_decisions(
    sql: &impl ConnectionTrait,
    ids: &[DecisionId],
) -> Result<HashMap<DecisionId, Appeal>> {
    let rows = appeal::Entity::find()
        .filter(appeal::Column::DecisionId.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| read(row).map(|appeal| (appeal.decision, appeal)))
        .collect()
}

/// The latest reviews of several decisions.
pub async fn reviews(
    sql: &impl ConnectionTrait,
    ids: &[DecisionId],
) -> Result<HashMap<DecisionId, Review>> {
    let rows = decision_review::Entity::find()
        .filter(decision_review::Column::DecisionId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(decision_review::Column::At)
        .order_by_asc(decision_review::Column::Id)
        .all(sql)
        .await?;
    // Of several the last one stays.
    rows.into_iter()
        .map(|row| {
            let review = Review {
                id: row.id,
                decision: DecisionId(row.decision_id),
                held: stored("decision_review.held", &row.held, ReviewAnswer::parse)?,
                note: row.note,
                by: row.by_id.map(MemberId),
                at: row.at,
            };
            Ok((review.decision, review))
        })
        .collect()
}

/// What was said in appeals, by id: the reason, and the answer once there is one.
pub async fn said(
    sql: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (String, Option<String>)>> {
    let rows = appeal::Entity::find()
        .filter(appeal::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, (row.reason, row.answer)))
        .collect())
}

/// The notes of reviews by id.
pub async fn review_notes(
    sql: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>> {
    let rows = decision_review::Entity::find()
        .filter(decision_review::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.note)).collect())
}

/// A window of the appeals of ideas this person sees, those due first first.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    state: Option<AppealState>,
    window: &Window,
) -> Result<Vec<Appeal>> {
    let keys: [SortKey; 2] = [
        sort(
            appeal::Column::DueAt.into_expr(),
            Order::Asc,
            KeyKind::Integer,
        ),
        sort(appeal::Column::Id.into_expr(), Order::Asc, KeyKind::Id),
    ];
    let query = appeal::Entity::find().filter(listed(sees, state));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    state: Option<AppealState>,
) -> Result<u64> {
    Ok(appeal::Entity::find()
        .filter(listed(sees, state))
        .count(sql)
        .await?)
}

fn listed(sees: &Sees, state: Option<AppealState>) -> Condition {
    let of = Expr::col((idea::Entity, idea::Column::Id))
        .equals((appeal::Entity, appeal::Column::IdeaId));
    let seen = Query::select()
        .expr(Expr::val(1))
        .from(idea::Entity)
        .and_where(of)
        .cond_where(visible(sees))
        .to_owned();
    let all = Condition::all().add(Expr::exists(seen));
    match state {
        Some(state) => all.add(appeal::Column::State.eq(state.as_str())),
        None => all,
    }
}

fn read(row: appeal::Model) -> Result<Appeal> {
    Ok(Appeal {
        id: AppealId(row.id),
        decision: DecisionId(row.decision_id),
        idea: IdeaId(row.idea_id),
        state: stored("appeal.state", &row.state, AppealState::parse)?,
        reason: row.reason,
        opened_by: row.opened_by_id.map(MemberId),
        opened_at: row.opened_at,
        due_at: row.due_at,
        answer: row.answer,
        answered_by: row.answered_by_id.map(MemberId),
        answered_at: row.answered_at,
    })
}
