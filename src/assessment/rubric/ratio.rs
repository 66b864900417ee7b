//! The factors of the ratio methods RICE, ICE and WSJF, with the scales they must have
//! (SCORING.md §14). Only the table; its arithmetic is in `scoring::ratio`.

use super::{CriterionKind, Method, RubricDraft};

/// What a factor does in its formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Multiplies.
    Multiplier,
    /// Divides.
    Divisor,
    /// Is added to the other terms; the sum multiplies.
    Term,
}

/// One factor of a ratio method and the scale it must have.
#[derive(Debug)]
pub struct Factor {
    /// The criterion's key.
    pub key: &'static str,
    /// What it does in the formula.
    pub role: Role,
    /// Lowest level, above 0.
    pub minimum: f64,
    /// Highest level.
    pub maximum: f64,
    /// Levels lie whole steps above the lowest.
    pub step: f64,
    /// The only levels it knows, lowest first; empty where every step is one.
    pub levels: &'static [f64],
}

impl Factor {
    /// A divisor is a cost, everything else a benefit.
    pub fn kind(&self) -> CriterionKind {
        match self.role {
            Role::Divisor => CriterionKind::Cost,
            Role::Multiplier | Role::Term => CriterionKind::Benefit,
        }
    }
}

const IMPACTS: &[f64] = &[0.25, 0.5, 1.0, 2.0, 3.0];
const CONFIDENCES: &[f64] = &[0.5, 0.8, 1.0];
const SIZES: &[f64] = &[1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0];

/// A factor whose every step from `minimum` to `maximum` is a level.
const fn scale(key: &'static str, role: Role, minimum: f64, maximum: f64, step: f64) -> Factor {
    let levels: &[f64] = &[];
    Factor {
        key,
        role,
        minimum,
        maximum,
        step,
        levels,
    }
}

/// A factor that knows only the given levels, on a grid of `step`.
const fn fixed(key: &'static str, role: Role, step: f64, levels: &'static [f64]) -> Factor {
    let (minimum, maximum) = (levels[0], levels[levels.len() - 1]);
    Factor {
        key,
        role,
        minimum,
        maximum,
        step,
        levels,
    }
}

static RICE: [Factor; 4] = [
    scale("reach", Role::Multiplier, 1.0, 100_000.0, 1.0),
    fixed("impact", Role::Multiplier, 0.25, IMPACTS),
    fixed("confidence", Role::Multiplier, 0.1, CONFIDENCES),
    scale("effort", Role::Divisor, 0.5, 24.0, 0.5),
];
static ICE: [Factor; 3] = [
    scale("impact", Role::Multiplier, 1.0, 10.0, 1.0),
    scale("confidence", Role::Multiplier, 1.0, 10.0, 1.0),
    scale("ease", Role::Multiplier, 1.0, 10.0, 1.0),
];
static WSJF: [Factor; 4] = [
    fixed("value", Role::Term, 1.0, SIZES),
    fixed("time", Role::Term, 1.0, SIZES),
    fixed("risk", Role::Term, 1.0, SIZES),
    fixed("size", Role::Divisor, 1.0, SIZES),
];

/// The factors of a ratio method in the order of its formula; none for a weighted sum.
pub fn factors(method: Method) -> &'static [Factor] {
    match method {
        Method::WeightedSum => &[],
        Method::Rice => &RICE,
        Method::Ice => &ICE,
        Method::Wsjf => &WSJF,
    }
}

/// The factor that criterion `i` stands for; `None` for a gate and in a weighted sum.
pub fn factor(rubric: &RubricDraft, i: usize) -> Option<&'static Factor> {
    let criterion = &rubric.criteria[i];
    factors(rubric.method)
        .iter()
        .find(|f| f.key == criterion.key && f.kind() == criterion.kind)
}

/// The only levels criterion `i` knows, lowest first; `None` where every step is one.
pub fn fixed_levels(rubric: &RubricDraft, i: usize) -> Option<&'static [f64]> {
    factor(rubric, i)
        .map(|f| f.levels)
        .filter(|levels| !levels.is_empty())
}
