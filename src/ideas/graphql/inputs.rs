//! What comes in about ideas.

use crate::backlog::graphql::Disagreement;
use crate::graph::DateTime;
use crate::hackathons::HackathonId;
use crate::ideas::commands::{IdeaEdit, NewIdea};
use crate::ideas::domain::{Authorship, Channel, EvidenceKind, Link, Text, Visibility};
use crate::ideas::lifecycle::{Party, State};
use crate::ideas::lists::{self, Direction, OrderField, Relation};
use crate::ideas::screening::ScreeningOutcome;
use crate::identity::domain::MemberId;
use crate::platform::error::Result;
use async_graphql::{Enum, ID, InputObject, MaybeUndefined};

/// How the caller stands to an idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ViewerRelation {
    /// Wrote it.
    Author,
    /// Wrote it with its author.
    CoAuthor,
    /// Looks after it.
    Steward,
    /// Is, or was, asked to assess it.
    Assigned,
    /// Handed in an assessment of it that stands.
    Assessed,
    /// Follows it.
    Follows,
    /// Said that they want it.
    Supports,
    /// Is in a team that works on it in a hackathon, or worked on it.
    TeamMember,
    /// Declared a conflict of interest, and must not judge it.
    Conflicted,
}

/// What the caller may do with an idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum IdeaAction {
    /// Change its text: `updateIdea`.
    Edit,
    /// Take it back: `withdrawIdea`.
    Withdraw,
    /// Say something about it: `addComment`.
    Comment,
    /// Say something to its reviewers alone: `addComment`.
    CommentToReviewers,
    /// Say that they want it: `supportIdea`.
    Support,
    /// Be told what becomes of it: `followIdea`.
    Follow,
    /// Rate it: `submitAssessment`.
    Assess,
    /// Ask others to rate it: `assignAssessors`.
    Assign,
    /// Accept, ask or decline: `screenIdea`.
    Screen,
    /// Hold, decline, reopen, adopt, or waive the quorum: `decideIdea`.
    Decide,
    /// Say why a decision that stands is wrong: `appealDecision`.
    Appeal,
    /// Show that they wrote it: `revealAuthorship`.
    RevealAuthorship,
    /// Let it go on in another idea: `mergeIdeas`.
    Merge,
    /// Queue it to be tried: `queuePrototype`.
    QueuePrototype,
    /// Nominate it for a hackathon that takes nominations: `nominateCandidate`.
    Nominate,
    /// Tell what became of it: `recordOutcome`.
    RecordOutcome,
    /// Take a text of it away for good: `redact`.
    Redact,
}

/// Which ideas are wanted. All that is given must hold; an empty list matches nothing.
#[derive(InputObject, Default)]
pub struct IdeaFilter {
    /// In one of these states.
    states: Option<Vec<State>>,
    /// Written by this member, as far as the caller may know.
    author_id: Option<ID>,
    /// Looked after by this member.
    steward_id: Option<ID>,
    /// Assigned to this member, whether or not that is done; leads may ask for anybody, others
    /// for themselves, and find nothing of anybody else.
    assessor_id: Option<ID>,
    /// In IN_ASSESSMENT with fewer complete assessments that count than the rubric's quorum,
    /// whoever is assigned; false: all others.
    lacks_assessments: Option<bool>,
    /// To which the caller stands in one of these ways.
    viewer: Option<Vec<ViewerRelation>>,
    /// Key of the rubric they are, or by default will be, assessed under.
    rubric: Option<String>,
    /// Due before this instant.
    due_before: Option<DateTime>,
    /// In its state since before this instant.
    state_since_before: Option<DateTime>,
    /// Nominated for this hackathon, whatever became of that.
    hackathon_id: Option<ID>,
    /// With all of these tags.
    tags: Option<Vec<String>>,
    /// Handed in after this instant.
    submitted_after: Option<DateTime>,
    /// Handed in before this instant.
    submitted_before: Option<DateTime>,
    /// Whose next step is owed by this party.
    waiting_for: Option<Party>,
    /// Whose promise has passed; false: has not, or there is none.
    is_overdue: Option<bool>,
    /// With an appeal that waits for an answer; false: without one.
    has_open_appeal: Option<bool>,
    /// With a published score whose assessors are so far apart. What is not published yet
    /// matches none of the three.
    pub(super) disagreement: Option<Disagreement>,
}

impl IdeaFilter {
    /// The filter, or what is wrong with its ids.
    pub fn read(self) -> Result<lists::IdeaFilter> {
        let id = |id: Option<ID>| {
            id.map(|id| MemberId::read_argument("filter", &id))
                .transpose()
        };
        Ok(lists::IdeaFilter {
            states: self.states,
            author: id(self.author_id)?,
            steward: id(self.steward_id)?,
            assessor: id(self.assessor_id)?,
            lacks_assessments: self.lacks_assessments,
            hackathon: self
                .hackathon_id
                .map(|id| HackathonId::read_argument("filter", &id).map(|id| id.0))
                .transpose()?,
            viewer: self
                .viewer
                .map(|relations| relations.into_iter().map(Relation::from).collect()),
            rubric: self.rubric,
            tags: self.tags,
            due_before: self.due_before.map(|at| at.0),
            state_since_before: self.state_since_before.map(|at| at.0),
            submitted_after: self.submitted_after.map(|at| at.0),
            submitted_before: self.submitted_before.map(|at| at.0),
            waiting_for: self.waiting_for,
            is_overdue: self.is_overdue,
            has_open_appeal: self.has_open_appeal,
            apart: None,
        })
    }
}

impl From<ViewerRelation> for Relation {
    fn from(relation: ViewerRelation) -> Self {
        match relation {
            ViewerRelation::Author => Self::Author,
            ViewerRelation::CoAuthor => Self::CoAuthor,
            ViewerRelation::Steward => Self::Steward,
            ViewerRelation::Assigned => Self::Assigned,
            ViewerRelation::Assessed => Self::Assessed,
            ViewerRelation::Follows => Self::Follows,
            ViewerRelation::Supports => Self::Supports,
            ViewerRelation::TeamMember => Self::TeamMember,
            ViewerRelation::Conflicted => Self::Conflicted,
        }
    }
}

/// What a list of ideas can be sorted by; the id decides between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum IdeaOrderField {
    /// How much of what is searched for stands in it; needs `search`.
    Relevance,
    /// When it was handed in; a draft, when it was begun.
    SubmittedAt,
    /// When its text or state changed last.
    UpdatedAt,
    /// Since when it is in its state.
    StateSince,
    /// When its promise falls due; without one, later than all.
    DueAt,
    /// Its published score; without one, lowest.
    Score,
    /// How many people want it.
    Support,
    /// Its number.
    Number,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest or earliest first.
    Asc,
    /// Largest or latest first.
    Desc,
}

/// The order of a list of ideas.
#[derive(InputObject)]
pub struct IdeaOrder {
    /// What it is sorted by.
    field: IdeaOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl IdeaOrder {
    /// The order in the house's own words.
    pub fn read(&self) -> (OrderField, Direction) {
        let field = match self.field {
            IdeaOrderField::Relevance => OrderField::Relevance,
            IdeaOrderField::SubmittedAt => OrderField::SubmittedAt,
            IdeaOrderField::UpdatedAt => OrderField::UpdatedAt,
            IdeaOrderField::StateSince => OrderField::StateSince,
            IdeaOrderField::DueAt => OrderField::DueAt,
            IdeaOrderField::Score => OrderField::Score,
            IdeaOrderField::Support => OrderField::Support,
            IdeaOrderField::Number => OrderField::Number,
        };
        let direction = match self.direction {
            OrderDirection::Asc => Direction::Ascending,
            OrderDirection::Desc => Direction::Descending,
        };
        (field, direction)
    }
}

/// An address that belongs to an idea.
#[derive(Clone, InputObject)]
pub struct LinkInput {
    /// A whole http or https address, at most 2,000 characters.
    url: String,
    /// What it leads to, at most 200 characters.
    title: Option<String>,
}

impl From<LinkInput> for Link {
    fn from(link: LinkInput) -> Self {
        Self {
            url: link.url,
            title: link.title,
        }
    }
}

/// A new idea. Texts are stored as written (NFC, line ends as LF), up to 10,000 characters.
#[derive(Clone, InputObject)]
pub struct SubmitIdeaInput {
    /// 1 to 120 characters in one line.
    title: String,
    /// Who hurts, how, how often. Jumping to a solution is the commonest mistake.
    problem: String,
    /// What could be done about it.
    proposal: Option<String>,
    /// Who would be better off.
    beneficiaries: Option<String>,
    /// How the problem is known.
    evidence_kind: Option<EvidenceKind>,
    /// What shows that the problem is real.
    evidence: Option<String>,
    /// What would be different then.
    expected_outcome: Option<String>,
    /// "We believe …, because …".
    hypothesis: Option<String>,
    /// What must be true for it to work, and is least sure.
    riskiest_assumption: Option<String>,
    /// "We will know when …".
    success_measure: Option<String>,
    /// At most 20 addresses.
    links: Option<Vec<LinkInput>>,
    /// At most 20 tags of 1 to 50 characters; kept in lower case, each once.
    tags: Option<Vec<String>>,
    /// At most 20 members who wrote it too.
    co_author_ids: Option<Vec<ID>>,
    /// Who may see it.
    #[graphql(default_with = "Some(Visibility::Organization)")]
    visibility: Option<Visibility>,
    /// Whether it shows who wrote it.
    #[graphql(default_with = "Some(Authorship::Named)")]
    authorship: Option<Authorship>,
    /// API or WEB; the others are the server's to say.
    #[graphql(default_with = "Some(Channel::Api)")]
    channel: Option<Channel>,
    /// Leads, organizers and admins, for somebody without a client at hand: that member is
    /// the author.
    on_behalf_of_id: Option<ID>,
    /// Keeps it for its authors alone until `submitDraft`.
    #[graphql(default_with = "Some(false)")]
    as_draft: Option<bool>,
    /// The same key and input give the same idea again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

impl SubmitIdeaInput {
    /// The idea as it came in.
    pub fn read(self) -> NewIdea {
        NewIdea {
            co_authors: member_ids("coAuthorIds", self.co_author_ids.unwrap_or_default()),
            on_behalf_of: self
                .on_behalf_of_id
                .map(|id| MemberId::read(&["onBehalfOfId"], &id)),
            text: Text {
                title: self.title,
                problem: self.problem,
                proposal: self.proposal,
                beneficiaries: self.beneficiaries,
                evidence_kind: self.evidence_kind.map(|kind| kind.as_str().to_owned()),
                evidence: self.evidence,
                expected_outcome: self.expected_outcome,
                hypothesis: self.hypothesis,
                riskiest_assumption: self.riskiest_assumption,
                success_measure: self.success_measure,
                links: self
                    .links
                    .unwrap_or_default()
                    .into_iter()
                    .map(Link::from)
                    .collect(),
                tags: self.tags.unwrap_or_default(),
            },
            channel: self.channel.unwrap_or(Channel::Api),
            visibility: self.visibility.unwrap_or(Visibility::Organization),
            authorship: self.authorship.unwrap_or(Authorship::Named),
            as_draft: self.as_draft.unwrap_or(false),
        }
    }
}

/// Changes of an idea: what is left out stays, null clears. Title and problem cannot be
/// cleared.
#[derive(Clone, InputObject)]
pub struct UpdateIdeaInput {
    /// Which idea.
    pub idea_id: ID,
    /// The `revision` that was read; refused as STALE_REVISION when it is no longer the newest.
    expected_revision: Option<i32>,
    /// Who may see it.
    visibility: Option<Visibility>,
    /// 1 to 120 characters in one line.
    title: MaybeUndefined<String>,
    /// Who hurts, how, how often.
    problem: MaybeUndefined<String>,
    /// What could be done about it.
    proposal: MaybeUndefined<String>,
    /// Who would be better off.
    beneficiaries: MaybeUndefined<String>,
    /// How the problem is known.
    evidence_kind: MaybeUndefined<EvidenceKind>,
    /// What shows that the problem is real.
    evidence: MaybeUndefined<String>,
    /// What would be different then.
    expected_outcome: MaybeUndefined<String>,
    /// "We believe …, because …".
    hypothesis: MaybeUndefined<String>,
    /// What must be true for it to work, and is least sure.
    riskiest_assumption: MaybeUndefined<String>,
    /// "We will know when …".
    success_measure: MaybeUndefined<String>,
    /// All addresses, in place of those that were there.
    links: MaybeUndefined<Vec<LinkInput>>,
    /// All tags, in place of those that were there.
    tags: MaybeUndefined<Vec<String>>,
    /// All co-authors, in place of those that were there.
    co_author_ids: MaybeUndefined<Vec<ID>>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

impl UpdateIdeaInput {
    /// The edit as it came in.
    pub fn read(self) -> IdeaEdit {
        IdeaEdit {
            expected_revision: self.expected_revision,
            visibility: self.visibility,
            // Null empties, and an empty one is refused with the reason that fits.
            title: list(self.title),
            problem: list(self.problem),
            proposal: clears(self.proposal),
            beneficiaries: clears(self.beneficiaries),
            evidence_kind: clears(self.evidence_kind)
                .map(|kind| kind.map(|kind| kind.as_str().to_owned())),
            evidence: clears(self.evidence),
            expected_outcome: clears(self.expected_outcome),
            hypothesis: clears(self.hypothesis),
            riskiest_assumption: clears(self.riskiest_assumption),
            success_measure: clears(self.success_measure),
            links: list(self.links).map(|links| links.into_iter().map(Link::from).collect()),
            tags: list(self.tags),
            co_authors: list(self.co_author_ids).map(|ids| member_ids("coAuthorIds", ids)),
        }
    }
}

/// `None` keeps, `Some(None)` clears.
fn clears<T>(field: MaybeUndefined<T>) -> Option<Option<T>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// `None` keeps; null is the empty one.
fn list<T: Default>(field: MaybeUndefined<T>) -> Option<T> {
    clears(field).map(Option::unwrap_or_default)
}

/// Member ids of a list, each read or refused at its own place.
fn member_ids(field: &str, ids: Vec<ID>) -> Vec<Result<MemberId>> {
    ids.iter()
        .enumerate()
        .map(|(index, id)| MemberId::read(&[field, &index.to_string()], id))
        .collect()
}

/// Hands in a draft.
#[derive(Clone, InputObject)]
pub struct SubmitDraftInput {
    /// Which draft.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Throws a draft away.
#[derive(Clone, InputObject)]
pub struct DiscardDraftInput {
    /// Which draft.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Takes an idea back.
#[derive(Clone, InputObject)]
pub struct WithdrawIdeaInput {
    /// Which idea.
    pub idea_id: ID,
    /// Why, for those who followed it.
    pub reason: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Answers the lead's question.
#[derive(Clone, InputObject)]
pub struct AnswerQuestionInput {
    /// Which idea.
    pub idea_id: ID,
    /// What the lead reads.
    pub answer: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Says that the caller wants an idea.
#[derive(Clone, InputObject)]
pub struct SupportIdeaInput {
    /// Which idea.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Takes that back.
#[derive(Clone, InputObject)]
pub struct WithdrawSupportInput {
    /// Which idea.
    pub idea_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// What a lead says to an idea that was handed in.
#[derive(Clone, InputObject)]
pub struct ScreenIdeaInput {
    /// Which idea.
    pub idea_id: ID,
    /// What is decided.
    pub outcome: ScreeningOutcome,
    /// What the author reads; for NEEDS_INFO it is the question.
    pub reason: String,
    /// Key of the rubric to assess under; the default rubric when left out.
    pub rubric: Option<String>,
    /// Who looks after it from now on; the caller when left out.
    pub steward_id: Option<ID>,
    /// DECLINE: what would change the answer.
    pub would_reconsider_if: Option<String>,
    /// The `revision` that was read; refused as STALE_REVISION when it is no longer the newest.
    pub expected_revision: Option<i32>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}

/// Hands an idea to another lead to look after.
#[derive(Clone, InputObject)]
pub struct SetStewardInput {
    /// Which idea.
    pub idea_id: ID,
    /// Who looks after it from now on: an active member who leads.
    pub member_id: ID,
    /// Why, for those who follow it; up to 10,000 characters.
    pub reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub idempotency_key: Option<String>,
}
