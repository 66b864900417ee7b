//! What one request may ask for. The document is measured before anything walks it with its
//! fragments spread out, since a few lines of fragments can stand for billions of
//! fields. Every transport hands its requests through `admit`; nothing here executes.
//!
//! Depth and cost are async-graphql's own measures, with the weights that the fields
//! carry; the schema is built with `guard`. An extension could read them too, but one
//! extension makes every field of every answer slower.

mod shape;
mod tokens;

use std::time::Duration;

use async_graphql::parser::{
    Error as ParseError, parse_query,
    types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};
use async_graphql::{ObjectType, Request, SchemaBuilder, ServerError, SubscriptionType, Value};

use super::error::{Code, refusal, refusal_at};

/// The limits of a request; each can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of fields, 15.
    pub depth: usize,
    /// A field costs 1, times the page size above it, 20,000 in all.
    pub cost: usize,
    /// Aliases, counted as often as their fragment is spread, 100.
    pub aliases: usize,
    /// Directives, counted in the same way, 50.
    pub directives: usize,
    /// Words and signs of the document, 10,000.
    pub tokens: usize,
    /// Bytes of a request's body, 1 MiB.
    pub body_bytes: usize,
    /// How long a request may take, 10 s: so long to arrive, and so long to be answered.
    pub time: Duration,
    /// Errors told in one answer, 20.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 15,
            cost: 20_000,
            aliases: 100,
            directives: 50,
            tokens: 10_000,
            body_bytes: 1 << 20,
            time: Duration::from_secs(10),
            errors: 20,
        }
    }
}

/// What a transport lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Queries alone: a GET must change nothing.
    Queries,
    /// Queries and mutations.
    Writes,
}

/// The reason of a mutation where only queries may pass.
pub const QUERIES_ONLY: &str = "QUERIES_ONLY";

impl Limits {
    /// A schema that refuses what is deeper or costlier than this.
    pub fn guard<Q, M, S>(&self, schema: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        schema
            .limit_depth(self.depth)
            .limit_complexity(self.cost)
            .limit_recursive_depth(shape::MOST_NESTED)
    }

    /// The request, parsed, when its document is within the limits; depth and cost
    /// within one page are judged later, by the schema. Else a `BAD_USER_INPUT` whose reason is
    /// `TOO_MANY_TOKENS`, `TOO_MANY_ALIASES`, `TOO_MANY_DIRECTIVES`, `TOO_COSTLY`,
    /// `TOO_DEEP`, `INVALID_DOCUMENT`, `INVALID_QUERY`, `INVALID_VALUE` or `QUERIES_ONLY`.
    pub fn admit(&self, mut request: Request, allowed: Allowed) -> Result<Request, ServerError> {
        let size = tokens::count(&request.query);
        if size.tokens > self.tokens {
            return Err(refusal(
                Code::BadUserInput,
                "TOO_MANY_TOKENS",
                format!("The document has more than {} tokens.", self.tokens),
            ));
        }
        if size.nesting > tokens::MOST_NESTED {
            return Err(too_deep());
        }
        let document = parse_query(&request.query).map_err(unreadable)?;
        shape::check(&document, self)?;
        if let Some(operation) = chosen(&document, request.operation_name.as_deref()) {
            if allowed == Allowed::Queries && operation.ty != OperationType::Query {
                return Err(refusal(
                    Code::BadUserInput,
                    QUERIES_ONLY,
                    "Only queries can be sent by GET; send this with POST.",
                ));
            }
            complete(operation, &request)?;
        }
        request.set_parsed_query(document);
        Ok(request)
    }
}

/// A document nested deeper than anything reads it.
fn too_deep() -> ServerError {
    refusal(
        Code::BadUserInput,
        "TOO_DEEP",
        "The document is nested too deep.",
    )
}

fn unreadable(error: ParseError) -> ServerError {
    if matches!(error, ParseError::RecursionLimitExceeded) {
        return too_deep();
    }
    let place = error.positions().next();
    // The parser draws the line with a pointer below it; what it missed stands last.
    let drawn = error.to_string();
    let missed = drawn.rsplit("= ").next().unwrap_or_default();
    let message = format!("The document cannot be read: {missed}.");
    match place {
        Some(place) => refusal_at(Code::BadUserInput, "INVALID_DOCUMENT", message, place),
        None => refusal(Code::BadUserInput, "INVALID_DOCUMENT", message),
    }
}

/// The operation that will run; none when the name fits none, which the schema refuses.
fn chosen<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(&operation.node),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name).map(|it| &it.node),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => {
            all.values().next().map(|it| &it.node)
        }
        (DocumentOperations::Multiple(_), None) => None,
    }
}

/// Refuses a variable without its value before anything runs; async-graphql would notice it
/// in the middle of the execution, after other mutations of the request were done.
fn complete(operation: &OperationDefinition, request: &Request) -> Result<(), ServerError> {
    for variable in &operation.variable_definitions {
        let definition = &variable.node;
        let name = &definition.name.node;
        let is_missing = match request.variables.get(name) {
            None => definition.default_value.is_none(),
            Some(value) => *value == Value::Null,
        };
        if !definition.var_type.node.nullable && is_missing {
            return Err(refusal_at(
                Code::BadUserInput,
                "INVALID_VALUE",
                format!(
                    "Variable \"${name}\" of type {} needs a value.",
                    definition.var_type.node
                ),
                variable.pos,
            ));
        }
    }
    Ok(())
}
