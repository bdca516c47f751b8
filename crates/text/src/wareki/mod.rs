//! Dates as people in Japan write them, in and out: 和暦 (令和7年4月1日, R7.4.1) and 西暦 (2025-04-01, 2025年4月1日). It knows
//! years, months and days only: no time of day, no time zone, no weekday, no present day. A layer with a calendar makes
//! its own date of the three numbers.
//!
//! # Eras
//!
//! A date of an era that had ended, or had not begun, is refused with the reason, so 平成31年5月1日 is no date. 明治45年
//! 7月30日 and 大正15年12月25日 are: on those two days one era ended and the next began. Written out, a day belongs to the
//! era that began on it.
//!
//! # Before 1873
//!
//! Until 明治5年12月2日 (1872-12-31) Japan counted by the moon, so 明治5年11月1日 is not the first of November 1872. Such
//! dates are refused ([`DateError::OldCalendar`]) rather than read wrongly, and a day before 1873-01-01 has no form of
//! an era. Western dates are read back to year 1, in the Gregorian calendar carried back.

use std::fmt;

use crate::numeral;
use crate::width::half_width_of;

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31. The numbers have the types of jiff's civil dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate {
    year: i16,
    month: i8,
    day: i8,
}

impl CivilDate {
    /// The date of these numbers.
    ///
    /// # Errors
    /// [`DateError::YearZero`], [`DateError::YearTooLarge`], [`DateError::NoSuchMonth`] or [`DateError::NoSuchDay`].
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        match year {
            ..=0 => return Err(DateError::YearZero),
            1..=9_999 => {}
            10_000.. => return Err(DateError::YearTooLarge),
        }
        if !(1..=12).contains(&month) {
            return Err(DateError::NoSuchMonth);
        }
        let last = last_day(year, month);
        if !(1..=last).contains(&day) {
            return Err(DateError::NoSuchDay { last });
        }
        Ok(Self { year, month, day })
    }

    /// A date of the table of eras.
    const fn known(year: i16, month: i8, day: i8) -> Self {
        Self { year, month, day }
    }

    /// The year: 1 to 9999.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month: 1 to 12.
    #[must_use]
    pub const fn month(self) -> i8 {
        self.month
    }

    /// The day of the month: 1 to 31.
    #[must_use]
    pub const fn day(self) -> i8 {
        self.day
    }
}

/// YYYY-MM-DD, as ISO 8601 has it.
impl fmt::Display for CivilDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn last_day(year: i16, month: i8) -> i8 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// An era (元号) since 1868.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治.
    Meiji,
    /// 大正.
    Taisho,
    /// 昭和.
    Showa,
    /// 平成.
    Heisei,
    /// 令和.
    Reiwa,
}

struct Row {
    era: Era,
    /// 令和.
    name: &'static str,
    /// The name as one sign of Unicode.
    sign: char,
    /// The letter of the short form.
    letter: char,
    first: CivilDate,
    last: CivilDate,
}

/// The eras, oldest first. The next one is a line here, an end for the line before, and a variant above.
static ERAS: [Row; 5] = [
    Row {
        era: Era::Meiji,
        name: "明治",
        sign: '㍾',
        letter: 'M',
        first: CivilDate::known(1868, 1, 25),
        last: CivilDate::known(1912, 7, 30),
    },
    Row {
        era: Era::Taisho,
        name: "大正",
        sign: '㍽',
        letter: 'T',
        first: CivilDate::known(1912, 7, 30),
        last: CivilDate::known(1926, 12, 25),
    },
    Row {
        era: Era::Showa,
        name: "昭和",
        sign: '㍼',
        letter: 'S',
        first: CivilDate::known(1926, 12, 25),
        last: CivilDate::known(1989, 1, 7),
    },
    Row {
        era: Era::Heisei,
        name: "平成",
        sign: '㍻',
        letter: 'H',
        first: CivilDate::known(1989, 1, 8),
        last: CivilDate::known(2019, 4, 30),
    },
    Row {
        era: Era::Reiwa,
        name: "令和",
        sign: '㋿',
        letter: 'R',
        first: CivilDate::known(2019, 5, 1),
        last: CivilDate::known(9999, 12, 31),
    },
];

/// The first day on which Japan counted as the West does.
const FIRST_GREGORIAN: CivilDate = CivilDate::known(1873, 1, 1);

impl Era {
    fn row(self) -> &'static Row {
        ERAS.iter().find(|row| row.era == self).expect("the table has a line for every era")
    }

    /// The name: 令和.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The letter of the short form: R.
    #[must_use]
    pub fn letter(self) -> char {
        self.row().letter
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> CivilDate {
        self.row().first
    }

    /// The last day; of the present era the last day that can be written, 9999-12-31.
    #[must_use]
    pub fn last(self) -> CivilDate {
        self.row().last
    }
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// Written in none of the forms of [`parse`].
    Unreadable,
    /// A year of fewer than four digits without an era: 25/4/1 may be 2025, 平成25年 or 昭和25年.
    ShortYear,
    /// Year 0, of an era or of the West: there is none.
    YearZero,
    /// A year after 9999.
    YearTooLarge,
    /// No month of 1 to 12.
    NoSuchMonth,
    /// No day of that month.
    NoSuchDay {
        /// The last day of the month.
        last: i8,
    },
    /// A date of an era before 明治6年1月1日: of the calendar by the moon.
    OldCalendar,
    /// The era had not begun.
    BeforeEra {
        /// The era; its first day is [`Era::first`].
        era: Era,
    },
    /// The era had ended.
    AfterEra {
        /// The era; its last day is [`Era::last`].
        era: Era,
    },
}

impl fmt::Display for DateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => formatter.write_str("not a date"),
            Self::ShortYear => formatter.write_str("the year has fewer than four digits and no era"),
            Self::YearZero => formatter.write_str("there is no year 0"),
            Self::YearTooLarge => formatter.write_str("the year is after 9999"),
            Self::NoSuchMonth => formatter.write_str("there is no such month"),
            Self::NoSuchDay { last } => write!(formatter, "the month has {last} days"),
            Self::OldCalendar => formatter.write_str("dates of an era are read from 明治6年1月1日 on"),
            Self::BeforeEra { era } => write!(formatter, "{} began on {}", era.name(), era.first()),
            Self::AfterEra { era } => write!(formatter, "{} ended on {}", era.name(), era.last()),
        }
    }
}

impl std::error::Error for DateError {}

/// The era of a day and the year in it, from 1 on; none before 1873-01-01.
#[must_use]
pub fn era_of(date: CivilDate) -> Option<(Era, i16)> {
    if date < FIRST_GREGORIAN {
        return None;
    }
    let row = ERAS.iter().rev().find(|row| row.first <= date)?;
    Some((row.era, date.year - row.first.year + 1))
}

/// The long form: 令和7年4月1日, with 元年 for the first year; none before 1873-01-01.
///
/// ```
/// use musubi_text::wareki::{CivilDate, long};
/// let date = CivilDate::new(2019, 5, 1).expect("a day of the calendar");
/// assert_eq!(long(date).as_deref(), Some("令和元年5月1日"));
/// ```
#[must_use]
pub fn long(date: CivilDate) -> Option<String> {
    let (era, year) = era_of(date)?;
    let CivilDate { month, day, .. } = date;
    Some(match year {
        1 => format!("{}元年{month}月{day}日", era.name()),
        _ => format!("{}{year}年{month}月{day}日", era.name()),
    })
}

/// The short form: R7.4.1; none before 1873-01-01.
#[must_use]
pub fn short(date: CivilDate) -> Option<String> {
    let (era, year) = era_of(date)?;
    Some(format!("{}{year}.{}.{}", era.letter(), date.month, date.day))
}

/// A longer text is no date, so it is not looked at.
const LONGEST: usize = 64;

/// Reads a date.
///
/// ```
/// use musubi_text::wareki::parse;
/// for text in ["令和7年4月1日", "Ｒ７．４．１", "㋿7年4月1日", "令和七年四月一日", "2025/4/1", "20250401"] {
///     assert_eq!(parse(text).map(|date| date.to_string()).as_deref(), Ok("2025-04-01"), "{text}");
/// }
/// ```
///
/// - An era, by name (令和), by its sign (㋿), by its letter (R, r) or by the first character of its name (令), then year,
///   month and day with 年月日, or with the same one of `.`, `/`, `-` between them. The first year may be 元.
/// - The same without an era, or after 西暦, with a year of four digits; or eight digits without anything between them.
/// - Numbers may be full width or in kanji, letters full width, and spaces may stand between the parts.
///
/// # Errors
/// What is wrong, see [`DateError`].
pub fn parse(text: &str) -> Result<CivilDate, DateError> {
    let text = plain(text)?;
    if text.len() == 8 && text.chars().all(|character| character.is_ascii_digit()) {
        return eight_digits(&text);
    }
    let mut scanner = Scanner { rest: &text };
    let era = scanner.era();
    let (year, digits) = scanner.year(era.is_some())?;
    let (month, day) = scanner.month_and_day()?;
    match era {
        Some(row) => in_era(row, year, month, day),
        None if digits < 4 && year < 1_000 => Err(DateError::ShortYear),
        None => CivilDate::new(year, month, day),
    }
}

/// The text with everything that is written in two ways written in one: width, signs of eras, hyphens, spaces.
fn plain(text: &str) -> Result<String, DateError> {
    let text = text.trim();
    if text.chars().take(LONGEST + 1).count() > LONGEST {
        return Err(DateError::Unreadable);
    }
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match ERAS.iter().find(|row| row.sign == character) {
            Some(row) => plain.push_str(row.name),
            None => plain.push(plain_of(character)),
        }
    }
    Ok(plain)
}

fn plain_of(character: char) -> char {
    match half_width_of(character) {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // What a PDF made of 日 and 月 when it was copied: radicals that look like them.
        '\u{2F47}' => '日',
        '\u{2F49}' => '月',
        space if space.is_whitespace() => ' ',
        half => half,
    }
}

fn eight_digits(digits: &str) -> Result<CivilDate, DateError> {
    let number: u32 = digits.parse().map_err(|_| DateError::Unreadable)?;
    let part = |divisor: u32, modulus: u32| i16::try_from(number / divisor % modulus).unwrap_or(i16::MAX);
    let small = |value: i16| i8::try_from(value).unwrap_or(i8::MAX);
    CivilDate::new(part(10_000, 10_000), small(part(100, 100)), small(part(1, 100)))
}

fn in_era(row: &Row, year: i16, month: i8, day: i8) -> Result<CivilDate, DateError> {
    if year == 0 {
        return Err(DateError::YearZero);
    }
    let western = row.first.year.saturating_add(year - 1);
    if western < FIRST_GREGORIAN.year {
        return Err(DateError::OldCalendar);
    }
    let date = CivilDate::new(western, month, day)?;
    if date < row.first {
        return Err(DateError::BeforeEra { era: row.era });
    }
    if date > row.last {
        return Err(DateError::AfterEra { era: row.era });
    }
    Ok(date)
}

/// Takes a plain text apart from the front. A part that is not there leaves the rest as it is.
struct Scanner<'t> {
    rest: &'t str,
}

impl<'t> Scanner<'t> {
    fn take(&mut self, part: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(part);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn era(&mut self) -> Option<&'static Row> {
        if self.take("西暦") {
            return None;
        }
        ERAS.iter().find(|row| {
            let initial: String = row.name.chars().take(1).collect();
            let letter = String::from(row.letter);
            self.take(row.name) || self.take(&initial) || self.take(&letter) || self.take(&letter.to_ascii_lowercase())
        })
    }

    /// The year and how many characters it has.
    fn year(&mut self, has_era: bool) -> Result<(i16, usize), DateError> {
        if has_era && self.take("元") { Ok((1, 1)) } else { self.number() }
    }

    /// What follows the year, to the end of the text.
    fn month_and_day(&mut self) -> Result<(i8, i8), DateError> {
        let separators = if self.take("年") {
            ("月", "日")
        } else {
            let sign = [".", "/", "-"].into_iter().find(|sign| self.take(sign)).ok_or(DateError::Unreadable)?;
            (sign, "")
        };
        let (month, _) = self.number()?;
        if !self.take(separators.0) {
            return Err(DateError::Unreadable);
        }
        let (day, _) = self.number()?;
        if !self.take(separators.1) || !self.rest.trim().is_empty() {
            return Err(DateError::Unreadable);
        }
        Ok((i8::try_from(month).unwrap_or(i8::MAX), i8::try_from(day).unwrap_or(i8::MAX)))
    }

    /// A number of one to four digits, or one in kanji, and how many characters it has.
    fn number(&mut self) -> Result<(i16, usize), DateError> {
        let rest = self.rest.trim_start();
        let is_ascii = rest.starts_with(|character: char| character.is_ascii_digit());
        let belongs =
            |character: char| if is_ascii { character.is_ascii_digit() } else { numeral::is_numeral(character) };
        let end = rest.find(|character| !belongs(character)).unwrap_or(rest.len());
        let (written, rest) = rest.split_at(end);
        let length = written.chars().count();
        let number = if is_ascii {
            written.parse().ok().filter(|_| length <= 4)
        } else {
            numeral::parse(written).and_then(|number| i16::try_from(number).ok())
        };
        self.rest = rest;
        number.map(|number| (number, length)).ok_or(DateError::Unreadable)
    }
}

#[cfg(test)]
mod tests;
