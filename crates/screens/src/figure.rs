//! Figures as pages show them.

use crate::texts::{Texts, fill};

/// A count with its thousands set apart: `12,345`.
pub(crate) fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let first = digits.len() % 3;
    let mut text = if count < 0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How long something takes, as people say it: `1分20秒`.
pub(crate) fn duration(say: &Texts, seconds: i64) -> String {
    let say = &say.change_set;
    let seconds = seconds.max(0);
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let parts: [(i64, &str); 2] = match (hours, minutes) {
        (0, 0) => [(0, ""), (rest, say.seconds)],
        (0, minutes) => [(minutes, say.minutes), (rest, say.seconds)],
        (hours, minutes) => [(hours, say.hours), (minutes, say.minutes)],
    };
    parts.into_iter().filter(|(_, unit)| !unit.is_empty()).map(|(count, unit)| fill(unit, &grouped(count))).collect()
}

#[cfg(test)]
mod tests {
    use musubi_domain::messages::Locale;

    use super::*;
    use crate::texts::texts;

    #[test]
    fn thousands_are_set_apart() {
        for (count, text) in
            [(0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (123_456, "123,456"), (-1_234_567, "-1,234,567")]
        {
            assert_eq!(grouped(count), text);
        }
        assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn durations_are_said_in_two_units_at_most() {
        let ja = texts(Locale::Ja);
        for (seconds, text) in
            [(-3, "0秒"), (0, "0秒"), (59, "59秒"), (60, "1分0秒"), (80, "1分20秒"), (3_725, "1時間2分")]
        {
            assert_eq!(duration(ja, seconds), text);
        }
        assert_eq!(duration(texts(Locale::En), 80), "1 min 20 s ");
    }
}
