//! Where one more assessment would tell most, in the graph.

use super::folds::Folds;
use super::queries_next as queries;
use crate::assessment::shelf::Shelf;
use crate::graph::{page_cost, session};
use crate::ideas::graphql::IdeaNode;
use crate::identity::graphql::MemberNode;
use crate::platform::error::Result;
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// An idea of which one more assessment would tell much.
#[derive(SimpleObject)]
pub struct NextAssessment {
    /// The idea.
    idea: IdeaNode,
    /// The chance to belong to the best `cut`, 0 to 1. Without a published score it is
    /// anybody's: `cut` by all ranked ideas and this one, 1 at most; nothing that was rated
    /// is in it.
    top_chance: f64,
    /// The same in plain words.
    sentence: String,
    /// Who could be asked: active assessors who may see it, without a conflict of interest, who
    /// neither assessed it nor are assigned; at most five. Those come first whose assessment
    /// joins parts of the round that share no assessor so far, then those with the fewest open
    /// assignments. What the caller may not know leaves nobody out: who assessed an idea
    /// whose score is not published, who wrote an anonymous one or declared a conflict there.
    candidates: Vec<MemberNode>,
}

/// What can be asked about the next assessments.
#[derive(Default)]
pub struct NextQuery;

#[Object]
impl NextQuery {
    /// Where one more assessment would tell most about who belongs to the best `cut`; leads and
    /// admins may ask. Ideas in assessment below their quorum come first, those with the fewest
    /// complete assessments, then those that wait longest; then ranked ideas whose chance is
    /// nearest to a half for the few assessments they have: by p(1 − p)/(n + 1). What the caller
    /// wrote or has a conflict of interest on is left out. Which ranked ideas may come first is
    /// guessed; the chances of the scores that hold `first` ideas, and of ten more, are worked
    /// out, each in about 0.05 seconds at most, among 100,000 ideas and however large the cut.
    /// Under SEVERITY_ADJUSTED of up to 5,000 ranked ideas and 1,000 assessors, refused as
    /// AGGREGATION_NOT_SERVED beyond.
    #[graphql(
        complexity = "8_000 + 50 * first.unwrap_or(10).clamp(0, 100) as usize + page_cost(first.or(Some(10)), None, child_complexity)"
    )]
    async fn next_assessments(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10, desc = "How many count as the best, from 1.")] cut: Option<i32>,
        #[graphql(default = 10, desc = "How many at most, up to 100.")] first: Option<i32>,
        #[graphql(desc = "Key of the rubric; the default rubric when left out.")] rubric: Option<
            String,
        >,
    ) -> Option<Result<Vec<NextAssessment>>> {
        let answer = async {
            let folds = ctx.data_unchecked::<Arc<Folds>>();
            let shelf = ctx.data_unchecked::<Arc<Shelf>>();
            let wanted = (cut.unwrap_or(10), first.unwrap_or(10));
            let found = queries::next(session(ctx), folds, shelf, rubric.as_deref(), wanted);
            let nodes = found.await?.into_iter().map(|next| NextAssessment {
                idea: next.idea.into(),
                top_chance: next.top_chance,
                sentence: next.sentence,
                candidates: next.candidates.into_iter().map(MemberNode).collect(),
            });
            Ok(nodes.collect())
        };
        Some(answer.await)
    }
}
