//! The gate: a bearer token becomes a session, or nobody's. It is the only place where the
//! two meet; whether a token holds is judged in `tokens.rs`.

use super::commands;
use super::tokens::Verifier;
use crate::platform::error::{Error, Result};
use crate::policy::Actor;
use crate::session::{House, Session};

/// Tells who is asking.
pub struct Gate {
    /// What all requests share.
    pub house: House,
    /// Tells the tokens that hold.
    pub verifier: Verifier,
    /// Subjects who are `ADMIN` whatever their token says.
    pub admins: Vec<String>,
}

impl Gate {
    /// The session of whoever holds this token; nobody's without one. `UNAUTHENTICATED` when
    /// it does not hold: why stands in the log.
    pub async fn sign_in(&self, token: Option<&str>) -> Result<Session> {
        let actor = match token {
            None => Actor::nobody(),
            Some(token) => {
                let now = self.house.clock.now();
                let claims = self
                    .verifier
                    .verify(token, now)
                    .map_err(|_logged| Error::Unauthenticated)?;
                commands::sign_in(&self.house, &claims, &self.admins).await?
            }
        };
        Ok(Session::new(self.house.clone(), actor))
    }
}
