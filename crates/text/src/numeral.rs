//! Numbers written in kanji (漢数字): digit by digit (二〇二五) or with ten, hundred and thousand (二千二十五, 三十一), also
//! in the forms that contracts use against forgery (壱, 弐, 参, 拾). For dates and addresses, so it stops below ten
//! thousand; amounts of money with 万 and 億 are not its work.

/// The value of a digit written in kanji: 0 to 9.
#[must_use]
pub fn digit_of(character: char) -> Option<u16> {
    Some(match character {
        '〇' | '零' | '○' | '◯' => 0,
        '一' | '壱' | '壹' => 1,
        '二' | '弐' | '貳' => 2,
        '三' | '参' | '參' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Ten, hundred and thousand.
fn unit_of(character: char) -> Option<u16> {
    Some(match character {
        '十' | '拾' => 10,
        '百' => 100,
        '千' | '阡' => 1_000,
        _ => return None,
    })
}

/// Whether a number in kanji may hold this character.
#[must_use]
pub fn is_numeral(character: char) -> bool {
    digit_of(character).is_some() || unit_of(character).is_some()
}

/// The number that the whole text is, from 0 to 9,999; none for any other text.
///
/// ```
/// use musubi_text::numeral::parse;
/// assert_eq!(parse("二〇二五"), Some(2025));
/// assert_eq!(parse("三十一"), Some(31));
/// assert_eq!(parse("三一十"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<u16> {
    if text.is_empty() {
        return None;
    }
    if text.chars().any(|character| unit_of(character).is_some()) { with_units(text) } else { by_digits(text) }
}

fn by_digits(text: &str) -> Option<u16> {
    if text.chars().count() > 4 {
        return None;
    }
    text.chars().try_fold(0, |number, character| Some(number * 10 + digit_of(character)?))
}

/// Units go down from thousand to ten, each once; before each stands one digit or none, and zero stands nowhere.
fn with_units(text: &str) -> Option<u16> {
    let (mut number, mut digit, mut last_unit) = (0, None, u16::MAX);
    for character in text.chars() {
        if let Some(unit) = unit_of(character) {
            if unit >= last_unit {
                return None;
            }
            number += digit.take().unwrap_or(1) * unit;
            last_unit = unit;
        } else {
            let value = digit_of(character).filter(|value| *value > 0)?;
            if digit.replace(value).is_some() {
                return None;
            }
        }
    }
    Some(number + digit.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    /// The number with units, as it is written in contracts.
    fn written(number: u16) -> String {
        const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let place = |unit: u16, name: &str| match number / unit % 10 {
            0 => String::new(),
            1 => name.to_owned(),
            digit => format!("{}{name}", DIGITS[usize::from(digit)]),
        };
        format!("{}{}{}{}", place(1_000, "千"), place(100, "百"), place(10, "十"), DIGITS[usize::from(number % 10)])
    }

    #[test]
    fn numbers_are_read_by_digits_and_with_units() {
        for (text, number) in [
            ("〇", 0),
            ("七", 7),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("三十一", 31),
            ("一十", 10),
            ("百", 100),
            ("千九百八十九", 1989),
            ("二千二十五", 2025),
            ("二〇二五", 2025),
            ("二○二五", 2025),
            ("○七", 7),
            ("一二", 12),
            ("弐拾壱", 21),
            ("九千九百九十九", 9999),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_number_is_none() {
        for text in ["", "十十", "三一十", "十百", "〇十", "十〇", "二〇二五一", "1", "一1", "万", "一 二", "ー", "年"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_is_read_as_it_is_written() {
        for number in 1..=9_999 {
            assert_eq!(parse(&written(number)), Some(number));
        }
    }

    proptest! {
        #[test]
        fn a_number_holds_numerals_only(text in "[〇一二三十百千年月 ]{0,6}") {
            if parse(&text).is_some() {
                prop_assert!(text.chars().all(is_numeral));
            }
        }
    }
}
