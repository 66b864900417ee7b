//! What can be asked about the queue and what was learned.

use super::nodes::{LearningConnection, PrototypeConnection, learning_nodes, prototype_nodes};
use crate::graph::{Total, page_cost, session};
use crate::platform::error::Result;
use crate::platform::page::{Page, PageArgs};
use crate::prototypes::queries;
use async_graphql::{Context, Object};

/// What can be asked about prototypes.
#[derive(Default)]
pub struct PrototypeQuery;

#[Object]
impl PrototypeQuery {
    /// What is being tried, the first due first, and then what waits, in the order of the
    /// queue; of ideas that the caller may see.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn prototype_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<PrototypeConnection>> {
        let found = async {
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let s = session(ctx).clone();
            let (rest, rows, cursors) = split(queries::queue(&s, args).await?);
            let total = Total::by(move || {
                let s = s.clone();
                async move { queries::count_queue(&s).await }
            });
            let nodes = prototype_nodes(ctx, rows).await?;
            let page = joined(&rest, nodes, cursors);
            Ok(PrototypeConnection::of(page, total, |(node, cursor)| {
                (cursor, node)
            }))
        };
        Some(found.await)
    }

    /// What trials taught, of ideas that the caller may see; the newest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn learnings(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Words that must each stand in what was learned or in its idea, whatever \
                    their case and accents."
        )]
        search: Option<String>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<LearningConnection>> {
        let found = async {
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let s = session(ctx).clone();
            s.actor.signed_in()?;
            let words = queries::searched(search.as_deref())?;
            let page = queries::learnings(&s, words.as_deref(), args).await?;
            let (rest, rows, cursors) = split(page);
            let total = Total::by(move || {
                let (s, words) = (s.clone(), words.clone());
                async move { queries::count_learnings(&s, words.as_deref()).await }
            });
            let nodes = learning_nodes(ctx, rows).await?;
            let page = joined(&rest, nodes, cursors);
            Ok(LearningConnection::of(page, total, |(node, cursor)| {
                (cursor, node)
            }))
        };
        Some(found.await)
    }
}

/// A page, its rows, and their cursors.
fn split<T>(page: Page<(T, String)>) -> (Page<()>, Vec<T>, Vec<String>) {
    let rest = Page {
        rows: Vec::new(),
        has_previous: page.has_previous,
        has_next: page.has_next,
    };
    let (rows, cursors) = page.rows.into_iter().unzip();
    (rest, rows, cursors)
}

/// The page again, with the nodes of its rows.
fn joined<N>(rest: &Page<()>, nodes: Vec<N>, cursors: Vec<String>) -> Page<(N, String)> {
    Page {
        rows: nodes.into_iter().zip(cursors).collect(),
        has_previous: rest.has_previous,
        has_next: rest.has_next,
    }
}
