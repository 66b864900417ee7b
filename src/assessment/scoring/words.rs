//! A score in plain words. Says nothing that the numbers do not.

use super::{Disagreement, IdeaScore, Status, Yardstick, hundredths, key_of};
use crate::assessment::rubric::{CriterionKind, Rubric};

/// The names of criteria as people list them: "Impact, Effort and Fit".
pub fn listed(rubric: &Rubric, criteria: &[usize]) -> String {
    let names: Vec<&str> = criteria
        .iter()
        .map(|&i| rubric.criteria[i].name.as_str())
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A share as a percentage with as many of two decimals as it needs: `0.8` is `80`.
pub(super) fn percent(share: f64) -> String {
    let written = hundredths(key_of(100.0 * share));
    written
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// The scorecard in plain words: the score and what it rests on, what adds most, and what
/// still stands between the idea and a rank.
pub fn sentence(
    rubric: &Rubric,
    score: &IdeaScore,
    status: Status,
    yardstick: &Yardstick,
) -> String {
    let interval = yardstick.interval(score.theta, score.n);
    sentence_with(rubric, score, status, yardstick, Some(interval))
}

/// The same with the interval that was worked out otherwise, or that is not known. The
/// yardstick tells what a disagreement is.
pub fn sentence_with(
    rubric: &Rubric,
    score: &IdeaScore,
    status: Status,
    yardstick: &Yardstick,
    interval: Option<(f64, f64)>,
) -> String {
    let likely = interval.map_or(String::new(), |(low, high)| {
        format!("; likely between {low:.2} and {high:.2}")
    });
    let mut told = vec![format!(
        "{} of 100 from {}{likely}.",
        hundredths(score.key),
        assessments(score.n),
    )];
    match score.correction {
        0 => {}
        more if more > 0 => told.push(format!(
            "Its assessors are stricter than their colleagues: that adds {}.",
            hundredths(more)
        )),
        less => told.push(format!(
            "Its assessors are more generous than their colleagues: that takes {} away.",
            hundredths(-less)
        )),
    }
    if score.kept < score.n {
        told.push("The highest and the lowest assessment are left out of the mean.".to_owned());
    }
    told.extend(strongest_and_weakest(rubric, score));
    match status {
        Status::Gated => told.push(format!(
            "It has no rank: somebody answered no to {}.",
            listed(rubric, &score.gates_failed)
        )),
        Status::Provisional => told.push(format!(
            "Provisional: a rank needs {} more.",
            assessments(rubric.quorum.saturating_sub(score.n))
        )),
        Status::Ranked => {}
    }
    told.extend(disagreement_sentence(rubric, score, yardstick));
    told.join(" ")
}

/// Where the assessors are far apart, in plain words; `None` when they are not.
pub fn disagreement_sentence(
    rubric: &Rubric,
    score: &IdeaScore,
    yardstick: &Yardstick,
) -> Option<String> {
    let sd = score.sd?;
    if yardstick.disagreement(score.n, score.sd) != Disagreement::High {
        return None;
    }
    let split: Vec<usize> = (0..score.lines.len())
        .filter(|&i| score.lines[i].is_split)
        .collect();
    let on = match split.as_slice() {
        [] => String::new(),
        split => format!(", most of all on {}", listed(rubric, split)),
    };
    Some(format!(
        "The assessors are far apart (standard deviation {}){on}: worth a discussion or one \
         more assessment.",
        hundredths(key_of(sd))
    ))
}

fn assessments(n: u32) -> String {
    match n {
        1 => "1 assessment".to_owned(),
        n => format!("{n} assessments"),
    }
}

/// Which line adds most, and which leaves most of what it could add.
fn strongest_and_weakest(rubric: &Rubric, score: &IdeaScore) -> Option<String> {
    let scored = |&i: &usize| rubric.criteria[i].kind != CriterionKind::Gate;
    let rated: Vec<usize> = (0..score.lines.len())
        .filter(scored)
        .filter(|&i| score.lines[i].level.is_some())
        .collect();
    // Of equals the first, as the rubric lists them.
    let most = rated
        .iter()
        .copied()
        .rev()
        .max_by_key(|&i| score.lines[i].shown)?;
    let name = &rubric.criteria[most].name;
    let mut told = format!("{name} adds most ({})", hundredths(score.lines[most].shown));
    let left = |i: usize| {
        let line = &score.lines[i];
        Some(key_of(100.0 * line.share?) - line.shown).filter(|&left| left > 0)
    };
    let weakest = rated.iter().copied().rev().max_by_key(|&i| left(i));
    if let Some((i, left)) = weakest.and_then(|i| Some((i, left(i)?))) {
        let name = &rubric.criteria[i].name;
        told += &format!(
            "; most is left open by {name} ({} below full marks)",
            hundredths(left)
        );
    }
    Some(told + ".")
}
