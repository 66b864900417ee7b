//! Where one more assessment would tell most about who belongs to the best (SCORING.md §13):
//! where the chance is nearest to a half, and where few assessments stand behind it.

use super::chance::Chances;
use super::histogram::Place;
use crate::assessment::scoring::chance::Spot;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::f64::consts::SQRT_2;

/// So many more than are wanted have their chance worked out: which ones come first is guessed
/// before.
pub const SPARE: usize = 10;

/// Ideas of one score and as many assessments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Assessments that count.
    pub n: u32,
    /// The shown score in hundredths.
    pub key: i32,
    /// Whether everybody sees them in the backlog.
    pub is_counted: bool,
}

impl Group {
    fn place(self) -> Place {
        Place {
            key: self.key,
            n: self.n,
        }
    }
}

/// How many ideas of a group there are, and of how many the reader chooses who assesses them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub ideas: u32,
    pub free: u32,
}

/// How much one more assessment would tell of an idea with this chance and so many already.
pub fn worth(chance: f64, n: u32) -> f64 {
    chance * (1.0 - chance) / (f64::from(n) + 1.0)
}

/// The groups that hold the `wanted` ideas of which one more assessment would tell most about
/// the best `cut`, those first where it tells most, each with the chance of its ideas; of
/// equals those with fewer assessments, then those with the higher score. Chances are worked
/// out of at most `wanted` + 10 groups, those where a quick guess says that they come first.
pub fn most_telling(
    groups: &BTreeMap<Group, Size>,
    (spread, cut): (f64, u32),
    wanted: usize,
) -> Vec<(Group, f64)> {
    let mut counted: BTreeMap<(u32, i32), u32> = BTreeMap::new();
    let mut all = counted.clone();
    for (group, size) in groups {
        let at = (group.n, group.key);
        *all.entry(at).or_default() += size.ideas;
        if group.is_counted {
            *counted.entry(at).or_default() += size.ideas;
        }
    }
    let places: Vec<(u32, i32)> = all.keys().copied().collect();
    let guess = Chances::of(&all, spread);
    let mut order: BTreeMap<(u32, i32), usize> = BTreeMap::new();
    let sizes = places
        .iter()
        .map(|at| (at.0, counted.get(at).copied().unwrap_or(0)));
    let sizes: Vec<(u32, u32)> = sizes.collect();
    for (turn, at) in by_guess(guess.spots(), &sizes, cut).into_iter().enumerate() {
        order.insert(places[at], turn);
    }
    let mut sorted: Vec<(&Group, &Size)> =
        groups.iter().filter(|(_, size)| size.free > 0).collect();
    sorted.sort_by_key(|(group, _)| (order[&(group.n, group.key)], !group.is_counted));
    let among = Chances::of(&counted, spread);
    let mut found = Vec::new();
    let (mut free, mut spare) = (0_usize, 0);
    for (group, size) in sorted {
        if free >= wanted {
            spare += 1;
        }
        if spare > SPARE {
            break;
        }
        free += size.free as usize;
        let chance = if group.is_counted {
            among.at(group.place(), cut)
        } else {
            // It is placed among those that everybody sees.
            let mut with_it = counted.clone();
            *with_it.entry((group.n, group.key)).or_default() += 1;
            Chances::of(&with_it, spread).at(group.place(), cut)
        };
        found.push((*group, chance));
    }
    found.sort_by(|(a, p), (b, q)| {
        let by_worth = worth(*q, b.n).total_cmp(&worth(*p, a.n));
        let order = |group: &Group| (group.n, Reverse(group.key), !group.is_counted);
        by_worth.then_with(|| order(a).cmp(&order(b)))
    });
    found
}

/// The places of all these, those first that are likely to tell most: the chance is guessed
/// from how far one lies from the cut, without asking how the others could fall. `sizes` holds
/// the assessments of each, and how many ideas there everybody sees.
pub fn by_guess(spots: &[Spot], sizes: &[(u32, u32)], cut: u32) -> Vec<usize> {
    let line = line(spots, sizes, cut);
    let guess = |spot: &Spot| line.map_or(1.0, |line| above(line, spot));
    let mut guessed: Vec<(f64, u32, f64, usize)> = spots
        .iter()
        .zip(sizes)
        .enumerate()
        .map(|(at, (spot, &(n, _)))| (worth(guess(spot), n), n, spot.mean, at))
        .collect();
    guessed.sort_by(|a, b| {
        let by_worth = b.0.total_cmp(&a.0);
        let rest = a.1.cmp(&b.1).then(b.2.total_cmp(&a.2));
        by_worth.then(rest).then(a.3.cmp(&b.3))
    });
    guessed.into_iter().map(|(.., at)| at).collect()
}

/// The chance that a true value lies above `x`.
fn above(x: f64, spot: &Spot) -> f64 {
    0.5 * statrs::function::erf::erfc((x - spot.mean) / spot.deviation / SQRT_2)
}

/// Above which value as many true ones are expected as the cut takes in; nothing when all are
/// inside.
fn line(spots: &[Spot], sizes: &[(u32, u32)], cut: u32) -> Option<f64> {
    let all: u64 = sizes.iter().map(|(_, ideas)| u64::from(*ideas)).sum();
    if u64::from(cut) >= all {
        return None;
    }
    let expected = |x: f64| -> f64 {
        let each = spots.iter().zip(sizes).filter(|(_, size)| size.1 > 0);
        each.map(|(spot, size)| f64::from(size.1) * above(x, spot))
            .sum()
    };
    // Wider than any score, then halved to less than a hundredth of a point.
    let (mut low, mut high) = (-200.0, 300.0);
    for _ in 0..16 {
        let middle = f64::midpoint(low, high);
        if expected(middle) > f64::from(cut) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high))
}

/// Anybody's chance to belong to the best `cut`, were it ranked with so many others.
pub fn anybodys_chance(cut: u32, others: u32) -> f64 {
    (f64::from(cut) / (f64::from(others) + 1.0)).min(1.0)
}

/// What is said of an idea that has no rank yet.
pub fn waiting_sentence(submitted: u32, quorum: u32) -> String {
    let (verb, missing) = match submitted {
        1 => ("is", quorum.saturating_sub(1)),
        n => ("are", quorum.saturating_sub(n)),
    };
    format!("{submitted} of {quorum} assessments {verb} in: it has no rank without {missing} more.")
}

/// What is said of an idea that has a rank, after its chance.
pub fn counting_sentence(n: u32) -> String {
    match n {
        1 => "1 assessment counts so far.".to_owned(),
        n => format!("{n} assessments count so far."),
    }
}
