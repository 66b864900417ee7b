//! The repository itself: what stands at its top, and what none of its files may tell.
//! Imports are the business of `rooms.rs`.

use std::path::Path;

use rstest::rstest;

const AT_THE_TOP: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "deploy",
    "docs",
    "migration",
    "schema.graphql",
    "src",
    "tests",
];

/// Made by building and running; none of it is in the repository.
const NOT_KEPT: [&str; 3] = [".git", "data", "target"];

/// What is missing at the top and what has no place there; names with a dot in front are free.
pub(super) fn misplaced(names: &[String]) -> Vec<String> {
    let has = |name: &&&str| !names.iter().any(|it| it == **name);
    let missing = AT_THE_TOP.iter().filter(has);
    let strangers = names.iter().filter(|name| {
        let name = name.as_str();
        !name.starts_with('.') && !AT_THE_TOP.contains(&name) && !NOT_KEPT.contains(&name)
    });
    missing
        .map(|name| format!("{name} is missing"))
        .chain(strangers.map(|name| format!("{name} has no place at the top")))
        .collect()
}

/// Lines that only make sense on the machine or the day they were written, as `file:line: what`.
pub(super) fn private_lines(file: &str, text: &str) -> Vec<String> {
    // What others wrote is theirs, and this file has to name what it looks for.
    if file.starts_with("src/api/explorer/") || file == "tests/it/architecture/premises.rs" {
        return Vec::new();
    }
    let is_test = file.starts_with("tests/") || file.ends_with("tests.rs");
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut tell = |what: &str| found.push(format!("{file}:{}: {what}", index + 1));
        if let Some(folder) = ["/work/", "/root/"].iter().find(|it| line.contains(**it)) {
            tell(&format!("a folder of one machine, {folder}"));
        }
        if line.contains("/tmp/") && !is_test {
            tell("a folder of one machine, /tmp/");
        }
        if file == "Cargo.lock" && line.starts_with("source = ") && !line.contains(PUBLIC_INDEX) {
            tell("a package from elsewhere than the public index");
        }
        if ["FIXME", "XXX"].iter().any(|it| line.contains(it)) {
            tell("a note to oneself");
        }
        if names_ticket(&line.to_lowercase()) {
            tell("a ticket nobody else can read");
        }
    }
    found
}

const PUBLIC_INDEX: &str = "\"registry+https://github.com/rust-lang/crates.io-index\"";

/// "issue 12", "issue #12".
fn names_ticket(line: &str) -> bool {
    line.match_indices("issue ").any(|(at, word)| {
        let after = &line[at + word.len()..];
        let starts_word = !line[..at].ends_with(char::is_alphanumeric);
        starts_word
            && after
                .trim_start_matches('#')
                .starts_with(|it: char| it.is_ascii_digit())
    })
}

/// Every text file below `root`, as its path from there with `/`, and its text.
pub(super) fn texts(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder of the repository can be listed");
        for entry in entries {
            let path = entry
                .expect("an entry of the repository can be read")
                .path();
            let name = path.strip_prefix(root).expect("it lies below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            if NOT_KEPT.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = String::from_utf8(
                std::fs::read(&path).expect("a file of the repository can be read"),
            ) {
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_stranger_at_the_top_is_named_and_so_is_what_is_missing() {
    let names = [
        ".gitignore",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "data",
        "deploy",
        "docs",
        "migration",
        "notes",
        "schema.graphql",
        "src",
        "target",
        "tests",
    ];

    let told = misplaced(&names.map(str::to_owned));

    assert_eq!(
        told,
        ["README.md is missing", "notes has no place at the top"]
    );
}

#[rstest]
#[case("README.md", "see /work/main", 1)]
#[case("deploy/check.sh", "cd /tmp/x", 1)]
#[case("tests/it/support/mod.rs", "a socket in /tmp/x", 0)]
#[case("tests/it/support/mod.rs", "cargo in /root/.cargo", 1)]
#[case("src/lib.rs", "// FIXME", 1)]
#[case("src/lib.rs", "// as in issue #7, Issue 8", 1)]
#[case("src/lib.rs", "// tokens issue 3 keys; reissue 4; an issue of 5", 1)]
#[case("src/lib.rs", "// reissue 4; an issue of 5; the framework/works", 0)]
#[case("Cargo.lock", "source = \"registry+https://mirror.example/index\"", 1)]
#[case(
    "Cargo.lock",
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
    0
)]
#[case("src/api/explorer/graphiql.min.js", "/tmp/ FIXME", 0)]
fn a_private_line_is_pointed_at(#[case] file: &str, #[case] line: &str, #[case] count: usize) {
    let told = private_lines(file, &format!("first\n{line}\n"));

    assert_eq!(told.len(), count, "{told:?}");
    assert!(
        told.iter().all(|it| it.starts_with(&format!("{file}:2: "))),
        "{told:?}"
    );
}
