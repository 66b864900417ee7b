//! Conflicts of interest that people declare about themselves. Pure.

use super::domain::IdeaId;
use super::lifecycle::words;
use crate::identity::domain::MemberId;
use crate::platform::ids::id;

id! {
    /// Names a conflict that was declared.
    ConflictId, "conflict"
}

words! {
    /// Why somebody must not judge an idea.
    ConflictKind {
        /// They wrote it, or a part of it.
        Author = "AUTHOR",
        /// They work with those who wrote it.
        Teammate = "TEAMMATE",
        /// They lead those who wrote it, or are led by them.
        Manager = "MANAGER",
        /// They pay for it, or would gain by it.
        Sponsor = "SPONSOR",
        /// Something else.
        Other = "OTHER",
    }
}

/// A conflict that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub id: ConflictId,
    pub idea: IdeaId,
    pub member: MemberId,
    pub kind: ConflictKind,
    pub note: Option<String>,
}
