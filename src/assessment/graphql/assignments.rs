//! Assignments as nodes, and lists of them.

use crate::assessment::assigning::{Assignment, AssignmentId};
use crate::assessment::loaders::Assigned;
use crate::assessment::queries_assignments::{self as queries, sees_assignment};
use crate::assessment::store_assignments_lists::Wanted;
use crate::graph::{DateTime, Total, connection, page_cost, session};
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::{IdeaNode, idea, ideas};
use crate::ideas::store::Sees;
use crate::identity::domain::MemberId;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object};

connection!(
    AssignmentConnection,
    AssignmentEdge,
    AssignmentNode,
    "assignments"
);

/// Everybody's assignments of an idea, the first due first, by the loader of this request.
pub(super) async fn assigned(ctx: &Context<'_>, id: IdeaId) -> Result<Vec<Assignment>> {
    let loader = ctx.data_unchecked::<DataLoader<Assigned>>();
    Ok(loader.load_one(id).await?.unwrap_or_default())
}

/// The assignments of an idea that the caller may see.
pub async fn assignments_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<AssignmentNode>> {
    let sees = Sees::of(&session(ctx).actor)?;
    let all = assigned(ctx, node.idea.id).await?;
    let seen = all.into_iter().filter(|one| sees_assignment(&sees, one));
    let node = |assignment| AssignmentNode {
        idea: node.clone(),
        assignment,
    };
    Ok(seen.map(node).collect())
}

/// The caller's own assignment of an idea.
pub async fn viewer_assignment_of(
    ctx: &Context<'_>,
    node: &IdeaNode,
) -> Result<Option<AssignmentNode>> {
    let me = session(ctx).actor.signed_in()?;
    let all = assigned(ctx, node.idea.id).await?;
    let own = all.into_iter().find(|one| one.assessor == me);
    Ok(own.map(|assignment| AssignmentNode {
        idea: node.clone(),
        assignment,
    }))
}

/// Who is waited for, as far as the caller may know. To leads those who still owe their
/// assessment. To everybody else all who are assigned, as long as one of them does: who is in
/// already would tell whose assessment just came.
pub async fn awaited(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<MemberId>> {
    let leads = session(ctx).actor.leads();
    let mut all = assigned(ctx, node.idea.id).await?;
    if !all.iter().any(Assignment::is_open) {
        return Ok(Vec::new());
    }
    all.retain(|one| !one.is_recused && (one.is_open() || !leads));
    Ok(all.into_iter().map(|one| one.assessor).collect())
}

/// How many of the assignments that the caller sees are open and have fallen due.
pub async fn overdue_assignments(ctx: &Context<'_>) -> Result<i32> {
    let wanted = Wanted {
        is_overdue: Some(true),
        ..Wanted::default()
    };
    let count = queries::count(session(ctx), &wanted).await?;
    i32::try_from(count).map_err(Error::internal)
}

/// The assignment with this id, when the caller may see it.
pub async fn assignment(ctx: &Context<'_>, id: AssignmentId) -> Result<Option<AssignmentNode>> {
    let Some(assignment) = queries::one(session(ctx), id).await? else {
        return Ok(None);
    };
    let idea = idea(ctx, assignment.idea).await?;
    Ok(idea.map(|idea| AssignmentNode { idea, assignment }))
}

/// What this person is asked to assess, as far as the caller may know.
pub async fn assignments_by(
    ctx: &Context<'_>,
    assessor: MemberId,
    is_done: Option<bool>,
    args: PageArgs,
) -> Result<AssignmentConnection> {
    let wanted = Wanted {
        assessor: Some(assessor),
        is_done,
        open_first: true,
        ..Wanted::default()
    };
    let page = queries::of_member(session(ctx), &wanted, args).await?;
    listed(ctx, wanted, page).await
}

/// A page with the ideas on it, read in one statement.
async fn listed(
    ctx: &Context<'_>,
    wanted: Wanted,
    page: Page<(Assignment, String)>,
) -> Result<AssignmentConnection> {
    let s = session(ctx).clone();
    let total = Total::by(move || {
        let s = s.clone();
        async move { queries::count(&s, &wanted).await }
    });
    let Page {
        rows,
        has_previous,
        has_next,
    } = page;
    let (assignments, cursors): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let nodes = nodes(ctx, assignments).await?;
    let rows = nodes.into_iter().zip(cursors).collect();
    let page = Page {
        rows,
        has_previous,
        has_next,
    };
    Ok(AssignmentConnection::of(page, total, |(node, cursor)| {
        (cursor, node)
    }))
}

/// Assignments with their ideas.
pub(super) async fn nodes(
    ctx: &Context<'_>,
    assignments: Vec<Assignment>,
) -> Result<Vec<AssignmentNode>> {
    let found = ideas(ctx, assignments.iter().map(|one| one.idea)).await?;
    let node = |assignment: Assignment| {
        // One idea may stand several times.
        let idea = found.get(&assignment.idea).cloned();
        let idea = idea.ok_or_else(|| Error::internal("the idea of an assignment is gone"))?;
        Ok(AssignmentNode { idea, assignment })
    };
    assignments.into_iter().map(node).collect()
}

/// One person who is asked to assess one idea.
#[derive(Clone)]
pub struct AssignmentNode {
    idea: IdeaNode,
    assignment: Assignment,
}

/// One assessor who is asked to assess one idea. Leads see it, and the assessor.
#[Object(name = "Assignment")]
impl AssignmentNode {
    /// Opaque; names the assignment until it is taken away.
    pub async fn id(&self) -> ID {
        self.assignment.id.opaque().into()
    }

    /// What is to be assessed.
    async fn idea(&self) -> &IdeaNode {
        &self.idea
    }

    /// Who is asked.
    async fn assessor(&self, ctx: &Context<'_>) -> Result<MemberNode> {
        member(ctx, self.assignment.assessor).await
    }

    /// By when. While the idea is away, on hold for one, the time that is left waits.
    async fn due_at(&self) -> Option<DateTime> {
        Some(DateTime(self.assignment.due_at))
    }

    /// Whether their complete assessment is in; one that is incomplete leaves it open.
    async fn is_done(&self) -> bool {
        self.assignment.is_done
    }

    /// Whether a conflict of interest ended it: nobody waits for them.
    async fn is_recused(&self) -> bool {
        self.assignment.is_recused
    }
}

/// What leads can ask about assignments.
#[derive(Default)]
pub struct AssignmentQuery;

#[Object]
impl AssignmentQuery {
    /// Every assignment of ideas that the caller sees, the first due first. Leads and admins
    /// may ask.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the contract's own list")]
    async fn assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are done, or only those that are not.")] is_done: Option<
            bool,
        >,
        #[graphql(
            desc = "Only those that are open and have fallen due, of ideas that are assessed; \
                    false: all others."
        )]
        is_overdue: Option<bool>,
        #[graphql(desc = "Only those of this member.")] assessor_id: Option<ID>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<AssignmentConnection>> {
        let found = async {
            session(ctx).actor.signed_in()?;
            let assessor = assessor_id.map(|id| MemberId::read_argument("assessorId", &id));
            let wanted = Wanted {
                assessor: assessor.transpose()?,
                is_done,
                is_overdue,
                open_first: false,
            };
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let page = queries::all(session(ctx), &wanted, args).await?;
            listed(ctx, wanted, page).await
        };
        Some(found.await)
    }
}
