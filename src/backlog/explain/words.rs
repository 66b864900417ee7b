//! A rank in plain words. Says nothing that the numbers do not; names ideas only as the
//! caller does.

use super::Gap;
use crate::assessment::rubric::Rubric;
use crate::assessment::scoring::hundredths;
use crate::backlog::histogram::Bands;

/// `1` as "1st", `12` as "12th", `23` as "23rd".
pub fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// "Ranked 3rd of 40, likely between 1st and 9th: no idea is clearly better, 31 are clearly
/// worse." `tied` counts the others with the same score. An idea that is not counted is said
/// to be one that would be ranked.
pub fn rank_sentence(rank: u32, of: u32, tied: u32, bands: Bands, is_counted: bool) -> String {
    let place = place(rank, of, tied, is_counted);
    let likely = if bands.low == bands.high {
        format!(
            ", and likely just there: {}, ",
            better(bands.clearly_better)
        )
    } else {
        format!(
            ", likely between {} and {}: {}, ",
            ordinal(bands.low),
            ordinal(bands.high),
            better(bands.clearly_better)
        )
    };
    format!("{place}{likely}{}.", worse(bands.clearly_worse))
}

/// The same where nobody is compared with everybody: "Ranked 3rd of 40."
pub fn bare_rank_sentence(rank: u32, of: u32, tied: u32, is_counted: bool) -> String {
    place(rank, of, tied, is_counted) + "."
}

fn place(rank: u32, of: u32, tied: u32, is_counted: bool) -> String {
    let ranked = if is_counted {
        format!("Ranked {} of {of}", ordinal(rank))
    } else {
        format!(
            "Would be ranked {} among the {of} that everybody sees",
            ordinal(rank)
        )
    };
    let tied = match tied {
        0 => String::new(),
        1 => ", with one other on the same score".to_owned(),
        n => format!(", with {n} others on the same score"),
    };
    ranked + &tied
}

/// "The chance to belong to the best 10 is 34 %: too close to call." `chance` from 0 to 1.
pub fn chance_sentence(chance: f64, cut: u32) -> String {
    let label = match chance {
        p if p > 0.8 => "secure",
        p if p < 0.2 => "unlikely",
        _ => "too close to call",
    };
    let percent = match chance {
        p if p >= 1.0 => "100 %".to_owned(),
        p if p > 0.99 => "above 99 %".to_owned(),
        p if p < 0.01 => "below 1 %".to_owned(),
        p => format!("{:.0} %", 100.0 * p),
    };
    let best = match cut {
        1 => "be the best one".to_owned(),
        cut => format!("belong to the best {cut}"),
    };
    format!("The chance to {best} is {percent}: {label}.")
}

fn better(n: u32) -> String {
    match n {
        0 => "no idea is clearly better".to_owned(),
        1 => "1 idea is clearly better".to_owned(),
        n => format!("{n} ideas are clearly better"),
    }
}

fn worse(n: u32) -> String {
    match n {
        0 => "none is clearly worse".to_owned(),
        1 => "1 is clearly worse".to_owned(),
        n => format!("{n} are clearly worse"),
    }
}

/// How a neighbor compares: "#12 is 2.50 ahead, mostly by Impact (1.80). Chance could
/// explain it." `name` names the neighbor.
pub fn neighbor_sentence(rubric: &Rubric, name: &str, gap: &Gap) -> String {
    if gap.total == 0 {
        return format!("{name} has the same score.");
    }
    let (side, sign) = if gap.total > 0 {
        ("ahead", 1)
    } else {
        ("behind", -1)
    };
    // Of equals the first, as the rubric lists them.
    let largest = gap
        .lines
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|&(_, line)| line * sign);
    let by = match largest {
        Some((i, &line)) if line * sign > 0 => {
            let name = &rubric.criteria[i].name;
            format!(", mostly by {name} ({})", hundredths(line * sign))
        }
        _ => String::new(),
    };
    let clear = if gap.is_clear {
        "That is clear."
    } else {
        "Chance could explain it."
    };
    format!(
        "{name} is {} {side}{by}. {clear}",
        hundredths(gap.total * sign)
    )
}
