//! The SQL of what prototypes taught: keeping it, finding it by its words or those of its idea.

use super::domain::{Learning, LearningId, Outcome, PrototypeId};
use super::experiment::Taught;
use super::store_digests as digests;
use crate::entity::{idea, idea_term, learning, learning_word};
use crate::ideas::domain::IdeaId;
use crate::ideas::store::{Sees, stored, visible};
use crate::ideas::terms::WordKey;
use crate::ideas::words::words;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::Result;
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{ConcludePrototype, Permit};
use sea_orm::sea_query::{Condition, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeSet, HashMap};

/// Rows that one statement inserts at most.
const ROWS_AT_ONCE: usize = 1_000;

/// Keeps what a prototype taught; its id and digest.
pub async fn keep(
    tx: &Tx<'_>,
    permit: &Permit<ConcludePrototype>,
    (prototype, idea): (PrototypeId, IdeaId),
    outcome: Outcome,
    taught: Taught,
) -> Result<(LearningId, String)> {
    let row = learning::Model {
        id: ids::fresh(tx.now()),
        prototype_id: prototype.0,
        idea_id: idea.0,
        believed: taught.believed,
        found: taught.found,
        next_time: taught.next_time,
        outcome: outcome.as_str().to_owned(),
        recorded_by_id: Some(permit.by().0),
        recorded_at: tx.now(),
        salt: salt(),
    };
    let told = (LearningId(row.id), digests::learning(&row));
    learning::Entity::insert(row_of(row.clone()))
        .exec_without_returning(tx.sql())
        .await?;
    index(tx, &row).await?;
    Ok(told)
}

/// Keeps the words of a learning, and those alone, so that it is found by them.
pub(super) async fn index(tx: &Tx<'_>, row: &learning::Model) -> Result<()> {
    learning_word::Entity::delete_many()
        .filter(learning_word::Column::LearningId.eq(row.id))
        .exec(tx.sql())
        .await?;
    let texts = [
        row.believed.as_deref(),
        Some(row.found.as_str()),
        row.next_time.as_deref(),
    ];
    let keys: BTreeSet<i64> = texts
        .into_iter()
        .flatten()
        .flat_map(words)
        .map(|word| WordKey::of(&word).number())
        .collect();
    let rows: Vec<learning_word::ActiveModel> = keys
        .into_iter()
        .map(|word| {
            let learning_id = row.id;
            row_of(learning_word::Model { word, learning_id })
        })
        .collect();
    for part in rows.chunks(ROWS_AT_ONCE) {
        learning_word::Entity::insert_many(part.to_vec())
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(())
}

/// One learning, whoever may see its idea.
pub async fn one(sql: &impl ConnectionTrait, id: LearningId) -> Result<Option<Learning>> {
    let row = learning::Entity::find_by_id(id.0).one(sql).await?;
    row.map(read).transpose()
}

/// What prototypes of several ideas taught, the earliest first.
pub async fn of_ideas(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<Learning>>> {
    let rows = learning::Entity::find()
        .filter(learning::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(learning::Column::RecordedAt)
        .order_by_asc(learning::Column::Id)
        .all(sql)
        .await?;
    let mut found: HashMap<IdeaId, Vec<Learning>> = HashMap::new();
    for row in rows {
        let one = read(row)?;
        found.entry(one.idea).or_default().push(one);
    }
    Ok(found)
}

/// A window of what was learned from ideas this person sees, the newest first. `search` are
/// the words that must all stand in the learning or in its idea.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    search: Option<&[String]>,
    window: &Window,
) -> Result<Vec<Learning>> {
    let keys: [SortKey; 2] = [
        sort(
            learning::Column::RecordedAt.into_expr(),
            Order::Desc,
            KeyKind::Integer,
        ),
        sort(learning::Column::Id.into_expr(), Order::Desc, KeyKind::Id),
    ];
    let query = learning::Entity::find().filter(which(sees, search));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    search: Option<&[String]>,
) -> Result<u64> {
    Ok(learning::Entity::find()
        .filter(which(sees, search))
        .count(sql)
        .await?)
}

fn which(sees: &Sees, search: Option<&[String]>) -> Condition {
    let seen = Query::select()
        .column(idea::Column::Id)
        .from(idea::Entity)
        .cond_where(visible(sees))
        .to_owned();
    let mut all = Condition::all().add(learning::Column::IdeaId.in_subquery(seen));
    let Some(words) = search else { return all };
    if words.is_empty() {
        // Something was searched for that has no word in it.
        return crate::ideas::store::nothing();
    }
    for word in words {
        let key = WordKey::of(word);
        let said = Query::select()
            .column(learning_word::Column::LearningId)
            .from(learning_word::Entity)
            .and_where(learning_word::Column::Word.eq(key.number()))
            .to_owned();
        let numbers = Query::select()
            .column(idea_term::Column::Number)
            .from(idea_term::Entity)
            .and_where(idea_term::Column::Term.is_in(key.terms()))
            .to_owned();
        let ideas = Query::select()
            .column(idea::Column::Id)
            .from(idea::Entity)
            .and_where(idea::Column::Number.in_subquery(numbers))
            .to_owned();
        let either = Condition::any()
            .add(learning::Column::Id.in_subquery(said))
            .add(learning::Column::IdeaId.in_subquery(ideas));
        all = all.add(either);
    }
    all
}

/// A row as a learning.
pub fn read(row: learning::Model) -> Result<Learning> {
    Ok(Learning {
        id: LearningId(row.id),
        prototype: PrototypeId(row.prototype_id),
        idea: IdeaId(row.idea_id),
        believed: row.believed,
        found: row.found,
        next_time: row.next_time,
        outcome: stored("learning.outcome", &row.outcome, Outcome::parse)?,
        recorded_by: row.recorded_by_id.map(MemberId),
        recorded_at: row.recorded_at,
    })
}
