//! What handlers take: bodies and callers.

pub(crate) mod body;
pub(crate) mod json;
