//! How long ideas stay in a state before they leave it, from what happened lately before the
//! eyes of the whole organization: a stay of which a part was a draft or confidential is not
//! kept, and those of an idea that is made confidential count no more. Read at most once a
//! minute by each server, for all states together.

use super::domain::{Idea, Visibility};
use super::lifecycle::State;
use super::store::stored;
use crate::entity::{idea_revision, stay};
use crate::platform::clock::{DAY, Micros};
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Stays that ended longer ago say nothing about today.
const LATELY: Micros = 90 * DAY;
/// Of fewer stays nothing is told.
const FEWEST: i64 = 20;
/// What was read is good for a minute.
const GOOD_FOR: Micros = 60 * 1_000_000;

/// Keeps how long an idea was in the state that it leaves now.
pub(super) async fn end(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    // Where it only passed through, as in an import, nobody waited.
    let stayed = idea.state_since < tx.now();
    if !stayed || !was_open(tx, idea).await? {
        return Ok(());
    }
    stay::Entity::insert(stay::ActiveModel {
        id: NotSet,
        idea_id: Set(idea.id.0),
        state: Set(idea.state.as_str().to_owned()),
        entered_at: Set(idea.state_since),
        left_at: Set(tx.now()),
        is_hidden: Set(false),
    })
    .exec_without_returning(tx.sql())
    .await?;
    Ok(())
}

/// Whether everybody could see the idea for as long as it was in its present state.
async fn was_open(tx: &Tx<'_>, idea: &Idea) -> Result<bool> {
    if idea.visibility != Visibility::Organization || idea.state == State::Draft {
        return Ok(false);
    }
    if idea.shown_from_revision == 1 {
        return Ok(true);
    }
    let shown = (idea.id.0, idea.shown_from_revision);
    let shown = idea_revision::Entity::find_by_id(shown)
        .one(tx.sql())
        .await?
        .ok_or_else(|| Error::internal("shown from a revision that is not there"))?;
    Ok(shown.at <= idea.state_since)
}

/// Makes the stays of an idea count, or count no more, as it is seen now.
pub(super) async fn hide(tx: &Tx<'_>, idea: &Idea) -> Result<()> {
    let is_hidden = idea.visibility != Visibility::Organization;
    stay::Entity::update_many()
        .col_expr(stay::Column::IsHidden, Expr::val(is_hidden))
        .filter(stay::Column::IdeaId.eq(idea.id.0))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// How long four of five ideas stayed, by the state that they left lately: the 80th
/// percentile by nearest rank. States that too few left are not there. One statement.
async fn lengths(sql: &impl ConnectionTrait, now: Micros) -> Result<HashMap<State, Micros>> {
    let each = Query::select()
        .column(stay::Column::State)
        .expr_as(Expr::cust("left_at - entered_at"), "length")
        .expr_as(
            Expr::cust("row_number() over (partition by state order by left_at - entered_at)"),
            "place",
        )
        .expr_as(Expr::cust("count(*) over (partition by state)"), "stays")
        .from(stay::Entity)
        .and_where(stay::Column::IsHidden.eq(false))
        .and_where(stay::Column::LeftAt.gt(now - LATELY))
        .to_owned();
    let query = Query::select()
        .columns(["state", "length"])
        .from_subquery(each, Alias::new("each"))
        .and_where(Expr::col("stays").gte(FEWEST))
        // In whole numbers: ⌈0.8 · stays⌉.
        .and_where(Expr::cust("place = (4 * stays + 4) / 5"))
        .to_owned();
    let mut found = HashMap::new();
    for row in sql.query_all(&query).await? {
        let state: String = row.try_get("", "state")?;
        let length = row.try_get("", "length")?;
        found.insert(stored("stay.state", &state, State::parse)?, length);
    }
    Ok(found)
}

/// What was read last, and when.
#[derive(Default)]
pub struct Stays {
    kept: Mutex<Option<Reading>>,
    reading: tokio::sync::Mutex<()>,
}

type Reading = (Micros, Arc<HashMap<State, Micros>>);

impl Stays {
    /// How long four of five ideas lately stayed in this state; nothing when too few left
    /// it. At most one statement, and none within a minute of the last.
    pub async fn of(
        &self,
        sql: &impl ConnectionTrait,
        now: Micros,
        state: State,
    ) -> Result<Option<Micros>> {
        let lengths = self.lengths(sql, now).await?;
        Ok(lengths.get(&state).copied())
    }

    async fn lengths(
        &self,
        sql: &impl ConnectionTrait,
        now: Micros,
    ) -> Result<Arc<HashMap<State, Micros>>> {
        let good = |(at, _): &Reading| (0..GOOD_FOR).contains(&(now - at));
        let lately = |(at, _): &Reading| (0..2 * GOOD_FOR).contains(&(now - at));
        let _turn = match (self.kept().filter(lately), self.reading.try_lock()) {
            (Some(kept), _) if good(&kept) => return Ok(kept.1),
            // One reads anew; whoever comes meanwhile takes what was good a moment ago,
            (Some(kept), Err(_)) => return Ok(kept.1),
            (_, Ok(turn)) => turn,
            // or waits when that is too old.
            (None, Err(_)) => self.reading.lock().await,
        };
        if let Some(kept) = self.kept().filter(good) {
            return Ok(kept.1);
        }
        let lengths = Arc::new(lengths(sql, now).await?);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((now, Arc::clone(&lengths)));
        Ok(lengths)
    }

    fn kept(&self) -> Option<Reading> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}
