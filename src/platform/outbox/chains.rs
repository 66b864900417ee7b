//! Reading whole chains of events, one subject after the other, for whoever recomputes them:
//! page by page by key, however long the log is.

use super::Subject;
use crate::entity::{event, event_head};
use crate::platform::db::View;
use crate::platform::error::Result;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use std::collections::VecDeque;
use uuid::Uuid;

/// Rows that one statement reads.
const PAGE: u64 = 1_000;

/// The heads of one kind of subject, in the order of their ids.
pub struct Heads<'a> {
    view: &'a View,
    kind: &'static str,
    read: VecDeque<event_head::Model>,
    last: Option<Uuid>,
}

impl<'a> Heads<'a> {
    /// All of one kind.
    pub fn of(view: &'a View, kind: &'static str) -> Self {
        let (read, last) = (VecDeque::new(), None);
        Self {
            view,
            kind,
            read,
            last,
        }
    }

    /// The next one, and none after the last.
    pub async fn next(&mut self) -> Result<Option<event_head::Model>> {
        if self.read.is_empty() {
            let mut query = event_head::Entity::find()
                .filter(event_head::Column::SubjectKind.eq(self.kind))
                .order_by_asc(event_head::Column::SubjectId)
                .limit(PAGE);
            if let Some(last) = self.last {
                query = query.filter(event_head::Column::SubjectId.gt(last));
            }
            self.read = query.all(self.view).await?.into();
            self.last = self.read.back().map(|row| row.subject_id).or(self.last);
        }
        Ok(self.read.pop_front())
    }
}

/// The events of one kind of subject, in the order of its ids and their positions.
pub struct Events<'a> {
    view: &'a View,
    kind: &'static str,
    read: VecDeque<event::Model>,
    last: Option<(Uuid, i64)>,
}

impl<'a> Events<'a> {
    /// All of one kind.
    pub fn of(view: &'a View, kind: &'static str) -> Self {
        let (read, last) = (VecDeque::new(), None);
        Self {
            view,
            kind,
            read,
            last,
        }
    }

    /// The subject of the next event, none after the last.
    pub async fn subject(&mut self) -> Result<Option<Uuid>> {
        if self.read.is_empty() {
            let mut query = event::Entity::find()
                .filter(event::Column::SubjectKind.eq(self.kind))
                .order_by_asc(event::Column::SubjectId)
                .order_by_asc(event::Column::Position)
                .limit(PAGE);
            if let Some((subject, position)) = self.last {
                // In these words both databases go on in the index where the page before ended.
                let later = Condition::any()
                    .add(event::Column::SubjectId.gt(subject))
                    .add(event::Column::Position.gt(position));
                query = query
                    .filter(event::Column::SubjectId.gte(subject))
                    .filter(later);
            }
            self.read = query.all(self.view).await?.into();
            let last = self.read.back().map(|row| (row.subject_id, row.position));
            self.last = last.or(self.last);
        }
        Ok(self.read.front().map(|row| row.subject_id))
    }

    /// The next event of this subject, none after its last.
    pub async fn next_of(&mut self, subject: Uuid) -> Result<Option<event::Model>> {
        if self.subject().await? != Some(subject) {
            return Ok(None);
        }
        Ok(self.read.pop_front())
    }
}

/// A kind of subject that this binary does not know, when the log has one.
pub async fn unknown_kind(view: &View) -> Result<Option<String>> {
    let heads = event_head::Entity::find()
        .filter(event_head::Column::SubjectKind.is_not_in(Subject::KINDS))
        .one(view)
        .await?;
    let events = event::Entity::find()
        .filter(event::Column::SubjectKind.is_not_in(Subject::KINDS))
        .one(view)
        .await?;
    let kind = heads.map(|row| row.subject_kind);
    Ok(kind.or(events.map(|row| row.subject_kind)))
}

/// A subject that has a row in its own table and no chain of events, when there is one.
pub async fn without_chain(view: &View, kind: &'static str) -> Result<Option<Uuid>> {
    // The table of a kind has the name of the kind.
    let question = format!(
        "select id from {kind} where not exists (select 1 from event_head \
         where subject_kind = '{kind}' and subject_id = {kind}.id) limit 1"
    );
    let question = Statement::from_string(view.get_database_backend(), question);
    let row = view.query_one_raw(question).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}
