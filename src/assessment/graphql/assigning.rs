//! What leads do about assignments. Each mutation may carry an `idempotencyKey`.

use super::assignments::{AssignmentNode, assignments_of, nodes};
use crate::assessment::assigning::AssignmentId;
use crate::assessment::commands_balance::{Balancing, balance};
use crate::assessment::{commands_assignments as commands, queries_assignments as queries};
use crate::graph::{DateTime, change, session};
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::{IdeaNode, idea, ideas};
use crate::identity::domain::MemberId;
use crate::identity::graphql::{MemberNode, members};
use crate::platform::error::{Error, Result};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use std::collections::{BTreeSet, HashMap};

/// Asks assessors to assess an idea.
#[derive(Clone, InputObject)]
pub struct AssignAssessorsInput {
    /// Which idea: in assessment or in the backlog.
    idea_id: ID,
    /// Active members with the role ASSESSOR and without a conflict of interest, at most 50 in
    /// all. Those who are assigned already stay as they are.
    assessor_ids: Vec<ID>,
    /// By when, an instant in the future; after the days that assessing may take when left out.
    due_at: Option<DateTime>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Lets the house choose assessors.
#[derive(Clone, InputObject)]
pub struct BalanceAssignmentsInput {
    /// At most 1,000 ideas in assessment or in the backlog; when left out all in assessment
    /// that the caller may choose for.
    idea_ids: Option<Vec<ID>>,
    /// How many assessors each idea shall have in the end, 1 to 50: those who are asked already,
    /// or have assessed it, count.
    per_idea: i32,
    /// Another number may give another plan; the same one gives the same as long as nothing
    /// changed.
    #[graphql(default_with = "Some(1)")]
    seed: Option<i32>,
    /// By when, an instant in the future; after the days that assessing may take when left out.
    due_at: Option<DateTime>,
    /// Only shows the plan and asks nobody.
    #[graphql(default_with = "Some(false)")]
    dry_run: Option<bool>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

impl BalanceAssignmentsInput {
    fn read(self) -> Balancing {
        let read = |(index, id): (usize, &ID)| IdeaId::read(&["ideaIds", &index.to_string()], id);
        let ideas = self.idea_ids;
        Balancing {
            ideas: ideas.map(|ids| ids.iter().enumerate().map(read).collect()),
            per_idea: self.per_idea,
            seed: self.seed.unwrap_or(1),
            due_at: self.due_at.map(|due| due.0),
            is_dry_run: self.dry_run.unwrap_or(false),
        }
    }
}

/// One idea and one assessor whom the house would ask for it, or has.
#[derive(SimpleObject)]
pub struct PlannedAssignment {
    /// What is to be assessed.
    idea: IdeaNode,
    /// By whom.
    assessor: MemberNode,
}

/// A plan, and what was made of it.
#[derive(SimpleObject)]
pub struct BalanceAssignmentsPayload {
    /// Who is asked for what beside those who were before, idea by idea.
    plan: Vec<PlannedAssignment>,
    /// The assignments made of it; none when only the plan was wanted.
    assignments: Vec<AssignmentNode>,
}

/// Takes an assignment away.
#[derive(Clone, InputObject)]
pub struct UnassignAssessorInput {
    /// Which assignment.
    assignment_id: ID,
    /// Why; told to leads and to the assessor.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// An idea and who is asked to assess it.
#[derive(SimpleObject)]
pub struct AssignAssessorsPayload {
    /// The idea as it is now.
    idea: IdeaNode,
    /// The assignments of those who were named, in that order; after one was taken away, those
    /// that are left, the first due first.
    assignments: Vec<AssignmentNode>,
}

/// What leads do about assignments.
#[derive(Default)]
pub struct AssignmentMutation;

#[Object]
impl AssignmentMutation {
    /// Asks assessors to assess an idea; the score is published once the quorum is met and
    /// nobody is awaited whose time is not yet over. Leads and admins may, never on their own
    /// idea. Where the caller may not know who wrote the idea, its authors can be named like
    /// anybody else: to refuse them would tell.
    async fn assign_assessors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea, and whom.")] input: AssignAssessorsInput,
    ) -> Option<Result<AssignAssessorsPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "assignAssessors", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id)?;
                let read = |(index, id): (usize, &ID)| {
                    MemberId::read(&["assessorIds", &index.to_string()], id)
                };
                let assessors = input.assessor_ids.iter().enumerate().map(read).collect();
                commands::assign(&s, id, assessors, input.due_at.map(|due| due.0)).await
            }
        });
        let payload = async {
            let (id, ids) = done.await?;
            let assignments = queries::changed(session(ctx), &ids).await?;
            Ok(AssignAssessorsPayload {
                idea: changed(ctx, id).await?,
                assignments: nodes(ctx, assignments).await?,
            })
        };
        Some(payload.await)
    }

    /// Chooses who assesses what: the least loaded first, so that nobody owes two more than
    /// somebody who could take one over, conflicts of interest excluded, and so that ideas and
    /// assessors hang together as far as that is possible. Where fewer may be asked than are
    /// wanted, those are. Leads and admins may; their own ideas are left to others.
    #[graphql(complexity = "1000 + 20 * child_complexity")]
    async fn balance_assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which ideas, and how many each.")] input: BalanceAssignmentsInput,
    ) -> Option<Result<BalanceAssignmentsPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "balanceAssignments", key, |s| {
            let input = input.clone();
            async move { balance(&s, input.read()).await }
        });
        let payload = async {
            let (planned, ids) = done.await?;
            let assignments = queries::changed(session(ctx), &ids).await?;
            let of = ideas(ctx, planned.iter().map(|(id, _)| *id)).await?;
            let who: BTreeSet<MemberId> = planned.iter().map(|(_, who)| *who).collect();
            let who: Vec<MemberId> = who.into_iter().collect();
            let people = members(ctx, &who).await?;
            let people: HashMap<_, _> = people.into_iter().map(|it| (it.0.id, it.0)).collect();
            let plan = planned.iter().filter_map(|(id, who)| {
                Some(PlannedAssignment {
                    idea: of.get(id)?.clone(),
                    assessor: MemberNode(people.get(who)?.clone()),
                })
            });
            Ok(BalanceAssignmentsPayload {
                plan: plan.collect(),
                assignments: nodes(ctx, assignments).await?,
            })
        };
        Some(payload.await)
    }

    /// Takes an assignment away: nobody waits for that assessor any more. An assessment that
    /// they handed in stays. Leads and admins may, never on their own idea.
    async fn unassign_assessor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which assignment, and why.")] input: UnassignAssessorInput,
    ) -> Option<Result<AssignAssessorsPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "unassignAssessor", key, |s| {
            let input = input.clone();
            async move {
                let id = AssignmentId::read(&["assignmentId"], &input.assignment_id);
                commands::unassign(&s, id, &input.reason).await
            }
        });
        let payload = async {
            let idea = changed(ctx, done.await?).await?;
            let assignments = assignments_of(ctx, &idea).await?;
            Ok(AssignAssessorsPayload { idea, assignments })
        };
        Some(payload.await)
    }
}

/// An idea that was changed, as the caller sees it now.
async fn changed(ctx: &Context<'_>, id: IdeaId) -> Result<IdeaNode> {
    let found = idea(ctx, id).await?;
    found.ok_or(Error::NotFound { noun: "idea" })
}
