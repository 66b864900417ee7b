//! What happened in a hackathon, as nodes.

use super::hackathon::HackathonNode;
use crate::graph::{Total, session};
use crate::hackathons::history::{Happening, Names};
use crate::hackathons::store_history as store;
use crate::ideas::graphql::{ActivityConnection, ActivityNode, IdeaNode, Told, ideas};
use crate::ideas::store::Sees;
use crate::identity::graphql::members;
use crate::identity::store::Member;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs};
use async_graphql::Context;
use futures_util::future::join_all;
use std::collections::HashMap;
use uuid::Uuid;

/// A page of it, oldest first.
pub(super) async fn activity_of(
    ctx: &Context<'_>,
    node: &HackathonNode,
    args: PageArgs,
) -> Result<ActivityConnection> {
    let (s, id) = (session(ctx).clone(), node.hackathon.id);
    let sees = Sees::of(&s.actor)?;
    let Page {
        rows,
        has_previous,
        has_next,
    } = store::page(s.reader(), id, &sees, args).await?;
    let (rows, cursors): (Vec<Happening>, Vec<String>) = rows.into_iter().unzip();
    let nodes = nodes(ctx, rows).await?;
    let page = Page {
        rows: nodes.into_iter().zip(cursors).collect(),
        has_previous,
        has_next,
    };
    let total = Total::by(move || {
        let s = s.clone();
        async move {
            let count = store::count(s.reader(), id, &sees).await?;
            i64::try_from(count).map_err(Error::internal)
        }
    });
    Ok(ActivityConnection::of(page, total, |(node, cursor)| {
        (cursor, node)
    }))
}

/// What happened under this id, when the caller is told of it.
pub async fn happening(ctx: &Context<'_>, id: Uuid) -> Result<Option<ActivityNode>> {
    let s = session(ctx);
    let found = store::one(s.reader(), id, &Sees::of(&s.actor)?).await?;
    Ok(nodes(ctx, found.into_iter().collect()).await?.pop())
}

/// Told with the names the caller may know: a statement for the ideas, one for the people and
/// one for the teams.
async fn nodes(ctx: &Context<'_>, rows: Vec<Happening>) -> Result<Vec<ActivityNode>> {
    let about = ideas(ctx, rows.iter().filter_map(|row| row.idea)).await?;
    let teams: Vec<_> = rows.iter().filter_map(Happening::team).collect();
    let teams = store::team_names(session(ctx).reader(), &teams).await?;
    let actors: Vec<_> = rows.iter().filter_map(|row| row.actor).collect();
    let actors: HashMap<_, Member> = members(ctx, &actors)
        .await?
        .into_iter()
        .map(|member| (member.0.id, member.0))
        .collect();
    // Together, so that what tells whether an actor may be known is asked of all at once.
    let known = join_all(rows.iter().map(async |row| {
        let idea = row.idea.and_then(|id| about.get(&id));
        match (row.actor, idea) {
            (Some(actor), Some(idea)) if row.is_about_authors() => {
                let actor = idea.actor(ctx, Some(actor)).await?;
                Ok(actor.map(|member| member.0))
            }
            (Some(actor), _) => Ok(actors.get(&actor).cloned()),
            (None, _) => Ok(None),
        }
    }));
    let known: Vec<Option<Member>> = known.await.into_iter().collect::<Result<_>>()?;
    let node = |(row, actor): (Happening, Option<Member>)| {
        let idea = row.idea.and_then(|id| about.get(&id));
        let team = row.team().and_then(|id| teams.get(&id));
        let names = Names {
            actor: actor.as_ref().map_or("An author", |actor| &actor.name),
            idea: &idea.map_or_else(|| "an idea".to_owned(), named),
            team: &team.map_or_else(String::new, |name| format!("“{name}”")),
        };
        ActivityNode::Other(Told {
            id: row.id,
            kind: row.kind,
            at: row.at,
            sentence: row.sentence(names),
            actor,
            reason: row.reason,
        })
    };
    Ok(rows.into_iter().zip(known).map(node).collect())
}

fn named(node: &IdeaNode) -> String {
    format!("#{} “{}”", node.idea.number, node.idea.text.title)
}
