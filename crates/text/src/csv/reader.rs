//! Rows out of a file.

use std::fmt;
use std::io::{self, Read};

use super::Bounds;
use super::splitter::{Excess, Fields, Splitter, Step};
use crate::encoding::{Decoder, Encoding, Undecodable};

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The encoding; none: it is found out.
    pub encoding: Option<Encoding>,
    /// What stands between fields. Not a quote and not a line break.
    pub delimiter: char,
    /// How many fields a row must have.
    pub fields: FieldCount,
    /// How much a row may hold.
    pub bounds: Bounds,
}

/// Commas, an encoding to be found out, as many fields as the first row has.
impl Default for ReadOptions {
    fn default() -> Self {
        Self { encoding: None, delimiter: ',', fields: FieldCount::OfFirstRow, bounds: Bounds::default() }
    }
}

/// How many fields a row must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldCount {
    /// Any number.
    Any,
    /// As many as the first row.
    OfFirstRow,
    /// This many.
    Exactly(usize),
}

/// Where the next row begins, and what is known of the file: enough to go on later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The first byte of the row, or of line breaks before it, from 0 at the beginning of the file.
    pub offset: u64,
    /// Its line, from 1.
    pub line: u64,
    /// The encoding, as far as it is known.
    pub encoding: Option<Encoding>,
    /// How many fields the rows must have, if that is known.
    pub fields: Option<usize>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line it begins on, from 1, as an editor counts: line breaks within quotes are counted too.
    pub line: u64,
    /// Its fields; at least one.
    pub fields: Vec<String>,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A row.
    Row(Row),
    /// A row that is to be reported and not used.
    Refused(Row, Fault),
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too many or too few fields.
    FieldCount {
        /// How many there should be.
        expected: usize,
    },
    /// Text behind a closing quote: `"山田"商事`. Where the field was meant to end is not known.
    Misquoted,
}

/// Why reading ended before the end of the file.
#[derive(Debug)]
pub enum CsvError {
    /// The file cannot be read.
    Io(io::Error),
    /// Bytes that are no text.
    Undecodable {
        /// Which.
        bytes: Undecodable,
        /// The line they are on.
        line: u64,
    },
    /// A field over the bound.
    FieldTooLong {
        /// The line on which its row begins.
        line: u64,
    },
    /// A row over the bound.
    RowTooLong {
        /// The line on which it begins.
        line: u64,
    },
    /// The file ends within quotes.
    UnclosedQuote {
        /// The line on which the row begins.
        line: u64,
    },
}

impl fmt::Display for CsvError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "the file cannot be read: {error}"),
            Self::Undecodable { bytes, line } => write!(formatter, "line {line}: {bytes}"),
            Self::FieldTooLong { line } => write!(formatter, "line {line}: a field is too long"),
            Self::RowTooLong { line } => write!(formatter, "line {line}: the row is too long"),
            Self::UnclosedQuote { line } => write!(formatter, "line {line}: a quote is not closed"),
        }
    }
}

impl std::error::Error for CsvError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Undecodable { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}

/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// Reads rows. See the module [`super`].
pub struct RowReader<R> {
    source: R,
    chunk: Vec<u8>,
    decoder: Decoder,
    /// Text that has been decoded, up to the end of a chunk; `taken` bytes of it are in the splitter.
    text: String,
    taken: usize,
    splitter: Splitter,
    fields: FieldCount,
    cursor: Cursor,
    /// The line of the row that the splitter is in.
    row_line: u64,
    /// Bytes that are no text, behind the text that has been decoded.
    undecodable: Option<Undecodable>,
    is_at_end: bool,
    is_over: bool,
}

impl<R: Read> RowReader<R> {
    /// Reads a file from its beginning.
    pub fn new(source: R, options: ReadOptions) -> Self {
        let beginning = Position { offset: 0, line: 1, encoding: options.encoding, fields: None };
        Self::resume(source, options, beginning)
    }

    /// Goes on with a file that stands at `position.offset` already. What the position says of the file goes before the
    /// options.
    pub fn resume(source: R, options: ReadOptions, position: Position) -> Self {
        let encoding = position.encoding.or(options.encoding);
        Self {
            source,
            chunk: vec![0; CHUNK],
            decoder: Decoder::resuming(encoding, position.offset),
            text: String::new(),
            taken: 0,
            splitter: Splitter::new(options.delimiter, options.bounds),
            fields: position.fields.map_or(options.fields, FieldCount::Exactly),
            cursor: Cursor { offset: position.offset, line: position.line, is_after_return: false },
            row_line: position.line,
            undecodable: None,
            is_at_end: false,
            is_over: false,
        }
    }

    /// The next row; none at the end of the file, and after an error.
    ///
    /// # Errors
    /// What ends the reading, see [`CsvError`].
    pub fn next_row(&mut self) -> Result<Option<Reading>, CsvError> {
        if self.is_over {
            return Ok(None);
        }
        let outcome = self.read_row();
        self.is_over = !matches!(outcome, Ok(Some(_)));
        outcome
    }

    /// Where the next row begins.
    #[must_use]
    pub fn position(&self) -> Position {
        let fields = match self.fields {
            FieldCount::Exactly(count) => Some(count),
            FieldCount::Any | FieldCount::OfFirstRow => None,
        };
        Position {
            offset: self.cursor.offset + self.decoder.mark_length(),
            line: self.cursor.line,
            encoding: self.decoder.encoding(),
            fields,
        }
    }

    fn read_row(&mut self) -> Result<Option<Reading>, CsvError> {
        loop {
            if self.splitter.is_before_row() {
                self.row_line = self.cursor.line;
            }
            let rest = self.text.split_at(self.taken).1;
            let (length, step) = self.splitter.feed(rest).map_err(|excess| self.error_of(excess))?;
            self.pass(length);
            match step {
                Step::Row => return Ok(Some(self.take_row())),
                Step::Blank => continue,
                Step::More => {}
            }
            if let Some(bytes) = self.undecodable {
                return Err(CsvError::Undecodable { bytes, line: self.cursor.line });
            }
            if self.is_at_end {
                let is_row = self.splitter.finish().map_err(|excess| self.error_of(excess))?;
                return Ok(is_row.then(|| self.take_row()));
            }
            self.fill()?;
        }
    }

    /// Reads and decodes a chunk; all text before it has been taken.
    fn fill(&mut self) -> Result<(), CsvError> {
        self.text.clear();
        self.taken = 0;
        let length = loop {
            match self.source.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome.map_err(CsvError::Io)?,
            }
        };
        self.is_at_end = length == 0;
        let bytes = self.chunk.get(..length).unwrap_or_default();
        let outcome = match self.is_at_end {
            true => self.decoder.finish(&mut self.text),
            false => self.decoder.decode(bytes, &mut self.text),
        };
        self.undecodable = outcome.err();
        Ok(())
    }

    /// Counts the next bytes of the text as taken.
    fn pass(&mut self, length: usize) {
        let passed = self.text.split_at(self.taken).1.split_at(length).0;
        // As long as the encoding is not known there is only ASCII, which has the same length in each.
        self.cursor.pass(passed, self.decoder.encoding().unwrap_or(Encoding::Utf8));
        self.taken += length;
    }

    fn take_row(&mut self) -> Reading {
        let Fields { fields, is_misquoted } = self.splitter.take();
        if self.fields == FieldCount::OfFirstRow {
            self.fields = FieldCount::Exactly(fields.len());
        }
        let count = fields.len();
        let row = Row { line: self.row_line, fields };
        match self.fields {
            _ if is_misquoted => Reading::Refused(row, Fault::Misquoted),
            FieldCount::Exactly(expected) if expected != count => Reading::Refused(row, Fault::FieldCount { expected }),
            _ => Reading::Row(row),
        }
    }

    fn error_of(&self, excess: Excess) -> CsvError {
        let line = self.row_line;
        match excess {
            Excess::Field => CsvError::FieldTooLong { line },
            Excess::Row => CsvError::RowTooLong { line },
            Excess::UnclosedQuote => CsvError::UnclosedQuote { line },
        }
    }
}

/// Counts bytes of the file and lines.
struct Cursor {
    /// Without a byte order mark.
    offset: u64,
    line: u64,
    is_after_return: bool,
}

impl Cursor {
    fn pass(&mut self, text: &str, encoding: Encoding) {
        for character in text.chars() {
            self.offset += u64::try_from(encoding.length_of(character)).unwrap_or_default();
            let is_second_half = character == '\n' && self.is_after_return;
            self.line += u64::from(matches!(character, '\r' | '\n') && !is_second_half);
            self.is_after_return = character == '\r';
        }
    }
}
