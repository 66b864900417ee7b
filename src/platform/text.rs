//! What people write, made fit to keep: NFC, line ends as LF, no control characters but
//! newline and tab. Lengths count Unicode scalar values.

use super::error::Faults;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text as it is stored.
pub fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .nfc()
        .collect()
}

/// The text as it is stored, with its faults noted: `TEXT_TOO_LONG`, `CONTROL_CHARACTERS`.
pub fn checked(faults: &mut Faults, path: &[&str], text: &str, most: usize) -> String {
    let text = clean(text);
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        faults.add(
            path,
            "CONTROL_CHARACTERS",
            format!(
                "{} contains control characters; only newline and tab are kept.",
                named(path)
            ),
        );
    }
    let length = text.chars().count();
    if length > most {
        faults.add(
            path,
            "TEXT_TOO_LONG",
            format!(
                "{} has {length} characters; at most {most} are kept.",
                named(path)
            ),
        );
    }
    text
}

/// The same for a text that may be missing; blank counts as missing.
pub fn optional(
    faults: &mut Faults,
    path: &[&str],
    text: Option<&str>,
    most: usize,
) -> Option<String> {
    let text = checked(faults, path, text?, most);
    (!is_blank(&text)).then_some(text)
}

/// The same for a text that must be there, or `missing` is the reason.
pub fn required(
    faults: &mut Faults,
    path: &[&str],
    text: &str,
    most: usize,
    missing: &'static str,
) -> String {
    let text = checked(faults, path, text, most);
    if is_blank(&text) {
        faults.add(path, missing, format!("{} is missing.", named(path)));
    }
    text
}

/// The text without case and accents, width and ligatures made plain: how it is compared.
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // The sigma that ends a Greek word is the same letter.
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .nfc()
        .collect()
}

/// Whether nothing of it can be seen: white space and signs of no width alone.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
    })
}

fn named(path: &[&str]) -> String {
    let field = path
        .iter()
        .rev()
        .find(|part| part.parse::<usize>().is_err());
    format!("`{}`", field.unwrap_or(&"input"))
}
