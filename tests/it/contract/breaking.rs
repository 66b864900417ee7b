//! What would break a client that was written against one schema and meets another: the rules of
//! graphql-js `findBreakingChanges`, and two that it lets pass: a changed default, a moved root.
//! It compares two texts and knows no server; what may be missing is judged in `contract.rs`.

use std::collections::BTreeMap;

use async_graphql::Value;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, EnumType, FieldDefinition, InputObjectType, InputValueDefinition, SchemaDefinition,
    Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// A schema as far as clients can tell: its types by name, and its roots.
pub(crate) struct Sdl {
    types: BTreeMap<String, TypeKind>,
    roots: Option<SchemaDefinition>,
}

impl Sdl {
    /// Reads a schema's text; the error is a sentence.
    /// Extensions and directives are refused: nothing here compares them.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let document = parse_schema(text).map_err(|error| format!("cannot be read: {error}"))?;
        let mut sdl = Self {
            types: BTreeMap::new(),
            roots: None,
        };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Type(found) => {
                    let name = found.node.name.node.to_string();
                    if found.node.extend {
                        return Err(format!("`extend` of {name} is not compared"));
                    }
                    if sdl.types.insert(name.clone(), found.node.kind).is_some() {
                        return Err(format!("{name} is defined twice"));
                    }
                }
                TypeSystemDefinition::Schema(found) => sdl.roots = Some(found.node),
                TypeSystemDefinition::Directive(found) => {
                    let name = found.node.name.node.as_str();
                    if !SPECIFIED_DIRECTIVES.contains(&name) {
                        return Err(format!("the directive @{name} is not compared"));
                    }
                }
            }
        }
        Ok(sdl)
    }

    /// Whether a type, `Type.member` or `Type.field.argument` of that name exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        let mut parts = name.split('.');
        let Some(kind) = parts.next().and_then(|name| self.types.get(name)) else {
            return false;
        };
        match (parts.next(), parts.next()) {
            (None, _) => true,
            (Some(member), None) => members(kind).iter().any(|known| known == member),
            (Some(field), Some(argument)) => fields(kind)
                .and_then(|fields| find(fields, field, |it| &it.name))
                .is_some_and(|field| find(&field.arguments, argument, |it| &it.name).is_some()),
        }
    }

    /// The name of the type that answers `query`, `mutation` or `subscription`.
    fn root(&self, operation: &str) -> Option<String> {
        let Some(roots) = &self.roots else {
            let mut usual = operation.to_owned();
            usual[..1].make_ascii_uppercase();
            return self.types.contains_key(&usual).then_some(usual);
        };
        let root = match operation {
            "query" => &roots.query,
            "mutation" => &roots.mutation,
            _ => &roots.subscription,
        };
        root.as_ref().map(|root| root.node.to_string())
    }
}

/// Directives every server has, whether or not its text says so.
pub(crate) const SPECIFIED_DIRECTIVES: [&str; 5] =
    ["deprecated", "include", "oneOf", "skip", "specifiedBy"];

/// One thing that would break a client.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    /// The name is gone: a `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`, `Input.field`
    /// or `Union.Member`. What stood below it is not told again.
    Missing(String),
    /// The name is there and means something else.
    Conflict(String),
}

/// Everything that breaks a client of `old` at a server of `new`, sorted, each once.
pub(crate) fn breaking_changes(old: &Sdl, new: &Sdl) -> Vec<Break> {
    let mut found = Vec::new();
    for (name, old) in &old.types {
        match new.types.get(name) {
            None => found.push(Break::Missing(name.clone())),
            Some(new) => compare(name, old, new, &mut found),
        }
    }
    for operation in ["query", "mutation", "subscription"] {
        let Some(root) = old.root(operation) else {
            continue;
        };
        if new.types.contains_key(&root) && new.root(operation).as_ref() != Some(&root) {
            found.push(Break::Conflict(format!(
                "{root} is not the root of {operation}"
            )));
        }
    }
    found.sort();
    found
}

fn compare(name: &str, old: &TypeKind, new: &TypeKind, found: &mut Vec<Break>) {
    match (old, new) {
        (TypeKind::Scalar, TypeKind::Scalar) => {}
        (TypeKind::Object(old), TypeKind::Object(new)) => {
            compare_interfaces(name, &old.implements, &new.implements, found);
            compare_fields(name, &old.fields, &new.fields, found);
        }
        (TypeKind::Interface(old), TypeKind::Interface(new)) => {
            compare_interfaces(name, &old.implements, &new.implements, found);
            compare_fields(name, &old.fields, &new.fields, found);
        }
        (TypeKind::Union(_), TypeKind::Union(_)) | (TypeKind::Enum(_), TypeKind::Enum(_)) => {
            let kept = members(new);
            let gone = members(old).into_iter().filter(|it| !kept.contains(it));
            found.extend(gone.map(|it| Break::Missing(format!("{name}.{it}"))));
        }
        (TypeKind::InputObject(old), TypeKind::InputObject(new)) => {
            compare_inputs(name, "field", &old.fields, &new.fields, found);
        }
        _ => found.push(Break::Conflict(format!(
            "{name} changed from {} to {}",
            kind(old),
            kind(new)
        ))),
    }
}

fn compare_interfaces(
    name: &str,
    old: &[Positioned<Name>],
    new: &[Positioned<Name>],
    found: &mut Vec<Break>,
) {
    for interface in old {
        if !new.iter().any(|it| it.node == interface.node) {
            let interface = &interface.node;
            found.push(Break::Conflict(format!(
                "{name} no longer implements {interface}"
            )));
        }
    }
}

fn compare_fields(
    name: &str,
    old: &[Positioned<FieldDefinition>],
    new: &[Positioned<FieldDefinition>],
    found: &mut Vec<Break>,
) {
    for old in old.iter().map(|it| &it.node) {
        let path = format!("{name}.{}", old.name.node);
        let Some(new) = find(new, &old.name.node, |it| &it.name) else {
            found.push(Break::Missing(path));
            continue;
        };
        if !is_safe_output(&old.ty.node, &new.ty.node) {
            found.push(changed_type(&path, &old.ty.node, &new.ty.node));
        }
        compare_inputs(&path, "argument", &old.arguments, &new.arguments, found);
    }
}

/// Arguments of a field, or fields of an input: both are what a client sends.
fn compare_inputs(
    name: &str,
    noun: &str,
    old: &[Positioned<InputValueDefinition>],
    new: &[Positioned<InputValueDefinition>],
    found: &mut Vec<Break>,
) {
    for old in old.iter().map(|it| &it.node) {
        let path = format!("{name}.{}", old.name.node);
        let Some(new) = find(new, &old.name.node, |it| &it.name) else {
            found.push(Break::Missing(path));
            continue;
        };
        if !is_safe_input(&old.ty.node, &new.ty.node) {
            found.push(changed_type(&path, &old.ty.node, &new.ty.node));
        }
        if let Some(old) = &old.default_value {
            let new = new.default_value.as_ref().map(|it| &it.node);
            if !new.is_some_and(|new| is_same_value(&old.node, new)) {
                let new = new.map_or("none".to_owned(), ToString::to_string);
                let old = &old.node;
                found.push(Break::Conflict(format!(
                    "{path}: default {old} became {new}"
                )));
            }
        }
    }
    for new in new.iter().map(|it| &it.node) {
        let is_required = !new.ty.node.nullable && new.default_value.is_none();
        if is_required && find(old, &new.name.node, |it| &it.name).is_none() {
            let new = &new.name.node;
            found.push(Break::Conflict(format!(
                "{name}: new required {noun} {new}"
            )));
        }
    }
}

fn changed_type(path: &str, old: &Type, new: &Type) -> Break {
    Break::Conflict(format!("{path}: {old} became {new}"))
}

/// A client reads it: it may become non-null, never nullable.
fn is_safe_output(old: &Type, new: &Type) -> bool {
    (old.nullable || !new.nullable) && is_same_base(&old.base, &new.base, is_safe_output)
}

/// A client sends it: it may become nullable, never non-null.
fn is_safe_input(old: &Type, new: &Type) -> bool {
    (new.nullable || !old.nullable) && is_same_base(&old.base, &new.base, is_safe_input)
}

fn is_same_base(old: &BaseType, new: &BaseType, is_safe: fn(&Type, &Type) -> bool) -> bool {
    match (old, new) {
        (BaseType::Named(old), BaseType::Named(new)) => old == new,
        (BaseType::List(old), BaseType::List(new)) => is_safe(old, new),
        _ => false,
    }
}

/// Equal once read by a server: 1 and 1.0 are, 1 and "1" are not.
fn is_same_value(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => old.as_f64() == new.as_f64(),
        (Value::List(old), Value::List(new)) => {
            old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(old, new)| is_same_value(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            old.len() == new.len()
                && old
                    .iter()
                    .all(|(key, old)| new.get(key).is_some_and(|new| is_same_value(old, new)))
        }
        // `Value` itself takes an enum value and a string of the same letters for equal.
        (Value::Enum(_), Value::String(_)) | (Value::String(_), Value::Enum(_)) => false,
        _ => old == new,
    }
}

fn find<'a, T>(
    all: &'a [Positioned<T>],
    name: &str,
    name_of: fn(&T) -> &Positioned<Name>,
) -> Option<&'a T> {
    all.iter()
        .map(|it| &it.node)
        .find(|it| name_of(it).node == *name)
}

fn fields(kind: &TypeKind) -> Option<&[Positioned<FieldDefinition>]> {
    match kind {
        TypeKind::Object(it) => Some(&it.fields),
        TypeKind::Interface(it) => Some(&it.fields),
        _ => None,
    }
}

/// Names one level below a type.
fn members(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Scalar => Vec::new(),
        TypeKind::Object(_) | TypeKind::Interface(_) => fields(kind)
            .into_iter()
            .flatten()
            .map(|it| it.node.name.node.to_string())
            .collect(),
        TypeKind::Union(it) => it.members.iter().map(|it| it.node.to_string()).collect(),
        TypeKind::Enum(EnumType { values }) => values
            .iter()
            .map(|it| it.node.value.node.to_string())
            .collect(),
        TypeKind::InputObject(InputObjectType { fields }) => fields
            .iter()
            .map(|it| it.node.name.node.to_string())
            .collect(),
    }
}

fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "a scalar",
        TypeKind::Object(_) => "a type",
        TypeKind::Interface(_) => "an interface",
        TypeKind::Union(_) => "a union",
        TypeKind::Enum(_) => "an enum",
        TypeKind::InputObject(_) => "an input",
    }
}
