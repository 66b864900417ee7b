//! Who somebody is to the house: their id and their roles, as values that cannot be
//! wrong. Knows no token and no table; `claims.rs` reads roles from the one, the store
//! from the other.

use std::fmt;
use std::str::FromStr;

use crate::platform::ids::id;

id! {
    /// A member's id. It names the person for ever, also after they were erased.
    MemberId, "member"
}

/// What a person may be asked to do here. The order is the one in which roles are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum)]
pub enum Role {
    /// Everyone signed in.
    Member,
    /// Rates ideas.
    Assessor,
    /// Screens, assigns and decides.
    Lead,
    /// Runs hackathons.
    Organizer,
    /// Looks after members and the house itself.
    Admin,
}

impl Role {
    /// Every role, in order.
    pub const ALL: [Self; 5] = [
        Self::Member,
        Self::Assessor,
        Self::Lead,
        Self::Organizer,
        Self::Admin,
    ];

    /// The name in tokens, settings, tables and the API: `LEAD`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "MEMBER",
            Self::Assessor => "ASSESSOR",
            Self::Lead => "LEAD",
            Self::Organizer => "ORGANIZER",
            Self::Admin => "ADMIN",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that is no role of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no role; there are MEMBER, ASSESSOR, LEAD, ORGANIZER and ADMIN")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    /// The role of exactly this name.
    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

/// A set of roles. Written and read as names with commas, in order: `ASSESSOR,LEAD`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// No role at all.
    pub const NONE: Self = Self(0);

    /// Whether `role` is among them.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds one; one that is there already changes nothing.
    pub const fn insert(&mut self, role: Role) {
        self.0 |= role.bit();
    }

    /// Those of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The roles in order, each once.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .into_iter()
            .filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut set = Self::NONE;
        roles.into_iter().for_each(|role| set.insert(role));
        set
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, role) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(role.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

impl FromStr for Roles {
    type Err = UnknownRole;

    /// Names with commas, in any order; the empty text is no role.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        text.split(',')
            .filter(|name| !name.is_empty())
            .map(str::parse)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_reads_back_as_it_was_written() {
        for bits in 0..1 << Role::ALL.len() {
            let roles = Roles(bits);
            assert_eq!(roles.to_string().parse(), Ok(roles));
            assert_eq!(roles.iter().collect::<Roles>(), roles);
        }
    }

    #[test]
    fn roles_stand_in_order_whatever_order_they_came_in() {
        let roles: Roles = "LEAD,ASSESSOR,LEAD".parse().unwrap();
        assert_eq!(roles.to_string(), "ASSESSOR,LEAD");
        assert!(roles.contains(Role::Lead) && !roles.contains(Role::Admin));
    }

    #[test]
    fn a_name_that_is_no_role_is_refused() {
        assert_eq!(
            "LEAD,BOSS".parse::<Roles>(),
            Err(UnknownRole("BOSS".to_owned()))
        );
        assert!("lead".parse::<Role>().is_err());
    }
}
