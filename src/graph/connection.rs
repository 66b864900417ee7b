//! Pages as Relay connections, all of one form. `totalCount` is counted only when it is
//! asked for.

use crate::platform::error::{Error, Result};
use crate::platform::page::{DEFAULT_SIZE, LARGEST_SIZE, Page};
use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Object, OutputType};
use std::pin::Pin;
use std::sync::Arc;

/// A page of nodes.
pub type Conn<N> = Connection<String, N, Total, EmptyFields>;

type Counting = Pin<Box<dyn Future<Output = Result<i64>> + Send>>;

/// How many there are in all, should somebody ask.
pub struct Total(Arc<dyn Fn() -> Counting + Send + Sync>);

impl Total {
    /// Counts by this.
    pub fn by<F>(count: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<i64>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(count())))
    }
}

#[Object]
impl Total {
    /// How many there are in all, on every page. Counted only when asked for; on a long
    /// list that costs as much as many pages.
    #[graphql(complexity = 500)]
    async fn total_count(&self) -> Result<i32> {
        let count = (self.0)().await?;
        i32::try_from(count).map_err(Error::internal)
    }
}

/// A page as a connection.
pub fn connect<T, N: OutputType>(
    page: Page<T>,
    total: Total,
    node: impl Fn(T) -> (String, N),
) -> Conn<N> {
    let mut connection = Connection::with_additional_fields(page.has_previous, page.has_next, total);
    connection.edges.extend(page.rows.into_iter().map(|row| {
        let (cursor, node) = node(row);
        Edge::new(cursor, node)
    }));
    connection
}

/// What a page costs: everything on it, times its size.
pub fn page_cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let largest = i32::try_from(LARGEST_SIZE).unwrap_or(i32::MAX);
    let size = first.or(last).map_or(DEFAULT_SIZE, |size| {
        // A size beyond the largest is refused later, with a better reason.
        u64::try_from(size.clamp(0, largest)).unwrap_or(DEFAULT_SIZE)
    });
    1 + child.saturating_mul(usize::try_from(size).unwrap_or(usize::MAX))
}
