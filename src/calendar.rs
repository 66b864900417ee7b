//! What happens by itself: every feature says what is due, and a turn of the calendar does
//! it. A server turns it several times a minute for as long as it runs, at its start for all
//! that came due while it was off. Several servers may turn at once: each thing is done
//! under the lock of what it is about, and once.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::assessment;
use crate::backlog::folds::Folds;
use crate::backlog::queries_quality::keep_fitted;
use crate::ideas::commands_calendar as ideas;
use crate::platform::error::Result;
use crate::session::House;

/// Between two turns: an idea is back within a minute of its day, also when one turn found
/// it locked.
const PAUSE: Duration = Duration::from_secs(20);

/// How much there was to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Ideas that moved, or of which somebody was reminded.
    pub ideas: u32,
    /// Ideas whose assessors were reminded, or waited for no more.
    pub assignments: u32,
    /// Decisions whose makers were asked to look again.
    pub reviews: u32,
    /// Rubrics under which it was worked out anew who is generous and who is strict.
    pub fits: u32,
}

/// Does everything that is due. What fails keeps nothing else from being done.
///
/// # Errors
/// The first that was met, after the turn was made.
pub async fn turn(house: &House, folds: &Folds) -> Result<Turned> {
    let ideas = ideas::wake(house, assessment::come_back).await;
    let assignments = assessment::publish_what_waited(house).await;
    let reviews = ideas::ask_for_reviews(house).await;
    let fits = keep_fitted(house, folds).await;
    Ok(Turned {
        ideas: ideas?,
        reviews: reviews?,
        assignments: assignments?,
        fits: fits?,
    })
}

/// Turns the calendar until the server ends.
pub async fn keep(house: House, folds: Arc<Folds>, end: CancellationToken) {
    let mut turns = tokio::time::interval(PAUSE);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let turning = async {
        loop {
            turns.tick().await;
            match turn(&house, &folds).await {
                Ok(turned) => tracing::debug!(?turned, "the calendar turned"),
                Err(cause) => tracing::error!(error = ?cause, "the calendar met an error"),
            }
        }
    };
    end.run_until_cancelled(turning).await;
}
