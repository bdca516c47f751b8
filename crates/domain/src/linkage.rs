//! Linkage IDs (連携ID): the key of a record in another system, one value per record and slot.

use crate::limits;
use crate::messages::Message;

/// The value of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkageValue {
    /// The slot (システム連携ID), 999000001-999000020.
    pub slot: i64,
    /// The value; empty removes.
    pub value: String,
}

/// Whether `slot` is a number that the source knows.
#[must_use]
pub fn is_slot(slot: i64) -> bool {
    (limits::LINKAGE_SLOT_FIRST..=limits::LINKAGE_SLOT_LAST).contains(&slot)
}

/// What is wrong with a value, if anything: 1-255 characters, none of them a control.
///
/// # Errors
/// The message that says what.
pub fn check_value(value: &str) -> Result<(), Message> {
    if value.chars().any(char::is_control) {
        return Err(Message::ControlCharacter);
    }
    if value.chars().count() > limits::LINKAGE_CHARACTERS {
        return Err(Message::TooLong { most: limits::LINKAGE_CHARACTERS });
    }
    Ok(())
}
