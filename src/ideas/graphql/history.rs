//! Activity and revisions as nodes.

use super::idea::{IdeaNode, idea};
use crate::assessment::graphql::may_know_assessor;
use crate::graph::{DateTime, connection, session};
use crate::ideas::history::{Activity, ActivityKind, Revision};
use crate::ideas::store_history as store;
use crate::identity::graphql::MemberNode;
use crate::identity::store::Member;
use crate::platform::clock::Micros;
use crate::platform::error::Result;
use crate::platform::ids::opaque;
use async_graphql::{Context, ID, Object};
use serde_json::json;
use uuid::Uuid;

connection!(
    ActivityConnection,
    ActivityEdge,
    ActivityNode,
    "what happened"
);
connection!(
    IdeaRevisionConnection,
    IdeaRevisionEdge,
    IdeaRevisionNode,
    "revisions of an idea"
);

/// What happened under this id, when the caller may see it.
pub async fn activity(ctx: &Context<'_>, id: Uuid) -> Result<Option<ActivityNode>> {
    let s = session(ctx);
    let Some((activity, circle)) = store::one(s.reader(), id, s.actor.leads()).await? else {
        return Ok(None);
    };
    let Some(idea) = idea(ctx, activity.idea).await? else {
        return Ok(None);
    };
    if let Some(circle) = circle {
        let hears = idea.ears(ctx).await?;
        if !hears.hears(circle, activity.actor) {
            return Ok(None);
        }
    }
    Ok(Some(ActivityNode::new(idea, activity)))
}

/// Something that happened.
pub enum ActivityNode {
    /// To an idea.
    Idea(Box<IdeaActivity>),
    /// To something else, and how it is told to the caller.
    Other(Told),
}

impl ActivityNode {
    /// What happened to this idea.
    pub fn new(idea: IdeaNode, activity: Activity) -> Self {
        Self::Idea(Box::new(IdeaActivity { idea, activity }))
    }
}

/// How something that happened is told to the caller.
pub struct Told {
    pub id: Uuid,
    pub kind: ActivityKind,
    pub at: Micros,
    pub actor: Option<Member>,
    pub sentence: String,
    pub reason: Option<String>,
}

/// Something that happened to an idea.
pub struct IdeaActivity {
    idea: IdeaNode,
    activity: Activity,
}

impl IdeaActivity {
    /// Whoever did it, when the caller may know.
    async fn who(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        let Some(actor) = self.activity.actor else {
            return Ok(None);
        };
        let is_mine = session(ctx).actor.id() == Some(actor);
        let is_known = match self.activity.kind {
            // How many want it is told, not who.
            ActivityKind::Supported => is_mine,
            // Whose assessment made the difference is the assessor's and the leads' to know.
            ActivityKind::Assessed
            | ActivityKind::AssessmentWithdrawn
            | ActivityKind::ScoreChanged => is_mine || may_know_assessor(ctx, &self.idea).await?,
            // As long as nobody sees assessments, only its maker can have had one redacted.
            ActivityKind::Redacted if self.activity.data["redacted"] == "assessment" => {
                is_mine || may_know_assessor(ctx, &self.idea).await?
            }
            ActivityKind::StateChanged if self.is_by_itself() => false,
            // Who must not judge is the leads' to know; of those whose authors they may not
            // know it would tell who is not among these.
            ActivityKind::ConflictDeclared | ActivityKind::ConflictWithdrawn => {
                let leads = session(ctx).actor.leads();
                is_mine || (leads && self.idea.shows_authors(ctx).await?)
            }
            _ => true,
        };
        match is_known {
            false => Ok(None),
            true if self.is_by_authors_alone() => self.idea.acting_author(ctx, Some(actor)).await,
            true => self.idea.actor(ctx, Some(actor)).await,
        }
    }

    /// Nobody but an author does this, or it is shown as if.
    fn is_by_authors_alone(&self) -> bool {
        match self.activity.kind {
            ActivityKind::Submitted
            | ActivityKind::Edited
            | ActivityKind::QuestionAnswered
            | ActivityKind::Appealed
            | ActivityKind::AuthorshipRevealed => true,
            // The owner does this, who may be an author: whether it was one is not told.
            ActivityKind::ExperimentPlanned
            | ActivityKind::PrototypeStarted
            | ActivityKind::PrototypeExtended
            | ActivityKind::PrototypeHandedOver
            | ActivityKind::PrototypeAborted
            | ActivityKind::PrototypeConcluded => true,
            ActivityKind::Commented => self.activity.data["isByAuthor"] == true,
            ActivityKind::StateChanged => self.activity.data["to"] == "WITHDRAWN",
            _ => false,
        }
    }

    /// Nobody moved it: the assessments did.
    fn is_by_itself(&self) -> bool {
        matches!(
            self.activity.data["to"].as_str(),
            Some("BACKLOG" | "IN_ASSESSMENT")
        )
    }
}

impl IdeaActivity {
    async fn sentence(&self, ctx: &Context<'_>) -> Result<String> {
        let who = self.who(ctx).await?;
        let name = match (&who, self.activity.kind) {
            (Some(member), _) => member.0.name.as_str(),
            (None, ActivityKind::Assessed | ActivityKind::AssessmentWithdrawn) => "An assessor",
            (None, ActivityKind::ConflictDeclared | ActivityKind::ConflictWithdrawn) => "Somebody",
            (None, ActivityKind::Unassigned) => "The house",
            (
                None,
                ActivityKind::Screened
                | ActivityKind::Decided
                | ActivityKind::Merged
                | ActivityKind::Unmerged
                | ActivityKind::OutcomeRecorded
                | ActivityKind::AppealResolved
                | ActivityKind::DecisionReviewed
                | ActivityKind::AssessorsAssigned
                | ActivityKind::StewardChanged,
            ) => "A lead",
            (None, ActivityKind::Redacted) => "An admin",
            (None, _) => "The author",
        };
        let other = match self.activity.other() {
            Some(other) => idea(ctx, other).await?,
            None => None,
        };
        let other = match other {
            Some(other) => format!("#{}", other.idea.number),
            // Who may not see it is not told which.
            None => "another idea".to_owned(),
        };
        Ok(self.activity.sentence(name, &other))
    }

    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let is_known = match self.activity.kind {
            // Why an assessment was taken back may tell what it said.
            ActivityKind::AssessmentWithdrawn
            | ActivityKind::ConflictDeclared
            | ActivityKind::ConflictWithdrawn => self.who(ctx).await?.is_some(),
            // It may speak of the assessor.
            ActivityKind::Unassigned => {
                let me = session(ctx).actor.signed_in()?;
                session(ctx).actor.leads() || self.activity.data["assessor"] == json!(me)
            }
            _ => true,
        };
        Ok(self.activity.reason.as_deref().filter(|_| is_known))
    }
}

/// One thing that happened to an idea, or to a hackathon.
#[Object(name = "Activity")]
impl ActivityNode {
    /// Opaque; names this event for ever.
    pub async fn id(&self) -> ID {
        let id = match self {
            Self::Idea(one) => one.activity.id,
            Self::Other(told) => told.id,
        };
        opaque("activity", id).into()
    }

    /// What happened.
    async fn kind(&self) -> ActivityKind {
        match self {
            Self::Idea(one) => one.activity.kind,
            Self::Other(told) => told.kind,
        }
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(match self {
            Self::Idea(one) => one.activity.at,
            Self::Other(told) => told.at,
        })
    }

    /// Who did it; null when nobody in person did, or the caller may not know.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self {
            Self::Idea(one) => one.who(ctx).await,
            Self::Other(told) => Ok(told.actor.clone().map(MemberNode)),
        }
    }

    /// What happened, in words. Names only whom the caller may know.
    async fn sentence(&self, ctx: &Context<'_>) -> Result<String> {
        match self {
            Self::Idea(one) => one.sentence(ctx).await,
            Self::Other(told) => Ok(told.sentence.clone()),
        }
    }

    /// What was said with it; null when nothing was, or the caller may not know whose words
    /// they are.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        match self {
            Self::Idea(one) => one.reason(ctx).await,
            Self::Other(told) => Ok(told.reason.as_deref()),
        }
    }
}

/// A text an idea once had.
pub struct IdeaRevisionNode {
    idea: IdeaNode,
    revision: Revision,
}

impl IdeaRevisionNode {
    /// A revision of this idea.
    pub fn new(idea: IdeaNode, revision: Revision) -> Self {
        Self { idea, revision }
    }
}

/// One immutable revision of an idea.
#[Object(name = "IdeaRevision")]
impl IdeaRevisionNode {
    /// From 1.
    async fn number(&self) -> i32 {
        self.revision.number
    }

    /// The title then.
    async fn title(&self) -> &str {
        &self.revision.title
    }

    /// The problem then.
    async fn problem(&self) -> &str {
        &self.revision.problem
    }

    /// Names of the fields it changed; empty for the first.
    async fn changed(&self) -> &[String] {
        &self.revision.changed
    }

    /// When it was made.
    async fn at(&self) -> DateTime {
        DateTime(self.revision.at)
    }

    /// Who made it; null when an import did, or the caller may not know.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.idea.acting_author(ctx, self.revision.by).await
    }
}
