//! What remains of a score once it is known who is generous and who is strict (SCORING.md §4,
//! §5): *an idea's score is the mean of its assessments after removing each assessor's
//! leniency; an assessor's leniency is the sum of their gaps to those scores divided by
//! (number of assessments + 3)*. How sure that is, is asked of `panels`.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Pool;

/// λ: how many assessments' worth of doubt speaks for an assessor being like everybody.
pub const LAMBDA: f64 = 3.0;

/// The leniencies lie no farther than this from the exact ones, in points.
const PRECISION: f64 = 1e-11;
/// More rounds than any set of assessments needs; what is not a number ends here too.
const ROUNDS: usize = 2_000;

/// One complete assessment that counts: who gave which idea how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rating {
    pub idea: Uuid,
    pub assessor: Uuid,
    /// 0 to 100, unrounded.
    pub total: f64,
}

/// The scores and leniencies that explain a set of assessments best.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// λ.
    pub lambda: f64,
    /// By id.
    pub ideas: Vec<FittedIdea>,
    /// By id. Within a component the leniencies add up to 0.
    pub assessors: Vec<FittedAssessor>,
    /// Into how many parts the ideas fall that share no assessor: more than one, and scores
    /// of different parts are hardly comparable. 0 without assessments.
    pub components: u32,
    /// What spread and degrees of freedom are made of: RSS = Σ(y−θ−β)² + λΣβ².
    pub pool: Pool,
    /// The same of plain means, which disagreement is measured with.
    pub plain: Pool,
    /// The assessors of each idea, by their place in `assessors`, idea after idea.
    pub(super) panels: Vec<Vec<u32>>,
}

/// An idea of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedIdea {
    pub id: Uuid,
    /// Assessments, from 1.
    pub n: u32,
    /// The plain mean of them.
    pub raw: f64,
    /// The mean after removing leniencies, unrounded and not clipped: it may leave 0–100 by
    /// a few points.
    pub theta: f64,
    /// Part of the whole it belongs to, from 0.
    pub component: u32,
}

/// An assessor of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedAssessor {
    pub id: Uuid,
    /// Assessments, from 1.
    pub assessments: u32,
    /// Points more (generous) or less (strict) than colleagues on the same ideas.
    pub leniency: f64,
    /// Part of the whole they belong to, from 0.
    pub component: u32,
}

impl Fit {
    /// The fit of assessments in whatever order they come, one per idea and assessor. It
    /// costs little more than sorting them, however many ideas and assessors there are.
    pub fn of(ratings: &[Rating]) -> Self {
        Self::with(LAMBDA, ratings)
    }

    /// The same with another λ, above 0.
    pub fn with(lambda: f64, ratings: &[Rating]) -> Self {
        let design = Design::of(ratings);
        let raw: Vec<f64> = design.ideas.iter().map(|idea| idea.mean_total()).collect();
        let leniencies = design.leniencies(lambda, &raw);
        let components = design.components();
        let (mut pool, mut plain) = (Pool::default(), Pool::default());
        let ideas: Vec<FittedIdea> = design
            .ideas
            .iter()
            .zip(&raw)
            .map(|(idea, &raw)| {
                let theta = raw - idea.mean_of(&leniencies);
                let squares = |gap: &dyn Fn(u32, f64) -> f64| -> f64 {
                    idea.rows.iter().map(|&(r, y)| gap(r, y).powi(2)).sum()
                };
                let part = |rss: f64| Pool {
                    ideas: 1,
                    assessments: idea.rows.len() as i64,
                    rss_micro: micro(rss),
                };
                pool += part(squares(&|r, y| y - theta - leniencies[r as usize]));
                plain += part(squares(&|_, y| y - raw));
                FittedIdea {
                    id: idea.id,
                    n: idea.rows.len() as u32,
                    raw,
                    theta,
                    component: components[idea.rows[0].0 as usize],
                }
            })
            .collect();
        let doubts = leniencies.iter().map(|beta| micro(lambda * beta * beta));
        pool.rss_micro = doubts.fold(pool.rss_micro, i64::saturating_add);
        let assessors = (0..design.assessors.len()).map(|r| FittedAssessor {
            id: design.assessors[r],
            assessments: design.counts[r],
            leniency: leniencies[r],
            component: components[r],
        });
        Self {
            lambda,
            ideas,
            assessors: assessors.collect(),
            components: components.iter().map(|c| c + 1).max().unwrap_or(0),
            pool,
            plain,
            panels: design.ideas.iter().map(Design::panel).collect(),
        }
    }

    /// An idea of the fit; `None` for others.
    pub fn idea(&self, id: Uuid) -> Option<&FittedIdea> {
        let at = self.ideas.binary_search_by_key(&id, |idea| idea.id);
        at.ok().map(|at| &self.ideas[at])
    }

    /// An assessor of the fit; `None` for others.
    pub fn assessor(&self, id: Uuid) -> Option<&FittedAssessor> {
        let at = self.assessors.binary_search_by_key(&id, |who| who.id);
        at.ok().map(|at| &self.assessors[at])
    }

    /// Points more or less than colleagues; 0 for whom the fit does not know.
    pub fn leniency(&self, assessor: Uuid) -> f64 {
        self.assessor(assessor).map_or(0.0, |who| who.leniency)
    }
}

/// Millionths, rounded once: sums of them are exact.
fn micro(squares: f64) -> i64 {
    (squares * 1e6).round() as i64
}

/// Who assessed what, in the order of ids.
struct Design {
    ideas: Vec<Rows>,
    assessors: Vec<Uuid>,
    /// Assessments of each assessor.
    counts: Vec<u32>,
}

/// The assessments of one idea: assessor, by place, and total.
struct Rows {
    id: Uuid,
    rows: Vec<(u32, f64)>,
}

impl Rows {
    fn mean_total(&self) -> f64 {
        self.rows.iter().map(|&(_, y)| y).sum::<f64>() / self.rows.len() as f64
    }

    fn mean_of(&self, of_assessors: &[f64]) -> f64 {
        let all = self.rows.iter().map(|&(r, _)| of_assessors[r as usize]);
        all.sum::<f64>() / self.rows.len() as f64
    }
}

impl Design {
    fn of(ratings: &[Rating]) -> Self {
        let mut places: BTreeMap<Uuid, u32> =
            ratings.iter().map(|rating| (rating.assessor, 0)).collect();
        for (place, at) in places.values_mut().enumerate() {
            *at = place as u32;
        }
        let mut rows: Vec<(Uuid, u32, f64)> = ratings
            .iter()
            .map(|rating| (rating.idea, places[&rating.assessor], rating.total))
            .collect();
        rows.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let mut counts = vec![0; places.len()];
        let mut ideas: Vec<Rows> = Vec::new();
        for (id, r, y) in rows {
            counts[r as usize] += 1;
            match ideas.last_mut() {
                Some(last) if last.id == id => last.rows.push((r, y)),
                _ => ideas.push(Rows {
                    id,
                    rows: vec![(r, y)],
                }),
            }
        }
        Self {
            ideas,
            assessors: places.into_keys().collect(),
            counts,
        }
    }

    fn panel(rows: &Rows) -> Vec<u32> {
        rows.rows.iter().map(|&(r, _)| r).collect()
    }

    /// β of Kβ = Σ_i y_ir − Nᵀraw by conjugate gradients: K is never written down, so that
    /// thousands of assessors cost no more than their assessments.
    fn leniencies(&self, lambda: f64, raw: &[f64]) -> Vec<f64> {
        let mut wanted = vec![0.0; self.assessors.len()];
        for (idea, raw) in self.ideas.iter().zip(raw) {
            for &(r, y) in &idea.rows {
                wanted[r as usize] += y - raw;
            }
        }
        let mut found = vec![0.0; wanted.len()];
        // The second pass starts from the true remainder and takes what rounding left over.
        for _ in 0..2 {
            let reached = self.times_k(lambda, &found);
            let rest: Vec<f64> = wanted.iter().zip(reached).map(|(w, r)| w - r).collect();
            for (found, more) in found.iter_mut().zip(self.solve(lambda, rest)) {
                *found += more;
            }
        }
        found
    }

    fn solve(&self, lambda: f64, mut rest: Vec<f64>) -> Vec<f64> {
        let scale = |r: usize| f64::from(self.counts[r]) + lambda;
        let scaled = |rest: &[f64]| -> Vec<f64> {
            let parts = rest.iter().enumerate();
            parts.map(|(r, rest)| rest / scale(r)).collect()
        };
        let mut found = vec![0.0; rest.len()];
        let mut step = scaled(&rest);
        let mut size = dot(&rest, &step);
        for _ in 0..ROUNDS {
            // No eigenvalue of K is below λ, so this bounds the error of the leniencies.
            if dot(&rest, &rest).sqrt() <= lambda * PRECISION {
                break;
            }
            let turned = self.times_k(lambda, &step);
            let along = size / dot(&step, &turned);
            if !along.is_finite() {
                break;
            }
            for r in 0..found.len() {
                found[r] += along * step[r];
                rest[r] -= along * turned[r];
            }
            let next = scaled(&rest);
            let grown = dot(&rest, &next);
            let keep = grown / size;
            size = grown;
            for (step, next) in step.iter_mut().zip(next) {
                *step = next + keep * *step;
            }
        }
        found
    }

    /// K·v, with K = diag(m) + λI − NᵀA.
    fn times_k(&self, lambda: f64, v: &[f64]) -> Vec<f64> {
        let mut product: Vec<f64> = v
            .iter()
            .zip(&self.counts)
            .map(|(v, &m)| (f64::from(m) + lambda) * v)
            .collect();
        for idea in &self.ideas {
            let mean = idea.mean_of(v);
            for &(r, _) in &idea.rows {
                product[r as usize] -= mean;
            }
        }
        product
    }

    /// The part of the whole each assessor belongs to, numbered in the order of ideas.
    fn components(&self) -> Vec<u32> {
        let mut leads: Vec<u32> = (0..self.assessors.len() as u32).collect();
        for idea in &self.ideas {
            let first = root(&mut leads, idea.rows[0].0);
            for &(r, _) in &idea.rows {
                let other = root(&mut leads, r);
                leads[other as usize] = first;
            }
        }
        let mut numbers = BTreeMap::new();
        for idea in &self.ideas {
            let next = numbers.len() as u32;
            numbers
                .entry(root(&mut leads, idea.rows[0].0))
                .or_insert(next);
        }
        let all = 0..self.assessors.len() as u32;
        all.map(|r| numbers[&root(&mut leads, r)]).collect()
    }
}

/// Who speaks for the part `of` belongs to; the way there is halved for the next asker.
fn root(leads: &mut [u32], mut of: u32) -> u32 {
    while leads[of as usize] != of {
        leads[of as usize] = leads[leads[of as usize] as usize];
        of = leads[of as usize];
    }
    of
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
