//! Measures a parsed document as it will be executed, with its fragments spread out, but
//! weighs each fragment only once. Types are not known here: what a field costs is
//! said by the schema, and this only bounds how many of them there are.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::{Positioned, ServerError};

use super::{Limits, too_deep};
use crate::api::error::{Code, refusal, refusal_at};

/// Selections within selections, spreads and inline fragments included. Double the depth
/// of fields and some: generated clients wrap many fields in a fragment.
pub(super) const MOST_NESTED: usize = 48;

/// Lists of the schema within each other in one introspection. Each multiplies the answer by
/// the size of the schema; what tools send nests one.
const MOST_NESTED_LISTS: u32 = 2;

/// Refuses a document with more aliases, directives or fields than the limits allow, one
/// nested too deep, and a fragment that contains itself.
pub(super) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<(), ServerError> {
    let mut scale = Scale {
        document,
        weights: HashMap::new(),
    };
    let mut total = Weight::default();
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let mut weight = scale.selections(&operation.selection_set.node, 0)?;
        weight.directives += operation.directives.len() as u64;
        for variable in &operation.variable_definitions {
            weight.directives += variable.node.directives.len() as u64;
        }
        total = total.and(weight);
    }
    let over = |count: u64, limit: usize| count > limit as u64;
    let refuse = |reason, message| Err(refusal(Code::BadUserInput, reason, message));
    if over(total.aliases, limits.aliases) {
        let message = format!("The request has more than {} aliases.", limits.aliases);
        return refuse("TOO_MANY_ALIASES", message);
    }
    if over(total.directives, limits.directives) {
        let message = format!(
            "The request has more than {} directives.",
            limits.directives
        );
        return refuse("TOO_MANY_DIRECTIVES", message);
    }
    if over(total.fields, limits.cost) {
        let message = format!("The request has more than {} fields.", limits.cost);
        return refuse("TOO_COSTLY", message);
    }
    Ok(())
}

/// What a selection adds to a request. Sums saturate: doubling fragments reach any number.
#[derive(Clone, Copy, Default)]
struct Weight {
    fields: u64,
    aliases: u64,
    directives: u64,
    /// Levels of selections below.
    height: usize,
    /// Lists of `__Type` within each other, at most along any way down.
    lists: u32,
}

impl Weight {
    /// Both side by side.
    fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            height: self.height.max(other.height),
            lists: self.lists.max(other.lists),
        }
    }
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    /// What each fragment weighs; `None` while it is being weighed.
    weights: HashMap<&'a str, Option<Weight>>,
}

impl<'a> Scale<'a> {
    /// The weight of a selection set that stands below `level` others.
    fn selections(&mut self, set: &'a SelectionSet, level: usize) -> Result<Weight, ServerError> {
        if level > MOST_NESTED {
            return Err(too_deep());
        }
        let mut total = Weight::default();
        for selection in &set.items {
            let mut weight = match &selection.node {
                Selection::Field(field) => self.field(field, level)?,
                Selection::InlineFragment(inline) => {
                    self.selections(&inline.node.selection_set.node, level + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    match self.document.fragments.get_key_value(name) {
                        Some((name, fragment)) => self.fragment(name, fragment, level)?,
                        // An unknown fragment is for the validation to name.
                        None => Weight::default(),
                    }
                }
            };
            let own = selection.node.directives().len() as u64;
            weight.directives = weight.directives.saturating_add(own);
            total = total.and(weight);
        }
        total.height += 1;
        if level + total.height > MOST_NESTED {
            return Err(too_deep());
        }
        Ok(total)
    }

    fn field(&mut self, field: &'a Positioned<Field>, level: usize) -> Result<Weight, ServerError> {
        let node = &field.node;
        let mut weight = if node.selection_set.node.items.is_empty() {
            Weight::default()
        } else {
            self.selections(&node.selection_set.node, level + 1)?
        };
        weight.fields = weight.fields.saturating_add(1);
        weight.aliases = weight
            .aliases
            .saturating_add(u64::from(node.alias.is_some()));
        match node.name.node.as_str() {
            "fields" | "interfaces" | "possibleTypes" | "inputFields" => weight.lists += 1,
            "__schema" | "__type" if weight.lists > MOST_NESTED_LISTS => {
                return Err(refusal_at(
                    Code::BadUserInput,
                    "TOO_DEEP",
                    "The introspection nests too many lists of the schema.",
                    field.pos,
                ));
            }
            _ => {}
        }
        Ok(weight)
    }

    fn fragment(
        &mut self,
        name: &'a str,
        fragment: &'a Positioned<FragmentDefinition>,
        level: usize,
    ) -> Result<Weight, ServerError> {
        match self.weights.get(name) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => {
                return Err(refusal_at(
                    Code::BadUserInput,
                    "INVALID_QUERY",
                    format!("The fragment \"{name}\" contains itself."),
                    fragment.pos,
                ));
            }
            None => {}
        }
        self.weights.insert(name, None);
        let mut weight = self.selections(&fragment.node.selection_set.node, level + 1)?;
        let own = fragment.node.directives.len() as u64;
        weight.directives = weight.directives.saturating_add(own);
        self.weights.insert(name, Some(weight));
        Ok(weight)
    }
}
