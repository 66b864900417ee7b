//! The SQL of what happened in a hackathon, as the event log has it. What is about an idea is
//! told to those who may see that.

use super::domain::{HackathonId, TeamId};
use super::history::{Happening, TOLD};
use super::store;
use crate::entity::{event, idea, team};
use crate::ideas::domain::IdeaId;
use crate::ideas::history::ActivityKind;
use crate::ideas::store::{Sees, notes, reasons, stored, visible};
use crate::ideas::store_history::{LIST, events};
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// What this person is told of what happened in hackathons.
fn told(sees: &Sees) -> Condition {
    let seen = Query::select()
        .column(idea::Column::Id)
        .from(idea::Entity)
        .cond_where(visible(sees))
        .to_owned();
    let is_seen = Condition::any()
        .add(event::Column::IdeaId.is_null())
        .add(event::Column::IdeaId.in_subquery(seen));
    Condition::all()
        .add(event::Column::SubjectKind.eq("hackathon"))
        .add(event::Column::Kind.is_in(TOLD.map(ActivityKind::as_str)))
        .add(is_seen)
}

fn of(id: HackathonId, sees: &Sees) -> Condition {
    told(sees).add(event::Column::SubjectId.eq(id.0))
}

/// A page of what happened, oldest first, with cursors.
pub async fn page(
    sql: &impl ConnectionTrait,
    id: HackathonId,
    sees: &Sees,
    args: PageArgs,
) -> Result<Page<(Happening, String)>> {
    let Page {
        rows,
        has_previous,
        has_next,
    } = events(sql, of(id, sees), args).await?;
    let cursors = rows.iter().map(|row| encode(LIST, &[json!(row.uid)]));
    let cursors: Vec<String> = cursors.collect();
    Ok(Page {
        rows: read(sql, rows).await?.into_iter().zip(cursors).collect(),
        has_previous,
        has_next,
    })
}

/// How many things happened.
pub async fn count(sql: &impl ConnectionTrait, id: HackathonId, sees: &Sees) -> Result<u64> {
    let query = event::Entity::find().filter(of(id, sees));
    Ok(query.count(sql).await?)
}

/// One thing that happened, by its id, when this person is told of it.
pub async fn one(sql: &impl ConnectionTrait, id: Uuid, sees: &Sees) -> Result<Option<Happening>> {
    let rows = event::Entity::find()
        .filter(told(sees))
        .filter(event::Column::Uid.eq(id))
        .all(sql)
        .await?;
    Ok(read(sql, rows).await?.pop())
}

/// The names of teams, dissolved ones too.
pub async fn team_names(
    sql: &impl ConnectionTrait,
    ids: &[TeamId],
) -> Result<HashMap<TeamId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = team::Entity::find()
        .filter(team::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    let named = rows.into_iter().map(|row| (TeamId(row.id), row.name));
    Ok(named.collect())
}

/// Events with what was said with them: a statement for each kind of words.
async fn read(sql: &impl ConnectionTrait, rows: Vec<event::Model>) -> Result<Vec<Happening>> {
    let parse = |row: &event::Model| -> Result<Value> {
        serde_json::from_str(&row.data).map_err(Error::internal)
    };
    let data: Vec<Value> = rows.iter().map(parse).collect::<Result<_>>()?;
    let named = |key: &str| -> Vec<Uuid> {
        let ids = data.iter().filter_map(|data| data[key].as_str());
        ids.filter_map(|id| Uuid::try_parse(id).ok()).collect()
    };
    let mut words: HashMap<Uuid, String> = HashMap::new();
    let (said, noted, decided) = (named("said"), named("note"), named("decision"));
    if !said.is_empty() {
        words.extend(store::notes(sql, &said).await?);
    }
    if !noted.is_empty() {
        words.extend(notes(sql, &noted).await?);
    }
    if !decided.is_empty() {
        words.extend(reasons(sql, &decided).await?);
    }
    rows.into_iter()
        .zip(data)
        .map(|(row, data)| {
            let words_of = |key: &str| {
                let id = Uuid::try_parse(data[key].as_str()?).ok()?;
                words.get(&id).cloned()
            };
            Ok(Happening {
                id: row.uid,
                kind: stored("event.kind", &row.kind, ActivityKind::parse)?,
                at: row.at,
                actor: row.actor_id.map(MemberId),
                idea: row.idea_id.map(IdeaId),
                reason: ["said", "note", "decision"].into_iter().find_map(words_of),
                data,
            })
        })
        .collect()
}
