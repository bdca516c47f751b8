//! Contenders in turn, A B C A B C, so that what the machine does meanwhile strikes all alike; of the runs the median.

use std::time::Duration;

use anyhow::Result;

use crate::load::Outcome;
use crate::report::{decimal, milliseconds, per_second, ratio, say};

/// Somebody whose speed is measured.
pub(crate) struct Contender<'a> {
    /// How it is called in the table.
    pub(crate) name: String,
    /// One run.
    pub(crate) run: Box<dyn FnMut() -> Result<Outcome> + 'a>,
}

impl<'a> Contender<'a> {
    /// A contender.
    pub(crate) fn new(name: impl Into<String>, run: impl FnMut() -> Result<Outcome> + 'a) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// The runs of one contender.
#[derive(Clone, Default)]
pub(crate) struct Runs {
    name: String,
    outcomes: Vec<Outcome>,
}

/// Lets contenders run in turn, `runs` times each.
///
/// # Errors
/// What a run says: one that failed is no measurement.
pub(crate) fn in_turn(runs: usize, mut contenders: Vec<Contender<'_>>) -> Result<Vec<Runs>> {
    let mut measured: Vec<Runs> =
        contenders.iter().map(|contender| Runs { name: contender.name.clone(), outcomes: Vec::new() }).collect();
    for _ in 0..runs {
        for (contender, runs) in contenders.iter_mut().zip(&mut measured) {
            let outcome = (contender.run)()?.sound(&contender.name)?;
            let alone = Runs { name: String::new(), outcomes: vec![outcome.clone()] };
            say(&format!("  {}: {}", contender.name, alone.described()));
            runs.outcomes.push(outcome);
        }
    }
    Ok(measured)
}

impl Runs {
    /// Answers in a thousand seconds.
    pub(crate) fn rate(&self) -> u64 {
        median(self.outcomes.iter().map(|outcome| outcome.rate))
    }

    /// The time that `share` in a thousand of the answers did not exceed.
    pub(crate) fn time(&self, share: u64) -> Duration {
        Duration::from_nanos(median(
            self.outcomes
                .iter()
                .map(|outcome| u64::try_from(outcome.times.quantile(share).as_nanos()).unwrap_or(u64::MAX)),
        ))
    }

    /// Our rate over that of another contender in hundredths: the median over the pairs of runs.
    pub(crate) fn over(&self, other: &Self) -> u64 {
        median(self.outcomes.iter().zip(&other.outcomes).map(|(ours, theirs)| ratio(ours.rate, theirs.rate)))
    }

    /// Rate, times and processor time.
    pub(crate) fn described(&self) -> String {
        let times = format!("p50 {}, p99 {}", milliseconds(self.time(500)), milliseconds(self.time(990)));
        format!("{}, {times}{}", per_second(self.rate()), self.processor())
    }

    /// Name, rate and processor time.
    pub(crate) fn named(&self) -> String {
        format!("{} {}{}", self.name, per_second(self.rate()), self.processor())
    }

    /// The server's processor time for one answer, where it was looked at.
    fn processor(&self) -> String {
        let times: Vec<u64> =
            self.outcomes.iter().filter_map(|outcome| u64::try_from(outcome.processor?.as_nanos() / 10).ok()).collect();
        if times.is_empty() { String::new() } else { format!(", {} µs", decimal(median(times.into_iter()))) }
    }
}

/// The middle one; of an even number the lower of the two.
pub(crate) fn median(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = numbers.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(rate: u64) -> Outcome {
        let mut outcome = Outcome { rate, processor: Some(Duration::from_micros(33)), ..Outcome::default() };
        outcome.times.note(Duration::from_millis(rate));
        outcome
    }

    #[test]
    fn contenders_run_in_turn_and_are_compared_in_pairs() {
        let order = std::cell::RefCell::new(String::new());
        let contender = |name: &'static str, rates: [u64; 3]| {
            let (mut rates, order) = (rates.into_iter(), &order);
            Contender::new(name, move || {
                order.borrow_mut().push_str(name);
                Ok(outcome(rates.next().unwrap()))
            })
        };
        let measured = in_turn(3, vec![contender("a", [10, 40, 20]), contender("b", [5, 80, 5])]).unwrap();
        assert_eq!(order.borrow().as_str(), "ababab");
        assert_eq!((measured[0].rate(), measured[1].rate(), measured[0].over(&measured[1])), (20, 5, 200));
        assert_eq!(measured[0].named(), "a 0.02/s, 33.00 µs");
    }

    #[test]
    fn a_run_with_failures_is_no_measurement() {
        let mut failed = outcome(7);
        failed.failure = Some(503);
        let error = in_turn(1, vec![Contender::new("x", move || Ok(failed.clone()))]).err().unwrap();
        assert!(error.to_string().contains("503"));
        assert!(in_turn(1, vec![Contender::new("x", || Ok(Outcome::default()))]).is_err());
    }
}
