//! Spans of days that are told from today: what 「今月」 means is settled when a list is asked for, not when it is kept.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use super::{Condition, Field, Operand};
use crate::time::DayBounds;

/// Days that a period counts at most.
pub const PERIOD_DAYS: i64 = 3_660;
/// The month in which a fiscal year begins.
const FISCAL_MONTH: i8 = 4;

/// A span of days told from today. Weeks begin on Monday, fiscal years in April.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// 今日.
    Today,
    /// 昨日.
    Yesterday,
    /// 明日.
    Tomorrow,
    /// 今日より前.
    BeforeToday,
    /// 今日より後.
    AfterToday,
    /// 今週.
    ThisWeek,
    /// 先週.
    LastWeek,
    /// 来週.
    NextWeek,
    /// 今月.
    ThisMonth,
    /// 先月.
    LastMonth,
    /// 来月.
    NextMonth,
    /// 今年.
    ThisYear,
    /// 昨年.
    LastYear,
    /// 今年度.
    ThisFiscalYear,
    /// 前年度.
    LastFiscalYear,
    /// So many days that end with today.
    LastDays(i64),
    /// So many days that begin with today.
    NextDays(i64),
}

impl Period {
    /// The first and the last day, where there is one, as seen on `today`. A count of days is held within 1 and [`PERIOD_DAYS`].
    #[must_use]
    pub fn days(self, today: Date) -> (Option<Date>, Option<Date>) {
        let moved = |span: Span| today.saturating_add(span);
        let day = |day: Date| (Some(day), Some(day));
        match self {
            Self::Today => day(today),
            Self::Yesterday => day(moved((-1).days())),
            Self::Tomorrow => day(moved(1.days())),
            Self::BeforeToday => (None, Some(moved((-1).days()))),
            Self::AfterToday => (Some(moved(1.days())), None),
            Self::ThisWeek => week(today),
            Self::LastWeek => week(moved((-1).weeks())),
            Self::NextWeek => week(moved(1.weeks())),
            Self::ThisMonth => month(today),
            // From the first on, so that the month before 31 March is February and not March.
            Self::LastMonth => month(today.first_of_month().saturating_add((-1).months())),
            Self::NextMonth => month(today.first_of_month().saturating_add(1.months())),
            Self::ThisYear => (Some(today.first_of_year()), Some(today.last_of_year())),
            Self::LastYear => {
                let last = today.first_of_year().saturating_add((-1).years());
                (Some(last), Some(last.last_of_year()))
            }
            Self::ThisFiscalYear => fiscal_year(today),
            Self::LastFiscalYear => fiscal_year(today.first_of_month().saturating_add((-1).years())),
            Self::LastDays(days) => (Some(moved((1 - held(days)).days())), Some(today)),
            Self::NextDays(days) => (Some(today), Some(moved((held(days) - 1).days()))),
        }
    }

    /// The condition that a field has a value within the period as seen on `today`, whether the field holds days or moments in Japan.
    pub(super) fn condition(self, field: Field, today: Date) -> Condition {
        let (first, last) = self.days(today);
        let between = |from, to| Condition::Between { field, from, to };
        let first_moment = first.and_then(DayBounds::of_jst).map(|day| Operand::Moment(day.first));
        let last_moment = last.and_then(DayBounds::of_jst).map(|day| Operand::Moment(day.last));
        let moments = between(first_moment, last_moment);
        match field {
            Field::CreatedAt | Field::UpdatedAt => moments,
            // A bound of another kind than the field's is met by no record, so that only one of the two says anything.
            Field::Item(_) | Field::Likeness { .. } | Field::CreatedBy | Field::UpdatedBy => {
                Condition::Any(vec![between(first.map(Operand::Date), last.map(Operand::Date)), moments])
            }
        }
    }
}

fn held(days: i64) -> i64 {
    days.clamp(1, PERIOD_DAYS)
}

fn week(day: Date) -> (Option<Date>, Option<Date>) {
    let since = i64::from(day.weekday().since(Weekday::Monday));
    let monday = day.saturating_add((-since).days());
    (Some(monday), Some(monday.saturating_add(6.days())))
}

fn month(day: Date) -> (Option<Date>, Option<Date>) {
    (Some(day.first_of_month()), Some(day.last_of_month()))
}

fn fiscal_year(day: Date) -> (Option<Date>, Option<Date>) {
    let back = (day.month() - FISCAL_MONTH).rem_euclid(12);
    let first = day.first_of_month().saturating_add((-i64::from(back)).months());
    (Some(first), Some(first.saturating_add(11.months()).last_of_month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_what_people_mean_by_them() {
        let days = |period: Period, today: &str| {
            let (first, last) = period.days(today.parse().unwrap());
            let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("{}..{}", text(first), text(last))
        };
        for (period, today, meant) in [
            (Period::Today, "2026-11-24", "2026-11-24..2026-11-24"),
            (Period::Yesterday, "2026-03-01", "2026-02-28..2026-02-28"),
            (Period::Tomorrow, "2026-12-31", "2027-01-01..2027-01-01"),
            (Period::BeforeToday, "2026-11-24", "..2026-11-23"),
            (Period::AfterToday, "2026-11-24", "2026-11-25.."),
            (Period::ThisWeek, "2026-11-22", "2026-11-16..2026-11-22"),
            (Period::ThisWeek, "2026-11-23", "2026-11-23..2026-11-29"),
            (Period::LastWeek, "2026-11-23", "2026-11-16..2026-11-22"),
            (Period::NextWeek, "2026-12-30", "2027-01-04..2027-01-10"),
            (Period::ThisMonth, "2028-02-10", "2028-02-01..2028-02-29"),
            (Period::LastMonth, "2026-03-31", "2026-02-01..2026-02-28"),
            (Period::NextMonth, "2026-01-31", "2026-02-01..2026-02-28"),
            (Period::ThisYear, "2026-11-24", "2026-01-01..2026-12-31"),
            (Period::LastYear, "2028-02-29", "2027-01-01..2027-12-31"),
            (Period::ThisFiscalYear, "2026-03-31", "2025-04-01..2026-03-31"),
            (Period::ThisFiscalYear, "2026-04-01", "2026-04-01..2027-03-31"),
            (Period::LastFiscalYear, "2026-11-24", "2025-04-01..2026-03-31"),
            (Period::LastDays(30), "2026-11-30", "2026-11-01..2026-11-30"),
            (Period::NextDays(7), "2026-11-24", "2026-11-24..2026-11-30"),
            (Period::LastDays(0), "2026-11-24", "2026-11-24..2026-11-24"),
        ] {
            assert_eq!(days(period, today), meant, "{period:?} on {today}");
        }
    }

    #[test]
    fn the_edges_of_the_calendar_hold() {
        for day in [Date::MIN, Date::MAX] {
            for period in
                [Period::LastDays(i64::MAX), Period::NextDays(i64::MAX), Period::NextMonth, Period::LastFiscalYear]
            {
                let _ = period.condition(Field::CreatedAt, day);
            }
        }
    }
}
