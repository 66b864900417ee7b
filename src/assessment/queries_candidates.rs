//! Who could be asked to assess an idea next. For leads: it tells how much everybody owes.

use super::nearest::{Free, first_asked};
use super::queries::hides_authors;
use super::scoring::Fit;
use super::shelf::Shelf;
use super::store_assignments as assignments;
use crate::ideas::domain::{Authorship, Idea, IdeaId, Visibility};
use crate::ideas::lifecycle::State;
use crate::ideas::store::{Sees, co_authors};
use crate::ideas::store_clusters::named_writers;
use crate::ideas::store_conflicts as conflicts;
use crate::identity;
use crate::identity::domain::{MemberId, Role};
use crate::identity::store::Member;
use crate::platform::db::View;
use crate::platform::error::Result;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// So many are named for each idea.
pub const MOST_NAMED: usize = 5;

/// For each idea the active assessors who may see it, are not assigned, did not assess it and
/// have no conflict of interest: those first who join parts of the whole that share nobody,
/// then those who owe the fewest assessments. What the caller may not know leaves nobody out,
/// since who is never named would tell: who assessed an idea that is not published, who wrote
/// an anonymous one, and who declared a conflict there. As many statements however many ideas
/// there are.
pub async fn candidates(
    sql: &View,
    shelf: &Shelf,
    sees: &Sees,
    (ideas, fit): (&[&Idea], &Fit),
) -> Result<HashMap<IdeaId, Vec<Member>>> {
    let ids: Vec<IdeaId> = ideas.iter().map(|idea| idea.id).collect();
    let published = ideas.iter().filter(|it| it.state != State::InAssessment);
    let published: Vec<IdeaId> = published.map(|idea| idea.id).collect();
    let finished = assignments::finished(sql, &published).await?;
    let assigned = assignments::of_ideas(sql, &ids).await?;
    let asked = assigned.into_values().flatten();
    let asked: HashSet<(IdeaId, MemberId)> = asked.map(|one| (one.idea, one.assessor)).collect();
    let parts = fit.assessors.iter();
    let parts: BTreeMap<MemberId, u32> =
        parts.map(|who| (MemberId(who.id), who.component)).collect();
    let mut near: HashMap<IdeaId, BTreeSet<u32>> = HashMap::new();
    for (idea, who) in finished.iter().chain(&asked) {
        near.entry(*idea).or_default().extend(parts.get(who));
    }
    let mut out: HashSet<(IdeaId, MemberId)> = finished.union(&asked).copied().collect();
    out.extend(conflicted(sql, shelf, sees, ideas).await?);
    let loads = assignments::loads(sql).await?;
    let people = identity::store::assessing(sql).await?;
    let leads = |who: &Member| {
        let roles = who.roles();
        roles.contains(Role::Lead) || roles.contains(Role::Admin)
    };
    let nowhere = BTreeSet::new();
    let mut found = HashMap::new();
    for idea in ideas {
        let may = |who: &&Member| {
            let sees_it = idea.visibility == Visibility::Organization || leads(who);
            sees_it && !out.contains(&(idea.id, who.id))
        };
        let free = people.iter().filter(may).map(|who| Free {
            who: who.id,
            name: &who.name,
            load: loads.get(&who.id).copied().unwrap_or(0),
        });
        let near = near.get(&idea.id).unwrap_or(&nowhere);
        let first = first_asked(free, &parts, near, MOST_NAMED);
        let member = |id: MemberId| people.iter().find(|who| who.id == id).cloned();
        found.insert(idea.id, first.into_iter().filter_map(member).collect());
    }
    Ok(found)
}

/// Who wrote these ideas, or what was merged into them, or declared a conflict there, as far
/// as the caller may know.
async fn conflicted(
    sql: &View,
    shelf: &Shelf,
    sees: &Sees,
    ideas: &[&Idea],
) -> Result<HashSet<(IdeaId, MemberId)>> {
    let ids: Vec<IdeaId> = ideas.iter().map(|idea| idea.id).collect();
    let with = co_authors(sql, &ids).await?;
    let absorbed = named_writers(sql, &ids).await?;
    let mut declared: HashMap<IdeaId, Vec<MemberId>> = HashMap::new();
    for one in conflicts::of_ideas(sql, &ids).await? {
        declared.entry(one.idea).or_default().push(one.member);
    }
    let mut out = HashSet::new();
    for idea in ideas {
        let is_blinded = match idea.rubric_version {
            Some(id) if sees.blinded => hides_authors(idea, &*shelf.version(sql, id).await?),
            _ => false,
        };
        if is_blinded || idea.authorship == Authorship::Anonymous {
            continue;
        }
        let told = [&with, &absorbed, &declared].into_iter();
        let told = told.filter_map(|all| all.get(&idea.id)).flatten().copied();
        out.extend(told.chain([idea.author]).map(|who| (idea.id, who)));
    }
    Ok(out)
}
