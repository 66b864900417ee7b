//! What a person can ask about people.

use super::domain::Role;
use super::store::{self, Member, matching};
use crate::platform::error::{Faults, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;

const LIST: &str = "members";

/// The longest part of a name that is looked for, in characters.
const LONGEST_SEARCH: usize = 200;

/// A page of the active members by name, with their cursors.
pub async fn page(
    s: &Session,
    search: Option<&str>,
    role: Option<Role>,
    args: PageArgs,
) -> Result<Page<(Member, String)>> {
    s.actor.signed_in()?;
    let window = args.window(LIST)?;
    check(search)?;
    let rows = store::page(s.reader(), matching(search, role), &window).await?;
    Ok(window.page(rows).map(|member| {
        let cursor = encode(LIST, &[json!(member.name), json!(member.id.0)]);
        (member, cursor)
    }))
}

/// A part of a name is short, and has no control characters: `TEXT_TOO_LONG`,
/// `CONTROL_CHARACTERS` at `search`.
fn check(search: Option<&str>) -> Result<()> {
    let mut faults = Faults::default();
    let search = search.unwrap_or_default();
    if search.chars().count() > LONGEST_SEARCH {
        let told = format!("`search` has at most {LONGEST_SEARCH} characters.");
        faults.add_argument("search", "TEXT_TOO_LONG", told);
    }
    if search.chars().any(char::is_control) {
        let told = "`search` contains control characters; no name does.";
        faults.add_argument("search", "CONTROL_CHARACTERS", told);
    }
    faults.check()
}

/// How many there are.
pub async fn count(s: &Session, search: Option<&str>, role: Option<Role>) -> Result<u64> {
    store::count(s.reader(), matching(search, role)).await
}
