//! What people say about themselves and their teams, and everything that can be wrong with
//! it. Pure.

use crate::ideas::domain::{LONGEST_TITLE, MOST_ITEMS, at_most};
use crate::platform::error::Faults;
use crate::platform::text::{clean, is_blank, required};

/// The longest skill, in characters.
pub const LONGEST_ITEM: usize = 50;

/// A name in one line.
pub fn name(faults: &mut Faults, text: &str) -> String {
    let name = required(faults, &["name"], text, LONGEST_TITLE, "NAME_MISSING");
    let name = name.trim().to_owned();
    if name.contains(['\n', '\t']) {
        let told = "`name` is one line.";
        faults.add(&["name"], "CONTROL_CHARACTERS", told);
    }
    name
}

/// Up to twenty words or short phrases, each once, in the order they came.
pub fn items(faults: &mut Faults, field: &str, items: &[String]) -> Vec<String> {
    at_most(faults, field, items.len());
    let mut kept: Vec<String> = Vec::new();
    for (index, item) in items.iter().enumerate().take(MOST_ITEMS) {
        let item = clean(item).trim().to_owned();
        let fits = (1..=LONGEST_ITEM).contains(&item.chars().count())
            && !is_blank(&item)
            && !item.chars().any(char::is_control);
        if !fits {
            let told = format!("Each of `{field}` has 1 to {LONGEST_ITEM} characters in one line.");
            faults.add(&[field, &index.to_string()], "BAD_ITEM", told);
        }
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}
