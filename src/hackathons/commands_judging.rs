//! What judges say, blind to each other: each rates entries under the rubric, or says which of
//! two is better. What they said last counts, as long as they judge and are in no conflict.

use super::domain::{ComparisonOutcome, EntryId, HackathonId, JudgingMode};
use super::entries::Refusal;
use super::phases::Phase;
use super::standings::Vote;
use super::store_bench::Bench;
use super::store_entries::{self as entries, Eyes, MISSING};
use super::{store, store_judging};
use crate::assessment::domain::{NewAssessment, Ratings};
use crate::assessment::store::version;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{CompareEntries, JudgeEntry};
use crate::session::Session;
use serde_json::json;

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
        }
        .turned();
        store_judging::compare(tx, &permit, hackathon.id, vote).await?;
        let data = json!({
            "left": EntryId(vote.left), "right": EntryId(vote.right),
            "outcome": vote.outcome.as_str(),
        });
        tx.emit(hackathon.id.subject(), "COMPARED", data);
        Ok(hackathon.id)
    })
    .await
}
