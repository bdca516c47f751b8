//! What use cases say of what was given, beside the field that it concerns.

use musubi_domain::error::{Error, Kind};

use crate::frame::Frame;

/// What is wrong with what `path` names; "" where nothing is said of it.
pub(crate) fn said_of(error: &Error, path: &str, frame: &Frame) -> String {
    let said = error.problems().iter().find(|problem| problem.path == path);
    said.map(|problem| problem.message.text(frame.locale)).unwrap_or_default()
}

/// Whether an error is of what was given in the fields that `paths` name, so that it is told there.
pub(crate) fn is_of(error: &Error, paths: &[&str]) -> bool {
    let is_there = |path: &str| paths.contains(&path);
    error.kind() == Kind::Invalid && error.problems().iter().any(|problem| is_there(&problem.path))
}
