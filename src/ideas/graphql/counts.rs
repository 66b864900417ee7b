//! Numbers for leads to work from.

use crate::assessment::graphql::overdue_assignments;
use crate::graph::session;
use crate::ideas::appeals::AppealState;
use crate::ideas::lifecycle::State;
use crate::ideas::queries_appeals as queries;
use crate::platform::error::{Error, Result};
use async_graphql::{ComplexObject, Context, Object, SimpleObject};

/// How many ideas there are in a state.
#[derive(SimpleObject)]
pub struct StateCount {
    /// The state.
    state: State,
    /// How many are in it.
    count: i32,
    /// Of these, whose promise has passed.
    overdue: i32,
}

/// How much there is to do, among the ideas the caller sees.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Counts {
    /// Every state, in the order of the enum, also where there is none.
    by_state: Vec<StateCount>,
    /// Appeals that wait for an answer.
    open_appeals: i32,
}

#[ComplexObject]
impl Counts {
    /// Assignments that are open and have fallen due, of ideas that are assessed.
    async fn overdue_assignments(&self, ctx: &Context<'_>) -> Result<i32> {
        overdue_assignments(ctx).await
    }
}

/// Numbers for leads.
#[derive(Default)]
pub struct CountsQuery;

#[Object]
impl CountsQuery {
    /// How much there is to do, counted when asked for: that costs as much as many pages. For
    /// leads and admins.
    #[graphql(complexity = "1_000 + child_complexity")]
    async fn counts(&self, ctx: &Context<'_>) -> Option<Result<Counts>> {
        Some(counts(ctx).await)
    }
}

async fn counts(ctx: &Context<'_>) -> Result<Counts> {
    let s = session(ctx);
    let small = |count: i64| i32::try_from(count).map_err(Error::internal);
    let by_state = queries::by_state(s).await?.into_iter().map(|found| {
        Ok(StateCount {
            state: found.state,
            count: small(found.count)?,
            overdue: small(found.overdue)?,
        })
    });
    let by_state = by_state.collect::<Result<_>>()?;
    let open = queries::count(s, Some(AppealState::Open)).await?;
    Ok(Counts {
        by_state,
        open_appeals: i32::try_from(open).map_err(Error::internal)?,
    })
}
