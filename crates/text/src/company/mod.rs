//! The name of a company apart from its form (株式会社, ㈲, Co., Ltd.), so that 株式会社山田商事, 山田商事（株） and ﾔﾏﾀﾞｼｮｳｼﾞ(ｶ can be
//! told to be names and forms of their own. It knows the forms and where they stand; it knows no company, and that two
//! names are equal does not say that they are one company: that is for `musubi-domain` to weigh.
//!
//! # What is cut
//!
//! One form, at the beginning or else at the end, the longest that fits; so 株式会社株式会社サービス is a company named 株式会社サービス.
//! Nothing is cut out of the middle. A form is written out (株式会社, カブシキガイシャ, with spaces or without), abbreviated in
//! parentheses ((株), ㈱, （株）), as banks write it (カ）ヤマダ, ヤマダ（カ, ヤマダ（カ）), or in Latin letters behind a name, of which
//! it must be set off (Musubi Inc., not Zinc). Where nothing would remain, nothing is cut: 株式会社 is a name.

mod form;

use std::iter::once;

use unicode_normalization::UnicodeNormalization;

use crate::kana::{hiragana_of, is_kana_letter};
use crate::search_key::fold;

use form::FORMS;
pub use form::Form;

/// All forms that are known.
#[must_use]
pub fn forms() -> &'static [Form] {
    FORMS
}

/// A name, taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Split<'t> {
    /// The form, if one is written.
    pub form: Option<&'static Form>,
    /// The name without it, as it was written, without spaces and commas around it; the whole name where there is no form,
    /// or where the form is part of the name (山形農業協同組合).
    pub core: &'t str,
    /// Where the form stood.
    pub place: Place,
}

/// Where a form stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the name: 株式会社山田商事.
    Before,
    /// Behind the name: 山田商事株式会社.
    After,
    /// None is written.
    Nowhere,
}

/// Takes a name apart.
///
/// ```
/// use musubi_text::company::{Place, split};
/// let split = split("山田商事（株）");
/// assert_eq!((split.core, split.place), ("山田商事", Place::After));
/// assert_eq!(split.form.map(|form| form.name), Some("株式会社"));
/// ```
#[must_use]
pub fn split(name: &str) -> Split<'_> {
    let pieces = pieces(name);
    let before = longest(|form| before(form, &pieces));
    let after = || longest(|form| after(form, &pieces));
    let cut = match before {
        Some((form, length)) => Some((form, Place::Before, name.get(end_of(&pieces, length)..).unwrap_or_default())),
        None => after().map(|(form, length)| {
            let core = name.get(..start_of(&pieces, length)).unwrap_or_default();
            (form, Place::After, if form.is_kept_after { name } else { core })
        }),
    };
    let bare_core = |core| trimmed(core).chars().any(|character| !is_dropped(character));
    match cut.filter(|(_, _, core)| bare_core(core)) {
        Some((form, place, core)) => Split { form: Some(form), core: trimmed(core), place },
        None => Split { form: None, core: name.trim(), place: Place::Nowhere },
    }
}

/// The name in the form in which two companies can be compared: its core, folded ([`fold`]), without spaces, ・ and
/// punctuation. Empty only for a text that holds nothing but spaces.
///
/// ```
/// use musubi_text::company::company_key;
/// for name in ["株式会社 山田・商事", "㈱山田商事", "山田商事（株）", "山田 商事 株式会社"] {
///     assert_eq!(company_key(name), "山田商事", "{name}");
/// }
/// ```
///
/// - The long vowel mark ー is a letter: サーバー and サバ stay apart. A hyphen or a wave behind kana is taken for it, as
///   it is typed in its place.
/// - Signs that are read (&, +, @, #) are kept: R&D is not RD.
/// - A name that holds punctuation only keeps it.
/// - Variants of kanji stay apart; see [`crate::variant_kanji`].
#[must_use]
pub fn company_key(name: &str) -> String {
    comparable(split(name).core)
}

/// A reading (フリガナ) without its form, as it was written: カブシキガイシャヤマダ, カ）ヤマダ and ヤマダ（カ are all ヤマダ.
///
/// ```
/// use musubi_text::company::kana_without_form;
/// assert_eq!(kana_without_form("ｶﾌﾞｼｷｶﾞｲｼｬ ﾔﾏﾀﾞ"), "ﾔﾏﾀﾞ");
/// ```
#[must_use]
pub fn kana_without_form(reading: &str) -> &str {
    split(reading).core
}

/// A text folded for comparing, without spaces and punctuation: what [`company_key`] makes of a core. For names of people
/// and short names too.
#[must_use]
pub fn comparable(text: &str) -> String {
    let folded = fold(text);
    let mut key = String::with_capacity(folded.len());
    for character in folded.chars() {
        let is_after_kana = key.chars().next_back().is_some_and(|last| is_kana_letter(last) || last == 'ー');
        match character {
            '-' | '~' | '〜' | '\u{2010}'..='\u{2015}' | '\u{2212}' if is_after_kana => key.push('ー'),
            _ if is_dropped(character) => {}
            _ => key.push(character),
        }
    }
    if key.is_empty() { folded.split_whitespace().collect() } else { key }
}

/// Spaces, what does not show, and the punctuation that people set in names or leave out.
fn is_dropped(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201F}')
        || matches!(character, '\u{AD}' | '\u{2060}' | '\u{FEFF}' | '\u{2212}' | '\u{301C}')
        || "・･·•‧.,、。，．'\"`´()[]{}（）［］｛｝〔〕【】「」『』｢｣〈〉《》/／:：;；!！?？_＿-－~～|｜\\＼^＾…‥"
            .contains(character)
}

fn trimmed(core: &str) -> &str {
    core.trim_matches(|character: char| character.is_whitespace() || matches!(character, ',' | '，' | '、'))
}

/// A character of a name, bare: half width, lower case, hiragana, small kana as large ones, without voiced marks. So the
/// forms are found in every spelling, that of banks included. Spaces make no piece.
struct Piece {
    character: char,
    /// Where the written character begins, in bytes: several pieces may come from one (㈱).
    start: usize,
    /// Where it ends, with its marks.
    end: usize,
}

fn pieces(name: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(name.len());
    for (start, written) in name.char_indices() {
        let end = start + written.len_utf8();
        if matches!(written, '\u{3099}' | '\u{309A}' | 'ﾞ' | 'ﾟ' | '゛' | '゜') {
            // A mark goes with its letter.
            if let Some(last) = pieces.last_mut() {
                last.end = end;
            }
            continue;
        }
        pieces.extend(bare(written).map(|character| Piece { character, start, end }));
    }
    pieces
}

fn bare(written: char) -> impl Iterator<Item = char> {
    let is_kept = |character: &char| !character.is_whitespace() && !matches!(character, '\u{3099}' | '\u{309A}');
    once(written).nfkd().filter(is_kept).map(|character| match hiragana_of(character) {
        '〔' | '【' | '[' => '(',
        '〕' | '】' | ']' => ')',
        small @ ('ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ') => large_of(small),
        other => other.to_ascii_lowercase(),
    })
}

/// The large kana is the next character in Unicode.
fn large_of(small: char) -> char {
    char::from_u32(u32::from(small) + 1).unwrap_or(small)
}

/// The form of which most pieces fit, and how many.
fn longest(fitting: impl Fn(&'static Form) -> usize) -> Option<(&'static Form, usize)> {
    FORMS.iter().map(|form| (form, fitting(form))).filter(|(_, length)| *length > 0).max_by_key(|(_, length)| *length)
}

/// How many pieces at the beginning are the form; 0 where it does not stand there.
fn before(form: &Form, pieces: &[Piece]) -> usize {
    let mut longest = 0;
    let mut offer = |length: Option<usize>| {
        longest = longest.max(length.filter(|length| is_cut(pieces, *length)).unwrap_or(0));
    };
    for word in form.words.iter().chain([&form.name]) {
        offer(prefix(pieces, word.chars()));
    }
    for part in form.abbreviations.iter().copied().chain(form.bank) {
        offer(prefix(pieces, once('(').chain(part.chars()).chain([')'])));
    }
    if let Some(part) = form.bank {
        offer(prefix(pieces, part.chars().chain([')'])));
    }
    for part in form.latin.iter().filter(|_| form.is_latin_before) {
        offer(latin_prefix(pieces, part));
    }
    longest
}

/// How many pieces at the end are the form; 0 where it does not stand there.
fn after(form: &Form, pieces: &[Piece]) -> usize {
    let mut longest = 0;
    let mut offer = |length: Option<usize>| {
        let is_cut = |length: &usize| pieces.len().checked_sub(*length).is_some_and(|kept| is_cut(pieces, kept));
        longest = longest.max(length.filter(is_cut).unwrap_or(0));
    };
    for word in form.words.iter().chain([&form.name]) {
        offer(suffix(pieces, word.chars()));
    }
    for part in form.abbreviations.iter().copied().chain(form.bank) {
        offer(suffix(pieces, once('(').chain(part.chars()).chain([')'])));
    }
    if let Some(part) = form.bank {
        offer(suffix(pieces, once('(').chain(part.chars())));
    }
    for part in form.latin {
        offer(latin_suffix(pieces, part));
    }
    longest
}

/// Whether the name can be cut behind this many pieces: not within one written character.
fn is_cut(pieces: &[Piece], length: usize) -> bool {
    match (length.checked_sub(1).and_then(|last| pieces.get(last)), pieces.get(length)) {
        (Some(last), Some(next)) => last.start != next.start,
        _ => true,
    }
}

fn prefix(pieces: &[Piece], part: impl Iterator<Item = char>) -> Option<usize> {
    let mut length = 0;
    for character in part {
        if pieces.get(length)?.character != character {
            return None;
        }
        length += 1;
    }
    Some(length)
}

fn suffix(pieces: &[Piece], part: impl Iterator<Item = char> + Clone) -> Option<usize> {
    let length = part.clone().count();
    let tail = pieces.get(pieces.len().checked_sub(length)?..)?;
    prefix(tail, part)
}

/// As [`prefix`], over points; what follows must be set off.
fn latin_prefix(pieces: &[Piece], part: &str) -> Option<usize> {
    let mut length = 0;
    for character in part.chars() {
        if pieces.get(length)?.character != character {
            return None;
        }
        length += 1 + usize::from(pieces.get(length + 1).is_some_and(|next| next.character == '.'));
    }
    is_set_off(pieces, length).then_some(length)
}

/// As [`suffix`], over points and commas; what stands before must be set off.
fn latin_suffix(pieces: &[Piece], part: &str) -> Option<usize> {
    let mut left = pieces.len();
    for character in part.chars().rev() {
        while let Some(Piece { character: '.' | ',', .. }) = left.checked_sub(1).and_then(|last| pieces.get(last)) {
            left -= 1;
        }
        left =
            left.checked_sub(1).filter(|last| pieces.get(*last).is_some_and(|piece| piece.character == character))?;
    }
    is_set_off(pieces, left).then(|| pieces.len() - left)
}

/// Whether a word of Latin letters begins or ends between two pieces: there is a space, or one of both is no letter of it.
fn is_set_off(pieces: &[Piece], at: usize) -> bool {
    let (Some(last), Some(next)) = (at.checked_sub(1).and_then(|last| pieces.get(last)), pieces.get(at)) else {
        return true;
    };
    let is_letter = |piece: &Piece| piece.character.is_alphanumeric() && !is_japanese(piece.character);
    last.end < next.start || !is_letter(last) || !is_letter(next)
}

fn is_japanese(character: char) -> bool {
    is_kana_letter(character) || matches!(character, 'ー' | '々' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Where the pieces end after the first `length`, in bytes.
fn end_of(pieces: &[Piece], length: usize) -> usize {
    length.checked_sub(1).and_then(|last| pieces.get(last)).map_or(0, |piece| piece.end)
}

/// Where the last `length` pieces begin, in bytes.
fn start_of(pieces: &[Piece], length: usize) -> usize {
    pieces.len().checked_sub(length).and_then(|first| pieces.get(first)).map_or(0, |piece| piece.start)
}

#[cfg(test)]
mod tests;
