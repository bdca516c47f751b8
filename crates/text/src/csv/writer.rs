//! Rows into a file.

use std::fmt;
use std::io::{self, Write};

use crate::encoding::{BOM, Encoding};
use crate::sjis::{self, Substituted, Substitutions, Unmappable};

/// How a file is written.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// The encoding.
    pub encoding: Encoding,
    /// What stands between fields. Not a quote and not a line break.
    pub delimiter: char,
    /// What is written for characters that CP932 lacks. For CP932 only.
    pub substitutions: Substitutions,
    /// Writes a ' before fields that begin with = + - @, which spreadsheets take for formulas. For downloads that a person
    /// opens, never for another system: the field is another one then.
    pub guards_formulas: bool,
}

impl WriteOptions {
    /// Commas, no substitutions, every field as it is.
    #[must_use]
    pub const fn plain(encoding: Encoding) -> Self {
        Self { encoding, delimiter: ',', substitutions: Substitutions::none(), guards_formulas: false }
    }
}

/// Something about a field of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InField<T> {
    /// The field, from 0.
    pub field: usize,
    /// What; its position is that in the field.
    pub what: T,
}

/// Why a row was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The file cannot be written.
    Io(io::Error),
    /// Every character of the row that the encoding lacks. Nothing of the row was written, and writing may go on.
    Unmappable(Vec<InField<Unmappable>>),
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "the file cannot be written: {error}"),
            Self::Unmappable(characters) => {
                write!(formatter, "{} characters are not in the encoding", characters.len())
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Unmappable(_) => None,
        }
    }
}

/// Writes rows by RFC 4180: CRLF behind each, and quotes around the fields that need them. One write per row, so the
/// target should be buffered.
pub struct RowWriter<W> {
    target: W,
    options: WriteOptions,
    row: Vec<u8>,
}

impl<W: Write> RowWriter<W> {
    /// Begins a file, with a byte order mark where the encoding has one.
    ///
    /// # Errors
    /// Those of the target.
    pub fn new(mut target: W, options: WriteOptions) -> io::Result<Self> {
        if options.encoding == Encoding::Utf8Bom {
            target.write_all(BOM)?;
        }
        Ok(Self { target, options, row: Vec::new() })
    }

    /// Writes a row of at least one field; what was replaced in it is told.
    ///
    /// # Errors
    /// Those of the target, and the characters that the encoding lacks.
    pub fn write_row(
        &mut self,
        fields: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<InField<Substituted>>, WriteError> {
        self.row.clear();
        let (mut substituted, mut unmappable) = (Vec::new(), Vec::new());
        let mut count = 0;
        for (number, field) in fields.into_iter().enumerate() {
            if number > 0 {
                self.row.extend(self.options.delimiter.encode_utf8(&mut [0; 4]).bytes());
            }
            let told = |what| InField { field: number, what };
            match self.write_field(field.as_ref()) {
                Ok(replaced) => substituted.extend(replaced.into_iter().map(told)),
                Err(lacking) => unmappable.extend(lacking.into_iter().map(|what| InField { field: number, what })),
            }
            count = number + 1;
        }
        if !unmappable.is_empty() {
            return Err(WriteError::Unmappable(unmappable));
        }
        // A row of one empty field would be a blank line.
        if count == 1 && self.row.is_empty() {
            self.row.extend(b"\"\"");
        }
        self.row.extend(b"\r\n");
        self.target.write_all(&self.row).map_err(WriteError::Io)?;
        Ok(substituted)
    }

    /// The target, with everything written to it.
    ///
    /// # Errors
    /// Those of the target.
    pub fn finish(mut self) -> io::Result<W> {
        self.target.flush()?;
        Ok(self.target)
    }

    /// Appends a field to the row.
    fn write_field(&mut self, field: &str) -> Result<Vec<Substituted>, Vec<Unmappable>> {
        let guard = if self.options.guards_formulas && field.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
        let is_quoted = self.needs_quotes(field);
        let written =
            if is_quoted { format!("\"{guard}{}\"", field.replace('"', "\"\"")) } else { format!("{guard}{field}") };
        if self.options.encoding != Encoding::Cp932 {
            self.row.extend(written.bytes());
            return Ok(Vec::new());
        }
        // Encoded as it is for the positions, which quotes and guard would shift, and once more where they are written.
        let encoded = sjis::encode(field, &self.options.substitutions)?;
        if guard.is_empty() && !is_quoted {
            self.row.extend(encoded.bytes);
        } else {
            self.row.extend(sjis::encode(&written, &self.options.substitutions)?.bytes);
        }
        Ok(encoded.substituted)
    }

    /// Quotes, delimiters and line breaks; and U+FEFF, which at the beginning of a file would be taken for its mark.
    fn needs_quotes(&self, field: &str) -> bool {
        let delimiter = self.options.delimiter;
        field.contains([delimiter, '"', '\r', '\n', '\u{FEFF}'])
    }
}
