//! How sure a severity-adjusted score is, alone and against others (SCORING.md §5, §8, §9):
//! how many looked, plus how unsure we are about how strict *those* people are. The second
//! part vanishes between ideas judged by the same panel.

use nalgebra::{Cholesky, DMatrix};
use uuid::Uuid;

use super::chance::{Rival, Spot, chance, shrunk};
use super::student::quantile;
use super::{Bands, Fit, Yardstick, key_of};

/// For more assessors than this no covariance is worked out: for a thousand it takes most of
/// a second and 8 MB, and eight times as long for twice as many.
pub const MOST_ASSESSORS: usize = 1_000;
/// Among more ideas than this nobody is compared with everybody.
pub const MOST_COMPARED: usize = 5_000;

/// M = K⁻¹: how uncertain the leniencies of a fit are together, in units of σ̂².
#[derive(Clone, Debug)]
pub struct Covariance {
    lambda: f64,
    assessors: Vec<Uuid>,
    /// Symmetric, so its columns are its rows.
    m: DMatrix<f64>,
}

/// Who assessed an idea. Whom the fit does not know is as unsure as λ says, and independent
/// of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Panel {
    known: Vec<u32>,
    unknown: Vec<Uuid>,
}

impl Panel {
    /// Assessments.
    pub fn n(&self) -> u32 {
        (self.known.len() + self.unknown.len()) as u32
    }
}

impl Fit {
    /// How uncertain the leniencies are; `None` for more than [`MOST_ASSESSORS`] assessors.
    /// Grows with the third power of their number.
    pub fn covariance(&self) -> Option<Covariance> {
        let all = self.assessors.len();
        if all > MOST_ASSESSORS {
            return None;
        }
        let mut k = DMatrix::zeros(all, all);
        for (r, who) in self.assessors.iter().enumerate() {
            k[(r, r)] = f64::from(who.assessments) + self.lambda;
        }
        for panel in &self.panels {
            let share = 1.0 / panel.len() as f64;
            for &r in panel {
                for &s in panel {
                    k[(r as usize, s as usize)] -= share;
                }
            }
        }
        Some(Covariance {
            lambda: self.lambda,
            assessors: self.assessors.iter().map(|who| who.id).collect(),
            m: Cholesky::new(k)?.inverse(),
        })
    }
}

impl Covariance {
    /// These people as a panel, in whatever order.
    pub fn panel(&self, assessors: impl IntoIterator<Item = Uuid>) -> Panel {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for id in assessors {
            match self.assessors.binary_search(&id) {
                Ok(at) => known.push(at as u32),
                Err(_) => unknown.push(id),
            }
        }
        known.sort_unstable();
        unknown.sort_unstable();
        Panel { known, unknown }
    }

    /// Var θ/σ̂² of a score of that panel: 1/n + aᵀMa.
    pub fn variance(&self, panel: &Panel) -> f64 {
        1.0 / f64::from(panel.n()) + self.shared(panel, panel)
    }

    /// Var(θ_i − θ_j)/σ̂² of two scores of those panels: 1/n_i + 1/n_j +
    /// (a_i − a_j)ᵀM(a_i − a_j).
    pub fn variance_between(&self, a: &Panel, b: &Panel) -> f64 {
        let alone = 1.0 / f64::from(a.n()) + 1.0 / f64::from(b.n());
        let apart = self.shared(a, a) + self.shared(b, b) - 2.0 * self.shared(a, b);
        // Below nothing by rounding alone, between panels that are the same.
        alone + if a == b { 0.0 } else { apart.max(0.0) }
    }

    /// Standard error in points: σ̂·√(1/n + aᵀMa).
    pub fn se(&self, panel: &Panel, yardstick: &Yardstick) -> f64 {
        yardstick.spread * self.variance(panel).sqrt()
    }

    /// aᵀMb.
    fn shared(&self, a: &Panel, b: &Panel) -> f64 {
        let mut sum = 0.0;
        for &r in &a.known {
            for &s in &b.known {
                sum += self.m[(r as usize, s as usize)];
            }
        }
        let common = a.unknown.iter().filter(|who| b.unknown.contains(who));
        sum += common.count() as f64 / self.lambda;
        sum / (f64::from(a.n()) * f64::from(b.n()))
    }
}

/// An idea among others: its score and who gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Contender {
    /// Unrounded.
    pub theta: f64,
    pub panel: Panel,
}

/// At which level scores are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairs {
    /// Each pair at 90 %.
    Each,
    /// All rivals of an idea together (Bonferroni): much wider.
    Simultaneous,
}

/// The ideas of one backlog, each with its panel, for questions about pairs.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    covariance: &'a Covariance,
    yardstick: Yardstick,
    contenders: Vec<Contender>,
    /// Ideas of one panel are told apart from any other by one threshold.
    groups: Vec<Group>,
    spots: Vec<Spot>,
}

#[derive(Clone, Debug)]
struct Group {
    panel: Panel,
    /// aᵀMa.
    own: f64,
    /// Ascending.
    thetas: Vec<f64>,
}

impl<'a> Field<'a> {
    /// `None` for more than [`MOST_COMPARED`] ideas. `yardstick` holds the fit's σ̂ and df.
    pub fn of(
        contenders: Vec<Contender>,
        covariance: &'a Covariance,
        yardstick: Yardstick,
    ) -> Option<Self> {
        (contenders.len() <= MOST_COMPARED).then(|| Self::built(contenders, covariance, yardstick))
    }

    fn built(contenders: Vec<Contender>, covariance: &'a Covariance, yardstick: Yardstick) -> Self {
        let mut sorted: Vec<&Contender> = contenders.iter().collect();
        sorted.sort_by(|a, b| {
            let by_panel = a.panel.cmp(&b.panel);
            by_panel.then(a.theta.total_cmp(&b.theta))
        });
        let groups: Vec<Group> = sorted
            .chunk_by(|a, b| a.panel == b.panel)
            .map(|alike| Group {
                panel: alike[0].panel.clone(),
                own: covariance.shared(&alike[0].panel, &alike[0].panel),
                thetas: alike.iter().map(|contender| contender.theta).collect(),
            })
            .collect();
        let variances = comparison(&contenders, covariance, yardstick.spread);
        let rivals: Vec<Rival> = contenders
            .iter()
            .zip(variances)
            .map(|(contender, variance)| Rival {
                theta: contender.theta,
                variance,
                ideas: 1,
            })
            .collect();
        Self {
            covariance,
            yardstick,
            spots: shrunk(&rivals),
            contenders,
            groups,
        }
    }

    /// The likely range of the rank of the `i`th idea.
    pub fn bands(&self, i: usize, pairs: Pairs) -> Bands {
        self.placed(&self.contenders[i], true, pairs)
    }

    /// The same of an idea that is not counted, as if it were.
    pub fn bands_of(&self, own: &Contender, pairs: Pairs) -> Bands {
        self.placed(own, false, pairs)
    }

    /// Whether these two are further apart than chance explains, at 90 %.
    pub fn is_clear(&self, a: &Contender, b: &Contender) -> bool {
        let variance = self.covariance.variance_between(&a.panel, &b.panel);
        let reach = self.yardstick.t95 * self.yardstick.spread * variance.sqrt();
        key_of(a.theta) != key_of(b.theta) && (a.theta - b.theta).abs() > reach
    }

    /// The chance of the `i`th idea to belong to the best `k`, 0 to 1.
    pub fn chance(&self, i: usize, k: u32) -> f64 {
        chance(&self.spots, i, k)
    }

    /// The same of an idea that is not counted, placed among those that are.
    pub fn chance_of(&self, own: &Contender, k: u32) -> f64 {
        let contenders = [self.contenders.as_slice(), std::slice::from_ref(own)].concat();
        let joined = Self::built(contenders, self.covariance, self.yardstick);
        joined.chance(self.contenders.len(), k)
    }

    /// Where the true values of all these and some more may lie, as if they were counted.
    pub fn spots_with(&self, more: &[Contender]) -> Vec<Spot> {
        let contenders = [self.contenders.as_slice(), more].concat();
        Self::built(contenders, self.covariance, self.yardstick).spots
    }

    fn placed(&self, own: &Contender, is_counted: bool, pairs: Pairs) -> Bands {
        let ideas = self.contenders.len() as u32 + u32::from(!is_counted);
        let t = match pairs {
            Pairs::Each => self.yardstick.t95,
            Pairs::Simultaneous => {
                let rivals = f64::from(ideas.max(2) - 1);
                quantile(1.0 - 0.05 / rivals, self.yardstick.df)
            }
        };
        let mine = self.covariance.shared(&own.panel, &own.panel);
        let alone = 1.0 / f64::from(own.panel.n());
        let key = key_of(own.theta);
        let (mut better, mut worse) = (0, 0);
        for group in &self.groups {
            let apart = if group.panel == own.panel {
                0.0
            } else {
                let shared = self.covariance.shared(&own.panel, &group.panel);
                (mine + group.own - 2.0 * shared).max(0.0)
            };
            let variance = alone + 1.0 / f64::from(group.panel.n()) + apart;
            let reach = t * self.yardstick.spread * variance.sqrt();
            // Whose shown scores are the same share a rank, so neither is clearly better.
            let up_to = |x: &f64| *x - own.theta <= reach || key_of(*x) <= key;
            let below = |x: &f64| own.theta - *x > reach && key_of(*x) < key;
            better += group.thetas.len() - group.thetas.partition_point(up_to);
            worse += group.thetas.partition_point(below);
        }
        let (better, worse) = (better as u32, worse as u32);
        Bands {
            low: 1 + better,
            high: ideas.saturating_sub(worse),
            clearly_better: better,
            clearly_worse: worse,
        }
    }
}

/// q_i of SCORING.md §9, in points²: the part of all comparisons with others that is an
/// idea's own. The sums over pairs are taken apart, so that all cost what the ideas cost.
fn comparison(contenders: &[Contender], covariance: &Covariance, spread: f64) -> Vec<f64> {
    let ideas = contenders.len() as f64;
    let unit = spread * spread;
    // M·Σa over those the fit knows; and how much of Σa each unknown one has.
    let mut known = vec![0.0; covariance.assessors.len()];
    let mut unknown = std::collections::BTreeMap::<Uuid, f64>::new();
    for Contender { panel, .. } in contenders {
        let share = 1.0 / f64::from(panel.n());
        for &r in &panel.known {
            known[r as usize] += share;
        }
        for &who in &panel.unknown {
            *unknown.entry(who).or_default() += share;
        }
    }
    let known = &covariance.m * nalgebra::DVector::from_vec(known);
    let with_all = |panel: &Panel| {
        let sum: f64 = panel.known.iter().map(|&r| known[r as usize]).sum();
        let others = panel.unknown.iter().map(|who| unknown[who]);
        (sum + others.sum::<f64>() / covariance.lambda) / f64::from(panel.n())
    };
    let alone: Vec<f64> = contenders
        .iter()
        .map(|contender| covariance.variance(&contender.panel))
        .collect();
    let all: f64 = alone.iter().sum();
    let to_others: Vec<f64> = contenders
        .iter()
        .zip(&alone)
        .map(|(Contender { panel, .. }, alone)| {
            let own = 2.0 / f64::from(panel.n());
            unit * (ideas * alone + all - 2.0 * with_all(panel) - own)
        })
        .collect();
    let pairs: f64 = to_others.iter().sum::<f64>() / 2.0;
    match contenders.len() {
        0 | 1 => vec![1e-9; contenders.len()],
        2 => vec![(pairs / 2.0).max(1e-9); 2],
        _ => {
            let mean = pairs / (ideas - 1.0);
            let own = |sum: &f64| ((sum - mean) / (ideas - 2.0)).max(1e-9);
            to_others.iter().map(own).collect()
        }
    }
}
