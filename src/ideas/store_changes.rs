//! The SQL of changing ideas. Every function asks for the permit of what it does, or serves
//! one that did; every row it touches belongs to an idea that is locked.

use super::calendar;
use super::domain::{Authorship, Channel, Idea, IdeaId, Text, Visibility};
use super::lifecycle::{self, State, Step};
use super::promises::Promises;
use super::store_conversation::begin_to_follow;
use super::store_digests as digests;
use super::store_stays as stays;
use super::store_terms::{forget_words, insert_words, is_hidden, renew_words};
use super::{domain::Refusal, listing};
use crate::entity::{assignment, co_author, idea, idea_number, idea_revision, idea_tag};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::policy::{DiscardDraft, EditIdea, Permit, SubmitIdea};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};
use serde_json::json;

/// Rows that one statement names at most: SQLite takes 32,766 values.
const ROWS_AT_ONCE: usize = 1_000;

/// Everything a new idea begins with.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub text: Text,
    pub channel: Channel,
    pub visibility: Visibility,
    pub authorship: Authorship,
    pub author: MemberId,
    pub co_authors: Vec<MemberId>,
    pub submitted_by: Option<MemberId>,
    pub external_id: Option<String>,
    pub state: State,
    pub due_at: Option<Micros>,
    /// When it was written: now, or what an import says.
    pub at: Micros,
}

/// Inserts an idea with its first revision, and begins its chain of events.
pub async fn insert(tx: &Tx<'_>, _: &Permit<SubmitIdea>, new: NewRow) -> Result<Idea> {
    insert_row(tx, new).await
}

/// The same for an import, which no person submits.
pub async fn insert_row(tx: &Tx<'_>, new: NewRow) -> Result<Idea> {
    let id = IdeaId(ids::fresh(tx.now()));
    let number = idea_number::Entity::insert(idea_number::ActiveModel {
        number: NotSet,
        idea_id: Set(id.0),
    })
    .exec(tx.sql())
    .await?
    .last_insert_id;
    let idea = Idea {
        id,
        number,
        external_id: new.external_id,
        revision: 1,
        text_revision: 1,
        shown_from_revision: 1,
        text: new.text,
        channel: new.channel,
        visibility: new.visibility,
        authorship: new.authorship,
        author: new.author,
        submitted_by: new.submitted_by,
        steward: None,
        state: new.state,
        left_state: None,
        state_since: tx.now(),
        due_at: new.due_at,
        promise_left: None,
        appeal_due_at: None,
        wake_at: calendar::first_look(new.state, new.due_at, None),
        rubric_version: None,
        score_published_at: None,
        support_count: 0,
        created_at: new.at,
        updated_at: tx.now(),
        submitted_at: (new.state != State::Draft).then_some(new.at),
    };
    idea::Entity::insert(to_row(&idea)?)
        .exec_without_returning(tx.sql())
        .await?;
    tx.begin(id.subject());
    insert_co_authors(tx, id, &new.co_authors).await?;
    let authors: Vec<MemberId> = std::iter::once(new.author).chain(new.co_authors).collect();
    begin_to_follow(tx, id, &authors, tx.now()).await?;
    insert_tags(tx, &idea).await?;
    insert_words(tx, &idea).await?;
    let digest = insert_revision(tx, &idea, &[]).await?;
    let kind = if new.state == State::Draft {
        "DRAFTED"
    } else {
        "SUBMITTED"
    };
    let data = json!({"revision": 1, "digest": digest, "channel": idea.channel.as_str()});
    tx.emit(id.subject(), kind, data);
    Ok(idea)
}

/// Writes a new text of an idea as its next revision. `changed` names the fields.
pub async fn save_edit(
    tx: &Tx<'_>,
    _: &Permit<EditIdea>,
    idea: &mut Idea,
    co_authors: Option<&[MemberId]>,
    changed: &[&'static str],
) -> Result<()> {
    idea.revision += 1;
    if changed
        .iter()
        .any(|field| super::domain::makes_stale(field))
    {
        idea.text_revision = idea.revision;
    }
    if changed.contains(&"visibility") && idea.visibility == Visibility::Organization {
        // What was written in confidence stays so.
        idea.shown_from_revision = idea.revision;
    }
    if changed.contains(&"visibility") {
        stays::hide(tx, idea).await?;
    }
    idea.updated_at = tx.now();
    idea::Entity::update(to_row(idea)?).exec(tx.sql()).await?;
    if let Some(co_authors) = co_authors {
        let mut before = super::store::co_authors(tx.sql(), &[idea.id]).await?;
        let before = before.remove(&idea.id).unwrap_or_default();
        co_author::Entity::delete_many()
            .filter(co_author::Column::IdeaId.eq(idea.id.0))
            .exec(tx.sql())
            .await?;
        insert_co_authors(tx, idea.id, co_authors).await?;
        // Those who were it before may have stopped following.
        let added: Vec<MemberId> = co_authors
            .iter()
            .copied()
            .filter(|member| !before.contains(member))
            .collect();
        begin_to_follow(tx, idea.id, &added, tx.now()).await?;
    }
    reindex(tx, idea).await?;
    let digest = insert_revision(tx, idea, changed).await?;
    let data = json!({"revision": idea.revision, "changed": changed, "digest": digest});
    // What happens to a draft is its authors' own.
    let kind = match idea.state {
        State::Draft => "DRAFT_EDITED",
        _ => "EDITED",
    };
    tx.emit(idea.id.subject(), kind, data);
    listing::settle(tx, idea, listing::Numbers::Same, listing::Cause::Edited).await
}

/// Takes a step and everything that hangs on it: state, promise, place in the ranking, and
/// how long it was where it leaves.
/// The idea is what it became. The event is the caller's to emit.
pub async fn move_to(tx: &Tx<'_>, idea: &mut Idea, step: Step, promises: &Promises) -> Result<()> {
    move_until(tx, idea, step, promises, None).await
}

/// The same, where whoever takes the step names the day on which the next one is due.
pub fn move_until<'a>(
    tx: &'a Tx<'_>,
    idea: &'a mut Idea,
    step: Step,
    promises: &'a Promises,
    named: Option<Micros>,
) -> BoxFuture<'a, Result<()>> {
    // In a box: whoever comes here has come a long way.
    Box::pin(moved(tx, idea, step, promises, named))
}

async fn moved(
    tx: &Tx<'_>,
    idea: &mut Idea,
    step: Step,
    promises: &Promises,
    named: Option<Micros>,
) -> Result<()> {
    let to = lifecycle::take(step, idea.state, idea.left_state).map_err(Refusal::from)?;
    idea.left_state = lifecycle::left_after(step, idea.state, idea.left_state, to);
    // A promise waits while a question is open, or on hold, and goes on with what was left.
    let waits = matches!(to, State::NeedsInfo | State::OnHold);
    let goes_on = match idea.state {
        State::NeedsInfo => to == State::Submitted,
        State::OnHold => matches!(step, Step::Reopen | Step::ComeBack | Step::UpholdAppeal),
        _ => false,
    };
    let left = idea.due_at.map(|due| due - tx.now());
    let promised = named.or_else(|| promises.due(to, tx.now()));
    idea.due_at = match idea.promise_left {
        Some(left) if goes_on => Some(tx.now() + Ord::max(left, 0)),
        _ => promised,
    };
    idea.promise_left = left.filter(|_| waits);
    idea.wake_at = calendar::first_look(to, idea.due_at, idea.appeal_due_at);
    let was_hidden = is_hidden(idea);
    stays::end(tx, idea).await?;
    if to.is_assessable() && !idea.state.is_assessable() && step != Step::Accept {
        put_off_assignments(tx, idea.id, tx.now() - idea.state_since).await?;
    }
    idea.state = to;
    idea.state_since = tx.now();
    idea.updated_at = tx.now();
    if step == Step::SubmitDraft {
        idea.submitted_at = Some(tx.now());
        idea.shown_from_revision = idea.revision;
    }
    idea::Entity::update(to_row(idea)?).exec(tx.sql()).await?;
    if is_hidden(idea) != was_hidden {
        renew_words(tx, idea).await?;
    }
    listing::settle(tx, idea, listing::Numbers::Same, listing::Cause::Moved).await
}

/// Sets when the next step of a locked idea is due, when that is another instant than before.
pub async fn promise(tx: &Tx<'_>, idea: &mut Idea, due_at: Option<Micros>) -> Result<()> {
    if idea.due_at == due_at {
        return Ok(());
    }
    idea.due_at = due_at;
    idea.wake_at = calendar::first_look(idea.state, due_at, idea.appeal_due_at);
    idea::Entity::update(idea::ActiveModel {
        id: Set(idea.id.0),
        due_at: Set(due_at),
        wake_at: Set(idea.wake_at),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// The same for several locked ideas in assessment at once, whatever was promised before.
pub async fn promise_all(tx: &Tx<'_>, ids: &[IdeaId], due_at: Micros) -> Result<()> {
    for part in ids.chunks(ROWS_AT_ONCE) {
        idea::Entity::update_many()
            .col_expr(idea::Column::DueAt, Expr::val(due_at))
            .col_expr(
                idea::Column::WakeAt,
                Expr::val(calendar::first_look(
                    State::InAssessment,
                    Some(due_at),
                    None,
                )),
            )
            .filter(idea::Column::Id.is_in(part.iter().map(|id| id.0)))
            .exec(tx.sql())
            .await?;
    }
    Ok(())
}

/// What assessors owe waits while their idea is away, and goes on with what was left.
async fn put_off_assignments(tx: &Tx<'_>, id: IdeaId, away: Micros) -> Result<()> {
    use assignment::Column::{DueAt, IdeaId, IsDone, IsRecused, WatchAt};
    assignment::Entity::update_many()
        .col_expr(DueAt, Expr::col(DueAt).add(away))
        // Whoever was told already that it falls due is told again once it is overdue.
        .col_expr(WatchAt, Expr::col(DueAt).add(away + 1))
        .filter(IdeaId.eq(id.0))
        .filter(IsDone.eq(false))
        .filter(IsRecused.eq(false))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Removes a draft and all that was written for it; its events stay.
pub async fn discard(tx: &Tx<'_>, _: &Permit<DiscardDraft>, idea: &Idea) -> Result<()> {
    forget_words(tx, idea).await?;
    idea::Entity::delete_by_id(idea.id.0).exec(tx.sql()).await?;
    tx.emit(idea.id.subject(), "DISCARDED", json!({}));
    Ok(())
}

async fn insert_revision(tx: &Tx<'_>, idea: &Idea, changed: &[&str]) -> Result<String> {
    let body = serde_json::to_value(&idea.text).map_err(Error::internal)?;
    let body = crate::platform::outbox::canonical(&body);
    let row = idea_revision::Model {
        idea_id: idea.id.0,
        number: idea.revision,
        body,
        changed: json!(changed).to_string(),
        at: tx.now(),
        by_id: tx.actor(),
        salt: salt(),
    };
    let digest = digests::revision(&row);
    idea_revision::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(digest)
}

async fn insert_co_authors(tx: &Tx<'_>, id: IdeaId, members: &[MemberId]) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    let rows = members.iter().map(|member| {
        let row = co_author::Model {
            idea_id: id.0,
            member_id: member.0,
        };
        row_of(row)
    });
    co_author::Entity::insert_many(rows)
        .exec_without_returning(tx.sql())
        .await?;
    Ok(())
}

/// Tags and words of an idea whose text is another one now, for filters, search and likeness.
pub(super) async fn reindex(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    idea_tag::Entity::delete_many()
        .filter(idea_tag::Column::IdeaId.eq(idea.id.0))
        .exec(tx.sql())
        .await?;
    insert_tags(tx, idea).await?;
    renew_words(tx, idea).await
}

async fn insert_tags(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    if idea.text.tags.is_empty() {
        return Ok(());
    }
    let tags = idea.text.tags.iter().map(|tag| {
        let row = idea_tag::Model {
            tag: tag.clone(),
            idea_id: idea.id.0,
        };
        row_of(row)
    });
    idea_tag::Entity::insert_many(tags)
        .exec_without_returning(tx.sql())
        .await?;
    Ok(())
}

pub(super) fn to_row(idea: &Idea) -> Result<idea::ActiveModel> {
    let text = idea.text.clone();
    let row = idea::Model {
        id: idea.id.0,
        number: idea.number,
        external_id: idea.external_id.clone(),
        revision: idea.revision,
        text_revision: idea.text_revision,
        shown_from_revision: idea.shown_from_revision,
        title: text.title,
        problem: text.problem,
        proposal: text.proposal,
        beneficiaries: text.beneficiaries,
        evidence_kind: text.evidence_kind,
        evidence: text.evidence,
        expected_outcome: text.expected_outcome,
        hypothesis: text.hypothesis,
        riskiest_assumption: text.riskiest_assumption,
        success_measure: text.success_measure,
        links: serde_json::to_string(&text.links).map_err(Error::internal)?,
        tags: serde_json::to_string(&text.tags).map_err(Error::internal)?,
        channel: idea.channel.as_str().to_owned(),
        visibility: idea.visibility.as_str().to_owned(),
        authorship: idea.authorship.as_str().to_owned(),
        author_id: idea.author.0,
        submitted_by_id: idea.submitted_by.map(|id| id.0),
        steward_id: idea.steward.map(|id| id.0),
        state: idea.state.as_str().to_owned(),
        left_state: idea.left_state.map(|state| state.as_str().to_owned()),
        state_since: idea.state_since,
        due_at: idea.due_at,
        promise_left: idea.promise_left,
        wake_at: idea.wake_at,
        rubric_version_id: idea.rubric_version,
        score_published_at: idea.score_published_at,
        support_count: idea.support_count,
        created_at: idea.created_at,
        updated_at: idea.updated_at,
        submitted_at: idea.submitted_at,
        appeal_due_at: idea.appeal_due_at,
    };
    Ok(row_of(row))
}
