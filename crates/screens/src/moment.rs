//! Moments as pages show them.

use musubi_domain::preference::DateStyle;
use musubi_domain::time::Timestamp;

/// A moment.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// For programs.
    pub(crate) machine: String,
    /// For people: in Japan, to the minute, as the reader prefers days.
    pub(crate) shown: String,
}

impl Moment {
    /// A moment for somebody who prefers days in this style.
    pub(crate) fn of(time: Timestamp, dates: DateStyle) -> Self {
        Self { machine: time.to_rfc3339(), shown: dates.moment(time) }
    }
}
