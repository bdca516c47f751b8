//! Which encoding a file is in (UTF-8 with or without a byte order mark, CP932), and its bytes as text, chunk by chunk.
//! Nothing is replaced: a byte that is no character is an error with its place. What CP932 is, and texts going out in it,
//! are the work of [`crate::sjis`].
//!
//! # Guessing
//!
//! Text in CP932 is hardly ever valid UTF-8 by accident, and the other way round a little more often; so what is valid
//! UTF-8 is taken for UTF-8. A character cut off at the end of a chunk says nothing either way. Bytes of ASCII alone say
//! nothing either: [`Decoder::detecting`] passes them on and decides at the first byte beyond ASCII.

use std::fmt;

use encoding_rs::{DecoderResult, SHIFT_JIS, UTF_8};

/// An encoding that files come in and go out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8. A byte order mark at the beginning is accepted and is no text; none is written.
    Utf8,
    /// UTF-8 with a byte order mark, by which Excel knows it. In: the same as [`Self::Utf8`].
    Utf8Bom,
    /// Shift_JIS of Windows.
    Cp932,
}

/// The byte order mark of UTF-8.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Encoding {
    /// How many bytes a character has.
    #[must_use]
    pub fn length_of(self, character: char) -> usize {
        match (self, character) {
            (Self::Utf8 | Self::Utf8Bom, _) => character.len_utf8(),
            (Self::Cp932, '\0'..='\u{80}' | '\u{FF61}'..='\u{FF9F}') => 1,
            (Self::Cp932, _) => 2,
        }
    }
}

/// What the first bytes of a file say of its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// This encoding.
    Is(Encoding),
    /// ASCII so far: any of them.
    Ascii,
    /// UTF-16, as Excel saves "Unicode text": not one of ours.
    Utf16,
    /// None of ours.
    Unknown,
}

/// Guesses the encoding from the first bytes of a file, which may end within a character.
///
/// ```
/// use musubi_text::encoding::{Detected, Encoding, detect};
/// let bytes = "契約書".as_bytes();
/// assert_eq!(detect(&bytes[..bytes.len() - 1]), Detected::Is(Encoding::Utf8));
/// assert_eq!(detect(b"\x8C\x5F\x96"), Detected::Is(Encoding::Cp932));
/// ```
#[must_use]
pub fn detect(bytes: &[u8]) -> Detected {
    guess(bytes, false)
}

/// The guess, where `is_whole` says that nothing follows: a character that is cut off then counts against an encoding.
fn guess(bytes: &[u8], is_whole: bool) -> Detected {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Detected::Is(Encoding::Utf8Bom),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Detected::Utf16,
        _ if bytes.is_ascii() => Detected::Ascii,
        _ if is_utf8(bytes, is_whole) => Detected::Is(Encoding::Utf8),
        _ if is_cp932(bytes, is_whole) => Detected::Is(Encoding::Cp932),
        _ => Detected::Unknown,
    }
}

fn is_utf8(bytes: &[u8], is_whole: bool) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none() && !is_whole, |_| true)
}

fn is_cp932(bytes: &[u8], is_whole: bool) -> bool {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut at = 0;
    loop {
        let rest = bytes.split_at(at).1;
        text.clear();
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len().min(CHUNK)).unwrap_or(CHUNK));
        match decoder.decode_to_string_without_replacement(rest, &mut text, is_whole) {
            (DecoderResult::InputEmpty, _) => return true,
            (DecoderResult::Malformed(..), _) => return false,
            (DecoderResult::OutputFull, read) => at += read,
        }
    }
}

/// How much is decoded at once, in bytes.
const CHUNK: usize = 4_096;

/// How many bytes from the first beyond ASCII on are looked at before an encoding is decided.
const EVIDENCE: usize = 4_096;

/// Bytes that are no text in the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecodable {
    /// The first of them, counted in bytes from 0 at the beginning of the file, byte order mark included.
    pub offset: u64,
    /// The encoding that was expected; none where the bytes are in none of ours.
    pub encoding: Option<Encoding>,
}

impl fmt::Display for Undecodable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.encoding {
            Some(Encoding::Utf8 | Encoding::Utf8Bom) => "UTF-8",
            Some(Encoding::Cp932) => "CP932",
            None => "UTF-8 or CP932",
        };
        write!(formatter, "no {name} at byte {}", self.offset)
    }
}

impl std::error::Error for Undecodable {}

/// Bytes in, text out, a chunk at a time; a character may be spread over chunks. Holds 4 KiB at most.
pub struct Decoder {
    state: State,
    /// Bytes that have gone in.
    offset: u64,
    /// A byte order mark may still come: the first bytes of the file are held back until they are not one.
    is_at_start: bool,
    mark_length: u64,
    held: Vec<u8>,
}

enum State {
    /// Only ASCII so far; what is held begins with the first byte beyond it.
    Undecided,
    Decided(Encoding, encoding_rs::Decoder),
}

impl Decoder {
    /// A decoder for a file in this encoding.
    #[must_use]
    pub fn new(encoding: Encoding) -> Self {
        Self { state: State::decided(encoding), offset: 0, is_at_start: true, mark_length: 0, held: Vec::new() }
    }

    /// A decoder that finds out the encoding by itself.
    #[must_use]
    pub const fn detecting() -> Self {
        Self { state: State::Undecided, offset: 0, is_at_start: true, mark_length: 0, held: Vec::new() }
    }

    /// A decoder for the rest of a file, from the beginning of a character at `offset` bytes on.
    #[must_use]
    pub fn resuming(encoding: Option<Encoding>, offset: u64) -> Self {
        let state = encoding.map_or(State::Undecided, State::decided);
        Self { state, offset, is_at_start: offset == 0, mark_length: 0, held: Vec::new() }
    }

    /// The encoding, as soon as it is known. A file of ASCII alone has none to the end.
    #[must_use]
    pub const fn encoding(&self) -> Option<Encoding> {
        match self.state {
            State::Undecided => None,
            State::Decided(encoding, _) => Some(encoding),
        }
    }

    /// How many bytes at the beginning were a byte order mark: 3, or 0.
    #[must_use]
    pub const fn mark_length(&self) -> u64 {
        self.mark_length
    }

    /// Appends the text of the next bytes.
    ///
    /// # Errors
    /// Bytes that are no text. The text before them has been appended.
    pub fn decode(&mut self, bytes: &[u8], text: &mut String) -> Result<(), Undecodable> {
        self.step(bytes, text, false)
    }

    /// Appends what is left at the end of the file.
    ///
    /// # Errors
    /// The file ends within a character.
    pub fn finish(&mut self, text: &mut String) -> Result<(), Undecodable> {
        self.step(&[], text, true)
    }

    fn step(&mut self, bytes: &[u8], text: &mut String, is_last: bool) -> Result<(), Undecodable> {
        if self.held.is_empty() && !self.is_at_start {
            return self.pass(bytes, text, is_last);
        }
        self.held.extend_from_slice(bytes);
        if self.is_at_start && !self.begin(is_last) {
            return Ok(());
        }
        let held = std::mem::take(&mut self.held);
        self.pass(&held, text, is_last)
    }

    /// Passes over a byte order mark; whether enough is there to tell.
    fn begin(&mut self, is_last: bool) -> bool {
        let is_beginning_of_mark = self.held.len() < BOM.len() && BOM.starts_with(&self.held);
        let may_be_mark = !matches!(self.state, State::Decided(Encoding::Cp932, _));
        if may_be_mark && is_beginning_of_mark && !is_last {
            return false;
        }
        self.is_at_start = false;
        if may_be_mark && self.held.starts_with(BOM) {
            self.held.drain(..BOM.len());
            self.mark_length = 3;
            self.offset += self.mark_length;
            if matches!(self.state, State::Undecided) {
                self.state = State::decided(Encoding::Utf8Bom);
            }
        }
        true
    }

    fn pass(&mut self, bytes: &[u8], text: &mut String, is_last: bool) -> Result<(), Undecodable> {
        if let State::Decided(encoding, decoder) = &mut self.state {
            return decode(*encoding, decoder, bytes, text, &mut self.offset, is_last);
        }
        let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len());
        let (ascii, rest) = bytes.split_at(first);
        text.extend(ascii.iter().map(|byte| char::from(*byte)));
        self.offset += u64::try_from(ascii.len()).unwrap_or(u64::MAX);
        if rest.is_empty() {
            return Ok(());
        }
        if rest.len() < EVIDENCE && !is_last {
            self.held = rest.to_vec();
            return Ok(());
        }
        let Detected::Is(encoding) = guess(rest, is_last) else {
            return Err(Undecodable { offset: self.offset, encoding: None });
        };
        self.state = State::decided(encoding);
        self.pass(rest, text, is_last)
    }
}

impl State {
    fn decided(encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => UTF_8.new_decoder_without_bom_handling(),
            Encoding::Cp932 => SHIFT_JIS.new_decoder_without_bom_handling(),
        };
        Self::Decided(encoding, decoder)
    }
}

fn decode(
    encoding: Encoding,
    decoder: &mut encoding_rs::Decoder,
    bytes: &[u8],
    text: &mut String,
    offset: &mut u64,
    is_last: bool,
) -> Result<(), Undecodable> {
    let mut rest = bytes;
    loop {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len()));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, text, is_last);
        *offset += u64::try_from(read).unwrap_or(u64::MAX);
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => rest = rest.split_at(read).1,
            DecoderResult::Malformed(bad, good) => {
                let first = offset.saturating_sub(u64::from(bad) + u64::from(good));
                return Err(Undecodable { offset: first, encoding: Some(encoding) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    use crate::sjis::{self, Substitutions};

    fn cp932(text: &str) -> Vec<u8> {
        sjis::encode(text, &Substitutions::none()).unwrap().bytes
    }

    /// Everything decoded, in chunks of this size.
    fn decoded(mut decoder: Decoder, bytes: &[u8], size: usize) -> (Result<String, Undecodable>, Option<Encoding>) {
        let mut text = String::new();
        let mut outcome = Ok(());
        for chunk in bytes.chunks(size) {
            outcome = outcome.and_then(|()| decoder.decode(chunk, &mut text));
            assert!(decoder.held.len() <= EVIDENCE + size, "memory stays flat");
        }
        let outcome = outcome.and_then(|()| decoder.finish(&mut text)).map(|()| text);
        (outcome, decoder.encoding())
    }

    #[test]
    fn encodings_are_told_apart() {
        use Detected::{Ascii, Is, Unknown, Utf16};
        for (bytes, detected) in [
            (b"".to_vec(), Ascii),
            (b"id,name\r\n1,\\~".to_vec(), Ascii),
            ("契約書".into(), Is(Encoding::Utf8)),
            ("id,名前\r\n".into(), Is(Encoding::Utf8)),
            ("café".into(), Is(Encoding::Utf8)),
            ("\u{FEFF}id".into(), Is(Encoding::Utf8Bom)),
            ("\u{FEFF}契約".into(), Is(Encoding::Utf8Bom)),
            (cp932("契約書"), Is(Encoding::Cp932)),
            (cp932("id,名前\r\n表示"), Is(Encoding::Cp932)),
            (cp932("ﾔﾏﾀﾞ"), Is(Encoding::Cp932)),
            (cp932("髙﨑①㈱\u{E000}"), Is(Encoding::Cp932)),
            (b"\xFF\xFEi\0d\0".to_vec(), Utf16),
            (b"\xFE\xFF\0i\0d".to_vec(), Utf16),
            (b"\xFDabc".to_vec(), Unknown),
            (b"caf\xE9".to_vec(), Is(Encoding::Utf8)),
            (b"caf\xE9 au lait".to_vec(), Unknown),
        ] {
            assert_eq!(detect(&bytes), detected, "{bytes:02X?}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_of_a_chunk_spoils_nothing() {
        let text = "株式会社山田商事、御中";
        for length in 1..=text.len() {
            assert_eq!(detect(&text.as_bytes()[..length]), Detected::Is(Encoding::Utf8), "{length}");
        }
        let bytes = cp932(text);
        for length in 2..=bytes.len() {
            assert_eq!(detect(&bytes[..length]), Detected::Is(Encoding::Cp932), "{length}");
        }
    }

    #[test]
    fn a_file_that_begins_with_ascii_is_decided_where_it_ends_to_be() {
        let head = "id,name\r\n".repeat(100_000);
        let utf8 = format!("{head}契約書〜").into_bytes();
        let sjis = [head.as_bytes(), &cp932("契約書表")].concat();
        assert_eq!(decoded(Decoder::detecting(), &utf8, 8_192), (Ok(format!("{head}契約書〜")), Some(Encoding::Utf8)));
        assert_eq!(decoded(Decoder::detecting(), &sjis, 8_192), (Ok(format!("{head}契約書表")), Some(Encoding::Cp932)));
        assert_eq!(decoded(Decoder::detecting(), head.as_bytes(), 8_192), (Ok(head), None));
    }

    #[test]
    fn a_byte_order_mark_is_no_text_and_only_at_the_beginning_one() {
        let bytes = "\u{FEFF}a\u{FEFF}".as_bytes();
        for size in 1..=bytes.len() {
            let text = Ok("a\u{FEFF}".to_owned());
            for encoding in [Encoding::Utf8, Encoding::Utf8Bom] {
                assert_eq!(decoded(Decoder::new(encoding), bytes, size), (text.clone(), Some(encoding)));
            }
            assert_eq!(decoded(Decoder::detecting(), bytes, size), (text, Some(Encoding::Utf8Bom)));
        }
        let rest = decoded(Decoder::resuming(Some(Encoding::Utf8Bom), 3), "\u{FEFF}b".as_bytes(), 1);
        assert_eq!(rest.0, Ok("\u{FEFF}b".to_owned()));
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place_in_any_chunks() {
        for (bytes, encoding, offset) in [
            (&b"abc\xFF"[..], Encoding::Utf8, 3),
            ("契約".as_bytes().split_last().unwrap().1, Encoding::Utf8, 3),
            (b"a\xE3\x81b", Encoding::Utf8, 1),
            (b"\xEF\xBB\xBFab\x80", Encoding::Utf8Bom, 5),
            (b"\xED\xA0\x80", Encoding::Utf8, 0),
            (b"\xC0\xAF", Encoding::Utf8, 0),
            (b"\xEF\xBB", Encoding::Utf8, 0),
            (b"\x95\x5C\x81", Encoding::Cp932, 2),
            (b"\x95\x5C\x81\x20", Encoding::Cp932, 2),
            (b"ab\xA0", Encoding::Cp932, 2),
        ] {
            for size in 1..=bytes.len() {
                let (outcome, _) = decoded(Decoder::new(encoding), bytes, size);
                assert_eq!(outcome, Err(Undecodable { offset, encoding: Some(encoding) }), "{bytes:02X?} by {size}");
            }
        }
        let kanji = b"\xE3\x81";
        assert_eq!(detect(kanji), Detected::Is(Encoding::Utf8), "more may come");
        assert_eq!(decoded(Decoder::detecting(), kanji, 1), (Ok("縺".to_owned()), Some(Encoding::Cp932)));
        let (outcome, _) = decoded(Decoder::detecting(), b"id\r\n\xFD\xFD", 2);
        assert_eq!(outcome, Err(Undecodable { offset: 4, encoding: None }));
    }

    #[test]
    fn lengths_of_characters_are_those_of_the_bytes() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            assert_eq!(Encoding::Utf8.length_of(character), text.len());
            if let Ok(encoded) = sjis::encode(&text, &Substitutions::none()) {
                assert_eq!(Encoding::Cp932.length_of(character), encoded.bytes.len(), "{character:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            any in any::<String>(), likely in "[a-z,\r\n表ポ契約ｱ①〜]{0,30}", size in 1..12_usize
        ) {
            for text in [any, likely] {
                let without = text.trim_start_matches('\u{FEFF}').to_owned();
                let (utf8, _) = decoded(Decoder::new(Encoding::Utf8), without.as_bytes(), size);
                prop_assert_eq!(utf8, Ok(without.clone()));
                let (detected, _) = decoded(Decoder::detecting(), without.as_bytes(), size);
                prop_assert_eq!(detected, Ok(without.clone()));
                if let Ok(encoded) = sjis::encode(&text, &Substitutions::none()) {
                    let (sjis, _) = decoded(Decoder::new(Encoding::Cp932), &encoded.bytes, size);
                    prop_assert_eq!(sjis, Ok(text));
                }
            }
        }

        #[test]
        fn any_bytes_have_one_outcome_in_any_chunks(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x81..=0x9F_u8, 0x40..=0x7F_u8], 0..24), size in 1..12_usize
        ) {
            for decoder in [|| Decoder::new(Encoding::Utf8), || Decoder::new(Encoding::Cp932), Decoder::detecting] {
                prop_assert_eq!(decoded(decoder(), &bytes, size), decoded(decoder(), &bytes, bytes.len().max(1)));
            }
        }
    }
}
