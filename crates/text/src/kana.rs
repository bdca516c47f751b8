//! Hiragana to katakana and back, for readings that are stored in one script and shown or compared in the other. Only
//! the script changes: width and the composition of voiced marks are the work of NFKC (see [`crate::search_key`]), and
//! no kanji is read, no romanisation made, no long vowel guessed. The long vowel mark ー belongs to both scripts and
//! stays as it is.

use std::iter::once;

/// The distance between a hiragana and its katakana, the same for every pair.
const DISTANCE: u32 = 0x60;

/// The combining voiced mark: what remains of a katakana such as ヷ that has no hiragana of its own.
const VOICED_MARK: char = '\u{3099}';

/// The hiragana of a katakana; any other character as it is.
///
/// ```
/// use musubi_text::kana::hiragana_of;
/// assert_eq!(hiragana_of('ヴ'), 'ゔ');
/// assert_eq!(hiragana_of('ー'), 'ー');
/// ```
///
/// ヷ, ヸ, ヹ and ヺ stay, because their hiragana are two characters: [`to_hiragana`] writes those.
#[must_use]
pub fn hiragana_of(character: char) -> char {
    match character {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => moved(u32::from(character) - DISTANCE),
        _ => character,
    }
}

/// The katakana of a hiragana; any other character as it is.
///
/// ```
/// use musubi_text::kana::katakana_of;
/// assert_eq!(katakana_of('ゞ'), 'ヾ');
/// ```
#[must_use]
pub fn katakana_of(character: char) -> char {
    match character {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => moved(u32::from(character) + DISTANCE),
        _ => character,
    }
}

fn moved(code_point: u32) -> char {
    char::from_u32(code_point).expect("both kana blocks hold characters only")
}

/// The text with every katakana as hiragana.
///
/// ```
/// use musubi_text::kana::to_hiragana;
/// assert_eq!(to_hiragana("ヤマダ・タロー"), "やまだ・たろー");
/// ```
#[must_use]
pub fn to_hiragana(text: &str) -> String {
    let mut hiragana = String::with_capacity(text.len());
    for character in text.chars() {
        hiragana.extend(hiragana_sequence(character));
    }
    hiragana
}

/// The text with every hiragana as katakana.
///
/// ```
/// use musubi_text::kana::to_katakana;
/// assert_eq!(to_katakana("山田 たろう"), "山田 タロウ");
/// ```
#[must_use]
pub fn to_katakana(text: &str) -> String {
    text.chars().map(katakana_of).collect()
}

/// As [`hiragana_of`], with the four katakana whose hiragana need a mark of their own.
pub(crate) fn hiragana_sequence(character: char) -> impl Iterator<Item = char> {
    let (base, mark) = match character {
        'ヷ' => ('わ', Some(VOICED_MARK)),
        'ヸ' => ('ゐ', Some(VOICED_MARK)),
        'ヹ' => ('ゑ', Some(VOICED_MARK)),
        'ヺ' => ('を', Some(VOICED_MARK)),
        _ => (hiragana_of(character), None),
    };
    once(base).chain(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    /// Both alphabets written out by hand, so that the arithmetic is checked against something that is not arithmetic.
    const HIRAGANA: &str = "ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとど\
        なにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖゝゞ";
    const KATAKANA: &str = "ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトド\
        ナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶヽヾ";

    #[test]
    fn every_kana_of_one_script_has_its_pair_in_the_other() {
        assert_eq!(HIRAGANA.chars().count(), 0x56 + 2, "every hiragana letter and both iteration marks are listed");
        assert_eq!(to_katakana(HIRAGANA), KATAKANA);
        assert_eq!(to_hiragana(KATAKANA), HIRAGANA);
    }

    #[test]
    fn what_is_not_kana_of_the_other_script_stays() {
        for text in ["", "ー", "・", "〜", "々〆〇", "ﾊﾞﾅﾅ", "abc ABC 123", "株式会社山田商事", "𠮷野家", "ㇷ゚", "👨‍👩‍👧‍👦"]
        {
            assert_eq!(to_hiragana(text), text);
            assert_eq!(to_katakana(text), text);
        }
    }

    #[test]
    fn only_the_listed_characters_change() {
        for character in '\0'..=char::MAX {
            assert_eq!(hiragana_of(character) != character, KATAKANA.contains(character), "{character:?}");
            assert_eq!(katakana_of(character) != character, HIRAGANA.contains(character), "{character:?}");
        }
    }

    #[test]
    fn katakana_without_a_hiragana_of_their_own_are_written_with_the_mark() {
        assert_eq!(to_hiragana("ヷヸヹヺ"), "わ\u{3099}ゐ\u{3099}ゑ\u{3099}を\u{3099}");
        assert_eq!(to_katakana("わ\u{3099}"), "ワ\u{3099}");
        assert_eq!(hiragana_of('ヷ'), 'ヷ');
    }

    proptest! {
        #[test]
        fn the_way_there_and_back_ends_in_the_script_asked_for(text in any::<String>()) {
            prop_assert_eq!(to_hiragana(&to_katakana(&text)), to_hiragana(&text));
            prop_assert_eq!(to_hiragana(&to_hiragana(&text)), to_hiragana(&text));
            prop_assert_eq!(to_katakana(&to_katakana(&text)), to_katakana(&text));
        }
    }
}
