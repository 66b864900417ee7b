//! The SQL of what people are told. `notify` is for every command that does something others
//! want to know of; whoever calls it has locked the idea. Reading begins with what the
//! reader may see *now*: what is hidden from them since is not there.

use super::conversation::{Circle, Hears};
use super::domain::{Idea, IdeaId};
use super::notifications::{Notice, Notification, NotificationId};
use super::store::{self, Sees, own, stored, visible};
use super::store_clusters as clusters;
use super::store_conversation::ears;
use crate::entity::{comment, follower, idea, notification};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::outbox::Subject;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{Actor, Permit, ReadNotifications, Standing};
use sea_orm::sea_query::{
    Condition, Expr, ExprTrait, Func, IntoCondition, JoinType, Order, Query, SelectStatement,
    SimpleExpr,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

/// Rows that one statement inserts at most: SQLite takes 32,766 values.
const ROWS_AT_ONCE: usize = 1_000;

/// Tells these people something about an idea, each once and whoever acts not at all.
/// `about` names the comment or decision it is about. A statement for a thousand of them.
pub async fn notify(
    tx: &Tx<'_>,
    idea: &Idea,
    notice: Notice,
    about: Option<Uuid>,
    to: &[MemberId],
) -> Result<()> {
    let to: Vec<(IdeaId, MemberId)> = to.iter().map(|member| (idea.id, *member)).collect();
    notify_each(tx, notice, about, &to).await
}

/// Tells these people something about a hackathon, which is locked, and about an idea in it
/// where there is one.
pub async fn notify_in_hackathon(
    tx: &Tx<'_>,
    hackathon: Uuid,
    idea: Option<IdeaId>,
    notice: Notice,
    to: &[MemberId],
) -> Result<()> {
    let about = About {
        notice,
        about: None,
        hackathon: Some(hackathon),
    };
    let to: Vec<_> = to.iter().map(|member| (idea, *member)).collect();
    tell(tx, about, &to).await
}

/// The same about several ideas, each told to these people.
pub async fn notify_each(
    tx: &Tx<'_>,
    notice: Notice,
    about: Option<Uuid>,
    to: &[(IdeaId, MemberId)],
) -> Result<()> {
    let about = About {
        notice,
        about,
        hackathon: None,
    };
    let to: Vec<_> = to.iter().map(|(idea, who)| (Some(*idea), *who)).collect();
    tell(tx, about, &to).await
}

/// What is told, the idea aside.
struct About {
    notice: Notice,
    about: Option<Uuid>,
    hackathon: Option<Uuid>,
}

async fn tell(tx: &Tx<'_>, what: About, to: &[(Option<IdeaId>, MemberId)]) -> Result<()> {
    let mut told: HashSet<(Option<IdeaId>, MemberId)> = HashSet::new();
    let rows: Vec<notification::ActiveModel> = to
        .iter()
        .filter(|(_, member)| tx.actor() != Some(member.0))
        .filter(|one| told.insert(**one))
        .map(|(idea, member)| {
            row_of(notification::Model {
                id: ids::fresh(tx.now()),
                member_id: member.0,
                notice: what.notice.as_str().to_owned(),
                idea_id: idea.map(|id| id.0),
                about_id: what.about,
                hackathon_id: what.hackathon,
                at: tx.now(),
                read_at: None,
            })
        })
        .collect();
    for part in rows.chunks(ROWS_AT_ONCE) {
        notification::Entity::insert_many(part.to_vec())
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(())
}

/// Who wrote an idea.
pub async fn authors_of(tx: &Tx<'_>, idea: &Idea) -> Result<Vec<MemberId>> {
    let mut authors = vec![idea.author];
    let co_authors = store::co_authors(tx.sql(), &[idea.id]).await?;
    authors.extend(co_authors.into_values().flatten());
    Ok(authors)
}

/// Who follows an idea, or what was merged into it; of what is hidden from some, those who
/// see it: some stand twice.
pub async fn followers_of(tx: &Tx<'_>, id: IdeaId) -> Result<Vec<MemberId>> {
    let rows = follower::Entity::find()
        .filter(follower::Column::IdeaId.eq(id.0))
        .all(tx.sql())
        .await?;
    let mut people: Vec<MemberId> = rows
        .into_iter()
        .map(|row| MemberId(row.member_id))
        .collect();
    for (member, may_see) in clusters::followers(tx.sql(), id).await? {
        if may_see || identity::store::leads(tx.sql(), member).await? {
            people.push(member);
        }
    }
    Ok(people)
}

/// Who wrote an idea, and who follows it; some stand twice.
pub async fn authors_and_followers(tx: &Tx<'_>, idea: &Idea) -> Result<Vec<MemberId>> {
    let mut people = authors_of(tx, idea).await?;
    people.extend(followers_of(tx, idea.id).await?);
    Ok(people)
}

/// Whose notifications are read, and with which eyes and ears.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    sees: Sees,
    /// Their ears for an idea of somebody else, and for an own one.
    foreign: Hears,
    own: Hears,
    /// And for one in which an own one goes on.
    involved: Hears,
}

impl Reader {
    /// Whoever is signed in.
    pub fn of(actor: &Actor) -> Result<Self> {
        let own = Standing {
            is_author: true,
            ..Standing::default()
        };
        let involved = Standing {
            wrote_absorbed: true,
            ..Standing::default()
        };
        Ok(Self {
            sees: Sees::of(actor)?,
            foreign: ears(actor, &Standing::default(), false)?,
            own: ears(actor, &own, false)?,
            involved: ears(actor, &involved, false)?,
        })
    }

    /// What this person is told, as a condition on `notification` joined with `idea`.
    fn told(&self) -> Condition {
        let me = self.sees.member;
        let circles = |hears: &Hears| hears.circles().map(Circle::as_str).collect::<Vec<_>>();
        let heard = |hears| comment::Column::Circle.is_in(circles(hears));
        let is_heard = Condition::any()
            .add(Condition::all().add(own(me)).add(heard(&self.own)))
            .add(
                Condition::all()
                    .add(own(me).not())
                    .add(clusters::goes_on_for(me))
                    .add(heard(&self.involved)),
            )
            .add(
                Condition::all()
                    .add(own(me).not())
                    .add(clusters::goes_on_for(me).not())
                    .add(heard(&self.foreign)),
            );
        let said = Query::select()
            .expr(Expr::val(1))
            .from(comment::Entity)
            .and_where(
                Expr::col((comment::Entity, comment::Column::Id))
                    .equals((notification::Entity, notification::Column::AboutId)),
            )
            .cond_where(is_heard)
            .to_owned();
        let is_audible = Condition::any()
            .add(notification::Column::Notice.ne(Notice::Commented.as_str()))
            .add(Expr::exists(said));
        Condition::all()
            .add(notification::Column::MemberId.eq(me.0))
            .add(
                Condition::any()
                    // What is about a hackathon alone everybody may see.
                    .add(notification::Column::IdeaId.is_null())
                    .add(visible(&self.sees)),
            )
            .add(is_audible)
    }

    fn all(&self) -> Select<notification::Entity> {
        let mut query = notification::Entity::find().filter(self.told());
        let on = Expr::col((idea::Entity, idea::Column::Id))
            .equals((notification::Entity, notification::Column::IdeaId));
        QueryFilter::query(&mut query).join(JoinType::LeftJoin, idea::Entity, on);
        query
    }
}

/// What something is about: the idea, or the hackathon where there is none.
fn about() -> SimpleExpr {
    let idea = notification::Column::IdeaId.into_expr();
    let hackathon = notification::Column::HackathonId.into_expr();
    Func::coalesce([idea, hackathon]).into()
}

/// The newest first; what was told at the same moment by what it is about, so that no chance
/// decides.
fn newest_first() -> [SortKey; 3] {
    [
        sort(
            notification::Column::At.into_expr(),
            Order::Desc,
            KeyKind::Integer,
        ),
        sort(about(), Order::Desc, KeyKind::Id),
        sort(
            notification::Column::Id.into_expr(),
            Order::Desc,
            KeyKind::Id,
        ),
    ]
}

/// Only those that were read, or only those that were not; all when nothing is said.
fn read_or_not(is_read: Option<bool>) -> Condition {
    match is_read {
        None => Condition::all(),
        Some(true) => notification::Column::ReadAt.is_not_null().into_condition(),
        Some(false) => notification::Column::ReadAt.is_null().into_condition(),
    }
}

/// A window of what this person is told, the newest first, with the ideas: one statement.
pub async fn page(
    sql: &impl ConnectionTrait,
    reader: &Reader,
    is_read: Option<bool>,
    window: &Window,
) -> Result<Vec<Notification>> {
    let keys = newest_first();
    let query = reader.all().filter(read_or_not(is_read));
    let query = window.of(query, &keys)?;
    read_all(sql, query).await
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    reader: &Reader,
    is_read: Option<bool>,
) -> Result<i64> {
    let query = reader
        .all()
        .select_only()
        .expr_as(notification::Column::Id.count(), "count")
        .filter(read_or_not(is_read));
    let row = sql.query_one(query.as_query()).await?;
    let row = row.ok_or_else(|| Error::internal("a count has one row"))?;
    Ok(row.try_get("", "count")?)
}

/// Those of several that this person is told, the newest first.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    reader: &Reader,
    ids: &[NotificationId],
) -> Result<Vec<Notification>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = reader
        .all()
        .filter(notification::Column::Id.is_in(ids.iter().map(|id| id.0)));
    for key in newest_first() {
        query = query.order_by(key.by, key.order);
    }
    read_all(sql, query).await
}

async fn read_all(
    sql: &impl ConnectionTrait,
    query: Select<notification::Entity>,
) -> Result<Vec<Notification>> {
    let rows = query.select_also(idea::Entity).all(sql).await?;
    rows.into_iter()
        .map(|(row, idea)| {
            if row.idea_id.or(row.hackathon_id).is_none() {
                return Err(Error::internal("a notification about nothing"));
            }
            Ok(Notification {
                id: NotificationId(row.id),
                notice: stored("notification.notice", &row.notice, Notice::parse)?,
                idea: idea.map(store::read).transpose()?,
                hackathon: row.hackathon_id,
                at: row.at,
                is_read: row.read_at.is_some(),
            })
        })
        .collect()
}

/// What shall count as read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// These, which the reader is told.
    pub these: Vec<NotificationId>,
    /// And this one with all older ones, as far as the reader is told them.
    pub up_to: Option<(Micros, Uuid, NotificationId)>,
}

impl Reading {
    /// Unread ones among them, as a condition on what the reader is told.
    fn unread(&self) -> Condition {
        let these = self.these.iter().map(|id| id.0);
        let mut any = Condition::any().add(notification::Column::Id.is_in(these));
        if let Some((at, thing, id)) = self.up_to {
            let older = notification::Column::At.lt(at);
            let at_once = Condition::all()
                .add(notification::Column::At.eq(at))
                .add(about().lt(thing));
            let same = Condition::all()
                .add(notification::Column::At.eq(at))
                .add(about().eq(thing))
                .add(notification::Column::Id.lte(id.0));
            any = any.add(older).add(at_once).add(same);
        }
        Condition::all()
            .add(notification::Column::ReadAt.is_null())
            .add(any)
    }
}

/// The newest of those that were not read yet, at most so many.
pub async fn newest_unread(
    sql: &impl ConnectionTrait,
    reader: &Reader,
    reading: &Reading,
    most: u64,
) -> Result<Vec<NotificationId>> {
    let mut query = reader.all().filter(reading.unread()).limit(most);
    for key in newest_first() {
        query = query.order_by(key.by, key.order);
    }
    let rows = query.all(sql).await?;
    Ok(rows.into_iter().map(|row| NotificationId(row.id)).collect())
}

/// Marks as read what was not, and says so when there was any. The reader is locked.
pub async fn mark_read(
    tx: &Tx<'_>,
    permit: &Permit<ReadNotifications>,
    reader: &Reader,
    reading: &Reading,
) -> Result<()> {
    let which: SelectStatement = reader
        .all()
        .select_only()
        .column(notification::Column::Id)
        .filter(reading.unread())
        .into_query();
    let marked = notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::val(tx.now()))
        .filter(notification::Column::Id.in_subquery(which))
        .exec(tx.sql())
        .await?
        .rows_affected;
    if marked > 0 {
        let subject = Subject::Member(permit.by().0);
        tx.emit(subject, "NOTIFICATIONS_READ", json!({"count": marked}));
    }
    Ok(())
}
