//! Who judges what: the judges of a hackathon, and how each of them stands to each entry. Nine
//! statements, however many there are of either.

use super::domain::{EntryId, HackathonId};
use crate::entity::{candidate, entry, hackathon_judge, idea, team, team_member};
use crate::ideas::domain::IdeaId;
use crate::ideas::{store, store_clusters, store_conflicts};
use crate::identity::domain::{MemberId, Roles};
use crate::platform::error::Result;
use crate::policy::{Actor, Entered, JudgeEntry, Standing};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// The judges of a hackathon and its entries.
#[derive(Clone, Debug, Default)]
pub struct Bench {
    judges: HashSet<MemberId>,
    entries: BTreeMap<EntryId, Seat>,
}

/// An entry, with all who are close to it.
#[derive(Clone, Debug, Default)]
pub struct Seat {
    /// What its team worked on.
    pub idea: Option<IdeaId>,
    pub teammates: HashSet<MemberId>,
    nominator: Option<MemberId>,
    author: Option<MemberId>,
    co_authors: HashSet<MemberId>,
    wrote_absorbed: HashSet<MemberId>,
    conflicted: HashSet<MemberId>,
}

impl Bench {
    /// That of a hackathon.
    pub async fn of(sql: &impl ConnectionTrait, id: HackathonId) -> Result<Self> {
        let judges: Vec<Uuid> = hackathon_judge::Entity::find()
            .select_only()
            .column(hackathon_judge::Column::MemberId)
            .filter(hackathon_judge::Column::HackathonId.eq(id.0))
            .into_tuple()
            .all(sql)
            .await?;
        let entries: Vec<(Uuid, Uuid)> = entry::Entity::find()
            .select_only()
            .columns([entry::Column::Id, entry::Column::TeamId])
            .filter(entry::Column::HackathonId.eq(id.0))
            .order_by_asc(entry::Column::Id)
            .into_tuple()
            .all(sql)
            .await?;
        let teams: Vec<(Uuid, Option<Uuid>)> = team::Entity::find()
            .select_only()
            .columns([team::Column::Id, team::Column::CandidateId])
            .filter(team::Column::HackathonId.eq(id.0))
            .into_tuple()
            .all(sql)
            .await?;
        let teams: HashMap<Uuid, Option<Uuid>> = teams.into_iter().collect();
        let mut teammates: HashMap<Uuid, HashSet<MemberId>> = HashMap::new();
        let members = team_member::Entity::find()
            .filter(team_member::Column::HackathonId.eq(id.0))
            .all(sql)
            .await?;
        for row in members {
            let team = teammates.entry(row.team_id).or_default();
            team.insert(MemberId(row.member_id));
        }
        let candidates = candidate::Entity::find()
            .filter(candidate::Column::HackathonId.eq(id.0))
            .all(sql)
            .await?;
        let candidates: HashMap<Uuid, candidate::Model> =
            candidates.into_iter().map(|row| (row.id, row)).collect();
        let of_team = |team: &Uuid| candidates.get(&(*teams.get(team)?)?);
        let ideas: Vec<IdeaId> = entries
            .iter()
            .filter_map(|(_, team)| Some(IdeaId(of_team(team)?.idea_id)))
            .collect();
        let authors: Vec<(Uuid, Uuid)> = idea::Entity::find()
            .select_only()
            .columns([idea::Column::Id, idea::Column::AuthorId])
            .filter(idea::Column::Id.is_in(ideas.iter().map(|id| id.0)))
            .into_tuple()
            .all(sql)
            .await?;
        let authors: HashMap<Uuid, Uuid> = authors.into_iter().collect();
        let co_authors = store::co_authors(sql, &ideas).await?;
        let writers = store_clusters::writers(sql, &ideas).await?;
        let mut conflicted: HashMap<IdeaId, HashSet<MemberId>> = HashMap::new();
        for one in store_conflicts::of_ideas(sql, &ideas).await? {
            conflicted.entry(one.idea).or_default().insert(one.member);
        }
        let people = |all: &HashMap<IdeaId, Vec<MemberId>>, id: IdeaId| -> HashSet<MemberId> {
            all.get(&id).into_iter().flatten().copied().collect()
        };
        let seat = |team: Uuid| {
            let teammates = teammates.get(&team).cloned().unwrap_or_default();
            let Some(candidate) = of_team(&team) else {
                return Seat {
                    teammates,
                    ..Seat::default()
                };
            };
            let idea = IdeaId(candidate.idea_id);
            Seat {
                idea: Some(idea),
                teammates,
                nominator: candidate.nominated_by_id.map(MemberId),
                author: authors.get(&idea.0).copied().map(MemberId),
                co_authors: people(&co_authors, idea),
                wrote_absorbed: people(&writers, idea),
                conflicted: conflicted.get(&idea).cloned().unwrap_or_default(),
            }
        };
        Ok(Self {
            judges: judges.into_iter().map(MemberId).collect(),
            entries: entries
                .into_iter()
                .map(|(id, team)| (EntryId(id), seat(team)))
                .collect(),
        })
    }

    /// Every entry, by id.
    pub fn entries(&self) -> impl Iterator<Item = (EntryId, &Seat)> {
        self.entries.iter().map(|(id, seat)| (*id, seat))
    }

    /// The entry, when it is one of this hackathon.
    pub fn seat(&self, entry: EntryId) -> Option<&Seat> {
        self.entries.get(&entry)
    }

    /// How somebody stands to an entry.
    pub fn entered(&self, who: MemberId, entry: EntryId) -> Entered {
        let is_judge = self.judges.contains(&who);
        let Some(seat) = self.seat(entry) else {
            return Entered {
                is_judge,
                ..Entered::default()
            };
        };
        Entered {
            standing: Standing {
                is_author: seat.author == Some(who),
                is_co_author: seat.co_authors.contains(&who),
                wrote_absorbed: seat.wrote_absorbed.contains(&who),
                is_conflicted: seat.conflicted.contains(&who),
            },
            is_judge,
            is_teammate: seat.teammates.contains(&who),
            is_nominator: seat.nominator == Some(who),
        }
    }

    /// Whether what somebody says of an entry counts now: by the rule of the table itself.
    pub fn counts(&self, who: MemberId, entry: EntryId) -> bool {
        let on = self.entered(who, entry);
        self.seat(entry).is_some()
            && Actor::member(who, Roles::default())
                .may::<JudgeEntry>(&on)
                .is_ok()
    }
}
