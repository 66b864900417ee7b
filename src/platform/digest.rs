//! Salted digests: what the event log keeps in place of a text, so that the text can be
//! redacted and the chain stays whole.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 over parts, each preceded by its length, as 64 hexadecimal digits.
pub fn sha256(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher
        .finalize()
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A fresh salt of 122 random bits.
pub fn salt() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
