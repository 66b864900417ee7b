//! Members, held against the events that tell of them: what was granted to them, whether they
//! left, and what was said with it.

use super::super::Stop;
use super::Tally;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::texts::none_gone;
use crate::identity::store_digests::member_note;
use crate::identity::store_members::{ERASED_ISSUER, kept};
use crate::platform::db::View;
use std::collections::HashMap;
use uuid::Uuid;

/// Holds a batch of members against their events.
pub(super) async fn check(view: &View, batch: &[Chain], tally: &mut Tally) -> Result<(), Stop> {
    let ids: Vec<Uuid> = batch.iter().map(|chain| chain.subject.id()).collect();
    let (members, mut notes) = kept(view, &ids).await?;
    for chain in batch {
        let id = chain.subject.id();
        let Some(row) = members.get(&id) else {
            return Err(chain.misfit("there are events of them, and no such member"));
        };
        let last = |kind: &str| chain.events.iter().rev().find(|event| event.kind == kind);
        let left = last("MEMBER_DEACTIVATED");
        if row.is_active != left.is_none() {
            return Err(chain.misfit("the events say otherwise whether they left"));
        }
        let erased = last("MEMBER_ERASED");
        let is_erased = row.issuer == ERASED_ISSUER;
        if is_erased != erased.is_some() || (is_erased && row.email.is_some()) {
            return Err(chain.misfit("the events say otherwise whether they were erased"));
        }
        let granted = last("ROLES_GRANTED").and_then(|event| event.text("roles"));
        let granted = granted.filter(|_| !is_erased).unwrap_or_default();
        if row.granted_roles != granted {
            return Err(chain.misfit("the roles granted to them are not those of their events"));
        }
        let gone = Redactions::read(chain);
        let mut open: HashMap<Uuid, &Said> = HashMap::new();
        for event in &chain.events {
            if let Some(note) = event.id("note") {
                open.insert(note, event);
            }
        }
        for row in notes.remove(&id).unwrap_or_default() {
            let Some(event) = open.remove(&row.id) else {
                let told = format!("no event tells of note {}", row.id.simple());
                return Err(chain.misfit(told));
            };
            let note = row.id.simple().to_string();
            let (last, digest) = gone.or("note", &note, event, "digest");
            if digest != Some(&member_note(&row)) {
                let told = "what was said with it is not what it was then";
                return Err(chain.misfit_at(last, told));
            }
            tally.notes += 1;
        }
        none_gone(chain, &open, "note")?;
    }
    Ok(())
}
