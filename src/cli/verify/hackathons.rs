//! Hackathons, held against the events that tell of them: what organizers set, what was said,
//! and who takes part with what.

use super::super::Stop;
use super::Tally;
use super::chain::{Chain, Said};
use super::entries;
use super::texts::none_gone;
use crate::entity::hackathon;
use crate::hackathons::phases::Phase;
use crate::hackathons::store_digests as digests;
use crate::hackathons::store_verify::{Kept, kept};
use crate::hackathons::store_verify_entries::kept as judged;
use crate::platform::db::View;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Rows, each with the event that tells of it last and the digest it tells.
type Told<'a> = HashMap<Uuid, (&'a Said, Option<&'a str>)>;

/// Holds a batch of hackathons against their events.
pub(super) async fn check(view: &View, batch: &[Chain], tally: &mut Tally) -> Result<(), Stop> {
    let ids: Vec<Uuid> = batch.iter().map(|chain| chain.subject.id()).collect();
    let mut all = kept(view, &ids).await?;
    let mut judged = judged(view, &ids).await?;
    for chain in batch {
        let kept = all.remove(&chain.subject.id()).unwrap_or_default();
        let judged = judged.remove(&chain.subject.id()).unwrap_or_default();
        let Some(row) = &kept.hackathon else {
            return Err(chain.misfit("there are events of it, and no such hackathon"));
        };
        itself(chain, row)?;
        judges(chain, &kept)?;
        people(chain, &kept)?;
        candidates(chain, &kept)?;
        entries::check(chain, &judged)?;
        tally.hackathons += 1;
        tally.notes += kept.notes.len() as u64;
        tally.registrations += kept.registrations.len() as u64;
        tally.candidates += kept.candidates.len() as u64;
        tally.teams += kept.teams.len() as u64;
        tally.entries += judged.entries.len() as u64;
        tally.judgements += judged.judgements.len() as u64;
        tally.comparisons += judged.comparisons.len() as u64;
        tally.awards += judged.awards.len() as u64;
    }
    Ok(())
}

/// What an organizer set, and the phase.
fn itself(chain: &Chain, row: &hackathon::Model) -> Result<(), Stop> {
    let is_set = |event: &&Said| matches!(event.kind.as_str(), "HACKATHON_CREATED" | "EDITED");
    let Some(set) = chain.events.iter().rev().find(is_set) else {
        return Err(chain.misfit("no event tells of the hackathon"));
    };
    let revision = set.data["revision"].as_i64();
    if set.text("digest") != Some(&digests::hackathon(row)) || revision != Some(row.revision.into())
    {
        return Err(chain.misfit_at(set, "the hackathon is not what it was set up as"));
    }
    let moves =
        |event: &&Said| matches!(event.kind.as_str(), "PHASE_CHANGED" | "RESULTS_PUBLISHED");
    let moved = chain.events.iter().rev().find(moves);
    let phase = moved.map_or(Some(Phase::Design.as_str()), |event| event.text("to"));
    if phase != Some(&row.phase) {
        return Err(chain.misfit("the events say that it is in another phase"));
    }
    let published = chain
        .events
        .iter()
        .find(|it| it.kind == "RESULTS_PUBLISHED");
    if row.published_at != published.map(|event| event.at) {
        return Err(chain.misfit("the events say otherwise when its results were published"));
    }
    Ok(())
}

/// Who judges: whom the last edit named, those aside who left since.
fn judges(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let mut named: BTreeSet<Uuid> = BTreeSet::new();
    for event in &chain.events {
        match event.kind.as_str() {
            "HACKATHON_CREATED" | "EDITED" => named = event.ids("judges").into_iter().collect(),
            "JUDGE_LEFT" => {
                named.retain(|one| event.id("member") != Some(*one));
            }
            _ => {}
        }
    }
    let judges: BTreeSet<Uuid> = kept.judges.iter().map(|row| row.member_id).collect();
    if judges != named {
        return Err(chain.misfit("the events name other judges"));
    }
    Ok(())
}

/// Rows of one table, each under an id that events name by this key, with its digest: the last
/// event that tells one must be the one that the row has.
fn hold(
    chain: &Chain,
    noun: &str,
    told: Told<'_>,
    rows: impl Iterator<Item = (Uuid, String)>,
) -> Result<(), Stop> {
    let mut open: HashMap<Uuid, &Said> = HashMap::new();
    let mut digests: HashMap<Uuid, Option<&str>> = HashMap::new();
    for (id, (event, digest)) in told {
        open.insert(id, event);
        digests.insert(id, digest);
    }
    for (id, digest) in rows {
        let name = format!("{noun} {}", id.simple());
        let Some(event) = open.remove(&id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        if digests.get(&id).copied().flatten() != Some(digest.as_str()) {
            return Err(chain.misfit_at(event, format!("{name} is not what it was then")));
        }
    }
    none_gone(chain, &open, noun)
}

/// The last event that tells a digest of each row, by the row. Events of the kind `ends` take
/// theirs away.
fn last<'a>(chain: &'a Chain, (key, digest): (&str, &str), ends: &str) -> Told<'a> {
    let mut told = HashMap::new();
    for event in &chain.events {
        let Some(id) = event.id(key) else { continue };
        if event.kind == ends {
            told.remove(&id);
        } else if event.text(digest).is_some() {
            told.insert(id, (event, event.text(digest)));
        }
    }
    told
}

/// What was said, who registered, which teams there are and who is in them.
fn people(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let notes = kept.notes.iter().map(|row| (row.id, digests::note(row)));
    hold(chain, "note", last(chain, ("said", "digest"), ""), notes)?;
    let registered = last(chain, ("registration", "digest"), "UNREGISTERED");
    let rows = kept.registrations.iter();
    let rows = rows.map(|row| (row.id, digests::registration(row)));
    hold(chain, "registration", registered, rows)?;

    let mut formed = HashMap::new();
    let mut inside: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for event in chain.events.iter().filter(|it| it.kind == "TEAM_CHANGED") {
        let Some(id) = event.id("team") else { continue };
        if event.text("digest").is_some() {
            formed.insert(id, (event, event.text("digest")));
        }
        let team = inside.entry(id).or_default();
        team.extend(event.ids("joined"));
        for left in event.ids("left") {
            team.remove(&left);
        }
    }
    let rows = kept.teams.iter().map(|row| (row.id, digests::team(row)));
    hold(chain, "team", formed, rows)?;
    inside.retain(|_, people| !people.is_empty());
    let mut there: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in &kept.members {
        there.entry(row.team_id).or_default().insert(row.member_id);
    }
    if inside != there {
        return Err(chain.misfit("the events say otherwise who is in its teams"));
    }
    Ok(())
}

/// Which ideas take part, where they stand, and how they fit.
fn candidates(chain: &Chain, kept: &Kept) -> Result<(), Stop> {
    let mut states: HashMap<Uuid, (&Said, &str)> = HashMap::new();
    let mut fits: HashMap<(Uuid, Uuid), (&Said, Option<&str>)> = HashMap::new();
    for event in &chain.events {
        let Some(id) = event.id("candidate") else {
            continue;
        };
        match event.kind.as_str() {
            "NOMINATED" => {
                states.insert(id, (event, "NOMINATED"));
            }
            "CANDIDATE_CHANGED" => {
                states.insert(id, (event, event.text("to").unwrap_or_default()));
            }
            "FIT_RATED" => {
                if let Some(rater) = event.id("rater") {
                    fits.insert((id, rater), (event, event.text("digest")));
                }
            }
            _ => {}
        }
    }
    for row in &kept.candidates {
        let name = format!("candidate {}", row.id.simple());
        let Some((event, state)) = states.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        if state != row.state {
            let told = format!("{name} stands elsewhere than its events say");
            return Err(chain.misfit_at(event, told));
        }
    }
    let open = states.into_iter().map(|(id, (event, _))| (id, event));
    none_gone(chain, &open.collect(), "candidate")?;
    for row in &kept.fits {
        let told = fits.remove(&(row.candidate_id, row.member_id));
        let name = format!("a fit of candidate {}", row.candidate_id.simple());
        let Some((event, digest)) = told else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        if digest != Some(&digests::fit(row)) {
            return Err(chain.misfit_at(event, format!("{name} is not what it was then")));
        }
    }
    let open = fits.into_iter().map(|((id, _), (event, _))| (id, event));
    none_gone(chain, &open.collect(), "the fit of candidate")
}
