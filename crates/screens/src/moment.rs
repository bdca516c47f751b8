//! Moments as pages show them.

use musubi_domain::time::Timestamp;

/// A moment.
pub(crate) struct Moment {
    /// For programs.
    pub(crate) machine: String,
    /// For people: in Japan, to the minute.
    pub(crate) shown: String,
}

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        Self { machine: time.to_rfc3339(), shown: time.jst_minute() }
    }
}
