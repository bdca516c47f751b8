//! Japanese text, pure: what a text is, never where it comes from or goes to.
//!
//! Each module answers one question about text, and its first paragraph says which, and what it leaves to others:
//!
//! The same thing however it is written:
//!
//! - [`kana`]: the same reading in hiragana or in katakana, at half width or full.
//! - [`width`]: the same ASCII character at full or at half width.
//! - [`numeral`]: the same number in kanji.
//! - [`wareki`]: the same day in the calendar of eras or of the West.
//! - [`variant_kanji`]: the same name with another form of a kanji.
//! - [`company`]: the same company with its form before it, behind it, or left out.
//! - [`contact_point`]: the same mail address, telephone number, website, postal code.
//! - [`address`]: the same place.
//! - [`opaque_string`]: the same password on every keyboard.
//! - [`search_key`]: the form of a text in which equal means "found by the same search".
//! - [`bigram`]: the tokens of the search index, made from that form.
//!
//! What can be right and what cannot:
//!
//! - [`file_name`]: the name of a file that somebody sends.
//! - [`corporate_number`]: 法人番号 and registration numbers of invoices.
//!
//! Files of text, in bytes that the caller reads and writes:
//!
//! - [`encoding`]: which encoding a file is in, and its bytes as text.
//! - [`sjis`]: Shift_JIS without silent changes.
//! - [`csv`]: rows in and out.
//!
//! # Adding a module
//!
//! 1. It is about text alone: no file is opened here, no clock, no database, no screens, and no crate but
//!    `unicode-normalization` unless the format itself needs one, as Shift_JIS needs `encoding_rs`. What knows tenants or
//!    items belongs in `musubi-domain`.
//! 2. Name it after the thing (`wareki`, `sjis`), open it with one paragraph on what it is for and what not, and add it
//!    to the list above.
//! 3. Put the tests beside the code: a table of examples that a person can check, and a property wherever a sentence of
//!    the documentation says "always" or "never".
//! 4. Text is walked by characters. Neither bytes nor positions in bytes leave a function, but those of files.
//! 5. It takes all of `musubi_testkit::hostile`: see `tests/hostile.rs`.

pub mod address;
pub mod bigram;
pub mod company;
pub mod contact_point;
pub mod corporate_number;
pub mod csv;
pub mod encoding;
pub mod file_name;
pub mod kana;
pub mod numeral;
pub mod opaque_string;
pub mod search_key;
pub mod sjis;
pub mod variant_kanji;
pub mod wareki;
pub mod width;
