//! What others already rely on keeps working: nothing served conflicts with `data/contract.graphql`,
//! and what of it is not served yet stands in `not_served_yet.txt`, a list that only shrinks.
//! The comparison is in `contract/breaking.rs`; descriptions are the business of `schema.rs`.

pub(crate) mod breaking;
mod broken;

use std::fmt::Write as _;

use breaking::{Break, Sdl, breaking_changes};

const CONTRACT: &str = include_str!("data/contract.graphql");
const NOT_SERVED_YET: &str = include_str!("not_served_yet.txt");

#[test]
fn a_client_of_the_contract_is_served() {
    let contract = Sdl::parse(CONTRACT).expect("the contract can be read");
    let served = Sdl::parse(&sluice::api::schema::sdl()).expect("the served schema can be read");

    if let Err(complaint) = judge(&contract, &served, NOT_SERVED_YET) {
        panic!("{complaint}");
    }
}

#[test]
fn the_contract_keeps_its_own_promises() {
    let contract = Sdl::parse(CONTRACT).expect("the contract can be read");

    assert_eq!(breaking_changes(&contract, &contract), []);
    assert!(contract.has("Query.explainRank.cut"));
    assert!(contract.has("IdeaState.BACKLOG"));
    assert!(!contract.has("Query.explainRank.before"));
    assert!(!contract.has("Idea.owner"));
}

/// Nothing when whatever breaks is missing and listed, and whatever is listed is missing;
/// else everything that is wrong, one thing a line, and the list as it would be right.
fn judge(contract: &Sdl, served: &Sdl, list: &str) -> Result<(), String> {
    let mut complaint = String::new();
    let mut missing = Vec::new();
    let listed: Vec<&str> = list.lines().filter(|line| !line.is_empty()).collect();

    for found in breaking_changes(contract, served) {
        match found {
            Break::Missing(name) => missing.push(name),
            Break::Conflict(what) => tell(&mut complaint, &what, "breaks clients"),
        }
    }
    for name in &missing {
        if !listed.contains(&name.as_str()) {
            tell(&mut complaint, name, "is in the contract and not served");
        }
    }
    for name in &listed {
        if missing.iter().any(|missing| missing == name) {
            continue;
        }
        let why = if !contract.has(name) {
            "is not in the contract: delete the line"
        } else if served.has(name) {
            "is served now: delete the line"
        } else {
            "is covered by the line of what it belongs to: delete the line"
        };
        tell(&mut complaint, name, why);
    }
    if let Some(pair) = listed.windows(2).find(|pair| pair[0] >= pair[1]) {
        tell(&mut complaint, pair[1], "stands out of order in the list");
    }

    if complaint.is_empty() {
        return Ok(());
    }
    Err(format!(
        "The served schema and the contract differ.\n{complaint}\
         The list only shrinks. With nothing else wrong, tests/it/not_served_yet.txt would be:\n{}\n",
        missing.join("\n")
    ))
}

fn tell(complaint: &mut String, subject: &str, what: &str) {
    writeln!(complaint, "- {subject} {what}").expect("a String takes all that is written");
}
