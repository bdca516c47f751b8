use super::*;

use proptest::prelude::*;

use crate::width::to_full_width_ascii;

fn read(text: &str) -> Result<String, DateError> {
    parse(text).map(|date| date.to_string())
}

/// Every day of these years.
fn days(years: std::ops::RangeInclusive<i16>) -> impl Iterator<Item = CivilDate> {
    years.flat_map(|year| {
        (1..=12).flat_map(move |month| (1..=31).filter_map(move |day| CivilDate::new(year, month, day).ok()))
    })
}

#[test]
fn one_day_is_read_however_it_is_written() {
    for text in [
        "令和7年4月1日",
        "令和07年04月01日",
        "令和７年４月１日",
        "令和 7 年 4 月 1 日",
        "　令和　7年　4月　1日　",
        "㋿7年4月1日",
        "令和七年四月一日",
        "令和 七年 四月 一日",
        "R7年4月1日",
        "R7.4.1",
        "R7. 4. 1",
        "R07.04.01",
        "r7-4-1",
        "r7.4.1",
        "R7/4/1",
        "Ｒ７．４．１",
        "ｒ７／４／１",
        "Ｒ７－４－１",
        "R7−4−1",
        "R7‐4‐1",
        "令7.4.1",
        "令和7.4.1",
        "令和\u{A0}7年4月1日",
        "令和7年4\u{2F49}1\u{2F47}",
        "2025-04-01",
        "2025-4-1",
        "2025/4/1",
        "2025/04/01",
        "２０２５／０４／０１",
        "2025.4.1",
        "2025年4月1日",
        "2025年04月01日",
        "西暦2025年4月1日",
        "西暦 2025/4/1",
        "二〇二五年四月一日",
        "二○二五年四月一日",
        "二千二十五年四月一日",
        "20250401",
        "２０２５０４０１",
    ] {
        assert_eq!(read(text).as_deref(), Ok("2025-04-01"), "{text}");
    }
}

#[test]
fn eras_begin_and_end_on_their_days() {
    for (text, date) in [
        ("令和元年5月1日", "2019-05-01"),
        ("令和1年5月1日", "2019-05-01"),
        ("R元.5.1", "2019-05-01"),
        ("令和元年十二月三十一日", "2019-12-31"),
        ("㍻31年4月30日", "2019-04-30"),
        ("平成31年4月30日", "2019-04-30"),
        ("平成元年1月8日", "1989-01-08"),
        ("H1.1.8", "1989-01-08"),
        ("昭和64年1月7日", "1989-01-07"),
        ("㍼64年1月7日", "1989-01-07"),
        ("S元.12.25", "1926-12-25"),
        ("大正15年12月25日", "1926-12-25"),
        ("㍽元年7月30日", "1912-07-30"),
        ("T1.7.30", "1912-07-30"),
        ("明治45年7月30日", "1912-07-30"),
        ("㍾6年1月1日", "1873-01-01"),
        ("M33.2.28", "1900-02-28"),
        ("明治三十三年三月一日", "1900-03-01"),
        ("H12.2.29", "2000-02-29"),
        ("令和99年12月31日", "2117-12-31"),
        ("0001-01-01", "0001-01-01"),
        ("1868-01-25", "1868-01-25"),
        ("9999-12-31", "9999-12-31"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(date), "{text}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    use DateError as E;
    for (text, error) in [
        ("平成31年5月1日", E::AfterEra { era: Era::Heisei }),
        ("平成32年1月1日", E::AfterEra { era: Era::Heisei }),
        ("昭和64年1月8日", E::AfterEra { era: Era::Showa }),
        ("昭和65年1月1日", E::AfterEra { era: Era::Showa }),
        ("大正15年12月26日", E::AfterEra { era: Era::Taisho }),
        ("明治45年7月31日", E::AfterEra { era: Era::Meiji }),
        ("令和元年4月30日", E::BeforeEra { era: Era::Reiwa }),
        ("平成元年1月7日", E::BeforeEra { era: Era::Heisei }),
        ("昭和元年12月24日", E::BeforeEra { era: Era::Showa }),
        ("大正元年7月29日", E::BeforeEra { era: Era::Taisho }),
        ("明治元年1月25日", E::OldCalendar),
        ("明治5年12月31日", E::OldCalendar),
        ("令和7年4月31日", E::NoSuchDay { last: 30 }),
        ("令和7年2月29日", E::NoSuchDay { last: 28 }),
        ("令和8年2月30日", E::NoSuchDay { last: 28 }),
        ("H12.2.30", E::NoSuchDay { last: 29 }),
        ("1900-02-29", E::NoSuchDay { last: 28 }),
        ("R7.4.0", E::NoSuchDay { last: 30 }),
        ("2025-04-1000", E::NoSuchDay { last: 30 }),
        ("R7.13.1", E::NoSuchMonth),
        ("R7.0.1", E::NoSuchMonth),
        ("20251301", E::NoSuchMonth),
        ("令和0年4月1日", E::YearZero),
        ("R0.4.1", E::YearZero),
        ("令和〇年四月一日", E::YearZero),
        ("0000-01-01", E::YearZero),
        ("00000101", E::YearZero),
        ("令和9999年1月1日", E::YearTooLarge),
        ("25/4/1", E::ShortYear),
        ("7年4月1日", E::ShortYear),
        ("西暦25年4月1日", E::ShortYear),
        ("元年4月1日", E::Unreadable),
        ("西暦元年4月1日", E::Unreadable),
        ("", E::Unreadable),
        ("　", E::Unreadable),
        ("令和", E::Unreadable),
        ("令和7年", E::Unreadable),
        ("令和7年4月", E::Unreadable),
        ("令和7年4月1", E::Unreadable),
        ("令和7/4月1日", E::Unreadable),
        ("R7.4/1", E::Unreadable),
        ("R7.4", E::Unreadable),
        ("R7.4.1.", E::Unreadable),
        ("R7.4.1頃", E::Unreadable),
        ("R 7 4 1", E::Unreadable),
        ("X7.4.1", E::Unreadable),
        ("RR7.4.1", E::Unreadable),
        ("慶応3年4月1日", E::Unreadable),
        ("令和1二年4月1日", E::Unreadable),
        ("令和七十十年四月一日", E::Unreadable),
        ("令和-7年4月1日", E::Unreadable),
        ("2025-04-01T00:00:00Z", E::Unreadable),
        ("2025 0401", E::Unreadable),
        ("2 0250401", E::Unreadable),
        ("12025-04-01", E::Unreadable),
        ("202504010", E::Unreadable),
        ("2025041", E::Unreadable),
        ("①②③④年⑤月⑥日", E::Unreadable),
        ("٢٠٢٥-٠٤-٠١", E::Unreadable),
    ] {
        assert_eq!(parse(text), Err(error), "{text}");
    }
    assert_eq!(parse(&"7".repeat(1_000_000)), Err(E::Unreadable));
}

#[test]
fn a_reason_names_the_day() {
    assert_eq!(DateError::AfterEra { era: Era::Heisei }.to_string(), "平成 ended on 2019-04-30");
    assert_eq!(DateError::BeforeEra { era: Era::Reiwa }.to_string(), "令和 began on 2019-05-01");
}

#[test]
fn dates_are_written_in_their_era() {
    for (year, month, day, long_form, short_form) in [
        (2025, 4, 1, "令和7年4月1日", "R7.4.1"),
        (2019, 5, 1, "令和元年5月1日", "R1.5.1"),
        (2019, 4, 30, "平成31年4月30日", "H31.4.30"),
        (1989, 1, 7, "昭和64年1月7日", "S64.1.7"),
        (1926, 12, 25, "昭和元年12月25日", "S1.12.25"),
        (1912, 7, 30, "大正元年7月30日", "T1.7.30"),
        (1912, 7, 29, "明治45年7月29日", "M45.7.29"),
        (1873, 1, 1, "明治6年1月1日", "M6.1.1"),
    ] {
        let date = CivilDate::new(year, month, day).unwrap();
        assert_eq!((long(date).as_deref(), short(date).as_deref()), (Some(long_form), Some(short_form)));
    }
    let before = CivilDate::new(1872, 12, 31).unwrap();
    assert_eq!((long(before), short(before), era_of(before)), (None, None, None));
}

#[test]
fn eras_follow_each_other_without_a_gap() {
    for (row, next) in ERAS.iter().zip(ERAS.iter().skip(1)) {
        let day_after = days(row.last.year..=row.last.year + 1).find(|day| *day > row.last).unwrap();
        assert!(next.first == row.last || next.first == day_after, "{}", next.name);
        assert_eq!(row.era.name(), row.name);
    }
}

#[test]
fn every_day_from_1873_to_2100_is_read_as_it_is_written() {
    let mut count = 0;
    for date in days(1873..=2100) {
        let (long, short) = (long(date).unwrap(), short(date).unwrap());
        for written in [&long, &short, &to_full_width_ascii(&short), &date.to_string()] {
            assert_eq!(parse(written), Ok(date), "{written}");
        }
        assert_eq!(parse(&date.to_string().replace('-', "")), Ok(date));
        count += 1;
    }
    assert_eq!(count, 83_275);
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(any in any::<String>(), near in "[令和平成昭RrHh㋿元0-9０-９〇一十二三年月日./－ -]{0,14}") {
        for text in [any, near] {
            if let Ok(date) = parse(&text) {
                prop_assert_eq!(CivilDate::new(date.year(), date.month(), date.day()), Ok(date));
            }
        }
    }

    #[test]
    fn spaces_around_the_parts_make_no_difference(
        year in 1873..=2100_i16, month in 1..=12_i8, day in 1..=28_i8, space in "[ 　\u{2009}]{0,3}"
    ) {
        let date = CivilDate::new(year, month, day).expect("days to 28 are in every month");
        let (era, number) = era_of(date).expect("eras begin before");
        let parts = [era.name(), &number.to_string(), "年", &month.to_string(), "月", &day.to_string(), "日"];
        let text = parts.join(&space);
        prop_assert_eq!(parse(&format!("{space}{text}{space}")), Ok(date));
    }
}
