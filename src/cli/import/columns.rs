//! Which column of a file means what: by its own name, or by `--map ours=theirs`. Judges
//! names only; `table.rs` reads the cells.

use std::path::{Path, PathBuf};

use super::faults::FileFaults;

/// The columns of a kind of file.
pub(super) struct Kind {
    /// Those a file must have.
    pub(super) required: &'static [&'static str],
    /// Those it may have.
    pub(super) optional: &'static [&'static str],
}

/// Ideas.
pub(super) const IDEAS: Kind = Kind {
    required: &["external_id", "title", "problem"],
    optional: &[
        "proposal",
        "beneficiaries",
        "evidence_kind",
        "evidence",
        "expected_outcome",
        "hypothesis",
        "riskiest_assumption",
        "success_measure",
        "tags",
        "links",
        "visibility",
        "author",
        "submitted_at",
    ],
};

/// Assessments, a line for each criterion.
pub(super) const ASSESSMENTS: Kind = Kind {
    required: &["external_id", "assessor", "criterion", "level"],
    optional: &["rationale"],
};

impl Kind {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    fn own(&self, name: &str) -> Option<&'static str> {
        self.all().find(|own| *own == name)
    }
}

/// Names of ours, each with the name in a file.
pub(super) struct Mapping(Vec<(&'static str, String)>);

impl Mapping {
    /// From `ours=theirs`; what is none was noted.
    pub(super) fn parse(given: &[String], faults: &mut FileFaults) -> Self {
        let mut pairs = Vec::new();
        for text in given {
            let place = option(text);
            let (ours, theirs) = text.split_once('=').unwrap_or((text, ""));
            let own = IDEAS
                .own(ours.trim())
                .or_else(|| ASSESSMENTS.own(ours.trim()));
            match own {
                Some(own) if !theirs.trim().is_empty() => {
                    pairs.push((own, theirs.trim().to_owned()));
                }
                Some(own) => {
                    let told = format!("Write {own}=NAME, the name of the column in the file.");
                    faults.of_file(&place, "BAD_MAP", told);
                }
                None => {
                    let mut known: Vec<&str> = IDEAS.all().chain(ASSESSMENTS.all()).collect();
                    known.sort_unstable();
                    known.dedup();
                    let told = format!(
                        "There is no column {:?} here; there are {}.",
                        ours.trim(),
                        known.join(", ")
                    );
                    faults.of_file(&place, "BAD_MAP", told);
                }
            }
        }
        Self(pairs)
    }

    /// Notes what was mapped to a column that no file has: it is a misspelt one.
    pub(super) fn note_unmet(&self, headers: &[&[String]], faults: &mut FileFaults) {
        for (ours, theirs) in &self.0 {
            if !headers.iter().any(|names| names.contains(theirs)) {
                let told = format!("No file has a column {theirs:?}.");
                faults.of_file(&option(&format!("{ours}={theirs}")), "BAD_MAP", told);
            }
        }
    }

    /// What a column of this name means in this kind of file. What is mapped means what the
    /// map says, whatever it is called.
    fn meanings(&self, kind: &Kind, header: &str) -> Vec<&'static str> {
        let mapped: Vec<&str> = self
            .0
            .iter()
            .filter(|(ours, theirs)| theirs == header && kind.own(ours).is_some())
            .map(|(ours, _)| *ours)
            .collect();
        if mapped.is_empty() {
            kind.own(header).into_iter().collect()
        } else {
            mapped
        }
    }

    fn maps(&self, ours: &str, headers: &[String]) -> bool {
        self.0
            .iter()
            .any(|(own, theirs)| *own == ours && headers.contains(theirs))
    }
}

/// Where the columns of ours stand in a file.
pub(super) struct Columns {
    /// Ours, and where it stands.
    found: Vec<(&'static str, usize)>,
    /// The names in the file, in its order.
    pub(super) headers: Vec<String>,
    /// Names that mean nothing here.
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// The columns of a file with this first line. Notes those that are missing, and those
    /// that stand twice.
    pub(super) fn find(
        file: &Path,
        kind: &Kind,
        mapping: &Mapping,
        headers: Vec<String>,
        faults: &mut FileFaults,
    ) -> Self {
        let mut found: Vec<(&'static str, usize)> = Vec::new();
        let mut ignored = Vec::new();
        for (index, header) in headers.iter().enumerate() {
            let mut means = mapping.meanings(kind, header);
            // A column of our name gives way to the one that is mapped to it.
            means.retain(|ours| {
                ours != header || !mapping.maps(ours, &headers) || {
                    mapping
                        .0
                        .iter()
                        .any(|(own, theirs)| own == ours && theirs == header)
                }
            });
            if means.is_empty() {
                ignored.push(header.clone());
            }
            for ours in means {
                if found.iter().any(|(own, _)| *own == ours) {
                    let told = format!("Two columns are the `{ours}`.");
                    faults.at(file, 1, header.clone(), "COLUMN_TWICE", told);
                }
                found.push((ours, index));
            }
        }
        for ours in kind.required {
            if found.iter().all(|(own, _)| own != ours) {
                let told = missing(ours, &headers);
                faults.at(file, 1, *ours, "COLUMN_MISSING", told);
            }
        }
        Self {
            found,
            headers,
            ignored,
        }
    }

    /// Where this column of ours stands.
    pub(super) fn position(&self, ours: &str) -> Option<usize> {
        self.found
            .iter()
            .find(|(own, _)| *own == ours)
            .map(|(_, index)| *index)
    }

    /// What the file calls this column of ours.
    pub(super) fn name<'a>(&'a self, ours: &'a str) -> &'a str {
        self.position(ours)
            .map_or(ours, |index| &self.headers[index])
    }

    /// Whether the columns that a file must have are all there.
    pub(super) fn are_complete(&self, kind: &Kind) -> bool {
        kind.required
            .iter()
            .all(|ours| self.position(ours).is_some())
    }
}

/// Where a fault of the command line itself stands.
fn option(text: &str) -> PathBuf {
    PathBuf::from(format!("--map {text}"))
}

fn missing(ours: &str, headers: &[String]) -> String {
    let hint = match headers {
        [only] if only.contains([';', '\t']) => "cells are separated by commas".to_owned(),
        _ => format!(
            "the file has {}; name it by --map {ours}=NAME",
            headers.join(", ")
        ),
    };
    format!("The column `{ours}` is missing: {hint}.")
}
