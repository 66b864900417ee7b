//! Scores under a rubric that removes the assessors' leniency, once more is known of it: the
//! leniencies are fitted anew to all published assessments, kept, and every score they are
//! removed from is computed again, in one transaction. It happens by itself.

use super::rubric::Rubric;
use super::scoring::{Fit, IdeaScore};
use super::store::{self, RubricId};
use super::store_fits::{self, in_micro, mean_leniency};
use crate::ideas;
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::policy::Actor;
use crate::session::{House, Session};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Fits the leniencies of a rubric anew; how many scores moved. Where nothing changed since,
/// nothing is written.
pub async fn refit(house: &House, rubric: RubricId) -> Result<u32> {
    let nobody = Session::new(house.clone(), Actor::nobody());
    nobody
        .write(async |tx| {
            ideas::lock_fit(tx, rubric.0).await?;
            let ratings = store_fits::pool(&store_fits::rated(tx.sql(), rubric).await?);
            let fit = tokio::task::spawn_blocking(move || Fit::of(&ratings))
                .await
                .map_err(Error::internal)?;
            let now: BTreeMap<MemberId, i64> = fit
                .assessors
                .iter()
                .map(|who| (MemberId(who.id), in_micro(who.leniency)))
                .collect();
            let before = store_fits::leniencies(tx.sql(), rubric).await?;
            if before == now {
                return Ok(0);
            }
            store_fits::keep(tx, rubric, &before, &now).await?;
            let mut rubrics: HashMap<Uuid, Arc<Rubric>> = HashMap::new();
            let mut moved = Vec::new();
            for (line, who) in store_fits::corrected(tx.sql(), rubric).await? {
                let of = |kept: &BTreeMap<MemberId, i64>, who: &MemberId| {
                    kept.get(who).copied().unwrap_or(0)
                };
                if who.iter().all(|who| of(&before, who) == of(&now, who)) {
                    continue;
                }
                let rubric = match rubrics.get(&line.rubric_version_id) {
                    Some(rubric) => Arc::clone(rubric),
                    None => {
                        let version = store::version(tx.sql(), line.rubric_version_id).await?;
                        let version =
                            version.ok_or_else(|| Error::internal("a version is gone"))?;
                        let rubric = Arc::new(version.rubric);
                        rubrics.insert(line.rubric_version_id, Arc::clone(&rubric));
                        rubric
                    }
                };
                let score: IdeaScore = serde_json::from_str(&line.card).map_err(Error::internal)?;
                let leniency = mean_leniency(who.iter().map(|who| of(&now, who)));
                let score = score.corrected(&rubric, leniency);
                let mut new = line.clone();
                new.key = score.key;
                new.correction = Some(score.correction);
                new.card = serde_json::to_string(&score).map_err(Error::internal)?;
                if new != line {
                    moved.push((line, new));
                }
            }
            ideas::correct(tx, &moved).await?;
            u32::try_from(moved.len()).map_err(Error::internal)
        })
        .await
}
