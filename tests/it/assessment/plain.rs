//! The arithmetic of SCORING.md once more, in another way: scores as exact fractions, the
//! quantile by adding up the density. What the API shows is compared with it.

use crate::support::panel::{CRITERIA, Levels};

/// A score of 0 to 100 as a fraction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exact {
    over: i128,
    under: i128,
}

impl Exact {
    /// The score of one complete assessment.
    pub(crate) fn of(levels: Levels) -> Self {
        let (mut over, mut weights) = (0, 0);
        for ((criterion, weight), level) in CRITERIA.into_iter().zip(levels) {
            if level == 0 {
                continue;
            }
            let level = i128::from(level);
            let quarters = if criterion == "effort" {
                5 - level
            } else {
                level - 1
            };
            over += 100 * weight * quarters;
            weights += weight;
        }
        Self {
            over,
            under: 4 * weights,
        }
    }

    /// The mean of several.
    pub(crate) fn mean(of: &[Self]) -> Self {
        let sum = of.iter().fold(Self { over: 0, under: 1 }, |sum, one| {
            let over = sum.over * one.under + one.over * sum.under;
            let under = sum.under * one.under;
            let common = divisor(over, under);
            Self {
                over: over / common,
                under: under / common,
            }
        });
        let count = i128::try_from(of.len()).unwrap();
        Self {
            over: sum.over,
            under: sum.under * count,
        }
    }

    /// In hundredths, half of one up.
    pub(crate) fn key(self) -> i64 {
        let doubled = 200 * self.over + self.under;
        i64::try_from(doubled.div_euclid(2 * self.under)).unwrap()
    }

    pub(crate) fn points(self) -> f64 {
        self.over as f64 / self.under as f64
    }
}

/// The greatest number that divides both.
fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { divisor(b, a % b) }
}

/// The score of an idea from its complete assessments.
pub(crate) fn score(rated: &[Levels]) -> Exact {
    let scores: Vec<Exact> = rated.iter().map(|levels| Exact::of(*levels)).collect();
    Exact::mean(&scores)
}

/// Σ (y − mean)² of an idea.
pub(crate) fn squares(rated: &[Levels]) -> f64 {
    let mean = score(rated).points();
    let gaps = rated
        .iter()
        .map(|levels| Exact::of(*levels).points() - mean);
    gaps.map(|gap| gap * gap).sum()
}

/// Degrees of freedom and the pooled spread of these published ideas.
pub(crate) fn spread(ideas: &[Vec<Levels>]) -> (f64, f64) {
    let assessments: usize = ideas.iter().map(Vec::len).sum();
    let df = 4.0 + (assessments - ideas.len()) as f64;
    let rss: f64 = ideas.iter().map(|rated| squares(rated)).sum();
    (df, ((4.0 * 225.0 + rss) / df).sqrt())
}

/// Student's t: where its distribution with `df` degrees of freedom reaches `p`, above half.
pub(crate) fn quantile(p: f64, df: f64) -> f64 {
    // With t = √df·tan a the density is cos^(df−1) a, and the whole lies below π/2.
    let below = |angle: f64| {
        const PARTS: u32 = 4_000;
        let step = angle / f64::from(PARTS);
        let part = |i: u32| {
            let weight = match i {
                0 | PARTS => 1.0,
                i if i % 2 == 1 => 4.0,
                _ => 2.0,
            };
            weight * (f64::from(i) * step).cos().powf(df - 1.0)
        };
        (0..=PARTS).map(part).sum::<f64>() * step / 3.0
    };
    let half = below(std::f64::consts::FRAC_PI_2);
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if below(middle) < (2.0 * p - 1.0) * half {
            low = middle;
        } else {
            high = middle;
        }
    }
    df.sqrt() * low.tan()
}

/// Numbers that look random and are the same every time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 0 to `below` − 1 (splitmix64).
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    /// A whole assessment; now and then one of the last three criteria is left open.
    pub(crate) fn levels(&mut self) -> Levels {
        let mut levels = self.full();
        if self.roll(4) == 0 {
            let open = 3 + usize::try_from(self.roll(3)).unwrap();
            levels[open] = 0;
        }
        levels
    }

    /// A whole assessment that leaves nothing open.
    pub(crate) fn full(&mut self) -> Levels {
        let mut levels: Levels = [0; 6];
        for level in &mut levels {
            *level = 1 + u8::try_from(self.roll(5)).unwrap();
        }
        levels
    }
}
