//! Where a Japanese address stands (町 and 番地), in the one form in which two addresses can be compared. 六本木一丁目2番3号
//! and 六本木1-2-3 are one place, and so are 霞が関 and 霞ヶ関, whatever building or floor follows. It is a key, for
//! comparing only. No list of towns is known: a town that is left out, renamed or misspelt is not found out, and the name
//! of the prefecture is the caller's to take off first.

use crate::numeral;
use crate::search_key::fold;

/// The place of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// What stands before the numbers, folded and without spaces: 港区六本木.
    pub town: String,
    /// 丁目, 番 and 号, as far as they are given, without leading zeros.
    pub numbers: Vec<String>,
}

impl Place {
    /// The place of an address without its prefecture.
    ///
    /// ```
    /// use musubi_text::address::Place;
    /// let place = Place::of("港区六本木一丁目２番３号 六本木ビル5F");
    /// assert_eq!(place, Place::of("港区六本木1-2-3"));
    /// assert_eq!((place.town.as_str(), place.numbers.len()), ("港区六本木", 3));
    /// ```
    #[must_use]
    pub fn of(address: &str) -> Self {
        let characters = with_plain_numbers(&plain(address));
        let mut town = String::new();
        let mut rest = characters.as_slice();
        while let Some((first, others)) = rest.split_first() {
            if first.is_ascii_digit() && !is_numbered_street(rest) {
                break;
            }
            town.push(*first);
            rest = others;
        }
        Self { town, numbers: numbers(rest) }
    }

    /// Whether two addresses can be those of one place: the same town, and numbers that do not contradict each other. A
    /// 丁目 alone is not enough where the other address says more, and neither is a town.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        let common = self.numbers.len().min(other.numbers.len());
        let is_exact = self.numbers.len() == other.numbers.len();
        self.town == other.town
            && !self.town.is_empty()
            && (common >= 2 || (is_exact && common == 1))
            && self.numbers.iter().zip(&other.numbers).all(|(one, another)| one == another)
    }
}

/// The address folded, with one sign for all hyphens, without spaces and 大字, and with one spelling of small kana in names.
fn plain(address: &str) -> Vec<char> {
    let folded = fold(address).replace("大字", "");
    let kept: Vec<char> = folded.chars().filter(|character| !character.is_whitespace()).collect();
    let is_kanji =
        |at: Option<usize>| at.and_then(|at| kept.get(at)).is_some_and(|character| ('一'..='鿿').contains(character));
    let spelt = |(at, character): (usize, &char)| {
        let is_between_kanji = is_kanji(at.checked_sub(1)) && is_kanji(Some(at + 1));
        match character {
            'ゖ' | 'が' if is_between_kanji => 'け',
            'っ' if is_between_kanji => 'つ',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => *other,
        }
    };
    kept.iter().enumerate().map(spelt).collect()
}

/// The characters with kanji numbers as digits where they count something, and with hyphens for what stands between.
fn with_plain_numbers(characters: &[char]) -> Vec<char> {
    let mut plain = Vec::with_capacity(characters.len());
    let mut rest = characters;
    while let Some((first, others)) = rest.split_first() {
        let run = rest.iter().take_while(|character| numeral::is_numeral(**character)).count();
        let (numeral, behind) = rest.split_at(run);
        // 六本木ビル after a number is a building, not a six.
        let is_word = behind.first().is_some_and(|next| ('一'..='鿿').contains(next));
        let is_counted = (is_number_behind(&plain) && !is_word) || unit(behind) > 0 || is_numbered_street(rest);
        if let Some(number) =
            Some(numeral).filter(|_| is_counted).and_then(|run| numeral::parse(&String::from_iter(run)))
        {
            plain.extend(number.to_string().chars());
            rest = behind;
        } else if plain.last().is_some_and(char::is_ascii_digit) && unit(rest) > 0 {
            plain.push('-');
            rest = rest.get(unit(rest)..).unwrap_or_default();
        } else {
            plain.push(*first);
            rest = others;
        }
    }
    plain
}

/// Whether what has been read ends in a number and a hyphen.
fn is_number_behind(plain: &[char]) -> bool {
    matches!(plain, [.., digit, '-'] if digit.is_ascii_digit())
}

/// How many characters a unit or a hyphen at the beginning has; 0 where there is none.
fn unit(rest: &[char]) -> usize {
    let is_numeral = |character: &char| character.is_ascii_digit() || numeral::is_numeral(*character);
    match rest {
        ['丁', '目', 'の', next, ..] | ['番', '地', 'の', next, ..] if is_numeral(next) => 3,
        ['丁', '目', ..] | ['番', '地', ..] => 2,
        // 一番町 and 五番丁 are names of towns.
        ['番', '町' | '丁', ..] => 0,
        ['番' | '号', ..] => 1,
        ['-' | 'ー' | 'の', next, ..] if is_numeral(next) => 1,
        _ => 0,
    }
}

/// Whether the characters begin with a number that belongs to the name of the town: 北1条西2丁目.
fn is_numbered_street(characters: &[char]) -> bool {
    let number = |character: &&char| character.is_ascii_digit() || numeral::is_numeral(**character);
    let length = characters.iter().take_while(number).count();
    length > 0 && characters.get(length) == Some(&'条')
}

/// The numbers at the beginning, up to the first character that is neither digit nor hyphen.
fn numbers(rest: &[char]) -> Vec<String> {
    let row: String = rest.iter().take_while(|character| character.is_ascii_digit() || **character == '-').collect();
    row.split('-').filter(|number| !number.is_empty()).map(|number| number.trim_start_matches('0').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn one_place_is_found_however_it_is_written() {
        for (one, others) in [
            (
                "港区六本木1-2-3",
                &[
                    "港区六本木１−２−３",
                    "港区六本木１ー２ー３",
                    "港区六本木1丁目2-3",
                    "港区六本木1丁目2番3号",
                    "港区六本木一丁目二番三号",
                    "港区六本木一丁目2番地3",
                    "港区六本木一丁目2番地の3",
                    "港区六本木1丁目2の3",
                    "港区 六本木 1-2-3",
                    "港区六本木1-2-3六本木ビル5F",
                    "港区六本木1-2-3 第2ビル501",
                    "港区六本木１‐２‐３　六本木ビル",
                    "港区六本木01-02-03",
                    "港区六本木一-二-三",
                ][..],
            ),
            ("千代田区霞が関3-1-1", &["千代田区霞ヶ関3-1-1", "千代田区霞ケ関三丁目1番1号"]),
            ("横浜市神奈川区三ツ沢上町5-1", &["横浜市神奈川区三ッ沢上町5番1号"]),
            ("千代田区一番町5", &["千代田区一番町5番地", "千代田区一番町五番"]),
            ("札幌市中央区北1条西2-3", &["札幌市中央区北一条西二丁目3", "札幌市中央区北１条西２丁目３番"]),
            ("千代田区丸の内1-9-1", &["千代田区丸の内一丁目9-1"]),
            ("中央区八丁堀2-3-4", &["中央区八丁堀二丁目3番4号"]),
            ("つくば市大字上野12", &["つくば市上野12番地"]),
        ] {
            for other in others {
                assert_eq!(Place::of(one), Place::of(other), "{one} {other}");
            }
            assert!(Place::of(one).is_alike(&Place::of(one)), "{one}");
        }
    }

    #[test]
    fn other_places_are_not_alike() {
        for (one, other) in [
            ("港区六本木1-2-3", "港区六本木1-2-4"),
            ("港区六本木1-2-3", "港区六本木2-2-3"),
            ("港区六本木1-2-3", "港区赤坂1-2-3"),
            ("港区六本木1-2-3", "港区六本木1"),
            ("港区六本木", "港区六本木"),
            ("札幌市中央区北1条西2-3", "札幌市中央区北1条西5-8"),
            ("札幌市中央区北1条西2-3", "札幌市中央区北2条西2-3"),
            ("", ""),
            ("1-2-3", "1-2-3"),
        ] {
            assert!(!Place::of(one).is_alike(&Place::of(other)), "{one} {other}");
        }
    }

    #[test]
    fn an_address_may_say_less() {
        assert!(Place::of("港区六本木1-2").is_alike(&Place::of("港区六本木1-2-3")));
        assert!(Place::of("港区六本木1-2-3-501").is_alike(&Place::of("港区六本木1-2-3")));
        assert!(Place::of("つくば市上野12").is_alike(&Place::of("つくば市上野12番地")));
    }

    proptest! {
        #[test]
        fn any_text_has_a_place_and_the_order_makes_no_difference(
            any in any::<String>(), one in "[港区六本木一二0-9１ー−丁目番地号の条 ]{0,16}", other in "[港区六本木一二0-9丁目番-]{0,12}"
        ) {
            for text in [any, one] {
                let (place, other) = (Place::of(&text), Place::of(&other));
                prop_assert_eq!(place.is_alike(&other), other.is_alike(&place));
                prop_assert!(!place.town.contains(char::is_whitespace));
            }
        }

        #[test]
        fn numbers_are_read_in_every_style(chome in 1..=40_u16, ban in 1..=99_u16, go in 1..=99_u16) {
            let place = Place::of(&format!("港区六本木{chome}-{ban}-{go}"));
            prop_assert_eq!(&place, &Place::of(&format!("港区六本木{chome}丁目{ban}番{go}号　ビル")));
            prop_assert_eq!(place.numbers, [chome, ban, go].map(|number| number.to_string()));
        }
    }
}
