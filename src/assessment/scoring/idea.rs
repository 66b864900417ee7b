//! From the assessments that count to the score of one idea (SCORING.md §4, §7). Which
//! assessments may count (latest, no conflict of interest) is settled before.

use uuid::Uuid;

use super::one::{show, show_with};
use super::{AssessmentScore, Line, Shares, assess_under, key_of};
use crate::assessment::rubric::{Aggregation, Rubric};

/// From how many assessments on one highest and one lowest are left out of a trimmed mean.
const TRIMMED_FROM: usize = 5;

/// The levels one assessor gave, one per criterion of the rubric.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The assessment; the order of these ids is the order of summing.
    pub id: Uuid,
    /// `None` where the assessor cannot judge.
    pub levels: &'a [Option<f64>],
}

/// The score of one idea, and the lines it is made of.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct IdeaScore {
    /// Complete assessments.
    pub n: u32,
    /// Of these, the ones the score and its lines are the mean of: fewer than `n` only under
    /// a trimmed mean.
    pub kept: u32,
    /// 0 to 100, unrounded: the sum of the lines' contributions, up to 1e-9.
    pub theta: f64,
    /// The plain mean of all `n`, 0 to 100, unrounded.
    pub raw: f64,
    /// The shown score in hundredths; the lines' shown contributions and `correction` add up
    /// to it exactly.
    pub key: i32,
    /// What removing the assessors' leniency adds, in hundredths; 0 where it is not removed.
    pub correction: i32,
    /// Σ (y − mean y)² over all `n`, in millionths, rounded once: sums of it are exact.
    pub rss_micro: i64,
    /// Sample standard deviation of the assessments' scores; `None` below two.
    pub sd: Option<f64>,
    /// Somebody answered a gate with 0.
    pub is_gated: bool,
    /// Which gates, by their place in the rubric.
    pub gates_failed: Vec<usize>,
    /// One per criterion of the rubric, over the kept assessments; `is_split` over all.
    pub lines: Vec<Line>,
}

/// What a score is worth in the ranking (SCORING.md §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "ScoreStatus")]
pub enum Status {
    /// Below the quorum and never published: a score and an interval, no rank.
    Provisional,
    /// Has a place in the ranking.
    Ranked,
    /// A gate was answered with 0: no rank.
    Gated,
}

impl IdeaScore {
    /// The same score once the mean leniency of its assessors, in points, is removed from the
    /// plain mean: what `SEVERITY_ADJUSTED` shows. It may leave 0 to 100.
    #[must_use]
    pub fn corrected(mut self, rubric: &Rubric, leniency: f64) -> Self {
        self.theta = self.raw - leniency;
        self.key = key_of(self.theta);
        self.correction = show_with(rubric, &mut self.lines, Some(-leniency), self.key);
        self
    }

    /// Where the score stands, given whether it was published before (by quorum or waiver).
    pub fn status(&self, rubric: &Rubric, was_published: bool) -> Status {
        if self.is_gated {
            Status::Gated
        } else if was_published || self.n >= rubric.quorum {
            Status::Ranked
        } else {
            Status::Provisional
        }
    }
}

/// The score of an idea from its assessments, in whatever order they come; `None` when none
/// of them is complete. Incomplete ones are passed over. Under `SEVERITY_ADJUSTED` this is
/// the idea's raw mean, which the fit over all ideas then corrects.
pub fn score_idea(rubric: &Rubric, sheets: &[Sheet<'_>]) -> Option<IdeaScore> {
    score_idea_under(rubric, &Shares::of(rubric), sheets)
}

/// The same with other shares than the rubric's own.
pub fn score_idea_under(
    rubric: &Rubric,
    shares: &Shares,
    sheets: &[Sheet<'_>],
) -> Option<IdeaScore> {
    let mut sheets = sheets.to_vec();
    sheets.sort_by_key(|sheet| sheet.id);
    let scores: Vec<(AssessmentScore, f64)> = sheets
        .iter()
        .map(|sheet| assess_under(rubric, shares, sheet.levels))
        .filter_map(|score| score.total.map(|total| (score, total)))
        .collect();
    if scores.is_empty() {
        return None;
    }
    let kept = kept(rubric.aggregation, &scores);
    let theta = mean(kept.iter().map(|&i| scores[i].1))?;
    let centre = mean(scores.iter().map(|(_, total)| *total))?;
    let rss: f64 = scores
        .iter()
        .map(|(_, total)| (total - centre).powi(2))
        .sum();
    let key = key_of(theta);
    let mut lines: Vec<Line> = (0..rubric.criteria.len())
        .map(|i| line(shares.nominal(i), i, &scores, &kept))
        .collect();
    show(rubric, &mut lines, key);
    let mut gates_failed: Vec<usize> = scores
        .iter()
        .flat_map(|(score, _)| score.gates_failed.iter().copied())
        .collect();
    gates_failed.sort_unstable();
    gates_failed.dedup();
    Some(IdeaScore {
        n: scores.len() as u32,
        kept: kept.len() as u32,
        theta,
        raw: centre,
        key,
        correction: 0,
        rss_micro: (rss * 1e6).round() as i64,
        sd: (scores.len() > 1).then(|| (rss / (scores.len() - 1) as f64).sqrt()),
        is_gated: !gates_failed.is_empty(),
        gates_failed,
        lines,
    })
}

/// Which of the scores the mean is taken over, in the order of their ids.
fn kept(aggregation: Aggregation, scores: &[(AssessmentScore, f64)]) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..scores.len()).collect();
    match aggregation {
        Aggregation::TrimmedMean if scores.len() >= TRIMMED_FROM => {
            // Stable: of equal scores the first by id counts as the lower one.
            kept.sort_by(|&a, &b| scores[a].1.total_cmp(&scores[b].1));
            kept.pop();
            kept.remove(0);
            kept.sort_unstable();
        }
        Aggregation::TrimmedMean | Aggregation::Mean | Aggregation::SeverityAdjusted => {}
    }
    kept
}

fn line(share: Option<f64>, i: usize, scores: &[(AssessmentScore, f64)], kept: &[usize]) -> Line {
    let of_kept = || kept.iter().map(|&s| &scores[s].0.lines[i]);
    let levels: Vec<f64> = of_kept().filter_map(|line| line.level).collect();
    let values = scores.iter().filter_map(|(score, _)| score.lines[i].value);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    Line {
        share,
        level: mean(levels.iter().copied()),
        value: mean(of_kept().filter_map(|line| line.value)),
        contribution: mean(of_kept().map(|line| line.contribution)).unwrap_or(0.0),
        shown: 0,
        rating_count: levels.len() as u32,
        lowest: levels.iter().copied().reduce(f64::min),
        highest: levels.iter().copied().reduce(f64::max),
        // Half the scale, whether or not the halves of it have an exact binary form.
        is_split: high - low >= 0.5 - 1e-9,
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = numbers.fold((0_u32, 0.0), |(count, sum), x| (count + 1, sum + x));
    (count > 0).then(|| sum / f64::from(count))
}
