//! What happens around every request.

pub(crate) mod drain;
pub(crate) mod log;
pub(crate) mod peer;
