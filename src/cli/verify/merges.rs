//! Which idea goes on in which: the edges held against the events that made and undid them,
//! and what each idea is part of against the edges.

use super::super::Stop;
use super::chain::Chain;
use crate::entity::merge;
use crate::ideas::domain::{Idea, Visibility};
use crate::ideas::lifecycle::State;
use crate::ideas::store_verify::Kept;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The idea into which each absorbed one was merged.
pub(super) type Edges = HashMap<Uuid, Uuid>;

pub(super) fn check(chain: &Chain, kept: &Kept, idea: &Idea, edges: &Edges) -> Result<(), Stop> {
    told(chain, kept)?;
    let is_merged = idea.state == State::Merged;
    if is_merged != edges.contains_key(&idea.id.0) {
        return Err(chain.misfit("the merges say otherwise whether it goes on in another idea"));
    }
    if kept.within != within(chain, idea, edges)? {
        return Err(chain.misfit("it is not part of what its merges say"));
    }
    Ok(())
}

/// Each merge was told by an event, and so was its end.
fn told(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let wrong = || chain.misfit("its merges are not those that its events tell of");
    let of = |row: &merge::Model| (row.decision_id, row.clone());
    let mut rows: HashMap<Uuid, merge::Model> = kept.merges.iter().map(of).collect();
    let mut stands: Option<merge::Model> = None;
    for event in &chain.events {
        let Some(into) = event.id("into") else {
            continue;
        };
        if event.kind == "MERGED" {
            let decision = event.id("decision").ok_or_else(wrong)?;
            let row = rows.remove(&decision).ok_or_else(wrong)?;
            if stands.is_some() || row.into_id != into || row.since != event.at {
                return Err(wrong());
            }
            stands = Some(row);
        } else if event.kind == "UNMERGED" {
            let row = stands.take().ok_or_else(wrong)?;
            if row.into_id != into || row.ended_at != Some(event.at) {
                return Err(wrong());
            }
        }
    }
    let is_open = stands.is_none_or(|row| row.ended_at.is_none());
    (rows.is_empty() && is_open).then_some(()).ok_or_else(wrong)
}

/// What an idea is part of by the edges: each with whether it goes on, and whether the
/// supporters of this one count there.
fn within(chain: &Chain, idea: &Idea, edges: &Edges) -> Result<BTreeMap<Uuid, (bool, bool)>, Stop> {
    let is_counted = idea.visibility == Visibility::Organization;
    let mut found = BTreeMap::new();
    let mut at = idea.id.0;
    while let Some(into) = edges.get(&at) {
        let goes_on = !edges.contains_key(into);
        if *into == idea.id.0 || found.insert(*into, (goes_on, is_counted)).is_some() {
            return Err(chain.misfit("it was merged into itself in the end"));
        }
        at = *into;
    }
    Ok(found)
}
