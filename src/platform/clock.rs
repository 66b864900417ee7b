//! Time, so that nothing else asks the machine for it. Whole microseconds since 1970, UTC:
//! they read back from either database exactly as they were written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Microseconds since 1970-01-01T00:00:00Z.
pub type Micros = i64;

/// One day in microseconds.
pub const DAY: Micros = 24 * 60 * 60 * 1_000_000;

/// Tells the time; a stopped one tells what it was told.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Stopped(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still until it is moved; all its clones move together.
    pub fn stopped_at(now: Micros) -> Self {
        Self(Kind::Stopped(Arc::new(AtomicI64::new(now))))
    }

    /// Moves a stopped clock; the machine's own cannot be moved and stays.
    pub fn advance(&self, by: Duration) {
        if let Kind::Stopped(now) = &self.0 {
            let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            now.fetch_add(micros, Ordering::SeqCst);
        }
    }

    /// The present instant.
    pub fn now(&self) -> Micros {
        match &self.0 {
            Kind::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| {
                    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
                }),
            Kind::Stopped(now) => now.load(Ordering::SeqCst),
        }
    }
}
