//! From exact numbers to shown ones: hundredths, and parts that add up to their whole.

/// The ranking key of a score: the shown score in hundredths, floor(100θ + 0.5 + 1e-9).
/// The 1e-9 lets a half that binary fractions just miss round up as people expect.
pub fn key_of(theta: f64) -> i32 {
    (100.0 * theta + 0.5 + 1e-9).floor() as i32
}

/// Hundredths as the number people see: `7250` is 72.5. Equal keys give equal bits.
pub fn shown(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

/// Hundredths in writing, always two decimals: `7250` is `72.50`, `-5` is `-0.05`.
pub fn hundredths(value: i32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let whole = value.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

/// Whole numbers that lie as near to `parts` as whole numbers adding up to exactly `whole`
/// can, by largest remainder; the earlier of equals comes first. `whole` may be any number,
/// also one far from the parts' own sum. Empty parts stay empty.
pub fn apportion(parts: &[f64], whole: i32) -> Vec<i32> {
    let mut given: Vec<i32> = parts.iter().map(|part| part.floor() as i32).collect();
    if parts.is_empty() {
        return given;
    }
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by(|&a, &b| {
        let remainder = |i: usize| parts[i] - parts[i].floor();
        remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b))
    });
    let missing = i64::from(whole) - given.iter().map(|&g| i64::from(g)).sum::<i64>();
    let count = parts.len() as i64;
    // Everybody gets the rounds that all share; the first in line get one more.
    let (rounds, extra) = (missing.div_euclid(count), missing.rem_euclid(count));
    for (place, i) in by_remainder.into_iter().enumerate() {
        given[i] += (rounds + i64::from((place as i64) < extra)) as i32;
    }
    given
}
