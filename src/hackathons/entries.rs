//! What a team hands in, and what an organizer publishes, with everything that can be wrong
//! with it. Pure.

use super::domain::{EntryId, JudgingMode};
use super::phases::Phase;
use crate::ideas::domain::{LONGEST_TEXT, LONGEST_TITLE, is_web_address};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{clean, is_blank, optional, required};

/// An entry as it comes in: the whole is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    pub title: String,
    pub summary: String,
    pub demo_url: Option<String>,
    pub repository_url: Option<String>,
    pub video_url: Option<String>,
    pub learned: Option<String>,
}

impl NewEntry {
    /// The entry as it is kept, with its faults noted.
    #[must_use]
    pub fn read(self, faults: &mut Faults) -> Self {
        Self {
            title: line(
                faults,
                &["title"],
                &self.title,
                "TITLE_MISSING",
                "TITLE_TOO_LONG",
            ),
            summary: required(
                faults,
                &["summary"],
                &self.summary,
                LONGEST_TEXT,
                "SUMMARY_MISSING",
            ),
            demo_url: address(faults, "demoUrl", self.demo_url),
            repository_url: address(faults, "repositoryUrl", self.repository_url),
            video_url: address(faults, "videoUrl", self.video_url),
            learned: optional(faults, &["learned"], self.learned.as_deref(), LONGEST_TEXT),
        }
    }
}

/// An award as it comes in.
#[derive(Clone, Debug)]
pub struct NewAward {
    pub entry: Result<EntryId>,
    pub award: String,
    pub next_step: String,
    pub owner: Result<MemberId>,
    pub due_at: Micros,
}

/// An award that names its next step.
#[derive(Clone, Debug)]
pub struct Award {
    pub entry: EntryId,
    pub award: String,
    pub next_step: String,
    pub owner: MemberId,
    pub due_at: Micros,
}

impl NewAward {
    /// The award, with its faults noted below `awards`; none without ids.
    pub fn read(self, faults: &mut Faults, at: usize, now: Micros) -> Result<Option<Award>> {
        let at = at.to_string();
        let path = |field| ["awards", at.as_str(), field];
        let entry = faults.take(self.entry)?;
        let (missing, long) = ("AWARD_MISSING", "TEXT_TOO_LONG");
        let award = line(faults, &path("award"), &self.award, missing, long);
        let next_step = required(
            faults,
            &path("nextStep"),
            &self.next_step,
            LONGEST_TEXT,
            "NEXT_STEP_MISSING",
        );
        let owner = faults.take(self.owner)?;
        if self.due_at <= now {
            let told = "A next step is due in the future.";
            faults.add(&path("dueAt"), "DUE_IN_THE_PAST", told);
        }
        let due_at = self.due_at;
        Ok(entry.zip(owner).map(|(entry, owner)| Award {
            entry,
            award,
            next_step,
            owner,
            due_at,
        }))
    }
}

/// An idea that the hackathon showed to work, as it comes in.
#[derive(Clone, Debug)]
pub struct NewValidation {
    pub entry: Result<EntryId>,
    pub evidence: String,
}

impl NewValidation {
    /// Which entry, and what shows it, with its faults noted below `validated`.
    pub fn read(self, faults: &mut Faults, at: usize) -> Result<Option<(EntryId, String)>> {
        let at = at.to_string();
        let entry = faults.take(self.entry)?;
        let evidence = required(
            faults,
            &["validated", &at, "evidence"],
            &self.evidence,
            LONGEST_TEXT,
            "EVIDENCE_MISSING",
        );
        Ok(entry.map(|entry| (entry, evidence)))
    }
}

/// Why something cannot be done with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The team was not taken in when the hackathon started.
    TakesNoPart,
    /// Entries are frozen.
    DeadlinePassed,
    /// Somebody in the team edited it since.
    StaleRevision { current: i32 },
    /// Entries of this hackathon are judged otherwise.
    WrongMode(JudgingMode),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let illegal = |reason, phase: Phase, message: &str| Self::IllegalStep {
            reason,
            message: message.to_owned(),
            legal_steps: phase.legal_steps(),
        };
        match refusal {
            Refusal::TakesNoPart => illegal(
                "WRONG_STATE",
                Phase::Running,
                "The team does not take part: it was not taken in when the hackathon started.",
            ),
            Refusal::DeadlinePassed => illegal(
                "DEADLINE_PASSED",
                Phase::Running,
                "The deadline has passed: entries can no longer be changed.",
            ),
            Refusal::StaleRevision { current } => Self::Conflict {
                reason: "STALE_REVISION",
                message: format!(
                    "The entry was edited since: it is at revision {current} now. Read it again and repeat."
                ),
                current_revision: Some(current),
            },
            Refusal::WrongMode(mode) => Self::IllegalStep {
                reason: "WRONG_MODE",
                message: match mode {
                    JudgingMode::Rubric => "Entries of this hackathon are rated one by one.",
                    JudgingMode::Pairwise => "Entries of this hackathon are compared in pairs.",
                }
                .to_owned(),
                legal_steps: vec![
                    match mode {
                        JudgingMode::Rubric => "judgeEntry",
                        JudgingMode::Pairwise => "compareEntries",
                    }
                    .to_owned(),
                ],
            },
        }
    }
}

/// A text of one line, as long as a title at most.
fn line(
    faults: &mut Faults,
    path: &[&str],
    text: &str,
    missing: &'static str,
    too_long: &'static str,
) -> String {
    let text = clean(text).trim().to_owned();
    let name = path.last().copied().unwrap_or_default();
    let length = text.chars().count();
    if is_blank(&text) {
        faults.add(path, missing, format!("`{name}` is missing."));
    }
    if text.chars().any(char::is_control) {
        let told = format!("`{name}` is one line without control characters.");
        faults.add(path, "CONTROL_CHARACTERS", told);
    }
    if length > LONGEST_TITLE {
        let told = format!("`{name}` has {length} characters; at most {LONGEST_TITLE} are kept.");
        faults.add(path, too_long, told);
    }
    text
}

/// A web address that may be missing; blank counts as missing.
fn address(faults: &mut Faults, field: &str, text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    if text.is_empty() {
        return None;
    }
    if !is_web_address(&text) {
        let told =
            format!("`{field}` is no whole http or https address of at most 2,000 characters.");
        faults.add(&[field], "BAD_URL", told);
    }
    Some(text)
}
