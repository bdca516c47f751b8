//! The log: to standard error, as text or JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::filter::LevelFilter;

use crate::settings::{LogFormat, Settings};

/// Begins the log of a server.
pub(crate) fn begin(settings: &Settings) {
    start(settings.log_format, settings.log_level.unwrap_or(LevelFilter::INFO));
    // What panics is caught and answered; the log is where it is told, in the log's own format.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, cause = panic.payload_as_str(), "a panic");
    }));
}

/// Begins the log of a command, which says what went wrong itself, in one line.
pub(crate) fn begin_quietly(settings: &Settings) {
    start(settings.log_format, settings.log_level.unwrap_or(LevelFilter::ERROR));
}

fn start(format: LogFormat, level: LevelFilter) {
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level).with_target(false);
    match format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
