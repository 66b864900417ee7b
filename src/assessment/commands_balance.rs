//! Leads let the house choose who assesses what: the least loaded first, conflicts excluded,
//! so that ideas can be compared. `plan.rs` chooses; here is what it may choose from.

use super::assigning::{Assignment, AssignmentId, MOST_ASSESSORS, first_due};
use super::commands_assignments::{due, tell, told_of};
use super::plan::{Task, plan};
use super::queries;
use super::store;
use super::store_assignments as assignments;
use crate::ideas::domain::{Authorship, Idea, IdeaId};
use crate::ideas::lifecycle::State;
use crate::ideas::store::{Sees, co_authors, find_many, in_assessment};
use crate::ideas::store_clusters::{has_written, named_writers};
use crate::ideas::store_conflicts as conflicts;
use crate::ideas::{self, Notice};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::Tx;
use crate::platform::error::{Faults, Result};
use crate::platform::ids;
use crate::policy::BalanceAssignments;
use crate::session::Session;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// So many ideas are planned for at once.
const MOST_IDEAS: usize = 1_000;

/// What shall be planned, as it comes in.
#[derive(Clone, Debug)]
pub struct Balancing {
    /// As far as their ids could be read; all in assessment when none are named.
    pub ideas: Option<Vec<Result<IdeaId>>>,
    pub per_idea: i32,
    pub seed: i32,
    pub due_at: Option<Micros>,
    /// Whether nobody is asked yet.
    pub is_dry_run: bool,
}

/// Who is asked for what, and the assignments that were made of it.
pub type Balanced = (Vec<(IdeaId, MemberId)>, Vec<AssignmentId>);

/// Plans who assesses what, and asks them unless it is only to see the plan.
pub async fn balance(s: &Session, said: Balancing) -> Result<Balanced> {
    let permit = s.actor.may::<BalanceAssignments>(&())?;
    let mut faults = Faults::default();
    let per_idea = match usize::try_from(said.per_idea) {
        Ok(count) if (1..=MOST_ASSESSORS).contains(&count) => count,
        _ => {
            let told = format!("`perIdea` goes from 1 to {MOST_ASSESSORS}.");
            faults.add(&["perIdea"], "PER_IDEA_OUT_OF_RANGE", told);
            0
        }
    };
    let named = match said.ideas {
        Some(read) => Some(named(&mut faults, read)?),
        None => None,
    };
    let seed = i64::from(said.seed).cast_unsigned();
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let due_at = due(&mut faults, said.due_at, s.promises(), tx.now());
        let ids = match &named {
            Some(named) => named.iter().map(|(_, id)| *id).collect(),
            None => in_assessment(tx.sql(), &sees, MOST_IDEAS + 1).await?,
        };
        if ids.len() > MOST_IDEAS {
            faults.add(&["ideaIds"], "TOO_MANY_ITEMS", too_many());
            faults.check()?;
            return Ok(Balanced::default());
        }
        if !said.is_dry_run {
            // Locked first and read after, in the order of their ids.
            let subjects: BTreeSet<_> = ids.iter().map(|id| id.subject()).collect();
            tx.lock_all(&subjects).await?;
        }
        let mut around = Around::read(tx, &sees, &ids).await?;
        match &named {
            Some(named) => around.check(&mut faults, named),
            // What the caller may not judge is left to others.
            None => around.ideas.retain(|id, _| !around.own.contains(id)),
        }
        faults.check()?;
        let tasks = around.tasks();
        let loads = around.loads(tx).await?;
        let plan = plan(&tasks, &loads, per_idea, seed);
        if said.is_dry_run {
            return Ok((plan, Vec::new()));
        }
        let new: Vec<Assignment> = plan
            .iter()
            .map(|(idea, assessor)| Assignment {
                id: AssignmentId(ids::fresh(tx.now())),
                idea: *idea,
                assessor: *assessor,
                assigned_at: tx.now(),
                due_at,
                is_done: false,
                is_recused: false,
            })
            .collect();
        assignments::insert(tx, &permit, &new).await?;
        let mut by_idea: BTreeMap<IdeaId, Vec<Assignment>> = BTreeMap::new();
        for one in &new {
            by_idea.entry(one.idea).or_default().push(one.clone());
        }
        for (id, new) in &by_idea {
            told_of(tx, *id, new);
        }
        tell(tx, Notice::AskedToAssess, &new).await?;
        // Of those in assessment, the ones that are now promised earlier or by others.
        let promised: Vec<IdeaId> = by_idea
            .keys()
            .copied()
            .filter(|id| around.is_promised_by(*id, due_at))
            .collect();
        ideas::promise_all(tx, &promised, due_at).await?;
        Ok((plan, new.iter().map(|one| one.id).collect()))
    })
    .await
}

fn too_many() -> String {
    format!("At most {MOST_IDEAS} ideas are planned for at once: name them in `ideaIds`.")
}

/// The ideas that were named, each with its place.
fn named(faults: &mut Faults, read: Vec<Result<IdeaId>>) -> Result<Vec<(usize, IdeaId)>> {
    if read.len() > MOST_IDEAS {
        faults.add(&["ideaIds"], "TOO_MANY_ITEMS", too_many());
        return Ok(Vec::new());
    }
    let mut named = Vec::with_capacity(read.len());
    let mut seen = HashSet::new();
    for (index, read) in read.into_iter().enumerate() {
        let Some(id) = faults.take(read)? else {
            continue;
        };
        if !seen.insert(id) {
            let at = index.to_string();
            faults.add(&["ideaIds", &at], "IDEA_TWICE", "Each idea stands once.");
        }
        named.push((index, id));
    }
    Ok(named)
}

/// Several ideas with all that decides who may be asked for them.
struct Around {
    ideas: BTreeMap<IdeaId, Idea>,
    authors: HashMap<IdeaId, Vec<MemberId>>,
    /// Those who wrote what was merged into them under their name.
    absorbed: HashMap<IdeaId, Vec<MemberId>>,
    /// Ideas whose authors the caller may not know.
    hidden: HashSet<IdeaId>,
    conflicted: HashMap<IdeaId, Vec<MemberId>>,
    assigned: HashMap<IdeaId, Vec<Assignment>>,
    finished: HashMap<IdeaId, Vec<MemberId>>,
    /// Ideas that the caller must not judge: those they wrote, or an own one goes on in, or
    /// they declared a conflict on.
    own: HashSet<IdeaId>,
}

impl Around {
    async fn read(tx: &Tx<'_>, sees: &Sees, ids: &[IdeaId]) -> Result<Self> {
        let ideas: BTreeMap<IdeaId, Idea> =
            find_many(tx.sql(), sees, ids).await?.into_iter().collect();
        let ids: Vec<IdeaId> = ideas.keys().copied().collect();
        let mut authors = co_authors(tx.sql(), &ids).await?;
        for idea in ideas.values() {
            authors.entry(idea.id).or_default().push(idea.author);
        }
        let mut conflicted: HashMap<IdeaId, Vec<MemberId>> = HashMap::new();
        for conflict in conflicts::of_ideas(tx.sql(), &ids).await? {
            let of = conflicted.entry(conflict.idea).or_default();
            of.push(conflict.member);
        }
        let mut finished: HashMap<IdeaId, Vec<MemberId>> = HashMap::new();
        for (idea, who) in assignments::finished(tx.sql(), &ids).await? {
            finished.entry(idea).or_default().push(who);
        }
        let mut around = Self {
            hidden: hidden(tx, sees, &ideas).await?,
            absorbed: named_writers(tx.sql(), &ids).await?,
            own: has_written(tx.sql(), sees.member, &ids).await?,
            assigned: assignments::of_ideas(tx.sql(), &ids).await?,
            ideas,
            authors,
            conflicted,
            finished,
        };
        let is_own = |id: &&IdeaId| {
            let who = around.authors.get(id).into_iter();
            let who = who.chain(around.conflicted.get(id));
            who.flatten().any(|who| *who == sees.member)
        };
        let own: Vec<IdeaId> = around.ideas.keys().filter(is_own).copied().collect();
        around.own.extend(own);
        Ok(around)
    }

    /// Notes what was named and cannot be planned for.
    fn check(&self, faults: &mut Faults, named: &[(usize, IdeaId)]) {
        for (index, id) in named {
            let at = index.to_string();
            let path = ["ideaIds", at.as_str()];
            match self.ideas.get(id) {
                None => faults.add(&path, "UNKNOWN_IDEA", "There is no such idea."),
                Some(_) if self.own.contains(id) => {
                    let told = "Nobody chooses who judges their own idea, or one on which they \
                                declared a conflict of interest.";
                    faults.add(&path, "CONFLICT_OF_INTEREST", told);
                }
                Some(idea) if !idea.state.is_assessable() => {
                    let told = format!("An idea in {} is not assessed.", idea.state);
                    faults.add(&path, "WRONG_STATE", told);
                }
                Some(_) => {}
            }
        }
    }

    fn tasks(&self) -> BTreeMap<IdeaId, Task> {
        let task = |id: &IdeaId| {
            let mut task = Task::default();
            task.barred
                .extend(self.conflicted.get(id).into_iter().flatten());
            if !self.hidden.contains(id) {
                // Who is never asked would tell who wrote it.
                task.barred
                    .extend(self.authors.get(id).into_iter().flatten());
                task.barred
                    .extend(self.absorbed.get(id).into_iter().flatten());
            }
            task.has.extend(self.finished.get(id).into_iter().flatten());
            for one in self.assigned.get(id).into_iter().flatten() {
                let of = if one.is_recused {
                    &mut task.barred
                } else {
                    &mut task.has
                };
                of.insert(one.assessor);
            }
            let barred = &task.barred;
            task.has.retain(|who| !barred.contains(who));
            (*id, task)
        };
        self.ideas.keys().map(task).collect()
    }

    /// Everybody who could be asked, with what they owe already.
    async fn loads(&self, tx: &Tx<'_>) -> Result<BTreeMap<MemberId, usize>> {
        let open = assignments::loads(tx.sql()).await?;
        let assessors = identity::store::assessors(tx.sql()).await?;
        let load = |who: MemberId| (who, open.get(&who).copied().unwrap_or(0));
        Ok(assessors.into_iter().map(load).collect())
    }

    /// Whether a new assignment that falls due then is the first promise of an idea.
    fn is_promised_by(&self, id: IdeaId, due_at: Micros) -> bool {
        let is_assessed = self
            .ideas
            .get(&id)
            .is_some_and(|idea| idea.state == State::InAssessment);
        let first = self.assigned.get(&id).and_then(|all| first_due(all));
        is_assessed && first.is_none_or(|first| first > due_at)
    }
}

/// Those of several ideas whose authors the caller may not know.
async fn hidden(
    tx: &Tx<'_>,
    sees: &Sees,
    ideas: &BTreeMap<IdeaId, Idea>,
) -> Result<HashSet<IdeaId>> {
    let mut hiding: HashMap<Uuid, store::RubricVersion> = HashMap::new();
    if sees.blinded {
        let versions: BTreeSet<Uuid> = ideas.values().filter_map(|it| it.rubric_version).collect();
        for id in versions {
            if let Some(version) = store::version(tx.sql(), id).await? {
                hiding.insert(id, version);
            }
        }
    }
    let is_hidden = |idea: &&Idea| {
        let version = idea.rubric_version.and_then(|id| hiding.get(&id));
        idea.authorship == Authorship::Anonymous
            || version.is_some_and(|version| queries::hides_authors(idea, version))
    };
    Ok(ideas.values().filter(is_hidden).map(|it| it.id).collect())
}
