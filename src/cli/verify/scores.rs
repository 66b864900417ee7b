//! Scores: computed once more from the levels as entered, by the function that made them, and
//! the log of their changes folded up to the place and the spread that stand there now.

use super::super::Stop;
use super::chain::Chain;
use crate::assessment::rubric::Aggregation;
use crate::assessment::scoring::{Sheet, assess, score_idea};
use crate::assessment::store::RubricVersion;
use crate::assessment::store_fits::mean_leniency;
use crate::assessment::store_verify;
use crate::entity::{assessment, assignment, idea_score, score_change};
use crate::ideas::domain::Idea;
use crate::ideas::lifecycle::State;
use crate::ideas::line_as_it_stands;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What is kept of the score of one idea.
pub(super) struct Rows<'a> {
    pub idea: &'a Idea,
    pub version: Option<&'a RubricVersion>,
    /// In millionths of a point, by rubric and assessor.
    pub leniencies: &'a HashMap<(Uuid, Uuid), i64>,
    pub assessments: &'a [store_verify::Rows],
    pub line: Option<&'a idea_score::Model>,
    pub assignments: &'a [assignment::Model],
    /// In the order of the log.
    pub changes: &'a [score_change::Model],
}

pub(super) fn check(chain: &Chain, rows: &Rows<'_>) -> Result<(), Stop> {
    line(chain, rows)?;
    log(chain, rows)
}

fn counts(row: &assessment::Model) -> bool {
    row.is_complete && !row.is_withdrawn && !row.is_recused
}

fn line(chain: &Chain, rows: &Rows<'_>) -> Result<(), Stop> {
    let counted: Vec<_> = rows
        .assessments
        .iter()
        .filter(|(row, _)| counts(row))
        .collect();
    let expected = rows.version.and_then(|version| {
        let rubric = &version.rubric;
        let level = |ratings: &[crate::entity::rating::Model], key: &str| {
            let rating = ratings.iter().find(|rating| rating.criterion == key);
            rating.and_then(|rating| rating.level)
        };
        let levels: Vec<(Uuid, Vec<Option<f64>>)> = counted
            .iter()
            .map(|(row, ratings)| {
                let levels = rubric.criteria.iter().map(|it| level(ratings, &it.key));
                (row.id, levels.collect())
            })
            .collect();
        let sheets: Vec<Sheet<'_>> = levels
            .iter()
            .map(|(id, levels)| Sheet { id: *id, levels })
            .collect();
        let mut score = score_idea(rubric, &sheets)?;
        if rubric.aggregation == Aggregation::SeverityAdjusted {
            let of = |who| {
                let key = (version.rubric_id.0, who);
                rows.leniencies.get(&key).copied().unwrap_or(0)
            };
            let kept = counted.iter().map(|(row, _)| of(row.assessor_id));
            score = score.corrected(rubric, mean_leniency(kept));
        }
        let misfit = levels
            .iter()
            .zip(&counted)
            .find(|((_, levels), (row, _))| row.total != assess(rubric, levels).total);
        Some((version, score, misfit.map(|(_, (row, _))| row.alias)))
    });
    let (version, score, row) = match (expected, rows.line) {
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            return Err(chain.misfit("it has a score, and no assessment that counts"));
        }
        (Some(_), None) => {
            return Err(chain.misfit("it has no score, and assessments that count"));
        }
        (Some((_, _, Some(alias))), _) => {
            return Err(chain.misfit(format!(
                "the score of its assessment {alias} is not that of the levels as entered"
            )));
        }
        (Some((version, score, None)), Some(row)) => (version, score, row),
    };
    let wrong = |what: &str, is: String, expected: String| {
        Err(chain.misfit(format!(
            "the {what} of its score is {is}; from the levels as entered it is {expected}"
        )))
    };
    if row.key != score.key {
        return wrong("shown total", hundredths(row.key), hundredths(score.key));
    }
    if i64::from(row.assessment_count) != i64::from(score.n) {
        let (is, expected) = (row.assessment_count.to_string(), score.n.to_string());
        return wrong("number of assessments", is, expected);
    }
    if row.rss != score.rss_micro {
        let (is, expected) = (row.rss.to_string(), score.rss_micro.to_string());
        return wrong("sum of squares", is, expected);
    }
    let is_corrected = version.rubric.aggregation == Aggregation::SeverityAdjusted;
    let correction = is_corrected.then_some(score.correction);
    if row.correction != correction {
        let told = |it: Option<i32>| it.map_or("none".to_owned(), hundredths);
        return wrong("correction", told(row.correction), told(correction));
    }
    let card = serde_json::to_string(&score).map_err(|cause| chain.misfit(cause))?;
    if row.card != card || row.deviation != score.sd || row.is_gated != score.is_gated {
        return Err(chain.misfit("its scorecard is not that of the levels as entered"));
    }
    let stale = counted
        .iter()
        .filter(|(row, _)| row.idea_revision < rows.idea.text_revision)
        .count();
    if usize::try_from(row.stale_count) != Ok(stale) {
        let (is, expected) = (row.stale_count.to_string(), stale.to_string());
        return wrong("number of assessments of an older text", is, expected);
    }
    let submitted_at = rows.idea.submitted_at.unwrap_or(rows.idea.created_at);
    if row.rubric_id != version.rubric_id.0
        || row.rubric_version_id != version.id.0
        || row.submitted_at != submitted_at
    {
        return Err(chain.misfit("its score is under another rubric or of another time"));
    }
    // What waits elsewhere is published when it comes back. Whoever falls overdue is awaited
    // until the calendar has looked at it.
    let is_open = |it: &assignment::Model| !it.is_done && !it.is_recused;
    let is_awaited = rows.idea.state == State::InAssessment && rows.assignments.iter().any(is_open);
    let is_due = rows.idea.state.is_assessable() && score.n >= version.rubric.quorum;
    if row.published_at.is_none() && is_due && !is_awaited {
        let told = "its score has the quorum, nobody is awaited, and it is not published";
        return Err(chain.misfit(told));
    }
    if line_as_it_stands(rows.idea, row.clone()) != *row {
        return Err(chain.misfit(
            "its place in the backlog or in the pool is not that of its state and visibility",
        ));
    }
    Ok(())
}

/// The place in the ranking, and whether everybody sees it there.
type Place = (Option<(i32, i32)>, bool);

fn log(chain: &Chain, rows: &Rows<'_>) -> Result<(), Stop> {
    let mut place: Place = (None, false);
    let mut pools: BTreeMap<Uuid, (i64, i64, i64)> = BTreeMap::new();
    for change in rows.changes {
        if (change.old_key.zip(change.old_count), change.was_counted) != place {
            return Err(chain.misfit(format!(
                "change {} in the log of scores does not begin where the one before it ended",
                change.id
            )));
        }
        place = (change.new_key.zip(change.new_count), change.is_counted);
        let pool = pools.entry(change.rubric_id).or_default();
        pool.0 += i64::from(change.pooled_ideas);
        pool.1 += i64::from(change.pooled_assessments);
        pool.2 += change.pooled_rss;
    }
    let listed = rows.line.filter(|line| line.is_listed);
    let is_counted = listed.is_some_and(|line| line.is_counted);
    if place != (listed.map(|it| (it.key, it.assessment_count)), is_counted) {
        return Err(chain.misfit("the log of scores does not lead to the place that it has"));
    }
    let mut pooled = BTreeMap::new();
    if let Some(line) = rows.line.filter(|line| line.is_pooled) {
        let share = (1, i64::from(line.assessment_count), line.rss);
        pooled.insert(line.rubric_id, share);
    }
    pools.retain(|_, pool| *pool != (0, 0, 0));
    if pools != pooled {
        let told = "the log of scores does not lead to what it lends to the pooled spread";
        return Err(chain.misfit(told));
    }
    Ok(())
}

fn hundredths(key: i32) -> String {
    format!("{:.2}", f64::from(key) / 100.0)
}
