//! SQL that is put together piece by piece.

use musubi_domain::error::Result;

use crate::db::{Row, Snapshot, Value};

/// A text of SQL that grows together with its parameters, which begin with `?2`.
#[derive(Debug, Default)]
pub(super) struct Sql {
    text: String,
    parameters: Vec<Value>,
}

impl Sql {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn bind(&mut self, value: impl Into<Value>) {
        self.parameters.push(value.into());
        self.text.push('?');
        self.text.push_str(&(self.parameters.len() + 1).to_string());
    }

    /// A list of values, the last one repeated up to a power of two: so there are few texts for the engines to prepare.
    pub(super) fn bind_list<T: Clone + Into<Value>>(&mut self, values: &[T]) {
        let Some(last) = values.last() else { return };
        let padding = padded(values.len()) - values.len();
        for (at, value) in values.iter().chain(std::iter::repeat_n(last, padding)).enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value.clone());
        }
    }

    /// `select` from what this gives, which is called `page` there. What `select` binds comes after what this binds.
    pub(super) fn wrapped(self, select: impl FnOnce(&mut Self)) -> Self {
        let mut outer = Self { text: String::new(), parameters: self.parameters };
        select(&mut outer);
        outer.push(" FROM (");
        outer.push(&self.text);
        outer.push(") page");
        outer
    }

    /// The rows that it gives. Its text, without the values, is in the log at `trace`: what a slow list asks can be looked at.
    pub(super) fn rows(&self, snapshot: &mut Snapshot<'_>) -> Result<Vec<Row>> {
        tracing::trace!(sql = self.text, "a list asks");
        snapshot.rows(&self.text, &self.parameters)
    }

    /// The one number that it gives.
    pub(super) fn number(&self, snapshot: &mut Snapshot<'_>) -> Result<Option<i64>> {
        self.rows(snapshot)?.into_iter().next().map(|mut row| row.take()).transpose()
    }
}

/// How many values stand in a list of so many.
pub(super) const fn padded(values: usize) -> usize {
    if values == 0 { 0 } else { values.next_power_of_two() }
}
