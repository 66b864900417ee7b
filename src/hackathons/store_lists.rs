//! The SQL of lists of hackathons.

use super::domain::Hackathon;
use super::phases::Phase;
use super::store::read;
use crate::entity::hackathon;
use crate::platform::error::Result;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use sea_orm::sea_query::{Condition, Order};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// The one that starts last first.
fn latest_first() -> [SortKey; 2] {
    [
        sort(
            hackathon::Column::StartsAt.into_expr(),
            Order::Desc,
            KeyKind::Integer,
        ),
        sort(hackathon::Column::Id.into_expr(), Order::Desc, KeyKind::Id),
    ]
}

/// Those in one of these phases; all when none are named.
fn in_phases(phases: Option<&[Phase]>) -> Condition {
    match phases {
        None => Condition::all(),
        Some(phases) => {
            let words = phases.iter().map(|phase| phase.as_str());
            Condition::all().add(hackathon::Column::Phase.is_in(words))
        }
    }
}

/// A window of hackathons.
pub async fn page(
    sql: &impl ConnectionTrait,
    phases: Option<&[Phase]>,
    window: &Window,
) -> Result<Vec<Hackathon>> {
    let keys = latest_first();
    let query = hackathon::Entity::find().filter(in_phases(phases));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many there are in all.
pub async fn count(sql: &impl ConnectionTrait, phases: Option<&[Phase]>) -> Result<u64> {
    let query = hackathon::Entity::find().filter(in_phases(phases));
    Ok(query.count(sql).await?)
}
