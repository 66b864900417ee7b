//! Entries of hackathons, how they were judged and what they won, held against the events that
//! tell of them.

use super::super::Stop;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::texts::{hex, none_gone};
use crate::hackathons::store_digests as digests;
use crate::hackathons::store_verify_entries::Kept;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Holds the entries of a hackathon, judgements, comparisons, places and awards against its
/// chain.
pub(super) fn check(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let gone = Redactions::read(chain);
    let published = chain
        .events
        .iter()
        .rfind(|it| it.kind == "RESULTS_PUBLISHED");
    let part = |key: &str| {
        let all = published.and_then(|event| event.data[key].as_array());
        all.into_iter().flatten()
    };
    entries(chain, kept, &gone, part("places"))?;
    judgements(chain, kept, &gone)?;
    comparisons(chain, kept)?;
    awards(chain, kept, &gone, published, part("awards"))
}

fn entries<'a>(
    chain: &Chain,
    kept: &Kept,
    gone: &Redactions<'_>,
    places: impl Iterator<Item = &'a Value>,
) -> Result<(), Stop> {
    let placed: HashMap<Uuid, &Value> = places
        .filter_map(|place| Some((id(place, "entry")?, place)))
        .collect();
    let mut submitted = last(chain, "entry", "ENTRY_SUBMITTED");
    for row in &kept.entries {
        let name = format!("entry_{}", row.id.simple());
        let Some(event) = submitted.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let (last, digest) = gone.or("entry", &hex(row.id), event, "digest");
        if digest != Some(&digests::entry(row))
            || row.updated_at != event.at
            || event.data["revision"].as_i64() != Some(row.revision.into())
        {
            let told = format!("{name} is not what was handed in");
            return Err(chain.misfit_at(last, told));
        }
        let place = placed.get(&row.id);
        let said = |key: &str| place.and_then(|place| place[key].as_i64());
        if said("place") != row.place.map(i64::from) || said("score") != row.score {
            return Err(chain.misfit(format!("the place of {name} is not the one published")));
        }
    }
    none_gone(chain, &submitted, "entry")
}

fn judgements(chain: &Chain, kept: &Kept, gone: &Redactions<'_>) -> Result<(), Stop> {
    let mut judged = last(chain, "judgement", "JUDGED");
    for row in &kept.judgements {
        let name = format!("judgement_{}", row.id.simple());
        let Some(event) = judged.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let (last, digest) = gone.or("judgement", &hex(row.id), event, "judgementDigest");
        if digest != Some(&digests::judgement(row))
            || event.actor != Some(row.judge_id)
            || row.submitted_at != event.at
        {
            let told = format!("{name} is not what it was");
            return Err(chain.misfit_at(last, told));
        }
    }
    none_gone(chain, &judged, "judgement")
}

fn comparisons(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let mut compared: HashMap<(Uuid, Uuid, Uuid), &Said> = chain
        .events
        .iter()
        .filter(|event| event.kind == "COMPARED")
        .filter_map(|event| {
            let key = (event.actor?, event.id("left")?, event.id("right")?);
            Some((key, event))
        })
        .collect();
    for row in &kept.comparisons {
        let key = (row.judge_id, row.left_entry_id, row.right_entry_id);
        let Some(event) = compared.remove(&key) else {
            return Err(chain.misfit("no event tells of a comparison of entries"));
        };
        let is_half = event.data["isHalf"].as_bool();
        if event.text("outcome") != Some(&row.outcome)
            || is_half != Some(row.is_half)
            || row.at != event.at
        {
            return Err(chain.misfit_at(event, "the comparison is not what it was"));
        }
    }
    match compared.values().min_by_key(|event| event.position) {
        Some(event) => Err(chain.misfit_at(event, "the comparison is gone")),
        None => Ok(()),
    }
}

fn awards<'a>(
    chain: &Chain,
    kept: &Kept,
    gone: &Redactions<'_>,
    published: Option<&Said>,
    told: impl Iterator<Item = &'a Value>,
) -> Result<(), Stop> {
    let mut told: HashMap<Uuid, &Value> = told
        .filter_map(|award| Some((id(award, "award")?, award)))
        .collect();
    for row in &kept.awards {
        let name = format!("award_{}", row.id.simple());
        let (Some(event), Some(award)) = (published, told.remove(&row.id)) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let written = award["digest"].as_str();
        let digest = gone.digest_of("award", &hex(row.id)).or(written);
        let is_theirs = row.owner_id.is_none() || row.owner_id == id(award, "owner");
        if digest != Some(&digests::award(row)) || !is_theirs {
            return Err(chain.misfit_at(event, format!("{name} is not what it was")));
        }
    }
    match (published, told.keys().min()) {
        (Some(event), Some(award)) => {
            let told = format!("award_{} is gone", award.simple());
            Err(chain.misfit_at(event, told))
        }
        _ => Ok(()),
    }
}

/// An id in a part of an event.
fn id(of: &Value, key: &str) -> Option<Uuid> {
    of[key].as_str().and_then(|id| Uuid::try_parse(id).ok())
}

/// The last event of this kind that tells of each row, named under this key.
fn last<'a>(chain: &'a Chain, key: &str, kind: &str) -> HashMap<Uuid, &'a Said> {
    let events = chain.events.iter().filter(|event| event.kind == kind);
    events
        .filter_map(|event| Some((event.id(key)?, event)))
        .collect()
}
