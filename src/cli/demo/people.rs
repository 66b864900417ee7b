//! The people of the demo, and how they come in: by the same door as everybody.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;

use crate::cli::Stop;
use crate::identity::claims::Claims;
use crate::identity::commands::sign_in;
use crate::identity::commands_members::set_roles;
use crate::identity::domain::{MemberId, Role, Roles};
use crate::identity::tokens::LOCAL_ISSUER;
use crate::platform::error::{Error, Result};
use crate::policy::Actor;
use crate::session::{House, Session};

/// Who can be met first, and who that is.
pub(super) const KNOWN: [(&str, &str); 5] = [
    (
        "anna",
        "Anna writes ideas and wants to know where they stand",
    ),
    ("ines", "Ines rates them"),
    ("mara", "Mara screens and decides"),
    ("gwen", "Gwen runs the hackathons"),
    ("nora", "Nora looks after the house"),
];

/// Who gives everybody their roles.
const ADMIN: &str = "nora";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    subject: String,
    name: String,
    #[serde(default)]
    roles: String,
}

/// Everybody, signed in once.
pub(super) struct People {
    actors: HashMap<String, Actor>,
    subjects: Vec<String>,
}

impl People {
    /// Everybody comes in for the first time, one after the other, and is given their roles
    /// inside: whoever signs in as one of them later has them, whatever the token says.
    pub(super) async fn arrive(house: &House) -> Result<Self, Stop> {
        let all: Vec<Person> = serde_json::from_str(include_str!("story/people.json"))
            .map_err(|cause| Stop::failed(format!("people.json: {cause}")))?;
        let mut people = Self {
            actors: HashMap::new(),
            subjects: Vec::new(),
        };
        for person in &all {
            house.clock.advance(Duration::from_secs(60));
            let roles = person.roles.parse::<Roles>().map_err(Error::internal)?;
            let claims = Claims {
                issuer: LOCAL_ISSUER.to_owned(),
                subject: person.subject.clone(),
                name: Some(person.name.clone()),
                email: None,
                roles: if person.subject == ADMIN {
                    roles
                } else {
                    Roles::NONE
                },
            };
            let mut actor = sign_in(house, &claims, &[]).await?;
            if !roles.is_empty() {
                let admin = people.actor(ADMIN).unwrap_or(actor);
                let admin = Session::new(house.clone(), admin);
                let roles: Vec<Role> = roles.iter().collect();
                let id = actor.signed_in();
                set_roles(&admin, id, &roles, "What they do here.").await?;
                actor = sign_in(house, &claims, &[]).await?;
            }
            people.actors.insert(person.subject.clone(), actor);
            people.subjects.push(person.subject.clone());
        }
        Ok(people)
    }

    /// Somebody by their short name.
    pub(super) fn actor(&self, subject: &str) -> Result<Actor> {
        let actor = self.actors.get(subject).copied();
        actor.ok_or_else(|| Error::internal(format!("nobody is called {subject:?}")))
    }

    /// Their id.
    pub(super) fn id(&self, subject: &str) -> Result<MemberId> {
        self.actor(subject)?.signed_in()
    }

    /// So many people, others for each turn, the same ones every time; not this one.
    pub(super) fn some(&self, turn: usize, count: usize, but: &str) -> impl Iterator<Item = &str> {
        let all = self.subjects.len();
        // Both steps have no part in common with how many there are: nobody comes twice.
        (0..all)
            .map(move |step| &*self.subjects[(turn * 17 + step * 13) % all])
            .filter(move |subject| *subject != but)
            .take(count)
    }
}
