//! Every difference between the engines that shows in SQL. Nothing above this folder asks which engine it is.
//!
//! What a database that speaks PostgreSQL must offer: SERIALIZABLE within a tenant, advisory locks of transactions and of
//! sessions, sequences, and `tsvector` with a GIN index. NOTIFY is optional: epochs are polled each second.

mod look;

use musubi_domain::id::DatabaseNo;
use musubi_text::bigram::Phrase;

use super::value::Value;
pub(in crate::db) use look::SQLITE_TOKENS;
pub(crate) use look::{EngineCheck, SearchContent, token_counts};

/// The SQL dialect of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Which text of the search index is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SearchColumn {
    /// The display item and its reading.
    Title,
    /// All searched items.
    Body,
}

impl SearchColumn {
    const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
        }
    }
}

/// A source of record numbers in order that the search index proposes.
#[derive(Debug)]
pub(crate) struct SearchSource {
    /// `FROM` and `WHERE` of it; the record number is `search.<column>` below.
    pub(crate) from_where: String,
    /// The column that holds the record number.
    pub(crate) record_no: &'static str,
    /// Whether a proposed record certainly contains the phrase in that column.
    pub(crate) exact: bool,
    /// What `{0}`, `{1}`, ... of `from_where` stand for, in order.
    pub(crate) parameters: Vec<Value>,
}

impl Dialect {
    /// The statement that wakes other instances after a raised epoch, where there is one.
    pub(super) const fn notify_epoch(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => {
                Some("SELECT pg_notify('musubi_epoch_' || current_schema(), CAST(CAST(?1 AS BIGINT) AS TEXT))")
            }
        }
    }

    /// The clock that decides about leases, in microseconds: the one clock beside the context's. Instances that share a database
    /// go by the database's; a folder has one server, whose leases have no end.
    pub(super) const fn clock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"),
        }
    }

    /// What a subquery ends in that is to pass over rows which others are changing at this moment. SQLite's writer is alone.
    pub(crate) const fn unless_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// The next number of the one sequence that numbers records. On SQLite the writer is alone; PostgreSQL has sequences,
    /// which writers share without waiting for one another.
    pub(crate) const fn next_record_sequence(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "INSERT INTO counter (tenant_no, name, value) VALUES (0, 'record', 1)
                 ON CONFLICT (tenant_no, name) DO UPDATE SET value = counter.value + 1 WHERE ?1 = ?1 RETURNING value"
            }
            Self::Postgres => "SELECT nextval('record_sequence') WHERE CAST(?1 AS BIGINT) IS NOT NULL",
        }
    }

    /// The next number of a change set, likewise.
    pub(crate) const fn next_change_set(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "INSERT INTO counter (tenant_no, name, value) VALUES (0, 'change_set', 1)
                 ON CONFLICT (tenant_no, name) DO UPDATE SET value = counter.value + 1 WHERE ?1 = ?1 RETURNING value"
            }
            Self::Postgres => "SELECT nextval('change_set_sequence') WHERE CAST(?1 AS BIGINT) IS NOT NULL",
        }
    }

    /// The records, `r`, for a statement that walks through a range of numbers in order. SQLite keeps no figures of its tables, and would
    /// rather read all that an index gives of the tenant, and sort it.
    pub(crate) const fn records_by_number(self) -> &'static str {
        match self {
            Self::Sqlite => "record r NOT INDEXED",
            Self::Postgres => "record r",
        }
    }

    /// Adds the search row of a record: `?2` record number, `?3` title, `?4` body, as [`Dialect::search_text`] writes them.
    pub(crate) const fn search_insert(self) -> &'static str {
        match self {
            Self::Sqlite => "INSERT INTO search (rowid, title, body) SELECT ?2, ?3, ?4 WHERE ?1 = ?1",
            Self::Postgres => {
                "INSERT INTO search (tenant_no, record_no, title, body)
                 VALUES (?1, ?2, CAST(CAST(?3 AS TEXT) AS tsvector), CAST(CAST(?4 AS TEXT) AS tsvector))"
            }
        }
    }

    /// Takes the search row of a record, `?2`, away. (SQLite's is keyed by record alone; its number is unique over all tenants.)
    pub(crate) const fn search_delete(self) -> &'static str {
        match self {
            Self::Sqlite => "DELETE FROM search WHERE rowid = ?2 AND ?1 = ?1",
            Self::Postgres => "DELETE FROM search WHERE tenant_no = ?1 AND record_no = ?2",
        }
    }

    /// The tokens of a text as the engine takes them. PostgreSQL's carry the database, so that one database's search reads
    /// no other's entries.
    pub(crate) fn search_text(self, database: DatabaseNo, tokens: String) -> String {
        match self {
            Self::Sqlite => tokens,
            Self::Postgres => {
                tokens.split(' ').filter(|token| !token.is_empty()).fold(String::new(), |mut vector, token| {
                    vector.push_str(&lexeme(database, token));
                    vector.push(' ');
                    vector
                })
            }
        }
    }

    /// The records of `range` whose `column` contains the phrase, as the search index proposes them.
    pub(crate) fn search_source(
        self,
        column: SearchColumn,
        phrase: &Phrase,
        database: DatabaseNo,
        range: (i64, i64),
    ) -> SearchSource {
        let column = column.name();
        match self {
            Self::Sqlite => SearchSource {
                from_where: "FROM search s WHERE s.search MATCH {0} AND s.rowid BETWEEN {1} AND {2}".to_owned(),
                record_no: "s.rowid",
                exact: true,
                parameters: vec![format!("{column} : {}", phrase.fts5_query()).into(), range.0.into(), range.1.into()],
            },
            Self::Postgres => {
                let mark = if phrase.is_prefix() { ":*" } else { "" };
                let tokens: Vec<_> = phrase.tokens().iter().map(|token| lexeme(database, token) + mark).collect();
                SearchSource {
                    from_where: format!(
                        "FROM search s WHERE s.{column} @@ CAST(CAST({{0}} AS TEXT) AS tsquery) AND s.tenant_no = ?1
                         AND s.record_no BETWEEN {{1}} AND {{2}}"
                    ),
                    record_no: "s.record_no",
                    exact: phrase.is_exact_without_positions(),
                    parameters: vec![tokens.join(" & ").into(), range.0.into(), range.1.into()],
                }
            }
        }
    }
}

/// A lexeme of PostgreSQL. Tokens hold neither quotes nor backslashes: the tokenizer maps every ASCII sign away.
fn lexeme(database: DatabaseNo, token: &str) -> String {
    format!("'{database}:{token}'")
}
