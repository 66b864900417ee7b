//! The SQL of texts around an entry that go for good, with the salt of their digest: its own,
//! those of its awards, and what judges said of it. The hackathon is locked.

use super::domain::EntryId;
use super::store_digests as digests;
use super::store_judging::Answer;
use crate::entity::{award, entry, judgement};
use crate::ideas::redaction::{Emptied, Redaction, TOMBSTONE};
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::policy::{Permit, Redact};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Takes the texts that are named, or all of them.
pub async fn empty_entry(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    id: EntryId,
    redaction: &Redaction,
) -> Result<Vec<Emptied>> {
    let row = entry::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let mut row = row.ok_or_else(|| Error::internal("an entry is gone"))?;
    let before = row.clone();
    if redaction.takes("title") {
        TOMBSTONE.clone_into(&mut row.title);
    }
    if redaction.takes("summary") {
        TOMBSTONE.clone_into(&mut row.summary);
    }
    let may_be_missing = [
        ("demoUrl", &mut row.demo_url),
        ("repositoryUrl", &mut row.repository_url),
        ("videoUrl", &mut row.video_url),
        ("learned", &mut row.learned),
    ];
    for (field, text) in may_be_missing {
        if redaction.takes(field) {
            *text = None;
        }
    }
    let mut emptied = Vec::new();
    if row != before {
        row.salt = salt();
        emptied.push(Emptied {
            kind: "entry",
            id: row.id.simple().to_string(),
            digest: digests::entry(&row),
        });
        entry::Entity::update(row_of::<_, entry::ActiveModel>(row))
            .exec(tx.sql())
            .await?;
    }
    if redaction.takes("awards") {
        empty_awards(tx, id, &mut emptied).await?;
    }
    if redaction.takes("judgements") {
        empty_judgements(tx, id, &mut emptied).await?;
    }
    Ok(emptied)
}

async fn empty_awards(tx: &Tx<'_>, id: EntryId, emptied: &mut Vec<Emptied>) -> Result<()> {
    let rows = award::Entity::find()
        .filter(award::Column::EntryId.eq(id.0))
        .order_by_asc(award::Column::Ordinal)
        .all(tx.sql())
        .await?;
    for mut row in rows {
        if row.award == TOMBSTONE && row.next_step == TOMBSTONE {
            continue;
        }
        TOMBSTONE.clone_into(&mut row.award);
        TOMBSTONE.clone_into(&mut row.next_step);
        row.salt = salt();
        emptied.push(Emptied {
            kind: "award",
            id: row.id.simple().to_string(),
            digest: digests::award(&row),
        });
        award::Entity::update(row_of::<_, award::ActiveModel>(row))
            .exec(tx.sql())
            .await?;
    }
    Ok(())
}

async fn empty_judgements(tx: &Tx<'_>, id: EntryId, emptied: &mut Vec<Emptied>) -> Result<()> {
    let rows = judgement::Entity::find()
        .filter(judgement::Column::EntryId.eq(id.0))
        .order_by_asc(judgement::Column::Id)
        .all(tx.sql())
        .await?;
    for mut row in rows {
        let mut answers: Vec<Answer> =
            serde_json::from_str(&row.ratings).map_err(Error::internal)?;
        let has_text = answers.iter().any(|one| one.rationale.is_some());
        if row.comment.is_none() && !has_text {
            continue;
        }
        for one in &mut answers {
            one.rationale = None;
        }
        row.ratings = serde_json::to_string(&answers).map_err(Error::internal)?;
        row.comment = None;
        row.salt = salt();
        emptied.push(Emptied {
            kind: "judgement",
            id: row.id.simple().to_string(),
            digest: digests::judgement(&row),
        });
        judgement::Entity::update(row_of::<_, judgement::ActiveModel>(row))
            .exec(tx.sql())
            .await?;
    }
    Ok(())
}
