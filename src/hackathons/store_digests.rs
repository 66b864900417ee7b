//! What events carry of hackathons in place of texts. Made when they are written, and once
//! more by `sluice verify`.

use crate::entity::{
    award, entry, fit_rating, hackathon, hackathon_note, judgement, registration, team,
};
use crate::platform::digest::sha256;

/// Of all that an organizer sets.
pub fn hackathon(row: &hackathon::Model) -> String {
    let rubric = row.rubric_version_id.map(|id| id.simple().to_string());
    let numbers = [
        row.starts_at,
        row.ends_at,
        row.submission_deadline,
        row.team_size_min.into(),
        row.team_size_max.into(),
    ];
    let [starts, ends, deadline, min, max] = numbers.map(|number| number.to_string());
    sha256(&[
        &row.salt,
        &row.name,
        &row.theme,
        &row.brief,
        &row.judging,
        &rubric.unwrap_or_default(),
        &starts,
        &ends,
        &deadline,
        &min,
        &max,
        &row.targets,
    ])
}

/// Of what was said with a phase or the results.
pub fn note(row: &hackathon_note::Model) -> String {
    sha256(&[&row.salt, &row.text])
}

/// Of what somebody says when they register.
pub fn registration(row: &registration::Model) -> String {
    sha256(&[
        &row.salt,
        &row.member_id.simple().to_string(),
        &row.skills,
        &row.seeks_team.to_string(),
        &row.at.to_string(),
    ])
}

/// Of what somebody says about how a candidate fits.
pub fn fit(row: &fit_rating::Model) -> String {
    let marks = [row.theme, row.buildable, row.demoable, row.staffable];
    let [theme, buildable, demoable, staffable] = marks.map(|mark| mark.to_string());
    sha256(&[
        &row.salt,
        &theme,
        &buildable,
        &demoable,
        &staffable,
        row.note.as_deref().unwrap_or_default(),
    ])
}

/// Of what a team says of itself.
pub fn team(row: &team::Model) -> String {
    let candidate = row.candidate_id.map(|id| id.simple().to_string());
    sha256(&[
        &row.salt,
        &row.name,
        &candidate.unwrap_or_default(),
        &row.is_open.to_string(),
        &row.looking_for,
    ])
}

/// Of what a team handed in.
pub fn entry(row: &entry::Model) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    sha256(&[
        &row.salt,
        &row.team_id.simple().to_string(),
        &row.title,
        &row.summary,
        &text(&row.demo_url),
        &text(&row.repository_url),
        &text(&row.video_url),
        &text(&row.learned),
    ])
}

/// Of how a judge rates an entry.
pub fn judgement(row: &judgement::Model) -> String {
    sha256(&[
        &row.salt,
        &row.entry_id.simple().to_string(),
        &row.judge_id.simple().to_string(),
        &row.ratings,
        &row.is_complete.to_string(),
        &row.comment.clone().unwrap_or_default(),
    ])
}

/// Of what an entry won, and what happens with it now.
pub fn award(row: &award::Model) -> String {
    sha256(&[
        &row.salt,
        &row.entry_id.simple().to_string(),
        &row.ordinal.to_string(),
        &row.award,
        &row.next_step,
        &row.due_at.to_string(),
    ])
}
