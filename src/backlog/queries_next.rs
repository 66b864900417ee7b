//! Where one more assessment would tell most, and who could make it. Leads and admins ask: the
//! answer says who is asked for what. Ratings of ideas whose score is not published are not
//! asked, nor what they would give.

use super::explain::chance_sentence;
use super::folds::Folds;
use super::folds_fits::{Chosen, Fitted};
use super::next::{
    Group, Size, anybodys_chance, counting_sentence, most_telling, waiting_sentence,
};
use super::queries::rubric;
use super::queries_explain::read_cut;
use super::store;
use super::store_next::{self as next_ideas, At};
use crate::assessment::queries_candidates::candidates;
use crate::assessment::shelf::Shelf;
use crate::assessment::store::RubricId;
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::store::Sees;
use crate::identity::store::Member;
use crate::platform::db::View;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::SeeAssignments;
use crate::session::Session;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// So many ideas are told at most.
const MOST: usize = 100;

/// An idea of which one more assessment would tell much.
pub struct Next {
    pub idea: Idea,
    pub top_chance: f64,
    pub sentence: String,
    /// Who could make it, whom to ask first first.
    pub candidates: Vec<Member>,
}

/// An idea with its chance, and how many assessments it has.
type Told = (Idea, f64, u32);

/// The ideas of which one more assessment would tell most about the best `cut`, the most
/// telling first, at most `first`. As many statements however many there are.
pub async fn next(
    s: &Session,
    folds: &Folds,
    shelf: &Shelf,
    key: Option<&str>,
    (cut, first): (i32, i32),
) -> Result<Vec<Next>> {
    s.actor.may::<SeeAssignments>(&())?;
    let sees = Sees::of(&s.actor)?;
    let mut faults = Faults::default();
    let cut = faults.take(read_cut(cut))?;
    let first = faults.take(read_first(first))?;
    let rubric = faults.take(rubric(s, key, "rubric").await)?;
    let (Some(cut), Some(first), Some(rubric)) = (cut, first, rubric) else {
        return Err(Error::Invalid(faults));
    };
    let before = folds.before(rubric.id);
    let view = s.view().await?;
    let standing = folds.standing(&view, rubric.id, before).await?;
    let fitted = folds.fits.recent(&view, rubric.id).await?;
    let ranks = standing.ranks();
    let mut found: Vec<(Idea, f64, String)> = Vec::new();
    for one in next_ideas::waiting(&view, &sees, rubric.id, first).await? {
        let top_chance = anybodys_chance(cut, ranks.total());
        let told = waiting_sentence(one.submitted, one.quorum);
        found.push((one.idea, top_chance, told));
    }
    let case = Case {
        view: &view,
        sees: &sees,
        rubric: rubric.id,
        cut,
        wanted: first - found.len(),
    };
    let ranked = if case.wanted == 0 {
        Vec::new()
    } else if fitted.is_corrected {
        case.corrected(&fitted).await?
    } else {
        let spread = standing.yardstick.spread;
        case.plain(ranks.places(), spread).await?
    };
    found.extend(ranked.into_iter().map(|(idea, chance, n)| {
        let told = [chance_sentence(chance, cut), counting_sentence(n)].join(" ");
        (idea, chance, told)
    }));
    let ideas: Vec<&Idea> = found.iter().map(|(idea, _, _)| idea).collect();
    let mut asked = candidates(&view, shelf, &sees, (&ideas, &fitted.fit)).await?;
    view.commit().await?;
    let next = found.into_iter().map(|(idea, top_chance, sentence)| Next {
        candidates: asked.remove(&idea.id).unwrap_or_default(),
        idea,
        top_chance,
        sentence,
    });
    Ok(next.collect())
}

fn read_first(first: i32) -> Result<usize> {
    let read = usize::try_from(first).ok().filter(|first| *first <= MOST);
    read.ok_or_else(|| {
        let told = format!("`first` is {first}; it goes from 0 to {MOST}.");
        Error::invalid_argument("first", "PAGE_TOO_LARGE", told)
    })
}

/// What is wanted of the ranked ideas of one view.
struct Case<'a> {
    view: &'a View,
    sees: &'a Sees,
    rubric: RubricId,
    cut: u32,
    wanted: usize,
}

impl Case<'_> {
    /// Where the score of an idea depends on that idea alone: those of one score and as many
    /// assessments are taken together.
    async fn plain(&self, places: BTreeMap<(u32, i32), u32>, spread: f64) -> Result<Vec<Told>> {
        let mut groups: BTreeMap<Group, Size> = BTreeMap::new();
        for ((n, key), ideas) in places {
            let group = Group {
                n,
                key,
                is_counted: true,
            };
            groups.insert(group, Size { ideas, free: ideas });
        }
        for one in next_ideas::hidden(self.view, self.sees, self.rubric).await? {
            let size = groups.entry(one.group).or_default();
            size.ideas += 1;
            size.free += 1;
        }
        for one in next_ideas::barred(self.view, self.sees, self.rubric).await? {
            if let Some(size) = groups.get_mut(&one.group) {
                size.free = size.free.saturating_sub(1);
            }
        }
        let (cut, wanted) = (self.cut, self.wanted);
        // It may take a while: others shall be answered meanwhile.
        let order =
            tokio::task::spawn_blocking(move || most_telling(&groups, (spread, cut), wanted));
        let order = order.await.map_err(Error::internal)?;
        let groups: Vec<Group> = order.iter().map(|(group, _)| *group).collect();
        let (view, sees) = (self.view, self.sees);
        let found = next_ideas::of_groups(view, sees, self.rubric, &groups, wanted).await?;
        let told = found.into_iter().map(|one| {
            let at = Group {
                n: one.score.score.n,
                key: one.score.score.key,
                is_counted: one.score.is_counted,
            };
            let chance = order.iter().find(|(group, _)| *group == at);
            let (_, chance) =
                chance.ok_or_else(|| Error::internal("an idea of no group was found"))?;
            Ok((one.idea, *chance, at.n))
        });
        told.collect()
    }

    /// Where leniencies are removed, so that each idea is as sure as its own panel.
    async fn corrected(&self, fitted: &Arc<Fitted>) -> Result<Vec<Told>> {
        let ids = |all: Vec<At>| -> HashSet<IdeaId> { all.into_iter().map(|it| it.idea).collect() };
        let hidden = ids(next_ideas::hidden(self.view, self.sees, self.rubric).await?);
        let barred = ids(next_ideas::barred(self.view, self.sees, self.rubric).await?);
        let (cut, wanted) = (self.cut, self.wanted);
        let fitted = Arc::clone(fitted);
        let order = tokio::task::spawn_blocking(move || {
            fitted.most_telling((&hidden, &barred), cut, wanted)
        });
        let Some(mut order) = order.await.map_err(Error::internal)? else {
            let told = "Under SEVERITY_ADJUSTED chances are told of up to 5,000 ideas and 1,000 \
                        assessors.";
            return Err(Error::invalid_argument(
                "rubric",
                "AGGREGATION_NOT_SERVED",
                told,
            ));
        };
        order.truncate(wanted);
        let ids: Vec<IdeaId> = order.iter().map(|one| one.idea).collect();
        let mut found = store::ranked_by_id(self.view, self.sees, &ids).await?;
        let told = order
            .into_iter()
            .filter_map(|Chosen { idea, chance, n }| Some((found.remove(&idea)?.idea, chance, n)));
        Ok(told.collect())
    }
}
