//! Cells that both kinds of file have, or that are no plain text: names of people, ids,
//! instants, lists. Notes what is wrong with them under the column's own name.

use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime, Time};

use super::faults::FileFaults;
use super::table::{Row, Table};
use crate::ideas::domain::Link;
use crate::platform::clock::Micros;
use crate::platform::text::clean;

/// The longest external id, name of a person, or key, in characters.
const LONGEST_NAME: usize = 200;

/// One line of at most 200 characters, trimmed; none where the cell is blank.
pub(super) fn line(
    table: &Table,
    row: &Row,
    column: &str,
    faults: &mut FileFaults,
) -> Option<String> {
    let text = clean(table.cell(row, column)).trim().to_owned();
    if text.chars().any(char::is_control) {
        let told = format!("`{column}` is one line without control characters.");
        table.fault(faults, row, column, "CONTROL_CHARACTERS", told);
    }
    let length = text.chars().count();
    if length > LONGEST_NAME {
        let told = format!("`{column}` has {length} characters; at most {LONGEST_NAME} are kept.");
        table.fault(faults, row, column, "TEXT_TOO_LONG", told);
    }
    (!text.is_empty()).then_some(text)
}

/// The same for a cell that must not be blank, or `missing` is the reason.
pub(super) fn required_line(
    table: &Table,
    row: &Row,
    column: &str,
    missing: &'static str,
    faults: &mut FileFaults,
) -> Option<String> {
    let text = line(table, row, column, faults);
    if text.is_none() {
        table.fault(
            faults,
            row,
            column,
            missing,
            format!("`{column}` is missing."),
        );
    }
    text
}

/// One of a few words in whatever case; none where the cell is blank, or where it is
/// another word, which is noted as `reason`.
pub(super) fn word<T: Copy>(
    (table, row, column): (&Table, &Row, &str),
    all: &[T],
    name: fn(T) -> &'static str,
    reason: &'static str,
    faults: &mut FileFaults,
) -> Option<T> {
    let text = table.cell(row, column).trim();
    if text.is_empty() {
        return None;
    }
    let found = all
        .iter()
        .copied()
        .find(|one| name(*one).eq_ignore_ascii_case(text));
    if found.is_none() {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        let told = format!("{text:?} is no `{column}`; there are {}.", names.join(", "));
        table.fault(faults, row, column, reason, told);
    }
    found
}

/// A day (its beginning, UTC) or an instant, not later than now.
pub(super) fn instant(
    table: &Table,
    row: &Row,
    column: &str,
    now: Micros,
    faults: &mut FileFaults,
) -> Option<Micros> {
    let text = table.cell(row, column).trim();
    if text.is_empty() {
        return None;
    }
    match read_instant(text) {
        Some(at) if at <= now => Some(at),
        Some(_) => {
            let told = format!("{text} is still to come.");
            table.fault(faults, row, column, "IN_THE_FUTURE", told);
            None
        }
        None => {
            let told = format!(
                "{text:?} is no time; write 2026-03-02, or 2026-03-02T09:00:00Z as in RFC 3339."
            );
            table.fault(faults, row, column, "BAD_TIME", told);
            None
        }
    }
}

fn read_instant(text: &str) -> Option<Micros> {
    let at = match OffsetDateTime::parse(text, &Rfc3339) {
        Ok(at) => at,
        Err(_not_whole) => day(text)?.with_time(Time::MIDNIGHT).assume_utc(),
    };
    Micros::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).ok()
}

/// `YYYY-MM-DD` and nothing else.
fn day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

/// Tags: separated by semicolons or commas.
pub(super) fn tags(text: &str) -> Vec<String> {
    let tags = text.split([';', ',', '\n']).map(str::trim);
    tags.filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Links: separated by spaces or line ends.
pub(super) fn links(text: &str) -> Vec<Link> {
    let link = |url: &str| Link {
        url: url.to_owned(),
        title: None,
    };
    text.split_whitespace().map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_read_and_nothing_like_them() {
        let monday = 1_772_409_600_000_000;
        assert_eq!(read_instant("2026-03-02"), Some(monday));
        assert_eq!(read_instant("2026-03-02T09:00:00+09:00"), Some(monday));
        assert_eq!(
            read_instant("2026-03-02T00:00:00.000001Z"),
            Some(monday + 1)
        );
        for wrong in [
            "2026-3-2",
            "2026-02-30",
            "02.03.2026",
            "20260302",
            "2026-W10-1",
            "soon",
        ] {
            assert_eq!(read_instant(wrong), None, "{wrong}");
        }
    }
}
