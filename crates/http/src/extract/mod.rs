//! What handlers take: bodies and callers.

pub(crate) mod bearer;
pub(crate) mod body;
pub(crate) mod form;
pub(crate) mod json;
