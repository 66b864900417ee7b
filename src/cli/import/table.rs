//! A CSV file as rows of text, each with the line on which it begins. Knows what columns are
//! called and nothing of what stands in them.

use std::fs;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder};

use super::columns::{Columns, Kind, Mapping};
use super::faults::FileFaults;

/// A file that could be read.
pub(super) struct Table {
    pub(super) path: PathBuf,
    pub(super) columns: Columns,
    /// All columns that it must have are there.
    pub(super) is_complete: bool,
    /// Whole rows only; those that are not were told of.
    pub(super) rows: Vec<Row>,
}

/// One record.
pub(super) struct Row {
    /// The physical line on which it begins, from 1.
    pub(super) line: u64,
    cells: Vec<String>,
}

impl Table {
    /// Reads a file of this kind; none when it has no columns to speak of, which was noted.
    pub(super) fn read(
        path: &Path,
        kind: &Kind,
        mapping: &Mapping,
        faults: &mut FileFaults,
    ) -> Option<Self> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(cause) => {
                faults.of_file(path, "UNREADABLE", format!("It cannot be read: {cause}."));
                return None;
            }
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut records = Records::of(bytes);
        let Some((line, header)) = records.next(path, faults) else {
            faults.of_file(
                path,
                "EMPTY",
                "It is empty; the first line names the columns.",
            );
            return None;
        };
        let Ok(headers) = texts(&header) else {
            faults.at(path, line, "", "NOT_UTF8", "The first line is not UTF-8.");
            return None;
        };
        let headers = headers
            .into_iter()
            .map(|name| name.trim().to_owned())
            .collect();
        let columns = Columns::find(path, kind, mapping, headers, faults);
        let mut rows = Vec::new();
        while let Some((line, record)) = records.next(path, faults) {
            if let Some(cells) = cells(path, line, &columns, &record, faults) {
                rows.push(Row { line, cells });
            }
        }
        let is_complete = columns.are_complete(kind);
        Some(Self {
            path: path.to_owned(),
            columns,
            rows,
            is_complete,
        })
    }

    /// What a row says in this column of ours; empty where the file has no such column.
    pub(super) fn cell<'a>(&self, row: &'a Row, ours: &str) -> &'a str {
        self.columns
            .position(ours)
            .map_or("", |index| &row.cells[index])
    }

    /// Notes a fault of a row in a column of ours.
    pub(super) fn fault(
        &self,
        faults: &mut FileFaults,
        row: &Row,
        ours: &str,
        reason: &'static str,
        message: impl Into<String>,
    ) {
        faults.at(
            &self.path,
            row.line,
            self.columns.name(ours),
            reason,
            message,
        );
    }
}

fn cells(
    path: &Path,
    line: u64,
    columns: &Columns,
    record: &ByteRecord,
    faults: &mut FileFaults,
) -> Option<Vec<String>> {
    let (has, needs) = (record.len(), columns.headers.len());
    if has != needs {
        let told = format!("The row has {has} cells, and there are {needs} columns.");
        faults.at(path, line, "", "RAGGED_ROW", told);
        return None;
    }
    match texts(record) {
        Ok(cells) => Some(cells),
        Err(index) => {
            let told = "The cell is not UTF-8; save the file as UTF-8.";
            faults.at(path, line, columns.headers[index].clone(), "NOT_UTF8", told);
            None
        }
    }
}

/// The cells as text, or which one is none.
fn texts(record: &ByteRecord) -> Result<Vec<String>, usize> {
    let text = |(index, cell): (usize, &[u8])| {
        std::str::from_utf8(cell)
            .map(str::to_owned)
            .map_err(|_| index)
    };
    record.iter().enumerate().map(text).collect()
}

/// The records of a file with their lines, counted here: the reader's own count is behind
/// after blank lines, and knows no line that ends in a lone carriage return.
struct Records<'a> {
    bytes: &'a [u8],
    reader: csv::Reader<&'a [u8]>,
    /// Bytes that were counted, and the line they end on.
    counted: usize,
    line: u64,
}

impl<'a> Records<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        Self {
            bytes,
            reader,
            counted: 0,
            line: 1,
        }
    }

    fn next(&mut self, path: &Path, faults: &mut FileFaults) -> Option<(u64, ByteRecord)> {
        let mut record = ByteRecord::new();
        let read = self.reader.read_byte_record(&mut record);
        match read {
            Ok(true) => {}
            Ok(false) => return None,
            Err(cause) => {
                faults.of_file(path, "UNREADABLE", format!("It cannot be read: {cause}."));
                return None;
            }
        }
        let from = record.position().map_or(self.counted, |at| {
            usize::try_from(at.byte())
                .unwrap_or(usize::MAX)
                .min(self.bytes.len())
        });
        // The blank lines before a record are read with it.
        let rest = &self.bytes[from..];
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let begins = from + blank;
        self.line += ends(&self.bytes[self.counted..begins]);
        self.counted = begins;
        Some((self.line, record))
    }
}

/// How many lines end within these bytes: by `\n`, `\r\n` or `\r`.
fn ends(bytes: &[u8]) -> u64 {
    let ends_here = |(index, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    };
    let count = bytes.iter().enumerate().filter(|at| ends_here(*at)).count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let mut records = Records::of(text.as_bytes());
        let mut faults = FileFaults::default();
        let next = || {
            records
                .next(Path::new("t.csv"), &mut faults)
                .map(|(line, _)| line)
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn a_record_begins_where_an_editor_shows_it() {
        assert_eq!(lines("a,b\n1,\"x\ny\nz\"\n2,c\n"), [1, 2, 5]);
        assert_eq!(lines("a,b\r\n1,\"x\r\ny\"\r\n2,c\r\n3,d"), [1, 2, 4, 5]);
        assert_eq!(lines("\n\na,b\n\n\n1,c\n\n2,d\n\n"), [3, 6, 8]);
        assert_eq!(lines("a,b\r1,c\r2,d\r"), [1, 2, 3]);
        assert_eq!(lines("a,b\r\n\r\n1,\"\n\"\r\n\r\n2,d"), [1, 3, 6]);
    }
}
