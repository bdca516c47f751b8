//! The values that go into a statement and come out of a row: four kinds, the same on both engines.

use musubi_domain::error::{Error, Result};
use uuid::Uuid;

/// A value. Booleans are 0 and 1, moments microseconds, outside ids 16 bytes, days and documents text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        Self::Blob(id.as_bytes().to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row, read column by column from the left.
#[derive(Debug)]
pub struct Row {
    columns: std::vec::IntoIter<Value>,
    read: usize,
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// The value, or `None` where it is of another kind.
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(number) } else { None }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Blob(bytes) = value { Some(bytes) } else { None }
    }
}

impl FromValue for Uuid {
    fn from_value(value: Value) -> Option<Self> {
        Vec::from_value(value).and_then(|bytes| Self::from_slice(&bytes).ok())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl Row {
    pub(super) fn new(columns: Vec<Value>) -> Self {
        Self { columns: columns.into_iter(), read: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// Internal, where there is no further column or it is of another kind: statement and reader do not fit, or the
    /// database is damaged.
    pub fn take<T: FromValue>(&mut self) -> Result<T> {
        self.read += 1;
        self.columns.next().and_then(T::from_value).ok_or_else(|| {
            Error::internal(format!("column {} of a row is not {}", self.read, std::any::type_name::<T>()))
        })
    }
}
