//! Statements that read by key.

/// A statement that finds its rows by key and gives at most [`musubi_domain::limits::POINT_ROWS`] of them: the only kind
/// that [`super::Db::get`] runs. A test asks both engines how they would run every one of them and fails on a scan.
///
/// `?1` is the tenant where the statement is held to one.
#[derive(Debug)]
pub struct Point {
    sql: &'static str,
}

impl Point {
    /// A statement that reads by key. Put it into the list `POINTS` of its module.
    #[must_use]
    pub const fn new(sql: &'static str) -> Self {
        Self { sql }
    }

    /// The text.
    #[must_use]
    pub const fn sql(&self) -> &'static str {
        self.sql
    }
}
