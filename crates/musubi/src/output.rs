//! The only door to standard output and standard error: lines, JSON, aligned tables.

use std::io::{self, IsTerminal as _, Write as _};

use musubi_domain::messages::Locale;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::language::choose;

/// Standard output and error, in the language of whoever reads them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    locale: Locale,
}

/// What stands in a table where there is no value.
const NOTHING: &str = "-";

/// A column of a sheet: its member name in JSON, its heading in Japanese and English.
pub(crate) type Column = (&'static str, &'static str, &'static str);

impl Output {
    /// Output in this language.
    pub(crate) const fn new(locale: Locale) -> Self {
        Self { locale }
    }

    /// The language.
    pub(crate) const fn locale(self) -> Locale {
        self.locale
    }

    /// The one of two texts that is in the language.
    pub(crate) const fn choose<'t>(self, ja: &'t str, en: &'t str) -> &'t str {
        choose(self.locale, ja, en)
    }

    /// Writes a text and a line break to standard output; it is there when this returns.
    pub(crate) fn line(self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let written =
            stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush());
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ReaderGone,
            _ => Failure::plain(
                format!("標準出力に書き込めません ({error})"),
                format!("standard output cannot be written ({error})"),
            ),
        })
    }

    /// Writes what went wrong to standard error, one line. Where that fails too there is nobody left to tell.
    pub(crate) fn error(self, text: &str) {
        self.error_page(&format!("musubi: {text}\n"));
    }

    /// Writes a text to standard error as it is.
    pub(crate) fn error_page(self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Whether a person watches standard error.
    pub(crate) fn is_watched(self) -> bool {
        io::stderr().is_terminal()
    }

    /// Shows how far something has come: on a terminal in one place, which the next call writes over; elsewhere on a line.
    pub(crate) fn progress(self, text: &str) {
        let line = if self.is_watched() { format!("\r\x1b[K{text}") } else { format!("{text}\n") };
        self.error_page(&line);
    }

    /// Writes a value as JSON.
    pub(crate) fn json(self, value: &Value) -> Result<(), Failure> {
        self.line(&format!("{value:#}"))
    }

    /// Writes rows: an array of objects, or an aligned table.
    pub(crate) fn rows(self, columns: &[Column], rows: &[Vec<Value>], json: bool) -> Result<(), Failure> {
        if json {
            return self.json(&rows.iter().map(|row| object(columns, row)).collect());
        }
        let heading = columns.iter().map(|(_, ja, en)| self.choose(ja, en).to_owned()).collect();
        let cells = rows.iter().map(|row| row.iter().map(|value| self.cell(value)).collect());
        self.line(&aligned(&std::iter::once(heading).chain(cells).collect::<Vec<_>>()))
    }

    /// Writes one thing: an object on one line, or a line for each of its members.
    pub(crate) fn one(self, columns: &[Column], row: &[Value], json: bool) -> Result<(), Failure> {
        if json {
            return self.line(&object(columns, row).to_string());
        }
        let line = |((_, ja, en), value): (&Column, &Value)| vec![self.choose(ja, en).to_owned(), self.cell(value)];
        self.line(&aligned(&columns.iter().zip(row).map(line).collect::<Vec<_>>()))
    }

    /// A value as a person reads it in a table.
    fn cell(self, value: &Value) -> String {
        match value {
            Value::Null => NOTHING.to_owned(),
            Value::String(text) if text.is_empty() => NOTHING.to_owned(),
            Value::Array(values) if values.is_empty() => NOTHING.to_owned(),
            Value::Bool(true) => self.choose("はい", "yes").to_owned(),
            Value::Bool(false) => self.choose("いいえ", "no").to_owned(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect(),
            Value::Array(values) => values.iter().map(|value| self.cell(value)).collect::<Vec<_>>().join(", "),
            Value::Object(_) => value.to_string(),
        }
    }
}

fn object(columns: &[Column], row: &[Value]) -> Value {
    Value::Object(
        columns.iter().zip(row).map(|((name, ..), value)| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>(),
    )
}

/// Rows as lines whose columns begin at the same place.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width_of =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width_of).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, most)| format!("{cell}{}", " ".repeat(most - width(cell))));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How many places of a terminal a text takes.
fn width(text: &str) -> usize {
    text.chars().map(places).sum()
}

/// How many places of a terminal a character takes: 2 for what Unicode calls wide and full-width (UAX 11), 0 for marks
/// that stand on the character before them.
fn places(character: char) -> usize {
    match character {
        '\u{300}'..='\u{36F}'
        | '\u{3099}'
        | '\u{309A}'
        | '\u{200B}'..='\u{200F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0100}'..='\u{E01EF}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{303E}'
        | '\u{3041}'..='\u{A4CF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE10}'..='\u{FE19}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF01}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1F64F}'
        | '\u{1F680}'..='\u{1F6FF}'
        | '\u{1F900}'..='\u{1F9FF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_characters_take_two_places() {
        for (text, places) in [
            ("", 0),
            ("abc", 3),
            ("営業部", 6),
            ("ｶﾅ", 2),
            ("Ａ１", 4),
            ("か\u{3099}", 2),
            ("、。「」", 8),
            ("𠮷野家", 6),
            ("¥1,000", 6),
        ] {
            assert_eq!(width(text), places, "{text}");
        }
    }

    #[test]
    fn columns_begin_at_the_same_place() {
        let rows = [vec!["name", "mail"], vec!["山田 太郎", "a@example.com"], vec!["b", ""]];
        let rows = rows.map(|row| row.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(aligned(&rows), "name       mail\n山田 太郎  a@example.com\nb");
        assert_eq!(aligned(&[]), "");
    }

    #[test]
    fn cells_read_well_in_both_languages_and_cannot_steer_a_terminal() {
        let (ja, en) = (Output::new(Locale::Ja), Output::new(Locale::En));
        assert_eq!((ja.cell(&true.into()), en.cell(&false.into())), ("はい".to_owned(), "no".to_owned()));
        assert_eq!(en.cell(&serde_json::json!(["a", "b"])), "a, b");
        assert_eq!(en.cell(&"x\u{1b}[31m\ny".into()), "x [31m y");
        for nothing in [Value::Null, "".into(), serde_json::json!([])] {
            assert_eq!(en.cell(&nothing), "-");
        }
    }
}
