//! What the bench says: lines on the way, one table at the end.

use std::io::Write as _;
use std::time::Duration;

/// One figure beside what it is held against.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The number in the list of aims, P1, or the name of one that has none.
    pub(crate) figure: &'static str,
    /// What was done.
    pub(crate) work: String,
    /// What we came to.
    pub(crate) ours: String,
    /// The peer or limit, and what it came to in the same run.
    pub(crate) against: String,
    /// Ours over theirs, in hundredths.
    pub(crate) ratio: Option<u64>,
    /// What is aimed at.
    pub(crate) aim: String,
    /// Whether it is met, where something is aimed at.
    pub(crate) met: Option<bool>,
}

impl Line {
    /// A line without peer, ratio and aim.
    pub(crate) fn new(figure: &'static str, work: impl Into<String>, ours: impl Into<String>) -> Self {
        let (work, ours) = (work.into(), ours.into());
        Self { figure, work, ours, against: String::new(), ratio: None, aim: String::new(), met: None }
    }

    /// Held against a peer, with the ratio in hundredths.
    pub(crate) fn against(mut self, peer: impl Into<String>, ratio: u64) -> Self {
        self.against = peer.into();
        self.ratio = Some(ratio);
        self
    }

    /// The ratio is to reach so many hundredths.
    pub(crate) fn at_least(mut self, hundredths: u64) -> Self {
        self.aim = format!("≥ {} ×", decimal(hundredths));
        self.met = self.ratio.map(|ratio| ratio >= hundredths);
        self
    }

    /// The ratio is not to exceed so many hundredths.
    pub(crate) fn at_most(mut self, hundredths: u64) -> Self {
        self.aim = format!("≤ {} ×", decimal(hundredths));
        self.met = self.ratio.map(|ratio| ratio <= hundredths);
        self
    }

    /// Some other aim, met or not.
    pub(crate) fn aim(mut self, aim: impl Into<String>, met: bool) -> Self {
        self.aim = aim.into();
        self.met = Some(met);
        self
    }

    fn cells(&self) -> [String; 7] {
        let ratio = self.ratio.map(|ratio| format!("{} ×", decimal(ratio))).unwrap_or_default();
        let met = match self.met {
            Some(true) => "met",
            Some(false) => "not met",
            None => "",
        };
        [
            self.figure.to_owned(),
            self.work.clone(),
            self.ours.clone(),
            self.against.clone(),
            ratio,
            self.aim.clone(),
            met.to_owned(),
        ]
    }
}

/// The table, each column as wide as its widest cell.
pub(crate) fn table(lines: &[Line]) -> String {
    let head = ["", "work", "ours", "peer or limit", "ratio", "aim", ""].map(str::to_owned);
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(lines.iter().map(Line::cells)).collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(width(cell));
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, most) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', most - width(cell) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The columns of a terminal that a text takes: Japanese takes two for each character.
fn width(text: &str) -> usize {
    text.chars().map(|sign| if ('\u{3000}'..='\u{9FFF}').contains(&sign) { 2 } else { 1 }).sum()
}

/// Says a line on the way.
pub(crate) fn say(line: &str) {
    // A closed stderr is nobody's failure.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Hundredths as a decimal number.
pub(crate) fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", grouped(hundredths / 100), hundredths % 100)
}

/// A number with a comma between groups of three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate that is given for a thousand seconds; small ones exactly.
pub(crate) fn per_second(rate: u64) -> String {
    if rate < 100_000 { format!("{}/s", decimal(rate / 10)) } else { format!("{}/s", grouped(rate / 1_000)) }
}

/// A time in milliseconds.
pub(crate) fn milliseconds(time: Duration) -> String {
    let hundredths = u64::try_from(time.as_micros() / 10).unwrap_or(u64::MAX);
    format!("{} ms", decimal(hundredths))
}

/// Bytes in megabytes.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

/// `ours` over `theirs` in hundredths, rounded down: what is not reached is not claimed.
pub(crate) fn ratio(ours: u64, theirs: u64) -> u64 {
    ours.saturating_mul(100).checked_div(theirs).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!((grouped(0), grouped(999), grouped(1_234_567)), ("0".into(), "999".into(), "1,234,567".into()));
        assert_eq!((decimal(43), decimal(123_456)), ("0.43".into(), "1,234.56".into()));
        assert_eq!((per_second(450), per_second(1_234_567_000)), ("0.45/s".into(), "1,234,567/s".into()));
        assert_eq!(milliseconds(Duration::from_micros(1_239)), "1.23 ms");
        assert_eq!(megabytes(33_435_808), "33.4 MB");
        assert_eq!((ratio(1, 3), ratio(5, 0)), (33, 0));
    }

    #[test]
    fn columns_stand_under_one_another() {
        let lines = [
            Line::new("P1", "一覧", "10/s").against("limit 40/s", 25).at_least(25),
            Line::new("P12", "detail", "1,000/s").against("x", 131).at_most(130),
        ];
        let table = table(&lines);
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows[1], "P1   一覧    10/s     limit 40/s     0.25 ×  ≥ 0.25 ×  met");
        assert_eq!(rows[2], "P12  detail  1,000/s  x              1.31 ×  ≤ 1.30 ×  not met");
    }
}
