//! Reads `Accept` and `Content-Type`. Two media types go out, one comes in, all in utf-8.

use axum::http::{HeaderMap, header};

use super::answer::Media;

/// The media type to answer in: the one the caller likes best, `application/json` where it
/// does not care, `None` where neither will do.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Media> {
    let mut ranges = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        // What is no text names no media type, and so accepts nothing.
        ranges.extend(
            value
                .to_str()
                .unwrap_or("?")
                .split(',')
                .filter_map(Range::read),
        );
    }
    if !headers.contains_key(header::ACCEPT) {
        return Some(Media::Json);
    }
    let graphql = liking(&ranges, "graphql-response+json");
    let json = liking(&ranges, "json");
    let prefers_graphql = match (graphql, json) {
        (Some((exact, liked)), Some((_, other))) => liked > other || (liked == other && exact),
        (graphql, _) => graphql.is_some(),
    };
    if prefers_graphql {
        Some(Media::GraphqlResponse)
    } else {
        json.map(|_| Media::Json)
    }
}

/// Whether the body is said to be JSON, in utf-8.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut sent = headers.get_all(header::CONTENT_TYPE).iter();
    let read = |value: &axum::http::HeaderValue| {
        let text = value.to_str().ok()?;
        let mut parts = text.split(';').map(str::trim);
        let is_json = parts.next()?.eq_ignore_ascii_case("application/json");
        Some(is_json && parts.all(is_utf8))
    };
    sent.next().and_then(read).unwrap_or(false) && sent.next().is_none()
}

/// One entry of `Accept`.
struct Range {
    kind: String,
    subtype: String,
    /// Thousandths; 0 means "not this one".
    quality: u16,
}

impl Range {
    fn read(entry: &str) -> Option<Self> {
        let mut parts = entry.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1000;
        for parameter in parts {
            match parameter.split_once('=') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("q") => {
                    let asked: f32 = value.trim().parse().ok()?;
                    quality = (asked.clamp(0.0, 1.0) * 1000.0).round() as u16;
                }
                _ if is_utf8(parameter) => {}
                _ => return None,
            }
        }
        Some(Self {
            kind: kind.to_ascii_lowercase(),
            subtype: subtype.to_ascii_lowercase(),
            quality,
        })
    }

    /// How exactly this names `application/<subtype>`: 2 fully, 1 as `application/*`, 0 as `*/*`.
    fn precision(&self, subtype: &str) -> Option<u8> {
        match (self.kind.as_str(), self.subtype.as_str()) {
            ("application", named) if named == subtype => Some(2),
            ("application", "*") => Some(1),
            ("*", "*") => Some(0),
            _ => None,
        }
    }
}

/// How much a media type is liked, by the entry that names it most exactly, and whether
/// that one names it fully; `None` when it is not accepted.
fn liking(ranges: &[Range], subtype: &str) -> Option<(bool, u16)> {
    let named = ranges
        .iter()
        .filter_map(|range| Some((range.precision(subtype)?, range.quality)));
    let (precision, quality) = named.max()?;
    (quality > 0).then_some((precision == 2, quality))
}

/// Whether a parameter of a media type leaves us our only charset; others do not matter.
fn is_utf8(parameter: &str) -> bool {
    match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Media, accepted, is_json};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn accept(value: &'static str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(value));
        accepted(&headers)
    }

    #[test]
    fn the_better_liked_type_wins_and_the_newer_one_a_tie() {
        let (new, old) = (Some(Media::GraphqlResponse), Some(Media::Json));
        assert_eq!(accept("application/graphql-response+json"), new);
        assert_eq!(
            accept("application/json, application/graphql-response+json"),
            new
        );
        assert_eq!(
            accept("application/graphql-response+json;q=0.5, application/json"),
            old
        );
        assert_eq!(
            accept("application/graphql-response+json; charset=utf-8, */*;q=0.1"),
            new
        );
        assert_eq!(accept("Application/JSON; Charset=\"UTF-8\""), old);
    }

    #[test]
    fn who_does_not_care_gets_plain_json() {
        let old = Some(Media::Json);
        assert_eq!(accepted(&HeaderMap::new()), old);
        assert_eq!(accept("*/*"), old);
        assert_eq!(accept("application/*"), old);
        assert_eq!(accept("text/html, application/xhtml+xml, */*;q=0.8"), old);
    }

    #[test]
    fn what_is_not_wanted_is_not_sent() {
        assert_eq!(accept("text/html"), None);
        assert_eq!(accept("application/json; charset=latin1"), None);
        assert_eq!(accept("*/*;q=0"), None);
        assert_eq!(
            accept("application/json;q=0, */*"),
            Some(Media::GraphqlResponse)
        );
        assert_eq!(accept(""), None);
    }

    #[test]
    fn only_json_in_utf8_comes_in() {
        let sent = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            is_json(&headers)
        };
        assert!(sent("application/json"));
        assert!(sent("application/JSON; charset=UTF-8"));
        assert!(!sent("application/json; charset=iso-8859-1"));
        assert!(!sent("text/plain"));
        assert!(!is_json(&HeaderMap::new()));
    }
}
