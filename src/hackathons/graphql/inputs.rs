//! Inputs of what organizers set.

use crate::graph::DateTime;
use crate::hackathons::commands::Asked;
use crate::hackathons::domain::{HackathonId, JudgingMode, MetricKey, TeamId};
use crate::hackathons::phases::Phase;
use crate::identity::domain::MemberId;
use crate::platform::error::Result;
use async_graphql::{ID, InputObject, MaybeUndefined};

/// What a metric shall come to.
#[derive(Clone, InputObject)]
pub struct MetricTargetInput {
    /// Which metric; each once.
    key: MetricKey,
    /// A number from 0 to 1,000,000,000.
    target: f64,
}

fn read_targets(targets: Vec<MetricTargetInput>) -> Vec<(MetricKey, f64)> {
    targets
        .into_iter()
        .map(|one| (one.key, one.target))
        .collect()
}

fn read_judges(ids: &[ID]) -> Vec<Result<MemberId>> {
    let judge = |(index, id): (usize, &ID)| {
        let at = index.to_string();
        MemberId::read(&["judgeIds", &at], id)
    };
    ids.iter().enumerate().map(judge).collect()
}

/// A new hackathon.
#[derive(Clone, InputObject)]
pub struct CreateHackathonInput {
    /// How addresses name it: 2 to 60 lower-case letters, digits and hyphens, no hyphen at
    /// either end. Unique, and it never changes.
    pub(super) slug: String,
    /// 1 to 120 characters in one line.
    name: String,
    /// What it is about, in a sentence or a few; up to 10,000 characters.
    theme: String,
    /// What teams need to know; up to 10,000 characters.
    brief: String,
    /// When teams begin to work.
    starts_at: DateTime,
    /// When it ends; after the start.
    ends_at: DateTime,
    /// Until when entries can be handed in, to the microsecond; after the start, and at the
    /// end at the latest.
    submission_deadline: DateTime,
    /// How many a team needs at least, from 1 to 100.
    #[graphql(default = 3)]
    team_size_min: Option<i32>,
    /// How many a team has at most, from 1 to 100.
    #[graphql(default = 6)]
    team_size_max: Option<i32>,
    /// How entries are judged.
    #[graphql(default_with = "Some(JudgingMode::Rubric)")]
    judging: Option<JudgingMode>,
    /// The key of the rubric they are judged under, in its current version;
    /// `hackathon-judging` when left out. With RUBRIC alone.
    rubric: Option<String>,
    /// Who judges, at most 100 active members; they can be named later.
    judge_ids: Option<Vec<ID>>,
    /// What it shall come to; at least one target is needed before NOMINATION.
    targets: Option<Vec<MetricTargetInput>>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl CreateHackathonInput {
    pub(super) fn read(self) -> Asked {
        Asked {
            name: Some(self.name),
            theme: Some(self.theme),
            brief: Some(self.brief),
            starts_at: Some(self.starts_at.0),
            ends_at: Some(self.ends_at.0),
            submission_deadline: Some(self.submission_deadline.0),
            team_size_min: self.team_size_min,
            team_size_max: self.team_size_max,
            judging: self.judging,
            rubric: self.rubric.map(Some),
            judges: self.judge_ids.map(|ids| read_judges(&ids)),
            targets: self.targets.map(read_targets),
        }
    }
}

/// Changes of a hackathon: what is left out stays. Null takes targets and judges away, and
/// names the rubric that there is by default; all else stays when it is null.
#[derive(Clone, InputObject)]
pub struct UpdateHackathonInput {
    /// Which hackathon.
    pub(super) hackathon_id: ID,
    /// 1 to 120 characters in one line.
    name: Option<String>,
    /// What it is about; up to 10,000 characters.
    theme: Option<String>,
    /// What teams need to know; up to 10,000 characters.
    brief: Option<String>,
    /// When teams begin to work; fixed once they do.
    starts_at: Option<DateTime>,
    /// When it ends; fixed from JUDGING on.
    ends_at: Option<DateTime>,
    /// Until when entries can be handed in; fixed from JUDGING on.
    submission_deadline: Option<DateTime>,
    /// How many a team needs at least; fixed from RUNNING on.
    team_size_min: Option<i32>,
    /// How many a team has at most; fixed from RUNNING on. Teams that are larger already stay.
    team_size_max: Option<i32>,
    /// How entries are judged; fixed from JUDGING on.
    judging: Option<JudgingMode>,
    /// The key of the rubric they are judged under, in its current version; fixed from
    /// JUDGING on.
    rubric: MaybeUndefined<String>,
    /// Who judges, in place of all before. What somebody judged who does so no longer does
    /// not count.
    judge_ids: MaybeUndefined<Vec<ID>>,
    /// What it shall come to, in place of all before; fixed from NOMINATION on.
    targets: MaybeUndefined<Vec<MetricTargetInput>>,
    /// The `revision` that was read; refused as STALE_REVISION when it is no longer the newest.
    pub(super) expected_revision: Option<i32>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// A list that null empties.
fn list<T>(field: MaybeUndefined<Vec<T>>) -> Option<Vec<T>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(Vec::new()),
        MaybeUndefined::Value(list) => Some(list),
    }
}

impl UpdateHackathonInput {
    pub(super) fn read(self) -> Asked {
        Asked {
            name: self.name,
            theme: self.theme,
            brief: self.brief,
            starts_at: self.starts_at.map(|at| at.0),
            ends_at: self.ends_at.map(|at| at.0),
            submission_deadline: self.submission_deadline.map(|at| at.0),
            team_size_min: self.team_size_min,
            team_size_max: self.team_size_max,
            judging: self.judging,
            rubric: match self.rubric {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(key) => Some(Some(key)),
            },
            judges: list(self.judge_ids).map(|ids| read_judges(&ids)),
            targets: list(self.targets).map(read_targets),
        }
    }
}

/// Leads a hackathon into another phase.
#[derive(Clone, InputObject)]
pub struct AdvanceHackathonInput {
    /// Which hackathon.
    pub(super) hackathon_id: ID,
    /// The phase after the present one, or CANCELLED. CLOSED is where `publishResults` leads.
    pub(super) to: Phase,
    /// Teams outside the size rule that may start all the same, with RUNNING alone; needs a
    /// `reason`.
    admit_team_ids: Option<Vec<ID>>,
    /// Why; up to 10,000 characters.
    pub(super) reason: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl AdvanceHackathonInput {
    pub(super) fn admitted(&self) -> Vec<Result<TeamId>> {
        let team = |(index, id): (usize, &ID)| {
            let at = index.to_string();
            TeamId::read(&["admitTeamIds", &at], id)
        };
        let ids = self.admit_team_ids.as_deref().unwrap_or_default();
        ids.iter().enumerate().map(team).collect()
    }
}

/// Which hackathons.
#[derive(Clone, InputObject)]
pub struct HackathonFilter {
    /// In one of these phases; an empty list matches nothing.
    pub(super) phases: Option<Vec<Phase>>,
}

pub(super) fn hackathon_id(id: &ID) -> Result<HackathonId> {
    HackathonId::read(&["hackathonId"], id)
}
