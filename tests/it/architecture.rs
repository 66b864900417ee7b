//! The house stays as it was drawn: imports run downhill, the top holds what it should, and no file
//! tells of the machine it was written on. The rules are in `architecture/rooms.rs` and
//! `architecture/premises.rs`; `architecture/broken.rs` and the tests beside them show that each can fail.

mod broken;
mod premises;
mod rooms;
mod source;

use std::collections::BTreeMap;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn imports_run_downhill() {
    let src = Path::new(ROOT).join("src");
    let files: BTreeMap<String, String> = premises::texts(&src)
        .into_iter()
        .filter(|(file, _)| file.ends_with(".rs"))
        .collect();
    assert!(
        files.contains_key("lib.rs"),
        "no sources in {}",
        src.display()
    );

    let faults = rooms::uphill(&files);
    assert!(
        faults.is_empty(),
        "{} lines go uphill; a room that architecture/rooms.rs does not name counts as domain:\n{}\n",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn the_top_holds_what_it_should() {
    let names: Vec<String> = std::fs::read_dir(ROOT)
        .expect("the repository can be listed")
        .map(|entry| entry.expect("an entry can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();

    none_of(premises::misplaced(&names));
}

#[test]
fn no_file_tells_of_the_machine_it_was_written_on() {
    let texts = premises::texts(Path::new(ROOT));
    assert!(
        texts.iter().any(|(file, _)| file == "Cargo.lock"),
        "no files in {ROOT}"
    );

    none_of(
        texts
            .iter()
            .flat_map(|(file, text)| premises::private_lines(file, text))
            .collect(),
    );
}

fn none_of(faults: Vec<String>) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}\n",
        faults.len(),
        faults.join("\n")
    );
}
