//! The SQL of what stays behind in hackathons when somebody leaves. The hackathons are locked.

use super::domain::HackathonId;
use super::phases::Phase;
use crate::entity::{hackathon, hackathon_judge};
use crate::ideas::store_leaving::hackathons_of;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

/// The hackathons that go on and in which somebody has a part, in the order of their ids.
pub async fn open_ones_of(sql: &impl ConnectionTrait, who: MemberId) -> Result<Vec<Uuid>> {
    let over = [Phase::Closed, Phase::Cancelled].map(Phase::as_str);
    let all = hackathons_of(sql, who).await?;
    Ok(hackathon::Entity::find()
        .select_only()
        .column(hackathon::Column::Id)
        .filter(hackathon::Column::Id.is_in(all))
        .filter(hackathon::Column::Phase.is_not_in(over))
        .order_by_asc(hackathon::Column::Id)
        .into_tuple()
        .all(sql)
        .await?)
}

/// Takes somebody off the judges; whether they were one.
pub async fn judge_no_more(tx: &Tx<'_>, id: HackathonId, who: MemberId) -> Result<bool> {
    let done = hackathon_judge::Entity::delete_by_id((id.0, who.0))
        .exec(tx.sql())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Leaves a hackathon without somebody in person who owes its next steps.
pub async fn organize_no_more(tx: &Tx<'_>, id: HackathonId) -> Result<()> {
    let row = hackathon::ActiveModel {
        id: Set(id.0),
        organizer_id: Set(None),
        ..Default::default()
    };
    hackathon::Entity::update(row).exec(tx.sql()).await?;
    Ok(())
}
