//! What a judge looks at next: where one more look tells most.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Strengths;

/// A project a judge may be sent to: not seen by them yet, present, no conflict of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: Uuid,
    /// Judges who have been there.
    pub visits: u32,
}

/// Where to send `judge`: who had fewest visits, of those where comparing with the judge's
/// `placed` projects tells most in all, of those by lot; the same seed draws the same lots.
pub fn next_project(
    fit: &Strengths,
    candidates: &[Candidate],
    placed: &[Uuid],
    judge: Uuid,
    seed: u64,
) -> Option<Uuid> {
    let mut placed: Vec<usize> = placed.iter().filter_map(|id| fit.place(*id)).collect();
    placed.sort_unstable();
    let telling = |id: Uuid| -> f64 {
        let Some(own) = fit.place(id) else {
            return 0.0;
        };
        placed
            .iter()
            .map(|&other| fit.information(own, other))
            .sum()
    };
    let best = candidates.iter().min_by(|a, b| {
        let by_visits = a.visits.cmp(&b.visits);
        by_visits
            .then_with(|| telling(b.id).total_cmp(&telling(a.id)))
            .then_with(|| lot(seed, judge, &[a.id]).cmp(&lot(seed, judge, &[b.id])))
    });
    best.map(|candidate| candidate.id)
}

/// The pair of `allowed` projects `judge` should compare next: the one that tells most of
/// those without their word, `judged` (in either order); of equals by lot.
pub fn next_pair(
    fit: &Strengths,
    allowed: &[Uuid],
    judged: &BTreeSet<(Uuid, Uuid)>,
    judge: Uuid,
    seed: u64,
) -> Option<(Uuid, Uuid)> {
    let places: BTreeSet<usize> = allowed.iter().filter_map(|id| fit.place(*id)).collect();
    let id = |place: usize| fit.projects[place].id;
    let is_judged =
        |a: usize, b: usize| judged.contains(&(id(a), id(b))) || judged.contains(&(id(b), id(a)));
    let pairs = places.iter().flat_map(|&a| {
        let rest = places.range(a + 1..);
        rest.map(move |&b| (a, b))
    });
    let best = pairs.filter(|&(a, b)| !is_judged(a, b)).max_by(|x, y| {
        let telling = |pair: &(usize, usize)| fit.information(pair.0, pair.1);
        let lots = |pair: &(usize, usize)| Reverse(lot(seed, judge, &[id(pair.0), id(pair.1)]));
        telling(x)
            .total_cmp(&telling(y))
            .then_with(|| lots(x).cmp(&lots(y)))
    });
    best.map(|(a, b)| (id(a), id(b)))
}

/// The lot of one judge and some projects.
fn lot(seed: u64, judge: Uuid, projects: &[Uuid]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(judge.as_bytes());
    for project in projects {
        hash.update(project.as_bytes());
    }
    hash.finalize().into()
}
