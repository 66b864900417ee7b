//! Who is asked to assess an idea: leads assign assessors and take assignments away. What an
//! idea waits for is kept true here too: publication waits for every assignment that is open
//! and not yet overdue.

use super::assigning::{Assignment, AssignmentId, MOST_ASSESSORS, first_due};
use super::commands::not_assessable;
use super::commands_scoring::rescore_locked;
use super::queries;
use super::store::{self, Assessment};
use super::store_assignments as assignments;
use crate::ideas::domain::{Authorship, Idea, IdeaId, LONGEST_TEXT};
use crate::ideas::lifecycle::State;
use crate::ideas::promises::Promises;
use crate::ideas::store::Sees;
use crate::ideas::store_conflicts::conflicted;
use crate::ideas::{self, Cause, Notice};
use crate::identity;
use crate::identity::domain::{MemberId, Role};
use crate::platform::clock::Micros;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::ids;
use crate::platform::text::required;
use crate::policy::{Actor, AssignAssessors, UnassignAssessor};
use crate::session::{House, Session};
use serde_json::json;

/// Asks assessors to assess an idea; those who are asked already stay as they are. The
/// assignments of all that were named, in that order.
pub async fn assign(
    s: &Session,
    id: IdeaId,
    named: Vec<Result<MemberId>>,
    due_at: Option<Micros>,
) -> Result<(IdeaId, Vec<AssignmentId>)> {
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let mut idea = ideas::store::locked(tx, &sees, id).await?;
        let (standing, co_authors) = ideas::store::standing(tx.sql(), &idea, sees.member).await?;
        let permit = s.actor.may::<AssignAssessors>(&standing)?;
        let mut faults = Faults::default();
        let due_at = due(&mut faults, due_at, s.promises(), tx.now());
        let mut barred = conflicted(tx.sql(), id).await?;
        if shows_authors(tx, &idea, &sees).await? {
            // Who is refused would tell who wrote it.
            barred.extend(co_authors);
            barred.insert(idea.author);
        }
        let before = assignments::of_idea(tx.sql(), id).await?;
        let assessors = check(tx, &mut faults, named, |who| barred.contains(&who)).await?;
        let is_new = |who: &&MemberId| before.iter().all(|one| one.assessor != **who);
        let added = assessors.iter().filter(is_new).count();
        if before.len() + added > MOST_ASSESSORS {
            let told = format!(
                "{} assessors are assigned already; at most {MOST_ASSESSORS} are in all.",
                before.len()
            );
            faults.add(&["assessorIds"], "TOO_MANY_ITEMS", told);
        }
        faults.check()?;
        if !idea.state.is_assessable() {
            return Err(not_assessable(idea.state).into());
        }
        let done = assignments::finished(tx.sql(), &[id]).await?;
        let new: Vec<Assignment> = assessors
            .iter()
            .filter(is_new)
            .map(|who| Assignment {
                id: AssignmentId(ids::fresh(tx.now())),
                idea: id,
                assessor: *who,
                assigned_at: tx.now(),
                due_at,
                is_done: done.contains(&(id, *who)),
                is_recused: false,
            })
            .collect();
        assignments::insert(tx, &permit, &new).await?;
        told_of(tx, id, &new);
        tell(tx, Notice::AskedToAssess, &new).await?;
        let all = [before.as_slice(), &new].concat();
        promise(
            tx,
            &mut idea,
            first_due(&before),
            first_due(&all),
            s.promises(),
        )
        .await?;
        let of = |who: &MemberId| all.iter().find(|one| one.assessor == *who);
        let ids = assessors.iter().filter_map(of).map(|one| one.id);
        Ok((id, ids.collect()))
    })
    .await
}

/// Takes an assignment away; the idea it was of. When nobody else is awaited, the score is
/// published at the quorum.
pub async fn unassign(s: &Session, id: Result<AssignmentId>, reason: &str) -> Result<IdeaId> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = required(
        &mut faults,
        &["reason"],
        reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    let missing = || Error::NotFound { noun: "assignment" };
    s.write(async |tx| {
        let found = assignments::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let sees = Sees::of(&s.actor)?;
        let mut idea = match ideas::store::locked(tx, &sees, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing()),
            other => other?,
        };
        let (standing, _) = ideas::store::standing(tx.sql(), &idea, sees.member).await?;
        let permit = s.actor.may::<UnassignAssessor>(&standing)?;
        faults.check()?;
        let mut all = assignments::of_idea(tx.sql(), idea.id).await?;
        // Read once more under the lock: it may have been taken away meanwhile.
        let at = all
            .iter()
            .position(|one| one.id == id)
            .ok_or_else(missing)?;
        let before = first_due(&all);
        all.remove(at);
        assignments::remove(tx, &permit, id).await?;
        let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
        let data = json!({
            "assignment": id, "assessor": found.assessor, "note": note, "digest": digest,
        });
        tx.emit(idea.id.subject(), "UNASSIGNED", data);
        reconsider(tx, &mut idea, s.promises()).await?;
        promise(tx, &mut idea, before, first_due(&all), s.promises()).await?;
        Ok(idea.id)
    })
    .await
}

/// Ends every open assignment of somebody who is no longer here; how many that were. Their
/// own subject is locked before: ideas are locked after it, in the order of their ids.
pub async fn end_assignments_of(
    tx: &Tx<'_>,
    assessor: MemberId,
    promises: &Promises,
) -> Result<usize> {
    let mut ended = 0;
    for open in assignments::open_of(tx.sql(), assessor).await? {
        let Some(mut idea) = ideas::store::locked_by_itself(tx, open.idea).await? else {
            continue;
        };
        let mut all = assignments::of_idea(tx.sql(), idea.id).await?;
        let is_theirs = |one: &Assignment| one.id == open.id && one.is_open();
        let Some(at) = all.iter().position(is_theirs) else {
            continue;
        };
        let before = first_due(&all);
        all.remove(at);
        assignments::end(tx, open.id).await?;
        let data = json!({"assignment": open.id, "assessor": assessor});
        tx.emit(idea.id.subject(), "UNASSIGNED", data);
        reconsider(tx, &mut idea, promises).await?;
        promise(tx, &mut idea, before, first_due(&all), promises).await?;
        ended += 1;
    }
    Ok(ended)
}

/// So many ideas are looked at in one turn of the calendar.
const IDEAS_AT_ONCE: u64 = 100;

/// Publishes the scores that waited for assignments which have fallen overdue, and tells
/// assessors once what falls due and what has; at how many ideas it looked. Each is a
/// transaction of its own, and looked at once, whichever server does it.
pub async fn publish_what_waited(house: &House) -> Result<u32> {
    let now = house.clock.now();
    let found = assignments::to_look_at(house.db.reader(), now, IDEAS_AT_ONCE).await?;
    let s = Session::new(house.clone(), Actor::nobody());
    for id in &found {
        let looked = s.write(async |tx| look_at(tx, *id, s.promises()).await);
        if let Err(cause) = looked.await {
            tracing::error!(idea.id = %id.0, %cause, "what its assessors owe was not looked at");
        }
    }
    u32::try_from(found.len()).map_err(Error::internal)
}

async fn look_at(tx: &Tx<'_>, id: IdeaId, promises: &Promises) -> Result<()> {
    let Some(mut idea) = ideas::store::locked_by_itself(tx, id).await? else {
        return Ok(());
    };
    // Read under the lock: another server may have been first.
    let watched = assignments::watched(tx.sql(), id, tx.now()).await?;
    let (mut soon, mut late) = (Vec::new(), Vec::new());
    for one in watched {
        // What is put off is looked at again when the idea has come back.
        let next = one.watch_at(tx.now());
        let next = next.filter(|at| *at > tx.now() && idea.state.is_assessable());
        assignments::watch(tx, one.id, next).await?;
        if one.is_open() && idea.state.is_assessable() {
            let told = match one.is_awaited(tx.now()) {
                true => &mut soon,
                false => &mut late,
            };
            told.push(one);
        }
    }
    tell(tx, Notice::AssessmentDueSoon, &soon).await?;
    tell(tx, Notice::AssessmentOverdue, &late).await?;
    if !late.is_empty() {
        reconsider(tx, &mut idea, promises).await?;
    }
    Ok(())
}

/// Publishes a score that waited for nothing but what has just ended.
async fn reconsider(tx: &Tx<'_>, idea: &mut Idea, promises: &Promises) -> Result<()> {
    if idea.state == State::InAssessment {
        rescore_locked(tx, idea, promises, Cause::AwaitedNoMore).await?;
    }
    Ok(())
}

/// What an idea's assessors owe, before and after its assessments were held against their
/// assignments.
pub(super) struct Owed {
    pub before: Option<Micros>,
    pub after: Option<Micros>,
    /// Whether publication waits for somebody.
    pub is_awaited: bool,
}

/// Notes which assignments of a locked idea are done by these assessments.
pub(super) async fn settle(tx: &Tx<'_>, id: IdeaId, given: &[Assessment]) -> Result<Owed> {
    let mut all = assignments::of_idea(tx.sql(), id).await?;
    let before = first_due(&all);
    for one in &mut all {
        let is_theirs = |it: &&Assessment| it.assessor == one.assessor;
        let stands = |it: &Assessment| it.is_complete && !it.is_withdrawn;
        let is_done = given.iter().find(is_theirs).is_some_and(stands);
        if is_done != one.is_done {
            one.is_done = is_done;
            assignments::keep(tx, one).await?;
        }
    }
    Ok(Owed {
        before,
        after: first_due(&all),
        is_awaited: all.iter().any(|one| one.is_awaited(tx.now())),
    })
}

/// Notes which assignments of a locked idea a conflict of interest ended. When the first open
/// one fell due before, when it does now, and whether anything is different.
pub(super) async fn recuse(
    tx: &Tx<'_>,
    idea: &Idea,
    is_conflicted: impl Fn(MemberId) -> bool,
) -> Result<(Owed, bool)> {
    let mut all = assignments::of_idea(tx.sql(), idea.id).await?;
    let before = first_due(&all);
    let mut has_changed = false;
    for one in &mut all {
        let is_recused = is_conflicted(one.assessor);
        if is_recused != one.is_recused {
            one.is_recused = is_recused;
            assignments::keep(tx, one).await?;
            has_changed = true;
        }
    }
    let owed = Owed {
        before,
        after: first_due(&all),
        is_awaited: all.iter().any(|one| one.is_awaited(tx.now())),
    };
    Ok((owed, has_changed))
}

/// The promise of an idea in assessment is the first of its open assignments; once there is
/// none left, its steward's, counted from when it came into assessment.
pub(super) async fn promise(
    tx: &Tx<'_>,
    idea: &mut Idea,
    before: Option<Micros>,
    after: Option<Micros>,
    promises: &Promises,
) -> Result<()> {
    let due_at = match (idea.state, before, after) {
        (State::InAssessment, _, Some(due)) => Some(due),
        (State::InAssessment, Some(_), None) => promises.due(idea.state, idea.state_since),
        _ => return Ok(()),
    };
    ideas::promise(tx, idea, due_at).await
}

/// When what is assigned now falls due: as said, or after the days that assessing may take.
pub(super) fn due(
    faults: &mut Faults,
    said: Option<Micros>,
    promises: &Promises,
    now: Micros,
) -> Micros {
    if said.is_some_and(|due| due <= now) {
        let told = "`dueAt` lies in the past.";
        faults.add(&["dueAt"], "DUE_IN_THE_PAST", told);
    }
    let usual = promises.due(State::InAssessment, now);
    said.or(usual).unwrap_or(now)
}

/// Whether the caller may know who wrote an idea.
async fn shows_authors(tx: &Tx<'_>, idea: &Idea, sees: &Sees) -> Result<bool> {
    if idea.authorship == Authorship::Anonymous {
        return Ok(false);
    }
    let version = match idea.rubric_version {
        Some(id) if sees.blinded => store::version(tx.sql(), id).await?,
        _ => None,
    };
    Ok(!version.is_some_and(|version| queries::hides_authors(idea, &version)))
}

/// Those who were named, with everything noted that is wrong with them.
async fn check(
    tx: &Tx<'_>,
    faults: &mut Faults,
    named: Vec<Result<MemberId>>,
    is_barred: impl Fn(MemberId) -> bool,
) -> Result<Vec<MemberId>> {
    const FIELD: &str = "assessorIds";
    if named.is_empty() {
        faults.add(&[FIELD], "ASSESSORS_MISSING", "Nobody is named.");
    }
    if named.len() > MOST_ASSESSORS {
        // Refused for its length alone: nobody is looked up.
        let told = format!(
            "`{FIELD}` has {} items; at most {MOST_ASSESSORS} are taken.",
            named.len()
        );
        faults.add(&[FIELD], "TOO_MANY_ITEMS", told);
        return Ok(Vec::new());
    }
    let ids: Vec<MemberId> = named.iter().flatten().copied().collect();
    let known = identity::store::find_many(tx.sql(), &ids).await?;
    let mut assessors: Vec<MemberId> = Vec::with_capacity(named.len());
    for (index, read) in named.into_iter().enumerate() {
        let Some(who) = faults.take(read)? else {
            continue;
        };
        let at = index.to_string();
        let path = [FIELD, at.as_str()];
        match known.get(&who).filter(|member| member.is_active) {
            None => faults.add(&path, "UNKNOWN_MEMBER", "There is no such member."),
            Some(member) if !member.roles().contains(Role::Assessor) => {
                let told = format!("{} is no assessor.", member.name);
                faults.add(&path, "NOT_ASSESSOR", told);
            }
            Some(member) if is_barred(who) => {
                let told = format!("{} has a conflict of interest here.", member.name);
                faults.add(&path, "CONFLICT_OF_INTEREST", told);
            }
            Some(_) if assessors.contains(&who) => {
                faults.add(&path, "ASSESSOR_TWICE", "Each assessor stands once.");
            }
            Some(_) => {}
        }
        assessors.push(who);
    }
    Ok(assessors)
}

/// Tells each of these assessors something about what they are asked for, unless they did it.
pub(super) async fn tell(tx: &Tx<'_>, notice: Notice, to: &[Assignment]) -> Result<()> {
    // Who has assessed already owes nothing.
    let open = to.iter().filter(|one| one.is_open());
    let to: Vec<(IdeaId, MemberId)> = open.map(|one| (one.idea, one.assessor)).collect();
    ideas::notify_each(tx, notice, None, &to).await
}

/// Tells the chain of an idea who was assigned; nothing when nobody was.
pub(super) fn told_of(tx: &Tx<'_>, id: IdeaId, new: &[Assignment]) {
    if new.is_empty() {
        return;
    }
    let assignments: Vec<_> = new.iter().map(|one| one.id).collect();
    let assessors: Vec<_> = new.iter().map(|one| one.assessor).collect();
    let data = json!({"assignments": assignments, "assessors": assessors});
    tx.emit(id.subject(), "ASSESSORS_ASSIGNED", data);
}
