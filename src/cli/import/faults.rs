//! What is wrong with the files of an import, and where: `file:line:column: REASON message`,
//! so that an editor finds the place. It only collects; nothing stops at the first.

use std::fmt;
use std::path::Path;

/// Everything wrong with the files, in the order of files and lines.
#[derive(Default)]
pub(super) struct FileFaults {
    files: Vec<String>,
    faults: Vec<FileFault>,
}

/// One thing that is wrong.
struct FileFault {
    /// Its place in `files`.
    file: usize,
    /// From 1; none where the whole file is meant.
    line: Option<u64>,
    column: String,
    reason: &'static str,
    message: String,
}

impl FileFaults {
    /// Notes a fault of a record that begins at this line, `column` by the file's own name.
    pub(super) fn at(
        &mut self,
        file: &Path,
        line: u64,
        column: impl Into<String>,
        reason: &'static str,
        message: impl Into<String>,
    ) {
        self.add(file, Some(line), column.into(), reason, message.into());
    }

    /// Notes a fault of a whole file.
    pub(super) fn of_file(
        &mut self,
        file: &Path,
        reason: &'static str,
        message: impl Into<String>,
    ) {
        self.add(file, None, String::new(), reason, message.into());
    }

    fn add(
        &mut self,
        file: &Path,
        line: Option<u64>,
        column: String,
        reason: &'static str,
        message: String,
    ) {
        let name = file.display().to_string();
        let known = self.files.iter().position(|file| *file == name);
        let file = known.unwrap_or_else(|| {
            self.files.push(name);
            self.files.len() - 1
        });
        self.faults.push(FileFault {
            file,
            line,
            column,
            reason,
            message,
        });
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.faults.len()
    }
}

impl fmt::Display for FileFaults {
    /// A line for each, in the order of files and lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted: Vec<&FileFault> = self.faults.iter().collect();
        sorted.sort_by_key(|fault| (fault.file, fault.line));
        for fault in sorted {
            f.write_str(&self.files[fault.file])?;
            if let Some(line) = fault.line {
                write!(f, ":{line}")?;
            }
            if !fault.column.is_empty() {
                write!(f, ":{}", fault.column)?;
            }
            writeln!(f, ": {} {}", fault.reason, fault.message)?;
        }
        Ok(())
    }
}
