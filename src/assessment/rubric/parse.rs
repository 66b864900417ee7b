//! What makes a rubric wrong. Reports every fault of a draft at once; changes nothing but
//! the form of its texts and the order of its levels.

use super::ratio::{self, Factor};
use super::{Criterion, CriterionKind, Method, RubricDraft, SLACK};
use crate::platform::error::{Faults, Result};
use crate::platform::text::{checked, required};

/// Scored criteria a rubric may have, and gates beside them.
const MOST_CRITERIA: usize = 8;
const HIGHEST_QUORUM: u32 = 200;
/// Beyond these, sums and steps of doubles would no longer be exact to a hundredth.
const LARGEST_NUMBER: f64 = 1e9;
const MOST_STEPS: f64 = 1e6;
const LONGEST_KEY: usize = 60;
const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 2_000;

/// The draft with its texts in normal form and its levels in order, or all its faults.
pub(super) fn check(mut draft: RubricDraft) -> Result<RubricDraft> {
    let mut faults = Faults::default();
    key(&mut faults, &["key"], &draft.key);
    draft.name = name(&mut faults, &["name"], &draft.name);
    if !(1..=HIGHEST_QUORUM).contains(&draft.quorum) {
        faults.add(
            &["quorum"],
            "QUORUM_OUT_OF_RANGE",
            format!("The quorum lies between 1 and {HIGHEST_QUORUM}."),
        );
    }
    if number(&mut faults, &["minimumCoverage"], draft.minimum_coverage)
        && !(0.0..=1.0).contains(&draft.minimum_coverage)
    {
        faults.add(
            &["minimumCoverage"],
            "COVERAGE_OUT_OF_RANGE",
            "The minimum coverage is a share between 0 and 1.",
        );
    }
    count(&mut faults, &draft);
    for i in 0..draft.criteria.len() {
        let at = i.to_string();
        let at = ["criteria", at.as_str()];
        if draft.criteria[..i]
            .iter()
            .any(|c| c.key == draft.criteria[i].key)
        {
            let message = format!("The key {:?} stands twice.", draft.criteria[i].key);
            faults.add(&below(&at, &["key"]), "CRITERION_TWICE", message);
        }
        criterion(&mut faults, &at, draft.method, &mut draft.criteria[i]);
    }
    for factor in ratio::factors(draft.method) {
        if !draft.criteria.iter().any(|c| c.key == factor.key) {
            let message = format!("This method needs the criterion {:?}.", factor.key);
            faults.add(&["criteria"], "FACTOR_MISSING", message);
        }
    }
    faults.or(draft)
}

/// `Ok` when the level can be given on this scale, else the reason and a sentence.
pub(super) fn admit(
    c: &Criterion,
    fixed: Option<&[f64]>,
    level: f64,
) -> Result<(), (&'static str, String)> {
    let name = &c.name;
    if !level.is_finite() {
        return Err(("NOT_A_NUMBER", format!("{name}: a level is a number.")));
    }
    let slack = SLACK * c.step;
    if level < c.minimum - slack || level > c.maximum + slack {
        let message = format!("{name}: levels go from {} to {}.", c.minimum, c.maximum);
        return Err(("LEVEL_OUT_OF_RANGE", message));
    }
    let steps = (level - c.minimum) / c.step;
    let is_on_step = match fixed {
        Some(levels) => levels.iter().any(|l| (l - level).abs() <= slack),
        None => (steps - steps.round()).abs() <= SLACK,
    };
    if is_on_step {
        return Ok(());
    }
    let message = match fixed {
        Some(levels) => {
            let listed: Vec<String> = levels.iter().map(f64::to_string).collect();
            format!("{name}: the levels are {}.", listed.join(", "))
        }
        None => format!(
            "{name}: levels go from {} in steps of {}.",
            c.minimum, c.step
        ),
    };
    Err(("LEVEL_OFF_STEP", message))
}

fn count(faults: &mut Faults, draft: &RubricDraft) {
    let gates = draft
        .criteria
        .iter()
        .filter(|c| c.kind == CriterionKind::Gate)
        .count();
    let scored = draft.criteria.len() - gates;
    if scored == 0 {
        let message = "A rubric needs at least one criterion that is not a gate.";
        faults.add(&["criteria"], "CRITERIA_MISSING", message);
    }
    if scored > MOST_CRITERIA || gates > MOST_CRITERIA {
        let message = format!(
            "A rubric has at most {MOST_CRITERIA} criteria, and as many gates beside them."
        );
        faults.add(&["criteria"], "TOO_MANY_CRITERIA", message);
    }
}

fn criterion(faults: &mut Faults, at: &[&str], method: Method, c: &mut Criterion) {
    key(faults, &below(at, &["key"]), &c.key);
    c.name = name(faults, &below(at, &["name"]), &c.name);
    let path = below(at, &["question"]);
    c.question = checked(faults, &path, c.question.trim(), LONGEST_TEXT);
    let factor = ratio::factors(method).iter().find(|f| f.key == c.key);
    if c.kind != CriterionKind::Gate && method != Method::WeightedSum {
        match factor {
            Some(factor) => as_factor(faults, at, factor, c),
            None => faults.add(
                &below(at, &["key"]),
                "FACTOR_UNKNOWN",
                format!(
                    "This method has no factor {:?}; only gates may be added.",
                    c.key
                ),
            ),
        }
    } else if let Some(factor) = factor {
        faults.add(
            &below(at, &["kind"]),
            "FACTOR_KIND",
            format!(
                "{:?} is a factor of this method and cannot be a gate.",
                factor.key
            ),
        );
    }
    weight(faults, at, method, c);
    if scale(faults, at, c) {
        let fixed = factor.map(|f| f.levels).filter(|levels| !levels.is_empty());
        levels(faults, at, fixed, c);
    }
}

fn as_factor(faults: &mut Faults, at: &[&str], factor: &Factor, c: &Criterion) {
    if c.kind != factor.kind() {
        let message = format!("{:?} is a {:?} of this method.", factor.key, factor.role);
        faults.add(&below(at, &["kind"]), "FACTOR_KIND", message);
    }
    if !c.is_required {
        let message = "Every factor of a ratio is required.";
        faults.add(&below(at, &["isRequired"]), "FACTOR_OPTIONAL", message);
    }
    for (field, given, needed) in [
        ("minimum", c.minimum, factor.minimum),
        ("maximum", c.maximum, factor.maximum),
        ("step", c.step, factor.step),
    ] {
        if given.is_finite() && given != needed {
            let message = format!("{:?} has the {field} {needed} in this method.", factor.key);
            faults.add(&below(at, &[field]), "FACTOR_OFF_SCALE", message);
        }
    }
}

fn weight(faults: &mut Faults, at: &[&str], method: Method, c: &Criterion) {
    let path = below(at, &["weight"]);
    match c.weight {
        Some(weight) if !number(faults, &path, weight) => {}
        Some(_) if c.kind == CriterionKind::Gate => {
            faults.add(&path, "GATE_WITH_WEIGHT", "A gate carries no weight.");
        }
        Some(_) if method != Method::WeightedSum => {
            faults.add(
                &path,
                "FACTOR_WITH_WEIGHT",
                "A factor of a ratio carries no weight.",
            );
        }
        Some(weight) if weight <= 0.0 => {
            faults.add(&path, "WEIGHT_NOT_POSITIVE", "A weight is greater than 0.");
        }
        None if c.kind != CriterionKind::Gate && method == Method::WeightedSum => {
            faults.add(
                &path,
                "WEIGHT_NOT_POSITIVE",
                "This criterion needs a weight above 0.",
            );
        }
        Some(_) | None => {}
    }
}

/// Whether the scale is one on which levels can be looked at.
fn scale(faults: &mut Faults, at: &[&str], c: &Criterion) -> bool {
    let mut are_numbers = true;
    for (field, given) in [
        ("minimum", c.minimum),
        ("maximum", c.maximum),
        ("step", c.step),
    ] {
        are_numbers &= number(faults, &below(at, &[field]), given);
    }
    if !are_numbers {
        return false;
    }
    if c.kind == CriterionKind::Gate && (c.minimum, c.maximum, c.step) != (0.0, 1.0, 1.0) {
        let message = "A gate is answered with 0 or 1: minimum 0, maximum 1, step 1.";
        faults.add(&below(at, &["maximum"]), "GATE_OFF_SCALE", message);
        return false;
    }
    if c.minimum >= c.maximum {
        let message = "The maximum lies above the minimum; a cost is said by its kind.";
        faults.add(&below(at, &["maximum"]), "SCALE_REVERSED", message);
        return false;
    }
    let steps = (c.maximum - c.minimum) / c.step;
    let is_whole = (steps - steps.round()).abs() <= SLACK * steps.abs().max(1.0);
    if c.step <= 0.0 || steps > MOST_STEPS || !is_whole {
        let message = "Whole steps, at most a million, lead from the minimum to the maximum.";
        faults.add(&below(at, &["step"]), "STEP_OFF_SCALE", message);
        return false;
    }
    true
}

fn levels(faults: &mut Faults, at: &[&str], fixed: Option<&[f64]>, c: &mut Criterion) {
    let mut between = false;
    let mut ends = [false; 2];
    for i in 0..c.levels.len() {
        let here = i.to_string();
        let here = below(at, &["levels", here.as_str()]);
        let path = below(&here, &["value"]);
        let value = c.levels[i].value;
        match admit(c, fixed, value) {
            Err((reason, message)) => faults.add(&path, reason, message),
            Ok(()) if c.levels[..i].iter().any(|l| near(c, l.value, value)) => {
                faults.add(
                    &path,
                    "LEVEL_TWICE",
                    format!("The level {value} stands twice."),
                );
            }
            Ok(()) => {
                let (low, high) = (near(c, value, c.minimum), near(c, value, c.maximum));
                ends = [ends[0] | low, ends[1] | high];
                between |= !low && !high;
            }
        }
        let path = below(&here, &["anchor"]);
        let anchor = c.levels[i].anchor.trim();
        if anchor.is_empty() {
            faults.add(
                &path,
                "ANCHORS_MISSING",
                "An anchor says what the level looks like.",
            );
        }
        c.levels[i].anchor = checked(faults, &path, anchor, LONGEST_TEXT);
    }
    // A scale of two levels has nothing between them.
    let has_between = c.maximum - c.minimum > c.step * 1.5;
    if ends != [true; 2] || has_between && !between {
        let message = if has_between {
            "Say in words what the lowest, the highest and a level between look like."
        } else {
            "Say in words what the lowest and the highest level look like."
        };
        faults.add(&below(at, &["levels"]), "ANCHORS_MISSING", message);
    }
    c.levels.sort_by(|a, b| a.value.total_cmp(&b.value));
}

fn near(c: &Criterion, a: f64, b: f64) -> bool {
    (a - b).abs() < 0.5 * c.step
}

fn key(faults: &mut Faults, path: &[&str], key: &str) {
    let is_plain = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !is_plain || !key.starts_with(|c: char| c.is_ascii_alphabetic()) || key.len() > LONGEST_KEY {
        let message = format!(
            "A key is a letter and then letters, digits, hyphens and underscores, \
             {LONGEST_KEY} at most."
        );
        faults.add(path, "BAD_KEY", message);
    }
}

fn name(faults: &mut Faults, path: &[&str], raw: &str) -> String {
    required(faults, path, raw.trim(), LONGEST_NAME, "NAME_MISSING")
}

/// Whether it is one that can be calculated with; notes `NOT_A_NUMBER` and
/// `NUMBER_OUT_OF_RANGE`.
fn number(faults: &mut Faults, path: &[&str], given: f64) -> bool {
    if !given.is_finite() {
        faults.add(path, "NOT_A_NUMBER", "This must be a number.");
    } else if given.abs() > LARGEST_NUMBER {
        faults.add(
            path,
            "NUMBER_OUT_OF_RANGE",
            "A thousand million is the largest number.",
        );
    }
    given.abs() <= LARGEST_NUMBER
}

fn below<'a>(at: &[&'a str], further: &[&'a str]) -> Vec<&'a str> {
    [at, further].concat()
}
