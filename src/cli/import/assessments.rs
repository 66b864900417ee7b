//! Rows of a file of assessments, a row for each criterion, put together into one assessment
//! per idea and assessor and judged by the rubric of the idea.

use std::collections::HashMap;

use super::cells::required_line;
use super::faults::FileFaults;
use super::table::{Row, Table};
use crate::assessment::domain::{NewAssessment, NewRating, Ratings};
use crate::assessment::rubric::Rubric;
use crate::platform::error::{Error, Fault, Step};

/// Everything one assessor says about one idea, as it stands in the file.
pub(super) struct FileAssessment<'a> {
    pub(super) external_id: String,
    pub(super) assessor: String,
    /// A row for each rating.
    pub(super) rows: Vec<&'a Row>,
    ratings: Vec<NewRating>,
}

/// All assessments of the file, in the order of their first rows; rows that cannot be told
/// whose they are were noted and left out.
pub(super) fn read<'a>(table: &'a Table, faults: &mut FileFaults) -> Vec<FileAssessment<'a>> {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut found: Vec<FileAssessment<'a>> = Vec::new();
    for row in &table.rows {
        let mut named = |column, missing| required_line(table, row, column, missing, faults);
        let external_id = named("external_id", "EXTERNAL_ID_MISSING");
        let assessor = named("assessor", "ASSESSOR_MISSING");
        let criterion = named("criterion", "CRITERION_MISSING");
        let level = level(table, row, faults);
        let (Some(external_id), Some(assessor), Some(criterion)) =
            (external_id, assessor, criterion)
        else {
            continue;
        };
        let place = *places
            .entry((external_id.clone(), assessor.clone()))
            .or_insert_with(|| {
                let (rows, ratings) = (Vec::new(), Vec::new());
                found.push(FileAssessment {
                    external_id,
                    assessor,
                    rows,
                    ratings,
                });
                found.len() - 1
            });
        let rationale = Some(table.cell(row, "rationale").to_owned());
        found[place].rows.push(row);
        found[place].ratings.push(NewRating {
            criterion,
            level,
            rationale,
        });
    }
    found
}

/// A number; none where the cell is blank: the assessor cannot judge.
fn level(table: &Table, row: &Row, faults: &mut FileFaults) -> Option<f64> {
    let text = table.cell(row, "level").trim();
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok();
    if number.is_none() {
        let told = format!(
            "{text:?} is no number; a decimal is written 2.5, nothing at all means \"cannot judge\"."
        );
        table.fault(faults, row, "level", "NOT_A_NUMBER", told);
    }
    number
}

impl FileAssessment<'_> {
    /// The ratings, when they fit the rubric; what does not was noted with its row.
    pub(super) fn ratings(
        &self,
        table: &Table,
        rubric: &Rubric,
        faults: &mut FileFaults,
    ) -> Result<Option<Ratings>, Error> {
        let new = NewAssessment {
            ratings: self.ratings.clone(),
            ..NewAssessment::default()
        };
        match Ratings::parse(rubric, new) {
            Ok(ratings) => Ok(Some(ratings)),
            Err(Error::Invalid(found)) => {
                for fault in found.as_slice() {
                    let (row, column) = self.place_of(fault);
                    table.fault(faults, row, column, fault.reason, fault.message.clone());
                }
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// The row and the column of ours that a fault is about.
    fn place_of<'f>(&self, fault: &'f Fault) -> (&Row, &'f str) {
        let index = fault.path.iter().find_map(|step| match step {
            Step::Index(index) => Some(*index),
            Step::Field(_) => None,
        });
        let column = match fault.path.last() {
            Some(Step::Field(name)) => name.as_str(),
            _ => "",
        };
        (self.rows[index.unwrap_or_default()], column)
    }
}
