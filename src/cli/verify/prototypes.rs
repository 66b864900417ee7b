//! Prototypes and what they taught, held against the events that tell of them.

use super::super::Stop;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::texts::{hex, none_gone};
use crate::prototypes::store_digests as digests;
use crate::prototypes::store_verify::Kept;
use std::collections::HashMap;
use uuid::Uuid;

/// Holds the prototypes of an idea, their plans, results and learnings against its chain.
pub(super) fn check(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let gone = Redactions::read(chain);
    let mut queued = last(chain, "prototype", |it| it.kind == "PROTOTYPE_QUEUED");
    let mut planned = last(chain, "prototype", |it| it.text("planDigest").is_some());
    let mut concluded = last(chain, "prototype", |it| it.text("resultDigest").is_some());
    for row in &kept.prototypes {
        let name = format!("prototype_{}", row.id.simple());
        let Some(event) = queued.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        if row.queued_at != event.at {
            let told = format!("{name} is not what it was when it was queued");
            return Err(chain.misfit_at(event, told));
        }
        match planned.remove(&row.id) {
            Some(event) => {
                let (last, digest) = gone.or("plan", &hex(row.id), event, "planDigest");
                if digest != Some(&digests::plan(row)) {
                    let told = format!("the plan of {name} is not what it was");
                    return Err(chain.misfit_at(last, told));
                }
            }
            None if row.form.is_some() => {
                return Err(chain.misfit(format!("no event tells of the plan of {name}")));
            }
            None => {}
        }
        match concluded.remove(&row.id) {
            Some(event) => {
                let (last, digest) = gone.or("results", &hex(row.id), event, "resultDigest");
                if digest != Some(&digests::results(row)) || row.ended_at != Some(event.at) {
                    let told = format!("what came of {name} is not what it was");
                    return Err(chain.misfit_at(last, told));
                }
            }
            None if row.outcome.is_some() => {
                return Err(chain.misfit(format!("no event tells what came of {name}")));
            }
            None => {}
        }
    }
    none_gone(chain, &queued, "prototype")?;
    let mut taught = last(chain, "learning", |it| it.text("learningDigest").is_some());
    for row in &kept.learnings {
        let name = format!("learning_{}", row.id.simple());
        let Some(event) = taught.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let (last, digest) = gone.or("learning", &hex(row.id), event, "learningDigest");
        if digest != Some(&digests::learning(row))
            || row.recorded_by_id != event.actor
            || row.recorded_at != event.at
        {
            let told = format!("{name} is not what it was when it was told");
            return Err(chain.misfit_at(last, told));
        }
    }
    none_gone(chain, &taught, "learning")
}

/// The last event of these that tells of each row, named under this key.
fn last<'a>(chain: &'a Chain, key: &str, is_it: impl Fn(&Said) -> bool) -> HashMap<Uuid, &'a Said> {
    let events = chain.events.iter().filter(|event| is_it(event));
    events
        .filter_map(|event| Some((event.id(key)?, event)))
        .collect()
}
