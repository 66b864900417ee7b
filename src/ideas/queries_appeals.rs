//! What leads ask to work from: appeals, and how much there is in each state.

use super::appeals::{Appeal, AppealState};
use super::domain::{Idea, IdeaId};
use super::lifecycle::State;
use super::store::{self, Sees};
use super::{store_appeals, store_lists};
use crate::identity::domain::Role;
use crate::platform::error::Result;
use crate::platform::page::{Page, PageArgs, encode};
use crate::policy::No;
use crate::session::Session;
use serde_json::json;

const LIST: &str = "appeals";

/// A page of the appeals of ideas the caller sees, each with its idea and cursor: two
/// statements, at any depth. For leads and admins.
pub async fn page(
    s: &Session,
    state: Option<AppealState>,
    args: PageArgs,
) -> Result<Page<(Appeal, Idea, String)>> {
    let sees = leading(s)?;
    let window = args.window(LIST)?;
    let page = window.page(store_appeals::page(s.reader(), &sees, state, &window).await?);
    let ids: Vec<IdeaId> = page.rows.iter().map(|appeal| appeal.idea).collect();
    let ideas = match ids.is_empty() {
        true => Default::default(),
        false => store::find_many(s.reader(), &sees, &ids).await?,
    };
    let Page {
        rows,
        has_previous,
        has_next,
    } = page;
    // One that was hidden between the two statements is gone with its idea.
    let rows = rows.into_iter().filter_map(|appeal| {
        let idea = ideas.get(&appeal.idea)?.clone();
        let cursor = encode(LIST, &[json!(appeal.due_at), json!(appeal.id.0)]);
        Some((appeal, idea, cursor))
    });
    Ok(Page {
        rows: rows.collect(),
        has_previous,
        has_next,
    })
}

/// How many there are in all.
pub async fn count(s: &Session, state: Option<AppealState>) -> Result<u64> {
    store_appeals::count(s.reader(), &leading(s)?, state).await
}

/// How many ideas the caller sees in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InState {
    pub state: State,
    pub count: i64,
    /// Of these, whose promise has passed.
    pub overdue: i64,
}

/// How many ideas the caller sees in each state, in the order of the states: one statement.
/// For leads and admins.
pub async fn by_state(s: &Session) -> Result<Vec<InState>> {
    let found = store_lists::by_state(s.reader(), &leading(s)?, s.now()).await?;
    let of = |state: &State| {
        let (count, overdue) = found.get(state).copied().unwrap_or_default();
        InState {
            state: *state,
            count,
            overdue,
        }
    };
    Ok(State::ALL.iter().map(of).collect())
}

/// The eyes of a caller who leads, or `ROLE_NEEDED`.
fn leading(s: &Session) -> Result<Sees> {
    let sees = Sees::of(&s.actor)?;
    if s.actor.leads() {
        Ok(sees)
    } else {
        Err(No::RoleNeeded(Role::Lead).into())
    }
}
