//! The tokens of the search index and of a search in it, the same for both engines: SQLite FTS5 with `tokenize="ascii"`,
//! and a PostgreSQL `tsvector` built directly. Texts come in folded ([`crate::search_key::fold`]); this module neither
//! folds nor talks to an engine, and it knows nothing of items, tenants or rank.
//!
//! A text c1 c2 … cn has a token at each position: the pairs c1c2, c2c3, …, and at the end cn alone. So every character
//! begins a token, and a row of consecutive tokens is found exactly where the searched text is contained.
//!
//! # Encoding
//!
//! The ascii tokenizer keeps ASCII letters, ASCII digits and everything beyond ASCII; it cuts at all other ASCII and
//! folds upper case. Therefore each ASCII character c other than a-z and 0-9 is written U+10FE00 + c, and nothing else is
//! changed. Tokens hold no quote, no backslash and no space, so they can stand in quotes in either engine's syntax. They
//! may hold what a locale calls a space (U+2028, U+1680): cut an index text at U+0020 only, and quote each token for
//! PostgreSQL.
//!
//! # Limits
//!
//! U+10FE00 to U+10FEFF are reserved here. They are private use, at home in no Japanese font or product; in a text that
//! holds them all the same, U+10FE41 is taken for A, say, so such a text may be found once too often, never too seldom.

/// Added to an ASCII character that the tokenizer would drop or fold.
const ENCODED_ASCII: u32 = 0x10_FE00;

/// Stands between two fields. No character is encoded to U+10FEFF, so no text outside the reserved range yields it.
const BOUNDARY: &str = "\u{10FEFF}\u{10FEFF}";

/// The tokens of all fields in order, separated by single spaces, with a boundary token between fields: what is found
/// lies within one field. Empty fields leave nothing behind.
///
/// ```
/// use musubi_text::bigram::index_text;
/// assert_eq!(index_text(["契約書"]), "契約 約書 書");
/// assert_eq!(index_text(["契約", "", "甲"]), "契約 約 \u{10FEFF}\u{10FEFF} 甲");
/// ```
pub fn index_text(fields: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut index = String::new();
    for field in fields {
        let field = field.as_ref();
        if field.is_empty() {
            continue;
        }
        // Each character is written twice and followed by a space; signs, which grow more, are few.
        index.reserve(3 * field.len() + BOUNDARY.len() + 2);
        if !index.is_empty() {
            index.push(' ');
            index.push_str(BOUNDARY);
        }
        for (first, second) in tokens(field) {
            if !index.is_empty() {
                index.push(' ');
            }
            index.push(first);
            index.extend(second);
        }
    }
    index
}

/// A searched text as consecutive tokens.
///
/// ```
/// use musubi_text::bigram::Phrase;
/// let phrase = Phrase::parse("契約書").expect("the text is not empty");
/// assert_eq!(phrase.tokens(), ["契約", "約書"]);
/// assert_eq!(phrase.fts5_query(), r#""契約 約書""#);
/// assert_eq!(Phrase::parse("約").map(|phrase| phrase.fts5_query()).as_deref(), Some(r#""約" *"#));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Never empty. One token of one character, or pairs only.
    tokens: Vec<String>,
    is_prefix: bool,
}

impl Phrase {
    /// The phrase that finds a folded text; none for the empty text, which every field contains.
    #[must_use]
    pub fn parse(folded: &str) -> Option<Self> {
        let pairs: Vec<String> = tokens(folded)
            .filter_map(|(first, second)| second.map(|second| String::from_iter([first, second])))
            .collect();
        if !pairs.is_empty() {
            return Some(Self { tokens: pairs, is_prefix: false });
        }
        let only = folded.chars().next()?;
        Some(Self { tokens: vec![String::from(encoded(only))], is_prefix: true })
    }

    /// The phrase in the query language of FTS5, to be used as it is or behind a column filter.
    #[must_use]
    pub fn fts5_query(&self) -> String {
        let tokens = self.tokens.join(" ");
        if self.is_prefix { format!("\"{tokens}\" *") } else { format!("\"{tokens}\"") }
    }

    /// The tokens in order, encoded; at least one.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Whether the only token is the beginning of the tokens looked for: a text of one character.
    #[must_use]
    pub fn is_prefix(&self) -> bool {
        self.is_prefix
    }

    /// Whether an engine that keeps no positions, and so asks only that all tokens occur, finds the right texts: one or
    /// two characters. Longer texts are found too often there, never too seldom, and are to be checked again.
    #[must_use]
    pub fn is_exact_without_positions(&self) -> bool {
        self.tokens.len() == 1
    }
}

/// The token at each position of a text, encoded: two characters, and one at the end.
fn tokens(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    let mut following = text.chars().map(encoded);
    following.next();
    text.chars().map(encoded).map(move |first| (first, following.next()))
}

fn encoded(character: char) -> char {
    match character {
        'a'..='z' | '0'..='9' => character,
        '\0'..='\x7F' => {
            char::from_u32(ENCODED_ASCII + u32::from(character)).expect("U+10FE00 to U+10FE7F are characters")
        }
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use crate::search_key::fold;

    /// What FTS5 does with an index text and a query, in a few lines that share nothing with the code under test.
    fn phrase_search(index: &str, query: &str) -> bool {
        let index: Vec<&str> = index.split(' ').collect();
        if let Some(prefix) = query.strip_suffix(" *") {
            let prefix = prefix.trim_matches('"');
            return index.iter().any(|token| token.starts_with(prefix));
        }
        let phrase: Vec<&str> = query.trim_matches('"').split(' ').collect();
        index.windows(phrase.len()).any(|window| window == phrase)
    }

    /// What an engine does that knows which tokens occur, but not where.
    fn search_without_positions(index: &str, phrase: &Phrase) -> bool {
        let index: HashSet<&str> = index.split(' ').collect();
        phrase.tokens().iter().all(|searched| {
            index.iter().any(|token| if phrase.is_prefix() { token.starts_with(searched) } else { token == searched })
        })
    }

    /// Few characters, so that texts repeat themselves and near misses are common; then the rest of Unicode except the
    /// reserved range.
    fn character() -> impl Strategy<Value = char> {
        const COMMON: &str = "ああいカガか約契書";
        const OTHERS: &str = "株式会社東京々〇ーヴヶ髙﨑𠮷𠮟ﾊﾞﾟｶｰAaZz09９Ｒ&・.%_\"'\\ 　*()-+^:,=~<>{}[]#;|?!/@`$〜−¥\
            \n\r\u{1680}\u{2028}\u{2029}\u{200B}\u{3099}\u{FEFF}\u{E000}\u{F8FF}\u{F0000}\u{10FDFF}\u{10FF00}\u{10FFFD}\
            \u{10FFFF}\0\u{7F}♥👍🏽👨\u{200D}👩🇯🇵한é";
        let others: Vec<char> = OTHERS.chars().collect();
        let reserved = |character: &char| ('\u{10FE00}'..='\u{10FEFF}').contains(character);
        prop_oneof![
            6 => select(COMMON.chars().collect::<Vec<_>>()),
            4 => select(others),
            1 => any::<char>().prop_filter("the reserved range is not exact", move |character| !reserved(character)),
        ]
    }

    fn text(length: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
        vec(character(), length).prop_map(|characters| characters.into_iter().collect())
    }

    /// One to six characters out of a text.
    fn part(text: &str, start: Index, length: usize) -> String {
        let characters: Vec<char> = text.chars().collect();
        if characters.is_empty() {
            return String::new();
        }
        characters.iter().skip(start.index(characters.len())).take(length).collect()
    }

    /// Both kinds of engine must say of the fields what a scan says.
    fn assert_found_as_by_a_scan(fields: &[String], searched: &str) -> Result<(), TestCaseError> {
        let Some(phrase) = Phrase::parse(searched) else {
            prop_assert!(searched.is_empty());
            return Ok(());
        };
        let index = index_text(fields);
        let contained = fields.iter().any(|field| field.contains(searched));
        prop_assert_eq!(phrase_search(&index, &phrase.fts5_query()), contained);
        let candidate = search_without_positions(&index, &phrase);
        prop_assert!(candidate || !contained);
        if phrase.is_exact_without_positions() {
            prop_assert_eq!(candidate, contained);
        }
        Ok(())
    }

    #[test]
    fn every_position_of_every_field_has_a_token() {
        for (fields, index) in [
            (&[][..], ""),
            (&[""], ""),
            (&["", ""], ""),
            (&["株"], "株"),
            (&["東京"], "東京 京"),
            (&["東京都"], "東京 京都 都"),
            (&["a1"], "a1 1"),
            (&["𠮷野"], "𠮷野 野"),
            (&["r&d"], "r\u{10FE26} \u{10FE26}d d"),
            (&["a b"], "a\u{10FE20} \u{10FE20}b b"),
            (&["甲", "乙"], "甲 \u{10FEFF}\u{10FEFF} 乙"),
            (&["", "甲", "", "乙", ""], "甲 \u{10FEFF}\u{10FEFF} 乙"),
        ] {
            assert_eq!(index_text(fields), index, "{fields:?}");
        }
    }

    #[test]
    fn a_phrase_is_written_for_fts5_by_its_length() {
        for (searched, query, is_prefix, is_exact) in [
            ("京", "\"京\" *", true, true),
            ("東京", "\"東京\"", false, true),
            ("東京都", "\"東京 京都\"", false, false),
            ("東京都港", "\"東京 京都 都港\"", false, false),
            ("\"", "\"\u{10FE22}\" *", true, true),
            ("\" *", "\"\u{10FE22}\u{10FE20} \u{10FE20}\u{10FE2A}\"", false, false),
            ("\0", "\"\u{10FE00}\" *", true, true),
        ] {
            let phrase = Phrase::parse(searched).unwrap();
            assert_eq!(phrase.fts5_query(), query);
            assert_eq!(phrase.is_prefix(), is_prefix, "{searched}");
            assert_eq!(phrase.is_exact_without_positions(), is_exact, "{searched}");
        }
        assert_eq!(Phrase::parse(""), None);
    }

    #[test]
    fn only_ascii_that_the_tokenizer_drops_or_folds_is_encoded_and_each_to_its_own() {
        let mut seen = HashSet::new();
        for character in '\0'..=char::MAX {
            let is_kept = !character.is_ascii() || character.is_ascii_lowercase() || character.is_ascii_digit();
            assert_eq!(encoded(character) == character, is_kept, "{character:?}");
            if character.is_ascii() {
                assert!(seen.insert(encoded(character)), "{character:?}");
            }
        }
    }

    #[test]
    fn nothing_is_found_across_fields() {
        let index = index_text(["東京", "都", "港区"]);
        for searched in ["京都", "東京都", "都港", "京都港"] {
            assert!(!phrase_search(&index, &Phrase::parse(searched).unwrap().fts5_query()), "{searched}");
        }
        for searched in ["東", "京", "都", "区", "東京", "港区"] {
            assert!(phrase_search(&index, &Phrase::parse(searched).unwrap().fts5_query()), "{searched}");
        }
    }

    #[test]
    fn repetition_within_a_text_is_counted() {
        let index = index_text(["ああ"]);
        assert!(phrase_search(&index, &Phrase::parse("ああ").unwrap().fts5_query()));
        assert!(!phrase_search(&index, &Phrase::parse("あああ").unwrap().fts5_query()));
        assert!(search_without_positions(&index, &Phrase::parse("あああ").unwrap()), "why a re-check is needed");
    }

    #[test]
    fn a_reserved_character_in_a_text_is_found_too_often_never_too_seldom() {
        let stored = "x\u{10FE41}y";
        let found = |searched| phrase_search(&index_text([stored]), &Phrase::parse(searched).unwrap().fts5_query());
        assert!(found(stored) && found("\u{10FE41}") && found("A"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_part_of_a_text_is_found(text in text(0..=40), start in any::<Index>(), length in 1..=6_usize) {
            let folded = fold(&text);
            let searched = fold(&part(&folded, start, length));
            assert_found_as_by_a_scan(&[folded], &searched)?;
        }

        #[test]
        fn a_random_text_is_found_where_it_is_contained(text_to_search in text(0..=40), searched in text(1..=6)) {
            assert_found_as_by_a_scan(&[fold(&text_to_search)], &fold(&searched))?;
        }

        #[test]
        fn a_part_of_the_fields_put_together_is_found_within_one_field_only(
            fields in vec(text(0..=5), 0..=6),
            start in any::<Index>(),
            length in 1..=6_usize,
        ) {
            let fields: Vec<String> = fields.iter().map(|field| fold(field)).collect();
            let searched = part(&fields.concat(), start, length);
            assert_found_as_by_a_scan(&fields, &searched)?;
        }

        #[test]
        fn tokens_hold_only_what_the_ascii_tokenizer_keeps(fields in vec(any::<String>(), 0..=4)) {
            let index = index_text(&fields);
            let kept = |c: char| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit();
            for token in index.split(' ').filter(|_| !index.is_empty()) {
                prop_assert!(matches!(token.chars().count(), 1 | 2), "{:?}", token);
                prop_assert!(token.chars().all(kept), "{:?}", token);
            }
        }
    }
}
