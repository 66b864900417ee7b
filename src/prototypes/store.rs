//! The SQL of prototypes. Every function that writes asks for the permit of what it does, or
//! serves one that did; the idea of every row it touches is locked. Whoever changes the order
//! of the queue, or starts something, holds the queue too, and takes it last.

use super::domain::{Decision, Form, Outcome, Prototype, PrototypeId, State};
use super::experiment::{Finding, Plan};
use super::store_digests as digests;
use crate::entity::{idea, prototype, prototype_queue};
use crate::ideas::domain::{IdeaId, Visibility};
use crate::ideas::store::{Sees, stored, visible};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, on_postgres, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::policy::{
    AbortPrototype, ConcludePrototype, ExtendPrototype, HandOverPrototype, MovePrototype, Permit,
    PlanExperiment, QueuePrototype, StartPrototype,
};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Between two places of the queue, so that another one fits in without moving any.
const GAP: i64 = 1 << 20;

/// Holds the queue until the command ends: nobody else changes it or starts anything.
pub async fn lock_queue(tx: &Tx<'_>) -> Result<()> {
    // SQLite has one writer anyway.
    if on_postgres(tx.sql()) {
        prototype_queue::Entity::find()
            .lock_exclusive()
            .all(tx.sql())
            .await?;
    }
    Ok(())
}

/// One prototype, whoever may see its idea.
pub async fn one(sql: &impl ConnectionTrait, id: PrototypeId) -> Result<Option<Prototype>> {
    let row = prototype::Entity::find_by_id(id.0).one(sql).await?;
    row.map(read).transpose()
}

/// The prototypes of several ideas, the earliest first.
pub async fn of_ideas(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<Prototype>>> {
    let rows = prototype::Entity::find()
        .filter(prototype::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(prototype::Column::QueuedAt)
        .order_by_asc(prototype::Column::Id)
        .all(sql)
        .await?;
    let mut found: HashMap<IdeaId, Vec<Prototype>> = HashMap::new();
    for row in rows {
        let one = read(row)?;
        found.entry(one.idea).or_default().push(one);
    }
    Ok(found)
}

/// The prototypes in the queue or being tried that somebody owns.
pub async fn open_of(sql: &impl ConnectionTrait, owner: MemberId) -> Result<Vec<Prototype>> {
    let open = [State::Queued.as_str(), State::Running.as_str()];
    let rows = prototype::Entity::find()
        .filter(prototype::Column::OwnerId.eq(owner.0))
        .filter(prototype::Column::State.is_in(open))
        .order_by_asc(prototype::Column::IdeaId)
        .all(sql)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The places of those queued whose ideas everybody sees, in order.
pub async fn open_places(sql: &impl ConnectionTrait) -> Result<Vec<i64>> {
    Ok(prototype::Entity::find()
        .select_only()
        .column(prototype::Column::Place)
        .filter(prototype::Column::State.eq(State::Queued.as_str()))
        .filter(prototype::Column::IdeaId.in_subquery(open_ideas()))
        .order_by_asc(prototype::Column::Place)
        .into_tuple()
        .all(sql)
        .await?)
}

/// How many are being tried beside which an idea would start: those whose ideas everybody sees,
/// and beside a confidential one also others of the kind that this person sees. What is hidden
/// from some takes no place from others, and nobody learns of it by a refusal.
pub async fn running(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    visibility: Visibility,
) -> Result<u64> {
    let ideas = match visibility {
        Visibility::Organization => open_ideas(),
        Visibility::Confidential => Query::select()
            .column(idea::Column::Id)
            .from(idea::Entity)
            .cond_where(visible(sees))
            .to_owned(),
    };
    Ok(prototype::Entity::find()
        .filter(prototype::Column::State.eq(State::Running.as_str()))
        .filter(prototype::Column::IdeaId.in_subquery(ideas))
        .count(sql)
        .await?)
}

fn open_ideas() -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(idea::Column::Id)
        .from(idea::Entity)
        .and_where(idea::Column::Visibility.eq(Visibility::Organization.as_str()))
        .to_owned()
}

/// Puts an idea into the queue, last. The queue is held.
pub async fn queue(
    tx: &Tx<'_>,
    _: &Permit<QueuePrototype>,
    idea: IdeaId,
    owner: MemberId,
) -> Result<PrototypeId> {
    let row = new_row(tx, idea, Some(owner)).await?;
    let id = PrototypeId(row.id);
    insert(tx, row).await?;
    Ok(id)
}

/// The same once more after a trial that told nothing, with the plan it had; its id and the
/// digest of that.
pub async fn queue_again(
    tx: &Tx<'_>,
    _: &Permit<ConcludePrototype>,
    concluded: PrototypeId,
) -> Result<(PrototypeId, String)> {
    let old = row(tx, concluded).await?;
    let mut new = new_row(tx, IdeaId(old.idea_id), old.owner_id.map(MemberId)).await?;
    new.form = old.form;
    new.hypothesis = old.hypothesis;
    new.assumption = old.assumption;
    new.measures = old.measures;
    new.time_box_days = old.time_box_days;
    new.plan_salt = salt();
    let told = (PrototypeId(new.id), digests::plan(&new));
    insert(tx, new).await?;
    Ok(told)
}

async fn new_row(tx: &Tx<'_>, idea: IdeaId, owner: Option<MemberId>) -> Result<prototype::Model> {
    let last = prototype::Entity::find()
        .filter(prototype::Column::State.eq(State::Queued.as_str()))
        .order_by_desc(prototype::Column::Place)
        .one(tx.sql())
        .await?;
    Ok(prototype::Model {
        id: ids::fresh(tx.now()),
        idea_id: idea.0,
        owner_id: owner.map(|id| id.0),
        state: State::Queued.as_str().to_owned(),
        revision: 1,
        place: last.map_or(0, |row| row.place) + GAP,
        form: None,
        hypothesis: None,
        assumption: None,
        measures: "[]".to_owned(),
        time_box_days: None,
        plan_salt: String::new(),
        queued_at: tx.now(),
        started_at: None,
        due_at: None,
        extended_at: None,
        ended_at: None,
        results: "[]".to_owned(),
        result_salt: String::new(),
        outcome: None,
        decision: None,
        is_self_reported: false,
    })
}

async fn insert(tx: &Tx<'_>, row: prototype::Model) -> Result<()> {
    prototype::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(())
}

/// Places one behind another, or first; whether that other is in the queue. The queue is held.
pub async fn place_behind(
    tx: &Tx<'_>,
    _: &Permit<MovePrototype>,
    id: PrototypeId,
    after: Option<PrototypeId>,
) -> Result<bool> {
    let rows: Vec<(Uuid, i64)> = prototype::Entity::find()
        .select_only()
        .column(prototype::Column::Id)
        .column(prototype::Column::Place)
        .filter(prototype::Column::State.eq(State::Queued.as_str()))
        .filter(prototype::Column::Id.ne(id.0))
        .order_by_asc(prototype::Column::Place)
        .order_by_asc(prototype::Column::Id)
        .into_tuple()
        .all(tx.sql())
        .await?;
    let at = match after {
        None => 0,
        Some(after) => match rows.iter().position(|(other, _)| *other == after.0) {
            Some(found) => found + 1,
            None => return Ok(false),
        },
    };
    let before = at.checked_sub(1).and_then(|at| rows.get(at));
    let place = match (before, rows.get(at)) {
        (None, None) => GAP,
        (Some((_, before)), None) => before + GAP,
        (None, Some((_, next))) => next - GAP,
        (Some((_, before)), Some((_, next))) => before + (next - before) / 2,
    };
    if before.is_some_and(|(_, before)| *before == place) {
        // No room between the two: all are placed anew.
        let mut order: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        order.insert(at, id.0);
        for (id, number) in order.into_iter().zip(1_i64..) {
            set_place(tx, id, number * GAP).await?;
        }
    } else {
        set_place(tx, id.0, place).await?;
    }
    Ok(true)
}

async fn set_place(tx: &Tx<'_>, id: Uuid, place: i64) -> Result<()> {
    save(
        tx,
        prototype::ActiveModel {
            id: Set(id),
            place: Set(place),
            ..Default::default()
        },
    )
    .await
}

/// Keeps the plan of an experiment, in place of an earlier one; its revision and digest.
pub async fn plan(
    tx: &Tx<'_>,
    _: &Permit<PlanExperiment>,
    id: PrototypeId,
    plan: Plan,
) -> Result<(i32, String)> {
    let mut row = row(tx, id).await?;
    row.revision += 1;
    row.form = Some(plan.form.as_str().to_owned());
    row.hypothesis = Some(plan.hypothesis);
    row.assumption = plan.assumption;
    row.measures = serde_json::to_string(&plan.measures).map_err(Error::internal)?;
    row.time_box_days = Some(plan.time_box_days);
    row.plan_salt = salt();
    let told = (row.revision, digests::plan(&row));
    save(tx, row_of(row)).await?;
    Ok(told)
}

/// Begins the trial.
pub async fn start(
    tx: &Tx<'_>,
    _: &Permit<StartPrototype>,
    id: PrototypeId,
    due_at: Micros,
) -> Result<()> {
    save(
        tx,
        prototype::ActiveModel {
            id: Set(id.0),
            state: Set(State::Running.as_str().to_owned()),
            started_at: Set(Some(tx.now())),
            due_at: Set(Some(due_at)),
            ..Default::default()
        },
    )
    .await
}

/// Gives it more time.
pub async fn extend(
    tx: &Tx<'_>,
    _: &Permit<ExtendPrototype>,
    id: PrototypeId,
    due_at: Micros,
) -> Result<()> {
    save(
        tx,
        prototype::ActiveModel {
            id: Set(id.0),
            extended_at: Set(Some(tx.now())),
            due_at: Set(Some(due_at)),
            ..Default::default()
        },
    )
    .await
}

/// Gives it up.
pub async fn abort(tx: &Tx<'_>, _: &Permit<AbortPrototype>, id: PrototypeId) -> Result<()> {
    save(
        tx,
        prototype::ActiveModel {
            id: Set(id.0),
            state: Set(State::Aborted.as_str().to_owned()),
            ended_at: Set(Some(tx.now())),
            ..Default::default()
        },
    )
    .await
}

/// Gives it to another owner.
pub async fn hand_over(
    tx: &Tx<'_>,
    _: &Permit<HandOverPrototype>,
    id: PrototypeId,
    to: MemberId,
) -> Result<()> {
    set_owner(tx, id, Some(to)).await
}

/// The same where the owner leaves; to nobody in person without one.
pub async fn set_owner(tx: &Tx<'_>, id: PrototypeId, to: Option<MemberId>) -> Result<()> {
    save(
        tx,
        prototype::ActiveModel {
            id: Set(id.0),
            owner_id: Set(to.map(|to| to.0)),
            ..Default::default()
        },
    )
    .await
}

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct Came<'a> {
    pub findings: &'a [Finding],
    pub outcome: Outcome,
    pub decision: Decision,
    pub is_self_reported: bool,
}

/// Keeps what came of it; the digest.
pub async fn conclude(
    tx: &Tx<'_>,
    _: &Permit<ConcludePrototype>,
    id: PrototypeId,
    came: &Came<'_>,
) -> Result<String> {
    let mut row = row(tx, id).await?;
    row.state = State::Concluded.as_str().to_owned();
    row.ended_at = Some(tx.now());
    row.results = serde_json::to_string(came.findings).map_err(Error::internal)?;
    row.result_salt = salt();
    row.outcome = Some(came.outcome.as_str().to_owned());
    row.decision = Some(came.decision.as_str().to_owned());
    row.is_self_reported = came.is_self_reported;
    let digest = digests::results(&row);
    save(tx, row_of(row)).await?;
    Ok(digest)
}

pub(super) async fn row(tx: &Tx<'_>, id: PrototypeId) -> Result<prototype::Model> {
    let row = prototype::Entity::find_by_id(id.0).one(tx.sql()).await?;
    row.ok_or_else(|| Error::internal("a prototype is gone"))
}

pub(super) async fn save(tx: &Tx<'_>, row: prototype::ActiveModel) -> Result<()> {
    prototype::Entity::update(row).exec(tx.sql()).await?;
    Ok(())
}

/// A row as a prototype.
pub fn read(row: prototype::Model) -> Result<Prototype> {
    let form = row.form.as_deref();
    let outcome = row.outcome.as_deref();
    let decision = row.decision.as_deref();
    Ok(Prototype {
        id: PrototypeId(row.id),
        idea: IdeaId(row.idea_id),
        owner: row.owner_id.map(MemberId),
        state: stored("prototype.state", &row.state, State::parse)?,
        revision: row.revision,
        place: row.place,
        form: form
            .map(|word| stored("prototype.form", word, Form::parse))
            .transpose()?,
        measures: serde_json::from_str(&row.measures).map_err(Error::internal)?,
        time_box_days: row.time_box_days,
        queued_at: row.queued_at,
        started_at: row.started_at,
        due_at: row.due_at,
        extended_at: row.extended_at,
        ended_at: row.ended_at,
        findings: serde_json::from_str(&row.results).map_err(Error::internal)?,
        outcome: outcome
            .map(|word| stored("prototype.outcome", word, Outcome::parse))
            .transpose()?,
        decision: decision
            .map(|word| stored("prototype.decision", word, Decision::parse))
            .transpose()?,
        is_self_reported: row.is_self_reported,
        hypothesis: row.hypothesis,
        assumption: row.assumption,
    })
}
