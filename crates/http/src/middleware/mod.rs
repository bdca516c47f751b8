//! What happens around every request.

pub(crate) mod cors;
pub(crate) mod drain;
pub(crate) mod headers;
pub(crate) mod log;
pub(crate) mod peer;
