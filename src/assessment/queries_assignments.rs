//! What a person can ask about assignments. Leads see all of ideas they may see, an assessor
//! their own, everybody else none.

use super::assigning::{Assignment, AssignmentId};
use super::store_assignments;
use super::store_assignments_lists::{self as lists, Wanted};
use crate::ideas::store::Sees;
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::policy::{Actor, SeeAssignments};
use crate::session::Session;
use serde_json::json;

/// Whether this person sees an assignment of an idea that they see.
pub fn sees_assignment(sees: &Sees, assignment: &Assignment) -> bool {
    sees.confidential || assignment.assessor == sees.member
}

/// One assignment, when the caller may see it, should they see its idea.
pub async fn one(s: &Session, id: AssignmentId) -> Result<Option<Assignment>> {
    let sees = Sees::of(&s.actor)?;
    let found = store_assignments::one(s.reader(), id).await?;
    Ok(found.filter(|found| sees_assignment(&sees, found)))
}

/// Which of several assignments there are, for whoever has just changed them.
pub async fn changed(s: &Session, ids: &[AssignmentId]) -> Result<Vec<Assignment>> {
    let mut found = store_assignments::several(s.reader(), ids).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// A page of all assignments, the first due first, with their cursors; leads alone may ask.
pub async fn all(
    s: &Session,
    wanted: &Wanted,
    args: PageArgs,
) -> Result<Page<(Assignment, String)>> {
    s.actor.may::<SeeAssignments>(&())?;
    page(s, wanted, args).await
}

/// A page of what one person is asked to assess, the most urgent first, with their cursors.
pub async fn of_member(
    s: &Session,
    wanted: &Wanted,
    args: PageArgs,
) -> Result<Page<(Assignment, String)>> {
    if !shows(&s.actor, wanted.assessor) {
        let window = args.window(list(wanted))?;
        return Ok(window.page(Vec::new()));
    }
    page(s, wanted, args).await
}

/// How many there are in all.
pub async fn count(s: &Session, wanted: &Wanted) -> Result<i64> {
    if !shows(&s.actor, wanted.assessor) {
        return Ok(0);
    }
    let sees = Sees::of(&s.actor)?;
    let count = lists::count(s.reader(), &sees, s.now(), wanted).await?;
    i64::try_from(count).map_err(Error::internal)
}

fn shows(actor: &Actor, assessor: Option<MemberId>) -> bool {
    actor.leads() || (assessor.is_some() && assessor == actor.id())
}

fn list(wanted: &Wanted) -> &'static str {
    if wanted.open_first {
        "assignments:urgent"
    } else {
        "assignments"
    }
}

async fn page(s: &Session, wanted: &Wanted, args: PageArgs) -> Result<Page<(Assignment, String)>> {
    let sees = Sees::of(&s.actor)?;
    let window = args.window(list(wanted))?;
    let rows = lists::page(s.reader(), &sees, s.now(), wanted, &window).await?;
    Ok(window.page(rows).map(|(one, is_over)| {
        let mut keys = vec![json!(one.due_at), json!(one.id.0)];
        if wanted.open_first {
            keys.insert(0, json!(is_over));
        }
        let cursor = encode(list(wanted), &keys);
        (one, cursor)
    }))
}
