//! All rows of all files against each other and against what is in the house, before anything
//! is written. What comes out can be taken in as it is.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::assessments::{self, FileAssessment};
use super::faults::FileFaults;
use super::ideas;
use super::rubric::Chosen;
use super::table::Table;
use crate::assessment::importing::{IdeaFate, Incoming, IncomingAssessment, Known, Tally};
use crate::assessment::rubric::Rubric;
use crate::assessment::store::{self, RubricVersion};
use crate::assessment::store_import;
use crate::identity::domain::MemberId;
use crate::identity::store_import::imported;
use crate::platform::clock::Micros;
use crate::platform::error::{Error, Result};
use crate::session::House;
use uuid::Uuid;

/// External ids or names that one statement asks for; of each idea some sixty assessments
/// may be asked for in another one.
const AT_ONCE: usize = 500;

/// What the files say, and what the house knows of it.
pub(super) struct Checked {
    /// Ideas in the order of their file, then those that only assessments came of.
    pub(super) incoming: Vec<Incoming>,
    /// What would happen.
    pub(super) foreseen: Tally,
    /// What whoever imports should know although nothing is wrong.
    pub(super) notes: Vec<String>,
}

/// What the house knows of what stands in the files; nothing where there is no house yet.
#[derive(Default)]
struct Here {
    known: HashMap<String, Known>,
    members: HashMap<String, MemberId>,
    versions: HashMap<Uuid, RubricVersion>,
}

/// Checks the files. What is wrong is noted; where anything is, nothing may be written.
pub(super) async fn check(
    house: Option<&House>,
    table: &Table,
    assessments: Option<&Table>,
    chosen: &Chosen,
    now: Micros,
    faults: &mut FileFaults,
) -> Result<Checked> {
    let ideas = ideas::read(table, now, faults);
    let given = assessments
        .map(|table| assessments::read(table, faults))
        .unwrap_or_default();
    let here = match house {
        Some(house) => {
            let ids = ideas.iter().map(|idea| idea.external_id.as_str());
            let ids: BTreeSet<&str> = ids
                .chain(given.iter().map(|one| one.external_id.as_str()))
                .collect();
            let names = given.iter().map(|one| one.assessor.as_str()).collect();
            Here::read(house, &ids, &names).await?
        }
        None => Here::default(),
    };
    let mut notes = Vec::new();
    let mut incoming = Vec::with_capacity(ideas.len());
    for one in ideas {
        let known = here.known.get(&one.external_id);
        if let (IdeaFate::Kept(differs), Some(known)) = (one.idea.fate(known), known) {
            notes.push(format!(
                "{}:{}: {:?} is idea #{} here and reads differently ({}): kept as it is here",
                table.path.display(),
                one.line,
                one.external_id,
                known.idea.number,
                differs.join(", ")
            ));
        }
        let (external_id, assessments) = (one.external_id, Vec::new());
        incoming.push(Incoming {
            external_id,
            idea: Some(one.idea),
            assessments,
        });
    }
    if let Some(rated) = assessments {
        let mentioned = mentioned(table);
        add(
            &mut incoming,
            &given,
            rated,
            &mentioned,
            &here,
            chosen,
            faults,
        )?;
    }
    let mut foreseen = Tally::default();
    for one in &incoming {
        let known = here.known.get(&one.external_id);
        foreseen.foresee(one, known, &here.members, here.rubric(known, chosen)?);
    }
    Ok(Checked {
        incoming,
        foreseen,
        notes,
    })
}

/// Every external id of the file, those of faulty rows too: a fault is told once.
fn mentioned(table: &Table) -> HashSet<&str> {
    let ids = table
        .rows
        .iter()
        .map(|row| table.cell(row, "external_id").trim());
    ids.collect()
}

/// Puts assessments to their ideas.
fn add(
    incoming: &mut Vec<Incoming>,
    given: &[FileAssessment<'_>],
    table: &Table,
    mentioned: &HashSet<&str>,
    here: &Here,
    chosen: &Chosen,
    faults: &mut FileFaults,
) -> Result<()> {
    let ids = incoming.iter().map(|one| one.external_id.clone());
    let mut places: HashMap<String, usize> = ids.zip(0..).collect();
    for one in given {
        let known = here.known.get(&one.external_id);
        if known.is_none() && !mentioned.contains(one.external_id.as_str()) {
            for row in &one.rows {
                let told = format!(
                    "No idea {:?} stands in the file of ideas or is here.",
                    one.external_id
                );
                table.fault(faults, row, "external_id", "UNKNOWN_IDEA", told);
            }
            continue;
        }
        if is_elsewhere(known, chosen) {
            let told = format!(
                "The idea {:?} is assessed under another rubric than {:?} here.",
                one.external_id, chosen.rubric.key
            );
            table.fault(faults, one.rows[0], "external_id", "OTHER_RUBRIC", told);
            continue;
        }
        let ratings = one.ratings(table, here.rubric(known, chosen)?, faults)?;
        let place = *places.entry(one.external_id.clone()).or_insert_with(|| {
            let external_id = one.external_id.clone();
            incoming.push(Incoming {
                external_id,
                idea: None,
                assessments: Vec::new(),
            });
            incoming.len() - 1
        });
        if is_own(one, &incoming[place], known, here) {
            let told = format!("Nobody assesses their own idea: {} wrote it.", one.assessor);
            table.fault(faults, one.rows[0], "assessor", "OWN_IDEA", told);
        }
        if let Some(ratings) = ratings {
            let assessor = one.assessor.clone();
            incoming[place]
                .assessments
                .push(IncomingAssessment { assessor, ratings });
        }
    }
    Ok(())
}

/// Whether the file names a rubric and the idea is assessed under another one.
fn is_elsewhere(known: Option<&Known>, chosen: &Chosen) -> bool {
    let under = known.and_then(|known| known.idea.rubric_version);
    let named = chosen.version.as_ref().map(|version| version.id.0);
    chosen.is_named && under.is_some() && under != named
}

fn is_own(
    one: &FileAssessment<'_>,
    incoming: &Incoming,
    known: Option<&Known>,
    here: &Here,
) -> bool {
    let Some(known) = known else {
        let author = incoming
            .idea
            .as_ref()
            .and_then(|idea| idea.author.as_deref());
        return author == Some(&*one.assessor);
    };
    let member = here.members.get(&one.assessor);
    member.is_some_and(|member| known.authors.contains(member))
}

impl Here {
    async fn read(house: &House, ids: &BTreeSet<&str>, names: &BTreeSet<&str>) -> Result<Self> {
        let mut here = Self::default();
        let sql = house.db.reader();
        let ids: Vec<&str> = ids.iter().copied().collect();
        for part in ids.chunks(AT_ONCE) {
            here.known.extend(store_import::known(sql, part).await?);
        }
        let names: Vec<&str> = names.iter().copied().collect();
        for part in names.chunks(AT_ONCE) {
            here.members
                .extend(imported(sql, &part.iter().copied().collect()).await?);
        }
        let used = here
            .known
            .values()
            .filter_map(|known| known.idea.rubric_version);
        for id in used.collect::<BTreeSet<Uuid>>() {
            if let Some(version) = store::version(sql, id).await? {
                here.versions.insert(id, version);
            }
        }
        Ok(here)
    }

    /// The rubric an idea is, or would be, assessed under.
    fn rubric<'a>(&'a self, known: Option<&Known>, chosen: &'a Chosen) -> Result<&'a Rubric> {
        let Some(id) = known.and_then(|known| known.idea.rubric_version) else {
            return Ok(&chosen.rubric);
        };
        let version = self.versions.get(&id);
        let version = version.ok_or_else(|| Error::internal("the rubric of an idea is gone"))?;
        Ok(&version.rubric)
    }
}
