//! Where every read of an idea begins: with what the caller may see. The SQL of reading
//! ideas, and how rows become ideas; `store_changes.rs` writes.

use super::domain::{
    Authorship, Channel, Decision, DecisionId, DecisionKind, Idea, IdeaId, OutcomeKind, Question,
    Text, Visibility,
};
use super::lifecycle::State;
use super::{store_clusters, store_conflicts};
use crate::entity::{assignment, co_author, decision, idea, note, question, rubric_version};
use crate::identity::domain::{MemberId, Role};
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::policy::{Actor, Standing};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Whose eyes a read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sees {
    pub member: MemberId,
    /// Leads and admins see what is confidential.
    pub confidential: bool,
    /// Everyone but leads who do not assess: those from whom a rubric may hide who wrote
    /// an idea while it is in assessment.
    pub blinded: bool,
    /// Assessors see what they are assigned to.
    pub assesses: bool,
}

impl Sees {
    /// The eyes of whoever is signed in, or `UNAUTHENTICATED`.
    pub fn of(actor: &Actor) -> Result<Self> {
        Ok(Self {
            member: actor.signed_in()?,
            confidential: actor.leads(),
            blinded: !actor.leads() || actor.has(Role::Assessor),
            assesses: actor.has(Role::Assessor),
        })
    }
}

/// What this person may see, as a condition on `idea`. Every read of ideas has it.
pub fn visible(sees: &Sees) -> Condition {
    let is_draft = idea::Column::State.eq(State::Draft.as_str());
    let open = if sees.confidential {
        Condition::all()
    } else {
        Condition::all().add(idea::Column::Visibility.eq(Visibility::Organization.as_str()))
    };
    let mut seen = Condition::any()
        .add(open.add(is_draft.not()))
        .add(own(sees.member));
    if sees.assesses && !sees.confidential {
        seen = seen.add(assigned_to(sees.member));
    }
    seen
}

/// Ideas that this person is assigned to, as a condition on `idea`.
pub fn assigned_to(member: MemberId) -> Condition {
    let assigned = Query::select()
        .column(assignment::Column::IdeaId)
        .from(assignment::Entity)
        .and_where(assignment::Column::AssessorId.eq(member.0))
        .to_owned();
    Condition::all().add(idea::Column::Id.in_subquery(assigned))
}

/// Ideas this person wrote, alone or with others, as a condition on `idea`.
pub fn own(member: MemberId) -> Condition {
    Condition::any()
        .add(idea::Column::AuthorId.eq(member.0))
        .add(written_with(member))
}

/// Ideas whose authors this person may know, as a condition on `idea`.
pub fn shows_authors(sees: &Sees) -> Condition {
    let mut shown = Condition::all().add(idea::Column::Authorship.eq(Authorship::Named.as_str()));
    if sees.blinded {
        let hiding = Query::select()
            .column(rubric_version::Column::Id)
            .from(rubric_version::Entity)
            .and_where(rubric_version::Column::RevealsAuthor.eq(false))
            .to_owned();
        let hidden = Condition::all()
            .add(idea::Column::State.eq(State::InAssessment.as_str()))
            .add(idea::Column::RubricVersionId.is_not_null())
            .add(idea::Column::RubricVersionId.in_subquery(hiding));
        shown = shown.add(hidden.not());
    }
    Condition::any().add(shown).add(own(sees.member))
}

/// Ideas this person is a co-author of.
pub fn written_with(member: MemberId) -> Condition {
    let written = Query::select()
        .column(co_author::Column::IdeaId)
        .from(co_author::Entity)
        .and_where(co_author::Column::MemberId.eq(member.0))
        .to_owned();
    Condition::all().add(idea::Column::Id.in_subquery(written))
}

/// Whether this person is asked to assess an idea.
pub async fn is_assigned(sql: &impl ConnectionTrait, id: IdeaId, member: MemberId) -> Result<bool> {
    let found = assignment::Entity::find()
        .filter(assignment::Column::IdeaId.eq(id.0))
        .filter(assignment::Column::AssessorId.eq(member.0))
        .one(sql)
        .await?;
    Ok(found.is_some())
}

/// One idea, when this person may see it.
pub async fn find(sql: &impl ConnectionTrait, sees: &Sees, id: IdeaId) -> Result<Option<Idea>> {
    find_where(sql, sees, idea::Column::Id.eq(id.0)).await
}

/// One idea by the number people say aloud, when this person may see it.
pub async fn find_by_number(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    number: i64,
) -> Result<Option<Idea>> {
    find_where(sql, sees, idea::Column::Number.eq(number)).await
}

async fn find_where(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    which: sea_orm::sea_query::SimpleExpr,
) -> Result<Option<Idea>> {
    let row = idea::Entity::find()
        .filter(which)
        .filter(visible(sees))
        .one(sql)
        .await?;
    row.map(read).transpose()
}

/// Those of several ideas that this person may see.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Idea>> {
    let rows = idea::Entity::find()
        .filter(idea::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(visible(sees))
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| read(row).map(|idea| (idea.id, idea)))
        .collect()
}

/// The same by the numbers people say aloud.
pub async fn find_numbered(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    numbers: &[i64],
) -> Result<HashMap<i64, Idea>> {
    let rows = idea::Entity::find()
        .filter(idea::Column::Number.is_in(numbers.iter().copied()))
        .filter(visible(sees))
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| read(row).map(|idea| (idea.number, idea)))
        .collect()
}

/// Those that this person may see of the ideas in assessment, the longest there first.
pub async fn in_assessment(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    most: usize,
) -> Result<Vec<IdeaId>> {
    let rows = idea::Entity::find()
        .filter(idea::Column::State.eq(State::InAssessment.as_str()))
        .filter(visible(sees))
        .order_by_asc(idea::Column::StateSince)
        .order_by_asc(idea::Column::Id)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| IdeaId(row.id)).collect())
}

/// Ideas that are assessed under one of these versions of a rubric, by id, whoever may see
/// them: not those that go on in another idea or were taken back.
pub async fn under_versions(
    sql: &impl ConnectionTrait,
    versions: &[Uuid],
    most: u64,
) -> Result<Vec<Idea>> {
    let rows = idea::Entity::find()
        .filter(idea::Column::RubricVersionId.is_in(versions.iter().copied()))
        .filter(idea::Column::State.is_not_in([State::Merged, State::Withdrawn].map(State::as_str)))
        .order_by_asc(idea::Column::Id)
        .limit(most)
        .all(sql)
        .await?;
    rows.into_iter().map(read).collect()
}

/// One idea, locked until the command ends; `NOT_FOUND` when this person may not see it.
pub async fn locked(tx: &Tx<'_>, sees: &Sees, id: IdeaId) -> Result<Idea> {
    // Locked first and read after: two people may press at once.
    tx.lock(id.subject()).await?;
    find(tx.sql(), sees, id)
        .await?
        .ok_or(Error::NotFound { noun: "idea" })
}

/// One idea, locked, for what happens by itself: nobody looks at it. None when it is gone.
pub async fn locked_by_itself(tx: &Tx<'_>, id: IdeaId) -> Result<Option<Idea>> {
    tx.lock(id.subject()).await?;
    let row = idea::Entity::find_by_id(id.0).one(tx.sql()).await?;
    row.map(read).transpose()
}

/// How a person stands to an idea, with its co-authors.
pub async fn standing(
    sql: &impl ConnectionTrait,
    idea: &Idea,
    member: MemberId,
) -> Result<(Standing, Vec<MemberId>)> {
    let co_authors = co_authors(sql, &[idea.id]).await?.remove(&idea.id);
    let co_authors = co_authors.unwrap_or_default();
    let written = store_clusters::has_written(sql, member, &[idea.id]).await?;
    let conflicts = store_conflicts::of_member(sql, member, &[idea.id]).await?;
    let standing = Standing {
        is_author: idea.author == member,
        is_co_author: co_authors.contains(&member),
        wrote_absorbed: written.contains(&idea.id),
        is_conflicted: conflicts.contains_key(&idea.id),
    };
    Ok((standing, co_authors))
}

/// The co-authors of several ideas, by id.
pub async fn co_authors(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<MemberId>>> {
    let rows = co_author::Entity::find()
        .filter(co_author::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(co_author::Column::MemberId)
        .all(sql)
        .await?;
    let mut found: HashMap<IdeaId, Vec<MemberId>> = HashMap::new();
    for row in rows {
        let authors = found.entry(IdeaId(row.idea_id)).or_default();
        authors.push(MemberId(row.member_id));
    }
    Ok(found)
}

/// The question an idea waits on, when one is open.
pub async fn open_question(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Option<Question>> {
    Ok(open_questions(sql, &[id]).await?.remove(&id))
}

/// The questions that several ideas wait for an answer to.
pub async fn open_questions(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Question>> {
    let rows = question::Entity::find()
        .filter(question::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .filter(question::Column::AnsweredAt.is_null())
        .order_by_asc(question::Column::AskedAt)
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (IdeaId(row.idea_id), read_question(row)))
        .collect())
}

/// Of several ideas those whose last question was closed without an answer.
pub async fn unanswered(sql: &impl ConnectionTrait, ids: &[IdeaId]) -> Result<HashSet<IdeaId>> {
    let rows = question::Entity::find()
        .filter(question::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(question::Column::AskedAt)
        .all(sql)
        .await?;
    let is_closed = |row: question::Model| {
        let is_unanswered = row.answered_at.is_some() && row.answer.is_none();
        (IdeaId(row.idea_id), is_unanswered)
    };
    // The last one of each idea stands.
    let last: HashMap<IdeaId, bool> = rows.into_iter().map(is_closed).collect();
    let unanswered = last.into_iter().filter(|(_, is_unanswered)| *is_unanswered);
    Ok(unanswered.map(|(id, _)| id).collect())
}

/// The reasons of decisions by id.
pub async fn reasons(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = decision::Entity::find()
        .filter(decision::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.reason)).collect())
}

/// Questions and answers by id.
pub async fn questions(
    sql: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Question>> {
    let rows = question::Entity::find()
        .filter(question::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, read_question(row)))
        .collect())
}

fn read_question(row: question::Model) -> Question {
    Question {
        id: row.id,
        text: row.text,
        asked_by: row.asked_by_id.map(MemberId),
        asked_at: row.asked_at,
        answer: row.answer,
        salt: row.salt,
    }
}

/// Notes by id.
pub async fn notes(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = note::Entity::find()
        .filter(note::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.text)).collect())
}

/// The decisions of several ideas, oldest first.
pub async fn decisions(sql: &impl ConnectionTrait, ids: &[IdeaId]) -> Result<Vec<Decision>> {
    let rows = decision::Entity::find()
        .filter(decision::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(decision::Column::DecidedAt)
        .order_by_asc(decision::Column::Id)
        .all(sql)
        .await?;
    rows.into_iter().map(read_decision).collect()
}

/// One decision, whoever may see its idea.
pub async fn find_decision(sql: &impl ConnectionTrait, id: DecisionId) -> Result<Option<Decision>> {
    let row = decision::Entity::find_by_id(id.0).one(sql).await?;
    row.map(read_decision).transpose()
}

fn read_decision(row: decision::Model) -> Result<Decision> {
    let outcome = row.outcome.as_deref();
    Ok(Decision {
        id: DecisionId(row.id),
        idea: IdeaId(row.idea_id),
        kind: stored("decision.kind", &row.kind, DecisionKind::parse)?,
        reason: row.reason,
        decided_by: row.decided_by_id.map(MemberId),
        decided_at: row.decided_at,
        rank_then: row.rank_then,
        score_then: row.score_then,
        is_override: row.is_override,
        would_reconsider_if: row.would_reconsider_if,
        handed_to: row.handed_to,
        revisit_at: row.revisit_at,
        expectation: row.expectation,
        wrong_when: row.wrong_when,
        review_at: row.review_at,
        outcome: outcome
            .map(|word| stored("decision.outcome", word, OutcomeKind::parse))
            .transpose()?,
    })
}

/// A row as an idea.
pub fn read(row: idea::Model) -> Result<Idea> {
    let left = row.left_state.as_deref();
    Ok(Idea {
        id: IdeaId(row.id),
        number: row.number,
        external_id: row.external_id,
        revision: row.revision,
        text_revision: row.text_revision,
        shown_from_revision: row.shown_from_revision,
        channel: stored("idea.channel", &row.channel, Channel::parse)?,
        visibility: stored("idea.visibility", &row.visibility, Visibility::parse)?,
        authorship: stored("idea.authorship", &row.authorship, Authorship::parse)?,
        author: MemberId(row.author_id),
        submitted_by: row.submitted_by_id.map(MemberId),
        steward: row.steward_id.map(MemberId),
        state: stored("idea.state", &row.state, State::parse)?,
        left_state: left
            .map(|word| stored("idea.left_state", word, State::parse))
            .transpose()?,
        state_since: row.state_since,
        due_at: row.due_at,
        promise_left: row.promise_left,
        appeal_due_at: row.appeal_due_at,
        wake_at: row.wake_at,
        rubric_version: row.rubric_version_id,
        score_published_at: row.score_published_at,
        support_count: row.support_count,
        created_at: row.created_at,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
        text: Text {
            title: row.title,
            problem: row.problem,
            proposal: row.proposal,
            beneficiaries: row.beneficiaries,
            evidence_kind: row.evidence_kind,
            evidence: row.evidence,
            expected_outcome: row.expected_outcome,
            hypothesis: row.hypothesis,
            riskiest_assumption: row.riskiest_assumption,
            success_measure: row.success_measure,
            links: serde_json::from_str(&row.links).map_err(Error::internal)?,
            tags: serde_json::from_str(&row.tags).map_err(Error::internal)?,
        },
    })
}

/// The value of a stored word; a word nobody knows is our fault.
pub fn stored<T>(column: &str, word: &str, parse: fn(&str) -> Option<T>) -> Result<T> {
    parse(word).ok_or_else(|| Error::internal(format!("{column} holds {word:?}")))
}

/// `true` for no rows at all: what an empty list of conditions matches.
pub fn nothing() -> Condition {
    Condition::all().add(Expr::cust("1 = 0"))
}
