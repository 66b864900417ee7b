//! What a person can ask about people.

use super::domain::Role;
use super::store::{self, Member, matching};
use crate::platform::error::Result;
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;

const LIST: &str = "members";

/// A page of the active members by name, with their cursors.
pub async fn page(
    s: &Session,
    search: Option<&str>,
    role: Option<Role>,
    args: PageArgs,
) -> Result<Page<(Member, String)>> {
    s.actor.signed_in()?;
    let window = args.window(LIST)?;
    let rows = store::page(s.reader(), matching(search, role), &window).await?;
    Ok(window.page(rows).map(|member| {
        let cursor = encode(LIST, &[json!(member.name), json!(member.id.0)]);
        (member, cursor)
    }))
}

/// How many there are.
pub async fn count(s: &Session, search: Option<&str>, role: Option<Role>) -> Result<u64> {
    store::count(s.reader(), matching(search, role)).await
}
