//! The SQL of ideas that come in from a file: finding those that came before, and keeping
//! under which rubric one was taken in.

use super::domain::Idea;
use super::store::read;
use crate::entity::idea;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr,
};
use std::collections::HashMap;
use uuid::Uuid;

/// The ideas with these external ids, by external id, whoever may see them.
pub async fn by_external_id(
    sql: &impl ConnectionTrait,
    external_ids: &[&str],
) -> Result<HashMap<String, Idea>> {
    let rows = idea::Entity::find()
        .filter(idea::Column::ExternalId.is_in(external_ids.iter().copied()))
        .all(sql)
        .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let idea = read(row)?;
        if let Some(external_id) = &idea.external_id {
            found.insert(external_id.clone(), idea);
        }
    }
    Ok(found)
}

/// Keeps the version of the rubric that an idea made in this command is assessed under.
pub async fn assess_under(tx: &Tx<'_>, idea: &mut Idea, version: Uuid) -> Result<()> {
    idea.rubric_version = Some(version);
    idea::Entity::update(idea::ActiveModel {
        id: Set(idea.id.0),
        rubric_version_id: Set(idea.rubric_version),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Whether a command ended because another one wrote the same thing first: called again,
/// it finds that there.
pub fn is_taken(error: &Error) -> bool {
    let Error::Internal(cause) = error else {
        return false;
    };
    let cause = cause.downcast_ref::<DbErr>().and_then(DbErr::sql_err);
    matches!(cause, Some(SqlErr::UniqueConstraintViolation(_)))
}
