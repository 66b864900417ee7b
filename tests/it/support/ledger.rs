//! Notes which databases the tests of this process ran on, in the file that
//! `SLUICE_TEST_DATABASES_LOG` names: libtest keeps what passing tests print to itself.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Mutex;

static NOTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Notes one database, once: `sqlite`, or `postgres 15.6`.
pub(super) fn note(database: &str) {
    let mut noted = NOTED
        .lock()
        .unwrap_or_else(|panicked| panicked.into_inner());
    if !noted.insert(database.to_owned()) {
        return;
    }
    if let Some(path) = std::env::var_os("SLUICE_TEST_DATABASES_LOG") {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        writeln!(file, "{database}").unwrap();
    }
}
