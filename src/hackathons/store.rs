//! The SQL of hackathons themselves: what they are about, in which phase, and who judges.
//! Whoever changes anything in a hackathon holds it locked, teams and entries included: what
//! people do in it at one moment happens one after the other.

use super::domain::{Hackathon, HackathonId, JudgingMode, MetricKey, Refusal};
use super::phases::Phase;
use super::plan::Plan;
use super::store_digests as digests;
use crate::entity::{hackathon, hackathon_judge, hackathon_note};
use crate::ideas::store::stored;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, on_unique, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::policy::{AdvanceHackathon, CreateHackathon, Permit, PublishResults, UpdateHackathon};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The refusal of a hackathon that there is not.
pub const MISSING: Error = Error::NotFound { noun: "hackathon" };

/// The hackathon with this slug.
pub async fn by_slug(sql: &impl ConnectionTrait, slug: &str) -> Result<Option<Hackathon>> {
    // No slug is like that, and PostgreSQL takes no NUL.
    if slug.chars().any(char::is_control) {
        return Ok(None);
    }
    let row = hackathon::Entity::find()
        .filter(hackathon::Column::Slug.eq(slug))
        .one(sql)
        .await?;
    row.map(read).transpose()
}

/// Hackathons by id.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    ids: &[HackathonId],
) -> Result<HashMap<HackathonId, Hackathon>> {
    let rows = hackathon::Entity::find()
        .filter(hackathon::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    let read = rows.into_iter().map(read);
    read.map(|one| one.map(|one| (one.id, one))).collect()
}

/// One hackathon, locked until the command ends; `NOT_FOUND` when there is none.
pub async fn locked(tx: &Tx<'_>, id: HackathonId) -> Result<Hackathon> {
    // Locked first and read after: two people may press at once.
    tx.lock(id.subject()).await?;
    find_many(tx.sql(), &[id]).await?.remove(&id).ok_or(MISSING)
}

/// The judges of several hackathons, by id.
pub async fn judges(
    sql: &impl ConnectionTrait,
    ids: &[HackathonId],
) -> Result<HashMap<HackathonId, Vec<MemberId>>> {
    let rows = hackathon_judge::Entity::find()
        .filter(hackathon_judge::Column::HackathonId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(hackathon_judge::Column::MemberId)
        .all(sql)
        .await?;
    let mut found: HashMap<HackathonId, Vec<MemberId>> = HashMap::new();
    for row in rows {
        let judges = found.entry(HackathonId(row.hackathon_id)).or_default();
        judges.push(MemberId(row.member_id));
    }
    Ok(found)
}

/// Whether this person judges a hackathon.
pub async fn is_judge(
    sql: &impl ConnectionTrait,
    id: HackathonId,
    member: MemberId,
) -> Result<bool> {
    let found = hackathon_judge::Entity::find_by_id((id.0, member.0))
        .one(sql)
        .await?;
    Ok(found.is_some())
}

/// Keeps a new hackathon, in DESIGN; the hackathon and the digest of its texts. `SLUG_TAKEN`
/// when another one has its slug.
pub async fn insert(
    tx: &Tx<'_>,
    permit: &Permit<CreateHackathon>,
    slug: String,
    plan: &Plan,
) -> Result<(HackathonId, String)> {
    let id = HackathonId(ids::fresh(tx.now()));
    let row = hackathon::Model {
        id: id.0,
        slug,
        name: plan.name.clone(),
        theme: plan.theme.clone(),
        brief: plan.brief.clone(),
        phase: Phase::Design.as_str().to_owned(),
        judging: plan.judging.as_str().to_owned(),
        rubric_version_id: plan.rubric_version,
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        submission_deadline: plan.submission_deadline,
        team_size_min: plan.team_size_min,
        team_size_max: plan.team_size_max,
        targets: targets_text(&plan.targets),
        revision: 1,
        organizer_id: Some(permit.by().0),
        created_at: tx.now(),
        published_at: None,
        salt: salt(),
    };
    let digest = digests::hackathon(&row);
    let inserted = hackathon::Entity::insert(row_of(row));
    on_unique(
        inserted.exec_without_returning(tx.sql()).await,
        Refusal::SlugTaken,
    )?;
    tx.begin(id.subject());
    set_judges(tx, id, &plan.judges).await?;
    Ok((id, digest))
}

/// Keeps what was edited; the digest of its texts.
pub async fn save(
    tx: &Tx<'_>,
    _: &Permit<UpdateHackathon>,
    id: HackathonId,
    plan: &Plan,
) -> Result<(i32, String)> {
    let row = hackathon::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let mut row = row.ok_or_else(|| Error::internal("a locked hackathon is gone"))?;
    row.name.clone_from(&plan.name);
    row.theme.clone_from(&plan.theme);
    row.brief.clone_from(&plan.brief);
    row.judging = plan.judging.as_str().to_owned();
    row.rubric_version_id = plan.rubric_version;
    row.starts_at = plan.starts_at;
    row.ends_at = plan.ends_at;
    row.submission_deadline = plan.submission_deadline;
    row.team_size_min = plan.team_size_min;
    row.team_size_max = plan.team_size_max;
    row.targets = targets_text(&plan.targets);
    row.revision += 1;
    row.salt = salt();
    let told = (row.revision, digests::hackathon(&row));
    hackathon::Entity::update(row_of(row))
        .exec(tx.sql())
        .await?;
    hackathon_judge::Entity::delete_many()
        .filter(hackathon_judge::Column::HackathonId.eq(id.0))
        .exec(tx.sql())
        .await?;
    set_judges(tx, id, &plan.judges).await?;
    Ok(told)
}

async fn set_judges(tx: &Tx<'_>, id: HackathonId, judges: &[MemberId]) -> Result<()> {
    if judges.is_empty() {
        return Ok(());
    }
    let rows = judges.iter().map(|judge| {
        row_of::<_, hackathon_judge::ActiveModel>(hackathon_judge::Model {
            hackathon_id: id.0,
            member_id: judge.0,
        })
    });
    hackathon_judge::Entity::insert_many(rows)
        .exec_without_returning(tx.sql())
        .await?;
    Ok(())
}

/// Brings a hackathon into another phase.
pub async fn set_phase(
    tx: &Tx<'_>,
    _: &Permit<AdvanceHackathon>,
    id: HackathonId,
    phase: Phase,
) -> Result<()> {
    let row = hackathon::ActiveModel {
        id: Set(id.0),
        phase: Set(phase.as_str().to_owned()),
        ..Default::default()
    };
    hackathon::Entity::update(row).exec(tx.sql()).await?;
    Ok(())
}

/// Closes it: its results are published.
pub async fn close(tx: &Tx<'_>, _: &Permit<PublishResults>, id: HackathonId) -> Result<()> {
    let row = hackathon::ActiveModel {
        id: Set(id.0),
        phase: Set(Phase::Closed.as_str().to_owned()),
        published_at: Set(Some(tx.now())),
        ..Default::default()
    };
    hackathon::Entity::update(row).exec(tx.sql()).await?;
    Ok(())
}

/// Keeps what was said with a phase or the results; its id and digest.
pub async fn keep_note(tx: &Tx<'_>, id: HackathonId, text: String) -> Result<(Uuid, String)> {
    let row = hackathon_note::Model {
        id: ids::fresh(tx.now()),
        hackathon_id: id.0,
        text,
        salt: salt(),
    };
    let told = (row.id, digests::note(&row));
    hackathon_note::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(told)
}

/// What was said, by the ids of notes.
pub async fn notes(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = hackathon_note::Entity::find()
        .filter(hackathon_note::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.text)).collect())
}

fn targets_text(targets: &BTreeMap<MetricKey, f64>) -> String {
    let named = targets
        .iter()
        .map(|(key, target)| (key.as_str().to_owned(), (*target).into()));
    serde_json::Value::Object(named.collect()).to_string()
}

fn read_targets(text: &str) -> Result<BTreeMap<MetricKey, f64>> {
    let all: BTreeMap<String, f64> = serde_json::from_str(text).map_err(Error::internal)?;
    all.into_iter()
        .map(|(key, target)| Ok((stored("hackathon.targets", &key, MetricKey::parse)?, target)))
        .collect()
}

/// A row as a hackathon.
pub fn read(row: hackathon::Model) -> Result<Hackathon> {
    Ok(Hackathon {
        id: HackathonId(row.id),
        phase: stored("hackathon.phase", &row.phase, Phase::parse)?,
        judging: stored("hackathon.judging", &row.judging, JudgingMode::parse)?,
        targets: read_targets(&row.targets)?,
        slug: row.slug,
        name: row.name,
        theme: row.theme,
        brief: row.brief,
        rubric_version: row.rubric_version_id,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        submission_deadline: row.submission_deadline,
        team_size_min: row.team_size_min,
        team_size_max: row.team_size_max,
        revision: row.revision,
        organizer: row.organizer_id.map(MemberId),
        created_at: row.created_at,
        published_at: row.published_at,
    })
}
