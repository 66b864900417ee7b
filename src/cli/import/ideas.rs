//! Rows of a file of ideas as ideas that can be taken in: judged by the same rules as those
//! that people submit.

use std::collections::HashMap;

use super::cells::{instant, line, links, required_line, tags, word};
use super::faults::FileFaults;
use super::table::{Row, Table};
use crate::assessment::importing::IncomingIdea;
use crate::ideas::domain::{EvidenceKind, Text, Visibility};
use crate::platform::clock::Micros;
use crate::platform::error::{Fault, Faults, Step};

/// An idea of the file, and where it stands there.
pub(super) struct FileIdea {
    /// The physical line on which its row begins.
    pub(super) line: u64,
    pub(super) external_id: String,
    pub(super) idea: IncomingIdea,
}

/// Columns of ours that are fields of the text, each with the field's name.
const FIELDS: [(&str, &str); 12] = [
    ("title", "title"),
    ("problem", "problem"),
    ("proposal", "proposal"),
    ("beneficiaries", "beneficiaries"),
    ("evidence_kind", "evidenceKind"),
    ("evidence", "evidence"),
    ("expected_outcome", "expectedOutcome"),
    ("hypothesis", "hypothesis"),
    ("riskiest_assumption", "riskiestAssumption"),
    ("success_measure", "successMeasure"),
    ("tags", "tags"),
    ("links", "links"),
];

/// All ideas of the file; what is wrong with any is noted. Those without an external id are
/// not among them, for nobody could find them again.
pub(super) fn read(table: &Table, now: Micros, faults: &mut FileFaults) -> Vec<FileIdea> {
    let told: Vec<&'static str> = FIELDS
        .iter()
        .filter(|(column, _)| table.columns.position(column).is_some())
        .map(|(_, field)| *field)
        .collect();
    let mut first_lines: HashMap<String, u64> = HashMap::new();
    let mut ideas = Vec::new();
    for row in &table.rows {
        let missing = "EXTERNAL_ID_MISSING";
        let external_id = required_line(table, row, "external_id", missing, faults);
        let idea = IncomingIdea {
            text: text(table, row, faults),
            told: told.clone(),
            visibility: word(
                (table, row, "visibility"),
                Visibility::ALL,
                Visibility::as_str,
                "BAD_VISIBILITY",
                faults,
            ),
            author: line(table, row, "author", faults),
            submitted_at: instant(table, row, "submitted_at", now, faults),
        };
        let Some(external_id) = external_id else {
            continue;
        };
        if let Some(first) = first_lines.get(&external_id) {
            let said = format!("{external_id:?} stands on line {first} already.");
            table.fault(faults, row, "external_id", "EXTERNAL_ID_TWICE", said);
            continue;
        }
        first_lines.insert(external_id.clone(), row.line);
        ideas.push(FileIdea {
            line: row.line,
            external_id,
            idea,
        });
    }
    ideas
}

fn text(table: &Table, row: &Row, faults: &mut FileFaults) -> Text {
    let cell = |column: &str| table.cell(row, column).to_owned();
    let optional = |column: &str| Some(cell(column));
    let text = Text {
        title: cell("title"),
        problem: cell("problem"),
        proposal: optional("proposal"),
        beneficiaries: optional("beneficiaries"),
        evidence_kind: None,
        evidence: optional("evidence"),
        expected_outcome: optional("expected_outcome"),
        hypothesis: optional("hypothesis"),
        riskiest_assumption: optional("riskiest_assumption"),
        success_measure: optional("success_measure"),
        links: links(table.cell(row, "links")),
        tags: tags(table.cell(row, "tags")),
    };
    let mut found = Faults::default();
    let mut text = text.parse(&mut found);
    for fault in found.as_slice() {
        table.fault(
            faults,
            row,
            column_of(fault),
            fault.reason,
            fault.message.clone(),
        );
    }
    let evidence_kind = word(
        (table, row, "evidence_kind"),
        EvidenceKind::ALL,
        EvidenceKind::as_str,
        "BAD_EVIDENCE_KIND",
        faults,
    );
    text.evidence_kind = evidence_kind.map(|kind| kind.as_str().to_owned());
    text
}

/// The column of ours that a fault of the text is about.
fn column_of(fault: &Fault) -> &'static str {
    let named = fault.path.iter().find_map(|step| match step {
        Step::Field(name) => FIELDS.iter().find(|(_, field)| field == name),
        Step::Index(_) => None,
    });
    named.map_or("", |(column, _)| *column)
}
