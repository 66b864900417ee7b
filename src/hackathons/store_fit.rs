//! The SQL of how well candidates fit. The hackathon and the idea of every row that is written
//! are locked.

use super::domain::CandidateId;
use super::fit::Marks;
use super::store_digests as digests;
use crate::entity::{candidate, fit_rating, idea};
use crate::ideas::domain::IdeaId;
use crate::ideas::store::co_authors;
use crate::ideas::store_clusters::writers;
use crate::ideas::store_conflicts::of_ideas;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::Result;
use crate::policy::{Permit, RateFit};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What people say about a candidate.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// What counts: not that of whoever must not judge the idea now.
    pub counted: Vec<Marks>,
    /// What the reader says, with their note.
    pub own: Option<(Marks, Option<String>)>,
}

/// Keeps what somebody says, in place of what they said before; its digest.
pub async fn rate(
    tx: &Tx<'_>,
    permit: &Permit<RateFit>,
    id: CandidateId,
    marks: &Marks,
    note: Option<String>,
) -> Result<String> {
    let row = fit_rating::Model {
        candidate_id: id.0,
        member_id: permit.by().0,
        theme: marks.theme,
        buildable: marks.buildable,
        demoable: marks.demoable,
        staffable: marks.staffable,
        note,
        at: tx.now(),
        salt: salt(),
    };
    let digest = digests::fit(&row);
    fit_rating::Entity::insert(row_of::<_, fit_rating::ActiveModel>(row))
        .on_conflict(
            OnConflict::columns([
                fit_rating::Column::CandidateId,
                fit_rating::Column::MemberId,
            ])
            .update_columns([
                fit_rating::Column::Theme,
                fit_rating::Column::Buildable,
                fit_rating::Column::Demoable,
                fit_rating::Column::Staffable,
                fit_rating::Column::Note,
                fit_rating::Column::At,
                fit_rating::Column::Salt,
            ])
            .to_owned(),
        )
        .exec_without_returning(tx.sql())
        .await?;
    Ok(digest)
}

/// What people say about several candidates, as this reader sees it: a statement for each kind
/// of row.
pub async fn sheets(
    sql: &impl ConnectionTrait,
    reader: MemberId,
    ids: &[CandidateId],
) -> Result<HashMap<CandidateId, Sheet>> {
    let rows = fit_rating::Entity::find()
        .filter(fit_rating::Column::CandidateId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(fit_rating::Column::MemberId)
        .all(sql)
        .await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let rated = rows.iter().map(|row| row.candidate_id);
    let ideas: HashMap<Uuid, Uuid> = candidate::Entity::find()
        .select_only()
        .column(candidate::Column::Id)
        .column(candidate::Column::IdeaId)
        .filter(candidate::Column::Id.is_in(rated))
        .into_tuple()
        .all(sql)
        .await?
        .into_iter()
        .collect();
    let of: Vec<IdeaId> = ideas.values().copied().map(IdeaId).collect();
    let involved = involved(sql, &of).await?;
    let mut found: HashMap<CandidateId, Sheet> = HashMap::new();
    for row in rows {
        let sheet = found.entry(CandidateId(row.candidate_id)).or_default();
        let marks = Marks {
            theme: row.theme,
            buildable: row.buildable,
            demoable: row.demoable,
            staffable: row.staffable,
        };
        let member = MemberId(row.member_id);
        let idea = ideas.get(&row.candidate_id).copied().map(IdeaId);
        if idea.is_some_and(|idea| !involved.contains(&(idea, member))) {
            sheet.counted.push(marks);
        }
        if member == reader {
            sheet.own = Some((marks, row.note));
        }
    }
    Ok(found)
}

/// Who must not judge which of these ideas: who wrote it, or something that goes on in it, and
/// who declared a conflict.
async fn involved(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashSet<(IdeaId, MemberId)>> {
    let authors: Vec<(Uuid, Uuid)> = idea::Entity::find()
        .select_only()
        .column(idea::Column::Id)
        .column(idea::Column::AuthorId)
        .filter(idea::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(sql)
        .await?;
    let authors = authors.into_iter();
    let mut all: HashSet<(IdeaId, MemberId)> = authors
        .map(|(idea, author)| (IdeaId(idea), MemberId(author)))
        .collect();
    for (idea, people) in co_authors(sql, ids).await? {
        all.extend(people.into_iter().map(|one| (idea, one)));
    }
    for (idea, people) in writers(sql, ids).await? {
        all.extend(people.into_iter().map(|one| (idea, one)));
    }
    let conflicts = of_ideas(sql, ids).await?.into_iter();
    all.extend(conflicts.map(|one| (one.idea, one.member)));
    Ok(all)
}
