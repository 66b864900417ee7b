//! What people say about an idea, and who hears it: comments are for everyone who sees the
//! idea, or for its reviewers alone; and what was said in private stays so. Pure.

use super::domain::{Idea, IdeaId, Visibility};
use super::lifecycle::{State, words};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::Error;
use crate::platform::ids::id;

id! {
    /// Names a comment.
    CommentId, "comment"
}

words! {
    /// For whom a comment is.
    Audience {
        /// Everyone who sees the idea.
        Everyone = "EVERYONE",
        /// Assessors, leads and admins, unless it is their own idea.
        Reviewers = "REVIEWERS",
    }
}

/// Who may read a comment: its audience, among those who saw the idea when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    Everyone,
    Reviewers,
    /// Said while the idea was confidential.
    Confidants,
    ConfidentReviewers,
    /// Said while the idea was a draft.
    Authors,
}

impl Circle {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Everyone,
        Self::Reviewers,
        Self::Confidants,
        Self::ConfidentReviewers,
        Self::Authors,
    ];

    /// The circle of what is said now.
    pub fn of(idea: &Idea, audience: Audience) -> Self {
        match (idea.state, idea.visibility, audience) {
            (State::Draft, _, _) => Self::Authors,
            (_, Visibility::Organization, Audience::Everyone) => Self::Everyone,
            (_, Visibility::Organization, Audience::Reviewers) => Self::Reviewers,
            (_, Visibility::Confidential, Audience::Everyone) => Self::Confidants,
            (_, Visibility::Confidential, Audience::Reviewers) => Self::ConfidentReviewers,
        }
    }

    /// The word it is stored as.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "EVERYONE",
            Self::Reviewers => "REVIEWERS",
            Self::Confidants => "CONFIDANTS",
            Self::ConfidentReviewers => "CONFIDENT_REVIEWERS",
            Self::Authors => "AUTHORS",
        }
    }

    /// The circle of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|circle| circle.as_str() == word)
    }

    /// The kind of the event that tells of a comment. The kind alone says who may see it, so
    /// that a list of events is filtered before it is cut into pages and counted.
    pub fn event(self) -> &'static str {
        match self {
            Self::Everyone => "COMMENTED",
            Self::Reviewers => "COMMENTED_TO_REVIEWERS",
            Self::Confidants => "COMMENTED_IN_CONFIDENCE",
            Self::ConfidentReviewers => "COMMENTED_TO_REVIEWERS_IN_CONFIDENCE",
            Self::Authors => "COMMENTED_ON_DRAFT",
        }
    }

    /// The kind of the event that tells that such a comment was redacted; what everyone may
    /// read is redacted for everyone to see.
    pub fn redaction(self) -> &'static str {
        match self {
            Self::Everyone => "REDACTED",
            Self::Reviewers => "REDACTED_TO_REVIEWERS",
            Self::Confidants => "REDACTED_IN_CONFIDENCE",
            Self::ConfidentReviewers => "REDACTED_TO_REVIEWERS_IN_CONFIDENCE",
            Self::Authors => "REDACTED_ON_DRAFT",
        }
    }

    /// For whom it was meant.
    pub fn audience(self) -> Audience {
        match self {
            Self::Everyone | Self::Confidants | Self::Authors => Audience::Everyone,
            Self::Reviewers | Self::ConfidentReviewers => Audience::Reviewers,
        }
    }
}

/// Whose ears a list is for, and how they stand to the idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hears {
    pub member: MemberId,
    pub is_own: bool,
    /// They wrote it, or what was merged into it.
    pub is_involved: bool,
    /// Declared a conflict of interest.
    pub is_conflicted: bool,
    /// Is asked to assess it.
    pub is_assigned: bool,
    /// Leads and admins.
    pub leads: bool,
    /// Those, and assessors.
    pub reviews: bool,
}

impl Hears {
    /// The circles this person is in.
    pub fn circles(&self) -> impl Iterator<Item = Circle> {
        let hears = *self;
        let reviews = hears.reviews && !hears.is_involved && !hears.is_conflicted;
        Circle::ALL.into_iter().filter(move |circle| match circle {
            Circle::Everyone => true,
            Circle::Reviewers => reviews,
            Circle::Confidants => hears.leads || hears.is_own || hears.is_assigned,
            Circle::ConfidentReviewers => reviews && (hears.leads || hears.is_assigned),
            Circle::Authors => hears.is_own,
        })
    }

    /// Whether what this person said to this circle, or somebody else did, is theirs to read.
    pub fn hears(&self, circle: Circle, said_by: Option<MemberId>) -> bool {
        said_by == Some(self.member) || self.circles().any(|one| one == circle)
    }
}

/// Something said about an idea.
#[derive(Clone, Debug)]
pub struct Comment {
    pub id: CommentId,
    pub idea: IdeaId,
    pub author: MemberId,
    pub circle: Circle,
    /// Said by one of those who wrote the idea, as they were then.
    pub is_by_author: bool,
    /// Empty once removed.
    pub body: String,
    pub created_at: Micros,
    pub edited_at: Option<Micros>,
    pub is_removed: bool,
    pub(super) salt: String,
}

/// Why something cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing more comes of the idea.
    Over(State),
    /// The comment was removed before.
    Removed,
}

impl From<Silence> for Error {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Over(state) => Self::IllegalStep {
                reason: "WRONG_STATE",
                message: format!("An idea in {state} is talked about no more."),
                legal_steps: super::lifecycle::steps_from(state)
                    .filter_map(super::lifecycle::Row::call)
                    .collect(),
            },
            Silence::Removed => Self::Conflict {
                reason: "COMMENT_REMOVED",
                message: "The comment was removed; say it anew.".to_owned(),
                current_revision: None,
            },
        }
    }
}

impl State {
    /// Whether people may comment on it and begin to follow it.
    pub fn is_talked_about(self) -> bool {
        !matches!(self, Self::Withdrawn | Self::Merged)
    }
}
