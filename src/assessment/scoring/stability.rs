//! How much an order depends on its weights, and how alike two orders are (SCORING.md §12).
//! The changes that are told of one idea, in steps people can type, are found in
//! `backlog/explain`.

/// The share of criterion `k` at which two ideas are level, the other criteria dividing the
/// rest as before. `shares` add up to 1; `gaps` are the differences of their mean values
/// (0–1), criterion by criterion. `None` where no share from 0 to 1 does it.
pub fn critical_share(shares: &[f64], gaps: &[f64], k: usize) -> Option<f64> {
    let (&share, &gap) = (shares.get(k)?, gaps.get(k)?);
    let others = shares.iter().zip(gaps).enumerate().filter(|&(i, _)| i != k);
    let sum: f64 = others.map(|(_, (share, gap))| share * gap).sum();
    let rest = sum / (1.0 - share);
    let found = rest / (rest - gap);
    (0.0..=1.0).contains(&found).then_some(found)
}

/// The criterion whose share would have to move least for two ideas to be level, and to
/// where; of equals the first. `None` where no single one can do it.
pub fn smallest_shift(shares: &[f64], gaps: &[f64]) -> Option<(usize, f64)> {
    (0..shares.len())
        .filter_map(|k| Some((k, critical_share(shares, gaps, k)?)))
        .min_by(|a, b| {
            (a.1 - shares[a.0])
                .abs()
                .total_cmp(&(b.1 - shares[b.0]).abs())
        })
}

/// Kendall's τ-b of pairs of numbers, −1 (reversed) to 1 (the same order); `None` where all
/// of one side are equal. Costs little more than sorting.
pub fn kendall_tau_b(pairs: &[(f64, f64)]) -> Option<f64> {
    let mut pairs = pairs.to_vec();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let tied = |runs: &mut dyn Iterator<Item = usize>| -> u64 {
        runs.map(|run| (run as u64) * (run as u64 - 1) / 2).sum()
    };
    let all = tied(&mut std::iter::once(pairs.len()).filter(|&n| n > 0));
    let left = tied(&mut pairs.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len));
    let both = tied(&mut pairs.chunk_by(|a, b| a == b).map(<[_]>::len));
    let mut right: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    let swaps = inversions(&mut right);
    let right = tied(&mut right.chunk_by(|a, b| a == b).map(<[_]>::len));
    let apart = (all as f64 - left as f64) * (all as f64 - right as f64);
    let score = all as f64 - left as f64 - right as f64 + both as f64 - 2.0 * swaps as f64;
    (apart > 0.0).then(|| score / apart.sqrt())
}

/// Sorts, and counts the pairs that stood the wrong way round.
fn inversions(values: &mut [f64]) -> u64 {
    let middle = values.len() / 2;
    if middle == 0 {
        return 0;
    }
    let mut count = inversions(&mut values[..middle]) + inversions(&mut values[middle..]);
    let (low, high) = (values[..middle].to_vec(), values[middle..].to_vec());
    let (mut a, mut b) = (0, 0);
    for slot in values {
        let takes_low = high
            .get(b)
            .is_none_or(|h| low.get(a).is_some_and(|l| l <= h));
        if takes_low {
            *slot = low[a];
            a += 1;
        } else {
            *slot = high[b];
            b += 1;
            count += (low.len() - a) as u64;
        }
    }
    count
}

/// Spearman's rank correlation of pairs of numbers, with equal places for equals; `None` where
/// all of one side are equal.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let left = places(pairs.iter().map(|pair| pair.0).collect());
    let right = places(pairs.iter().map(|pair| pair.1).collect());
    let middle = (pairs.len() as f64 + 1.0) / 2.0;
    let dot = |a: &[f64], b: &[f64]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| (a - middle) * (b - middle))
            .sum()
    };
    let apart = dot(&left, &left) * dot(&right, &right);
    (apart > 0.0).then(|| dot(&left, &right) / apart.sqrt())
}

/// The place of each value in their order, from 1; equals share the middle of their places.
fn places(values: Vec<f64>) -> Vec<f64> {
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let place = |value: f64| {
        let below = sorted.partition_point(|other| *other < value);
        let up_to = sorted.partition_point(|other| *other <= value);
        (below + up_to + 1) as f64 / 2.0
    };
    values.into_iter().map(place).collect()
}
