//! One request of one person: who acts, what time it is, and the only way to the database.
//! `write` is the one door to a transaction, and where a request that came before is
//! answered with what it led to then.

use crate::entity::idempotency;
use crate::ideas::promises::Promises;
use crate::platform::clock::{Clock, DAY, Micros};
use crate::platform::db::{Db, Tx, on_postgres, row_of};
use crate::platform::digest::sha256;
use crate::platform::error::{Error, Result};
use crate::policy::Actor;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a key is remembered.
pub const KEY_LIFETIME: Micros = DAY;

/// The longest key, in characters.
pub const LONGEST_KEY: usize = 100;

/// What all requests share.
#[derive(Clone)]
pub struct House {
    pub db: Db,
    pub clock: Clock,
    pub promises: Promises,
    /// How many ideas count as the best ones.
    pub cut: u32,
    /// How many prototypes are tried at once.
    pub prototype_limit: u32,
}

impl House {
    /// Forgets the keys of requests that came too long ago; how many.
    pub async fn forget_keys(&self) -> Result<u64> {
        let now = self.clock.now();
        self.db
            .write(None, now, async |tx| {
                let deleted = idempotency::Entity::delete_many()
                    .filter(idempotency::Column::CreatedAt.lte(now - KEY_LIFETIME))
                    .exec(tx.sql())
                    .await?;
                Ok(deleted.rows_affected)
            })
            .await
    }
}

/// One request of one person.
#[derive(Clone)]
pub struct Session {
    /// Who acts.
    pub actor: Actor,
    house: House,
    key: Option<RetryKey>,
}

/// A request that may come again, and what it asked.
#[derive(Clone, Debug)]
struct RetryKey {
    mutation: &'static str,
    key: String,
    input_hash: String,
}

impl Session {
    /// A request of this person.
    pub fn new(house: House, actor: Actor) -> Self {
        let key = None;
        Self { actor, house, key }
    }

    /// The same request, to be answered once for this key: `KEY_TOO_LONG` when it has more
    /// than 100 characters or none. `input` is all that was asked, in canonical form.
    pub fn with_key(&self, mutation: &'static str, key: &str, input: &str) -> Result<Self> {
        if key.is_empty() || key.chars().count() > LONGEST_KEY {
            return Err(Error::invalid(
                &["idempotencyKey"],
                "KEY_TOO_LONG",
                format!("`idempotencyKey` has 1 to {LONGEST_KEY} characters."),
            ));
        }
        if key.chars().any(char::is_control) {
            let told = "`idempotencyKey` is one line without control characters.";
            return Err(Error::invalid(
                &["idempotencyKey"],
                "CONTROL_CHARACTERS",
                told,
            ));
        }
        let mut session = self.clone();
        session.key = Some(RetryKey {
            mutation,
            key: key.to_owned(),
            input_hash: sha256(&[input]),
        });
        Ok(session)
    }

    /// The present instant.
    pub fn now(&self) -> Micros {
        self.house.clock.now()
    }

    /// How many days each state may take.
    pub fn promises(&self) -> &Promises {
        &self.house.promises
    }

    /// How many ideas count as the best ones.
    pub fn cut(&self) -> u32 {
        self.house.cut
    }

    /// How many prototypes are tried at once.
    pub fn prototype_limit(&self) -> u32 {
        self.house.prototype_limit
    }

    /// For single statements that read.
    pub fn reader(&self) -> &DatabaseConnection {
        self.house.db.reader()
    }

    /// A view that stays as it is while several statements read it.
    pub async fn view(&self) -> Result<DatabaseTransaction> {
        self.house.db.view().await
    }

    /// After a text was taken away for good: takes it out of the database's own leftovers.
    pub async fn scrub(&self) {
        self.house.db.scrub().await;
    }

    /// One command, one transaction, its events in it. `Ok` keeps all, `Err` nothing. Under
    /// a key that was used before, what the command led to then; `KEY_REUSED` when that was
    /// another input.
    pub async fn write<T: Serialize + DeserializeOwned>(
        &self,
        command: impl AsyncFnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let actor = self.actor.id().map(|id| id.0);
        self.house
            .db
            .write(actor, self.now(), async |tx| {
                if let (Some(key), Some(member)) = (&self.key, actor) {
                    if let Some(earlier) = key.claim(tx, member).await? {
                        return Ok(earlier);
                    }
                    let value = command(tx).await?;
                    key.keep(tx, member, &value).await?;
                    return Ok(value);
                }
                command(tx).await
            })
            .await
    }
}

impl RetryKey {
    /// What the request led to when it came before; nothing the first time. On PostgreSQL
    /// the insert waits for another request with the same key to end.
    async fn claim<T: DeserializeOwned>(
        &self,
        tx: &Tx<'_>,
        member: uuid::Uuid,
    ) -> Result<Option<T>> {
        use idempotency::{Column, Entity, Model};
        let mine = Model {
            member_id: member,
            mutation: self.mutation.to_owned(),
            key: self.key.clone(),
            input_hash: self.input_hash.clone(),
            result: String::new(),
            created_at: tx.now(),
        };
        let inserted = Entity::insert(row_of(mine))
            .on_conflict(
                OnConflict::columns([Column::MemberId, Column::Mutation, Column::Key])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(tx.sql())
            .await?;
        if inserted == 1 {
            return Ok(None);
        }
        let id = (member, self.mutation.to_owned(), self.key.clone());
        let mut found = Entity::find_by_id(id);
        if on_postgres(tx.sql()) {
            // Of two that find it expired, one takes it over.
            found = found.lock_exclusive();
        }
        let Some(row) = found.one(tx.sql()).await? else {
            return Err(Error::internal("a key was taken and is not there"));
        };
        if row.created_at + KEY_LIFETIME <= tx.now() {
            let mut old = row.into_active_model();
            old.input_hash = Set(self.input_hash.clone());
            old.created_at = Set(tx.now());
            Entity::update(old).exec(tx.sql()).await?;
            return Ok(None);
        }
        if row.input_hash != self.input_hash {
            return Err(Error::Conflict {
                reason: "KEY_REUSED",
                message: "This idempotency key came before with another input.".to_owned(),
                current_revision: None,
            });
        }
        serde_json::from_str(&row.result)
            .map(Some)
            .map_err(Error::internal)
    }

    /// Notes what the request led to, in the transaction that did it.
    async fn keep<T: Serialize>(&self, tx: &Tx<'_>, member: uuid::Uuid, value: &T) -> Result<()> {
        let result = serde_json::to_string(value).map_err(Error::internal)?;
        idempotency::Entity::update(idempotency::ActiveModel {
            member_id: Set(member),
            mutation: Set(self.mutation.to_owned()),
            key: Set(self.key.clone()),
            result: Set(result),
            ..Default::default()
        })
        .exec(tx.sql())
        .await?;
        Ok(())
    }
}
