//! The event log. Every command appends what happened to its subjects in its own
//! transaction: numbered per subject under that subject's lock, each event hashed together
//! with the one before it. Events carry ids and salted digests, never a text, so that a text
//! can be redacted and the chain stays whole. The log is the activity feed, the audit trail
//! and, in the order of `transaction_id` and `id`, the source of live updates.

use super::clock::Micros;
use super::db::{Tx, on_postgres};
use super::digest::sha256;
use super::error::{Error, Result};
use crate::entity::{event, event_head};
use sea_orm::sea_query::{LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

pub mod chains;

/// What an event happened to. Locks are taken in this order: kind, then id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Member(Uuid),
    Rubric(Uuid),
    Hackathon(Uuid),
    Idea(Uuid),
}

impl Subject {
    /// The words they are stored under, in order.
    pub const KINDS: [&str; 4] = ["member", "rubric", "hackathon", "idea"];

    /// The subject that is stored under this word.
    pub fn stored(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "member" => Some(Self::Member(id)),
            "rubric" => Some(Self::Rubric(id)),
            "hackathon" => Some(Self::Hackathon(id)),
            "idea" => Some(Self::Idea(id)),
            _ => None,
        }
    }

    /// The word it is stored under.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Rubric(_) => "rubric",
            Self::Hackathon(_) => "hackathon",
            Self::Idea(_) => "idea",
        }
    }

    /// Which one.
    pub fn id(self) -> Uuid {
        match self {
            Self::Member(id) | Self::Rubric(id) | Self::Hackathon(id) | Self::Idea(id) => id,
        }
    }
}

/// Events that one statement inserts at most: SQLite takes 32,766 values.
const EVENTS_AT_ONCE: usize = 1_000;

/// Something that happened, to be appended when the command ends well.
#[derive(Clone, Debug)]
pub struct Event {
    pub subject: Subject,
    /// The name of its `ActivityKind`, or of an event that no activity shows.
    pub kind: &'static str,
    /// Ids, numbers and digests; no text that a person wrote, and no floating point.
    pub data: Value,
    /// The idea that an event of another subject is about: whoever may not see that does not
    /// see the event.
    pub idea: Option<Uuid>,
}

/// The events of one command, and the heads it holds locked.
pub(super) struct Outbox {
    actor: Option<Uuid>,
    now: Micros,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    heads: BTreeMap<Subject, Head>,
    events: Vec<Event>,
}

/// Where a chain ends.
#[derive(Clone)]
struct Head {
    position: i64,
    hash: String,
}

impl Outbox {
    pub(super) fn new(actor: Option<Uuid>, now: Micros) -> Self {
        let state = Mutex::default();
        Self { actor, now, state }
    }

    pub(super) fn now(&self) -> Micros {
        self.now
    }

    pub(super) fn actor(&self) -> Option<Uuid> {
        self.actor
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding it; if it did, the command is lost anyway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends the events: two statements for up to a thousand of them.
    pub(super) async fn deliver(&self, sql: &DatabaseTransaction) -> Result<()> {
        let (mut heads, events) = {
            let mut state = self.state();
            (state.heads.clone(), std::mem::take(&mut state.events))
        };
        if events.is_empty() {
            return Ok(());
        }
        let mut moved = BTreeMap::new();
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            let head = heads.get_mut(&event.subject).ok_or_else(|| {
                Error::internal(format!("an event of a {} not locked", event.subject.kind()))
            })?;
            head.position += 1;
            let data = canonical(&event.data);
            let link = Link {
                subject: event.subject,
                position: head.position,
                kind: event.kind,
                actor: self.actor,
                at: self.now,
                data: &data,
            };
            head.hash = link.hash(&head.hash);
            moved.insert(event.subject, head.clone());
            rows.push(event::ActiveModel {
                id: NotSet,
                uid: Set(Uuid::new_v4()),
                transaction_id: NotSet,
                subject_kind: Set(event.subject.kind().to_owned()),
                subject_id: Set(event.subject.id()),
                position: Set(head.position),
                kind: Set(event.kind.to_owned()),
                actor_id: Set(self.actor),
                at: Set(self.now),
                data: Set(data),
                hash: Set(head.hash.clone()),
                idea_id: Set(event.idea),
            });
        }
        for part in rows.chunks(EVENTS_AT_ONCE) {
            event::Entity::insert_many(part.to_vec())
                .exec_without_returning(sql)
                .await?;
        }
        let ends = moved
            .into_iter()
            .map(|(subject, head)| event_head::ActiveModel {
                subject_kind: Set(subject.kind().to_owned()),
                subject_id: Set(subject.id()),
                position: Set(head.position),
                hash: Set(head.hash),
            });
        event_head::Entity::insert_many(ends)
            .on_conflict(
                OnConflict::columns([
                    event_head::Column::SubjectKind,
                    event_head::Column::SubjectId,
                ])
                .update_columns([event_head::Column::Position, event_head::Column::Hash])
                .to_owned(),
            )
            .exec_without_returning(sql)
            .await?;
        Ok(())
    }
}

impl Tx<'_> {
    /// Locks a subject until the command ends; whether there is such a subject. Whoever
    /// wants to change one locks it first and reads it after.
    pub async fn lock(&self, subject: Subject) -> Result<bool> {
        self.lock_with(subject, None).await
    }

    /// The same where nobody else holds it: whoever does sees to it, or the next turn.
    pub async fn try_lock(&self, subject: Subject) -> Result<bool> {
        self.lock_with(subject, Some(LockBehavior::SkipLocked))
            .await
    }

    async fn lock_with(&self, subject: Subject, behavior: Option<LockBehavior>) -> Result<bool> {
        if self.outbox.state().heads.contains_key(&subject) {
            return Ok(true);
        }
        let mut query = event_head::Entity::find_by_id((subject.kind().to_owned(), subject.id()));
        if on_postgres(self.sql()) {
            query = match behavior {
                None => query.lock_exclusive(),
                Some(behavior) => query.lock_with_behavior(LockType::Update, behavior),
            };
        }
        let Some(row) = query.one(self.sql()).await? else {
            return Ok(false);
        };
        let head = Head {
            position: row.position,
            hash: row.hash,
        };
        self.outbox.state().heads.insert(subject, head);
        Ok(true)
    }

    /// Locks several subjects, in their order, with one statement for each kind; those that
    /// there are not are left out.
    pub async fn lock_all(&self, subjects: &BTreeSet<Subject>) -> Result<()> {
        for kind in Subject::KINDS {
            let of_kind = subjects.iter().filter(|subject| subject.kind() == kind);
            let ids: Vec<Uuid> = of_kind.map(|subject| subject.id()).collect();
            for part in ids.chunks(EVENTS_AT_ONCE) {
                let mut query = event_head::Entity::find()
                    .filter(event_head::Column::SubjectKind.eq(kind))
                    .filter(event_head::Column::SubjectId.is_in(part.iter().copied()))
                    .order_by_asc(event_head::Column::SubjectId);
                if on_postgres(self.sql()) {
                    query = query.lock_exclusive();
                }
                for row in query.all(self.sql()).await? {
                    let Some(subject) = Subject::stored(kind, row.subject_id) else {
                        continue;
                    };
                    let head = Head {
                        position: row.position,
                        hash: row.hash,
                    };
                    // What was locked before is not read anew.
                    let mut state = self.outbox.state();
                    state.heads.entry(subject).or_insert(head);
                }
            }
        }
        Ok(())
    }

    /// Begins the chain of a subject that this command makes.
    pub fn begin(&self, subject: Subject) {
        let head = Head {
            position: 0,
            hash: String::new(),
        };
        self.outbox.state().heads.insert(subject, head);
    }

    /// Appends an event of a subject that was locked or begun, should the command end well.
    pub fn emit(&self, subject: Subject, kind: &'static str, data: Value) {
        self.emit_about(subject, kind, data, None);
    }

    /// The same about an idea that is not the subject: whoever may not see that does not see
    /// the event.
    pub fn emit_about(
        &self,
        subject: Subject,
        kind: &'static str,
        mut data: Value,
        idea: Option<Uuid>,
    ) {
        if let Some(idea) = idea {
            // So that the hash holds it, too.
            data["about"] = Value::from(idea.to_string());
        }
        let event = Event {
            subject,
            kind,
            data,
            idea,
        };
        self.outbox.state().events.push(event);
    }
}

/// What one event's hash is made of, beside the hash before it.
pub struct Link<'a> {
    pub subject: Subject,
    pub position: i64,
    pub kind: &'a str,
    pub actor: Option<Uuid>,
    pub at: Micros,
    pub data: &'a str,
}

impl Link<'_> {
    /// SHA-256 over the hash before it and all its parts.
    pub fn hash(&self, before: &str) -> String {
        sha256(&[
            before,
            self.subject.kind(),
            &self.subject.id().simple().to_string(),
            &self.position.to_string(),
            self.kind,
            &self
                .actor
                .map_or(String::new(), |id| id.simple().to_string()),
            &self.at.to_string(),
            self.data,
        ])
    }
}

/// JSON with the keys of every object in order, so that the same data are the same bytes.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            let inner: Vec<String> = sorted
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => {
            let inner: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", inner.join(","))
        }
        plain => plain.to_string(),
    }
}

/// The snapshot horizon: every transaction numbered below it has ended. PostgreSQL only.
pub async fn horizon(sql: &impl ConnectionTrait) -> Result<i64> {
    let row = sql
        .query_one_raw(sea_orm::Statement::from_string(
            sql.get_database_backend(),
            "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon",
        ))
        .await?
        .ok_or_else(|| Error::internal("the database told no horizon"))?;
    Ok(row.try_get("", "horizon")?)
}
