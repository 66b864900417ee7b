//! From what judges handed in to the comparisons that count.

use std::collections::BTreeMap;

use uuid::Uuid;

/// Who came first of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    First,
    Second,
    /// Half for each.
    Tie,
}

/// What a judge handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ballot {
    /// A vote between two.
    Vote {
        judge: Uuid,
        a: Uuid,
        b: Uuid,
        verdict: Verdict,
    },
    /// Projects with their places, the smallest first; equal places are ties.
    Order {
        judge: Uuid,
        places: Vec<(Uuid, u32)>,
    },
}

/// One judge's word on one pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    pub judge: Uuid,
    pub a: Uuid,
    pub b: Uuid,
    /// 1, or ½ where it follows from an order of three or more: its pairs hang together.
    pub weight: f64,
    pub verdict: Verdict,
}

/// The comparisons that count of ballots in the order they were handed in, by judge and pair:
/// a judge's last word on a pair, and what a running order says before any direct vote of its
/// judge on that pair. A pair of one project with itself is passed over.
pub fn comparisons(ballots: &[Ballot]) -> Vec<Comparison> {
    let mut votes = BTreeMap::new();
    let mut orders = BTreeMap::new();
    for ballot in ballots {
        match ballot {
            Ballot::Vote {
                judge,
                a,
                b,
                verdict,
            } => keep(&mut votes, *judge, (*a, *b), 1.0, *verdict),
            Ballot::Order { judge, places } => {
                let weight = if places.len() > 2 { 0.5 } else { 1.0 };
                for (at, (a, place)) in places.iter().enumerate() {
                    for (b, other) in &places[..at] {
                        let verdict = match place.cmp(other) {
                            std::cmp::Ordering::Less => Verdict::First,
                            std::cmp::Ordering::Equal => Verdict::Tie,
                            std::cmp::Ordering::Greater => Verdict::Second,
                        };
                        keep(&mut orders, *judge, (*a, *b), weight, verdict);
                    }
                }
            }
        }
    }
    votes.extend(orders);
    votes.into_values().collect()
}

fn keep(
    kept: &mut BTreeMap<(Uuid, Uuid, Uuid), Comparison>,
    judge: Uuid,
    (a, b): (Uuid, Uuid),
    weight: f64,
    verdict: Verdict,
) {
    let turned = match verdict {
        Verdict::First => Verdict::Second,
        Verdict::Second => Verdict::First,
        Verdict::Tie => Verdict::Tie,
    };
    let (a, b, verdict) = match a.cmp(&b) {
        std::cmp::Ordering::Less => (a, b, verdict),
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Greater => (b, a, turned),
    };
    let comparison = Comparison {
        judge,
        a,
        b,
        weight,
        verdict,
    };
    kept.insert((judge, a, b), comparison);
}
