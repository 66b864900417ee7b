//! Instants in the graph.

use crate::platform::clock::Micros;
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Micros);

/// An instant: RFC 3339, in UTC, with a trailing Z, to the microsecond:
/// `2026-11-25T09:30:00.000001Z`. Other offsets are understood and answered in UTC.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let instant = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| InputValueError::custom("an instant looks like 2026-11-25T09:30:00Z"))?;
        let micros = instant.unix_timestamp_nanos().div_euclid(1_000);
        // Every year that RFC 3339 can write fits.
        Ok(Self(i64::try_from(micros).unwrap_or(i64::MAX)))
    }

    fn to_value(&self) -> Value {
        Value::String(text(self.0))
    }
}

fn text(micros: Micros) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .ok()
        .and_then(|instant| instant.format(&Rfc3339).ok())
        // No instant of ours lies outside the years that can be written.
        .unwrap_or_else(|| "9999-12-31T23:59:59Z".to_owned())
}

impl DateTime {
    /// The day for people: `25 November 2026`.
    pub fn day(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1_000_000)).map_or_else(
            |_| text(self.0),
            |instant| format!("{} {} {}", instant.day(), instant.month(), instant.year()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_in_utc_and_reads_back_as_itself() {
        let given = Value::String("2026-11-25T10:30:00.000001+01:00".to_owned());
        let instant = DateTime::parse(given).unwrap();
        assert_eq!(
            instant.to_value(),
            Value::String("2026-11-25T09:30:00.000001Z".to_owned())
        );
        assert_eq!(DateTime::parse(instant.to_value()).unwrap(), instant);
        assert_eq!(instant.day(), "25 November 2026");
    }
}
