//! The SQL of candidates. Every function that writes asks for the permit of what it does; the
//! hackathon and the idea of every row it touches are locked. Lists show the candidates whose
//! ideas the reader may see.

use super::domain::{Candidate, CandidateId, CandidateState, HackathonId, Refusal};
use super::phases::Phase;
use crate::entity::{candidate, hackathon, idea};
use crate::ideas::domain::{DecisionId, IdeaId};
use crate::ideas::store::{Sees, notes, reasons, stored, visible};
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, on_unique, row_of};
use crate::platform::error::Result;
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{
    ConfirmCandidate, DropCandidate, NominateCandidate, Permit, ShortlistCandidate,
};
use sea_orm::sea_query::{Condition, Order, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// One candidate, whoever may see its idea.
pub async fn one(sql: &impl ConnectionTrait, id: CandidateId) -> Result<Option<Candidate>> {
    Ok(find_many(sql, &[id]).await?.remove(&id))
}

/// Candidates by id, whoever may see their ideas.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    ids: &[CandidateId],
) -> Result<HashMap<CandidateId, Candidate>> {
    let rows = candidate::Entity::find()
        .filter(candidate::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    let read = rows.into_iter().map(read);
    read.map(|one| one.map(|one| (one.id, one))).collect()
}

/// The candidacies of several ideas, the earliest first.
pub async fn of_ideas(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<Candidate>>> {
    let rows = candidate::Entity::find()
        .filter(candidate::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(candidate::Column::NominatedAt)
        .order_by_asc(candidate::Column::Id)
        .all(sql)
        .await?;
    let mut found: HashMap<IdeaId, Vec<Candidate>> = HashMap::new();
    for row in rows {
        let one = read(row)?;
        found.entry(one.idea).or_default().push(one);
    }
    Ok(found)
}

/// Of several ideas those that could be nominated for some hackathon now: one takes
/// nominations for which they never were.
pub async fn nominable(sql: &impl ConnectionTrait, ids: &[IdeaId]) -> Result<HashSet<IdeaId>> {
    let open: Vec<Uuid> = hackathon::Entity::find()
        .select_only()
        .column(hackathon::Column::Id)
        .filter(hackathon::Column::Phase.eq(Phase::Nomination.as_str()))
        .into_tuple()
        .all(sql)
        .await?;
    if open.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<(Uuid, Uuid)> = candidate::Entity::find()
        .select_only()
        .column(candidate::Column::IdeaId)
        .column(candidate::Column::HackathonId)
        .filter(candidate::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .filter(candidate::Column::HackathonId.is_in(open.iter().copied()))
        .into_tuple()
        .all(sql)
        .await?;
    let mut nominated: HashMap<Uuid, usize> = HashMap::new();
    for (idea, _) in rows {
        *nominated.entry(idea).or_default() += 1;
    }
    let is_left = |id: &&IdeaId| nominated.get(&id.0).is_none_or(|count| *count < open.len());
    Ok(ids.iter().filter(is_left).copied().collect())
}

/// Keeps a nomination; `ALREADY_CANDIDATE` when there is one for this hackathon, whatever
/// became of it.
pub async fn nominate(
    tx: &Tx<'_>,
    permit: &Permit<NominateCandidate>,
    hackathon: HackathonId,
    idea: IdeaId,
    note: Uuid,
) -> Result<Candidate> {
    let row = candidate::Model {
        id: ids::fresh(tx.now()),
        hackathon_id: hackathon.0,
        idea_id: idea.0,
        state: CandidateState::Nominated.as_str().to_owned(),
        nominated_by_id: Some(permit.by().0),
        nominated_at: tx.now(),
        note_id: note,
        decision_id: None,
        entered_at: None,
        is_validated: false,
    };
    let inserted = candidate::Entity::insert(row_of(row.clone()));
    on_unique(
        inserted.exec_without_returning(tx.sql()).await,
        Refusal::AlreadyCandidate,
    )?;
    read(row)
}

/// Whether an idea was nominated for a hackathon, whatever became of that.
pub async fn is_candidate(
    sql: &impl ConnectionTrait,
    hackathon: HackathonId,
    idea: IdeaId,
) -> Result<bool> {
    let found = candidate::Entity::find()
        .filter(candidate::Column::HackathonId.eq(hackathon.0))
        .filter(candidate::Column::IdeaId.eq(idea.0))
        .count(sql)
        .await?;
    Ok(found > 0)
}

/// Whether another hackathon has this idea confirmed, or taken in.
pub async fn is_taken_elsewhere(sql: &impl ConnectionTrait, candidate: &Candidate) -> Result<bool> {
    let taken = [CandidateState::Confirmed, CandidateState::InEvent];
    let found = candidate::Entity::find()
        .filter(candidate::Column::IdeaId.eq(candidate.idea.0))
        .filter(candidate::Column::Id.ne(candidate.id.0))
        .filter(candidate::Column::State.is_in(taken.map(CandidateState::as_str)))
        .count(sql)
        .await?;
    Ok(found > 0)
}

/// Keeps that the organizer has an eye on it.
pub async fn shortlist(tx: &Tx<'_>, _: &Permit<ShortlistCandidate>, id: CandidateId) -> Result<()> {
    set_state(tx, id, CandidateState::Shortlisted, None).await
}

/// Keeps that it is confirmed.
pub async fn confirm(tx: &Tx<'_>, _: &Permit<ConfirmCandidate>, id: CandidateId) -> Result<()> {
    set_state(tx, id, CandidateState::Confirmed, None).await
}

/// Keeps that it was taken out, and the decision that says why.
pub async fn take_out(
    tx: &Tx<'_>,
    _: &Permit<DropCandidate>,
    id: CandidateId,
    decision: DecisionId,
) -> Result<()> {
    set_state(tx, id, CandidateState::Dropped, Some(decision)).await
}

async fn set_state(
    tx: &Tx<'_>,
    id: CandidateId,
    state: CandidateState,
    decision: Option<DecisionId>,
) -> Result<()> {
    let mut row = candidate::ActiveModel {
        id: Set(id.0),
        state: Set(state.as_str().to_owned()),
        ..Default::default()
    };
    if let Some(decision) = decision {
        row.decision_id = Set(Some(decision.0));
    }
    candidate::Entity::update(row).exec(tx.sql()).await?;
    Ok(())
}

/// A window of the candidates of a hackathon, the earliest first, whose ideas this person may
/// see.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    of: HackathonId,
    state: Option<CandidateState>,
    window: &Window,
) -> Result<Vec<Candidate>> {
    let keys = order();
    let query = candidate::Entity::find().filter(listed(sees, of, state));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    of: HackathonId,
    state: Option<CandidateState>,
) -> Result<u64> {
    let query = candidate::Entity::find().filter(listed(sees, of, state));
    Ok(query.count(sql).await?)
}

fn listed(sees: &Sees, of: HackathonId, state: Option<CandidateState>) -> Condition {
    let ideas = Query::select()
        .column(idea::Column::Id)
        .from(idea::Entity)
        .cond_where(visible(sees))
        .to_owned();
    Condition::all()
        .add(candidate::Column::HackathonId.eq(of.0))
        .add_option(state.map(|state| candidate::Column::State.eq(state.as_str())))
        .add(candidate::Column::IdeaId.in_subquery(ideas))
}

fn order() -> [SortKey; 2] {
    let (at, id) = (candidate::Column::NominatedAt, candidate::Column::Id);
    [
        sort(at.into_expr(), Order::Asc, KeyKind::Integer),
        sort(id.into_expr(), Order::Asc, KeyKind::Id),
    ]
}

/// Why something was nominated, and why it was taken out.
#[derive(Clone, Debug)]
pub struct Said {
    pub nominated: String,
    pub dropped: Option<String>,
}

/// What was said about several candidates: three statements.
pub async fn said(
    sql: &impl ConnectionTrait,
    ids: &[CandidateId],
) -> Result<HashMap<CandidateId, Said>> {
    let all = find_many(sql, ids).await?;
    let of_notes: Vec<Uuid> = all.values().map(|one| one.note).collect();
    let of_decisions: Vec<Uuid> = all.values().filter_map(|one| one.decision).collect();
    let notes = notes(sql, &of_notes).await?;
    let reasons = match of_decisions.is_empty() {
        true => HashMap::new(),
        false => reasons(sql, &of_decisions).await?,
    };
    let said = |one: &Candidate| Said {
        nominated: notes.get(&one.note).cloned().unwrap_or_default(),
        dropped: one.decision.and_then(|id| reasons.get(&id).cloned()),
    };
    Ok(all.iter().map(|(id, one)| (*id, said(one))).collect())
}

/// A row as a candidate.
pub fn read(row: candidate::Model) -> Result<Candidate> {
    Ok(Candidate {
        id: CandidateId(row.id),
        hackathon: HackathonId(row.hackathon_id),
        idea: IdeaId(row.idea_id),
        state: stored("candidate.state", &row.state, CandidateState::parse)?,
        nominated_by: row.nominated_by_id.map(MemberId),
        nominated_at: row.nominated_at,
        note: row.note_id,
        decision: row.decision_id,
        entered_at: row.entered_at,
        is_validated: row.is_validated,
    })
}
