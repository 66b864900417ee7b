//! Anything by its id.

use crate::assessment::assigning::AssignmentId;
use crate::assessment::graphql::{
    AssessmentNode, AssignmentNode, RubricNode, RubricVersionNode, assessment, assignment, rubric,
    rubric_version,
};
use crate::assessment::store::{AssessmentId, RubricId, RubricVersionId};
use crate::backlog::graphql_rankings::{RankingNode, ranking};
use crate::backlog::store_rankings::RankingId;
use crate::graph::session;
use crate::hackathons::domain::{CandidateId, EntryId, HackathonId, RegistrationId, TeamId};
use crate::hackathons::graphql::{
    CandidateNode, EntryNode, HackathonNode, RegistrationNode, TeamNode, candidate, entry,
    hackathon, happening, registration, team,
};
use crate::ideas::appeals::AppealId;
use crate::ideas::conversation::CommentId;
use crate::ideas::domain::{DecisionId, IdeaId};
use crate::ideas::graphql::{
    ActivityNode, AppealNode, CommentNode, DecisionNode, IdeaNode, NotificationNode, activity,
    appeal, comment, idea, notification,
};
use crate::ideas::notifications::NotificationId;
use crate::ideas::store as ideas;
use crate::identity::domain::MemberId;
use crate::identity::graphql::{MemberNode, members};
use crate::platform::error::{Error, Faults, Result};
use crate::platform::ids::split;
use crate::prototypes::domain::{LearningId, PrototypeId};
use crate::prototypes::graphql::{LearningNode, PrototypeNode, learning, prototype};
use async_graphql::{Context, ID, Interface, Object};
use futures_util::future::join_all;

/// Something with an id that names it for ever.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque; names this thing for ever."))]
pub enum Node {
    Idea(IdeaNode),
    Member(MemberNode),
    Decision(DecisionNode),
    Appeal(AppealNode),
    Activity(ActivityNode),
    Comment(CommentNode),
    Notification(NotificationNode),
    Assessment(AssessmentNode),
    Assignment(AssignmentNode),
    Rubric(RubricNode),
    RubricVersion(RubricVersionNode),
    Ranking(RankingNode),
    Prototype(PrototypeNode),
    Learning(LearningNode),
    Hackathon(HackathonNode),
    Candidate(CandidateNode),
    Team(TeamNode),
    Registration(RegistrationNode),
    Entry(EntryNode),
}

/// At most so many ids are looked up in one go.
const MOST_NODES: usize = 100;

/// Anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// What this id names; null when there is nothing that the caller may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As this API told it.")] id: ID,
    ) -> Option<Result<Node>> {
        find(ctx, "id", &id).await.transpose()
    }

    /// The same for several ids, in their order. One that is no id is an error of its own place.
    #[graphql(complexity = "ids.len() * (1 + child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        session(ctx).actor.signed_in()?;
        if ids.len() > MOST_NODES {
            let mut faults = Faults::default();
            let told = format!(
                "There are {} ids; at most {MOST_NODES} are looked up.",
                ids.len()
            );
            faults.add_argument("ids", "PAGE_TOO_LARGE", told);
            return Err(Error::Invalid(faults));
        }
        // Together, so that ideas and members are read in a statement each.
        let found = join_all(ids.iter().map(|id| find(ctx, "ids", id))).await;
        Ok(found.into_iter().map(Result::transpose).collect())
    }
}

pub(super) async fn find(ctx: &Context<'_>, argument: &str, id: &ID) -> Result<Option<Node>> {
    session(ctx).actor.signed_in()?;
    if let Some(("activity", uid)) = split(id) {
        let found = match activity(ctx, uid).await? {
            Some(found) => Some(found),
            None => happening(ctx, uid).await?,
        };
        return Ok(found.map(Node::Activity));
    }
    let Some((kind, uuid)) = split(id) else {
        return Err(bad_id(argument));
    };
    Ok(match kind {
        IdeaId::KIND => idea(ctx, IdeaId(uuid)).await?.map(Node::Idea),
        MemberId::KIND => members(ctx, &[MemberId(uuid)])
            .await?
            .pop()
            .map(Node::Member),
        AppealId::KIND => appeal(ctx, AppealId(uuid)).await?.map(Node::Appeal),
        CommentId::KIND => comment(ctx, CommentId(uuid)).await?.map(Node::Comment),
        NotificationId::KIND => {
            let found = notification(ctx, NotificationId(uuid)).await?;
            found.map(Node::Notification)
        }
        RubricId::KIND => rubric(ctx, RubricId(uuid)).await?.map(Node::Rubric),
        RubricVersionId::KIND => {
            let found = rubric_version(ctx, RubricVersionId(uuid)).await?;
            found.map(Node::RubricVersion)
        }
        RankingId::KIND => ranking(ctx, RankingId(uuid)).await?.map(Node::Ranking),
        AssessmentId::KIND => assessment(ctx, AssessmentId(uuid))
            .await?
            .map(Node::Assessment),
        AssignmentId::KIND => assignment(ctx, AssignmentId(uuid))
            .await?
            .map(Node::Assignment),
        PrototypeId::KIND => {
            let found = prototype(ctx, PrototypeId(uuid)).await?;
            found.map(Node::Prototype)
        }
        HackathonId::KIND => {
            let found = hackathon(ctx, HackathonId(uuid)).await?;
            found.map(Node::Hackathon)
        }
        CandidateId::KIND => {
            let found = candidate(ctx, CandidateId(uuid)).await?;
            found.map(Node::Candidate)
        }
        TeamId::KIND => team(ctx, TeamId(uuid)).await?.map(Node::Team),
        RegistrationId::KIND => {
            let found = registration(ctx, RegistrationId(uuid)).await?;
            found.map(Node::Registration)
        }
        EntryId::KIND => entry(ctx, EntryId(uuid)).await?.map(Node::Entry),
        LearningId::KIND => learning(ctx, LearningId(uuid)).await?.map(Node::Learning),
        DecisionId::KIND => {
            let found = ideas::find_decision(session(ctx).reader(), DecisionId(uuid)).await?;
            let Some(decision) = found else {
                return Ok(None);
            };
            let of = idea(ctx, decision.idea).await?;
            of.map(|idea| Node::Decision(DecisionNode { idea, decision }))
        }
        _ => return Err(bad_id(argument)),
    })
}

fn bad_id(argument: &str) -> Error {
    let mut faults = Faults::default();
    faults.add_argument(argument, "BAD_ID", "This is no id that this API has told.");
    Error::Invalid(faults)
}
