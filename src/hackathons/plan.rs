//! What an organizer sets about a hackathon, and everything that can be wrong with it. Pure.

use super::domain::{Hackathon, JudgingMode, MetricKey};
use super::phases::Phase;
use crate::ideas::domain::{LONGEST_TEXT, LONGEST_TITLE};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::Faults;
use crate::platform::text::{is_blank, required};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The longest slug, in characters.
pub const LONGEST_SLUG: usize = 60;
/// Judges of one hackathon, at most.
pub const MOST_JUDGES: usize = 100;
/// The largest team that can be asked for.
pub const LARGEST_TEAM: i32 = 100;
/// The highest target.
const HIGHEST_TARGET: f64 = 1e9;

/// All that an organizer sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub name: String,
    pub theme: String,
    pub brief: String,
    pub judging: JudgingMode,
    /// What entries are judged under; none under `PAIRWISE`.
    pub rubric_version: Option<Uuid>,
    pub starts_at: Micros,
    pub ends_at: Micros,
    pub submission_deadline: Micros,
    pub team_size_min: i32,
    pub team_size_max: i32,
    pub judges: Vec<MemberId>,
    pub targets: BTreeMap<MetricKey, f64>,
}

impl Plan {
    /// What is set for a hackathon now.
    pub fn of(hackathon: &Hackathon, judges: Vec<MemberId>) -> Self {
        Self {
            name: hackathon.name.clone(),
            theme: hackathon.theme.clone(),
            brief: hackathon.brief.clone(),
            judging: hackathon.judging,
            rubric_version: hackathon.rubric_version,
            starts_at: hackathon.starts_at,
            ends_at: hackathon.ends_at,
            submission_deadline: hackathon.submission_deadline,
            team_size_min: hackathon.team_size_min,
            team_size_max: hackathon.team_size_max,
            judges,
            targets: hackathon.targets.clone(),
        }
    }

    /// The plan as it is kept, with its faults noted.
    pub fn read(mut self, faults: &mut Faults) -> Self {
        self.name = required(faults, &["name"], &self.name, LONGEST_TITLE, "NAME_MISSING");
        self.name = self.name.trim().to_owned();
        if self.name.contains(['\n', '\t']) {
            let told = "`name` is one line.";
            faults.add(&["name"], "CONTROL_CHARACTERS", told);
        }
        self.theme = required(
            faults,
            &["theme"],
            &self.theme,
            LONGEST_TEXT,
            "THEME_MISSING",
        );
        self.brief = required(
            faults,
            &["brief"],
            &self.brief,
            LONGEST_TEXT,
            "BRIEF_MISSING",
        );
        if self.ends_at <= self.starts_at {
            let told = "A hackathon ends after it starts.";
            faults.add(&["endsAt"], "ENDS_BEFORE_START", told);
        }
        if self.submission_deadline <= self.starts_at {
            let told = "Entries are handed in after the start: the deadline lies before it.";
            faults.add(&["submissionDeadline"], "DEADLINE_BEFORE_START", told);
        } else if self.ends_at > self.starts_at && self.submission_deadline > self.ends_at {
            let told = "The deadline lies after the end.";
            faults.add(&["submissionDeadline"], "DEADLINE_AFTER_END", told);
        }
        self.check_sizes(faults);
        let mut judges: Vec<MemberId> = Vec::new();
        for judge in self.judges {
            if !judges.contains(&judge) {
                judges.push(judge);
            }
        }
        self.judges = judges;
        self
    }

    fn check_sizes(&self, faults: &mut Faults) {
        let sizes = [
            ("teamSizeMin", self.team_size_min),
            ("teamSizeMax", self.team_size_max),
        ];
        let mut fits = true;
        for (field, size) in sizes {
            if !(1..=LARGEST_TEAM).contains(&size) {
                fits = false;
                let told = format!("`{field}` is {size}; it goes from 1 to {LARGEST_TEAM}.");
                faults.add(&[field], "TEAM_SIZE_OUT_OF_RANGE", told);
            }
        }
        if fits && self.team_size_min > self.team_size_max {
            let told = "The smallest team is larger than the largest one.";
            faults.add(&["teamSizeMax"], "TEAM_SIZES_REVERSED", told);
        }
    }

    /// Which fields differ from an earlier plan, by the names of the input.
    pub fn changed_from(&self, old: &Self) -> Vec<&'static str> {
        let differs = [
            ("name", self.name != old.name),
            ("theme", self.theme != old.theme),
            ("brief", self.brief != old.brief),
            ("startsAt", self.starts_at != old.starts_at),
            ("endsAt", self.ends_at != old.ends_at),
            (
                "submissionDeadline",
                self.submission_deadline != old.submission_deadline,
            ),
            ("teamSizeMin", self.team_size_min != old.team_size_min),
            ("teamSizeMax", self.team_size_max != old.team_size_max),
            ("judging", self.judging != old.judging),
            ("rubric", self.rubric_version != old.rubric_version),
            ("judgeIds", sorted(&self.judges) != sorted(&old.judges)),
            ("targets", self.targets != old.targets),
        ];
        differs
            .into_iter()
            .filter_map(|(name, differs)| differs.then_some(name))
            .collect()
    }
}

fn sorted(judges: &[MemberId]) -> Vec<MemberId> {
    let mut sorted = judges.to_vec();
    sorted.sort_unstable();
    sorted
}

/// Whether a field can no longer be changed in a phase: what people rely on by then.
pub fn is_fixed(field: &str, phase: Phase) -> bool {
    let fixed_from = match field {
        "targets" => Phase::Nomination,
        "startsAt" | "teamSizeMin" | "teamSizeMax" => Phase::Running,
        "endsAt" | "submissionDeadline" | "judging" | "rubric" => Phase::Judging,
        _ => Phase::Closed,
    };
    phase >= fixed_from
}

/// Reads targets: each metric once, each a number from 0 on.
pub fn targets(faults: &mut Faults, asked: &[(MetricKey, f64)]) -> BTreeMap<MetricKey, f64> {
    let mut kept = BTreeMap::new();
    for (index, (key, target)) in asked.iter().enumerate() {
        let at = index.to_string();
        if !(0.0..=HIGHEST_TARGET).contains(target) {
            let told = "A target is a number from 0 to 1,000,000,000.";
            faults.add(&["targets", &at, "target"], "TARGET_OUT_OF_RANGE", told);
        } else if kept.insert(*key, *target).is_some() {
            let told = format!("There are two targets for {}.", key.as_str());
            faults.add(&["targets", &at, "key"], "METRIC_TWICE", told);
        }
    }
    kept
}

/// Reads a slug: 2 to 60 lower-case letters, digits and hyphens, no hyphen at either end.
pub fn slug(faults: &mut Faults, slug: &str) -> String {
    let fits = (2..=LONGEST_SLUG).contains(&slug.len())
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && !is_blank(slug);
    if !fits {
        let told = format!(
            "A slug has 2 to {LONGEST_SLUG} lower-case letters, digits and hyphens, with no hyphen at either end."
        );
        faults.add(&["slug"], "BAD_SLUG", told);
    }
    slug.to_owned()
}
