//! What a new password must be: long enough, nothing that everybody tries first, and nothing that tells whose it is. No signs of any kind
//! are asked for (NIST SP 800-63B, 5.1.1.2).

use musubi_text::search_key::fold;

use crate::limits;
use crate::messages::Message;

/// Signs beside well-known parts that do not make a password less known.
const BESIDE: usize = 2;
/// Well-known parts that together are still well known.
const PARTS: usize = 3;
/// The longest part that a password may be made of over and over.
const REPEATED: usize = 4;

/// Words that people take for passwords.
const WORDS: [&str; 76] = [
    "password",
    "passwd",
    "passcode",
    "pass",
    "word",
    "himitsu",
    "ぱすわーど",
    "ひみつ",
    "あいことば",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "test",
    "tester",
    "demo",
    "sample",
    "default",
    "system",
    "server",
    "login",
    "signin",
    "welcome",
    "hello",
    "changeme",
    "change",
    "letmein",
    "secret",
    "master",
    "access",
    "musubi",
    "むすび",
    "company",
    "kaisha",
    "かいしゃ",
    "office",
    "iloveyou",
    "love",
    "princess",
    "sunshine",
    "dragon",
    "monkey",
    "football",
    "baseball",
    "superman",
    "batman",
    "pokemon",
    "doraemon",
    "sakura",
    "さくら",
    "takeshi",
    "tokyo",
    "とうきょう",
    "東京",
    "osaka",
    "おおさか",
    "japan",
    "nippon",
    "にほん",
    "日本",
    "spring",
    "summer",
    "autumn",
    "winter",
    "monday",
    "friday",
    "あいうえお",
    "aiueo",
    "いろは",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
];
/// Keys that lie beside one another.
const ROWS: [&str; 5] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujm"];
/// Signs that people put in the place of letters.
const STANDING_FOR: [(char, char); 9] =
    [('0', 'o'), ('1', 'l'), ('3', 'e'), ('4', 'a'), ('5', 's'), ('7', 't'), ('@', 'a'), ('$', 's'), ('!', 'i')];

/// What is wrong with a new password of a person of whom these texts tell (login ID, mail address, names).
#[must_use]
pub fn password_problem(password: &str, least: usize, about: &[&str]) -> Option<Message> {
    let characters = password.chars().count();
    if password.chars().any(char::is_control) {
        return Some(Message::ControlCharacter);
    }
    if characters < least {
        return Some(Message::PasswordTooShort { least });
    }
    if characters > limits::PASSWORD_CHARACTERS_MOST {
        return Some(Message::TooLong { most: limits::PASSWORD_CHARACTERS_MOST });
    }
    let folded = fold(password);
    let tells = |text: &&str| {
        let text = fold(text.trim());
        // One sign of a name tells nothing, and two letters hardly more.
        let fewest = if text.is_ascii() { 3 } else { 2 };
        text.chars().count() >= fewest && folded.contains(&text)
    };
    let mailboxes = about.iter().filter_map(|text| text.split_once('@').map(|(mailbox, _)| mailbox));
    if about.iter().copied().chain(mailboxes).any(|text| tells(&text)) {
        return Some(Message::PasswordTellsPerson);
    }
    is_well_known(&folded).then_some(Message::PasswordWellKnown)
}

/// Whether everybody tries it first: well-known parts with next to nothing beside them, or a part over and over.
fn is_well_known(folded: &str) -> bool {
    let as_typed: Vec<char> = folded.chars().collect();
    let as_meant: Vec<char> = as_typed.iter().map(|sign| letter_of(*sign)).collect();
    let words: Vec<Vec<char>> = WORDS.iter().map(|word| fold(word).chars().collect()).collect();
    let is_known = |signs: &[char]| {
        let (mut parts, mut beside, mut rest) = (0, 0, signs);
        while let Some((_, further)) = rest.split_first() {
            // Signs that stand for letters make words of what is typed; years and rows are as typed.
            let typed = as_typed.get(as_typed.len() - rest.len()..).unwrap_or_default();
            let length = part_length(rest, &words).max(part_length(typed, &words));
            match rest.get(length..).filter(|_| length > 0) {
                Some(behind) => (parts, rest) = (parts + 1, behind),
                None => (beside, rest) = (beside + 1, further),
            }
        }
        parts <= PARTS && beside <= BESIDE
    };
    is_repeated(&as_typed) || is_known(&as_typed) || is_known(&as_meant)
}

fn letter_of(sign: char) -> char {
    STANDING_FOR.iter().find(|(typed, _)| *typed == sign).map_or(sign, |(_, letter)| *letter)
}

fn is_repeated(signs: &[char]) -> bool {
    let repeats = |length: usize| {
        signs.len() >= 2 * length && signs.iter().skip(length).zip(signs).all(|(later, earlier)| later == earlier)
    };
    (1..=REPEATED).any(repeats)
}

/// The length of the well-known part with which signs begin; 0 where they begin with none.
fn part_length(signs: &[char], words: &[Vec<char>]) -> usize {
    let word = words.iter().filter(|word| signs.starts_with(word)).map(Vec::len).max().unwrap_or(0);
    let run = [-1, 0, 1].map(|by| run_length(signs, by)).into_iter().max().unwrap_or(0);
    let row = ROWS.iter().map(|row| row_length(signs, row)).max().unwrap_or(0);
    let length = word.max(date_length(signs));
    [run, row].into_iter().filter(|length| *length >= 3).fold(length, usize::max)
}

/// How many signs follow one another in the order of the alphabet, against it, or are the same.
fn run_length(signs: &[char], by: i32) -> usize {
    let follows = |pair: &[char]| match pair {
        [first, second] => i64::from(u32::from(*second)) - i64::from(u32::from(*first)) == i64::from(by),
        _ => false,
    };
    signs.windows(2).take_while(|pair| follows(pair)).count() + 1
}

/// How many signs lie beside one another on the keyboard, in one direction.
fn row_length(signs: &[char], row: &str) -> usize {
    let forth: Vec<char> = row.chars().collect();
    let back: Vec<char> = row.chars().rev().collect();
    let along = |row: &[char]| {
        let from = row.iter().position(|key| Some(key) == signs.first());
        let keys = from.and_then(|from| row.get(from..)).unwrap_or_default();
        keys.iter().zip(signs).take_while(|(key, sign)| key == sign).count()
    };
    along(&forth).max(along(&back))
}

/// A year of somebody's life, with a day behind it or not.
fn date_length(signs: &[char]) -> usize {
    let number = |from: usize, length: usize| -> Option<u32> {
        signs.get(from..from + length)?.iter().try_fold(0, |number, sign| Some(number * 10 + sign.to_digit(10)?))
    };
    let is_day = number(4, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(6, 2).is_some_and(|day| (1..=31).contains(&day));
    match number(0, 4) {
        Some(1930..=2039) if is_day => 8,
        Some(1930..=2039) => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(password: &str) -> Option<Message> {
        password_problem(password, 8, &["Hanako", "yamada.h@example.co.jp", "山田", "花", "Jo"])
    }

    #[test]
    fn what_everybody_tries_first_is_no_password() {
        for password in [
            "password",
            "Password1!",
            "P@ssw0rd",
            "p@$$w0rd12",
            "ｐａｓｓｗｏｒｄ",
            "passwordpassword",
            "12345678",
            "87654321",
            "123456789a",
            "abcdefgh",
            "11111111",
            "abababab",
            "xyzxyzxyz",
            "qwertyui",
            "poiuytrewq",
            "asdfghjkl",
            "1qaz2wsx",
            "1qaz2wsx3edc",
            "qwerty123",
            "admin123",
            "admin2026",
            "Welcome2025",
            "welcome1",
            "iloveyou",
            "sakura2024",
            "19900401",
            "20260401a",
            "letmein!!",
            "test1234",
            "testtest",
            "パスワード123",
            "ぱすわーど123",
            "ああああああああ",
            "あいうえお123",
            "abcd1234",
            "1234abcd",
            "changeme",
            "Administrator",
            "musubi2026",
            "日本日本日本日本",
        ] {
            assert_eq!(problem(password), Some(Message::PasswordWellKnown), "{password}");
        }
    }

    #[test]
    fn what_nobody_guesses_is_a_password() {
        for password in [
            "むすびの山 海 川",
            "correct horse battery staple",
            "kT9#vq2L",
            "x7Gp-4wQz-m2",
            "紫陽花と雨の朝食",
            "mizu.to.sora.88",
            "Tr0ub4dor&3",
            "8かいのまどべで",
            "thunderous-ink",
        ] {
            assert_eq!(problem(password), None, "{password}");
        }
        assert_eq!(problem(&"かきくけこ山川".repeat(36)), None);
    }

    #[test]
    fn lengths_are_characters() {
        assert_eq!(problem("山川草木花鳥風"), Some(Message::PasswordTooShort { least: 8 }));
        assert_eq!(problem("山川草木花鳥風月"), None);
        assert_eq!(password_problem("山川草木花鳥風月", 12, &[]), Some(Message::PasswordTooShort { least: 12 }));
        assert_eq!(problem(&"a".repeat(257)), Some(Message::TooLong { most: 256 }));
        assert_eq!(problem("mizu\nsora.88"), Some(Message::ControlCharacter));
    }

    #[test]
    fn a_password_does_not_tell_whose_it_is() {
        for password in ["xx-HANAKO-71", "ｈａｎａｋｏ::9x", "Yamada.H.1742", "私は山田なのです"] {
            assert_eq!(problem(password), Some(Message::PasswordTellsPerson), "{password}");
        }
        assert_eq!(problem("花咲く丘の上に"), Some(Message::PasswordTooShort { least: 8 }));
        assert_eq!(problem("花咲く丘の上にて"), None, "one sign tells nothing");
        assert_eq!(problem("Jolly-91-roger"), None, "two letters tell nothing");
    }
}
