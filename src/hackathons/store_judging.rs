//! The SQL of what judges say: ratings under a rubric, and comparisons of two. The hackathon
//! of every row that is written is locked.

use super::domain::{ComparisonOutcome, EntryId, Hackathon, HackathonId, JudgingMode};
use super::standings::{self, Judged, Standing, Vote};
use super::store_bench::Bench;
use super::store_digests as digests;
use crate::assessment::domain::Ratings;
use crate::assessment::rubric::Rubric;
use crate::assessment::store::version;
use crate::entity::{comparison, judgement};
use crate::ideas::store::stored;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::policy::{JudgeEntry, Permit};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows that one statement writes at most.
const ROWS_AT_ONCE: usize = 1_000;

/// One answer, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub criterion: String,
    /// None: cannot judge.
    pub level: Option<f64>,
    pub rationale: Option<String>,
}

/// How a judge rates an entry.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub id: Uuid,
    pub entry: EntryId,
    pub judge: MemberId,
    pub answers: Vec<Answer>,
    pub comment: Option<String>,
    pub submitted_at: Micros,
}

impl Judgement {
    /// What was answered about a criterion, if anything.
    pub fn answer(&self, criterion: &str) -> Option<&Answer> {
        self.answers.iter().find(|one| one.criterion == criterion)
    }
}

/// What one judge says of several entries.
pub async fn of_judge(
    sql: &impl ConnectionTrait,
    judge: MemberId,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Judgement>> {
    let rows = judgement::Entity::find()
        .filter(judgement::Column::JudgeId.eq(judge.0))
        .filter(judgement::Column::EntryId.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    let read = rows.into_iter().map(read);
    read.map(|one| one.map(|one| (one.entry, one))).collect()
}

/// How often each of several entries was judged, rated in full or compared; those that never
/// were are left out.
pub async fn counts(sql: &impl ConnectionTrait, ids: &[EntryId]) -> Result<HashMap<EntryId, i64>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rated: Vec<(Uuid, i64)> = judgement::Entity::find()
        .select_only()
        .column(judgement::Column::EntryId)
        .column_as(judgement::Column::Id.count(), "count")
        .filter(judgement::Column::EntryId.is_in(ids.iter().copied()))
        .filter(judgement::Column::IsComplete.eq(true))
        .group_by(judgement::Column::EntryId)
        .into_tuple()
        .all(sql)
        .await?;
    let mut found: HashMap<EntryId, i64> = HashMap::new();
    for side in [
        comparison::Column::LeftEntryId,
        comparison::Column::RightEntryId,
    ] {
        let compared: Vec<(Uuid, i64)> = comparison::Entity::find()
            .select_only()
            .column(side)
            .column_as(comparison::Column::JudgeId.count(), "count")
            .filter(side.is_in(ids.iter().copied()))
            .group_by(side)
            .into_tuple()
            .all(sql)
            .await?;
        for (entry, count) in compared {
            *found.entry(EntryId(entry)).or_default() += count;
        }
    }
    for (entry, count) in rated {
        *found.entry(EntryId(entry)).or_default() += count;
    }
    Ok(found)
}

/// The comparisons of a hackathon that count.
pub async fn votes(
    sql: &impl ConnectionTrait,
    id: HackathonId,
    bench: &Bench,
) -> Result<Vec<Vote>> {
    let rows = comparison::Entity::find()
        .filter(comparison::Column::HackathonId.eq(id.0))
        .all(sql)
        .await?;
    let mut votes = Vec::with_capacity(rows.len());
    for row in rows {
        let judge = MemberId(row.judge_id);
        let both = [row.left_entry_id, row.right_entry_id].map(EntryId);
        if both.iter().all(|entry| bench.counts(judge, *entry)) {
            let word = &row.outcome;
            votes.push(Vote {
                judge: judge.0,
                left: row.left_entry_id,
                right: row.right_entry_id,
                outcome: stored("comparison.outcome", word, ComparisonOutcome::parse)?,
                is_half: row.is_half,
            });
        }
    }
    Ok(votes)
}

/// The judgements of a hackathon that count, those that are not complete too.
async fn judged(
    sql: &impl ConnectionTrait,
    id: HackathonId,
    bench: &Bench,
    rubric: &Rubric,
) -> Result<Vec<Judged>> {
    let rows = judgement::Entity::find()
        .filter(judgement::Column::HackathonId.eq(id.0))
        .all(sql)
        .await?;
    let mut judged = Vec::with_capacity(rows.len());
    for row in rows {
        let one = read(row)?;
        if bench.counts(one.judge, one.entry) {
            let level = |key: &str| one.answer(key).and_then(|it| it.level);
            judged.push(Judged {
                id: one.id,
                entry: one.entry.0,
                judge: one.judge.0,
                levels: rubric.criteria.iter().map(|it| level(&it.key)).collect(),
            });
        }
    }
    Ok(judged)
}

/// Where the entries of a hackathon stand that were judged, the best first.
pub async fn standings(
    sql: &impl ConnectionTrait,
    hackathon: &Hackathon,
    bench: &Bench,
) -> Result<Vec<Standing>> {
    match (hackathon.judging, hackathon.rubric_version) {
        (JudgingMode::Rubric, Some(id)) => {
            let missing = || Error::internal("the rubric of a hackathon is gone");
            let version = version(sql, id).await?.ok_or_else(missing)?;
            let judged = judged(sql, hackathon.id, bench, &version.rubric).await?;
            Ok(standings::by_rubric(&version.rubric, &judged))
        }
        (JudgingMode::Rubric, None) => Ok(Vec::new()),
        (JudgingMode::Pairwise, _) => {
            let votes = votes(sql, hackathon.id, bench).await?;
            Ok(standings::by_pairs(&votes))
        }
    }
}

/// Keeps how a judge rates an entry, in place of what they said before; its id and digest.
pub async fn judge(
    tx: &Tx<'_>,
    permit: &Permit<JudgeEntry>,
    (hackathon, entry): (HackathonId, EntryId),
    rubric: &Rubric,
    ratings: &Ratings,
) -> Result<(Uuid, String)> {
    let before = of_judge(tx.sql(), permit.by(), &[entry]).await?;
    let before = before.get(&entry).map(|one| one.id);
    let answer = |one: &crate::assessment::domain::Rating| Answer {
        criterion: rubric.criteria[one.criterion].key.clone(),
        level: one.level,
        rationale: one.rationale.clone(),
    };
    let answers: Vec<Answer> = ratings.ratings().iter().map(answer).collect();
    let row = judgement::Model {
        id: before.unwrap_or_else(|| ids::fresh(tx.now())),
        hackathon_id: hackathon.0,
        entry_id: entry.0,
        judge_id: permit.by().0,
        ratings: serde_json::to_string(&answers).map_err(Error::internal)?,
        is_complete: standings::is_complete(rubric, ratings.levels()),
        comment: ratings.comment().map(str::to_owned),
        submitted_at: tx.now(),
        salt: salt(),
    };
    let told = (row.id, digests::judgement(&row));
    let row = row_of::<_, judgement::ActiveModel>(row);
    if before.is_some() {
        judgement::Entity::update(row).exec(tx.sql()).await?;
    } else {
        judgement::Entity::insert(row)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(told)
}

/// Keeps which of two entries a judge finds better, pair by pair: their last word on each.
pub async fn compare<A>(
    tx: &Tx<'_>,
    permit: &Permit<A>,
    hackathon: HackathonId,
    votes: &[Vote],
) -> Result<()> {
    let row = |vote: &Vote| {
        row_of::<_, comparison::ActiveModel>(comparison::Model {
            hackathon_id: hackathon.0,
            judge_id: permit.by().0,
            left_entry_id: vote.left,
            right_entry_id: vote.right,
            outcome: vote.outcome.as_str().to_owned(),
            is_half: vote.is_half,
            at: tx.now(),
        })
    };
    let key = [
        comparison::Column::JudgeId,
        comparison::Column::LeftEntryId,
        comparison::Column::RightEntryId,
    ];
    let said = [
        comparison::Column::Outcome,
        comparison::Column::IsHalf,
        comparison::Column::At,
    ];
    for part in votes.chunks(ROWS_AT_ONCE) {
        let last = OnConflict::columns(key).update_columns(said).to_owned();
        comparison::Entity::insert_many(part.iter().map(row))
            .on_conflict(last)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(())
}

fn read(row: judgement::Model) -> Result<Judgement> {
    Ok(Judgement {
        id: row.id,
        entry: EntryId(row.entry_id),
        judge: MemberId(row.judge_id),
        answers: serde_json::from_str(&row.ratings).map_err(Error::internal)?,
        comment: row.comment,
        submitted_at: row.submitted_at,
    })
}
