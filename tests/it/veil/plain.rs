//! Answers without what chance made: ids are called by what they name, the others by their
//! first appearance, also within cursors, which are shown decoded. Nothing else is changed.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// What ids are called, by their 32 digits.
#[derive(Clone, Default)]
pub(super) struct Names {
    known: HashMap<String, String>,
    met: usize,
}

impl Names {
    /// From now on this id is called so.
    pub(super) fn call(&mut self, id: &str, name: &str) {
        let digits = id.rsplit('_').next().unwrap();
        self.known.insert(digits.to_owned(), name.to_owned());
    }

    /// An answer, byte by byte, with its ids and cursors put plainly.
    pub(super) fn plain(&mut self, answer: &str) -> String {
        let mut plain = String::with_capacity(answer.len());
        let mut rest = answer;
        // No text of these worlds holds a quotation mark or a backslash.
        while let Some((before, quoted)) = rest.split_once('"') {
            let (text, after) = quoted.split_once('"').unwrap();
            plain.push_str(before);
            plain.push('"');
            match decoded(text) {
                Some(cursor) => plain.push_str(&self.renamed(&cursor).replace('"', "'")),
                None => plain.push_str(&self.renamed(text)),
            }
            plain.push('"');
            rest = after;
        }
        plain.push_str(rest);
        plain
    }

    fn renamed(&mut self, text: &str) -> String {
        let mut renamed = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some((digits, length)) = id_at(rest).or_else(|| alias_at(rest)) {
                let met = &mut self.met;
                let name = self.known.entry(digits).or_insert_with(|| {
                    *met += 1;
                    format!("~{met}")
                });
                renamed.push_str(name);
                rest = &rest[length..];
            } else {
                renamed.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        renamed
    }
}

/// The digits of the id with which a text begins, and how long it stands there.
fn id_at(text: &str) -> Option<(String, usize)> {
    let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let bytes = text.as_bytes();
    if bytes.len() >= 32 && bytes[..32].iter().all(hex) {
        return Some((text[..32].to_owned(), 32));
    }
    let marks = [8, 13, 18, 23];
    let is_uuid = bytes.len() >= 36
        && bytes[..36].iter().enumerate().all(|(at, byte)| {
            marks.contains(&at) == (*byte == b'-') && (*byte == b'-' || hex(byte))
        });
    is_uuid.then(|| (text[..36].replace('-', ""), 36))
}

/// The digits of an alias of a round, which are salted, and how long it stands there.
fn alias_at(text: &str) -> Option<(String, usize)> {
    let digits = text.strip_prefix("Assessor ")?;
    let is_alias = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_alias.then(|| (digits.to_owned(), text.len()))
}

/// What a cursor holds; nothing when the text is none.
fn decoded(text: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let held = String::from_utf8(bytes).ok()?;
    let parts: Value = serde_json::from_str(&held).ok()?;
    parts.is_array().then_some(held)
}

/// Every id in an answer, in order of appearance, each once.
pub(super) fn ids_in(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::String(text) => {
            let is_id = text
                .rsplit_once('_')
                .is_some_and(|(_, digits)| digits.len() == 32 && id_at(digits).is_some());
            if is_id && !found.contains(text) {
                found.push(text.clone());
            }
        }
        Value::Array(all) => all.iter().for_each(|one| ids_in(one, found)),
        Value::Object(all) => all.values().for_each(|one| ids_in(one, found)),
        _ => {}
    }
}

/// Where two values differ, with both; the first few places.
pub(super) fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    if one == other || found.len() >= 4 {
        return;
    }
    match (one, other) {
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
            for (key, value) in left {
                differences(&format!("{path}.{key}"), value, &right[key], found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (at, (value, with)) in left.iter().zip(right).enumerate() {
                differences(&format!("{path}.{at}"), value, with, found);
            }
        }
        _ => {
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            found.push(format!(
                "{path}:\n      {}\n      {}",
                short(one),
                short(other)
            ));
        }
    }
}
