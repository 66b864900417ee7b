//! The rubric that the ideas of an import are assessed under: a file's, the house's own of
//! that key, or its default one. Publishes nothing itself.

use std::fs;
use std::path::Path;

use super::faults::FileFaults;
use crate::assessment::commands_import;
use crate::assessment::presets::presets;
use crate::assessment::rubric::{Rubric, RubricDraft};
use crate::assessment::store::{self, RubricVersion};
use crate::platform::error::{Error, Fault, Result, Step};
use crate::session::House;

/// A rubric, and the published version of it, once there is one.
pub(super) struct Chosen {
    pub(super) rubric: Rubric,
    pub(super) version: Option<RubricVersion>,
    /// A file names it, so that ideas under another one are a contradiction.
    pub(super) is_named: bool,
}

/// The rubric of this file; none when something is wrong with it, which was noted.
pub(super) fn read(path: &Path, faults: &mut FileFaults) -> Option<Rubric> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) => {
            faults.of_file(path, "UNREADABLE", format!("It cannot be read: {cause}."));
            return None;
        }
    };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let draft: RubricDraft = match serde_json::from_slice(text) {
        Ok(draft) => draft,
        Err(cause) => {
            let line = u64::try_from(cause.line()).unwrap_or(1);
            let told = format!("It is no rubric in JSON: {cause}.");
            faults.at(path, line, cause.column().to_string(), "NOT_A_RUBRIC", told);
            return None;
        }
    };
    match Rubric::parse(draft) {
        Ok(rubric) => Some(rubric),
        Err(Error::Invalid(found)) => {
            for fault in found.as_slice() {
                let told = format!("{}: {}", place_of(fault), fault.message);
                faults.of_file(path, fault.reason, told);
            }
            None
        }
        Err(other) => {
            faults.of_file(path, "NOT_A_RUBRIC", other.to_string());
            None
        }
    }
}

/// `criteria[0].key`.
fn place_of(fault: &Fault) -> String {
    let mut place = String::new();
    // The first step is the `input` of a mutation.
    for step in fault.path.iter().skip(1) {
        match step {
            Step::Index(index) => place.push_str(&format!("[{index}]")),
            Step::Field(name) if place.is_empty() => place.push_str(name),
            Step::Field(name) => place.push_str(&format!(".{name}")),
        }
    }
    place
}

/// The rubric of the file, published or still to be, when its key is free or has the same
/// definition here; the default one when no file names one. A contradiction is noted.
pub(super) async fn choose(
    house: Option<&House>,
    named: Option<(&Path, Rubric)>,
    faults: &mut FileFaults,
) -> Result<Chosen> {
    let Some((path, rubric)) = named else {
        return default_one(house).await;
    };
    let mut version = None;
    if let Some(house) = house
        && let Some(head) = store::rubric_by_key(house.db.reader(), Some(&rubric.key)).await?
    {
        version = same(house, &head, &rubric).await?;
        if version.is_none() {
            let told = format!(
                "There is a rubric {:?} here with another definition; give this one another key.",
                rubric.key
            );
            faults.of_file(path, "RUBRIC_DIFFERS", told);
        }
    }
    Ok(Chosen {
        rubric,
        version,
        is_named: true,
    })
}

/// The newest published version that says the same.
async fn same(
    house: &House,
    head: &store::RubricHead,
    rubric: &Rubric,
) -> Result<Option<RubricVersion>> {
    let definition = store::definition(rubric)?;
    for version in store::versions(house.db.reader(), head.id)
        .await?
        .into_iter()
        .rev()
    {
        let is_published = head.state_of(&version) == store::RubricState::Published;
        if is_published && store::definition(&version.rubric)? == definition {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

async fn default_one(house: Option<&House>) -> Result<Chosen> {
    if let Some(house) = house {
        let sql = house.db.reader();
        if let Some(head) = store::rubric_by_key(sql, None).await?
            && let Some(version) = store::current(sql, &head).await?
        {
            let rubric = version.rubric.clone();
            return Ok(Chosen {
                rubric,
                version: Some(version),
                is_named: false,
            });
        }
    }
    // A house that never opened begins with the presets, the first of them as its default.
    let rubric = presets().into_iter().next();
    let rubric = rubric.ok_or_else(|| Error::internal("there are no presets"))?;
    Ok(Chosen {
        rubric,
        version: None,
        is_named: false,
    })
}

impl Chosen {
    /// The version to assess under, published first where it is not there yet.
    pub(super) async fn published(self, house: &House) -> Result<RubricVersion> {
        if let Some(version) = self.version {
            return Ok(version);
        }
        if self.is_named {
            commands_import::publish(house, &self.rubric).await?;
        }
        let sql = house.db.reader();
        let key = self.is_named.then_some(&*self.rubric.key);
        let head = store::rubric_by_key(sql, key).await?;
        let head =
            head.ok_or_else(|| Error::internal("a rubric was published and is not there"))?;
        let version = if self.is_named {
            // Somebody may have taken the key meanwhile.
            same(house, &head, &self.rubric).await?
        } else {
            store::current(sql, &head).await?
        };
        version.ok_or_else(|| Error::Conflict {
            reason: "RUBRIC_DIFFERS",
            message: format!(
                "The rubric {:?} has just been published here otherwise.",
                head.key
            ),
            current_revision: None,
        })
    }
}
