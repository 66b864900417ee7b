//! Quantiles of Student's t that hold for four degrees of freedom and for ten million.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// From here on the expansion is exact to 1e-10, while inverting the beta function loses
/// digits: four are left at a million degrees of freedom.
const EXPANDED_FROM: f64 = 1_000.0;

/// The `p` quantile, `p` from 0 to 1 without its ends, with `df` degrees of freedom, from 4.
/// Far out it is the normal quantile and its first four corrections (Abramowitz and Stegun,
/// Handbook of Mathematical Functions, 26.7.5).
pub(super) fn quantile(p: f64, df: f64) -> f64 {
    if df < EXPANDED_FROM {
        return StudentsT::new(0.0, 1.0, df)
            .expect("a scale of 1 and positive degrees of freedom make a distribution")
            .inverse_cdf(p);
    }
    let z = Normal::new(0.0, 1.0)
        .expect("a deviation of 1 makes a distribution")
        .inverse_cdf(p);
    let s = z * z;
    let corrections = [
        z * (s + 1.0) / 4.0,
        z * ((5.0 * s + 16.0) * s + 3.0) / 96.0,
        z * (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
        z * ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0,
    ];
    corrections
        .iter()
        .rev()
        .fold(0.0, |sum, correction| (sum + correction) / df)
        + z
}
