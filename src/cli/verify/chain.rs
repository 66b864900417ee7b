//! The chains themselves: positions without gaps, each hash made of the one before it, and a
//! head that is the end.

use super::super::Stop;
use super::{EVENTS_AT_ONCE, SUBJECTS_AT_ONCE, misfit};
use crate::entity::{event, event_head};
use crate::platform::clock::Micros;
use crate::platform::db::View;
use crate::platform::outbox::chains::{Events, Heads};
use crate::platform::outbox::{Link, Subject};
use serde_json::Value;
use std::fmt::Display;
use uuid::Uuid;

/// What happened to one subject, as far as it was found whole.
pub(super) struct Chain {
    pub subject: Subject,
    pub events: Vec<Said>,
    /// Of the last event.
    pub hash: String,
}

/// One event.
pub(super) struct Said {
    pub position: i64,
    pub kind: String,
    pub actor: Option<Uuid>,
    pub at: Micros,
    pub data: Value,
}

impl Said {
    /// A text in its data.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.data[key].as_str()
    }

    /// An id in its data.
    pub fn id(&self, key: &str) -> Option<Uuid> {
        self.text(key).and_then(|id| Uuid::try_parse(id).ok())
    }

    /// A list of ids in its data.
    pub fn ids(&self, key: &str) -> Vec<Uuid> {
        let items = self.data[key].as_array().into_iter().flatten();
        let read = |item: &Value| Uuid::try_parse(item.as_str()?).ok();
        items.filter_map(read).collect()
    }
}

impl Chain {
    /// Something about this subject does not fit.
    pub fn misfit(&self, told: impl Display) -> Stop {
        misfit(self.subject.kind(), self.subject.id(), told)
    }

    /// Something does not fit with an event.
    pub fn misfit_at(&self, event: &Said, told: impl Display) -> Stop {
        self.misfit(format!("event {} ({}): {told}", event.position, event.kind))
    }
}

/// All chains of one kind, in the order of their subjects' ids.
pub(super) struct Walk<'a> {
    kind: &'static str,
    heads: Heads<'a>,
    events: Events<'a>,
}

impl<'a> Walk<'a> {
    pub fn of(view: &'a View, kind: &'static str) -> Self {
        Self {
            kind,
            heads: Heads::of(view, kind),
            events: Events::of(view, kind),
        }
    }

    /// The next chains, whole ones; none when there are no more.
    pub async fn batch(&mut self) -> Result<Vec<Chain>, Stop> {
        let mut batch = Vec::new();
        let mut events = 0;
        while batch.len() < SUBJECTS_AT_ONCE && events < EVENTS_AT_ONCE {
            let head = self.heads.next().await?;
            let next = self.events.subject().await?;
            match (head, next) {
                (None, None) => break,
                (head, Some(subject)) if head.as_ref().is_none_or(|it| it.subject_id > subject) => {
                    let told = "there are events of it, and no head of their chain";
                    return Err(misfit(self.kind, subject, told));
                }
                (Some(head), _) => {
                    let chain = self.chain(&head).await?;
                    events += chain.events.len();
                    batch.push(chain);
                }
                (None, Some(_)) => break,
            }
        }
        Ok(batch)
    }

    async fn chain(&mut self, head: &event_head::Model) -> Result<Chain, Stop> {
        let id = head.subject_id;
        let wrong = |told: String| Err(misfit(self.kind, id, told));
        let Some(subject) = Subject::stored(self.kind, id) else {
            return wrong("nothing that events are about".to_owned());
        };
        let mut chain = Chain {
            subject,
            events: Vec::new(),
            hash: String::new(),
        };
        let mut position = 0;
        while let Some(event) = self.events.next_of(id).await? {
            position += 1;
            if event.position != position {
                return wrong(format!(
                    "event {position} is missing; the next one there is event {}",
                    event.position
                ));
            }
            let link = Link {
                subject,
                position,
                kind: &event.kind,
                actor: event.actor_id,
                at: event.at,
                data: &event.data,
            };
            let hash = link.hash(&chain.hash);
            let Some(said) = said(event, &hash) else {
                return wrong(format!(
                    "event {position}: its hash is not that of its content and of the event before it"
                ));
            };
            chain.events.push(said);
            chain.hash = hash;
        }
        if head.position > position {
            return wrong(format!(
                "event {} is missing; the head of the chain stands at {}",
                position + 1,
                head.position
            ));
        }
        if head.position < position {
            return wrong(format!(
                "event {position} lies beyond the head of the chain, which stands at {}",
                head.position
            ));
        }
        if head.hash != chain.hash {
            return wrong(format!(
                "the head of the chain has not the hash of event {position}"
            ));
        }
        Ok(chain)
    }
}

/// An event, when its hash is this one, its data can be read, and it is kept as being about the
/// idea that stands there.
fn said(event: event::Model, hash: &str) -> Option<Said> {
    if event.hash != hash {
        return None;
    }
    let data: Value = serde_json::from_str(&event.data).ok()?;
    let about = data["about"]
        .as_str()
        .and_then(|id| Uuid::try_parse(id).ok());
    if about != event.idea_id {
        return None;
    }
    Some(Said {
        position: event.position,
        kind: event.kind,
        actor: event.actor_id,
        at: event.at,
        data,
    })
}
