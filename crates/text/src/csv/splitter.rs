//! Text in, fields out: the state between two characters of a table. It takes text in pieces of any size and ends its
//! step with each row.

use super::Bounds;

/// Splits text into rows.
pub(super) struct Splitter {
    delimiter: char,
    bounds: Bounds,
    state: State,
    field: String,
    field_characters: usize,
    row_characters: usize,
    fields: Vec<String>,
    is_misquoted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a row.
    Row,
    /// Before a field of a row that has begun.
    Field,
    /// In a field without quotes.
    Bare,
    /// Within quotes.
    Quoted,
    /// Behind a quote within quotes: the last one, or the first of two.
    Quote,
    /// Behind the CR that ends a row: an LF belongs to it.
    Return,
}

/// What came of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All of it is in; the row is not at its end.
    More,
    /// Line breaks before a row.
    Blank,
    /// The row is complete.
    Row,
}

/// Why a row cannot be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    Field,
    Row,
    UnclosedQuote,
}

/// The fields of a row, and whether text stood behind a closing quote.
pub(super) struct Fields {
    pub(super) fields: Vec<String>,
    pub(super) is_misquoted: bool,
}

impl Splitter {
    pub(super) const fn new(delimiter: char, bounds: Bounds) -> Self {
        Self {
            delimiter,
            bounds,
            state: State::Row,
            field: String::new(),
            field_characters: 0,
            row_characters: 0,
            fields: Vec::new(),
            is_misquoted: false,
        }
    }

    /// Whether the next character is the first of a row.
    pub(super) fn is_before_row(&self) -> bool {
        self.state == State::Row
    }

    /// Takes text in, up to the end of a row; how many bytes of it were taken.
    pub(super) fn feed(&mut self, text: &str) -> Result<(usize, Step), Excess> {
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let taken = match self.state {
                State::Row if is_break(next) => {
                    let after = rest.trim_start_matches(is_break);
                    return Ok((text.len() - after.len(), Step::Blank));
                }
                State::Row => {
                    self.state = State::Field;
                    0
                }
                State::Return => {
                    let length = text.len() - rest.len() + usize::from(next == '\n');
                    return Ok((length, Step::Row));
                }
                State::Bare => {
                    self.take_until(rest, |character, delimiter| character == delimiter || is_break(character))?
                }
                State::Quoted => self.take_until(rest, |character, _| character == '"')?,
                State::Field | State::Quote => 0,
            };
            rest = rest.split_at(taken).1;
            let Some(next) = rest.chars().next() else { break };
            if !self.pass(next)? {
                continue;
            }
            rest = rest.split_at(next.len_utf8()).1;
            if self.state == State::Row {
                return Ok((text.len() - rest.len(), Step::Row));
            }
        }
        Ok((text.len(), Step::More))
    }

    /// The end of the text; whether it completes a row.
    pub(super) fn finish(&mut self) -> Result<bool, Excess> {
        match self.state {
            State::Row => return Ok(false),
            State::Quoted => return Err(Excess::UnclosedQuote),
            State::Return => {}
            State::Field | State::Bare | State::Quote => self.end_field(),
        }
        Ok(true)
    }

    /// The row that is complete; the next one begins.
    pub(super) fn take(&mut self) -> Fields {
        self.state = State::Row;
        self.row_characters = 0;
        let is_misquoted = std::mem::take(&mut self.is_misquoted);
        Fields { fields: std::mem::take(&mut self.fields), is_misquoted }
    }

    /// Puts the text up to such a character into the field; how many bytes that is.
    fn take_until(&mut self, rest: &str, is_end: impl Fn(char, char) -> bool) -> Result<usize, Excess> {
        let end = rest.find(|character| is_end(character, self.delimiter)).unwrap_or(rest.len());
        let piece = rest.split_at(end).0;
        self.count(piece.chars().count(), true)?;
        self.field.push_str(piece);
        Ok(end)
    }

    /// Passes a character that changes the state; whether it was taken, or stays for the new state.
    fn pass(&mut self, character: char) -> Result<bool, Excess> {
        let ends_field = self.state != State::Quoted && (character == self.delimiter || is_break(character));
        self.state = match (self.state, character) {
            (State::Field | State::Bare | State::Quote, _) if ends_field => {
                self.end_field();
                match character {
                    '\r' => State::Return,
                    '\n' => State::Row,
                    _ => State::Field,
                }
            }
            (State::Field, '"') => State::Quoted,
            (State::Quoted, _) => State::Quote,
            (State::Quote, '"') => {
                self.count(1, true)?;
                self.field.push('"');
                State::Quoted
            }
            (state, _) => {
                self.is_misquoted |= state == State::Quote;
                self.state = State::Bare;
                return Ok(false);
            }
        };
        self.count(1, false)?;
        Ok(true)
    }

    fn end_field(&mut self) {
        self.field_characters = 0;
        self.fields.push(std::mem::take(&mut self.field));
    }

    fn count(&mut self, characters: usize, is_of_field: bool) -> Result<(), Excess> {
        self.row_characters += characters;
        self.field_characters += if is_of_field { characters } else { 0 };
        if self.field_characters > self.bounds.field_characters {
            return Err(Excess::Field);
        }
        if self.row_characters > self.bounds.row_characters { Err(Excess::Row) } else { Ok(()) }
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n')
}
