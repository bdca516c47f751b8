//! Shift_JIS as Windows has it (CP932), in and out, without a character that is changed in silence. Out: every character
//! that CP932 lacks is reported with its place, or replaced by the line of a table that the caller has chosen, and then
//! reported too. In: a byte that is none is an error with its place. Which encoding a file is in, and files in chunks,
//! are the work of [`crate::encoding`].
//!
//! # Always
//!
//! What is encoded is decoded to the same text, unless a substitution is reported. Encoders have traps here, which this
//! one does not step into: ¥ (U+00A5) and ‾ (U+203E) would become the bytes of \ and ~, and − (U+2212) those of －. They
//! count as lacking. Characters for private use (外字, U+E000 to U+E757), which most encoders refuse although they decode
//! them, go out as the bytes they came from (F0 40 to F9 FC).
//!
//! CP932 has some characters twice (NEC's and IBM's ①, ∪, 髙). They are decoded from either and encoded to one: compare
//! texts, never bytes. The second byte of a character can be that of \ or | (表, ポ): take texts apart after decoding,
//! never before.

use std::fmt;

use encoding_rs::{EncoderResult, SHIFT_JIS};

use crate::encoding::{Decoder, Encoding, Undecodable};

/// A line of the table of substitutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Substitution {
    /// A character that CP932 lacks.
    pub from: char,
    /// What is written for it.
    pub to: &'static str,
    /// Why that is right.
    pub why: &'static str,
}

const fn line(from: char, to: &'static str, why: &'static str) -> Substitution {
    Substitution { from, to, why }
}

const ONE_CHARACTER: &str = "one character of JIS X 0208, for which Windows and the others took two of Unicode";
const ONE_OF_JIS_X_0201: &str = "the sign of JIS X 0201, which CP932 has at full width only";
const LOOKS_ALIKE: &str = "looks the same in print, and is typed for it";

/// Substitutions that lose nothing a Japanese reader would miss. Letters, kanji and emoji have none: a name must not turn
/// into another.
pub static CUSTOMARY: [Substitution; 14] = [
    line('\u{301C}', "\u{FF5E}", ONE_CHARACTER),     // 〜 ～
    line('\u{2014}', "\u{2015}", ONE_CHARACTER),     // — ―
    line('\u{2016}', "\u{2225}", ONE_CHARACTER),     // ‖ ∥
    line('\u{2212}', "\u{FF0D}", ONE_CHARACTER),     // − －
    line('\u{A2}', "\u{FFE0}", ONE_CHARACTER),       // ¢ ￠
    line('\u{A3}', "\u{FFE1}", ONE_CHARACTER),       // £ ￡
    line('\u{AC}', "\u{FFE2}", ONE_CHARACTER),       // ¬ ￢
    line('\u{A6}', "\u{FFE4}", ONE_CHARACTER),       // ¦ ￤
    line('\u{A5}', "\u{FFE5}", ONE_OF_JIS_X_0201),   // ¥ ￥
    line('\u{203E}', "\u{FFE3}", ONE_OF_JIS_X_0201), // ‾ ￣
    line('\u{2011}', "\u{2010}", LOOKS_ALIKE),       // the hyphen that does not break, ‐
    line('\u{2013}', "\u{2010}", LOOKS_ALIKE),       // – ‐
    line('\u{2022}', "\u{30FB}", LOOKS_ALIKE),       // • ・
    line('\u{A0}', " ", LOOKS_ALIKE),                // the space that does not break
];

/// The substitutions that a caller has chosen.
#[derive(Clone, Debug, Default)]
pub struct Substitutions {
    lines: Vec<Substitution>,
}

impl Substitutions {
    /// No substitution: everything that CP932 lacks is reported.
    #[must_use]
    pub const fn none() -> Self {
        Self { lines: Vec::new() }
    }

    /// Those of [`CUSTOMARY`].
    #[must_use]
    pub fn customary() -> Self {
        Self { lines: CUSTOMARY.to_vec() }
    }

    /// These lines. A line for a character that CP932 has is never used, and what is written must be in CP932.
    #[must_use]
    pub const fn of(lines: Vec<Substitution>) -> Self {
        Self { lines }
    }

    fn of_character(&self, character: char) -> Option<&'static str> {
        self.lines.iter().find(|line| line.from == character).map(|line| line.to)
    }
}

/// Where a character of a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1; CRLF, LF and CR end one.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

/// A character that CP932 lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmappable {
    /// Where it stands.
    pub position: Position,
    /// The character.
    pub character: char,
}

impl Unmappable {
    /// The code point: U+301C.
    #[must_use]
    pub fn code_point(&self) -> String {
        format!("U+{:04X}", u32::from(self.character))
    }
}

impl fmt::Display for Unmappable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(formatter, "line {line}, character {column}: {} ({})", self.character, self.code_point())
    }
}

/// A character that was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Substituted {
    /// Where it stands in the text, before anything was replaced.
    pub position: Position,
    /// The character.
    pub from: char,
    /// What was written for it.
    pub to: &'static str,
}

/// A text in CP932.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What was replaced, in order.
    pub substituted: Vec<Substituted>,
}

/// Encodes a text.
///
/// ```
/// use musubi_text::sjis::{Substitutions, encode};
/// let encoded = encode("表〜", &Substitutions::customary()).expect("〜 has a line");
/// assert_eq!(encoded.bytes, [0x95, 0x5C, 0x81, 0x60]);
/// assert_eq!(encoded.substituted.len(), 1);
/// let lacking = encode("4月〜\n♥", &Substitutions::none()).expect_err("two characters");
/// assert_eq!(lacking.iter().map(ToString::to_string).collect::<Vec<_>>(), [
///     "line 1, character 3: 〜 (U+301C)",
///     "line 2, character 1: ♥ (U+2665)",
/// ]);
/// ```
///
/// # Errors
/// Every character that CP932 lacks and that has no substitution, in order.
pub fn encode(text: &str, substitutions: &Substitutions) -> Result<Encoded, Vec<Unmappable>> {
    let mut encoded = Encoded { bytes: Vec::with_capacity(text.len()), substituted: Vec::new() };
    let mut unmappable = Vec::new();
    let mut place = Place::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (mapped, after) = encode_mapped(rest, &mut encoded.bytes);
        place.pass(mapped);
        let Some(character) = after.chars().next() else { break };
        let position = place.position();
        if let Some(to) = substitutions.of_character(character) {
            encode_mapped(to, &mut encoded.bytes);
            encoded.substituted.push(Substituted { position, from: character, to });
        } else {
            unmappable.push(Unmappable { position, character });
        }
        place.pass_one(character);
        rest = after.split_at(character.len_utf8()).1;
    }
    if unmappable.is_empty() { Ok(encoded) } else { Err(unmappable) }
}

/// Encodes up to the first character that CP932 lacks; what was encoded, and the rest from that character on.
fn encode_mapped<'t>(text: &'t str, bytes: &mut Vec<u8>) -> (&'t str, &'t str) {
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some(code) = private_use(next) {
            bytes.extend(code);
            rest = rest.split_at(next.len_utf8()).1;
            continue;
        }
        let trusted = trusted_run(rest);
        let read = encode_trusted(trusted, bytes);
        rest = rest.split_at(read).1;
        if read == 0 || read < trusted.len() {
            break;
        }
    }
    text.split_at(text.len() - rest.len())
}

/// Characters that are looked at before they are encoded. A text that lacks many is looked at again from each of them
/// on, so there is a bound.
const RUN: usize = 128;

/// The beginning of a text, as far as the encoder can be trusted with it.
fn trusted_run(text: &str) -> &str {
    let end = text
        .char_indices()
        .enumerate()
        .find(|(count, (_, character))| *count == RUN || is_not_trusted(*character))
        .map_or(text.len(), |(_, (at, _))| at);
    text.split_at(end).0
}

/// Encodes up to the first character that the encoder refuses; how many bytes of the text that is.
fn encode_trusted(text: &str, bytes: &mut Vec<u8>) -> usize {
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut read = 0;
    loop {
        let rest = text.split_at(read).1;
        bytes.reserve(encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len()));
        let (result, length) = encoder.encode_from_utf8_to_vec_without_replacement(rest, bytes, true);
        read += length;
        match result {
            EncoderResult::InputEmpty => return read,
            EncoderResult::Unmappable(character) => return read - character.len_utf8(),
            EncoderResult::OutputFull => {}
        }
    }
}

/// Characters that the encoder turns into others, or refuses although it decodes them.
fn is_not_trusted(character: char) -> bool {
    matches!(character, '\u{A5}' | '\u{203E}' | '\u{2212}' | '\u{E000}'..='\u{E757}')
}

/// The bytes of a character for private use: ten leading bytes with 188 characters each.
fn private_use(character: char) -> Option<[u8; 2]> {
    let at = u32::from(character).checked_sub(0xE000).filter(|at| *at <= 0x757)?;
    let (row, column) = (at / 188, at % 188);
    let second = column + if column < 63 { 0x40 } else { 0x41 };
    Some([u8::try_from(0xF0 + row).ok()?, u8::try_from(second).ok()?])
}

/// Counts lines and characters.
#[derive(Default)]
struct Place {
    lines: usize,
    columns: usize,
    is_after_return: bool,
}

impl Place {
    fn pass(&mut self, text: &str) {
        text.chars().for_each(|character| self.pass_one(character));
    }

    fn pass_one(&mut self, character: char) {
        match character {
            // The second half of a CRLF, which has been counted.
            '\n' if self.is_after_return => {}
            '\r' | '\n' => {
                self.lines += 1;
                self.columns = 0;
            }
            _ => self.columns += 1,
        }
        self.is_after_return = character == '\r';
    }

    const fn position(&self) -> Position {
        Position { line: self.lines + 1, column: self.columns + 1 }
    }
}

/// Decodes bytes.
///
/// # Errors
/// The place of the first byte that is no character.
pub fn decode(bytes: &[u8]) -> Result<String, Undecodable> {
    let mut text = String::new();
    let mut decoder = Decoder::new(Encoding::Cp932);
    decoder.decode(bytes, &mut text)?;
    decoder.finish(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;

    /// Characters of two bytes: those of JIS X 0208, those of NEC's row 13 and of IBM that are not among those before.
    const TWO_BYTES: usize = 6_879 + (83 - 9) + (388 - 15);

    /// Characters of two bytes for private use: ten rows of 188.
    const PRIVATE_USE: usize = 10 * 188;

    fn bytes_of(text: &str) -> Vec<u8> {
        encode(text, &Substitutions::none()).unwrap().bytes
    }

    /// All pairs that can be a character, and what they decode to.
    fn double_bytes() -> impl Iterator<Item = ([u8; 2], String)> {
        let leads = (0x81..=0x9F).chain(0xE0..=0xFC);
        leads
            .flat_map(|lead| (0x40..=0xFC_u8).map(move |trail| [lead, trail]))
            .filter_map(|pair| decode(&pair).ok().map(|text| (pair, text)))
    }

    #[test]
    fn characters_have_the_bytes_of_windows() {
        for (text, bytes) in [
            ("", &[][..]),
            ("A\\~|\r\n\t", b"A\\~|\r\n\t"),
            ("表", &[0x95, 0x5C]),
            ("ポ", &[0x83, 0x7C]),
            ("ソ", &[0x83, 0x5C]),
            ("ｱﾞ", &[0xB1, 0xDE]),
            ("～", &[0x81, 0x60]),
            ("―", &[0x81, 0x5C]),
            ("∥", &[0x81, 0x61]),
            ("－", &[0x81, 0x7C]),
            ("￥", &[0x81, 0x8F]),
            ("①", &[0x87, 0x40]),
            ("㈱", &[0x87, 0x8A]),
            ("髙", &[0xFB, 0xFC]),
            ("﨑", &[0xFA, 0xB1]),
            ("∪", &[0x81, 0xBE]),
            ("\u{E000}", &[0xF0, 0x40]),
            ("\u{E03F}", &[0xF0, 0x80]),
            ("\u{E757}", &[0xF9, 0xFC]),
        ] {
            assert_eq!(bytes_of(text), bytes, "{text}");
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn bytes_that_windows_has_twice_decode_to_one_character() {
        for (one, other, character) in [
            ([0x81, 0xBE], [0x87, 0x9C], "∪"),
            ([0x81, 0xE6], [0x87, 0x9A], "∵"),
            ([0xFB, 0xFC], [0xEE, 0xE0], "髙"),
            ([0xFA, 0xB1], [0xED, 0x95], "﨑"),
            ([0xFA, 0x4A], [0x87, 0x54], "Ⅰ"),
            ([0xFA, 0x58], [0x87, 0x8A], "㈱"),
        ] {
            assert_eq!((decode(&one).unwrap(), decode(&other).unwrap()), (character.to_owned(), character.to_owned()));
        }
    }

    #[test]
    fn every_lacking_character_is_listed_with_its_place() {
        let text = "4月〜9月\r\n¥1,000‾−5\n𠮷野家♥\r山﨑é葛\u{E0100}\n\r👍🏽";
        let listed: Vec<_> = encode(text, &Substitutions::none())
            .unwrap_err()
            .iter()
            .map(|lacking| (lacking.position.line, lacking.position.column, lacking.character))
            .collect();
        assert_eq!(
            listed,
            [
                (1, 3, '〜'),
                (2, 1, '¥'),
                (2, 7, '‾'),
                (2, 8, '−'),
                (3, 1, '𠮷'),
                (3, 4, '♥'),
                (4, 3, 'é'),
                (4, 5, '\u{E0100}'),
                (6, 1, '👍'),
                (6, 2, '🏽'),
            ]
        );
    }

    #[test]
    fn a_long_text_that_lacks_every_character_is_done_in_one_pass() {
        let text = "♥\n".repeat(200_000);
        let lacking = encode(&text, &Substitutions::none()).unwrap_err();
        assert_eq!(lacking.len(), 200_000);
        assert_eq!(lacking.last().map(|it| it.position), Some(Position { line: 200_000, column: 1 }));
    }

    #[test]
    fn only_what_the_caller_chose_is_replaced_and_that_is_told() {
        let text = "¥1〜2\n—é‖";
        let only_wave = Substitutions::of(vec![CUSTOMARY[0]]);
        let lacking: String = encode(text, &only_wave).unwrap_err().iter().map(|lacking| lacking.character).collect();
        assert_eq!(lacking, "¥—é‖");
        let encoded = encode("¥1〜2\n—‖", &Substitutions::customary()).unwrap();
        assert_eq!(decode(&encoded.bytes).as_deref(), Ok("￥1～2\n―∥"));
        let told: Vec<_> =
            encoded.substituted.iter().map(|it| (it.position.line, it.position.column, it.from, it.to)).collect();
        assert_eq!(told, [(1, 1, '¥', "￥"), (1, 3, '〜', "～"), (2, 1, '—', "―"), (2, 2, '‖', "∥")]);
    }

    #[test]
    fn every_substitution_is_needed_and_leads_into_cp932() {
        let mut seen = HashSet::new();
        for line in CUSTOMARY {
            assert!(seen.insert(line.from), "{:?} stands twice", line.from);
            assert!(encode(&line.from.to_string(), &Substitutions::none()).is_err(), "{:?}", line.from);
            assert_eq!(decode(&bytes_of(line.to)).as_deref(), Ok(line.to));
            assert!(!line.why.is_empty());
        }
    }

    #[test]
    fn every_character_is_decoded_as_it_was_or_reported() {
        let mut mapped = 0;
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            match encode(&text, &Substitutions::none()) {
                Ok(encoded) => {
                    assert_eq!(decode(&encoded.bytes).as_deref(), Ok(text.as_str()), "{character:?}");
                    mapped += 1;
                }
                Err(lacking) => assert_eq!(lacking[0].character, character),
            }
        }
        assert_eq!(mapped, 129 + 63 + TWO_BYTES + PRIVATE_USE, "129 of ASCII and U+0080, 63 half-width kana, the rest");
    }

    #[test]
    fn all_double_bytes_are_stable_from_the_first_decoding_on() {
        let mut characters: HashMap<String, usize> = HashMap::new();
        for (pair, text) in double_bytes() {
            assert_eq!(text.chars().count(), 1, "{pair:02X?}");
            let encoded = bytes_of(&text);
            assert_eq!(encoded.len(), 2, "{pair:02X?}");
            assert_eq!(decode(&encoded).as_deref(), Ok(text.as_str()), "{pair:02X?}");
            *characters.entry(text).or_default() += 1;
        }
        assert_eq!(characters.len(), TWO_BYTES + PRIVATE_USE);
        assert_eq!(characters["髙"], 2);
        assert_eq!(characters.values().max(), Some(&3), "￢ has three");
    }

    #[test]
    fn a_byte_that_is_none_is_told_with_its_place() {
        for (bytes, offset) in [
            (&b"abc\xA0"[..], 3),
            (b"\x95\x5C\xFD", 2),
            (b"\x95\x5C\x81", 2),
            (b"\x95\x5C\x81\x20abc", 2),
            (b"\x95\x5C\x85\x40", 2),
            (b"\xFF", 0),
        ] {
            assert_eq!(decode(bytes).map_err(|error| error.offset), Err(offset), "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_to_the_same(any in any::<String>(), likely in "[ -~ぁ-ヶ一-龠ｱ-ﾟ①㈱髙﨑〜¥−\u{E000}\r\n]{0,40}") {
            for text in [any, likely] {
                if let Ok(encoded) = encode(&text, &Substitutions::none()) {
                    prop_assert_eq!(decode(&encoded.bytes), Ok(text));
                    prop_assert!(encoded.substituted.is_empty());
                }
            }
        }

        #[test]
        fn every_character_is_written_replaced_or_listed(text in "[a-c表〜—¥‾−é♥𠮷\u{E000}\r\n]{0,30}") {
            let lacks = |character: char| encode(&character.to_string(), &Substitutions::none()).is_err();
            let expected: Vec<char> = text.chars().filter(|character| lacks(*character)).collect();
            match encode(&text, &Substitutions::none()) {
                Ok(_) => prop_assert!(expected.is_empty()),
                Err(lacking) => prop_assert_eq!(lacking.iter().map(|it| it.character).collect::<Vec<_>>(), expected),
            }
            let with_table = encode(&text, &Substitutions::customary());
            let replaced = |character: &char| CUSTOMARY.iter().any(|line| line.from == *character);
            match with_table {
                Ok(encoded) => {
                    let by_hand: String = text.chars().map(|character| {
                        CUSTOMARY.iter().find(|line| line.from == character).map_or(character.to_string(), |line| line.to.to_owned())
                    }).collect();
                    prop_assert_eq!(decode(&encoded.bytes), Ok(by_hand));
                    prop_assert_eq!(encoded.substituted.len(), text.chars().filter(|it| replaced(it)).count());
                }
                Err(lacking) => prop_assert!(lacking.iter().all(|it| !replaced(&it.character))),
            }
        }

        #[test]
        fn any_bytes_decode_or_tell_where_they_do_not(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            match decode(&bytes) {
                Ok(text) => prop_assert_eq!(decode(&bytes_of(&text)), Ok(text)),
                Err(error) => {
                    let good = usize::try_from(error.offset).expect("short");
                    prop_assert!(decode(&bytes[..good]).is_ok());
                }
            }
        }
    }
}
