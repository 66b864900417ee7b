//! Which ideas are wanted, and in which order. Pure: `store_lists.rs` puts it into SQL.

use super::domain::MOST_ITEMS;
use super::lifecycle::{Party, State};
use super::words;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Faults, Result};
use uuid::Uuid;

/// The longest text that is searched for, in characters.
pub const LONGEST_SEARCH: usize = 1_000;

/// How a person stands to ideas they look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Author,
    CoAuthor,
    Steward,
    Assigned,
    Assessed,
    Follows,
    Supports,
    TeamMember,
    Conflicted,
}

impl Relation {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Author,
        Self::CoAuthor,
        Self::Steward,
        Self::Assigned,
        Self::Assessed,
        Self::Follows,
        Self::Supports,
        Self::TeamMember,
        Self::Conflicted,
    ];
}

/// Which ideas are wanted. All that is given must hold; an empty list matches nothing.
#[derive(Clone, Debug, Default)]
pub struct IdeaFilter {
    pub states: Option<Vec<State>>,
    pub author: Option<MemberId>,
    pub steward: Option<MemberId>,
    /// Assigned to this member, as far as the caller may know.
    pub assessor: Option<MemberId>,
    /// In assessment, with fewer counted assessments than its rubric asks for.
    pub lacks_assessments: Option<bool>,
    /// Nominated for this hackathon.
    pub hackathon: Option<Uuid>,
    pub viewer: Option<Vec<Relation>>,
    /// Key of the rubric it is, or by default will be, assessed under.
    pub rubric: Option<String>,
    pub tags: Option<Vec<String>>,
    pub due_before: Option<Micros>,
    pub state_since_before: Option<Micros>,
    pub submitted_after: Option<Micros>,
    pub submitted_before: Option<Micros>,
    pub waiting_for: Option<Party>,
    pub is_overdue: Option<bool>,
    pub has_open_appeal: Option<bool>,
    /// With a published score, by how far its assessors are apart.
    pub apart: Option<Apart>,
}

/// How far apart assessors are.
#[derive(Clone, Debug)]
pub enum Apart {
    /// Fewer than two.
    TooFew,
    /// By less than so many points, by rubric.
    Below(Vec<(Uuid, f64)>),
    /// By so many points or more, by rubric.
    From(Vec<(Uuid, f64)>),
}

/// What a list of ideas is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    Relevance,
    SubmittedAt,
    UpdatedAt,
    StateSince,
    DueAt,
    Score,
    Support,
    Number,
}

/// A list of ideas: which, and in which order.
#[derive(Clone, Debug)]
pub struct List {
    pub filter: IdeaFilter,
    pub search: Option<String>,
    /// By relevance when something is searched for, else the latest first.
    pub order: Option<(OrderField, Direction)>,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// Notes a search that is too long to be one: `TEXT_TOO_LONG` at this argument.
pub fn check_search(faults: &mut Faults, argument: &str, search: Option<&str>) {
    let length = search.map_or(0, |search| search.chars().count());
    if length > LONGEST_SEARCH {
        let told = format!("`search` has {length} characters; at most {LONGEST_SEARCH} do.");
        faults.add_argument(argument, "TEXT_TOO_LONG", told);
    }
}

/// Notes more tags than an idea can have: `TOO_MANY_ITEMS` at `filter`.
pub fn check_tags(faults: &mut Faults, tags: Option<&[String]>) {
    let count = tags.map_or(0, <[String]>::len);
    if count > MOST_ITEMS {
        let told = format!("`tags` has {count} items; no idea has more than {MOST_ITEMS}.");
        faults.add_argument("filter", "TOO_MANY_ITEMS", told);
    }
}

impl List {
    /// What is wrong with it, of that which a database should not be asked.
    pub fn check(&self) -> Result<()> {
        let mut faults = Faults::default();
        check_search(&mut faults, "search", self.search.as_deref());
        check_tags(&mut faults, self.filter.tags.as_deref());
        faults.check()
    }

    /// The words that must all stand in the idea; nothing when nothing is searched for.
    pub fn terms(&self) -> Option<Vec<String>> {
        let search = self.search.as_deref()?;
        (!search.trim().is_empty()).then(|| words::words(search).into_iter().collect())
    }

    /// The order in force; `SEARCH_MISSING` for one by relevance to nothing.
    pub fn order(&self) -> Result<(OrderField, Direction)> {
        match (self.order, self.terms()) {
            (Some((OrderField::Relevance, _)), None) => {
                let mut faults = Faults::default();
                faults.add_argument(
                    "orderBy",
                    "SEARCH_MISSING",
                    "Ideas can be ordered by RELEVANCE when `search` says what for.",
                );
                Err(Error::Invalid(faults))
            }
            (Some(order), _) => Ok(order),
            (None, Some(_)) => Ok((OrderField::Relevance, Direction::Descending)),
            (None, None) => Ok((OrderField::SubmittedAt, Direction::Descending)),
        }
    }
}
