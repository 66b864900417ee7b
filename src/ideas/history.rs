//! The history of an idea: its revisions, and everything that happened to it, read from the
//! event log. Events that only the chain needs are not shown.

use super::domain::{Idea, IdeaId};
use super::lifecycle::words;
use super::store;
use crate::entity::{event, idea_revision};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Result};
use crate::platform::page::{KeyKind, Page, PageArgs, SortKey, Window, encode, sort};
use crate::session::Session;
use sea_orm::sea_query::{Condition, Order};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

words! {
    /// What happened to an idea.
    ActivityKind {
        /// It was handed in.
        Submitted = "SUBMITTED",
        /// Its text, tags, links, authors or visibility were changed.
        Edited = "EDITED",
        /// Somebody said that they want it.
        Supported = "SUPPORTED",
        /// A lead accepted it, asked something or declined it.
        Screened = "SCREENED",
        /// An author answered the lead's question.
        QuestionAnswered = "QUESTION_ANSWERED",
        /// An assessment was handed in or replaced.
        Assessed = "ASSESSED",
        /// An assessment was taken back.
        AssessmentWithdrawn = "ASSESSMENT_WITHDRAWN",
        /// Its published score changed.
        ScoreChanged = "SCORE_CHANGED",
        /// It came into another state.
        StateChanged = "STATE_CHANGED",
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The event's own id.
    pub id: i64,
    pub idea: IdeaId,
    pub position: i64,
    pub kind: ActivityKind,
    pub at: Micros,
    /// Who did it, whoever may know that.
    pub actor: Option<MemberId>,
    pub data: Value,
    /// What they said with it.
    pub reason: Option<String>,
}

/// A text an idea once had.
#[derive(Clone, Debug)]
pub struct Revision {
    pub number: i32,
    pub title: String,
    pub problem: String,
    pub changed: Vec<String>,
    pub at: Micros,
    pub by: Option<MemberId>,
}

/// A page of what happened to an idea the caller sees, oldest first.
pub async fn activity(
    s: &Session,
    idea: &Idea,
    args: PageArgs,
) -> Result<Page<(Activity, String)>> {
    const LIST: &str = "activity";
    let window = args.window(LIST)?;
    let rows = rows(s, shown(idea.id), &window).await?;
    let page = window.page(rows);
    let reasons = reasons(s, &page.rows).await?;
    let read = |row: event::Model| {
        let cursor = encode(LIST, &[json!(row.id)]);
        let reason = reasons.get(&row.id).cloned();
        read_activity(row, reason).map(|activity| (activity, cursor))
    };
    let Page { rows, has_previous, has_next } = page;
    let rows = rows.into_iter().map(read).collect::<Result<_>>()?;
    Ok(Page { rows, has_previous, has_next })
}

/// How many things happened to it.
pub async fn count_activity(s: &Session, id: IdeaId) -> Result<u64> {
    Ok(event::Entity::find().filter(shown(id)).count(s.reader()).await?)
}

/// One thing that happened, by its id, whoever may see its idea.
pub async fn one(s: &Session, id: i64) -> Result<Option<Activity>> {
    let kinds = ActivityKind::ALL.iter().map(|kind| kind.as_str());
    let row = event::Entity::find_by_id(id)
        .filter(event::Column::SubjectKind.eq("idea"))
        .filter(event::Column::Kind.is_in(kinds))
        .one(s.reader())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let reason = reasons(s, std::slice::from_ref(&row)).await?.remove(&row.id);
    read_activity(row, reason).map(Some)
}

fn shown(id: IdeaId) -> Condition {
    let kinds = ActivityKind::ALL.iter().map(|kind| kind.as_str());
    Condition::all()
        .add(event::Column::SubjectKind.eq("idea"))
        .add(event::Column::SubjectId.eq(id.0))
        .add(event::Column::Kind.is_in(kinds))
}

async fn rows(s: &Session, which: Condition, window: &Window) -> Result<Vec<event::Model>> {
    let by = event::Column::Position.into_expr();
    let key = sort(event::Column::Id.into_expr(), Order::Asc, KeyKind::Integer);
    Ok(event::Entity::find()
        .filter(which)
        .filter(window.condition(std::slice::from_ref(&key))?)
        .order_by(by, window.order(&Order::Asc))
        .limit(window.limit())
        .all(s.reader())
        .await?)
}

/// What was said with events: reasons of decisions, answers, notes. Two or three
/// statements, however many events.
async fn reasons(s: &Session, rows: &[event::Model]) -> Result<HashMap<i64, String>> {
    let mut decisions = HashMap::new();
    let mut answers = HashMap::new();
    let mut notes = HashMap::new();
    for row in rows {
        let data = parse(&row.data)?;
        let named = |key: &str| data[key].as_str().and_then(|id| Uuid::try_parse(id).ok());
        if let Some(id) = named("decision") {
            decisions.insert(id, row.id);
        } else if let Some(id) = named("note") {
            notes.insert(id, row.id);
        } else if let Some(id) = named("question") {
            answers.insert(id, row.id);
        }
    }
    let mut said = HashMap::new();
    if !decisions.is_empty() {
        let ids: Vec<Uuid> = decisions.keys().copied().collect();
        for (id, reason) in store::reasons(s.reader(), &ids).await? {
            said.insert(decisions[&id], reason);
        }
    }
    if !answers.is_empty() {
        let ids: Vec<Uuid> = answers.keys().copied().collect();
        for (id, question) in store::questions(s.reader(), &ids).await? {
            if let Some(answer) = question.answer {
                said.insert(answers[&id], answer);
            }
        }
    }
    if !notes.is_empty() {
        let ids: Vec<Uuid> = notes.keys().copied().collect();
        for (id, text) in store::notes(s.reader(), &ids).await? {
            said.insert(notes[&id], text);
        }
    }
    Ok(said)
}

fn read_activity(row: event::Model, reason: Option<String>) -> Result<Activity> {
    Ok(Activity {
        id: row.id,
        idea: IdeaId(row.subject_id),
        position: row.position,
        kind: store::stored("event.kind", &row.kind, ActivityKind::parse)?,
        at: row.at,
        actor: row.actor_id.map(MemberId),
        data: parse(&row.data)?,
        reason,
    })
}

fn parse(data: &str) -> Result<Value> {
    serde_json::from_str(data).map_err(Error::internal)
}

impl Activity {
    /// What happened, for a person. `actor` is the name to use.
    pub fn sentence(&self, actor: &str) -> String {
        let word = |key: &str| self.data[key].as_str().unwrap_or_default();
        match self.kind {
            ActivityKind::Submitted => match word("channel") {
                "IMPORT" => "Brought in from a file.".to_owned(),
                _ => format!("{actor} submitted the idea."),
            },
            ActivityKind::Edited => {
                let fields: Vec<&str> = self.data["changed"]
                    .as_array()
                    .map(|fields| fields.iter().filter_map(Value::as_str).collect())
                    .unwrap_or_default();
                let revision = self.data["revision"].as_i64().unwrap_or_default();
                format!("{actor} changed {}: revision {revision}.", fields.join(", "))
            }
            ActivityKind::Supported => "One more person wants it.".to_owned(),
            ActivityKind::Screened => match word("to") {
                "IN_ASSESSMENT" => format!("{actor} accepted it for assessment."),
                "NEEDS_INFO" => format!("{actor} asked the author a question."),
                _ => format!("{actor} declined it."),
            },
            ActivityKind::QuestionAnswered => format!("{actor} answered the question."),
            ActivityKind::Assessed => format!("{actor} assessed it."),
            ActivityKind::AssessmentWithdrawn => format!("{actor} took an assessment back."),
            ActivityKind::ScoreChanged => {
                let shown = |key: &str| self.data[key].as_i64().map(hundredths);
                match (shown("from"), shown("to")) {
                    (Some(from), Some(to)) => format!("The score went from {from} to {to}."),
                    (None, Some(to)) => format!("The score was published: {to}."),
                    _ => "The score fell away: no assessment counts any more.".to_owned(),
                }
            }
            ActivityKind::StateChanged => match word("to") {
                "WITHDRAWN" => format!("{actor} took the idea back."),
                "BACKLOG" => "Enough assessments are in: it joined the ranked backlog.".to_owned(),
                "IN_ASSESSMENT" => {
                    "No assessment counts any more: it went back into assessment.".to_owned()
                }
                to => format!("It went from {} to {to}.", word("from")),
            },
        }
    }
}

fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

/// A page of the revisions of an idea the caller sees, oldest first.
pub async fn revisions(
    s: &Session,
    id: IdeaId,
    args: PageArgs,
) -> Result<Page<(Revision, String)>> {
    const LIST: &str = "revisions";
    let window = args.window(LIST)?;
    let key: SortKey =
        sort(idea_revision::Column::Number.into_expr(), Order::Asc, KeyKind::Integer);
    let rows = idea_revision::Entity::find()
        .filter(idea_revision::Column::IdeaId.eq(id.0))
        .filter(window.condition(std::slice::from_ref(&key))?)
        .order_by(key.by, window.order(&key.order))
        .limit(window.limit())
        .all(s.reader())
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

/// How many revisions there are.
pub async fn count_revisions(s: &Session, id: IdeaId) -> Result<u64> {
    Ok(idea_revision::Entity::find()
        .filter(idea_revision::Column::IdeaId.eq(id.0))
        .count(s.reader())
        .await?)
}
