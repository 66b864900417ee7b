//! What all resolvers share: the session of a request, the one door where mutations begin,
//! instants, and connections. Knows no feature.

mod connection;
mod instant;

pub(crate) use connection::connection;
pub use connection::{PageInfo, Total, page_cost};
pub use instant::DateTime;

use crate::platform::db::is_deadlock;
use crate::platform::error::{Error, Result};
use crate::platform::outbox::canonical;
use crate::session::Session;
use async_graphql::Context;
use futures_util::future::BoxFuture;

/// A command that met another one in a deadlock is called again so many times,
const MOST_RETRIES: usize = 2;
/// and one that found ideas merged or set free while it waited for them so many times: each
/// time somebody else got on.
const MOST_MOVES: usize = 40;

/// The session of this request.
pub fn session<'a>(ctx: &Context<'a>) -> &'a Session {
    ctx.data_unchecked::<Session>()
}

/// What this field was asked with, as it was sent: what was left out is not null.
fn asked(ctx: &Context<'_>) -> Result<String> {
    let arguments = ctx
        .field()
        .arguments()
        .map_err(|refused| Error::internal(refused.message))?;
    let mut all = serde_json::Map::new();
    for (name, value) in arguments {
        let value = value.into_json().map_err(Error::internal)?;
        all.insert(name.to_string(), value);
    }
    Ok(canonical(&all.into()))
}

/// Where every mutation begins: under its idempotency key when it has one, and once more
/// when two commands waited for each other. In a box: the graph holds what a resolver waits
/// for once more for every feature that has mutations, and a thread has no room for that.
pub fn change<'a, T, F>(
    ctx: &'a Context<'_>,
    mutation: &'static str,
    key: Option<&'a str>,
    command: impl Fn(Session) -> F + Send + Sync + 'a,
) -> BoxFuture<'a, Result<T>>
where
    T: Send + 'a,
    F: Future<Output = Result<T>> + Send + 'a,
{
    Box::pin(changed(ctx, mutation, key, command))
}

async fn changed<T, F>(
    ctx: &Context<'_>,
    mutation: &'static str,
    key: Option<&str>,
    command: impl Fn(Session) -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>> + Send,
{
    let mut session = session(ctx).clone();
    // Who is not signed in has no keys.
    session.actor.signed_in()?;
    if let Some(key) = key {
        session = session.with_key(mutation, key, &asked(ctx)?)?;
    }
    let (mut deadlocks, mut moves) = (0, 0);
    loop {
        // On the heap: a mutation's future is as large as its largest command otherwise.
        match Box::pin(command(session.clone())).await {
            Err(refusal) if is_deadlock(&refusal) && deadlocks < MOST_RETRIES => {
                tracing::info!(mutation, "two commands waited for each other; once more");
                deadlocks += 1;
            }
            Err(refusal) if refusal.is_moved() && moves < MOST_MOVES => moves += 1,
            done => return done,
        }
    }
}
