//! Texts of an entry, of its awards, or of what judges said of it, that must not be there any
//! more.

use super::domain::EntryId;
use super::store_bench::Bench;
use super::store_entries::{self as entries, Eyes, MISSING};
use super::{store, store_redact};
use crate::ideas::conversation::Circle;
use crate::ideas::redaction::{Asked, told};
use crate::platform::error::{Faults, Result};
use crate::policy::Redact;
use crate::session::Session;
use serde_json::json;

/// The texts around an entry.
const ENTRY_FIELDS: &[&str] = &[
    "title",
    "summary",
    "demoUrl",
    "repositoryUrl",
    "videoUrl",
    "learned",
    "awards",
    "judgements",
];

/// Empties texts of an entry; what came of it stands.
pub async fn entry(s: &Session, id: EntryId, asked: &Asked) -> Result<EntryId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, ENTRY_FIELDS);
    s.write(async |tx| {
        let found = entries::one(tx.sql(), id).await?.ok_or(MISSING)?;
        let hackathon = store::locked(tx, found.hackathon).await?;
        let eyes = Eyes::of(&s.actor)?;
        entries::find(tx.sql(), &eyes, id).await?.ok_or(MISSING)?;
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = store_redact::empty_entry(tx, &permit, id, &redaction).await?;
        if emptied.is_empty() {
            return Ok(id);
        }
        let mut data = told("entry", &redaction, &emptied);
        let (said, digest) = store::keep_note(tx, hackathon.id, redaction.reason).await?;
        data["said"] = json!(said);
        data["digest"] = json!(digest);
        let bench = Bench::of(tx.sql(), hackathon.id).await?;
        let idea = bench.seat(id).and_then(|seat| seat.idea);
        let kind = Circle::Everyone.redaction();
        tx.emit_about(hackathon.id.subject(), kind, data, idea.map(|id| id.0));
        Ok(id)
    })
    .await
}
