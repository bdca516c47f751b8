//! ASCII at full width (Ａ, １, ＆, ideographic space) and at half width (A, 1, &, space), for input fields that take
//! either and for outputs that demand one. Only these 95 pairs change: half-width kana, ￥ and every other compatibility
//! form are left to NFKC (see [`crate::search_key`]), which is for comparing, while what this module gives is for
//! storing and showing.

/// The distance between an ASCII sign and its full-width form, the same for all but the space.
const DISTANCE: u32 = 0xFEE0;

const IDEOGRAPHIC_SPACE: char = '\u{3000}';

/// The text with full-width digits, letters, signs and spaces as ASCII.
///
/// ```
/// use musubi_text::width::to_half_width_ascii;
/// assert_eq!(to_half_width_ascii("Ｒ＆Ｄ　第３課"), "R&D 第3課");
/// ```
#[must_use]
pub fn to_half_width_ascii(text: &str) -> String {
    text.chars().map(half_width_of).collect()
}

/// The text with ASCII digits, letters, signs and spaces at full width; control characters stay.
///
/// ```
/// use musubi_text::width::to_full_width_ascii;
/// assert_eq!(to_full_width_ascii("R&D 第3課"), "Ｒ＆Ｄ　第３課");
/// ```
#[must_use]
pub fn to_full_width_ascii(text: &str) -> String {
    text.chars().map(full_width_of).collect()
}

/// The ASCII character of a full-width one; any other as it is.
pub(crate) fn half_width_of(character: char) -> char {
    match character {
        IDEOGRAPHIC_SPACE => ' ',
        '！'..='～' => moved(u32::from(character) - DISTANCE),
        _ => character,
    }
}

fn full_width_of(character: char) -> char {
    match character {
        ' ' => IDEOGRAPHIC_SPACE,
        '!'..='~' => moved(u32::from(character) + DISTANCE),
        _ => character,
    }
}

fn moved(code_point: u32) -> char {
    char::from_u32(code_point).expect("ASCII and its full-width forms are characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn digits_letters_signs_and_spaces_change() {
        for (half, full) in [
            ("", ""),
            ("0123456789", "０１２３４５６７８９"),
            ("AZaz", "ＡＺａｚ"),
            ("!\"#$%&'()*+,-./", "！＂＃＄％＆＇（）＊＋，－．／"),
            (":;<=>?@[\\]^_`{|}~", "：；＜＝＞？＠［＼］＾＿｀｛｜｝～"),
            ("a b", "ａ　ｂ"),
        ] {
            assert_eq!(to_full_width_ascii(half), full);
            assert_eq!(to_half_width_ascii(full), half);
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in ["", "株式会社", "ｶﾞｷﾞ", "ガギ", "￥", "¥", "〜", "−", "・", "\r\n", "\u{7F}", "①", "👍🏽"]
        {
            assert_eq!(to_half_width_ascii(text), text);
            assert_eq!(to_full_width_ascii(text), text);
        }
    }

    #[test]
    fn half_width_agrees_with_unicode_on_every_character_it_changes() {
        for character in '\0'..=char::MAX {
            let half = half_width_of(character);
            if half != character {
                assert!(character.nfkc().eq([half]), "{character:?}");
                assert_eq!(full_width_of(half), character);
            }
        }
    }

    proptest! {
        #[test]
        fn the_way_there_and_back_ends_at_the_width_asked_for(text in any::<String>()) {
            prop_assert_eq!(to_half_width_ascii(&to_full_width_ascii(&text)), to_half_width_ascii(&text));
            prop_assert_eq!(to_full_width_ascii(&to_half_width_ascii(&text)), to_full_width_ascii(&text));
        }
    }
}
