//! Hiragana to katakana and back, half-width kana to full, and what a reading (フリガナ) is: for readings that are stored in
//! one script and shown or compared in the other, and for texts from banks and old systems. Only the form changes: no
//! kanji is read, no romanisation made, no long vowel guessed. The long vowel mark ー belongs to both scripts and stays as
//! it is. To compare texts there is [`crate::search_key`], which does all of this at once.

use std::iter::once;

use unicode_normalization::char::compose;

/// The distance between a hiragana and its katakana, the same for every pair.
const DISTANCE: u32 = 0x60;

/// The combining voiced mark: what remains of a katakana such as ヷ that has no hiragana of its own.
const VOICED_MARK: char = '\u{3099}';

const SEMI_VOICED_MARK: char = '\u{309A}';

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

/// Half-width katakana from U+FF61 on at full width, in the order of Unicode up to U+FF9D.
const FULL_WIDTH: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/// The text with half-width katakana and their signs at full width, marks joined to their letter: ﾊﾞ is バ. A mark that
/// belongs to no letter becomes the sign that stands alone (゛, ゜). Everything else stays, ASCII too.
///
/// ```
/// use musubi_text::kana::to_full_width_kana;
/// assert_eq!(to_full_width_kana("ｶ)ﾔﾏﾀﾞ ﾃﾞﾊﾟｰﾄ"), "カ)ヤマダ デパート");
/// ```
#[must_use]
pub fn to_full_width_kana(text: &str) -> String {
    let mut full = String::with_capacity(text.len());
    for character in text.chars() {
        let (mark, alone) = match character {
            'ﾞ' => (VOICED_MARK, '゛'),
            'ﾟ' => (SEMI_VOICED_MARK, '゜'),
            _ => {
                full.push(full_width_of(character));
                continue;
            }
        };
        match full.pop() {
            None => full.push(alone),
            Some(letter) => match compose(letter, mark).filter(|_| is_kana_letter(letter)) {
                Some(composed) => full.push(composed),
                None => full.extend([letter, alone]),
            },
        }
    }
    full
}

fn full_width_of(character: char) -> char {
    let at = u32::from(character).checked_sub(u32::from('｡')).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| FULL_WIDTH.chars().nth(at)).unwrap_or(character)
}

/// Whether a text can be the reading of a name: hiragana or katakana at full width, with ー, ・, iteration marks and
/// spaces between them, and at least one letter. Half-width kana are to be widened first ([`to_full_width_kana`]).
///
/// ```
/// use musubi_text::kana::is_kana_reading;
/// assert!(is_kana_reading("ヤマダ　タロウ") && is_kana_reading("さとう・はなこ"));
/// assert!(!is_kana_reading("ﾔﾏﾀﾞ") && !is_kana_reading("山田") && !is_kana_reading("　"));
/// ```
#[must_use]
pub fn is_kana_reading(text: &str) -> bool {
    let may_stand = |character| {
        is_kana_letter(character) || matches!(character, 'ー' | '・' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | ' ' | '\u{3000}')
    };
    text.chars().all(may_stand) && text.chars().any(is_kana_letter)
}

/// Whether a character is a letter of hiragana or katakana at full width; marks and ー are none.
#[must_use]
pub fn is_kana_letter(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | 'ァ'..='ヺ')
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

    #[test]
    fn half_width_kana_are_widened_with_their_marks() {
        for (half, full) in [
            ("", ""),
            ("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄ", "アイウエオカキクケコサシスセソタチツテト"),
            ("ﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ", "ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"),
            ("ｧｨｩｪｫｬｭｮｯｰ｡｢｣､･", "ァィゥェォャュョッー。「」、・"),
            ("ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ", "ガギグゲゴザジズゼゾダヂヅデド"),
            ("ﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ", "バビブベボパピプペポ"),
            ("ｳﾞﾜﾞｦﾞ", "ヴヷヺ"),
            ("カﾞはﾟ", "ガぱ"),
            ("ﾞﾟ", "゛゜"),
            ("ｱﾞﾝﾟ漢ﾞAﾞ", "ア゛ン゜漢゛A゛"),
            ("ｶﾞﾞ", "ガ゛"),
            ("ﾊﾟﾞ", "パ゛"),
            ("ABC 123 ＡＢＣ 山田", "ABC 123 ＡＢＣ 山田"),
            ("ﾡ￥", "ﾡ￥"),
        ] {
            assert_eq!(to_full_width_kana(half), full);
        }
    }

    #[test]
    fn widening_agrees_with_unicode_on_every_pair() {
        for character in '｡'..='ﾝ' {
            for mark in ["", "ﾞ", "ﾟ"] {
                let half = format!("{character}{mark}");
                let full = to_full_width_kana(&half);
                let normal: String = unicode_normalization::UnicodeNormalization::nfkc(half.as_str()).collect();
                assert_eq!(full.replace('゛', "\u{3099}").replace('゜', "\u{309A}"), normal);
            }
        }
    }

    #[test]
    fn readings_are_kana_alone() {
        for reading in ["ヤマダ", "やまだ　たろう", "ジョン・スミス", "ヴァイオリン", "いすゞ", "サーバー", "ヰヱヲ"]
        {
            assert!(is_kana_reading(reading), "{reading}");
        }
        for text in ["", " ", "ー", "・", "山田", "ﾔﾏﾀﾞ", "ヤマダ1", "yamada", "カ）ヤマダ", "ヤマダ\n", "か\u{3099}"]
        {
            assert!(!is_kana_reading(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_way_there_and_back_ends_in_the_script_asked_for(text in any::<String>()) {
            prop_assert_eq!(to_hiragana(&to_katakana(&text)), to_hiragana(&text));
            prop_assert_eq!(to_hiragana(&to_hiragana(&text)), to_hiragana(&text));
            prop_assert_eq!(to_katakana(&to_katakana(&text)), to_katakana(&text));
        }

        #[test]
        fn widening_leaves_no_half_width_kana_and_changes_nothing_for_searches(text in any::<String>(), kana in "[ｦ-ﾟカはA゛]{0,8}") {
            for text in [text, kana] {
                let full = to_full_width_kana(&text);
                prop_assert!(!full.contains(|character| ('｡'..='ﾟ').contains(&character)));
                prop_assert_eq!(crate::search_key::fold(&full), crate::search_key::fold(&text));
                prop_assert_eq!(to_full_width_kana(&full), full);
            }
        }
    }
}
