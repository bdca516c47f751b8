//! One connection: prepared statements kept, values encoded by the server's type, failures told apart.

use std::collections::HashMap;
use std::error::Error as _;
use std::ops::ControlFlow;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use postgres::{Client, Statement};

use super::super::failure::Failure;
use super::super::value::{Row, Value};

/// Statements that a connection keeps prepared.
const PREPARED: usize = 500;

/// A connection while it lives.
pub(in crate::db) struct Session {
    client: Client,
    prepared: HashMap<String, Statement>,
    /// Something went wrong with the connection itself.
    broken: bool,
}

/// What the engine says, with the words of the database.
pub(super) type Told<T> = Result<T, (Failure, String)>;

impl Session {
    pub(super) fn new(client: Client) -> Told<Self> {
        let mut session = Self { client, prepared: HashMap::new(), broken: false };
        // Who holds a transaction and does nothing is frozen or gone; others wait for what he holds.
        session.command("SET timezone = 'UTC'; SET jit = off; SET idle_in_transaction_session_timeout = '30s'")?;
        Ok(session)
    }

    /// Runs commands that have no parameters and give no rows.
    pub(in crate::db) fn command(&mut self, sql: &str) -> Told<()> {
        let done = self.client.batch_execute(sql);
        self.told(done, sql)
    }

    /// Begins a transaction. Where the commands fail halfway there is none.
    pub(super) fn begin(&mut self, sql: &str) -> Told<()> {
        self.command(sql).inspect_err(|_| self.broken = true)
    }

    pub(in crate::db) fn query(&mut self, sql: &str, parameters: &[Value]) -> Told<Vec<Row>> {
        let statement = self.prepare(sql)?;
        let parameters: Vec<&(dyn ToSql + Sync)> =
            parameters.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let found = self.client.query(&statement, &parameters);
        let read = self.told(found, sql)?.iter().map(read).collect();
        self.told(read, sql)
    }

    pub(in crate::db) fn each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        take: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Told<()> {
        let statement = self.prepare(sql)?;
        let done = self.client.query_raw(&statement, parameters).and_then(|mut rows| {
            while let Some(row) = rows.next()? {
                if take(read(&row)?).is_break() {
                    break;
                }
            }
            Ok(())
        });
        self.told(done, sql)
    }

    pub(in crate::db) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Told<u64> {
        let statement = self.prepare(sql)?;
        let parameters: Vec<&(dyn ToSql + Sync)> =
            parameters.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let done = self.client.execute(&statement, &parameters);
        self.told(done, sql)
    }

    /// Waits for a notification; whether one came.
    pub(super) fn wait_for_notification(&mut self, patience: Duration) -> Told<bool> {
        let next = self.client.notifications().timeout_iter(patience).next();
        self.told(next, "LISTEN").map(|found| found.is_some())
    }

    pub(super) fn is_lost(&self) -> bool {
        self.broken || self.client.is_closed()
    }

    /// A failure as the product knows it. What the server did not report by itself leaves the connection in doubt: it is
    /// made anew.
    fn told<T>(&mut self, done: Result<T, postgres::Error>, sql: &str) -> Told<T> {
        done.map_err(|error| {
            let failure = failure(&error);
            self.broken |= failure == Failure::Lost || error.code().is_none();
            let statement = sql.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
            (failure, format!("{} [{statement}]", words(&error)))
        })
    }

    fn prepare(&mut self, sql: &str) -> Told<Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.client.prepare(&with_dollars(sql));
        let statement = self.told(prepared, sql)?;
        if self.prepared.len() >= PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// `?1` of our texts as `$1` of PostgreSQL's. Quoted text is left alone. (`$1` would be a *name* to SQLite, numbered by first appearance.)
pub(in crate::db) fn with_dollars(sql: &str) -> String {
    let mut quoted = false;
    sql.chars()
        .map(|sign| {
            quoted ^= sign == '\'';
            if sign == '?' && !quoted { '$' } else { sign }
        })
        .collect()
}

fn read(row: &postgres::Row) -> Result<Row, postgres::Error> {
    let mut values = Vec::with_capacity(row.len());
    for (at, column) in row.columns().iter().enumerate() {
        let kind = column.type_();
        values.push(if *kind == Type::INT8 {
            row.try_get::<_, Option<i64>>(at)?.into()
        } else if *kind == Type::INT4 {
            row.try_get::<_, Option<i32>>(at)?.map(i64::from).into()
        } else if *kind == Type::BOOL {
            row.try_get::<_, Option<bool>>(at)?.into()
        } else if *kind == Type::VOID {
            Value::Null
        } else if *kind == Type::BYTEA {
            row.try_get::<_, Option<Vec<u8>>>(at)?.into()
        } else if *kind == Type::JSON {
            row.try_get::<_, Option<Json>>(at)?.map(|json| json.0).into()
        } else {
            row.try_get::<_, Option<String>>(at)?.into()
        });
    }
    Ok(Row::new(values))
}

/// The text of a `json` column, as it was stored.
struct Json(String);

impl<'a> postgres::types::FromSql<'a> for Json {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?.to_owned()))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::JSON
    }
}

/// Encodes by the type that the server expects: a number for bigint or integer, a text for text or json.
impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Integer(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Text(text) if *kind == Type::TEXT || *kind == Type::VARCHAR => text.to_sql(kind, out),
            Self::Text(text) if *kind == Type::JSON => text.to_sql(&Type::TEXT, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            _ => Err(format!("a value cannot be sent as {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// The error's words, with those of what it came from.
pub(super) fn words(error: &postgres::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

/// What a failure of PostgreSQL means.
fn failure(error: &postgres::Error) -> Failure {
    let Some(state) = error.code() else {
        // Without a word of the server: the connection, or a value of ours that is not of the column's type.
        let is_gone = error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        return if is_gone { Failure::Lost } else { Failure::Other };
    };
    if *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED {
        return Failure::Collision;
    }
    if *state == SqlState::QUERY_CANCELED {
        return Failure::TooLong;
    }
    match state.code().get(..2) {
        // Disk full, and other resources that run out.
        Some("53") if *state != SqlState::TOO_MANY_CONNECTIONS => Failure::Full,
        // Connection exceptions, too many connections, the operator's shutdown, a read-only standby after failover.
        Some("08" | "53" | "57" | "25") => Failure::Lost,
        _ => Failure::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_rewritten_and_quoted_text_is_not() {
        assert_eq!(
            with_dollars("SELECT ?2, '?1', ?1 WHERE a = 'it''s ?' AND b = ?10"),
            "SELECT $2, '?1', $1 WHERE a = 'it''s ?' AND b = $10"
        );
    }
}
