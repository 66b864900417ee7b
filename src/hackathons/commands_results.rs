//! The results, published at once: places, awards that name their next step, validations that
//! name what shows them; and every idea back where it belongs.

use super::commands_phases::{give_back, locked, tell};
use super::domain::{CandidateState, EntryId, Hackathon, HackathonId, Refusal};
use super::entries::{Award, NewAward, NewValidation};
use super::phases::{Phase, Shortfall};
use super::store_bench::Bench;
use super::store_phases::Away;
use super::{store, store_judging, store_phases, store_results};
use crate::backlog::commands::Moment;
use crate::ideas::domain::{DecisionKind, IdeaId, LONGEST_TEXT};
use crate::ideas::lifecycle::{State, Step};
use crate::ideas::{self, NewDecision, Notice};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::outbox::Subject;
use crate::platform::text::required;
use crate::policy::{Permit, PublishResults, ValidateInHackathon};
use crate::session::Session;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What is published.
#[derive(Clone, Debug)]
pub struct NewResults {
    pub awards: Vec<NewAward>,
    pub validated: Vec<NewValidation>,
    pub reason: String,
}

/// An idea that the hackathon showed to work.
struct Proof {
    evidence: String,
    permit: Permit<ValidateInHackathon>,
}

/// Publishes the results and closes the hackathon.
pub async fn publish(s: &Session, id: Result<HackathonId>, new: NewResults) -> Result<HackathonId> {
    let permit = s.actor.may::<PublishResults>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let mut awards = Vec::with_capacity(new.awards.len());
    for (at, one) in new.awards.into_iter().enumerate() {
        awards.push(one.read(&mut faults, at, s.now())?);
    }
    let mut validated = Vec::with_capacity(new.validated.len());
    for (at, one) in new.validated.into_iter().enumerate() {
        validated.push(one.read(&mut faults, at)?);
    }
    let path = ["reason"];
    let reason = required(
        &mut faults,
        &path,
        &new.reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        // Held first, so that nobody is named who leaves at the same moment.
        let owners = awards.iter().flatten().map(|one| one.owner);
        let owners: BTreeSet<Subject> = owners.map(|who| Subject::Member(who.0)).collect();
        tx.lock_all(&owners).await?;
        let hackathon = store::locked(tx, id).await?;
        let away = locked(tx, &hackathon).await?;
        let bench = Bench::of(tx.sql(), id).await?;
        check_awards(tx, &mut faults, &bench, &awards).await?;
        let proofs = read_proofs(s, &mut faults, &bench, &validated)?;
        faults.check()?;
        hackathon.expect(&[Phase::Judging])?;
        let standings = store_judging::standings(tx.sql(), &hackathon, &bench).await?;
        if standings.is_empty() {
            let (phase, missing) = (hackathon.phase, vec![Shortfall::Judgements]);
            return Err(Refusal::PhaseIncomplete { phase, missing }.into());
        }
        store_results::place(tx, &permit, &standings).await?;
        let awards: Vec<Award> = awards.into_iter().flatten().collect();
        let kept = store_results::keep_awards(tx, &permit, id, &awards).await?;
        store::close(tx, &permit, id).await?;
        let (said, digest) = store::keep_note(tx, id, reason).await?;
        let places = standings.iter().map(
            |one| json!({"entry": EntryId(one.entry), "place": one.place, "score": one.score}),
        );
        let won = awards.iter().zip(&kept).map(|(one, (award, digest))| {
            json!({
                "award": award, "entry": one.entry, "owner": one.owner, "digest": digest,
            })
        });
        let data = json!({
            "from": hackathon.phase.as_str(), "to": Phase::Closed.as_str(),
            "said": said, "digest": digest,
            "places": places.collect::<Vec<Value>>(), "awards": won.collect::<Vec<Value>>(),
        });
        tx.emit(id.subject(), "RESULTS_PUBLISHED", data);
        let (shown, left): (Vec<Away>, Vec<Away>) = away
            .into_iter()
            .partition(|one| proofs.contains_key(&one.idea));
        let told = notify(tx, &hackathon, &bench, (&shown, &left), &awards).await?;
        validate(tx, s, &hackathon, &shown, proofs, &told).await?;
        give_back(tx, s, &hackathon, &left, &told).await?;
        let candidates: Vec<_> = shown.iter().map(|one| one.candidate).collect();
        store_phases::validated(tx, &candidates).await?;
        store_phases::end(tx, &shown).await?;
        Ok(id)
    })
    .await
}

/// Notes which awards go to nothing that was handed in here, and to whom nothing can be given
/// to do.
async fn check_awards(
    tx: &Tx<'_>,
    faults: &mut Faults,
    bench: &Bench,
    awards: &[Option<Award>],
) -> Result<()> {
    let owners: Vec<MemberId> = awards.iter().flatten().map(|one| one.owner).collect();
    let active = identity::store::are_active(tx.sql(), &owners).await?;
    let mut active = active.into_iter();
    for (at, one) in awards.iter().enumerate() {
        let Some(one) = one else { continue };
        let at = at.to_string();
        if bench.seat(one.entry).is_none() {
            faults.add(&["awards", &at, "entryId"], "UNKNOWN_ENTRY", UNKNOWN);
        }
        if active.next() != Some(true) {
            let told = "Who does the next step must be an active member.";
            faults.add(&["awards", &at, "ownerId"], "NOT_A_MEMBER", told);
        }
    }
    Ok(())
}

const UNKNOWN: &str = "This hackathon has no such entry.";

/// What shows which idea to work. Nobody says so of their own idea.
fn read_proofs(
    s: &Session,
    faults: &mut Faults,
    bench: &Bench,
    validated: &[Option<(EntryId, String)>],
) -> Result<BTreeMap<IdeaId, Proof>> {
    let me = s.actor.signed_in()?;
    let mut proofs = BTreeMap::new();
    let mut seen = HashSet::new();
    for (at, one) in validated.iter().enumerate() {
        let Some((entry, evidence)) = one else {
            continue;
        };
        let at = at.to_string();
        let path = ["validated", at.as_str(), "entryId"];
        let Some(seat) = bench.seat(*entry) else {
            faults.add(&path, "UNKNOWN_ENTRY", UNKNOWN);
            continue;
        };
        if !seen.insert(*entry) {
            faults.add(&path, "ENTRY_TWICE", "The entry is validated twice.");
            continue;
        }
        let Some(idea) = seat.idea else {
            faults.add(&path, "IDEA_MISSING", "The team of this entry has no idea.");
            continue;
        };
        let standing = bench.entered(me, *entry).standing;
        let permit = s.actor.may::<ValidateInHackathon>(&standing)?;
        let evidence = evidence.clone();
        if proofs.insert(idea, Proof { evidence, permit }).is_some() {
            let told = "Another entry of the same idea is validated: name all evidence with one.";
            faults.add(&path, "IDEA_TWICE", told);
        }
    }
    Ok(proofs)
}

/// Brings the ideas that work, which are locked, to where that is known of them. Who is `told`
/// something else about one at this moment is not told so.
async fn validate(
    tx: &Tx<'_>,
    s: &Session,
    hackathon: &Hackathon,
    shown: &[Away],
    mut proofs: BTreeMap<IdeaId, Proof>,
    told: &HashSet<(IdeaId, MemberId)>,
) -> Result<()> {
    for one in shown {
        let Some(proof) = proofs.remove(&one.idea) else {
            continue;
        };
        let Some(mut idea) = ideas::store::locked_by_itself(tx, one.idea).await? else {
            continue;
        };
        let new = NewDecision {
            score_then: Moment::unranked(tx, idea.id).await?.key(),
            ..NewDecision::of(DecisionKind::ResultValidated, proof.evidence)
        };
        let (decision, digest) = ideas::decide(tx, &proof.permit, &idea, new).await?;
        let step = Step::ValidateInHackathon;
        ideas::move_to(tx, &mut idea, step, s.promises()).await?;
        let data = json!({
            "hackathon": hackathon.id, "candidate": one.candidate,
            "from": State::InHackathon.as_str(), "to": idea.state.as_str(),
            "decision": decision, "digest": digest,
        });
        tx.emit(idea.id.subject(), "RESULTS_PUBLISHED", data);
        tell(tx, hackathon, one, CandidateState::Returned);
        let mut people = ideas::authors_and_followers(tx, &idea).await?;
        people.extend(idea.steward);
        people.retain(|one| !told.contains(&(idea.id, *one)));
        let (event, of) = (hackathon.id.0, Some(idea.id));
        let notice = Notice::ValidatedInHackathon;
        ideas::notify_in_hackathon(tx, event, of, notice, &people).await?;
    }
    match proofs.is_empty() {
        true => Ok(()),
        false => Err(Error::internal(
            "an idea that works is not in its hackathon",
        )),
    }
}

/// Tells those who have something to do now; who took part; and the authors and followers of
/// what goes back. Of `shown` these hear that it works instead. Everybody is told one thing
/// about an idea, what concerns them most; who was told something.
async fn notify(
    tx: &Tx<'_>,
    hackathon: &Hackathon,
    bench: &Bench,
    (shown, left): (&[Away], &[Away]),
    awards: &[Award],
) -> Result<HashSet<(IdeaId, MemberId)>> {
    let mut told: BTreeMap<IdeaId, BTreeSet<MemberId>> = BTreeMap::new();
    for (_, seat) in bench.entries() {
        if let Some(idea) = seat.idea {
            told.entry(idea).or_default().extend(&seat.teammates);
        }
    }
    for (one, works) in left
        .iter()
        .map(|one| (one, false))
        .chain(shown.iter().map(|one| (one, true)))
    {
        if let Some(idea) = ideas::store::locked_by_itself(tx, one.idea).await? {
            let people = ideas::authors_and_followers(tx, &idea).await?;
            let of = told.entry(idea.id).or_default();
            match works {
                false => of.extend(people),
                true => of.retain(|one| !people.contains(one) && idea.steward != Some(*one)),
            }
        }
    }
    let mut owners: BTreeMap<IdeaId, BTreeSet<MemberId>> = BTreeMap::new();
    for one in awards {
        if let Some(idea) = bench.seat(one.entry).and_then(|seat| seat.idea) {
            owners.entry(idea).or_default().insert(one.owner);
            told.entry(idea).or_default().remove(&one.owner);
        }
    }
    let mut all = HashSet::new();
    for (notice, told) in [
        (Notice::ResultsPublished, told),
        (Notice::NextStepNamed, owners),
    ] {
        for (idea, people) in told {
            all.extend(people.iter().map(|who| (idea, *who)));
            let (event, people) = (hackathon.id.0, Vec::from_iter(people));
            ideas::notify_in_hackathon(tx, event, Some(idea), notice, &people).await?;
        }
    }
    Ok(all)
}
