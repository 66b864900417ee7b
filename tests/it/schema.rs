//! The public manual: `schema.graphql` is what the server serves, and everything in it is described
//! in whole sentences. What others rely on in it is the business of `contract.rs`.

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use rstest::rstest;

use crate::contract::breaking::SPECIFIED_DIRECTIVES;

#[test]
fn the_schema_file_is_what_the_server_serves() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let written = std::fs::read_to_string(path).unwrap_or_default();

    if let Some(line) = first_difference(&written, &sluice::api::schema::sdl()) {
        panic!(
            "schema.graphql differs from what is served, from line {line} on. Renew it with:\n\
             cargo run -- schema > schema.graphql"
        );
    }
}

#[test]
fn everything_served_is_described() {
    let missing = undescribed(&sluice::api::schema::sdl());

    assert!(
        missing.is_empty(),
        "{} names without a description that reads as a sentence:\n{}\n",
        missing.len(),
        missing.join("\n")
    );
}

#[rstest]
#[case::type_("type A { \"An x.\" x: Int }", "A")]
#[case::field("\"An A.\" type A { x: Int }", "A.x")]
#[case::argument("\"An A.\" type A { \"An x.\" x(a: Int): Int }", "A.x.a")]
#[case::interface_field("\"An A.\" interface A { x: Int }", "A.x")]
#[case::input_field("\"An A.\" input A { x: Int }", "A.x")]
#[case::enum_value("\"An A.\" enum A { ONE }", "A.ONE")]
#[case::scalar("scalar A", "A")]
#[case::union("union A = B", "A")]
#[case::directive("directive @a on FIELD", "@a")]
#[case::empty("\"\" scalar A", "A")]
#[case::blank("\"\"\"\n \n\"\"\" scalar A", "A")]
#[case::no_sentence("\"An A\" scalar A", "A")]
fn a_name_without_a_description_is_named(#[case] sdl: &str, #[case] name: &str) {
    assert_eq!(undescribed(sdl), [name]);
}

#[rstest]
#[case::full_stop("\"An A.\" scalar A")]
#[case::in_parentheses("\"An A (or a B.)\" scalar A")]
#[case::question("\"Who owes the next step?\" scalar A")]
#[case::several_lines("\"\"\"\nAn A\nof two lines.\n\"\"\" scalar A")]
#[case::every_server_has_it("directive @skip(if: Boolean!) on FIELD \"An A.\" scalar A")]
fn a_name_with_a_sentence_is_described(#[case] sdl: &str) {
    assert_eq!(undescribed(sdl), Vec::<String>::new());
}

#[rstest]
#[case::same("a\nb\n", "a\nb\n", None)]
#[case::changed("a\nb\n", "a\nc\n", Some(2))]
#[case::longer("a\n", "a\nb\n", Some(2))]
#[case::shorter("a\nb\n", "a\n", Some(2))]
#[case::last_line_end("a\nb", "a\nb\n", Some(2))]
#[case::absent("", "a\n", Some(1))]
fn two_schemas_differ_from_a_line_on(
    #[case] written: &str,
    #[case] served: &str,
    #[case] line: Option<usize>,
) {
    assert_eq!(first_difference(written, served), line);
}

/// The number of the first line that is not the same, from 1; none when every byte is.
fn first_difference(written: &str, served: &str) -> Option<usize> {
    let mut written = written.split_inclusive('\n');
    let mut served = served.split_inclusive('\n');
    (1..).find_map(|line| match (written.next(), served.next()) {
        (None, None) => Some(None),
        (written, served) => (written != served).then_some(Some(line)),
    })?
}

/// Every name of a schema that lacks a description or has one that does not end like a sentence.
fn undescribed(sdl: &str) -> Vec<String> {
    let mut missing = Vec::new();
    let document = parse_schema(sdl).expect("a schema that can be read");
    for definition in &document.definitions {
        match definition {
            TypeSystemDefinition::Schema(_) => {}
            TypeSystemDefinition::Type(it) => walk_type(&it.node, &mut missing),
            TypeSystemDefinition::Directive(it) => {
                let name = it.node.name.node.as_str();
                if !SPECIFIED_DIRECTIVES.contains(&name) {
                    let name = format!("@{name}");
                    note(&name, it.node.description.as_ref(), &mut missing);
                    walk_inputs(&name, &it.node.arguments, &mut missing);
                }
            }
        }
    }
    missing
}

fn walk_type(it: &TypeDefinition, missing: &mut Vec<String>) {
    let name = it.name.node.as_str();
    note(name, it.description.as_ref(), missing);
    match &it.kind {
        TypeKind::Scalar | TypeKind::Union(_) => {}
        TypeKind::Object(it) => walk_fields(name, &it.fields, missing),
        TypeKind::Interface(it) => walk_fields(name, &it.fields, missing),
        TypeKind::InputObject(it) => walk_inputs(name, &it.fields, missing),
        TypeKind::Enum(it) => {
            for value in it.values.iter().map(|it| &it.node) {
                let path = format!("{name}.{}", value.value.node);
                note(&path, value.description.as_ref(), missing);
            }
        }
    }
}

fn walk_fields(name: &str, fields: &[Positioned<FieldDefinition>], missing: &mut Vec<String>) {
    for field in fields.iter().map(|it| &it.node) {
        let path = format!("{name}.{}", field.name.node);
        note(&path, field.description.as_ref(), missing);
        walk_inputs(&path, &field.arguments, missing);
    }
}

fn walk_inputs(name: &str, inputs: &[Positioned<InputValueDefinition>], missing: &mut Vec<String>) {
    for input in inputs.iter().map(|it| &it.node) {
        let path = format!("{name}.{}", input.name.node);
        note(&path, input.description.as_ref(), missing);
    }
}

fn note(path: &str, description: Option<&Positioned<String>>, missing: &mut Vec<String>) {
    let is_sentence = description.is_some_and(|it| {
        let text = it.node.trim_end().trim_end_matches(['"', ')', '`', '”']);
        text.ends_with(['.', '!', '?'])
    });
    if !is_sentence {
        missing.push(path.to_owned());
    }
}
