//! How well a candidate fits its hackathon, counted from what people say. Pure.

use crate::ideas::lifecycle::words;
use crate::platform::error::Faults;
use std::ops::RangeInclusive;

/// What each question is answered with.
const MARKS: RangeInclusive<i32> = 1..=5;

words! {
    /// What is asked about a candidate of a hackathon.
    FitQuestion {
        /// Does it fit the theme?
        Theme = "THEME",
        /// Can it be built in the time?
        Buildable = "BUILDABLE",
        /// Can it be shown well?
        Demoable = "DEMOABLE",
        /// Will people be found for it?
        Staffable = "STAFFABLE",
    }
}

impl FitQuestion {
    /// The field of an input that answers it.
    fn field(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Buildable => "buildable",
            Self::Demoable => "demoable",
            Self::Staffable => "staffable",
        }
    }
}

/// What one person says, a number for each question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    pub theme: i32,
    pub buildable: i32,
    pub demoable: i32,
    pub staffable: i32,
}

impl Marks {
    /// Notes each number that is none from 1 to 5.
    pub fn check(&self, faults: &mut Faults) {
        for question in FitQuestion::ALL {
            let (field, mark) = (question.field(), self.of(*question));
            if !MARKS.contains(&mark) {
                let told = format!("`{field}` is {mark}; it goes from 1 to 5.");
                faults.add(&[field], "LEVEL_OUT_OF_RANGE", told);
            }
        }
    }

    /// What is said to this question.
    pub fn of(&self, question: FitQuestion) -> i32 {
        match question {
            FitQuestion::Theme => self.theme,
            FitQuestion::Buildable => self.buildable,
            FitQuestion::Demoable => self.demoable,
            FitQuestion::Staffable => self.staffable,
        }
    }
}

/// The fit, from 0 to 100, in hundredths: the mean over all who said something of the mean of
/// (n − 1) / 4 · 100. Nothing when nobody did.
pub fn fit(all: &[Marks]) -> Option<i64> {
    let steps = |one: &Marks| {
        let of = |question: &FitQuestion| i64::from(one.of(*question) - MARKS.start());
        FitQuestion::ALL.iter().map(of).sum::<i64>()
    };
    let sum: i64 = all.iter().map(steps).sum();
    // Sixteen steps of each person make 100 points.
    divided(sum * 10_000, 16 * count(all))
}

/// The mean of what was said to a question, from 1 to 5, in hundredths. Nothing when nobody
/// said anything.
pub fn mean(all: &[Marks], question: FitQuestion) -> Option<i64> {
    let sum: i64 = all.iter().map(|one| i64::from(one.of(question))).sum();
    divided(sum * 100, count(all))
}

fn count(all: &[Marks]) -> i64 {
    i64::try_from(all.len()).unwrap_or(i64::MAX)
}

/// The nearest whole number, a half upwards.
fn divided(sum: i64, by: i64) -> Option<i64> {
    (by > 0).then(|| (2 * sum + by).div_euclid(2 * by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(theme: i32, buildable: i32, demoable: i32, staffable: i32) -> Marks {
        Marks {
            theme,
            buildable,
            demoable,
            staffable,
        }
    }

    fn any_marks() -> impl Strategy<Value = Marks> {
        (1..=5, 1..=5, 1..=5, 1..=5).prop_map(|(a, b, c, d)| marks(a, b, c, d))
    }

    #[test]
    fn nobody_makes_no_fit() {
        assert_eq!((fit(&[]), mean(&[], FitQuestion::Theme)), (None, None));
    }

    #[test]
    fn the_fit_is_the_mean_of_the_means_to_a_hundredth() {
        assert_eq!(fit(&[marks(1, 1, 1, 1)]), Some(0));
        assert_eq!(fit(&[marks(5, 5, 5, 5)]), Some(10_000));
        assert_eq!(fit(&[marks(3, 4, 2, 5)]), Some(62_50));
        // 10, 4 and 1 steps of 16: 31.25 points.
        let three = [marks(3, 4, 2, 5), marks(2, 2, 2, 2), marks(1, 1, 1, 2)];
        assert_eq!(fit(&three), Some(31_25));
        // 2 of 48 steps: 4.1666… points.
        let three = [marks(2, 1, 1, 1), marks(1, 2, 1, 1), marks(1, 1, 1, 1)];
        assert_eq!(fit(&three), Some(4_17));
        assert_eq!(mean(&three, FitQuestion::Theme), Some(1_33));
    }

    proptest! {
        #[test]
        fn the_fit_lies_between_that_of_the_lowest_and_that_of_the_highest_rater(
            all in prop::collection::vec(any_marks(), 1..30)
        ) {
            let alone: Vec<i64> = all.iter().filter_map(|one| fit(&[*one])).collect();
            let whole = fit(&all).expect("somebody rated");
            prop_assert!(alone.iter().min() <= Some(&whole));
            prop_assert!(Some(&whole) <= alone.iter().max());
        }

        #[test]
        fn the_order_of_raters_makes_no_difference_and_the_lines_say_the_same(
            mut all in prop::collection::vec(any_marks(), 1..30)
        ) {
            let before = fit(&all);
            let lines = FitQuestion::ALL.iter().filter_map(|it| mean(&all, *it));
            // Each line lies within half a hundredth of the truth, which is 25 in the fit.
            let by_lines: i64 = lines.map(|line| (line - 100) * 25).sum::<i64>() / 4;
            prop_assert!((by_lines - before.unwrap_or_default()).abs() <= 14);
            all.reverse();
            prop_assert_eq!(fit(&all), before);
        }
    }
}
