//! The SQL of the calendar: which ideas and decisions it looks at, found by an index of the
//! moments themselves, so that a turn with nothing to do is one question each.

use super::domain::{DecisionId, Idea, IdeaId};
use super::store;
use crate::entity::{decision, idea, prototype, review_due};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::error::Result;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

/// Where a reading of moments goes on: behind this one.
pub type Moment = (Micros, Uuid);

#[derive(FromQueryResult)]
struct Waking {
    at: Micros,
    id: Uuid,
}

/// Ideas whose moment has come, the earliest first, behind the last one read.
pub async fn waking(
    sql: &impl ConnectionTrait,
    now: Micros,
    behind: Option<Moment>,
    most: u64,
) -> Result<Vec<Moment>> {
    let rows = idea::Entity::find()
        .select_only()
        .column_as(idea::Column::WakeAt, "at")
        .column(idea::Column::Id)
        .filter(idea::Column::WakeAt.lte(now))
        .filter(later(idea::Column::WakeAt, idea::Column::Id, behind))
        .order_by_asc(idea::Column::WakeAt)
        .order_by_asc(idea::Column::Id)
        .limit(most)
        .into_model::<Waking>()
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.at, row.id)).collect())
}

/// An idea that is locked, whoever may see it.
pub async fn found(tx: &Tx<'_>, id: IdeaId) -> Result<Option<Idea>> {
    let row = idea::Entity::find_by_id(id.0).one(tx.sql()).await?;
    row.map(store::read).transpose()
}

/// Who tries an idea now.
pub async fn prototype_owner(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Option<MemberId>> {
    let row = prototype::Entity::find()
        .filter(prototype::Column::IdeaId.eq(id.0))
        .filter(prototype::Column::EndedAt.is_null())
        .one(sql)
        .await?;
    Ok(row.and_then(|row| row.owner_id).map(MemberId))
}

/// Notes when a locked idea is looked at next. Nobody sees that anything changed.
pub async fn look_again(tx: &Tx<'_>, id: IdeaId, at: Option<Micros>) -> Result<()> {
    idea::Entity::update_many()
        .col_expr(idea::Column::WakeAt, Expr::val(at))
        .filter(idea::Column::Id.eq(id.0))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Notes that the maker of a decision wants to look at it again on that day.
pub async fn review_later(tx: &Tx<'_>, id: DecisionId, at: Micros) -> Result<()> {
    let row = review_due::Model {
        decision_id: id.0,
        at,
    };
    review_due::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(())
}

/// Takes that note away; whether it was there.
pub async fn review_no_more(tx: &Tx<'_>, id: DecisionId) -> Result<bool> {
    let gone = review_due::Entity::delete_by_id(id.0)
        .exec(tx.sql())
        .await?;
    Ok(gone.rows_affected == 1)
}

/// A decision whose day has come.
#[derive(Clone, Copy, Debug)]
pub struct ReviewDue {
    pub moment: Moment,
    pub decision: DecisionId,
    pub idea: IdeaId,
    pub maker: Option<MemberId>,
}

/// Decisions whose day has come, the earliest first, behind the last one read.
pub async fn reviews_due(
    sql: &impl ConnectionTrait,
    now: Micros,
    behind: Option<Moment>,
    most: u64,
) -> Result<Vec<ReviewDue>> {
    let rows = review_due::Entity::find()
        .filter(review_due::Column::At.lte(now))
        .filter(later(
            review_due::Column::At,
            review_due::Column::DecisionId,
            behind,
        ))
        .order_by_asc(review_due::Column::At)
        .order_by_asc(review_due::Column::DecisionId)
        .limit(most)
        .all(sql)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = rows.iter().map(|row| row.decision_id);
    let decisions = decision::Entity::find()
        .filter(decision::Column::Id.is_in(ids))
        .all(sql)
        .await?;
    let due = |row: review_due::Model| {
        let decision = decisions.iter().find(|one| one.id == row.decision_id)?;
        Some(ReviewDue {
            moment: (row.at, row.decision_id),
            decision: DecisionId(row.decision_id),
            idea: IdeaId(decision.idea_id),
            maker: decision.decided_by_id.map(MemberId),
        })
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

fn later(at: impl ColumnTrait, id: impl ColumnTrait, behind: Option<Moment>) -> Condition {
    let Some((last_at, last_id)) = behind else {
        return Condition::all();
    };
    let same = Condition::all().add(at.eq(last_at)).add(id.gt(last_id));
    Condition::all()
        .add(at.gte(last_at))
        .add(Condition::any().add(at.gt(last_at)).add(same))
}
