//! The SQL of texts of an assessment that go for good, with the salt of their digest.

use super::store::AssessmentId;
use super::store_digests as digests;
use crate::entity::{assessment, rating};
use crate::ideas::redaction::{Emptied, Redaction};
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::policy::{Permit, Redact};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Takes the comment of an assessment, its rationales, or both. The idea is locked.
pub async fn empty_assessment(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    id: AssessmentId,
    redaction: &Redaction,
) -> Result<Vec<Emptied>> {
    let row = assessment::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let mut row = row.ok_or_else(|| Error::internal("an assessment is gone"))?;
    let mut ratings = rating::Entity::find()
        .filter(rating::Column::AssessmentId.eq(id.0))
        .all(tx.sql())
        .await?;
    let is_whole = redaction.field.is_none();
    let mut has_changed = is_whole && !row.salt.is_empty();
    if redaction.takes("comment") {
        has_changed |= row.comment.take().is_some();
    }
    if redaction.takes("rationales") {
        let mut had_any = false;
        for rating in &mut ratings {
            had_any |= rating.rationale.take().is_some();
        }
        if had_any {
            rating::Entity::update_many()
                .col_expr(rating::Column::Rationale, Expr::val(None::<String>))
                .filter(rating::Column::AssessmentId.eq(id.0))
                .exec(tx.sql())
                .await?;
        }
        has_changed |= had_any;
    }
    if !has_changed {
        return Ok(Vec::new());
    }
    row.salt = match redaction.field {
        Some(_) => salt(),
        None => String::new(),
    };
    let digest = digests::assessment(&row, &ratings);
    let id = row.id.simple().to_string();
    assessment::Entity::update(row_of::<_, assessment::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    let kind = "assessment";
    Ok(vec![Emptied { kind, id, digest }])
}
