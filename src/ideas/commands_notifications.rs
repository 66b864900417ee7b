//! What people do with what they were told: read it.

use super::notifications::{Notification, NotificationId};
use super::store_notifications::{self as store, Reader, Reading};
use crate::platform::error::{Faults, Result};
use crate::platform::outbox::Subject;
use crate::policy::ReadNotifications;
use crate::session::Session;

/// So many can be named at once, and so many are answered at least.
pub const MOST_READ: usize = 100;

/// Marks as read these, or one with all older ones, or both; once more changes nothing.
/// Which were named, and which others were unread until now: the newest of them.
pub async fn read(
    s: &Session,
    ids: Option<Vec<Result<NotificationId>>>,
    up_to: Option<Result<NotificationId>>,
) -> Result<Vec<NotificationId>> {
    let permit = s.actor.may::<ReadNotifications>(&())?;
    let reader = Reader::of(&s.actor)?;
    let mut faults = Faults::default();
    if ids.is_none() && up_to.is_none() {
        let told = "Say which: `ids`, or `upTo`, or both.";
        faults.add(&["ids"], "NOTHING_NAMED", told);
    }
    let ids = ids.unwrap_or_default();
    if ids.len() > MOST_READ {
        let told = format!(
            "`ids` has {} items; at most {MOST_READ} are read at once.",
            ids.len()
        );
        faults.add(&["ids"], "TOO_MANY_ITEMS", told);
    }
    let mut these = Vec::new();
    for (index, id) in ids.into_iter().enumerate().take(MOST_READ) {
        these.extend(faults.take(id)?.map(|id| (index, id)));
    }
    let up_to = match up_to {
        Some(read) => faults.take(read)?,
        None => None,
    };
    s.write(async |tx| {
        // One after the other: two windows of one person may be open.
        tx.lock(Subject::Member(permit.by().0)).await?;
        let mut named: Vec<NotificationId> = these.iter().map(|(_, id)| *id).collect();
        named.extend(up_to);
        let found = store::find_many(tx.sql(), &reader, &named).await?;
        let of = |id: NotificationId| found.iter().find(|one| one.id == id);
        for (index, id) in &these {
            if of(*id).is_none() {
                unknown(&mut faults, &["ids", &index.to_string()]);
            }
        }
        let last = up_to.and_then(of);
        if up_to.is_some() && last.is_none() {
            unknown(&mut faults, &["upTo"]);
        }
        faults.check()?;
        let mut told: Vec<NotificationId> = found.iter().map(|one| one.id).collect();
        let reading = Reading {
            up_to: last.map(|one: &Notification| (one.at, one.about(), one.id)),
            these: named,
        };
        let most = u64::try_from(MOST_READ).unwrap_or(u64::MAX);
        for id in store::newest_unread(tx.sql(), &reader, &reading, most).await? {
            if told.len() < MOST_READ && !told.contains(&id) {
                told.push(id);
            }
        }
        store::mark_read(tx, &permit, &reader, &reading).await?;
        Ok(told)
    })
    .await
}

/// Somebody else's, one about what the reader sees no more, or none at all.
fn unknown(faults: &mut Faults, path: &[&str]) {
    let told = "There is no such notification.";
    faults.add(path, "UNKNOWN_NOTIFICATION", told);
}
