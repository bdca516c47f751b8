//! Moments and days. A moment is microseconds since 1970 in UTC; a day is a calendar date. Nothing here asks what time it is.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// The first microsecond of the year 1 in UTC: RFC 3339 has no years before 0, and no calendar in use a year 0.
const FIRST_MICROSECOND: i64 = -62_135_596_800_000_000;
/// Japan Standard Time, which has had no summer time since 1951.
const JST: Offset = Offset::constant(9);

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// One day, inclusive at both ends, as moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayBounds {
    /// The first microsecond.
    pub first: Timestamp,
    /// The last microsecond.
    pub last: Timestamp,
}

impl Timestamp {
    /// From microseconds since 1970 (UTC).
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 (UTC).
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970, never negative, as UUID version 7 carries them.
    #[must_use]
    pub fn unix_milliseconds(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// This moment and `seconds` more.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// RFC 3339 in UTC with `Z` and whole seconds: `2025-06-01T03:00:01Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.0.div_euclid(1_000_000))
            .map_or_else(|_| String::new(), |time| time.to_string())
    }

    /// Reads RFC 3339 with an offset or `Z`, or `YYYY-MM-DD HH:MM:SS`, which is read as Japan Standard Time. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !is_moment_shaped(text) {
            return None;
        }
        let moment = if text.len() == 19 && text.as_bytes().get(10) == Some(&b' ') {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            civil.to_zoned(TimeZone::fixed(JST)).ok()?.timestamp()
        } else {
            text.parse::<jiff::Timestamp>().ok()?
        };
        let moment = moment.as_microsecond();
        (moment >= FIRST_MICROSECOND).then_some(Self(moment))
    }

    /// As [`Timestamp::parse`], for a bound: what lies behind the last moment that can be kept (9999-12-31T23:59:59Z, which callers write
    /// for "for ever") is that moment.
    #[must_use]
    pub fn parse_bound(text: &str) -> Option<Self> {
        let is_last_day = is_moment_shaped(text) && (text.starts_with("9999-12-30") || text.starts_with("9999-12-31"));
        Self::parse(text).or_else(|| is_last_day.then(|| Self(jiff::Timestamp::MAX.as_microsecond())))
    }

    /// The calendar date of this moment in Japan.
    #[must_use]
    pub fn jst_date(self) -> Date {
        jiff::Timestamp::from_microsecond(self.0).map_or(Date::ZERO, |time| JST.to_datetime(time).date())
    }

    /// Date and time of day in Japan, to the minute: `2025-06-01 12:00`.
    #[must_use]
    pub fn jst_minute(self) -> String {
        let civil = jiff::Timestamp::from_microsecond(self.0).map(|time| JST.to_datetime(time));
        civil.map_or_else(|_| String::new(), |civil| civil.strftime("%Y-%m-%d %H:%M").to_string())
    }

    /// Whether the moment has a part below the second.
    #[must_use]
    pub const fn has_fraction(self) -> bool {
        self.0.rem_euclid(1_000_000) != 0
    }

    /// The moment without its part below the second.
    #[must_use]
    pub const fn whole_seconds(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1_000_000))
    }
}

impl DayBounds {
    /// The day `date` in Japan.
    #[must_use]
    pub fn of_jst(date: Date) -> Option<Self> {
        let first = date.to_zoned(TimeZone::fixed(JST)).ok()?.timestamp().as_microsecond();
        Some(Self { first: Timestamp(first), last: Timestamp(first + 86_400_000_000 - 1) })
    }
}

/// Reads `YYYY-MM-DD`, a real calendar date; `None` for anything else.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let date: Option<Date> = if shaped { text.parse().ok() } else { None };
    // The calendar has no year 0.
    date.filter(|date| date.year() > 0)
}

/// RFC 3339 as far as its shape goes: the library below accepts more (weeks, brackets, reduced forms) than the wire does.
fn is_moment_shaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let sign = |at: usize, among: &[u8]| bytes.get(at).is_some_and(|byte| among.contains(byte));
    let day = digits(0, 4) && sign(4, b"-") && digits(5, 7) && sign(7, b"-") && digits(8, 10);
    let time = digits(11, 13) && sign(13, b":") && digits(14, 16) && sign(16, b":") && digits(17, 19);
    if !(day && time) {
        return false;
    }
    let mut rest = bytes.get(19..).unwrap_or_default();
    if rest.is_empty() {
        return sign(10, b" ");
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 || length > 9 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    let offset = rest.len() == 6
        && matches!(rest.first(), Some(b'+' | b'-'))
        && rest.get(3) == Some(&b':')
        && [1, 2, 4, 5].iter().all(|at| rest.get(*at).is_some_and(u8::is_ascii_digit))
        && rest.get(1..3).is_some_and(|hours| hours < b"24")
        && rest.get(4..6).is_some_and(|minutes| minutes < b"60");
    sign(10, b"Tt") && (matches!(rest, b"Z" | b"z") || offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_two_forms_and_no_other() {
        let noon = Timestamp::from_micros(1_748_746_801_000_000);
        for text in ["2025-06-01T03:00:01Z", "2025-06-01T12:00:01+09:00", "2025-06-01 12:00:01"] {
            assert_eq!(Timestamp::parse(text), Some(noon), "{text}");
        }
        let odd = [
            "",
            "2025-06-01",
            "2025-06-01T12:00:01",
            "2025-02-30T00:00:00Z",
            "2025-06-01 12:00:01Z",
            "20250601T120001Z",
            "2025-06-01T25:00:00Z",
            "2025-06-01T12:00:01.Z",
            "2025-06-01T12:00:01+9",
            "2025-06-01T12:00:01+24:00",
            "2025-06-01T12:00:01+09:60",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+09:00",
            "0001-01-01 08:59:59",
            "9999-12-31T23:59:59Z",
            "2025年06月01日",
        ];
        for text in odd {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert_eq!(noon.to_rfc3339(), "2025-06-01T03:00:01Z");
        for text in ["0001-01-01T00:00:00Z", "9999-12-30T21:59:59Z"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_rfc3339(), text);
        }
    }

    #[test]
    fn a_bound_behind_the_end_of_time_is_the_end() {
        let last = Timestamp::parse_bound("9999-12-31T23:59:59Z").unwrap();
        assert!(last > Timestamp::parse("9999-12-30T21:59:59Z").unwrap());
        assert_eq!(Timestamp::parse_bound("9999-12-31T24:00"), None);
        assert_eq!(Timestamp::parse_bound("2025-06-01T03:00:01Z"), Timestamp::parse("2025-06-01T03:00:01Z"));
    }

    #[test]
    fn a_japanese_day_begins_at_fifteen_oclock_utc() {
        let day = DayBounds::of_jst(parse_date("2026-01-01").unwrap()).unwrap();
        assert_eq!(day.first.to_rfc3339(), "2025-12-31T15:00:00Z");
        assert_eq!(day.last.jst_date(), parse_date("2026-01-01").unwrap());
        assert_eq!(day.last.micros() - day.first.micros(), 86_400_000_000 - 1);
    }

    #[test]
    fn dates_are_real_days() {
        assert!(parse_date("2024-02-29").is_some());
        for text in
            ["2023-02-29", "2024-2-9", "2024/02/09", "２０２４-02-09", "2024-02-09 ", "+002024-02-09", "0000-12-31"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
