//! What a closure is given to work with: reads by key, any reads, or a transaction.
//!
//! Each holds the tenant: it is bound as `?1` of every statement, so that a query without a tenant does not compile. The
//! queries that cannot have one (which tenant does this host name, whose is this token, which jobs are due) have a type of
//! their own, [`Unscoped`].

use std::ops::{ControlFlow, Deref, DerefMut};
use std::sync::Arc;
use std::time::Instant;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::{Event, Operation};
use musubi_domain::id::{Ids, TenantNo};
use musubi_domain::limits;
use uuid::Uuid;

use super::dialect::Dialect;
use super::failure::Failure;
use super::postgres::Session;
use super::statement::Point;
use super::value::{Row, Value};
use crate::seal::Entry;

/// A connection of one of the engines, while it is lent to a closure.
pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

/// The connection and what became of it.
pub(crate) struct Lent<'a> {
    connection: Connection<'a>,
    /// The first failure, with the words of the database.
    failure: Option<(Failure, String)>,
    deadline: Option<Instant>,
}

impl<'a> Lent<'a> {
    pub(super) fn new(connection: Connection<'a>, deadline: Option<Instant>) -> Self {
        Self { connection, failure: None, deadline }
    }

    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failure.as_ref().map(|(failure, _)| *failure)
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        self.run(parameters, |connection| match connection {
            Connection::Sqlite(sqlite) => super::sqlite::query(sqlite, sql, parameters),
            Connection::Postgres(session) => session.query(sql, parameters),
        })
    }

    /// Hands over row by row, until there is none left or the taker has enough.
    fn each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        take: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut refused = None;
        let mut guarded = |row| {
            take(row).unwrap_or_else(|error| {
                refused = Some(error);
                ControlFlow::Break(())
            })
        };
        self.run(parameters, |connection| match connection {
            Connection::Sqlite(sqlite) => super::sqlite::each(sqlite, sql, parameters, &mut guarded),
            Connection::Postgres(session) => session.each(sql, parameters, &mut guarded),
        })?;
        refused.map_or(Ok(()), Err)
    }

    pub(crate) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        self.run(parameters, |connection| match connection {
            Connection::Sqlite(sqlite) => super::sqlite::execute(sqlite, sql, parameters),
            Connection::Postgres(session) => session.execute(sql, parameters),
        })
    }

    /// Runs a statement and keeps its failure in mind: a store error ends the closure, whatever the closure makes of it.
    fn run<T>(
        &mut self,
        parameters: &[Value],
        work: impl FnOnce(&mut Connection<'a>) -> std::result::Result<T, (Failure, String)>,
    ) -> Result<T> {
        if self.failure.is_some() {
            return Err(Error::internal("a statement after one that failed"));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            return Err(self.fail(Failure::TooLong, "the read took longer than it may".to_owned()));
        }
        // PostgreSQL cannot store it, and what C reads of SQLite ends there.
        if parameters.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
            return Err(self.fail(Failure::Other, "a text with U+0000 came as far as the database".to_owned()));
        }
        work(&mut self.connection).map_err(|(failure, cause)| self.fail(failure, cause))
    }

    /// The moment by the clock of the database, in microseconds, which all who share it go by; `None` where one process has
    /// the database to itself.
    fn clock(&mut self) -> Result<Option<i64>> {
        let Some(sql) = self.dialect().clock() else { return Ok(None) };
        self.query(sql, &[])?.into_iter().next().map(|mut row| row.take()).transpose()
    }

    fn fail(&mut self, failure: Failure, cause: String) -> Error {
        let error = failure.error(cause.as_str());
        self.failure = Some((failure, cause));
        error
    }
}

/// Reads by key without a tenant: for the questions that come before there is one, and for what is due among all of them.
pub struct Unscoped<'a> {
    pub(super) lent: Lent<'a>,
}

impl Unscoped<'_> {
    /// The rows of a statement that reads by key. Its parameters begin with `?1`.
    ///
    /// # Errors
    /// What the database says.
    pub fn point(&mut self, point: &Point, parameters: &[Value]) -> Result<Vec<Row>> {
        self.lent.query(point.sql(), parameters)
    }

    /// The moment by the clock of the database, in microseconds; `None` where one process has the database to itself.
    pub(crate) fn clock(&mut self) -> Result<Option<i64>> {
        self.lent.clock()
    }
}

/// Reads by key within one tenant.
pub struct Keyed<'a> {
    pub(super) lent: Lent<'a>,
    tenant: TenantNo,
}

impl<'a> Keyed<'a> {
    pub(super) const fn new(lent: Lent<'a>, tenant: TenantNo) -> Self {
        Self { lent, tenant }
    }

    /// The tenant that every statement is held to.
    #[must_use]
    pub const fn tenant(&self) -> TenantNo {
        self.tenant
    }

    /// The engine's dialect.
    pub(crate) fn dialect(&self) -> Dialect {
        self.lent.dialect()
    }

    /// The rows of a statement that reads by key. `?1` is the tenant, the parameters begin with `?2`.
    ///
    /// # Errors
    /// What the database says; Internal where the statement gives more rows than a read by key may.
    pub fn point(&mut self, point: &Point, parameters: &[Value]) -> Result<Vec<Row>> {
        let rows = self.query(point.sql(), parameters)?;
        if rows.len() > limits::POINT_ROWS {
            return Err(Error::internal(format!("a read by key gave {} rows: {}", rows.len(), point.sql())));
        }
        Ok(rows)
    }

    /// The first row of a statement that reads by key.
    ///
    /// # Errors
    /// What the database says.
    pub fn point_one(&mut self, point: &Point, parameters: &[Value]) -> Result<Option<Row>> {
        Ok(self.point(point, parameters)?.into_iter().next())
    }

    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        self.lent.query(sql, &self.with_tenant(parameters))
    }

    fn with_tenant(&self, parameters: &[Value]) -> Vec<Value> {
        let mut all = Vec::with_capacity(parameters.len() + 1);
        all.push(Value::Integer(self.tenant.0));
        all.extend_from_slice(parameters);
        all
    }
}

/// Any reads within one tenant, all of the same moment on SQLite.
pub struct Snapshot<'a> {
    keyed: Keyed<'a>,
}

impl<'a> Snapshot<'a> {
    pub(super) const fn new(keyed: Keyed<'a>) -> Self {
        Self { keyed }
    }

    /// The rows of a statement. `?1` is the tenant, the parameters begin with `?2`.
    ///
    /// # Errors
    /// What the database says; Busy where it took longer than it may.
    pub fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        self.keyed.query(sql, parameters)
    }

    /// The rows of a statement one by one, as many as `take` wants: for what is too much to be held at once.
    ///
    /// # Errors
    /// What the database or `take` says; Busy where it took longer than it may.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut take: impl FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let all = self.keyed.with_tenant(parameters);
        self.keyed.lent.each(sql, &all, &mut take)
    }
}

impl<'a> Deref for Snapshot<'a> {
    type Target = Keyed<'a>;

    fn deref(&self) -> &Keyed<'a> {
        &self.keyed
    }
}

impl<'a> DerefMut for Snapshot<'a> {
    fn deref_mut(&mut self) -> &mut Keyed<'a> {
        &mut self.keyed
    }
}

/// A transaction within one tenant. It carries the context, so that the two cannot differ.
pub struct Tx<'a> {
    snapshot: Snapshot<'a>,
    context: Arc<Context>,
    ids: Ids,
    pub(super) entries: Vec<Entry>,
    pub(super) raised: Vec<(TenantNo, i64)>,
    pub(super) jobs: bool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(lent: Lent<'a>, context: Arc<Context>) -> Self {
        let snapshot = Snapshot::new(Keyed::new(lent, context.tenant));
        let ids = context.ids();
        Self { snapshot, context, ids, entries: Vec::new(), raised: Vec::new(), jobs: false }
    }

    /// The context of the request.
    #[must_use]
    pub const fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// The next id: the same ids in the same order on every try.
    pub fn next_id(&mut self) -> Uuid {
        self.ids.next_id()
    }

    /// Runs a statement that writes and gives the number of rows that it touched.
    ///
    /// # Errors
    /// What the database says.
    pub fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        let all = self.snapshot.keyed.with_tenant(parameters);
        self.snapshot.keyed.lent.execute(sql, &all)
    }

    /// Takes note of what happened to a record. It gets its number when the order of commits is known.
    ///
    /// # Errors
    /// What the database says.
    pub fn record_event(&mut self, event: &Event) -> Result<()> {
        let entry = Entry::event(self.next_id(), &self.context, event);
        self.append(entry)
    }

    /// Takes note of what somebody did.
    ///
    /// # Errors
    /// What the database says.
    pub fn record_operation(&mut self, operation: &Operation) -> Result<()> {
        let entry = Entry::operation(self.next_id(), &self.context, operation);
        self.append(entry)
    }

    /// The failure of a statement, if one failed.
    pub(super) fn lent_failure(&self) -> Option<Failure> {
        self.snapshot.keyed.lent.failure()
    }

    /// The same with the words of the database.
    pub(super) fn take_failure(&mut self) -> Option<(Failure, String)> {
        self.snapshot.keyed.lent.failure.take()
    }

    /// The moment by the clock of the database, in microseconds; `None` where one process has the database to itself.
    pub(crate) fn clock(&mut self) -> Result<Option<i64>> {
        self.snapshot.keyed.lent.clock()
    }

    /// Wakes whoever does jobs, once this is committed.
    pub(crate) const fn announce_job(&mut self) {
        self.jobs = true;
    }

    fn append(&mut self, entry: Entry) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            return crate::seal::insert_pending(self, &entry);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Raises the tenant's epoch: what is cached of it is worthless from the commit on.
    ///
    /// # Errors
    /// What the database says.
    pub fn raise_epoch(&mut self) -> Result<()> {
        let rows = self.rows(
            "INSERT INTO tenant_epoch (tenant_no, epoch) VALUES (?1, 1)
             ON CONFLICT (tenant_no) DO UPDATE SET epoch = tenant_epoch.epoch + 1 RETURNING epoch",
            &[],
        )?;
        for mut row in rows {
            let epoch = row.take()?;
            self.raised.push((self.context.tenant, epoch));
        }
        let notify = self.dialect().notify_epoch();
        if let Some(sql) = notify {
            self.rows(sql, &[])?;
        }
        Ok(())
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Snapshot<'a>;

    fn deref(&self) -> &Snapshot<'a> {
        &self.snapshot
    }
}

impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Snapshot<'a> {
        &mut self.snapshot
    }
}
