//! Who shall assess what, so that everybody has about as much to do and every idea can be
//! compared with every other: a plan in which no load can be lowered by asking somebody else,
//! and in which assessors and ideas hang together as far as that is possible without raising
//! one. The same input and seed give the same plan, whatever order it comes in.

use crate::ideas::domain::IdeaId;
use crate::identity::domain::MemberId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use uuid::Uuid;

/// One idea for which assessors are wanted.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// Those who assess it already.
    pub has: BTreeSet<MemberId>,
    /// Those who must not.
    pub barred: BTreeSet<MemberId>,
}

/// Who is asked for what, in the order of the ideas and the assessors: every idea comes to
/// `per_idea` assessors, as far as there are any who may. `loads` says of everybody who could
/// be asked how much they owe already.
pub fn plan(
    tasks: &BTreeMap<IdeaId, Task>,
    loads: &BTreeMap<MemberId, usize>,
    per_idea: usize,
    seed: u64,
) -> Vec<(IdeaId, MemberId)> {
    let mut plan = Plan::begun(tasks, loads);
    plan.ask_the_least_loaded(tasks, per_idea, seed);
    plan.even_out();
    plan.tie_together(tasks);
    plan.told(tasks, loads)
}

/// Steps after which a plan is good enough: it is made while others wait.
const MOST_STEPS: usize = 50_000_000;

/// Ideas and assessors by their place in the order of their ids.
struct Plan {
    /// Who could be asked for an idea, those who are asked aside.
    may: Vec<Vec<bool>>,
    /// Who is asked for an idea,
    asked: Vec<BTreeSet<usize>>,
    /// and for what somebody is asked.
    asks: Vec<BTreeSet<usize>>,
    load: Vec<usize>,
    steps: usize,
}

impl Plan {
    fn begun(tasks: &BTreeMap<IdeaId, Task>, loads: &BTreeMap<MemberId, usize>) -> Self {
        let may = |task: &Task| {
            let may = |who: &MemberId| !task.has.contains(who) && !task.barred.contains(who);
            loads.keys().map(may).collect()
        };
        Self {
            may: tasks.values().map(may).collect(),
            asked: vec![BTreeSet::new(); tasks.len()],
            asks: vec![BTreeSet::new(); loads.len()],
            load: loads.values().copied().collect(),
            steps: 0,
        }
    }

    fn ask(&mut self, idea: usize, who: usize) {
        self.may[idea][who] = false;
        self.asked[idea].insert(who);
        self.asks[who].insert(idea);
        self.load[who] += 1;
    }

    fn spare(&mut self, idea: usize, who: usize) {
        self.may[idea][who] = true;
        self.asked[idea].remove(&who);
        self.asks[who].remove(&idea);
        self.load[who] -= 1;
    }

    /// Round by round, so that no idea takes all who have time from another.
    fn ask_the_least_loaded(&mut self, tasks: &BTreeMap<IdeaId, Task>, per_idea: usize, seed: u64) {
        let seeds: Vec<u64> = tasks.keys().map(|id| mixed(seed, id.0)).collect();
        let mut order: Vec<usize> = (0..tasks.len()).collect();
        order.sort_by_key(|idea| (seeds[*idea], *idea));
        let wanted: Vec<usize> = tasks
            .values()
            .map(|task| per_idea.saturating_sub(task.has.len()))
            .collect();
        let chances: Vec<u64> = (0..self.load.len() as u64)
            .map(|who| splitmix(seed.wrapping_add(splitmix(who))))
            .collect();
        for round in 0..per_idea {
            for &idea in &order {
                if round >= wanted[idea] {
                    continue;
                }
                let free = (0..self.load.len()).filter(|who| self.may[idea][*who]);
                let next = free.min_by_key(|who| {
                    let chance = splitmix(seeds[idea] ^ chances[*who]);
                    (self.load[*who], chance, *who)
                });
                if let Some(who) = next {
                    self.ask(idea, who);
                }
            }
        }
    }

    /// Hands on from whoever has two more than somebody else, along a way of ideas that others
    /// between them can take over, until there is no such way.
    fn even_out(&mut self) {
        let mut sources: Vec<usize> = (0..self.load.len()).collect();
        loop {
            sources.sort_by_key(|who| (std::cmp::Reverse(self.load[*who]), *who));
            let Some(way) = sources.iter().find_map(|who| self.way_down(*who)) else {
                return;
            };
            for (from, idea, to) in way {
                self.spare(idea, from);
                self.ask(idea, to);
            }
        }
    }

    /// The shortest way from somebody to one who has at least two less to do.
    fn way_down(&mut self, source: usize) -> Option<Vec<(usize, usize, usize)>> {
        let lowest = self.load.iter().min()?;
        if self.load[source] < lowest + 2 || self.steps > MOST_STEPS {
            return None;
        }
        let mut before: Vec<Option<(usize, usize)>> = vec![None; self.load.len()];
        let mut next = VecDeque::from([source]);
        while let Some(from) = next.pop_front() {
            for &idea in &self.asks[from] {
                self.steps += self.load.len();
                for to in 0..self.load.len() {
                    if !self.may[idea][to] || to == source || before[to].is_some() {
                        continue;
                    }
                    before[to] = Some((from, idea));
                    if self.load[to] + 2 <= self.load[source] {
                        return Some(back(&before, source, to));
                    }
                    next.push_back(to);
                }
            }
        }
        None
    }

    /// Lets assessors of groups of ideas that share nobody change places, as long as that joins
    /// the groups; loads stay as they are, or come closer.
    fn tie_together(&mut self, tasks: &BTreeMap<IdeaId, Task>) {
        while self.steps <= MOST_STEPS {
            let graph = Graph::of(self, tasks);
            let Some(change) = self.joining(&graph) else {
                return;
            };
            let (idea, who, other, in_turn) = change;
            self.spare(idea, who);
            if let Some(their_idea) = in_turn {
                self.spare(their_idea, other);
                self.ask(their_idea, who);
            }
            self.ask(idea, other);
        }
    }

    /// An idea, whoever is asked for it though it hangs together without them, somebody of
    /// another group to be asked instead, and the idea that is theirs to give in turn.
    fn joining(&mut self, graph: &Graph) -> Option<(usize, usize, usize, Option<usize>)> {
        if graph.groups < 2 {
            return None;
        }
        let spare: Vec<(usize, usize)> = self.edges().filter(|it| graph.is_spare(*it)).collect();
        let all: Vec<(usize, usize)> = self.edges().collect();
        for &(idea, who) in &spare {
            self.steps += all.len();
            let changes = all.iter().find(|(theirs, other)| {
                graph.idea(*theirs) != graph.idea(idea)
                    && self.may[idea][*other]
                    && self.may[*theirs][who]
            });
            if let Some(&(theirs, other)) = changes {
                return Some((idea, who, other, Some(theirs)));
            }
        }
        for &(idea, who) in &spare {
            self.steps += self.load.len();
            let takes = (0..self.load.len()).find(|other| {
                graph.is_asked(*other)
                    && graph.assessor(*other) != graph.idea(idea)
                    && self.may[idea][*other]
                    && self.load[*other] < self.load[who]
            });
            if let Some(other) = takes {
                return Some((idea, who, other, None));
            }
        }
        None
    }

    fn edges(&self) -> impl Iterator<Item = (usize, usize)> {
        let of = |(idea, asked): (usize, &BTreeSet<usize>)| {
            let pairs: Vec<_> = asked.iter().map(|who| (idea, *who)).collect();
            pairs
        };
        self.asked.iter().enumerate().flat_map(of)
    }

    fn told(
        self,
        tasks: &BTreeMap<IdeaId, Task>,
        loads: &BTreeMap<MemberId, usize>,
    ) -> Vec<(IdeaId, MemberId)> {
        let ideas: Vec<IdeaId> = tasks.keys().copied().collect();
        let people: Vec<MemberId> = loads.keys().copied().collect();
        self.edges()
            .map(|(idea, who)| (ideas[idea], people[who]))
            .collect()
    }
}

/// The way that was found, from its end back to its source: each step empties the place that
/// the next one needs.
fn back(
    before: &[Option<(usize, usize)>],
    source: usize,
    end: usize,
) -> Vec<(usize, usize, usize)> {
    let (mut way, mut to) = (Vec::new(), end);
    while let Some((from, idea)) = before[to] {
        way.push((from, idea, to));
        if from == source {
            break;
        }
        to = from;
    }
    way
}

/// Ideas and assessors as one graph: who assesses what, asked for or not.
struct Graph {
    ideas: usize,
    /// The group of every idea, then of every assessor.
    group: Vec<usize>,
    groups: usize,
    /// Edges that hold two parts together.
    bridges: BTreeSet<(usize, usize)>,
    edges: Vec<Vec<usize>>,
}

impl Graph {
    fn of(plan: &Plan, tasks: &BTreeMap<IdeaId, Task>) -> Self {
        let ideas = plan.asked.len();
        // Those who are not asked any more may still hold ideas together.
        let mut others: BTreeMap<MemberId, usize> = BTreeMap::new();
        let mut edges: Vec<Vec<usize>> = vec![Vec::new(); ideas + plan.load.len()];
        for (idea, who) in plan.edges() {
            edges[idea].push(ideas + who);
            edges[ideas + who].push(idea);
        }
        for (idea, task) in tasks.values().enumerate() {
            for who in &task.has {
                let place = *others.entry(*who).or_insert(edges.len());
                if place == edges.len() {
                    edges.push(Vec::new());
                }
                edges[idea].push(place);
                edges[place].push(idea);
            }
        }
        let mut graph = Self {
            ideas,
            group: vec![usize::MAX; edges.len()],
            groups: 0,
            bridges: BTreeSet::new(),
            edges,
        };
        graph.walk();
        graph
    }

    fn idea(&self, idea: usize) -> usize {
        self.group[idea]
    }

    fn assessor(&self, who: usize) -> usize {
        self.group[self.ideas + who]
    }

    fn is_asked(&self, who: usize) -> bool {
        !self.edges[self.ideas + who].is_empty()
    }

    fn is_spare(&self, (idea, who): (usize, usize)) -> bool {
        !self.bridges.contains(&(idea, self.ideas + who))
    }

    /// Groups and bridges, by going as deep as possible and looking how far back one gets.
    fn walk(&mut self) {
        let count = self.edges.len();
        let (mut seen_at, mut back_to) = (vec![usize::MAX; count], vec![usize::MAX; count]);
        let mut time = 0;
        for root in 0..count {
            // Who is asked for nothing belongs to nothing.
            if seen_at[root] != usize::MAX || self.edges[root].is_empty() {
                continue;
            }
            let group = self.groups;
            self.groups += 1;
            let mut path: Vec<(usize, usize, usize)> = vec![(root, usize::MAX, 0)];
            while let Some(&mut (place, from, ref mut next)) = path.last_mut() {
                if *next == 0 {
                    (seen_at[place], back_to[place]) = (time, time);
                    self.group[place] = group;
                    time += 1;
                }
                let Some(&to) = self.edges[place].get(*next) else {
                    path.pop();
                    if let Some(&(above, _, _)) = path.last() {
                        back_to[above] = back_to[above].min(back_to[place]);
                        if back_to[place] > seen_at[above] {
                            self.bridges.insert((above.min(place), above.max(place)));
                        }
                    }
                    continue;
                };
                *next += 1;
                if to == from {
                    continue;
                }
                if seen_at[to] == usize::MAX {
                    path.push((to, place, 0));
                } else {
                    back_to[place] = back_to[place].min(seen_at[to]);
                }
            }
        }
    }
}

fn mixed(seed: u64, id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    splitmix(splitmix(seed ^ high) ^ low)
}

/// A number that looks as if it were drawn, the same for the same one (SplitMix64).
fn splitmix(from: u64) -> u64 {
    let mut z = from.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
