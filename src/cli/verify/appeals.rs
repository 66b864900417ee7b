//! Appeals with their answers, and reviews of decisions, held against the events that tell of
//! them; and what an idea says about when its open appeals are due.

use super::super::Stop;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::texts::none_gone;
use crate::ideas::appeals::AppealState;
use crate::ideas::store_digests as digests;
use crate::ideas::store_verify::Kept;
use crate::platform::clock::Micros;
use std::collections::HashMap;
use uuid::Uuid;

/// Holds the appeals and reviews of an idea against its chain; `due` is when the idea says
/// that the first open appeal is to be answered.
pub(super) fn check(
    chain: &Chain,
    kept: &Kept,
    gone: &Redactions<'_>,
    due: Option<Micros>,
) -> Result<(), Stop> {
    let answers = made(chain, "APPEAL_RESOLVED", "appeal");
    let mut open = made(chain, "APPEALED", "appeal");
    for row in &kept.appeals {
        let name = format!("appeal_{}", row.id.simple());
        let Some(event) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let id = row.id.simple().to_string();
        let (last, digest) = gone.or("appeal", &id, event, "digest");
        if digest != Some(&digests::appeal(row))
            || row.opened_by_id != event.actor
            || row.opened_at != event.at
        {
            let told = format!("{name} is not what it was when it was made");
            return Err(chain.misfit_at(last, told));
        }
        let Some(event) = answers.get(&row.id) else {
            if row.state == AppealState::Open.as_str() && row.answer.is_none() {
                continue;
            }
            return Err(chain.misfit(format!("no event tells of the answer to {name}")));
        };
        let answer = row.answer.as_deref().unwrap_or_default();
        let (last, digest) = gone.or("answer", &id, event, "digest");
        if digest
            != Some(&digests::appeal_answer(
                &row.answer_salt,
                &row.state,
                answer,
            ))
            || row.answered_by_id != event.actor
            || row.answered_at != Some(event.at)
        {
            let told = format!("the answer to {name} is not what it was when it was given");
            return Err(chain.misfit_at(last, told));
        }
    }
    none_gone(chain, &open, "appeal")?;
    let waiting = kept.appeals.iter().filter(|row| row.answered_at.is_none());
    if waiting.map(|row| row.due_at).min() != due {
        return Err(chain.misfit("its open appeals are due at another time than it says"));
    }
    reviews(chain, kept, gone)
}

fn reviews(chain: &Chain, kept: &Kept, gone: &Redactions<'_>) -> Result<(), Stop> {
    let mut open = made(chain, "DECISION_REVIEWED", "review");
    for row in &kept.reviews {
        let name = format!("review {}", row.id.simple());
        let Some(event) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let id = row.id.simple().to_string();
        let (last, digest) = gone.or("review", &id, event, "digest");
        if digest != Some(&digests::decision_review(row))
            || row.by_id != event.actor
            || row.at != event.at
        {
            let told = format!("{name} is not what it was when it was made");
            return Err(chain.misfit_at(last, told));
        }
    }
    none_gone(chain, &open, "review")
}

/// The events of one kind by the row they made, named under this key.
fn made<'a>(chain: &'a Chain, kind: &str, key: &str) -> HashMap<Uuid, &'a Said> {
    let events = chain.events.iter().filter(|event| event.kind == kind);
    events
        .filter_map(|event| Some((event.id(key)?, event)))
        .collect()
}
