//! The SQL of comments and followers. Whoever writes has locked the idea.

use super::conversation::{Circle, Comment, CommentId, Hears};
use super::domain::{Idea, IdeaId};
use super::store::{Sees, stored};
use super::store_acts::keep_note;
use super::store_clusters::{self as clusters, Said};
use super::store_digests as digests;
use crate::entity::{comment, follower};
use crate::identity::domain::{MemberId, Role};
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::Result;
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{
    Actor, EditComment, FollowIdea, Permit, RemoveComment, Standing, UnfollowIdea,
};
use sea_orm::sea_query::{Condition, OnConflict, Order};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// The ears of whoever is signed in, as they stand to the idea, asked to assess it or not.
pub fn ears(actor: &Actor, standing: &Standing, is_assigned: bool) -> Result<Hears> {
    Ok(Hears {
        member: actor.signed_in()?,
        is_own: standing.is_own(),
        is_involved: standing.is_involved(),
        is_conflicted: standing.is_conflicted,
        // Like what they see, it ends with the role.
        is_assigned: is_assigned && actor.has(Role::Assessor),
        leads: actor.leads(),
        reviews: actor.leads() || actor.has(Role::Assessor),
    })
}

/// What this person hears of an idea. Every read of comments has it.
fn heard(hears: &Hears, id: IdeaId) -> Condition {
    let circles = hears.circles().map(Circle::as_str);
    let readable = Condition::any()
        .add(comment::Column::Circle.is_in(circles))
        .add(comment::Column::AuthorId.eq(hears.member.0));
    Condition::all()
        .add(comment::Column::IdeaId.eq(id.0))
        .add(readable)
}

/// A window of what is said about an idea, oldest first.
pub async fn page(
    sql: &impl ConnectionTrait,
    hears: &Hears,
    id: IdeaId,
    window: &Window,
) -> Result<Vec<Comment>> {
    let keys: [SortKey; 2] = [
        sort(
            comment::Column::CreatedAt.into_expr(),
            Order::Asc,
            KeyKind::Integer,
        ),
        sort(comment::Column::Id.into_expr(), Order::Asc, KeyKind::Id),
    ];
    let query = comment::Entity::find().filter(heard(hears, id));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How much of it there is in all.
pub async fn count(sql: &impl ConnectionTrait, hears: &Hears, id: IdeaId) -> Result<u64> {
    Ok(comment::Entity::find()
        .filter(heard(hears, id))
        .count(sql)
        .await?)
}

/// One comment, whoever hears it.
pub async fn one(sql: &impl ConnectionTrait, id: CommentId) -> Result<Option<Comment>> {
    let row = comment::Entity::find_by_id(id.0).one(sql).await?;
    row.map(read).transpose()
}

/// What stands in comments, by id; nothing of those that were removed.
pub async fn bodies(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = comment::Entity::find()
        .filter(comment::Column::Id.is_in(ids.iter().copied()))
        .filter(comment::Column::RemovedAt.is_null())
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.body)).collect())
}

fn read(row: comment::Model) -> Result<Comment> {
    Ok(Comment {
        id: CommentId(row.id),
        idea: IdeaId(row.idea_id),
        author: MemberId(row.author_id),
        circle: stored("comment.circle", &row.circle, Circle::parse)?,
        is_by_author: row.is_by_author,
        body: row.body,
        created_at: row.created_at,
        edited_at: row.edited_at,
        is_removed: row.removed_at.is_some(),
        salt: row.salt,
    })
}

/// Keeps what was said, and says so to those who hear it. Whoever speaks follows.
pub async fn add<A>(
    tx: &Tx<'_>,
    permit: &Permit<A>,
    idea: &Idea,
    circle: Circle,
    is_by_author: bool,
    body: String,
) -> Result<CommentId> {
    let row = comment::Model {
        id: ids::fresh(tx.now()),
        idea_id: idea.id.0,
        author_id: permit.by().0,
        circle: circle.as_str().to_owned(),
        is_by_author,
        body,
        created_at: tx.now(),
        edited_at: None,
        removed_at: None,
        salt: salt(),
    };
    let id = CommentId(row.id);
    let digest = digests::comment(&row.salt, row.author_id, &row.circle, &row.body);
    comment::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    let data = json!({
        "comment": id, "digest": digest, "isByAuthor": is_by_author,
        "audience": circle.audience().as_str(),
    });
    tx.emit(idea.id.subject(), circle.event(), data);
    begin_to_follow(tx, idea.id, &[permit.by()], tx.now()).await?;
    Ok(id)
}

/// Writes a comment anew; once more the same changes nothing.
pub async fn edit(
    tx: &Tx<'_>,
    _: &Permit<EditComment>,
    comment: &Comment,
    body: String,
) -> Result<()> {
    if comment.body == body {
        return Ok(());
    }
    let (author, circle) = (comment.author.0, comment.circle.as_str());
    let digest = digests::comment(&comment.salt, author, circle, &body);
    comment::Entity::update(comment::ActiveModel {
        id: Set(comment.id.0),
        body: Set(body),
        edited_at: Set(Some(tx.now())),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let data = json!({"comment": comment.id, "digest": digest});
    tx.emit(comment.idea.subject(), "COMMENT_EDITED", data);
    Ok(())
}

/// Empties a comment, its salt too, so that nobody can try words against its digest; its
/// place stays.
pub async fn remove(
    tx: &Tx<'_>,
    _: &Permit<RemoveComment>,
    comment: &Comment,
    reason: Option<String>,
) -> Result<()> {
    comment::Entity::update(comment::ActiveModel {
        id: Set(comment.id.0),
        body: Set(String::new()),
        removed_at: Set(Some(tx.now())),
        salt: Set(String::new()),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let mut data = json!({"comment": comment.id});
    if let Some(reason) = reason {
        let (note, digest) = keep_note(tx, comment.idea, reason).await?;
        data["note"] = json!(note);
        data["digest"] = json!(digest);
    }
    tx.emit(comment.idea.subject(), "COMMENT_REMOVED", data);
    Ok(())
}

/// Follows an idea; once more, here or in what was merged into it, changes nothing.
pub async fn follow(
    tx: &Tx<'_>,
    permit: &Permit<FollowIdea>,
    sees: &Sees,
    id: IdeaId,
) -> Result<()> {
    if clusters::followed(tx.sql(), sees, &[id])
        .await?
        .contains(&id)
    {
        return Ok(());
    }
    if begin_to_follow(tx, id, &[permit.by()], tx.now()).await? > 0 {
        tx.emit(id.subject(), "FOLLOWED", json!({}));
    }
    Ok(())
}

/// Follows it no more, wherever in a cluster that was said.
pub async fn unfollow(tx: &Tx<'_>, permit: &Permit<UnfollowIdea>, said: &Said) -> Result<()> {
    for id in &said.at {
        follower::Entity::delete_by_id((id.0, permit.by().0))
            .exec(tx.sql())
            .await?;
        tx.emit(id.subject(), "UNFOLLOWED", json!({}));
    }
    Ok(())
}

/// Makes people follow an idea by themselves: its authors, and who speaks about it. How many
/// did not yet.
pub async fn begin_to_follow(
    tx: &Tx<'_>,
    id: IdeaId,
    members: &[MemberId],
    at: Micros,
) -> Result<u64> {
    if members.is_empty() {
        return Ok(0);
    }
    let rows = members.iter().map(|member| {
        let row = follower::Model {
            idea_id: id.0,
            member_id: member.0,
            at,
        };
        row_of::<_, follower::ActiveModel>(row)
    });
    Ok(follower::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([follower::Column::IdeaId, follower::Column::MemberId])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.sql())
        .await?)
}
