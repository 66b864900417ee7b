//! Why a rank moved within a week: what the idea's own score did, what others did, who came
//! and who left, and what a new version of the rubric did. The parts add up to the change
//! exactly. Pure; the steps come from the log of score changes.

use super::explain::ordinal;
use crate::platform::clock::Micros;
use std::collections::HashMap;
use uuid::Uuid;

/// What moved a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, async_graphql::Enum)]
#[graphql(name = "MovementCause")]
pub enum Cause {
    /// The idea's own score changed.
    OwnScore,
    /// Ideas that were ranked then and are now changed their scores.
    OthersMoved,
    /// Ideas are ranked that were not.
    NewIdeas,
    /// Ideas are ranked no more.
    IdeasLeft,
    /// Scores were computed again under a new version of the rubric.
    Rubric,
    /// More than one of these, also where they cancel out; or nothing at all, where the rank
    /// is the same.
    Several,
}

/// Where an idea stood in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// Its key, when it stood in the backlog.
    pub key: Option<i32>,
    /// It took a place that everybody sees.
    pub is_counted: bool,
}

impl Stand {
    fn counted(self) -> Option<i32> {
        self.key.filter(|_| self.is_counted)
    }
}

/// A row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Of one idea, a later step has a greater one.
    pub id: i64,
    pub idea: Uuid,
    pub at: Micros,
    pub from: Stand,
    pub to: Stand,
    /// Made by computing again under a new version of the rubric.
    pub is_rescored: bool,
}

/// The causes that other ideas can be.
const OF_OTHERS: [Cause; 4] = [
    Cause::OthersMoved,
    Cause::NewIdeas,
    Cause::IdeasLeft,
    Cause::Rubric,
];

/// Everything that happened since an instant: the steps of each idea, and what they add up
/// to. Looking up costs a step per unfolded row, however many there were.
#[derive(Clone, Debug, Default)]
pub struct Week {
    /// What is told of happened after this.
    pub since: Micros,
    steps: HashMap<Uuid, Vec<Step>>,
    /// By cause: the keys at which ideas were added, and how many from there upwards.
    added: [Vec<(i32, i64)>; OF_OTHERS.len()],
}

impl Week {
    /// What these steps of a week are, in any order.
    pub fn of(since: Micros, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut of: HashMap<Uuid, Vec<Step>> = HashMap::new();
        for step in steps.into_iter().filter(|step| step.at > since) {
            of.entry(step.idea).or_default().push(step);
        }
        let mut added: [HashMap<i32, i64>; OF_OTHERS.len()] = Default::default();
        for steps in of.values_mut() {
            in_order(steps);
            for (cause, key, by) in additions(steps) {
                *added[place(cause)].entry(key).or_default() += by;
            }
        }
        Self {
            since,
            steps: of,
            added: added.map(|by_key| {
                let mut keys: Vec<(i32, i64)> = by_key.into_iter().collect();
                keys.sort_unstable();
                let mut upwards = 0;
                for (_, count) in keys.iter_mut().rev() {
                    upwards += *count;
                    *count = upwards;
                }
                keys
            }),
        }
    }

    /// The same a little later, with more steps.
    pub fn moved_on(&self, since: Micros, more: &[Step]) -> Self {
        let kept = self.steps.values().flatten();
        Self::of(since, kept.chain(more).copied())
    }

    fn steps_of(&self, idea: Uuid) -> &[Step] {
        self.steps.get(&idea).map_or(&[], Vec::as_slice)
    }

    /// How many more ideas stand above a key by this cause.
    fn above(&self, cause: Cause, key: i32) -> i64 {
        let keys = &self.added[place(cause)];
        let from = keys.partition_point(|(at, _)| *at <= key);
        keys.get(from).map_or(0, |(_, upwards)| *upwards)
    }
}

/// A week with the rows that are not folded yet.
pub struct Recent<'a> {
    week: &'a Week,
    /// The steps of the ideas in the tail, old ones too.
    newer: HashMap<Uuid, Vec<Step>>,
}

impl<'a> Recent<'a> {
    /// The week and the rows after it, in any order.
    pub fn new(week: &'a Week, tail: &[Step]) -> Self {
        let mut newer: HashMap<Uuid, Vec<Step>> = HashMap::new();
        for step in tail.iter().filter(|step| step.at > week.since) {
            newer
                .entry(step.idea)
                .or_insert_with(|| week.steps_of(step.idea).to_vec())
                .push(*step);
        }
        newer.values_mut().for_each(in_order);
        Self { week, newer }
    }

    fn steps_of(&self, idea: Uuid) -> &[Step] {
        match self.newer.get(&idea) {
            Some(steps) => steps,
            None => self.week.steps_of(idea),
        }
    }

    /// The key an idea had then, that has this one now; `None` when it stood nowhere.
    pub fn key_then(&self, idea: Uuid, now: Option<i32>) -> Option<i32> {
        match self.steps_of(idea).first() {
            Some(step) => step.from.key,
            None => now,
        }
    }

    /// How many ranks an idea gained, by cause, given the key it had then, the ranks of then
    /// and now, and the rank that a key has among the others now.
    pub fn parts(
        &self,
        idea: Uuid,
        key_then: i32,
        (rank_then, rank_now): (u32, u32),
        among_others: impl Fn(i32) -> u32,
    ) -> Parts {
        let mut parts = Parts::default();
        for cause in OF_OTHERS {
            parts.add(cause, -self.week.above(cause, key_then));
        }
        let mut correct = |steps: &[Step], sign: i64| {
            for (cause, key, by) in additions(steps) {
                if key > key_then {
                    parts.add(cause, sign * -by);
                }
            }
        };
        for (other, steps) in &self.newer {
            correct(self.week.steps_of(*other), -1);
            correct(steps, 1);
        }
        // Nobody is another idea to themselves.
        correct(self.steps_of(idea), -1);
        let rank = |key| i64::from(among_others(key));
        let mut last = key_then;
        for step in self.steps_of(idea) {
            let Some(key) = step.to.key else { continue };
            let cause = if step.is_rescored {
                Cause::Rubric
            } else {
                Cause::OwnScore
            };
            parts.add(cause, rank(last) - rank(key));
            last = key;
        }
        // What was read at another moment than the ranks is others' doing.
        let change = i64::from(rank_then) - i64::from(rank_now);
        parts.add(Cause::OthersMoved, change - parts.sum());
        parts
    }
}

fn in_order(steps: &mut Vec<Step>) {
    steps.sort_unstable_by_key(|step| step.id);
    steps.dedup_by_key(|step| step.id);
}

fn place(cause: Cause) -> usize {
    OF_OTHERS.iter().position(|one| *one == cause).unwrap_or(0)
}

/// What the steps of one idea in a week add to the ranked ideas, and where. Who came and
/// left in between did neither.
fn additions(steps: &[Step]) -> Vec<(Cause, i32, i64)> {
    let then = steps.first().and_then(|step| step.from.counted());
    let now = steps.last().and_then(|step| step.to.counted());
    let (mut last, now) = match (then, now) {
        (None, None) => return Vec::new(),
        (None, Some(now)) => return vec![(Cause::NewIdeas, now, 1)],
        (Some(then), None) => return vec![(Cause::IdeasLeft, then, -1)],
        (Some(then), Some(now)) => (then, now),
    };
    let mut added = Vec::new();
    for step in steps {
        let Some(key) = step.to.counted().filter(|key| *key != last) else {
            continue;
        };
        let cause = if step.is_rescored {
            Cause::Rubric
        } else {
            Cause::OthersMoved
        };
        added.extend([(cause, last, -1), (cause, key, 1)]);
        last = key;
    }
    debug_assert_eq!(last, now);
    added
}

/// How many ranks were gained by each cause; negative where they were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts([i64; 5]);

/// In the order in which they are told.
const TOLD: [Cause; 5] = [
    Cause::OwnScore,
    Cause::Rubric,
    Cause::OthersMoved,
    Cause::NewIdeas,
    Cause::IdeasLeft,
];

impl Parts {
    fn add(&mut self, cause: Cause, by: i64) {
        if let Some(place) = TOLD.iter().position(|one| *one == cause) {
            self.0[place] += by;
        }
    }

    fn sum(&self) -> i64 {
        self.0.iter().sum()
    }

    /// Those that moved it.
    pub fn told(&self) -> Vec<(Cause, i64)> {
        let all = TOLD.into_iter().zip(self.0);
        all.filter(|(_, by)| *by != 0).collect()
    }

    /// The one cause of the whole change, else `Several`.
    pub fn cause(&self) -> Cause {
        match self.told()[..] {
            [(cause, _)] => cause,
            _ => Cause::Several,
        }
    }

    /// "Up 3 places, from 7th to 4th: its own score lifted it by 5, new ideas cost it 2."
    pub fn sentence(&self, rank_then: u32, rank_now: u32) -> String {
        let by = rank_then.abs_diff(rank_now);
        let places = if by == 1 { "place" } else { "places" };
        let (then, now) = (ordinal(rank_then), ordinal(rank_now));
        let moved = match rank_then.cmp(&rank_now) {
            std::cmp::Ordering::Greater => format!("Up {by} {places}, from {then} to {now}"),
            std::cmp::Ordering::Less => format!("Down {by} {places}, from {then} to {now}"),
            std::cmp::Ordering::Equal => format!("Still {now}"),
        };
        let parts: Vec<String> = self.told().into_iter().map(part).collect();
        if parts.is_empty() {
            return format!("{moved}, as a week ago.");
        }
        format!("{moved}: {}.", parts.join(", "))
    }
}

fn part((cause, by): (Cause, i64)) -> String {
    let who = match cause {
        Cause::OwnScore => "its own score",
        Cause::Rubric => "a new version of the rubric",
        Cause::NewIdeas => "new ideas",
        Cause::IdeasLeft => "ideas that left",
        Cause::OthersMoved | Cause::Several => "other ideas' scores",
    };
    if by > 0 {
        format!("{who} lifted it by {by}")
    } else {
        format!("{who} cost it {}", -by)
    }
}
