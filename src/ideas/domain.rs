//! What an idea is made of, as values that cannot be wrong once made, and why it can be
//! refused. Parsing reports every fault at once. Pure.

use super::lifecycle::{Illegal, Party, State, words};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::ids::id;
use crate::platform::outbox::Subject;
use crate::platform::text::{clean, is_blank, optional, required};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

id! {
    /// Names an idea.
    IdeaId, "idea"
}

id! {
    /// Names a decision about an idea.
    DecisionId, "decision"
}

impl IdeaId {
    /// The idea as the subject of events.
    pub fn subject(self) -> Subject {
        Subject::Idea(self.0)
    }
}

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 120;
/// The longest of all other texts.
pub const LONGEST_TEXT: usize = 10_000;
/// Tags, links and co-authors of one idea, at most.
pub const MOST_ITEMS: usize = 20;

words! {
    /// Who may see an idea.
    Visibility {
        /// Everyone in the organization.
        Organization = "ORGANIZATION",
        /// Author, co-authors, assigned assessors and leads.
        Confidential = "CONFIDENTIAL",
    }
}

words! {
    /// Whether an idea shows who wrote it.
    Authorship {
        /// Everyone sees who wrote it.
        Named = "NAMED",
        /// Nobody but the author and co-authors sees who wrote it.
        Anonymous = "ANONYMOUS",
    }
}

words! {
    /// How an idea came in.
    Channel {
        /// Through this API.
        Api = "API",
        /// Through a form on the web.
        Web = "WEB",
        /// From a file.
        Import = "IMPORT",
        /// By e-mail.
        Email = "EMAIL",
        /// From Slack.
        Slack = "SLACK",
    }
}

words! {
    /// How the problem is known.
    EvidenceKind {
        /// Somebody supposes it.
        Guess = "GUESS",
        /// Somebody was told.
        Told = "TOLD",
        /// Somebody saw it happen.
        Observed = "OBSERVED",
        /// Somebody measured it.
        Measured = "MEASURED",
    }
}

/// A link as it comes in, and as it is kept once checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// http or https.
    pub url: String,
    pub title: Option<String>,
}

/// Everything a person writes about an idea. As JSON it is the body of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Text {
    pub title: String,
    pub problem: String,
    pub proposal: Option<String>,
    pub beneficiaries: Option<String>,
    pub evidence_kind: Option<String>,
    pub evidence: Option<String>,
    pub expected_outcome: Option<String>,
    pub hypothesis: Option<String>,
    pub riskiest_assumption: Option<String>,
    pub success_measure: Option<String>,
    pub links: Vec<Link>,
    pub tags: Vec<String>,
}

impl Text {
    /// The seven optional fields that frame an idea, each with whether it is filled in.
    pub fn framing(&self) -> [(&'static str, bool); 7] {
        [
            ("proposal", self.proposal.is_some()),
            ("beneficiaries", self.beneficiaries.is_some()),
            ("evidence", self.evidence.is_some()),
            ("expectedOutcome", self.expected_outcome.is_some()),
            ("hypothesis", self.hypothesis.is_some()),
            ("riskiestAssumption", self.riskiest_assumption.is_some()),
            ("successMeasure", self.success_measure.is_some()),
        ]
    }

    /// The text as it is kept, or everything that is wrong with it.
    pub fn parse(self, faults: &mut Faults) -> Self {
        let title = title(faults, &self.title);
        let problem = required(
            faults,
            &["problem"],
            &self.problem,
            LONGEST_TEXT,
            "PROBLEM_MISSING",
        );
        let mut field = |name: &str, text: Option<String>| {
            optional(faults, &[name], text.as_deref(), LONGEST_TEXT)
        };
        Self {
            title,
            problem,
            proposal: field("proposal", self.proposal),
            beneficiaries: field("beneficiaries", self.beneficiaries),
            evidence_kind: self.evidence_kind,
            evidence: field("evidence", self.evidence),
            expected_outcome: field("expectedOutcome", self.expected_outcome),
            hypothesis: field("hypothesis", self.hypothesis),
            riskiest_assumption: field("riskiestAssumption", self.riskiest_assumption),
            success_measure: field("successMeasure", self.success_measure),
            links: links(faults, self.links),
            tags: tags(faults, self.tags),
        }
    }

    /// Names of the fields in which two texts differ, in the order of the form.
    pub fn changed_from(&self, old: &Self) -> Vec<&'static str> {
        let differs = [
            ("title", self.title != old.title),
            ("problem", self.problem != old.problem),
            ("proposal", self.proposal != old.proposal),
            ("beneficiaries", self.beneficiaries != old.beneficiaries),
            ("evidenceKind", self.evidence_kind != old.evidence_kind),
            ("evidence", self.evidence != old.evidence),
            (
                "expectedOutcome",
                self.expected_outcome != old.expected_outcome,
            ),
            ("hypothesis", self.hypothesis != old.hypothesis),
            (
                "riskiestAssumption",
                self.riskiest_assumption != old.riskiest_assumption,
            ),
            (
                "successMeasure",
                self.success_measure != old.success_measure,
            ),
            ("links", self.links != old.links),
            ("tags", self.tags != old.tags),
        ];
        differs
            .into_iter()
            .filter_map(|(name, differs)| differs.then_some(name))
            .collect()
    }
}

/// Whether a change of this field leaves an assessment behind: only the text itself does.
pub fn makes_stale(field: &str) -> bool {
    !matches!(field, "links" | "tags" | "visibility" | "coAuthors")
}

/// 1 to 120 characters in one line, trimmed.
fn title(faults: &mut Faults, text: &str) -> String {
    let title = clean(text).trim().to_owned();
    let length = title.chars().count();
    if is_blank(&title) {
        faults.add(&["title"], "TITLE_MISSING", "`title` is missing.");
    }
    if length > LONGEST_TITLE {
        let told = format!("`title` has {length} characters; at most {LONGEST_TITLE} are kept.");
        faults.add(&["title"], "TITLE_TOO_LONG", told);
    }
    if title.chars().any(char::is_control) {
        let told = "`title` is one line without control characters.";
        faults.add(&["title"], "CONTROL_CHARACTERS", told);
    }
    title
}

fn links(faults: &mut Faults, links: Vec<Link>) -> Vec<Link> {
    at_most(faults, "links", links.len());
    let check = |(index, link): (usize, Link)| {
        let at = index.to_string();
        let path = ["links", at.as_str(), "url"];
        let url = link.url.trim().to_owned();
        if !is_web_address(&url) {
            faults.add(
                &path,
                "BAD_URL",
                "A link is a whole http or https address of at most 2,000 characters.",
            );
        }
        let title = optional(faults, &["links", &at, "title"], link.title.as_deref(), 200);
        Link { url, title }
    };
    links
        .into_iter()
        .enumerate()
        .take(MOST_ITEMS)
        .map(check)
        .collect()
}

/// A whole http or https address with a host, of at most 2,000 characters.
pub fn is_web_address(text: &str) -> bool {
    text.chars().count() <= 2_000
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
        && url::Url::parse(text).is_ok_and(|url| {
            // Browsers, and so the parser, understand `https:example.com` too; people do not.
            let is_whole = text[url.scheme().len()..].starts_with("://");
            matches!(url.scheme(), "http" | "https") && url.has_host() && is_whole
        })
}

/// Lower case, each once, in the order they came.
fn tags(faults: &mut Faults, tags: Vec<String>) -> Vec<String> {
    at_most(faults, "tags", tags.len());
    let mut kept: Vec<String> = Vec::new();
    for (index, tag) in tags.iter().enumerate().take(MOST_ITEMS) {
        let tag = tag_form(tag);
        if !(1..=50).contains(&tag.chars().count()) || tag.chars().any(char::is_control) {
            let told = "A tag has 1 to 50 characters in one line.";
            faults.add(&["tags", &index.to_string()], "BAD_TAG", told);
        }
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// The form in which a tag is kept and compared.
pub fn tag_form(tag: &str) -> String {
    tag.trim().to_lowercase().nfc().collect()
}

/// Notes when a list has more than twenty items.
pub fn at_most(faults: &mut Faults, name: &str, count: usize) {
    if count > MOST_ITEMS {
        let told = format!("`{name}` has {count} items; at most {MOST_ITEMS} are kept.");
        faults.add(&[name], "TOO_MANY_ITEMS", told);
    }
}

/// An idea as it is now.
#[derive(Clone, Debug)]
pub struct Idea {
    pub id: IdeaId,
    pub number: i64,
    pub external_id: Option<String>,
    /// Grows with every edit.
    pub revision: i32,
    /// The revision that changed the text last: assessments of earlier ones are stale.
    pub text_revision: i32,
    /// What is older only authors may read: the time of a draft, or of confidence.
    pub shown_from_revision: i32,
    pub text: Text,
    pub channel: Channel,
    pub visibility: Visibility,
    pub authorship: Authorship,
    pub author: MemberId,
    pub submitted_by: Option<MemberId>,
    pub steward: Option<MemberId>,
    pub state: State,
    /// The state it left and may come back to.
    pub left_state: Option<State>,
    pub state_since: Micros,
    pub due_at: Option<Micros>,
    /// What was left of a promise that pauses.
    pub promise_left: Option<Micros>,
    /// When the first open appeal is to be answered.
    pub appeal_due_at: Option<Micros>,
    /// When the calendar looks at it next; never, once everybody was reminded.
    pub wake_at: Option<Micros>,
    /// The version of the rubric it was accepted under.
    pub rubric_version: Option<Uuid>,
    /// When its score was published first; since then nobody rates it blind.
    pub score_published_at: Option<Micros>,
    pub support_count: i64,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub submitted_at: Option<Micros>,
}

/// What a lead asked the author, and the answer once there is one.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: Uuid,
    pub text: String,
    pub asked_by: Option<MemberId>,
    pub asked_at: Micros,
    pub answer: Option<String>,
    pub(super) salt: String,
}

impl Idea {
    /// When the open appeal is due that the next step is to answer: where an idea rests,
    /// nothing else is owed by a person.
    pub fn appeal_due(&self) -> Option<Micros> {
        self.appeal_due_at.filter(|_| self.state.rests())
    }

    /// When the next step is due.
    pub fn due(&self) -> Option<Micros> {
        self.appeal_due().or(self.due_at)
    }

    /// Whether whoever owes the next step is late; nobody is for a day that was named.
    pub fn is_overdue(&self, now: Micros) -> bool {
        self.waits_for() != Party::Calendar && self.due().is_some_and(|due| due < now)
    }

    /// Who owes the next step: what a steward would owe, the leads do where there is none,
    /// and while an appeal is open.
    pub fn waits_for(&self) -> Party {
        match self.state.party() {
            _ if self.appeal_due().is_some() => Party::Lead,
            Party::Steward if self.steward.is_none() => Party::Lead,
            party => party,
        }
    }
}

/// Why something cannot be done to an idea.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The state has no such step.
    Illegal(Illegal),
    /// Its text can no longer be changed.
    NotEditable(State),
    /// It can no longer be supported.
    NotSupportable(State),
    /// Nobody needs to look after it any more.
    NotLookedAfter(State),
    /// It takes no other in, for nobody owes it a next step.
    TakesNoneIn {
        number: i64,
        state: State,
        /// The number of the one it was merged into in the end.
        goes_on_in: Option<i64>,
    },
    /// Somebody edited it since.
    StaleRevision { current: i32 },
    /// It shows who wrote it already.
    AlreadyNamed,
}

impl From<Illegal> for Refusal {
    fn from(illegal: Illegal) -> Self {
        Self::Illegal(illegal)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let wrong_state = |from: State, message: String| {
            let legal_steps = super::lifecycle::steps_from(from)
                .filter_map(super::lifecycle::Row::call)
                .collect();
            Self::IllegalStep {
                reason: "WRONG_STATE",
                message,
                legal_steps,
            }
        };
        match refusal {
            Refusal::Illegal(Illegal { from, legal }) => Self::IllegalStep {
                reason: "WRONG_STATE",
                message: format!(
                    "An idea in {from} cannot take this step; it can take: {}.",
                    if legal.is_empty() {
                        "none".to_owned()
                    } else {
                        legal.join(", ")
                    }
                ),
                legal_steps: legal,
            },
            Refusal::NotEditable(from) => wrong_state(
                from,
                format!("The text of an idea in {from} can no longer be changed."),
            ),
            Refusal::NotSupportable(from) => {
                wrong_state(from, format!("An idea in {from} cannot be supported."))
            }
            Refusal::NotLookedAfter(from) => wrong_state(
                from,
                format!("An idea in {from} needs nobody to look after it."),
            ),
            Refusal::AlreadyNamed => Self::Conflict {
                reason: "ALREADY_NAMED",
                message: "The idea shows who wrote it already.".to_owned(),
                current_revision: None,
            },
            Refusal::TakesNoneIn {
                number,
                state,
                goes_on_in,
            } => {
                let goes_on =
                    goes_on_in.map_or(String::new(), |it| format!("; it goes on in #{it}"));
                let told = format!("#{number} is {state} and takes no other in{goes_on}.");
                wrong_state(state, told)
            }
            Refusal::StaleRevision { current } => Self::Conflict {
                reason: "STALE_REVISION",
                message: format!(
                    "The idea was edited since: it is at revision {current} now. Read it again and repeat."
                ),
                current_revision: Some(current),
            },
        }
    }
}

/// Checks the revision a caller says they read.
pub fn expect_revision(idea: &Idea, expected: Option<i32>) -> Result<()> {
    match expected {
        Some(expected) if expected != idea.revision => Err(Refusal::StaleRevision {
            current: idea.revision,
        }
        .into()),
        _ => Ok(()),
    }
}

/// A decision somebody took about an idea. Appended, never edited.
#[derive(Clone, Debug)]
pub struct Decision {
    pub id: DecisionId,
    pub idea: IdeaId,
    pub kind: DecisionKind,
    pub reason: String,
    pub decided_by: Option<MemberId>,
    pub decided_at: Micros,
    pub rank_then: Option<i32>,
    /// Hundredths.
    pub score_then: Option<i32>,
    pub is_override: bool,
    pub would_reconsider_if: Option<String>,
    /// The roadmap, team or ticket it went to.
    pub handed_to: Option<String>,
    /// When what was put on hold comes back.
    pub revisit_at: Option<Micros>,
    pub expectation: Option<String>,
    pub wrong_when: Option<String>,
    pub review_at: Option<Micros>,
    /// What became of it: of those that record an outcome.
    pub outcome: Option<OutcomeKind>,
}

words! {
    /// What was decided.
    DecisionKind {
        /// Accepted for assessment.
        Accepted = "ACCEPTED",
        /// The author was asked something first.
        InfoRequested = "INFO_REQUESTED",
        /// Declined, with what would change the answer.
        Declined = "DECLINED",
        /// Merged into another idea, in which it goes on.
        Merged = "MERGED",
        /// Set free again from the idea it was merged into.
        Unmerged = "UNMERGED",
        /// Put on hold until a day that was named.
        Held = "HELD",
        /// Taken up again.
        Reopened = "REOPENED",
        /// Handed to a roadmap, with where.
        Adopted = "ADOPTED",
        /// Its score was published with fewer assessments than the rubric asks for.
        QuorumWaived = "QUORUM_WAIVED",
        /// Put into the queue for a prototype.
        PrototypeQueued = "PROTOTYPE_QUEUED",
        /// It was told what came of its prototype, and how it goes on.
        ExperimentConcluded = "EXPERIMENT_CONCLUDED",
        /// Confirmed for a hackathon.
        CandidateConfirmed = "CANDIDATE_CONFIRMED",
        /// Taken out of a hackathon.
        CandidateDropped = "CANDIDATE_DROPPED",
        /// A hackathon showed that it works.
        ResultValidated = "RESULT_VALIDATED",
        /// It was told what became of it.
        OutcomeRecorded = "OUTCOME_RECORDED",
    }
}

words! {
    /// What became of an adopted idea.
    OutcomeKind {
        /// It shipped.
        Shipped = "SHIPPED",
        /// A part of it shipped.
        Partly = "PARTLY",
        /// It was dropped.
        Dropped = "DROPPED",
    }
}
