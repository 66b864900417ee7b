//! Comments, held against the events that tell of them: who said it, to whom and when, and the
//! words as they were written last. Of one that was taken away no word is left, nor the salt.

use super::super::Stop;
use super::chain::{Chain, Said};
use super::redactions::Redactions;
use super::texts::none_gone;
use crate::entity::comment;
use crate::ideas::conversation::Circle;
use crate::ideas::store_digests as digests;
use std::collections::HashMap;
use uuid::Uuid;

/// What events tell of comments, by comment.
#[derive(Default)]
struct Told<'a> {
    said: HashMap<Uuid, &'a Said>,
    /// The last time each was written anew,
    edited: HashMap<Uuid, &'a Said>,
    /// and when it was taken away.
    removed: HashMap<Uuid, &'a Said>,
}

impl<'a> Told<'a> {
    fn read(chain: &'a Chain) -> Self {
        let mut told = Self::default();
        for event in &chain.events {
            let Some(id) = event.id("comment") else {
                continue;
            };
            match event.kind.as_str() {
                "COMMENT_EDITED" => {
                    told.edited.insert(id, event);
                }
                "COMMENT_REMOVED" => {
                    told.removed.entry(id).or_insert(event);
                }
                kind if Circle::ALL.iter().any(|circle| circle.event() == kind) => {
                    told.said.entry(id).or_insert(event);
                }
                _ => {}
            }
        }
        told
    }
}

/// Holds the comments on an idea against its events.
pub(super) fn check(
    chain: &Chain,
    kept: &[comment::Model],
    gone: &Redactions<'_>,
) -> Result<(), Stop> {
    let told = Told::read(chain);
    let mut open = told.said.clone();
    for row in kept {
        let name = format!("comment_{}", row.id.simple());
        let Some(said) = open.remove(&row.id) else {
            return Err(chain.misfit(format!("no event tells of {name}")));
        };
        let edited = told.edited.get(&row.id);
        let redacted = gone.of("comment", row.id);
        let removed = told.removed.get(&row.id).copied().or(redacted);
        let circle = Circle::parse(&row.circle);
        if circle.map(Circle::event) != Some(&said.kind)
            || Some(row.author_id) != said.actor
            || row.created_at != said.at
            || said.data["isByAuthor"] != row.is_by_author
        {
            let told = format!("{name} is not what it was when it was made");
            return Err(chain.misfit_at(said, told));
        }
        if row.edited_at != edited.map(|event| event.at)
            || row.removed_at != removed.map(|event| event.at)
        {
            let told = format!("the events say otherwise when {name} was edited or taken away");
            return Err(chain.misfit(told));
        }
        if let Some(removed) = removed {
            if !row.body.is_empty() || !row.salt.is_empty() {
                let told = format!("{name} was taken away, and something of it is there");
                return Err(chain.misfit_at(removed, told));
            }
            continue;
        }
        let written = edited.unwrap_or(&said);
        let digest = digests::comment(&row.salt, row.author_id, &row.circle, &row.body);
        if written.text("digest") != Some(&digest) {
            let told = format!("{name} is not what it was when it was written");
            return Err(chain.misfit_at(written, told));
        }
    }
    none_gone(chain, &open, "comment")
}
