//! What a check of the stored data asks of an engine in its own words.

use super::Dialect;

/// How the content of the search index can be held against the texts of records.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SearchContent {
    /// Row by row: an expression over `w.record_no`, `w.title` and `w.body` that is 1 where the row holds both, 0 where it does not, and
    /// nothing where there is no row.
    ByRow(&'static str),
    /// A row tells how many tokens its columns have; which ones, only the index as a whole tells, in the order of tokens.
    ByToken {
        /// Record number and counts of the rows between `?2`, excluded, and `?3`; [`token_counts`] reads the counts.
        counts: &'static str,
        /// Token, record number, column and place of every token from `?2` on, in the order of tokens.
        tokens: &'static str,
        /// The number `?2` where the row of this record meets the query `?3`.
        meets: &'static str,
    },
}

/// How an engine checks itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EngineCheck {
    /// The names of the tables.
    pub(crate) tables: &'static str,
    /// What is wrong with the form of the table `?2`, line by line; [`EngineCheck::SOUND`] where nothing is.
    pub(crate) table: &'static str,
    /// The same of everything, indexes included.
    pub(crate) whole: &'static str,
}

impl EngineCheck {
    /// What the engine says where nothing is wrong.
    pub(crate) const SOUND: &'static str = "ok";
}

/// Makes the table of tokens that [`SearchContent::ByToken`] reads: of the connection alone, and nothing is stored.
pub(in crate::db) const SQLITE_TOKENS: &str =
    "CREATE VIRTUAL TABLE temp.search_token USING fts5vocab (main, search, instance)";

impl Dialect {
    /// The type of bytes.
    pub(crate) const fn bytes_type(self) -> &'static str {
        match self {
            Self::Sqlite => "BLOB",
            Self::Postgres => "BYTEA",
        }
    }

    /// The record numbers that the search index has rows of, between `?2`, excluded, and `?3`, at most `?4`.
    pub(crate) const fn search_numbers(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT id AS record_no FROM search_docsize WHERE id > ?2 AND id <= ?3 AND ?1 = ?1 ORDER BY id LIMIT ?4"
            }
            Self::Postgres => {
                "SELECT record_no FROM search WHERE tenant_no = ?1 AND record_no > ?2 AND record_no <= ?3 ORDER BY record_no LIMIT ?4"
            }
        }
    }

    /// How the content of the search index is looked at. FTS5 keeps no text here, so its shadow table of counts and its table of tokens
    /// are what there is to read.
    pub(crate) const fn search_content(self) -> SearchContent {
        match self {
            Self::Sqlite => SearchContent::ByToken {
                counts: "SELECT id, sz FROM search_docsize WHERE id > ?2 AND id <= ?3 AND ?1 = ?1",
                tokens: "SELECT term, doc, col, offset FROM temp.search_token WHERE term >= ?2 AND ?1 = ?1",
                meets: "SELECT rowid FROM search WHERE search MATCH ?3 AND rowid = ?2 AND ?1 = ?1",
            },
            Self::Postgres => SearchContent::ByRow(
                "SELECT CASE WHEN s.title = CAST(w.title AS tsvector) AND s.body = CAST(w.body AS tsvector) THEN 1 ELSE 0 END
                 FROM search s WHERE s.tenant_no = ?1 AND s.record_no = w.record_no",
            ),
        }
    }

    /// Name and version of the engine, and the bytes that its database takes.
    pub(crate) const fn engine_about(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT 'SQLite ' || sqlite_version(), p.page_count * s.page_size
                 FROM pragma_page_count() AS p, pragma_page_size() AS s WHERE ?1 = ?1"
            }
            Self::Postgres => {
                "SELECT 'PostgreSQL ' || current_setting('server_version'), pg_database_size(current_database())
                 WHERE CAST(?1 AS BIGINT) IS NOT NULL"
            }
        }
    }

    /// How the engine checks itself, where it can.
    pub(crate) const fn engine_check(self) -> Option<EngineCheck> {
        match self {
            Self::Sqlite => Some(EngineCheck {
                tables: "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND ?1 = ?1 ORDER BY name",
                table: "SELECT quick_check FROM pragma_quick_check(?2) WHERE ?1 = ?1",
                whole: "SELECT integrity_check FROM pragma_integrity_check WHERE ?1 = ?1",
            }),
            Self::Postgres => None,
        }
    }

    /// The number that was given to the newest record of all; see [`Dialect::next_record_sequence`].
    pub(crate) const fn last_record_sequence(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT coalesce(max(value), 0) FROM counter WHERE tenant_no = 0 AND name = 'record' AND ?1 = ?1"
            }
            Self::Postgres => {
                "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM record_sequence
                 WHERE CAST(?1 AS BIGINT) IS NOT NULL"
            }
        }
    }

    /// The number of the newest change set of all, likewise.
    pub(crate) const fn last_change_set(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT coalesce(max(value), 0) FROM counter WHERE tenant_no = 0 AND name = 'change_set' AND ?1 = ?1"
            }
            Self::Postgres => {
                "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM change_set_sequence
                 WHERE CAST(?1 AS BIGINT) IS NOT NULL"
            }
        }
    }
}

/// The numbers of tokens of title and body, as FTS5 keeps them: a variable-length integer for each column (SQLite, "Database File
/// Format", 1.6: seven bits in a byte, the highest bit says that more follow).
pub(crate) fn token_counts(counts: &[u8]) -> Option<(u64, u64)> {
    let mut bytes = counts.iter();
    let mut next = || {
        let mut number = 0_u64;
        loop {
            let byte = bytes.next()?;
            number = number.checked_mul(128)? | u64::from(byte & 0x7F);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
    };
    let found = (next()?, next()?);
    bytes.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_tokens_are_read_of_what_the_engine_keeps() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../../../migrations/0001_house.sqlite.sql")).unwrap();
        for (title, body) in [(0, 0), (1, 2), (127, 128), (129, 20_000)] {
            let words = |count| vec!["a"; count].join(" ");
            connection.execute("DELETE FROM search WHERE rowid = 1", []).unwrap();
            connection
                .execute("INSERT INTO search (rowid, title, body) VALUES (1, ?1, ?2)", [words(title), words(body)])
                .unwrap();
            let kept: Vec<u8> = connection.query_row("SELECT sz FROM search_docsize", [], |row| row.get(0)).unwrap();
            let wanted = (u64::try_from(title).unwrap(), u64::try_from(body).unwrap());
            assert_eq!(token_counts(&kept), Some(wanted));
        }
        assert_eq!((token_counts(&[1]), token_counts(&[1, 2, 3]), token_counts(&[0x81])), (None, None, None));
    }
}
