//! What organizers set about a hackathon: it is created, and edited as long as people do not
//! rely on it yet.

use super::domain::{Hackathon, HackathonId, JudgingMode, MetricKey, Refusal};
use super::phases::Phase;
use super::plan::{self, MOST_JUDGES, Plan, is_fixed};
use super::{store, store_phases};
use crate::assessment::queries::current_version;
use crate::ideas;
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{CreateHackathon, UpdateHackathon};
use crate::session::Session;
use serde_json::json;
use std::collections::BTreeSet;

/// The key of the rubric that entries are judged under, unless another one is named.
pub const JUDGING_RUBRIC: &str = "hackathon-judging";

/// What an organizer asks for, as it comes in. What is left out of an edit stays.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub name: Option<String>,
    pub theme: Option<String>,
    pub brief: Option<String>,
    pub starts_at: Option<Micros>,
    pub ends_at: Option<Micros>,
    pub submission_deadline: Option<Micros>,
    pub team_size_min: Option<i32>,
    pub team_size_max: Option<i32>,
    pub judging: Option<JudgingMode>,
    /// The key of a rubric; `Some(None)` is the one entries are judged under by default.
    pub rubric: Option<Option<String>>,
    pub judges: Option<Vec<Result<MemberId>>>,
    pub targets: Option<Vec<(MetricKey, f64)>>,
}

/// Creates a hackathon, in DESIGN.
pub async fn create(s: &Session, slug: &str, asked: Asked) -> Result<HackathonId> {
    let permit = s.actor.may::<CreateHackathon>(&())?;
    let mut faults = Faults::default();
    let slug = plan::slug(&mut faults, slug);
    let blank = Plan {
        name: String::new(),
        theme: String::new(),
        brief: String::new(),
        judging: JudgingMode::Rubric,
        rubric_version: None,
        starts_at: 0,
        ends_at: 0,
        submission_deadline: 0,
        team_size_min: 3,
        team_size_max: 6,
        judges: Vec::new(),
        targets: Default::default(),
    };
    let asked = Asked {
        // Without a word there is the rubric that there is by default.
        rubric: asked.rubric.or(Some(None)),
        ..asked
    };
    let plan = apply(s, &mut faults, blank, asked).await?;
    let plan = plan.read(&mut faults);
    s.write(async |tx| {
        check_judges(tx, &mut faults, &plan.judges, &[]).await?;
        faults.check()?;
        let (id, digest) = store::insert(tx, &permit, slug, &plan).await?;
        let data = json!({"revision": 1, "digest": digest, "judges": plan.judges});
        tx.emit(id.subject(), "HACKATHON_CREATED", data);
        Ok(id)
    })
    .await
}

/// Edits a hackathon: what is left out stays. What people rely on by now can no longer be
/// changed, and all of it is named.
pub async fn update(
    s: &Session,
    id: Result<HackathonId>,
    asked: Asked,
    expected_revision: Option<i32>,
) -> Result<HackathonId> {
    let permit = s.actor.may::<UpdateHackathon>(&())?;
    let mut faults = Faults::default();
    let Some(id) = faults.take(id)? else {
        return Err(Error::Invalid(faults));
    };
    // Rubrics are read before the command begins; what it shall be is decided in it.
    let rubric = match &asked.rubric {
        Some(key) => {
            let key = key.as_deref().unwrap_or(JUDGING_RUBRIC);
            faults.take(current_version(s, Some(key)).await)?
        }
        None => None,
    };
    let default = current_version(s, Some(JUDGING_RUBRIC)).await;
    s.write(async |tx| {
        let hackathon = store::locked(tx, id).await?;
        let judges = store::judges(tx.sql(), &[id]).await?.remove(&id);
        let old = Plan::of(&hackathon, judges.unwrap_or_default());
        let mut new = laid_over(&mut faults, old.clone(), &asked)?;
        match new.judging {
            JudgingMode::Pairwise => {
                refuse_rubric(&mut faults, &asked);
                new.rubric_version = None;
            }
            JudgingMode::Rubric => {
                if let Some(version) = &rubric {
                    new.rubric_version = Some(version.id.0);
                } else if new.rubric_version.is_none() && asked.rubric.is_none() {
                    new.rubric_version = Some(default.clone()?.id.0);
                }
            }
        }
        let new = new.read(&mut faults);
        check_judges(tx, &mut faults, &new.judges, &old.judges).await?;
        faults.check()?;
        if let Some(expected) = expected_revision
            && expected != hackathon.revision
        {
            let current = hackathon.revision;
            return Err(Refusal::StaleRevision { current }.into());
        }
        hackathon.expect(&[
            Phase::Design,
            Phase::Nomination,
            Phase::Running,
            Phase::Judging,
        ])?;
        let changed = new.changed_from(&old);
        if changed.is_empty() {
            return Ok(id);
        }
        let phase = hackathon.phase;
        let fixed: Vec<&'static str> = changed
            .iter()
            .copied()
            .filter(|field| is_fixed(field, phase))
            .collect();
        if !fixed.is_empty() {
            return Err(Refusal::Fixed { phase, fixed }.into());
        }
        move_promises(tx, &hackathon, &new).await?;
        let (revision, digest) = store::save(tx, &permit, id, &new).await?;
        let data = json!({
            "revision": revision, "changed": changed, "digest": digest, "judges": new.judges,
        });
        tx.emit(id.subject(), "EDITED", data);
        Ok(id)
    })
    .await
}

/// A plan with what is asked for laid over it, its rubric included.
async fn apply(s: &Session, faults: &mut Faults, plan: Plan, asked: Asked) -> Result<Plan> {
    let mut plan = laid_over(faults, plan, &asked)?;
    match plan.judging {
        JudgingMode::Pairwise => refuse_rubric(faults, &asked),
        JudgingMode::Rubric => {
            let key = asked.rubric.flatten();
            let key = key.as_deref().unwrap_or(JUDGING_RUBRIC);
            let found = faults.take(current_version(s, Some(key)).await)?;
            plan.rubric_version = found.map(|version| version.id.0);
        }
    }
    Ok(plan)
}

fn refuse_rubric(faults: &mut Faults, asked: &Asked) {
    if let Some(Some(_)) = asked.rubric {
        let told = "`rubric` goes with RUBRIC alone: under PAIRWISE nothing is rated.";
        faults.add(&["rubric"], "ONLY_WITH_RUBRIC", told);
    }
}

/// A plan with what is asked for laid over it, its rubric aside.
fn laid_over(faults: &mut Faults, plan: Plan, asked: &Asked) -> Result<Plan> {
    let mut judges = plan.judges;
    if let Some(named) = &asked.judges {
        judges = Vec::new();
        if named.len() > MOST_JUDGES {
            let told = format!(
                "`judgeIds` has {} items; a hackathon has at most {MOST_JUDGES} judges.",
                named.len()
            );
            faults.add(&["judgeIds"], "TOO_MANY_ITEMS", told);
        }
        for judge in named.iter().take(MOST_JUDGES) {
            judges.extend(faults.take(judge.clone())?);
        }
    }
    let targets = match &asked.targets {
        Some(targets) => plan::targets(faults, targets),
        None => plan.targets,
    };
    let text = |new: &Option<String>, old: String| new.clone().unwrap_or(old);
    Ok(Plan {
        name: text(&asked.name, plan.name),
        theme: text(&asked.theme, plan.theme),
        brief: text(&asked.brief, plan.brief),
        judging: asked.judging.unwrap_or(plan.judging),
        rubric_version: plan.rubric_version,
        starts_at: asked.starts_at.unwrap_or(plan.starts_at),
        ends_at: asked.ends_at.unwrap_or(plan.ends_at),
        submission_deadline: asked
            .submission_deadline
            .unwrap_or(plan.submission_deadline),
        team_size_min: asked.team_size_min.unwrap_or(plan.team_size_min),
        team_size_max: asked.team_size_max.unwrap_or(plan.team_size_max),
        judges,
        targets,
    })
}

/// Notes which of the judges are no active members, those aside who were appointed before.
async fn check_judges(
    tx: &Tx<'_>,
    faults: &mut Faults,
    judges: &[MemberId],
    before: &[MemberId],
) -> Result<()> {
    let active = identity::store::are_active(tx.sql(), judges).await?;
    for (index, (judge, is_active)) in judges.iter().zip(active).enumerate() {
        if !is_active && !before.contains(judge) {
            let path = ["judgeIds", &index.to_string()];
            faults.add(&path, "NOT_A_MEMBER", "A judge must be an active member.");
        }
    }
    Ok(())
}

/// What candidates wait for is due on another day when that day is moved.
async fn move_promises(tx: &Tx<'_>, hackathon: &Hackathon, new: &Plan) -> Result<()> {
    let due = match hackathon.phase {
        Phase::Nomination if new.starts_at != hackathon.starts_at => new.starts_at,
        Phase::Running if new.ends_at != hackathon.ends_at => new.ends_at,
        _ => return Ok(()),
    };
    let away = store_phases::away(tx.sql(), hackathon.id).await?;
    let subjects: BTreeSet<_> = away.iter().map(|one| one.idea.subject()).collect();
    tx.lock_all(&subjects).await?;
    for one in away {
        if let Some(mut idea) = ideas::store::locked_by_itself(tx, one.idea).await? {
            ideas::promise(tx, &mut idea, Some(due)).await?;
        }
    }
    Ok(())
}
