//! Who may not do what: every mutation that is served, for every role, on an own idea, on
//! somebody else's, and on one that is confidential. Whatever is refused says why, and
//! nothing has changed. A mutation without a row here, or in the policy, fails.

use std::collections::BTreeSet;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, TypeKind, TypeSystemDefinition};

mod mutations;
mod queries;
mod staging;
mod table;

/// The fields of a root type as it is served.
fn served(root: &str) -> Vec<FieldDefinition> {
    let document = parse_schema(sluice::api::schema::sdl()).unwrap();
    document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(Positioned { node, .. }) => Some(node),
            _ => None,
        })
        .filter(|kind| kind.name.node == root)
        .filter_map(|kind| match kind.kind {
            TypeKind::Object(object) => Some(object.fields),
            _ => None,
        })
        .flatten()
        .map(|field| field.node)
        .collect()
}

fn names(root: &str) -> BTreeSet<String> {
    let fields = served(root).into_iter();
    fields.map(|field| field.name.node.to_string()).collect()
}

#[test]
fn every_mutation_has_a_row_here_and_a_rule_in_the_policy() {
    let served = names("Mutation");
    let rows: BTreeSet<String> = table::ROWS
        .iter()
        .map(|row| row.mutation.to_owned())
        .collect();
    let rules: BTreeSet<String> = sluice::policy::TABLE
        .iter()
        .map(|line| line.mutation.to_owned())
        .collect();

    assert!(served.len() >= 11, "{served:?}");
    assert_eq!(rows, served, "rows of this test, and what is served");
    assert_eq!(rules, served, "rules of the policy, and what is served");
}
