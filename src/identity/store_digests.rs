//! What events carry of texts about members. Made when they are written, and once more by
//! `sluice verify`.

use crate::entity::member_note;
use crate::platform::digest::sha256;

/// Of what an admin said with an event of a member.
pub fn member_note(row: &member_note::Model) -> String {
    sha256(&[&row.salt, &row.text])
}
