//! What a caller can do about a refusal. Features say *why* (`Refusal` in their
//! `domain.rs`); this says *what kind*, and `api/error.rs` alone turns it into an answer.

use std::error::Error as StdError;
use std::sync::Arc;

/// What every command and query returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a command waited for is no longer what it needs.
const MOVED: &str = "MERGED_MEANWHILE";

/// A refusal, by what the caller can do about it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The input is wrong; every fault of it at once.
    #[error("{}", .0.sentence())]
    Invalid(Faults),
    /// Nobody is signed in, or the token does not hold.
    #[error("Sign in first: send a bearer token.")]
    Unauthenticated,
    /// Visible, but not allowed.
    #[error("{message}")]
    Forbidden {
        reason: &'static str,
        message: String,
    },
    /// It does not exist for this caller; `noun` says what was looked for.
    #[error("There is no such {noun}.")]
    NotFound { noun: &'static str },
    /// Somebody else was first, or the same key came with another input.
    #[error("{message}")]
    Conflict {
        reason: &'static str,
        message: String,
        /// What the caller should have read, where that is known.
        current_revision: Option<i32>,
    },
    /// The subject is in no state to take this step.
    #[error("{message}")]
    IllegalStep {
        reason: &'static str,
        message: String,
        /// The steps that can be taken instead, as `mutation` or `mutation(OUTCOME)`.
        legal_steps: Vec<String>,
    },
    /// Too much at once; worth trying again after so many seconds.
    #[error("Too many requests: try again in {retry_after_seconds} s.")]
    TooMany { retry_after_seconds: u32 },
    /// Our fault. The cause is logged, never told.
    #[error("Something went wrong on our side.")]
    Internal(#[source] Arc<dyn StdError + Send + Sync>),
}

impl Error {
    /// An input with a single fault, at `path` below `input`.
    pub fn invalid(path: &[&str], reason: &'static str, message: impl Into<String>) -> Self {
        let mut faults = Faults::default();
        faults.add(path, reason, message);
        Self::Invalid(faults)
    }

    /// A single fault of an argument that stands outside any `input`.
    pub fn invalid_argument(name: &str, reason: &'static str, message: impl Into<String>) -> Self {
        let mut faults = Faults::default();
        faults.add_argument(name, reason, message);
        Self::Invalid(faults)
    }

    /// Others merged or freed ideas while this command waited for them: it begins again.
    pub fn moved() -> Self {
        Self::Conflict {
            reason: MOVED,
            message: "Others merged these ideas at the same moment; try again.".to_owned(),
            current_revision: None,
        }
    }

    /// Whether the command that met it begins again.
    pub fn is_moved(&self) -> bool {
        matches!(self, Self::Conflict { reason, .. } if *reason == MOVED)
    }

    /// An inner fault told by a sentence for the log.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into().into())
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::internal(cause)
    }
}

/// One step of the way to a faulty value: a field's name or a list index.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Step {
    Field(String),
    Index(usize),
}

/// One thing wrong with an input, where it is and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// From the argument on: `["input", "ratings", 2, "level"]`.
    pub path: Vec<Step>,
    /// Stable, upper case, for programs.
    pub reason: &'static str,
    /// For people.
    pub message: String,
}

/// So many faults of one input are kept,
const MOST_FAULTS: usize = 100;
/// and so many stand in the message.
const MOST_TOLD: usize = 10;

/// Everything that is wrong with one input, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault at a path below `input`; a part of digits is a list index. Of more than
    /// a hundred the first hundred are kept.
    pub fn add(&mut self, path: &[&str], reason: &'static str, message: impl Into<String>) {
        self.add_below("input", path, reason, message);
    }

    /// Notes a fault at a path below another argument than `input`.
    pub fn add_below(
        &mut self,
        argument: &str,
        path: &[&str],
        reason: &'static str,
        message: impl Into<String>,
    ) {
        if self.0.len() >= MOST_FAULTS {
            return;
        }
        let below = path.iter().map(|part| match part.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Field((*part).to_owned()),
        });
        self.0.push(Fault {
            path: std::iter::once(Step::Field(argument.to_owned()))
                .chain(below)
                .collect(),
            reason,
            message: message.into(),
        });
    }

    /// Notes a fault of an argument that stands outside any `input`.
    pub fn add_argument(&mut self, name: &str, reason: &'static str, message: impl Into<String>) {
        self.0.push(Fault {
            path: vec![Step::Field(name.to_owned())],
            reason,
            message: message.into(),
        });
    }

    /// The same faults of an argument that stands as a field of `input` here.
    pub fn within_input(mut self) -> Self {
        for fault in &mut self.0 {
            fault.path.insert(0, Step::Field("input".to_owned()));
        }
        self
    }

    /// The same faults of an input that stands as a field of this one.
    pub fn below(mut self, field: &str) -> Self {
        for fault in &mut self.0 {
            fault.path.insert(1, Step::Field(field.to_owned()));
        }
        self
    }

    /// Adds those of another part of the input.
    pub fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// The value that was read, or its faults added to these; any other refusal stands.
    pub fn take<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(more)) => {
                self.append(more);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// `value` when nothing was found wrong, else all that was.
    pub fn or<T>(self, value: T) -> Result<T> {
        self.check().map(|()| value)
    }

    /// An error when anything was found wrong.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self))
        }
    }

    /// The faults, first one first.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }

    fn sentence(&self) -> String {
        let told = self
            .0
            .iter()
            .take(MOST_TOLD)
            .map(|fault| fault.message.as_str());
        let mut told: Vec<&str> = told.collect();
        if self.0.len() > MOST_TOLD {
            told.push("And more.");
        }
        told.join(" ")
    }
}
