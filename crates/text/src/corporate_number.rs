//! 法人番号 (13 digits, of the National Tax Agency) and 適格請求書発行事業者登録番号 (T and 13 digits, the registration number of an
//! issuer of qualified invoices). It knows how they are written and whether they can be right; whether a number is given
//! to somebody, and to whom, only the Agency's registers know.
//!
//! # The check digit
//!
//! The first of the 13 digits is 9 − (Σ Pn·Qn mod 9): Pn is the n-th of the other twelve from the right, Qn is 1 where n
//! is odd and 2 where it is even (法人番号の指定等に関する省令, 第二条). It is 1 to 9, never 0. It finds every single wrong digit but
//! a 0 for a 9 and a 9 for a 0.
//!
//! # Registration numbers of people
//!
//! A corporation's registration number is T and its 法人番号. Sole proprietors and bodies without a 法人番号 have 13 digits
//! that are nobody's 法人番号. The Agency publishes no rule for those digits, and other sources contradict each other. So
//! [`InvoiceNumber`] takes any 13 digits, and [`InvoiceNumber::fits_check_digit`] is for a warning, not for a refusal.

use std::fmt;

use crate::width::half_width_of;

const DIGITS: usize = 13;

/// Twelve digits: what stands behind the check digit.
const BASE: u64 = 1_000_000_000_000;

/// A 法人番号 whose check digit is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorporateNumber(u64);

/// A 登録番号: T and 13 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvoiceNumber(u64);

/// Why a text is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not 13 digits.
    Length {
        /// How many there are.
        found: usize,
    },
    /// Another character among the digits.
    NotDigit {
        /// The first such character, as it was given.
        character: char,
    },
    /// The first digit does not follow from the others.
    CheckDigit {
        /// The digit that would.
        expected: u8,
        /// The digit that is there.
        found: u8,
    },
    /// A registration number without its T.
    NoLetter,
}

impl fmt::Display for NumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => write!(formatter, "{found} digits instead of {DIGITS}"),
            Self::NotDigit { character } => write!(formatter, "{character:?} is no digit"),
            Self::CheckDigit { expected, found } => {
                write!(formatter, "the first digit is {found} instead of {expected}")
            }
            Self::NoLetter => formatter.write_str("the T before the digits is missing"),
        }
    }
}

impl std::error::Error for NumberError {}

impl CorporateNumber {
    /// Reads a number as programs send it: 13 ASCII digits and nothing else.
    ///
    /// ```
    /// use musubi_text::corporate_number::{CorporateNumber, NumberError};
    /// assert!(CorporateNumber::parse("7000012050002").is_ok());
    /// assert_eq!(CorporateNumber::parse("6000012050002"), Err(NumberError::CheckDigit { expected: 7, found: 6 }));
    /// ```
    ///
    /// # Errors
    /// What is wrong, see [`NumberError`].
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let number = thirteen_digits(text)?;
        let (expected, found) = (check_digit_of(number % BASE), small(number / BASE));
        if expected == found { Ok(Self(number)) } else { Err(NumberError::CheckDigit { expected, found }) }
    }

    /// Reads a number as people type it: digits of any width, with hyphens and spaces anywhere.
    ///
    /// # Errors
    /// What is wrong, see [`NumberError`].
    pub fn parse_typed(text: &str) -> Result<Self, NumberError> {
        Self::parse(&bare(text))
    }

    /// The number of a corporation with this 会社法人等番号, the twelve digits of the commercial register; none if it is longer.
    #[must_use]
    pub fn from_register(register_number: u64) -> Option<Self> {
        (register_number < BASE).then(|| Self(u64::from(check_digit_of(register_number)) * BASE + register_number))
    }
}

/// The 13 digits.
impl fmt::Display for CorporateNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:013}", self.0)
    }
}

impl InvoiceNumber {
    /// Reads a number as programs send it: a capital T and 13 ASCII digits.
    ///
    /// # Errors
    /// What is wrong, see [`NumberError`]; never [`NumberError::CheckDigit`].
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        thirteen_digits(text.strip_prefix('T').ok_or(NumberError::NoLetter)?).map(Self)
    }

    /// Reads a number as people type it: T or t and digits of any width, with hyphens and spaces anywhere.
    ///
    /// # Errors
    /// What is wrong, see [`NumberError`]; never [`NumberError::CheckDigit`].
    pub fn parse_typed(text: &str) -> Result<Self, NumberError> {
        let bare = bare(text);
        Self::parse(&bare.strip_prefix('t').map_or_else(|| bare.clone(), |digits| format!("T{digits}")))
    }

    /// Whether the first digit follows from the others, as a corporation's must. See the module.
    #[must_use]
    pub fn fits_check_digit(self) -> bool {
        u64::from(check_digit_of(self.0 % BASE)) == self.0 / BASE
    }

    /// The 法人番号 of the issuer, should it be a corporation; none where it cannot be one. The same digits may be those of a
    /// person: a register must confirm them.
    #[must_use]
    pub fn possible_corporate_number(self) -> Option<CorporateNumber> {
        self.fits_check_digit().then_some(CorporateNumber(self.0))
    }
}

/// T and the 13 digits.
impl fmt::Display for InvoiceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "T{:013}", self.0)
    }
}

fn thirteen_digits(text: &str) -> Result<u64, NumberError> {
    if let Some(character) = text.chars().find(|character| !character.is_ascii_digit()) {
        return Err(NumberError::NotDigit { character });
    }
    let length = NumberError::Length { found: text.len() };
    if text.len() != DIGITS {
        return Err(length);
    }
    text.parse().map_err(|_| length)
}

/// The check digit before these twelve digits: 1 to 9.
fn check_digit_of(base: u64) -> u8 {
    let (mut rest, mut sum) = (base, 0);
    for position in 1..=12 {
        sum += rest % 10 * if position % 2 == 0 { 2 } else { 1 };
        rest /= 10;
    }
    small(9 - sum % 9)
}

fn small(digit: u64) -> u8 {
    u8::try_from(digit).expect("one decimal digit")
}

/// The text at half width without spaces and hyphens.
fn bare(text: &str) -> String {
    let is_filler = |character: &char| {
        character.is_whitespace() || matches!(character, '-' | 'ー' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    text.chars().map(half_width_of).filter(|character| !is_filler(character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    use crate::width::to_full_width_ascii;

    /// Numbers that their holders publish: the National Tax Agency, the Digital Agency, companies.
    const PUBLISHED: [&str; 6] =
        ["7000012050002", "8000012010038", "1180301018771", "4011001098993", "7120001168421", "9011101097073"];

    #[test]
    fn published_numbers_are_right() {
        for number in PUBLISHED {
            assert_eq!(CorporateNumber::parse(number).unwrap().to_string(), number);
            let invoice = InvoiceNumber::parse(&format!("T{number}")).unwrap();
            assert_eq!(invoice.possible_corporate_number().unwrap().to_string(), number);
        }
        assert_eq!(CorporateNumber::from_register(12_050_002).unwrap().to_string(), "7000012050002");
        assert_eq!(CorporateNumber::from_register(BASE), None);
    }

    #[test]
    fn people_may_type_widths_hyphens_and_spaces() {
        for text in [
            "7000012050002",
            "７００００１２０５０００２",
            "7-0000-1205-0002",
            "7 0000 1205 0002",
            "７－００００－１２０５－０００２",
            "　7‐0000‐1205‐0002　",
            "7−0000−1205−0002",
            "7ー0000ー1205ー0002",
        ] {
            assert_eq!(CorporateNumber::parse_typed(text).unwrap().to_string(), "7000012050002", "{text}");
            for letter in ["T", "t", "Ｔ", "ｔ", "T-", " T "] {
                let invoice = InvoiceNumber::parse_typed(&format!("{letter}{text}")).unwrap();
                assert_eq!(invoice.to_string(), "T7000012050002", "{letter}{text}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        use NumberError as E;
        for (text, error) in [
            ("", E::Length { found: 0 }),
            ("700001205000", E::Length { found: 12 }),
            ("70000120500021", E::Length { found: 14 }),
            ("700001205000x", E::NotDigit { character: 'x' }),
            ("T7000012050002", E::NotDigit { character: 'T' }),
            ("7-0000-1205-0002", E::NotDigit { character: '-' }),
            ("７００００１２０５０００２", E::NotDigit { character: '７' }),
            ("٧٠٠٠٠١٢٠٥٠٠٠٢", E::NotDigit { character: '٧' }),
            ("0000012050002", E::CheckDigit { expected: 7, found: 0 }),
            ("7000012050003", E::CheckDigit { expected: 6, found: 7 }),
        ] {
            assert_eq!(CorporateNumber::parse(text), Err(error), "{text}");
        }
        assert_eq!(InvoiceNumber::parse("7000012050002"), Err(E::NoLetter));
        assert_eq!(InvoiceNumber::parse("t7000012050002"), Err(E::NoLetter));
        assert_eq!(InvoiceNumber::parse("T700001205000"), Err(E::Length { found: 12 }));
        assert_eq!(InvoiceNumber::parse_typed("TT7000012050002"), Err(E::NotDigit { character: 'T' }));
        assert_eq!(CorporateNumber::parse_typed("七〇〇〇"), Err(E::NotDigit { character: '七' }));
    }

    #[test]
    fn a_registration_number_that_is_no_corporations_is_taken() {
        let number = InvoiceNumber::parse("T1000012050002").unwrap();
        assert!(!number.fits_check_digit());
        assert_eq!(number.possible_corporate_number(), None);
        assert_eq!(number.to_string(), "T1000012050002");
    }

    proptest! {
        #[test]
        fn a_number_made_from_the_register_is_read_back(base in 0..BASE) {
            let number = CorporateNumber::from_register(base).expect("twelve digits");
            prop_assert_eq!(CorporateNumber::parse(&number.to_string()), Ok(number));
            prop_assert_eq!(CorporateNumber::parse_typed(&to_full_width_ascii(&number.to_string())), Ok(number));
        }

        #[test]
        fn one_wrong_digit_is_always_found_but_0_for_9(base in 0..BASE, at in 0..13_usize, wrong in 0..10_u8) {
            let right = CorporateNumber::from_register(base).expect("twelve digits").to_string();
            let mut digits = right.clone().into_bytes();
            let old = std::mem::replace(&mut digits[at], b'0' + wrong);
            let text = String::from_utf8(digits).expect("digits are ASCII");
            let is_blind = at > 0 && old.abs_diff(b'0' + wrong) == 9;
            prop_assert_eq!(CorporateNumber::parse(&text).is_ok(), text == right || is_blind);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = (CorporateNumber::parse_typed(&text), InvoiceNumber::parse_typed(&text));
        }
    }
}
