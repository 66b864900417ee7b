//! The phases of a hackathon, what comes after which, and what the next one still lacks. Pure.

use crate::ideas::lifecycle::words;
use std::fmt;

words! {
    /// Where a hackathon stands.
    #[graphql(name = "HackathonPhase")]
    Phase {
        /// Being planned: its targets are set now.
        Design = "DESIGN",
        /// Ideas are nominated, people register, teams form.
        Nomination = "NOMINATION",
        /// Teams work and hand in what they made.
        Running = "RUNNING",
        /// Judges judge the entries.
        Judging = "JUDGING",
        /// The results are published.
        Closed = "CLOSED",
        /// It did not take place, or was broken off.
        Cancelled = "CANCELLED",
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Phase {
    /// The phase after this one, if any; one that was cancelled has none.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Design => Some(Self::Nomination),
            Self::Nomination => Some(Self::Running),
            Self::Running => Some(Self::Judging),
            Self::Judging => Some(Self::Closed),
            Self::Closed | Self::Cancelled => None,
        }
    }

    /// Whether `advanceHackathon` leads from here to there. CLOSED is where `publishResults`
    /// leads.
    pub fn leads_to(self, to: Self) -> bool {
        match to {
            Self::Cancelled => self.next().is_some(),
            Self::Closed => false,
            to => self.next() == Some(to),
        }
    }

    /// Whether it goes on: neither closed nor cancelled.
    pub fn is_open(self) -> bool {
        self.next().is_some()
    }

    /// What an organizer can do about the phase, as `mutation` or `mutation(PHASE)`.
    pub fn legal_steps(self) -> Vec<String> {
        let forward = match self {
            Self::Judging => Some("publishResults".to_owned()),
            _ => self.next().map(|to| format!("advanceHackathon({to})")),
        };
        let cancel = "advanceHackathon(CANCELLED)".to_owned();
        forward
            .into_iter()
            .chain(self.is_open().then_some(cancel))
            .collect()
    }
}

/// Something the next phase still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortfall {
    /// No target is set.
    Targets,
    /// No idea is confirmed.
    Candidates,
    /// No confirmed idea has a team within the size rule, or admitted.
    Teams,
    /// Nobody is appointed to judge.
    Judges,
    /// Nothing was handed in.
    Entries,
    /// Nothing was judged.
    Judgements,
}

impl Shortfall {
    /// Stable, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Targets => "TARGETS_MISSING",
            Self::Candidates => "CANDIDATES_MISSING",
            Self::Teams => "TEAMS_MISSING",
            Self::Judges => "JUDGES_MISSING",
            Self::Entries => "ENTRIES_MISSING",
            Self::Judgements => "JUDGEMENTS_MISSING",
        }
    }

    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Targets => "Set a target for at least one metric first.",
            Self::Candidates => "Confirm at least one candidate first.",
            Self::Teams => {
                "No confirmed candidate has a team within the size rule: form one, or admit a \
                 smaller one with a reason."
            }
            Self::Judges => "Appoint at least one judge first.",
            Self::Entries => "No team has handed anything in yet.",
            Self::Judgements => "No entry has been judged yet.",
        }
    }
}

/// What there is of all that a phase can lack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    pub targets: u64,
    pub judges: u64,
    pub confirmed: u64,
    /// Teams of confirmed candidates within the size rule, or admitted.
    pub ready_teams: u64,
    pub entries: u64,
    /// Entries that somebody judged.
    pub judged: u64,
}

/// What the phase after this one still lacks; nothing when there is none.
pub fn missing(phase: Phase, has: &Stock) -> Vec<Shortfall> {
    let lacks = |count: u64, what: Shortfall| (count == 0).then_some(what);
    let all = match phase {
        Phase::Design => vec![lacks(has.targets, Shortfall::Targets)],
        Phase::Nomination if has.confirmed == 0 => vec![Some(Shortfall::Candidates)],
        Phase::Nomination => vec![lacks(has.ready_teams, Shortfall::Teams)],
        Phase::Running => vec![
            lacks(has.judges, Shortfall::Judges),
            lacks(has.entries, Shortfall::Entries),
        ],
        Phase::Judging => vec![lacks(has.judged, Shortfall::Judgements)],
        Phase::Closed | Phase::Cancelled => Vec::new(),
    };
    all.into_iter().flatten().collect()
}
