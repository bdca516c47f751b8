//! Japanese text, pure: what a text is, never where it comes from or goes to.
//!
//! Each module answers one question about text, and its first paragraph says which, and what it leaves to others:
//!
//! - [`kana`]: the same reading in hiragana or in katakana.
//! - [`width`]: the same ASCII character at full or at half width.
//! - [`search_key`]: the form of a text in which equal means "found by the same search".
//! - [`bigram`]: the tokens of the search index, made from that form.
//!
//! # Adding a module
//!
//! 1. It is about text alone: no input or output, no clock, no database, no screens, and no crate but
//!    `unicode-normalization` unless the format itself needs one. What knows tenants or items belongs in `musubi-domain`.
//! 2. Name it after the thing (`wareki`, `sjis`), open it with one paragraph on what it is for and what not, and add it
//!    to the list above.
//! 3. Put the tests beside the code: a table of examples that a person can check, and a property wherever a sentence of
//!    the documentation says "always" or "never".
//! 4. Text is walked by characters. Neither bytes nor positions in bytes leave a function.

pub mod address;
pub mod bigram;
pub mod company;
pub mod contact_point;
pub mod corporate_number;
pub mod encoding;
pub mod kana;
pub mod numeral;
pub mod search_key;
pub mod sjis;
pub mod variant_kanji;
pub mod wareki;
pub mod width;
