//! Leads freeze the ranking of the day: what everybody saw, with all it was computed from.

use super::folds::Folds;
use super::frozen::{Frozen, Line, Snapshot, hash};
use super::store_filter::BacklogFilter;
use super::store_rankings::{self as rankings, NewRanking, RankingId};
use super::store_reweigh::{PORTION, chosen, levels_of};
use crate::assessment::rubric::{Aggregation, Rubric};
use crate::assessment::shelf::Shelf;
use crate::assessment::store::{self as assessments, RubricHead};
use crate::ideas::domain::{IdeaId, LONGEST_TEXT};
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::outbox::Subject;
use crate::platform::text::required;
use crate::policy::PublishRanking;
use crate::session::Session;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// More ideas than this are not frozen: all their levels are kept once more.
const MOST_FROZEN: u32 = 20_000;

/// Freezes the ranking of a rubric as everybody sees it now. `which`: the rubric's key and the
/// filter, as far as they could be read.
pub async fn publish(
    s: &Session,
    folds: &Folds,
    shelf: &Shelf,
    reason: &str,
    which: Result<(Option<String>, BacklogFilter)>,
) -> Result<RankingId> {
    let permit = s.actor.may::<PublishRanking>(&())?;
    let mut faults = Faults::default();
    let reason = required(
        &mut faults,
        &["reason"],
        reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    let which = which.map_err(|refused| match refused {
        Error::Invalid(faults) => Error::Invalid(faults.within_input()),
        other => other,
    });
    let Some((key, filter)) = faults.take(which)? else {
        return Err(Error::Invalid(faults));
    };
    let rubric = assessments::rubric_by_key(s.reader(), key.as_deref()).await?;
    if let (None, Some(key)) = (&rubric, &key) {
        let told = format!("There is no rubric with the key {key:?}.");
        faults.add(&["filter", "rubric"], "UNKNOWN_RUBRIC", told);
    }
    faults.check()?;
    let rubric = rubric.ok_or_else(|| Error::internal("there is no default rubric"))?;
    // Read before, in one view: nobody waits for it.
    let frozen = Freezing {
        s,
        folds,
        shelf,
        rubric: &rubric,
    };
    let (version, snapshot, lines) = frozen.freeze(&filter).await?;
    let rubrics = assessments::rubrics(s.reader()).await?;
    let first = rubrics.iter().map(|one| one.id.0).min();
    s.write(async |tx| {
        // Numbers are of the whole house: who counts holds its oldest rubric.
        let ids = first.into_iter().chain([rubric.id.0]);
        let subjects: BTreeSet<Subject> = ids.map(Subject::Rubric).collect();
        tx.lock_all(&subjects).await?;
        let input_hash = hash(&snapshot);
        let new = NewRanking {
            rubric: rubric.id,
            version,
            reason,
            snapshot,
            input_hash: input_hash.clone(),
        };
        let (id, number, digest) = rankings::insert(tx, &permit, new, &lines).await?;
        let data = json!({
            "ranking": id, "number": number, "inputHash": input_hash,
            "ideas": lines.len(), "digest": digest,
        });
        tx.emit(Subject::Rubric(rubric.id.0), "RANKING_PUBLISHED", data);
        Ok(id)
    })
    .await
}

/// A ranking that is being frozen.
struct Freezing<'a> {
    s: &'a Session,
    folds: &'a Folds,
    shelf: &'a Shelf,
    rubric: &'a RubricHead,
}

impl Freezing<'_> {
    /// The newest version, the snapshot in writing, and the lines it gives.
    async fn freeze(&self, filter: &BacklogFilter) -> Result<(Uuid, String, Vec<Line>)> {
        let rubric = self.rubric.id;
        let before = self.folds.before(rubric);
        let view = self.s.view().await?;
        let standing = self.folds.standing(&view, rubric, before).await?;
        let versions = assessments::versions(&view, rubric).await?;
        let newest = versions.iter().rfind(|one| one.published_at.is_some());
        let newest = newest.ok_or_else(|| Error::internal("a rubric has no published version"))?;
        if newest.rubric.aggregation == Aggregation::SeverityAdjusted {
            let told = "A ranking that removes leniencies cannot be frozen yet.";
            return Err(Error::invalid(&["filter"], "AGGREGATION_NOT_SERVED", told));
        }
        if standing.ranks().total() > MOST_FROZEN {
            let told = format!("More than {MOST_FROZEN} ideas are ranked: too many to freeze.");
            return Err(Error::invalid(&["filter"], "TOO_MANY_IDEAS", told));
        }
        let which = filter.condition(rubric, &standing.yardstick);
        let sees = Sees::of(&self.s.actor)?;
        let counted = rankings::counted(&view, rubric).await?;
        let mut listed: HashSet<Uuid> = counted.iter().map(|(idea, _, _)| *idea).collect();
        let chosen = chosen(&view, &sees, which).await?;
        let chosen: HashSet<Uuid> = chosen.iter().map(|id| id.0).collect();
        listed.retain(|idea| chosen.contains(idea));
        if listed.is_empty() {
            let told = "Nothing that everybody sees is ranked there.";
            return Err(Error::invalid(&["filter"], "NOTHING_RANKED", told));
        }
        let mut by_version: HashMap<Uuid, Vec<IdeaId>> = HashMap::new();
        for (idea, version, _) in &counted {
            by_version.entry(*version).or_default().push(IdeaId(*idea));
        }
        let (mut rubrics, mut levels) = (BTreeMap::new(), HashMap::new());
        for (version, ideas) in by_version {
            let of: Rubric = self.shelf.version(&view, version).await?.rubric.clone();
            for some in ideas.chunks(PORTION) {
                levels.extend(levels_of(&view, &of, some).await?);
            }
            rubrics.insert(version, of);
        }
        view.commit().await?;
        let ideas = counted
            .into_iter()
            .map(|(idea, version, submitted_at)| Frozen {
                idea,
                version,
                submitted_at,
                is_listed: listed.contains(&idea),
                sheets: levels.remove(&IdeaId(idea)).unwrap_or_default().0,
            });
        let written = Snapshot::new(rubrics, ideas.collect()).written();
        let written = written.map_err(Error::internal)?;
        // Computed from what was written, as it will be again.
        let snapshot: Snapshot = serde_json::from_str(&written).map_err(Error::internal)?;
        let lines = snapshot
            .lines()
            .ok_or_else(|| Error::internal("a ranked idea has no score"))?;
        Ok((newest.id.0, written, lines))
    }
}
