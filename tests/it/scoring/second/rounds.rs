//! Random rubrics, and assessments under them.

use std::f64::consts::TAU;

use sluice::assessment::rubric::{Aggregation, CriterionKind, Rubric, RubricDraft};
use uuid::Uuid;

use crate::scoring::{criterion, draft, preset};

/// Numbers that look random and are the same every time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// 0 to 1, both left out.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }

    pub(super) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u128(u128::from(self.next()) << 64 | u128::from(self.next()))
    }
}

fn aggregation(dice: &mut Dice) -> Aggregation {
    [
        Aggregation::Mean,
        Aggregation::TrimmedMean,
        Aggregation::SeverityAdjusted,
    ][dice.below(3)]
}

pub(super) fn rubric(dice: &mut Dice) -> Rubric {
    let aggregation = aggregation(dice);
    let draft = if dice.happens(0.2) {
        let plain: RubricDraft = (*preset(["rice", "ice", "wsjf"][dice.below(3)])).clone();
        RubricDraft {
            aggregation,
            ..plain
        }
    } else {
        let mut criteria = Vec::new();
        for i in 0..1 + dice.below(8) {
            let weight = (1 + dice.below(400)) as f64 / 8.0;
            let low = dice.below(4) as f64;
            let high = low + 1.0 + dice.below(9) as f64;
            // The lowest scale is of a gate's size, and weighs something.
            let mut made = criterion(&format!("c{i}"), Some(weight), low, high);
            made.is_required = dice.happens(0.3);
            if dice.happens(0.3) {
                made.kind = CriterionKind::Cost;
            }
            criteria.push(made);
        }
        for i in 0..dice.below(3) {
            criteria.push(criterion(&format!("gate{i}"), None, 0.0, 1.0));
        }
        let mut draft = draft(aggregation, criteria);
        draft.minimum_coverage = [0.0, 0.5, 0.8, 1.0][dice.below(4)];
        draft.quorum = 1 + dice.below(4) as u32;
        draft
    };
    Rubric::parse(draft).expect("a whole rubric")
}

pub(super) struct Given {
    pub(super) idea: Uuid,
    pub(super) assessor: Uuid,
    pub(super) assessment: Uuid,
    pub(super) levels: Vec<Option<f64>>,
}

pub(super) fn given(dice: &mut Dice, rubric: &Rubric) -> Vec<Given> {
    let ideas: Vec<Uuid> = (0..1 + dice.below(6)).map(|_| dice.id()).collect();
    let assessors: Vec<Uuid> = (0..1 + dice.below(7)).map(|_| dice.id()).collect();
    let (assessed, answered) = (0.3 + 0.7 * dice.unit(), 0.6 + 0.5 * dice.unit());
    let mut all = Vec::new();
    for &idea in &ideas {
        for &assessor in &assessors {
            if !dice.happens(assessed) {
                continue;
            }
            let mut levels = Vec::new();
            for (i, c) in rubric.criteria.iter().enumerate() {
                let is_gate = c.kind == CriterionKind::Gate;
                let steps = rubric.steps_in_all(i);
                let step = if is_gate && dice.happens(0.8) {
                    steps
                } else {
                    dice.below(steps as usize + 1) as i64
                };
                let level = rubric.step_from(i, c.minimum, step);
                levels.push(level.filter(|_| dice.happens(answered)));
            }
            let assessment = dice.id();
            all.push(Given {
                idea,
                assessor,
                assessment,
                levels,
            });
        }
    }
    all
}
