//! What can be asked about hackathons.

use super::hackathon::{HackathonConnection, HackathonNode};
use super::inputs::HackathonFilter;
use crate::graph::{Total, page_cost, session};
use crate::hackathons::queries;
use crate::platform::error::Result;
use crate::platform::page::PageArgs;
use async_graphql::{Context, Object};

/// What can be asked about hackathons.
#[derive(Default)]
pub struct HackathonQuery;

#[Object]
impl HackathonQuery {
    /// The hackathon with this slug; null when there is none.
    async fn hackathon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How addresses name it.")] slug: String,
    ) -> Option<Result<HackathonNode>> {
        let found = queries::by_slug(session(ctx), &slug).await;
        found.map(|one| one.map(HackathonNode::from)).transpose()
    }

    /// Every hackathon, the one that starts last first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn hackathons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<HackathonFilter>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<HackathonConnection>> {
        let found = async {
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let s = session(ctx).clone();
            let phases = filter.and_then(|filter| filter.phases);
            let page = queries::page(&s, phases.as_deref(), args).await?;
            let total = Total::by(move || {
                let (s, phases) = (s.clone(), phases.clone());
                async move { queries::count(&s, phases.as_deref()).await }
            });
            Ok(HackathonConnection::of(page, total, |(one, cursor)| {
                (cursor, one.into())
            }))
        };
        Some(found.await)
    }
}
