//! Ranks without counting rows: how many ranked ideas have each key, per number of
//! assessments (DESIGN "Ranks without counting", SCORING.md §7–§8). Where the numbers come from and when they are folded is
//! `store`'s affair.

use std::collections::BTreeMap;
use std::sync::Arc;

pub use crate::assessment::scoring::Bands;
use crate::assessment::scoring::Yardstick;

/// The lowest and the highest key: scores lie between 0 and 100.00 points, and leniency takes
/// away or adds at most as much again.
const LOWEST: i32 = -10_000;
const HIGHEST: i32 = 20_000;
const KEYS: usize = (HIGHEST - LOWEST) as usize + 1;

/// Where an idea stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The shown score in hundredths; 0 to 10,000, or beyond where leniency is removed.
    pub key: i32,
    /// How many assessments count, from 1.
    pub n: u32,
}

/// An idea that came, left or moved; `None` is "not among the ranked ideas".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delta {
    /// Where it stood.
    pub from: Option<Place>,
    /// Where it stands now.
    pub to: Option<Place>,
}

impl Delta {
    /// The places it touches and what it adds to each.
    fn parts(self) -> impl Iterator<Item = (Place, i64)> {
        let from = self.from.map(|place| (place, -1));
        let to = self.to.map(|place| (place, 1));
        from.into_iter().chain(to)
    }
}

/// The ranked ideas, counted. Immutable: clones and successors share what did not change.
#[derive(Clone, Debug)]
pub struct Histogram {
    all: Class,
    by_n: BTreeMap<u32, Class>,
}

/// At place `k`: ideas whose key lies below the `k`th of all keys, the lowest being the 0th.
/// Signed: a change may
/// be folded before the one it follows, and the sums are right once both are in.
type Class = Arc<[i32]>;

impl Default for Histogram {
    fn default() -> Self {
        Self {
            all: nobody(),
            by_n: BTreeMap::new(),
        }
    }
}

impl Histogram {
    /// The ideas of these places, counted.
    pub fn of(places: impl IntoIterator<Item = Place>) -> Self {
        let come: Vec<Delta> = places
            .into_iter()
            .map(|place| Delta {
                from: None,
                to: Some(place),
            })
            .collect();
        Self::default().with(&come)
    }

    /// This one with the changes folded in, in whatever order they come.
    pub fn with(&self, deltas: &[Delta]) -> Self {
        let mut changes: BTreeMap<u32, Vec<(i32, i32)>> = BTreeMap::new();
        for (place, by) in deltas.iter().flat_map(|delta| delta.parts()) {
            changes
                .entry(place.n)
                .or_default()
                .push((place.key, by as i32));
        }
        let mut by_n = self.by_n.clone();
        for (&n, changes) in &changes {
            let class = by_n.get(&n).cloned().unwrap_or_else(nobody);
            let class = changed(&class, changes);
            if class.iter().all(|&count| count == 0) {
                by_n.remove(&n);
            } else {
                by_n.insert(n, class);
            }
        }
        let all: Vec<(i32, i32)> = changes.into_values().flatten().collect();
        Self {
            all: changed(&self.all, &all),
            by_n,
        }
    }
}

fn nobody() -> Class {
    vec![0; KEYS + 1].into()
}

fn changed(class: &[i32], changes: &[(i32, i32)]) -> Class {
    let mut more = vec![0; KEYS + 1];
    for &(key, by) in changes {
        more[slot(key) + 1] += by;
    }
    let mut so_far = 0;
    class
        .iter()
        .zip(more)
        .map(|(&below, more)| {
            so_far += more;
            below + so_far
        })
        .collect()
}

/// The place of a key; one outside of all counts at their end.
fn slot(key: i32) -> usize {
    (key.clamp(LOWEST, HIGHEST) - LOWEST) as usize
}

/// Ideas of the class with a key above `key`.
fn above(class: &[i32], key: i64) -> i64 {
    let from = (key + 1).clamp(0, KEYS as i64) as usize;
    i64::from(class[KEYS] - class[from])
}

/// Ideas of the class with a key below `key`.
fn below(class: &[i32], key: i64) -> i64 {
    i64::from(class[key.clamp(0, KEYS as i64) as usize])
}

/// The ranks of this moment: what is folded, and the changes that are not yet. Looking up
/// costs a step per class of n and one per unfolded change, however many ideas there are.
#[derive(Clone, Copy, Debug)]
pub struct Ranks<'a> {
    /// The changes folded so far.
    pub folded: &'a Histogram,
    /// Those that are not, in any order.
    pub tail: &'a [Delta],
}

impl Ranks<'_> {
    /// How many ideas are ranked.
    pub fn total(&self) -> u32 {
        count(i64::from(self.folded.all[KEYS]) + self.of_tail(|_| true))
    }

    /// How many have a higher key.
    pub fn better_than(&self, key: i32) -> u32 {
        let folded = above(&self.folded.all, slot(key) as i64);
        count(folded + self.of_tail(|place| slot(place.key) > slot(key)))
    }

    /// The rank of that key: 1 + how many have a higher one, so that equals share a rank and
    /// the next one is left out (1-2-2-4). For an idea that is not counted it is the rank it
    /// would take.
    pub fn rank(&self, key: i32) -> u32 {
        1 + self.better_than(key)
    }

    /// How many others have exactly that key. `is_counted` says whether the idea itself is
    /// among the ranked ones.
    pub fn tied(&self, key: i32, is_counted: bool) -> u32 {
        let at = slot(key) as i64;
        let folded = below(&self.folded.all, at + 1) - below(&self.folded.all, at);
        let here = folded + self.of_tail(|place| slot(place.key) == slot(key));
        count(here - i64::from(is_counted))
    }

    /// The likely range of the rank of an idea at that place (SCORING.md §8): each rival is
    /// compared at 90 %, on the shown scores. An idea that is not counted (`is_counted` false)
    /// gets the range it would have if it were.
    pub fn bands(&self, place: Place, is_counted: bool, yardstick: &Yardstick) -> Bands {
        let key = slot(place.key) as i64;
        // A gap in whole hundredths is above the threshold iff it is above its floor.
        let clear = |n: u32| (100.0 * yardstick.clear_gap(place.n, n)).floor() as i64;
        let (mut better, mut worse) = (0, 0);
        for (&n, class) in &self.folded.by_n {
            better += above(class, key + clear(n));
            worse += below(class, key - clear(n));
        }
        for (rival, by) in self.tail.iter().flat_map(|delta| delta.parts()) {
            let gap = slot(rival.key) as i64 - key;
            if gap.abs() > clear(rival.n) {
                if gap > 0 {
                    better += by;
                } else {
                    worse += by;
                }
            }
        }
        let (better, worse) = (count(better), count(worse));
        // Nobody is clearly better or worse than themselves, so only the total must know
        // whether the idea is in it.
        let among = self.total() + u32::from(!is_counted);
        Bands {
            low: 1 + better,
            high: among.saturating_sub(worse),
            clearly_better: better,
            clearly_worse: worse,
        }
    }

    /// How many ideas stand at each place, those without any left out.
    pub fn places(&self) -> BTreeMap<(u32, i32), u32> {
        let mut counts: BTreeMap<(u32, i32), i64> = BTreeMap::new();
        for (&n, class) in &self.folded.by_n {
            for key in LOWEST..=HIGHEST {
                let at = slot(key) as i64;
                let here = below(class, at + 1) - below(class, at);
                if here != 0 {
                    counts.insert((n, key), here);
                }
            }
        }
        for (place, by) in self.tail.iter().flat_map(|delta| delta.parts()) {
            *counts
                .entry((place.n, place.key.clamp(LOWEST, HIGHEST)))
                .or_default() += by;
        }
        let some = counts.into_iter().filter(|(_, here)| *here > 0);
        some.map(|(place, here)| (place, count(here))).collect()
    }

    fn of_tail(&self, holds: impl Fn(Place) -> bool) -> i64 {
        self.tail
            .iter()
            .flat_map(|delta| delta.parts())
            .filter(|&(place, _)| holds(place))
            .map(|(_, by)| by)
            .sum()
    }
}

/// A count caught between a change and the one it follows may be below nothing for a moment.
fn count(signed: i64) -> u32 {
    u32::try_from(signed.max(0)).unwrap_or(u32::MAX)
}
