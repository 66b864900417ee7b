//! How far a score may lie from the truth (SCORING.md §5, §6): one spread pooled over all
//! published ideas, with a weak prior, never the standard deviation of three numbers.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use super::key_of;
use super::student::quantile;

/// ν0 and σ0: what is believed before anybody rated, worth four assessments.
pub const PRIOR_DF: f64 = 4.0;
/// σ0, in points.
pub const PRIOR_SPREAD: f64 = 15.0;
/// A spread below this many points is never called a disagreement.
const LEAST_DISAGREEMENT: f64 = 10.0;

/// What the published ideas of one rubric version add up to. Parts can be added and taken
/// away in any order without losing a bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Published ideas.
    pub ideas: i64,
    /// Their complete assessments.
    pub assessments: i64,
    /// Σ `IdeaScore::rss_micro`, in millionths.
    pub rss_micro: i64,
}

impl Pool {
    /// Degrees of freedom: ν0 + n − I, never below ν0.
    pub fn df(&self) -> f64 {
        // Every pooled idea has an assessment; a pool caught halfway through a change may
        // say otherwise for a moment, and the prior still stands.
        PRIOR_DF + (self.assessments - self.ideas).max(0) as f64
    }

    /// σ̂ in points: √((ν0σ0² + RSS)/df).
    pub fn spread(&self) -> f64 {
        let rss = self.rss_micro.max(0) as f64 / 1e6;
        ((PRIOR_DF * PRIOR_SPREAD.powi(2) + rss) / self.df()).sqrt()
    }

    /// Quantile of Student's t with this pool's degrees of freedom; `p` from 0 to 1, not
    /// included.
    pub fn t(&self, p: f64) -> f64 {
        quantile(p, self.df())
    }

    /// Everything intervals and bands need, worked out once: take it once per page.
    pub fn yardstick(&self) -> Yardstick {
        Yardstick {
            spread: self.spread(),
            df: self.df(),
            t95: self.t(0.95),
            t975: self.t(0.975),
        }
    }

    /// As [`Yardstick::se`].
    pub fn se(&self, n: u32) -> f64 {
        self.spread() / f64::from(n).sqrt()
    }

    /// As [`Yardstick::interval`].
    pub fn interval(&self, theta: f64, n: u32) -> (f64, f64) {
        self.yardstick().interval(theta, n)
    }

    /// As [`Yardstick::disagreement`].
    pub fn disagreement(&self, n: u32, sd: Option<f64>) -> Disagreement {
        disagreement(self.spread(), n, sd)
    }
}

impl Add for Pool {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            ideas: self.ideas + other.ideas,
            assessments: self.assessments + other.assessments,
            rss_micro: self.rss_micro + other.rss_micro,
        }
    }
}

impl Sub for Pool {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            ideas: self.ideas - other.ideas,
            assessments: self.assessments - other.assessments,
            rss_micro: self.rss_micro - other.rss_micro,
        }
    }
}

impl AddAssign for Pool {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Pool {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Pool {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}

/// How far apart the assessors of one idea are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum Disagreement {
    /// Fewer than two assessments.
    NotApplicable,
    /// As near to each other as assessors usually are.
    Ok,
    /// Worth a discussion or one more assessor; never changes the score.
    High,
}

/// The pooled spread and its quantiles: what every interval of one moment is measured with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Yardstick {
    /// σ̂ in points.
    pub spread: f64,
    /// Degrees of freedom of the spread, from 4.
    pub df: f64,
    /// t at 0.95: two scores are compared at 90 %.
    pub t95: f64,
    /// t at 0.975: intervals are of 95 %.
    pub t975: f64,
}

impl Yardstick {
    /// Standard error of a mean of `n` assessments, in points: σ̂/√n. `n` from 1.
    pub fn se(&self, n: u32) -> f64 {
        self.spread / f64::from(n).sqrt()
    }

    /// How far apart two scores of `n` and `m` assessments must be to be clearly apart, in
    /// points: t·σ̂·√(1/n + 1/m). More than this is clear, exactly this is not.
    pub fn clear_gap(&self, n: u32, m: u32) -> f64 {
        self.t95 * self.spread * (1.0 / f64::from(n) + 1.0 / f64::from(m)).sqrt()
    }

    /// 95 % interval around the unrounded score, clipped to 0–100, to two decimals.
    pub fn interval(&self, theta: f64, n: u32) -> (f64, f64) {
        self.interval_with(theta, self.se(n))
    }

    /// The same around a score whose standard error is known, in points.
    pub fn interval_with(&self, theta: f64, se: f64) -> (f64, f64) {
        let reach = self.t975 * se;
        let end = |x: f64| f64::from(key_of(x.clamp(0.0, 100.0))) / 100.0;
        (end(theta - reach), end(theta + reach))
    }

    /// Whether the assessors' standard deviation `sd` is worth a talk: from
    /// max(10, 1.5·σ̂) points on.
    pub fn disagreement(&self, n: u32, sd: Option<f64>) -> Disagreement {
        disagreement(self.spread, n, sd)
    }

    /// The smallest standard deviation, in points, that counts as `High`.
    pub fn disagreement_from(&self) -> f64 {
        disagreement_from(self.spread)
    }
}

/// The smallest deviation that is a disagreement.
fn disagreement_from(spread: f64) -> f64 {
    // The same slack as everywhere: 40, 50, 60 deviate by 10 on paper.
    LEAST_DISAGREEMENT.max(1.5 * spread) - 1e-9
}

fn disagreement(spread: f64, n: u32, sd: Option<f64>) -> Disagreement {
    match sd {
        Some(sd) if n >= 2 => {
            if sd >= disagreement_from(spread) {
                Disagreement::High
            } else {
                Disagreement::Ok
            }
        }
        _ => Disagreement::NotApplicable,
    }
}
