//! Who is on the list (SCORING.md §13): the first so many by key, and where chance would have
//! to decide, a person does. What money would buy is shown beside, never instead.

use std::cmp::Reverse;

use uuid::Uuid;

/// One that may be listed: ranked and not gated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Listed {
    pub id: Uuid,
    /// The shown score in hundredths.
    pub key: i32,
    /// Unrounded.
    pub theta: f64,
    /// Standard error, in points.
    pub se: f64,
}

/// A list, and what is open about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortlist {
    /// On it whatever happens, best first.
    pub listed: Vec<Uuid>,
    /// Those of one score on the line, by id; a named person chooses `open` of them, with a
    /// reason. Empty where the line falls between scores.
    pub cut_tie: Vec<Uuid>,
    /// Places the tie is about.
    pub open: u32,
    /// Outside the list, with the most that their score may hide, most first.
    pub wildcards: Vec<Uuid>,
}

/// The best `k` by key and up to `wildcards` of the others by θ + 1.645·SE.
pub fn shortlist(all: &[Listed], k: usize, wildcards: usize) -> Shortlist {
    let mut sorted = all.to_vec();
    sorted.sort_by_key(|one| (Reverse(one.key), one.id));
    let ids = |part: &[Listed]| part.iter().map(|one| one.id).collect();
    let line = match k.checked_sub(1).and_then(|last| sorted.get(last)) {
        Some(last) => last.key,
        // The line lies above everybody, or below.
        None if k == 0 => i32::MAX,
        None => i32::MIN,
    };
    let above = sorted.partition_point(|one| one.key > line);
    let up_to = sorted.partition_point(|one| one.key >= line);
    let (mut safe, mut open) = (above, k.saturating_sub(above));
    if up_to <= k {
        (safe, open) = (up_to, 0);
    }
    let mut outside = sorted.split_off(up_to);
    let most = |one: &Listed| one.theta + 1.645 * one.se;
    outside.sort_by(|a, b| most(b).total_cmp(&most(a)).then(a.id.cmp(&b.id)));
    outside.truncate(wildcards);
    Shortlist {
        cut_tie: ids(&sorted[safe..]),
        listed: ids(&sorted[..safe]),
        open: open as u32,
        wildcards: ids(&outside),
    }
}

/// One that costs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    pub id: Uuid,
    /// The shown score in hundredths.
    pub key: i32,
    /// In the smallest unit of money.
    pub cost: u64,
}

/// In the order of rank, whoever still fits the budget.
pub fn affordable(all: &[Priced], budget: u64) -> Vec<Uuid> {
    let mut left = budget;
    let mut sorted = all.to_vec();
    sorted.sort_by_key(|one| (Reverse(one.key), one.id));
    sorted
        .into_iter()
        .filter(|one| {
            let fits = one.cost <= left;
            left -= if fits { one.cost } else { 0 };
            fits
        })
        .map(|one| one.id)
        .collect()
}

/// So many combinations are kept in mind.
const MOST_COMBINATIONS: usize = 200_000;

/// The combination with the largest sum of scores that the budget pays for, in the order of
/// rank; of equals the cheapest. `None` where there are too many to try.
pub fn best_buy(all: &[Priced], budget: u64) -> Option<Vec<Uuid>> {
    let mut sorted: Vec<&Priced> = all.iter().filter(|one| one.key > 0).collect();
    sorted.sort_by_key(|one| (Reverse(one.key), one.id));
    // A combination is the one it grew from and what it added; only those are kept that no
    // other beats in both cost and score.
    let mut steps: Vec<(usize, usize)> = vec![(0, 0)];
    let mut kept: Vec<(u64, i64, usize)> = vec![(0, 0, 0)];
    for (at, one) in sorted.iter().enumerate() {
        let mut tried = kept.clone();
        for &(cost, value, step) in &kept {
            let Some(cost) = cost.checked_add(one.cost).filter(|cost| *cost <= budget) else {
                continue;
            };
            steps.push((step, at));
            tried.push((cost, value + i64::from(one.key), steps.len() - 1));
        }
        tried.sort_by_key(|&(cost, value, step)| (cost, Reverse(value), step));
        let mut most = -1;
        tried.retain(|&(_, value, _)| {
            let is_better = value > most;
            most = most.max(value);
            is_better
        });
        kept = tried;
        if kept.len() > MOST_COMBINATIONS || steps.len() > 20 * MOST_COMBINATIONS {
            return None;
        }
    }
    let mut step = kept.last().map_or(0, |&(_, _, step)| step);
    let mut bought = Vec::new();
    while step != 0 {
        bought.push(sorted[steps[step].1].id);
        step = steps[step].0;
    }
    bought.reverse();
    Some(bought)
}
