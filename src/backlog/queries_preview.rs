//! What publishing a draft of a rubric with `rescore` would do to the backlog of today. Saves
//! nothing. Ideas whose score is not published are not computed: their ratings are nobody's yet.

use super::queries_whatif::{Entry, MOST_ENTRIES};
use super::rank::RankKey;
use super::reweigh::Order;
use super::store;
use crate::assessment::commands_rescore::Earlier;
use crate::assessment::rubric::Aggregation;
use crate::assessment::scoring::stability::kendall_tau_b;
use crate::assessment::scoring::{Sheet, score_idea};
use crate::assessment::store::{
    self as assessments, Assessment, RubricVersion, RubricVersionId, ScoreRow,
};
use crate::ideas::domain::IdeaId;
use crate::ideas::lifecycle::State;
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Result};
use crate::policy::PreviewRubric;
use crate::session::Session;
use std::cmp::Reverse;
use std::collections::HashMap;

/// What publishing would do.
pub struct Preview {
    /// Ideas that would have another rank, or none.
    pub moved: i32,
    /// Ideas that would come in above the line, or fall below it.
    pub crossed: i32,
    /// How alike the orders are; nothing where that is undefined.
    pub kendall_tau: Option<f64>,
    /// The first of those that would move, in the order they would have.
    pub entries: Vec<Entry>,
    /// What would stay under an earlier version, by id.
    pub not_rescorable: Vec<IdeaId>,
}

/// An idea in both orders: key, and what orders it among equals.
struct Both {
    now: RankKey,
    then: Option<RankKey>,
    is_counted: bool,
}

/// What publishing this version with `rescore` would do; nothing when there is no such version.
/// `cut`: the line that matters, from 1.
pub async fn preview(s: &Session, id: RubricVersionId, cut: u32) -> Result<Option<Preview>> {
    let sees = Sees::of(&s.actor)?;
    s.actor.may::<PreviewRubric>(&())?;
    let view = s.view().await?;
    let Some(new) = assessments::version(&view, id.0).await? else {
        return Ok(None);
    };
    if new.rubric.aggregation == Aggregation::SeverityAdjusted {
        let told = "Other weights would change every assessor's leniency; a preview does not \
                    tell that.";
        let told = Error::invalid_argument("rubricVersionId", "AGGREGATION_NOT_SERVED", told);
        return Err(told);
    }
    let earlier = Earlier::read(&view, &new).await?;
    let mut not_rescorable = Vec::new();
    let mut moving = Vec::new();
    let mut listed = Vec::new();
    for idea in &earlier.ideas {
        let can_move = earlier.can_move(idea, &new);
        if !can_move {
            not_rescorable.push(idea.id);
        }
        if idea.state == State::Backlog {
            listed.push(idea.id);
            if can_move {
                moving.push(idea.id);
            }
        }
    }
    let scores = assessments::scores(&view, &listed).await?;
    let mut given: HashMap<IdeaId, Vec<Assessment>> = HashMap::new();
    for one in assessments::of_ideas(&view, &moving).await? {
        given.entry(one.idea).or_default().push(one);
    }
    let both: Vec<Both> = listed
        .iter()
        .filter_map(|id| scores.get(id).filter(|score| score.is_listed))
        .map(|score| Both {
            now: rank_key(score, score.score.key, score.score.n),
            then: match moving.binary_search(&score.idea) {
                Ok(_) => under(&new, score, given.get(&score.idea)),
                Err(_) => Some(rank_key(score, score.score.key, score.score.n)),
            },
            is_counted: score.is_counted,
        })
        .collect();
    let counted = both.iter().filter(|both| both.is_counted);
    let order_now = Order::of(counted.clone().map(|both| both.now.key));
    let order_then = Order::of(counted.filter_map(|both| both.then.map(|then| then.key)));
    let mut told = Preview {
        moved: 0,
        crossed: 0,
        kendall_tau: None,
        entries: Vec::new(),
        not_rescorable,
    };
    let (mut pairs, mut moved) = (Vec::new(), Vec::new());
    for both in &both {
        let now = order_now.rank(both.now.key);
        let then = both.then.map(|then| order_then.rank(then.key));
        if let (Some(then), true) = (then, both.is_counted) {
            pairs.push((f64::from(now), f64::from(then)));
        }
        let is_inside = |rank: u32| rank <= cut;
        told.crossed += i32::from(is_inside(now) != then.is_some_and(is_inside));
        if then != Some(now) {
            told.moved += 1;
            moved.push(both);
        }
    }
    told.kendall_tau = kendall_tau_b(&pairs);
    // What would have no rank comes last, in the order of today.
    moved.sort_unstable_by_key(|both| (Reverse(both.then.is_some()), both.then, both.now));
    moved.truncate(MOST_ENTRIES);
    let ids: Vec<IdeaId> = moved.iter().map(|both| IdeaId(both.now.idea_id)).collect();
    let mut shown = store::ranked_by_id(&view, &sees, &ids).await?;
    view.commit().await?;
    told.entries = moved
        .into_iter()
        .filter_map(|both| {
            Some(Entry {
                ranked: shown.remove(&IdeaId(both.now.idea_id))?,
                then: both.then.map(|then| (then.key, order_then.rank(then.key))),
                now: (both.now.key, order_now.rank(both.now.key)),
            })
        })
        .collect();
    Ok(Some(told))
}

/// What an idea's assessments come to under another version; nothing when it would have no rank.
fn under(
    new: &RubricVersion,
    score: &ScoreRow,
    given: Option<&Vec<Assessment>>,
) -> Option<RankKey> {
    let levels: Vec<(uuid::Uuid, Vec<Option<f64>>)> = given?
        .iter()
        .filter(|one| !one.is_withdrawn && !one.is_recused)
        .map(|one| (one.id.0, one.levels(&new.rubric)))
        .collect();
    let sheets: Vec<Sheet<'_>> = levels
        .iter()
        .map(|(id, levels)| Sheet { id: *id, levels })
        .collect();
    let then = score_idea(&new.rubric, &sheets)?;
    (!then.is_gated).then(|| rank_key(score, then.key, then.n))
}

fn rank_key(score: &ScoreRow, key: i32, n: u32) -> RankKey {
    RankKey {
        key,
        n,
        submitted_at: score.submitted_at,
        idea_id: score.idea.0,
    }
}
