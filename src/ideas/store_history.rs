//! The SQL of the history of an idea: its revisions, and everything that happened to it, as
//! the event log has it. Events that only the chain needs are not shown.

use super::conversation::{Circle, Hears};
use super::domain::IdeaId;
use super::history::{Activity, ActivityKind, IN_CONFIDENCE, Revision};
use super::store;
use super::{store_appeals, store_conflicts, store_conversation};
use crate::entity::{event, idea_revision};
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::platform::page::{KeyKind, Page, PageArgs, SortKey, Window, bad_cursor, encode, sort};
use sea_orm::sea_query::{Condition, Order};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A page of what happened to an idea the caller sees, oldest first.
pub async fn activity(
    sql: &impl ConnectionTrait,
    id: IdeaId,
    hears: &Hears,
    args: PageArgs,
) -> Result<Page<(Activity, String)>> {
    let Page {
        rows,
        has_previous,
        has_next,
    } = events(sql, shown(id, hears), args).await?;
    let reasons = reasons(sql, &rows).await?;
    let read = |row: event::Model| {
        let cursor = encode(LIST, &[json!(row.uid)]);
        let reason = reasons.get(&row.id).cloned();
        read_activity(row, reason).map(|activity| (activity, cursor))
    };
    let rows = rows.into_iter().map(read).collect::<Result<_>>()?;
    Ok(Page {
        rows,
        has_previous,
        has_next,
    })
}

/// What an `activity` is a list of: its cursors name the event alone.
pub const LIST: &str = "activity";

/// A page of those events of one subject, oldest first.
pub async fn events(
    sql: &impl ConnectionTrait,
    which: Condition,
    args: PageArgs,
) -> Result<Page<event::Model>> {
    let mut window = args.window(LIST)?;
    window.after = position(sql, which.clone(), "after", window.after).await?;
    window.before = position(sql, which.clone(), "before", window.before).await?;
    let rows = rows(sql, which, &window).await?;
    Ok(window.page(rows))
}

/// How many things happened to it.
pub async fn count_activity(sql: &impl ConnectionTrait, id: IdeaId, hears: &Hears) -> Result<u64> {
    Ok(event::Entity::find()
        .filter(shown(id, hears))
        .count(sql)
        .await?)
}

/// One thing that happened, by its id, whoever may see its idea, and with what leads alone
/// hear when one asks; for something that was said, with who may hear it.
pub async fn one(
    sql: &impl ConnectionTrait,
    id: Uuid,
    leads: bool,
) -> Result<Option<(Activity, Option<Circle>)>> {
    let kinds = told_to(leads).chain(Circle::ALL.into_iter().flat_map(kinds_of));
    let row = event::Entity::find()
        .filter(event::Column::Uid.eq(id))
        .filter(event::Column::SubjectKind.eq("idea"))
        .filter(event::Column::Kind.is_in(kinds))
        .one(sql)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let reason = reasons(sql, std::slice::from_ref(&row))
        .await?
        .remove(&row.id);
    let circle = circle(&row.kind);
    read_activity(row, reason).map(|activity| Some((activity, circle)))
}

/// What this person sees of what happened. What somebody said themselves they always do.
fn shown(id: IdeaId, hears: &Hears) -> Condition {
    let kinds = told_to(hears.leads).chain(hears.circles().flat_map(kinds_of));
    let said = Circle::ALL.into_iter().flat_map(kinds_of);
    let own = Condition::all()
        .add(event::Column::Kind.is_in(said))
        .add(event::Column::ActorId.eq(hears.member.0));
    Condition::all()
        .add(event::Column::SubjectKind.eq("idea"))
        .add(event::Column::SubjectId.eq(id.0))
        .add(
            Condition::any()
                .add(event::Column::Kind.is_in(kinds))
                .add(own),
        )
}

/// The kinds of events that this circle hears of.
fn kinds_of(circle: Circle) -> [&'static str; 2] {
    [circle.event(), circle.redaction()]
}

/// The kinds of events that everyone who sees the idea sees, or that leads do.
fn told_to(leads: bool) -> impl Iterator<Item = &'static str> {
    let open = ActivityKind::ALL.iter().map(|kind| kind.as_str());
    let hidden = IN_CONFIDENCE.iter().filter(move |_| leads);
    open.chain(hidden.map(|(kind, _)| *kind))
}

/// What an event of this kind is shown as.
fn shown_as(kind: &str) -> Option<ActivityKind> {
    let hidden = IN_CONFIDENCE.iter().find(|(hidden, _)| *hidden == kind);
    hidden.map_or_else(|| ActivityKind::parse(kind), |(_, shown)| Some(*shown))
}

/// Who hears of an event of this kind, when not everyone who sees the idea does.
fn circle(kind: &str) -> Option<Circle> {
    Circle::ALL
        .into_iter()
        .find(|circle| kinds_of(*circle).contains(&kind))
}

/// The position that a cursor stands for: cursors name the event alone, because positions
/// and counters tell of events that are not shown.
async fn position(
    sql: &impl ConnectionTrait,
    which: Condition,
    name: &str,
    cursor: Option<Vec<Value>>,
) -> Result<Option<Vec<Value>>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let uid = cursor.first().and_then(Value::as_str);
    let uid = uid.and_then(|uid| Uuid::try_parse(uid).ok());
    let uid = uid.ok_or_else(|| bad_cursor(name))?;
    let row = event::Entity::find()
        .filter(which)
        .filter(event::Column::Uid.eq(uid))
        .one(sql)
        .await?;
    let row = row.ok_or_else(|| bad_cursor(name))?;
    Ok(Some(vec![json!(row.position)]))
}

async fn rows(
    sql: &impl ConnectionTrait,
    which: Condition,
    window: &Window,
) -> Result<Vec<event::Model>> {
    let by = event::Column::Position.into_expr();
    let key = sort(by.clone(), Order::Asc, KeyKind::Integer);
    Ok(event::Entity::find()
        .filter(which)
        .filter(window.condition(std::slice::from_ref(&key))?)
        .order_by(by, window.order(&Order::Asc))
        .limit(window.limit())
        .all(sql)
        .await?)
}

/// What was said with events: reasons of decisions, answers, notes, comments, appeals. A few
/// statements, however many events.
async fn reasons(
    sql: &impl ConnectionTrait,
    rows: &[event::Model],
) -> Result<HashMap<i64, String>> {
    let mut decisions = HashMap::new();
    let mut answers = HashMap::new();
    let mut notes = HashMap::new();
    let mut comments = HashMap::new();
    // An appeal has two events, each with its own words.
    let (mut opened, mut answered) = (HashMap::new(), HashMap::new());
    let mut reviews = HashMap::new();
    let mut conflicts = HashMap::new();
    for row in rows {
        let data = parse(&row.data)?;
        let named = |key: &str| data[key].as_str().and_then(|id| Uuid::try_parse(id).ok());
        if let Some(id) = named("decision") {
            decisions.insert(id, row.id);
        } else if let Some(id) = named("note") {
            notes.insert(id, row.id);
        } else if let Some(id) = named("conflict") {
            conflicts.insert(id, row.id);
        } else if let Some(id) = named("comment") {
            comments.insert(id, row.id);
        } else if let Some(id) = named("appeal") {
            let of = match row.kind == ActivityKind::Appealed.as_str() {
                true => &mut opened,
                false => &mut answered,
            };
            of.insert(id, row.id);
        } else if let Some(id) = named("review") {
            reviews.insert(id, row.id);
        } else if let Some(id) = named("question") {
            answers.insert(id, row.id);
        }
    }
    let mut said = HashMap::new();
    if !decisions.is_empty() {
        let ids: Vec<Uuid> = decisions.keys().copied().collect();
        for (id, reason) in store::reasons(sql, &ids).await? {
            said.insert(decisions[&id], reason);
        }
    }
    if !answers.is_empty() {
        let ids: Vec<Uuid> = answers.keys().copied().collect();
        for (id, question) in store::questions(sql, &ids).await? {
            if let Some(answer) = question.answer {
                said.insert(answers[&id], answer);
            }
        }
    }
    if !notes.is_empty() {
        let ids: Vec<Uuid> = notes.keys().copied().collect();
        for (id, text) in store::notes(sql, &ids).await? {
            said.insert(notes[&id], text);
        }
    }
    if !conflicts.is_empty() {
        let ids: Vec<Uuid> = conflicts.keys().copied().collect();
        for (id, note) in store_conflicts::notes(sql, &ids).await? {
            said.insert(conflicts[&id], note);
        }
    }
    if !comments.is_empty() {
        let ids: Vec<Uuid> = comments.keys().copied().collect();
        for (id, body) in store_conversation::bodies(sql, &ids).await? {
            said.insert(comments[&id], body);
        }
    }
    if !opened.is_empty() || !answered.is_empty() {
        let ids: Vec<Uuid> = opened.keys().chain(answered.keys()).copied().collect();
        for (id, (reason, answer)) in store_appeals::said(sql, &ids).await? {
            said.extend(opened.get(&id).map(|event| (*event, reason)));
            said.extend(answered.get(&id).copied().zip(answer));
        }
    }
    if !reviews.is_empty() {
        let ids: Vec<Uuid> = reviews.keys().copied().collect();
        for (id, note) in store_appeals::review_notes(sql, &ids).await? {
            said.insert(reviews[&id], note);
        }
    }
    Ok(said)
}

fn read_activity(row: event::Model, reason: Option<String>) -> Result<Activity> {
    Ok(Activity {
        id: row.uid,
        idea: IdeaId(row.subject_id),
        kind: match circle(&row.kind) {
            Some(circle) if circle.redaction() == row.kind => ActivityKind::Redacted,
            Some(_) => ActivityKind::Commented,
            None => store::stored("event.kind", &row.kind, shown_as)?,
        },
        at: row.at,
        actor: row.actor_id.map(MemberId),
        data: parse(&row.data)?,
        reason,
    })
}

fn parse(data: &str) -> Result<Value> {
    serde_json::from_str(data).map_err(Error::internal)
}

/// A page of the revisions of an idea from this one on, oldest first.
pub async fn revisions(
    sql: &impl ConnectionTrait,
    id: IdeaId,
    from: i32,
    args: PageArgs,
) -> Result<Page<(Revision, String)>> {
    const LIST: &str = "revisions";
    let window = args.window(LIST)?;
    let key: SortKey = sort(
        idea_revision::Column::Number.into_expr(),
        Order::Asc,
        KeyKind::Integer,
    );
    let rows = idea_revision::Entity::find()
        .filter(idea_revision::Column::IdeaId.eq(id.0))
        .filter(idea_revision::Column::Number.gte(from))
        .filter(window.condition(std::slice::from_ref(&key))?)
        .order_by(key.by, window.order(&key.order))
        .limit(window.limit())
        .all(sql)
        .await?;
    let read = |row: idea_revision::Model| {
        let body = parse(&row.body)?;
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let cursor = encode(LIST, &[json!(row.number)]);
        let revision = Revision {
            number: row.number,
            title: text("title"),
            problem: text("problem"),
            changed: serde_json::from_str(&row.changed).map_err(Error::internal)?,
            at: row.at,
            by: row.by_id.map(MemberId),
        };
        Ok((revision, cursor))
    };
    let read = rows.into_iter().map(read).collect::<Result<_>>()?;
    Ok(window.page(read))
}

/// How many revisions there are from this one on.
pub async fn count_revisions(sql: &impl ConnectionTrait, id: IdeaId, from: i32) -> Result<u64> {
    Ok(idea_revision::Entity::find()
        .filter(idea_revision::Column::IdeaId.eq(id.0))
        .filter(idea_revision::Column::Number.gte(from))
        .count(sql)
        .await?)
}
