//! A GraphQL request from a body or a URL, by the parameters of the specification. Whether
//! its document makes sense is not asked here.

use async_graphql::{Request, Variables};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::answer::Refused;
use crate::api::error::{Code, refusal};

/// The request in the body of a POST.
pub(super) fn from_body(body: &[u8]) -> Result<Request, Refused> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => from_parameters(parameters),
        Ok(Value::Array(_)) => Err(bad(
            "BATCH_NOT_SUPPORTED",
            "Send one request at a time: several operations fit into one document.",
        )),
        Ok(_) => Err(bad("INVALID_JSON", "The body must be a JSON object.")),
        Err(fault) => Err(bad(
            "INVALID_JSON",
            &format!(
                "The body is no JSON, line {} column {}.",
                fault.line(),
                fault.column()
            ),
        )),
    }
}

/// The request in the query string of a GET; `variables` and `extensions` are JSON in there.
pub(super) fn from_url(query: &str) -> Result<Request, Refused> {
    let mut parameters = Map::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let value = match name.as_ref() {
            "query" | "operationName" => Value::String(text.into_owned()),
            "variables" | "extensions" if text.is_empty() => Value::Null,
            "variables" | "extensions" => serde_json::from_str(&text).map_err(|_| {
                bad(
                    "INVALID_JSON",
                    &format!("The parameter `{name}` is no JSON."),
                )
            })?,
            _ => continue,
        };
        if parameters
            .insert(name.clone().into_owned(), value)
            .is_some()
        {
            return Err(bad(
                "INVALID_PARAMETER",
                &format!("The parameter `{name}` is given twice."),
            ));
        }
    }
    from_parameters(parameters)
}

fn from_parameters(mut parameters: Map<String, Value>) -> Result<Request, Refused> {
    let query = match parameters.remove("query") {
        Some(Value::String(query)) => query,
        None | Some(Value::Null) => {
            return Err(bad("QUERY_MISSING", "The parameter `query` is missing."));
        }
        Some(_) => return Err(wrong("query", "a string")),
    };
    let mut request = Request::new(query);
    match parameters.remove("operationName") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => request = request.operation_name(name),
        Some(_) => return Err(wrong("operationName", "a string")),
    }
    match parameters.remove("variables") {
        None | Some(Value::Null) => {}
        Some(variables @ Value::Object(_)) => {
            request = request.variables(Variables::from_json(variables));
        }
        Some(_) => return Err(wrong("variables", "an object")),
    }
    // There are no extensions of the protocol here; their shape is checked all the same.
    match parameters.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Ok(request),
        Some(_) => Err(wrong("extensions", "an object")),
    }
}

fn wrong(parameter: &str, kind: &str) -> Refused {
    let message = format!("The parameter `{parameter}` must be {kind}.");
    bad("INVALID_PARAMETER", &message)
}

fn bad(reason: &str, message: &str) -> Refused {
    Refused::bad_request(refusal(Code::BadUserInput, reason, message))
}
