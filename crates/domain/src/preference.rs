//! What somebody prefers at the pages: his language, and how days are written.

use jiff::civil::Date;
use musubi_text::wareki::{self, CivilDate};

use crate::messages::Locale;
use crate::time::Timestamp;

/// How days are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateStyle {
    /// `2026-11-22`.
    #[default]
    Western,
    /// `令和8年11月22日`; days before the eras of the solar calendar (1873) as the others.
    Japanese,
}

/// What somebody prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// The language of pages and mails; none: as his browser says.
    pub locale: Option<Locale>,
    /// How days are written.
    pub dates: DateStyle,
}

impl DateStyle {
    /// The style of a word that was stored or sent; none for any other word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "western" => Some(Self::Western),
            "japanese" => Some(Self::Japanese),
            _ => None,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Western => "western",
            Self::Japanese => "japanese",
        }
    }

    /// A day.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        let long = || wareki::long(CivilDate::new(date.year(), date.month(), date.day()).ok()?);
        let japanese = if self == Self::Japanese { long() } else { None };
        japanese.unwrap_or_else(|| date.to_string())
    }

    /// Day and time of day in Japan, to the minute.
    #[must_use]
    pub fn moment(self, moment: Timestamp) -> String {
        let minute = moment.jst_minute();
        match minute.split_once(' ') {
            Some((_, time)) => format!("{} {time}", self.date(moment.jst_date())),
            None => minute,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_preferred() {
        let day = jiff::civil::date(2026, 11, 22);
        assert_eq!(DateStyle::Western.date(day), "2026-11-22");
        assert_eq!(DateStyle::Japanese.date(day), "令和8年11月22日");
        assert_eq!(DateStyle::Japanese.date(jiff::civil::date(2019, 5, 1)), "令和元年5月1日");
        assert_eq!(DateStyle::Japanese.date(jiff::civil::date(1872, 12, 31)), "1872-12-31");
        let late = Timestamp::parse("2026-11-21T15:30:59Z").unwrap();
        assert_eq!(DateStyle::Western.moment(late), "2026-11-22 00:30");
        assert_eq!(DateStyle::Japanese.moment(late), "令和8年11月22日 00:30");
        for style in [DateStyle::Western, DateStyle::Japanese] {
            assert_eq!(DateStyle::of_word(style.word()), Some(style));
        }
        assert_eq!(DateStyle::of_word("和暦"), None);
    }
}
