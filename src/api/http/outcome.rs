//! Carries a request out, whatever happens to it: its answer, a refusal of the whole, the end
//! of its time, or a panic. Knows nothing of HTTP beyond which of these it was.

use async_graphql::Response as GraphqlResponse;
use tokio::task::JoinError;
use tokio::time::timeout;
use tracing::Instrument;

use super::answer::Refused;
use crate::api::error;
use crate::api::limits::Limits;
use crate::platform::error::{Error, Result};

/// The answer of some work, its errors told.
///
/// The work runs in a task of its own, so that a panic stays in there, and a caller who
/// hangs up does not cut a command in half. What takes too long is dropped.
pub(super) async fn of<W>(work: W, limits: &Limits) -> Result<GraphqlResponse, Refused>
where
    W: Future<Output = Result<GraphqlResponse>> + Send + 'static,
{
    let in_time = timeout(limits.time, work).in_current_span();
    match tokio::spawn(in_time).await {
        Ok(Ok(Ok(mut response))) => {
            error::tell_all(&mut response, limits.errors);
            Ok(response)
        }
        Ok(Ok(Err(Error::Unauthenticated))) => Err(Refused::token()),
        Ok(Ok(Err(refused))) => Err(Refused::whole(refused)),
        Ok(Err(_late)) => Err(Refused::late(error::broken(
            "TIMEOUT",
            "The request took too long and was given up.",
            "out of time",
        ))),
        Err(broken) => Err(Refused::broken(error::broken(
            "INTERNAL",
            "Something went wrong on our side.",
            &text_of(broken),
        ))),
    }
}

fn text_of(broken: JoinError) -> String {
    match broken.try_into_panic() {
        Ok(payload) => {
            let text = payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| payload.downcast_ref::<String>().cloned());
            format!("panic: {}", text.unwrap_or_default())
        }
        Err(cancelled) => cancelled.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::Response as GraphqlResponse;
    use axum::body::to_bytes;
    use axum::http::{HeaderMap, StatusCode, header};
    use serde_json::{Value, json};

    use super::of;
    use crate::api::http::answer::{Media, refused};
    use crate::api::limits::Limits;
    use crate::platform::error::{Error, Result};

    /// What goes out, in both media types, when some work is refused as a whole.
    async fn goes_out<W>(work: impl Fn() -> W) -> (StatusCode, HeaderMap, Value)
    where
        W: Future<Output = Result<GraphqlResponse>> + Send + 'static,
    {
        let limits = Limits {
            time: Duration::from_millis(50),
            ..Limits::default()
        };
        let mut seen = Vec::new();
        for media in [Media::GraphqlResponse, Media::Json] {
            let response = refused(media, of(work(), &limits).await.unwrap_err());
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, 10_000).await.unwrap();
            let mut body: Value = serde_json::from_slice(&bytes).unwrap();
            if let Some(extensions) = body["errors"][0]["extensions"].as_object_mut()
                && let Some(id) = extensions.get_mut("errorId")
            {
                assert_eq!(id.as_str().unwrap().len(), 36);
                *id = json!("id");
            }
            seen.push((parts.status, parts.headers, body));
        }
        let [first, second] = seen.try_into().unwrap();
        assert_eq!((first.0, &first.2), (second.0, &second.2));
        second
    }

    fn one_error(message: &str, extensions: Value) -> Value {
        json!({"errors": [{"message": message, "extensions": extensions}]})
    }

    #[tokio::test]
    async fn a_panic_is_an_inner_fault_with_an_id_and_nothing_of_the_inside() {
        let (status, _, body) = goes_out(|| async {
            if true {
                panic!("secret");
            }
            Ok(GraphqlResponse::default())
        })
        .await;

        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let told = json!({"code": "INTERNAL", "reason": "INTERNAL", "errorId": "id"});
        assert_eq!(body, one_error("Something went wrong on our side.", told));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_given_up() {
        let (status, _, body) = goes_out(std::future::pending).await;

        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        let told = json!({"code": "INTERNAL", "reason": "TIMEOUT", "errorId": "id"});
        let message = "The request took too long and was given up.";
        assert_eq!(body, one_error(message, told));
    }

    #[tokio::test]
    async fn a_gate_that_breaks_says_nothing_of_the_inside() {
        let (status, _, body) = goes_out(|| async { Err(Error::internal("secret")) }).await;

        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let told = json!({"code": "INTERNAL", "reason": "INTERNAL", "errorId": "id"});
        assert_eq!(body, one_error("Something went wrong on our side.", told));
    }

    #[tokio::test]
    async fn too_many_requests_say_when_to_come_again() {
        let (status, headers, body) = goes_out(|| async {
            Err(Error::TooMany {
                retry_after_seconds: 3,
            })
        })
        .await;

        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(headers[header::RETRY_AFTER], "3");
        let told = json!({
            "code": "TOO_MANY_REQUESTS",
            "reason": "TOO_MANY_REQUESTS",
            "retryAfterSeconds": 3,
        });
        assert_eq!(
            body,
            one_error("Too many requests: try again in 3 s.", told)
        );
    }
}
