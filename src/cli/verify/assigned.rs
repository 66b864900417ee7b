//! Assignments and declared conflicts of interest, held against the events that tell of them.

use super::super::Stop;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::texts::{hex, none_gone};
use crate::assessment::store_verify::Rows;
use crate::ideas::store_digests as digests;
use crate::ideas::store_verify::Kept;
use std::collections::HashMap;
use uuid::Uuid;

/// Who was asked, by assignment, as long as they still are.
fn asked(chain: &Chain) -> HashMap<Uuid, (Uuid, &Said)> {
    let mut asked = HashMap::new();
    for event in &chain.events {
        match event.kind.as_str() {
            "ASSESSORS_ASSIGNED" => {
                let ids = event.ids("assignments").into_iter();
                for (id, assessor) in ids.zip(event.ids("assessors")) {
                    asked.insert(id, (assessor, event));
                }
            }
            "UNASSIGNED" => {
                if let Some(id) = event.id("assignment") {
                    asked.remove(&id);
                }
            }
            _ => {}
        }
    }
    asked
}

/// Holds the assignments of an idea against its events and its assessments.
pub(super) fn assignments(chain: &Chain, kept: &Kept, given: &[Rows]) -> Result<(), Stop> {
    let mut open = asked(chain);
    for row in &kept.assignments {
        let name = format!("assignment_{}", row.id.simple());
        let Some((assessor, event)) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        if row.assessor_id != assessor || row.assigned_at != event.at {
            let told = format!("{name} is not what it was when it was made");
            return Err(chain.misfit_at(event, told));
        }
        let stands = |it: &&Rows| it.0.assessor_id == assessor && !it.0.is_withdrawn;
        let is_done = given.iter().find(stands).is_some_and(|it| it.0.is_complete);
        if row.is_done != is_done {
            let told = format!("the assessments say otherwise whether {name} is done");
            return Err(chain.misfit(told));
        }
    }
    let open = open.into_iter().map(|(id, (_, event))| (id, event));
    none_gone(chain, &open.collect(), "assignment")
}

/// Holds the declared conflicts of an idea against its events.
pub(super) fn conflicts(chain: &Chain, kept: &Kept, gone: &Redactions<'_>) -> Result<(), Stop> {
    let mut declared: HashMap<Uuid, &Said> = HashMap::new();
    // When each ended: taken back, or when the same person declared another one.
    let mut ended: HashMap<Uuid, i64> = HashMap::new();
    let mut standing: HashMap<Option<Uuid>, Uuid> = HashMap::new();
    for event in &chain.events {
        let Some(id) = event.id("conflict") else {
            continue;
        };
        let last = match event.kind.as_str() {
            "CONFLICT_DECLARED" => {
                declared.insert(id, event);
                standing.insert(event.actor, id)
            }
            _ => standing.remove(&event.actor),
        };
        if let Some(last) = last {
            ended.insert(last, event.at);
        }
    }
    for row in &kept.conflicts {
        let name = format!("conflict {}", row.id.simple());
        let Some(event) = declared.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let (last, digest) = gone.or("conflict", &hex(row.id), event, "digest");
        if digest != Some(&digests::conflict(row))
            || event.actor != Some(row.member_id)
            || event.at != row.declared_at
        {
            let told = format!("{name} is not what it was when it was declared");
            return Err(chain.misfit_at(last, told));
        }
        if row.withdrawn_at != ended.get(&row.id).copied() {
            let told = format!("the events say otherwise when {name} ended");
            return Err(chain.misfit(told));
        }
    }
    none_gone(chain, &declared, "conflict")
}
