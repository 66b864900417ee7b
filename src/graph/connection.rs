//! Pages as Relay connections, all of one form. `totalCount` is counted only when it is
//! asked for.

use crate::platform::error::Result;
use crate::platform::page::{DEFAULT_SIZE, LARGEST_SIZE};
use async_graphql::SimpleObject;
use std::pin::Pin;
use std::sync::Arc;

type Counting = Pin<Box<dyn Future<Output = Result<i64>> + Send>>;

/// How many there are in all, should somebody ask.
#[derive(Clone)]
pub struct Total(Arc<dyn Fn() -> Counting + Send + Sync>);

impl Total {
    /// Counts by this.
    pub fn by<F>(count: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<i64>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(count())))
    }

    /// Counts.
    pub async fn count(&self) -> Result<i64> {
        (self.0)().await
    }
}

/// Where a page lies in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are items behind this page; read backwards, whether it was asked for with `before`.
    pub has_next_page: bool,
    /// Whether there are items before this page; read forwards, whether it was asked for with `after`.
    pub has_previous_page: bool,
    /// The cursor of its first item; null when it is empty.
    pub start_cursor: Option<String>,
    /// The cursor of its last item, to send as `after` for the next page; null when it is empty.
    pub end_cursor: Option<String>,
}

/// Declares the connection of a node and its edge.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $what:literal) => {
        #[doc = concat!("A page of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub struct $connection {
            /// The items with their cursors, in the order of the list.
            edges: Vec<$edge>,
            /// Where the page lies in the list.
            page_info: $crate::graph::PageInfo,
            #[graphql(skip)]
            total: $crate::graph::Total,
        }

        #[doc = concat!("One of a page of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// Where it stands in the list; opaque, to be sent as `after` or `before`.
            cursor: String,
            /// The item itself.
            node: $node,
        }

        #[async_graphql::ComplexObject]
        impl $connection {
            /// The items alone, in the order of the list.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// How many there are in all, on every page. Counted only when asked for; on a
            /// long list that costs as much as many pages.
            // Below a page: taken as often as its size, or ten times at least.
            #[graphql(complexity = 50)]
            async fn total_count(&self) -> $crate::platform::error::Result<i32> {
                let count = self.total.count().await?;
                i32::try_from(count).map_err($crate::platform::error::Error::internal)
            }
        }

        impl $connection {
            /// A page as a connection; `node` gives each row's cursor and node.
            pub fn of<T>(
                page: $crate::platform::page::Page<T>,
                total: $crate::graph::Total,
                node: impl Fn(T) -> (String, $node),
            ) -> Self {
                let edges: Vec<$edge> = page
                    .rows
                    .into_iter()
                    .map(|row| {
                        let (cursor, node) = node(row);
                        $edge { cursor, node }
                    })
                    .collect();
                Self {
                    page_info: $crate::graph::PageInfo {
                        has_next_page: page.has_next,
                        has_previous_page: page.has_previous,
                        start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                        end_cursor: edges.last().map(|edge| edge.cursor.clone()),
                    },
                    edges,
                    total,
                }
            }
        }
    };
}
pub(crate) use connection;

/// A page costs as much as one of this size at least: there is the list itself, too.
const LEAST_SIZE_CHARGED: u64 = 10;

/// What a page costs: everything on it, times its size.
pub fn page_cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let largest = i32::try_from(LARGEST_SIZE).unwrap_or(i32::MAX);
    let size = first.or(last).map_or(DEFAULT_SIZE, |size| {
        // A size beyond the largest is refused later, with a better reason.
        u64::try_from(size.clamp(0, largest)).unwrap_or(DEFAULT_SIZE)
    });
    let size = usize::try_from(size.max(LEAST_SIZE_CHARGED)).unwrap_or(usize::MAX);
    1 + child.saturating_mul(size)
}
