//! What judges say, blind to each other: each rates entries under the rubric, or says which of
//! two is better. What they said last counts, as long as they judge and are in no conflict.

use super::domain::{ComparisonOutcome, EntryId, HackathonId, JudgingMode};
use super::entries::Refusal;
use super::phases::Phase;
use super::standings::{Vote, votes_of};
use super::store_bench::Bench;
use super::store_entries::{self as entries, Eyes, MISSING};
use super::{store, store_judging};
use crate::assessment::domain::{NewAssessment, Ratings};
use crate::assessment::store::version;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{CompareEntries, JudgeEntry, OrderEntries};
use crate::session::Session;
use serde_json::json;

/// The longest order of entries.
const MOST_ORDERED: usize = 50;

/// Rates an entry, or replaces what its judge said before. An incomplete judgement is kept and
/// does not count.
pub async fn judge(s: &Session, id: EntryId, new: NewAssessment) -> Result<EntryId> {
    s.write(async |tx| {
        let found = entries::one(tx.sql(), id).await?.ok_or(MISSING)?;
        let hackathon = store::locked(tx, found.hackathon).await?;
        let eyes = Eyes::of(&s.actor)?;
        entries::find(tx.sql(), &eyes, id).await?.ok_or(MISSING)?;
        let bench = Bench::of(tx.sql(), hackathon.id).await?;
        let entered = bench.entered(eyes.sees.member, id);
        let permit = s.actor.may::<JudgeEntry>(&entered)?;
        let version = match hackathon.rubric_version {
            Some(id) => version(tx.sql(), id).await?,
            None => None,
        };
        let read = match &version {
            Some(version) => Some(Ratings::parse(&version.rubric, new)?),
            None => None,
        };
        hackathon.expect(&[Phase::Judging])?;
        let (JudgingMode::Rubric, Some(version), Some(ratings)) =
            (hackathon.judging, version, read)
        else {
            return Err(Refusal::WrongMode(hackathon.judging).into());
        };
        let of = (hackathon.id, id);
        let (judgement, digest) =
            store_judging::judge(tx, &permit, of, &version.rubric, &ratings).await?;
        let data = json!({"judgement": judgement, "entry": id, "judgementDigest": digest});
        let idea = bench.seat(id).and_then(|seat| seat.idea);
        let subject = hackathon.id.subject();
        tx.emit_about(subject, "JUDGED", data, idea.map(|id| id.0));
        Ok(id)
    })
    .await
}

/// Says which of two entries is better.
pub async fn compare(
    s: &Session,
    left: Result<EntryId>,
    right: Result<EntryId>,
    outcome: ComparisonOutcome,
) -> Result<HackathonId> {
    let mut faults = Faults::default();
    let both = faults.take(left)?.zip(faults.take(right)?);
    let Some((left, right)) = both else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let found = entries::one(tx.sql(), left).await?.ok_or(MISSING)?;
        let hackathon = store::locked(tx, found.hackathon).await?;
        let eyes = Eyes::of(&s.actor)?;
        let seen = entries::find_many(tx.sql(), &eyes, &[left, right]).await?;
        let (Some(_), Some(other)) = (seen.get(&left), seen.get(&right)) else {
            return Err(MISSING);
        };
        if other.hackathon != hackathon.id {
            let told = "Both entries are of the same hackathon.";
            faults.add(&["rightEntryId"], "ANOTHER_HACKATHON", told);
        } else if left == right {
            let told = "An entry is compared with another one.";
            faults.add(&["rightEntryId"], "SAME_ENTRY", told);
        }
        let bench = Bench::of(tx.sql(), hackathon.id).await?;
        let me = eyes.sees.member;
        let permit = s.actor.may::<CompareEntries>(&bench.entered(me, left))?;
        if bench.seat(right).is_some() {
            s.actor.may::<CompareEntries>(&bench.entered(me, right))?;
        }
        faults.check()?;
        hackathon.expect(&[Phase::Judging])?;
        if hackathon.judging != JudgingMode::Pairwise {
            return Err(Refusal::WrongMode(hackathon.judging).into());
        }
        let vote = Vote {
            judge: me.0,
            left: left.0,
            right: right.0,
            outcome,
            is_half: false,
        }
        .turned();
        store_judging::compare(tx, &permit, hackathon.id, &[vote]).await?;
        tell(tx, hackathon.id, &[vote]);
        Ok(hackathon.id)
    })
    .await
}

/// Says in which order entries come, the best first; those in one place are equal. It is the
/// judge's last word on each of its pairs.
pub async fn order(s: &Session, places: Vec<Vec<Result<EntryId>>>) -> Result<HackathonId> {
    let mut faults = Faults::default();
    let mut read: Vec<Vec<EntryId>> = Vec::with_capacity(places.len());
    let mut all: Vec<EntryId> = Vec::new();
    for (at, place) in places.into_iter().enumerate() {
        let mut entries = Vec::with_capacity(place.len());
        for (index, entry) in place.into_iter().enumerate() {
            let Some(entry) = faults.take(entry)? else {
                continue;
            };
            if all.contains(&entry) {
                let path = ["places", &at.to_string(), &index.to_string()];
                faults.add(&path, "ENTRY_TWICE", "An entry has one place.");
            }
            all.push(entry);
            entries.push(entry);
        }
        read.push(entries);
    }
    if !(2..=MOST_ORDERED).contains(&all.len()) {
        let told = format!("An order is of 2 to {MOST_ORDERED} entries.");
        faults.add(&["places"], "BAD_ORDER", told);
    }
    let Some(&first) = all.first() else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let found = entries::one(tx.sql(), first).await?.ok_or(MISSING)?;
        let hackathon = store::locked(tx, found.hackathon).await?;
        let eyes = Eyes::of(&s.actor)?;
        let seen = entries::find_many(tx.sql(), &eyes, &all).await?;
        if all.iter().any(|entry| !seen.contains_key(entry)) {
            return Err(MISSING);
        }
        let me = eyes.sees.member;
        let bench = Bench::of(tx.sql(), hackathon.id).await?;
        let permit = s.actor.may::<OrderEntries>(&bench.entered(me, first))?;
        for entry in all.iter().filter(|entry| bench.seat(**entry).is_some()) {
            s.actor.may::<OrderEntries>(&bench.entered(me, *entry))?;
        }
        if seen.values().any(|one| one.hackathon != hackathon.id) {
            let told = "All entries are of the same hackathon.";
            faults.add(&["places"], "ANOTHER_HACKATHON", told);
        }
        faults.check()?;
        hackathon.expect(&[Phase::Judging])?;
        if hackathon.judging != JudgingMode::Pairwise {
            return Err(Refusal::WrongMode(hackathon.judging).into());
        }
        let ids = |place: &Vec<EntryId>| place.iter().map(|entry| entry.0).collect();
        let places: Vec<Vec<_>> = read.iter().map(ids).collect();
        let votes = votes_of(me.0, &places);
        store_judging::compare(tx, &permit, hackathon.id, &votes).await?;
        tell(tx, hackathon.id, &votes);
        Ok(hackathon.id)
    })
    .await
}

/// Says what a judge said of each pair.
fn tell(tx: &Tx<'_>, id: HackathonId, votes: &[Vote]) {
    for vote in votes {
        let data = json!({
            "left": EntryId(vote.left), "right": EntryId(vote.right),
            "outcome": vote.outcome.as_str(), "isHalf": vote.is_half,
        });
        tx.emit(id.subject(), "COMPARED", data);
    }
}
