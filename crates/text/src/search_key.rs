//! The form in which texts are searched and compared without regard to spelling: NFKC, lower case, katakana as hiragana.
//! A stored text contains a searched one when `fold(stored).contains(&fold(searched))`, and everything that searches
//! (index, scan, key of an item) means exactly that. It is for comparing only: what a person typed is stored and shown
//! as typed. It knows no language beyond this: variants of kanji (髙 and 高, 邊 and 辺), long vowels (ー, 〜), hyphens
//! and company forms stay apart.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::kana;

/// Folds a text for search. Folding twice gives the same as folding once.
///
/// ```
/// use musubi_text::search_key::fold;
/// assert_eq!(fold("㈱ﾔﾏﾀﾞ　Ｒ＆Ｄ"), "(株)やまだ r&d");
/// ```
///
/// A mark belongs to the character before it, so the folding of two texts put together may differ from their foldings
/// put together: か and ゛ become が.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let folded = if is_normal(text) {
        fold_case_and_kana(text.chars(), text.len())
    } else {
        fold_case_and_kana(text.chars().map(combining_mark_of).nfkc(), text.len())
    };
    // Lower case can leave the normal form: J with a caron has no composed character, j with a caron has.
    if is_normal(&folded) { folded } else { folded.nfkc().collect() }
}

/// Whether the text is certainly in NFKC. A doubt counts as no: it costs time only.
fn is_normal(text: &str) -> bool {
    // Without the characters passed over, marks seem to stand closer together than they do, which is such a doubt.
    is_nfkc_quick(text.chars().filter(|character| !is_plain(*character))) == IsNormalized::Yes
}

/// The characters that nearly all Japanese text consists of: normal whatever stands before them, and without case. To
/// look nothing up for them makes folding several times faster.
fn is_plain(character: char) -> bool {
    matches!(character, '、'..='】' | 'ぁ'..='ゖ' | 'ァ'..='ヾ' | '一'..='鿿')
}

/// Normal text usually keeps its length in bytes, so one allocation of that size does for nearly all.
fn fold_case_and_kana(normal: impl Iterator<Item = char>, length: usize) -> String {
    let mut folded = String::with_capacity(length);
    for character in normal {
        match character {
            '\0'..='\x7F' => folded.push(character.to_ascii_lowercase()),
            'ァ'..='ヾ' => folded.extend(kana::hiragana_sequence(character)),
            _ if is_plain(character) => folded.push(character),
            _ => folded.extend(character.to_lowercase()),
        }
    }
    folded
}

/// The spacing voiced marks ゛ and ゜ as combining ones. NFKC alone would put a space before them and so take ハ゛, as
/// older systems write it, for something other than バ.
fn combining_mark_of(character: char) -> char {
    match character {
        '\u{309B}' => '\u{3099}',
        '\u{309C}' => '\u{309A}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use unicode_normalization::char::canonical_combining_class;

    use crate::width;

    /// The same sentence of the documentation without any shortcut.
    fn fold_plainly(text: &str) -> String {
        let normal: String = text.replace('゛', "\u{3099}").replace('゜', "\u{309A}").nfkc().collect();
        let lower: String = normal.chars().flat_map(char::to_lowercase).collect();
        kana::to_hiragana(&lower).nfkc().collect()
    }

    /// Texts made of characters that meet each other badly: case pairs, marks, kana, jamo, compatibility forms.
    fn troublesome() -> impl Strategy<Value = String> {
        const CHARACTERS: &str = "aAiIjJzｱＡａΣσςΐΑωẞßſǅİıÅ\u{212B}\u{212A}Ⅳ①㈱㍿㌔ﾊﾞﾟハは゛゜ーｰヴうウワわヷヺ\
            ヵヶヽゝゟヿー〜～髙神﨑⽇\u{F900}\u{FA19}𠮷𝐀ﬁ각ㄱﾡ´¨…\u{300}\u{301}\u{307}\u{30C}\u{323}\u{327}\u{345}\u{3099}\
            \u{309A}\u{93C}\u{1100}\u{1161}\u{11A8}\u{34F}\u{200D}\u{FE0F}\u{E0100}\u{3000} ";
        let characters: Vec<char> = CHARACTERS.chars().collect();
        vec(prop_oneof![4 => select(characters), 1 => any::<char>()], 0..12)
            .prop_map(|characters| characters.into_iter().collect())
    }

    #[test]
    fn one_word_has_one_key_however_it_is_written() {
        for (written, key) in [
            ("", ""),
            ("Musubi R&D", "musubi r&d"),
            ("ＭＵＳＵＢＩ　Ｒ＆Ｄ", "musubi r&d"),
            ("ﾊﾞﾅﾅ", "ばなな"),
            ("バナナ", "ばなな"),
            ("ハ\u{3099}ナナ", "ばなな"),
            ("ハ゛ナナ", "ばなな"),
            ("ﾊﾟﾝ", "ぱん"),
            ("ハ゜ン", "ぱん"),
            ("ヴァイオリン", "ゔぁいおりん"),
            ("う\u{3099}ぁいおりん", "ゔぁいおりん"),
            ("ヷ", "わ\u{3099}"),
            ("わ゛", "わ\u{3099}"),
            ("ヵヶヽヾ", "ゕゖゝゞ"),
            ("ｰー", "ーー"),
            ("㈱", "(株)"),
            ("㍿", "株式会社"),
            ("①Ⅳ㌔", "1ivきろ"),
            ("Ａ～Ｚ", "a~z"),
            ("É", "é"),
            ("E\u{301}", "é"),
            ("J\u{30C}", "ǰ"),
            ("İ", "i\u{307}"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("\u{212B}", "å"),
            ("\u{1112}\u{1161}\u{11AB}", "한"),
            ("\u{2F47}本", "日本"),
            ("\u{FA19}", "神"),
        ] {
            assert_eq!(fold(written), key, "{written:?}");
        }
    }

    #[test]
    fn what_the_key_does_not_know_stays_apart() {
        for (one, other) in [
            ("髙", "高"),
            ("﨑", "崎"),
            ("𠮷", "吉"),
            ("邊", "辺"),
            ("〜", "～"),
            ("−", "-"),
            ("‐", "-"),
            ("ー", "-"),
            ("は", "ば"),
            ("っ", "つ"),
            ("ß", "ss"),
            ("葛", "葛\u{E0100}"),
            ("株式会社", "(株)"),
        ] {
            assert_ne!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn a_text_is_found_by_a_part_of_it_written_otherwise() {
        let stored = fold("㈱ヤマダ商事　ﾃﾞｰﾀ活用（Ｒ＆Ｄ）業務委託契約書");
        for searched in ["やまだ", "ﾔﾏﾀﾞ", "(株)", "データ", "r&d", "(R&D)", "契約", " でーた"] {
            assert!(stored.contains(&fold(searched)), "{searched}");
        }
        assert!(!stored.contains(&fold("たーた")));
    }

    #[test]
    fn plain_characters_are_normal_starters_without_case() {
        for character in ('\0'..=char::MAX).filter(|character| is_plain(*character)) {
            assert_eq!(is_nfkc_quick([character].into_iter()), IsNormalized::Yes, "{character:?}");
            assert_eq!(canonical_combining_class(character), 0, "{character:?}");
            assert!(character.to_lowercase().eq([character]), "{character:?}");
        }
    }

    #[test]
    fn every_character_folds_to_what_folds_to_itself() {
        for character in '\0'..=char::MAX {
            let folded = fold(character.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&folded), folded, "{character:?}");
        }
    }

    #[test]
    fn every_capital_with_every_mark_folds_to_what_folds_to_itself() {
        let is_mark = |character: &char| is_nfkc_quick([*character].into_iter()) == IsNormalized::Maybe;
        let marks: Vec<char> = ('\0'..='\u{1FFFF}').filter(is_mark).collect();
        let capitals = ('\0'..='\u{1FFFF}').filter(|character| !character.to_lowercase().eq([*character]));
        assert!(marks.contains(&'\u{30C}') && marks.contains(&'\u{3099}'));
        for capital in capitals {
            for mark in &marks {
                let folded = fold(&format!("{capital}{mark}"));
                assert_eq!(fold(&folded), folded, "{capital:?} {mark:?}");
            }
        }
    }

    #[test]
    fn a_very_long_row_of_marks_is_folded_whole() {
        let text = format!("か{}", "\u{3099}\u{323}".repeat(2_000));
        let folded = fold(&text);
        assert!(folded.starts_with('が'));
        assert_eq!(folded.chars().count(), 4_000);
        assert_eq!(fold(&folded), folded);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(any in any::<String>(), troublesome in troublesome()) {
            for text in [any, troublesome] {
                let folded = fold(&text);
                prop_assert_eq!(fold(&folded), folded);
            }
        }

        #[test]
        fn the_shortcuts_change_nothing(any in any::<String>(), troublesome in troublesome()) {
            prop_assert_eq!(fold(&any), fold_plainly(&any));
            prop_assert_eq!(fold(&troublesome), fold_plainly(&troublesome));
        }

        #[test]
        fn script_and_width_make_no_difference(text in troublesome()) {
            prop_assert_eq!(fold(&kana::to_katakana(&text)), fold(&text));
            prop_assert_eq!(fold(&kana::to_hiragana(&text)), fold(&text));
            prop_assert_eq!(fold(&width::to_full_width_ascii(&text)), fold(&text));
            prop_assert_eq!(fold(&width::to_half_width_ascii(&text)), fold(&text));
        }

        #[test]
        fn the_key_is_in_normal_form(text in troublesome()) {
            let folded = fold(&text);
            prop_assert!(folded.nfkc().eq(folded.chars()));
        }
    }
}
