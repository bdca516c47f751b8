//! Tables as text (CSV), in and out, row by row: [`RowReader`] for imports, [`RowWriter`] for downloads and linkages. It
//! knows fields, quotes and lines; what a column means, and what becomes of a row that is refused, its callers know.
//!
//! # In
//!
//! RFC 4180, and what comes from Excel, old systems and Macs: any of the three encodings, found out if not given; a byte
//! order mark; CRLF, LF or CR behind a row, mixed too; line breaks within quotes; quotes within a field that does not
//! begin with one. Lines without a character are no rows. A row with too many or too few fields, or with text behind a
//! closing quote, is handed over as refused, and reading goes on. A quote that is never closed would swallow what follows
//! it, so it is an error, as are fields and rows over a bound and bytes that are no text. Memory stays flat: one chunk
//! and one row.
//!
//! # Going on later
//!
//! [`RowReader::position`] is where the next row begins: the byte in the file, the line, and what was found out of the
//! file. Open the file again, seek to [`Position::offset`], and hand both to [`RowReader::resume`]: the rows are the same
//! as without the pause.
//!
//! # Why rows are split here
//!
//! The `csv` crate holds a row of any length, counts lines by LF alone, and does not say that a quote was never closed or
//! where in the file a row begins. It stands beside the tests as a second opinion.

mod reader;
mod splitter;
mod writer;

#[cfg(test)]
mod tests;

pub use reader::{CsvError, Fault, FieldCount, Position, ReadOptions, Reading, Row, RowReader};
pub use writer::{InField, RowWriter, WriteError, WriteOptions};

/// How much a row may hold. Lengths are in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// One field.
    pub field_characters: usize,
    /// One row, with its delimiters and quotes; so a row has no more fields than this.
    pub row_characters: usize,
}

/// 100,000 characters in a field, a million in a row.
impl Default for Bounds {
    fn default() -> Self {
        Self { field_characters: 100_000, row_characters: 1_000_000 }
    }
}
