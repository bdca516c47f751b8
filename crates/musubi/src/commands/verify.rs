//! `musubi verify`: whether what is stored is right, and mending what is made of it.

use clap::Args;
use musubi_domain::messages::Locale;
use musubi_domain::verify::{Finding, Weight};
use musubi_service::verify::{Checked, Part, Progress, Report, Verify as Command, verify};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::output::Output;
use crate::place::Place;
use crate::settings::{Given, Settings};
use crate::{lifecycle, telemetry};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Make anew what is made of documents: keys, links, linkage values, search rows, display names.
    #[arg(long)]
    repair: bool,
    /// The code of the tenant; all, where none is given.
    #[arg(long, value_name = "CODE")]
    tenant: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: Verify, given: &Given, output: Output) -> Result<(), Failure> {
    let settings = Settings::of_process(given)?;
    telemetry::begin_quietly(&settings);
    let place = Place::find(&settings, false)?;
    let runtime = lifecycle::runtime()?;
    let alone = !place.is_served();
    let service = place.open_to_verify(alone)?;
    let (json, wanted) = (command.json, Command { tenant: command.tenant, repair: command.repair, alone });
    let mut steps = (!json).then(|| Steps { output, step: String::new() });
    let on_progress = |progress: &Progress<'_>| {
        if let Some(steps) = &mut steps {
            steps.tell(&place_of(progress, output), &count(progress.done));
        }
    };
    let done = runtime.block_on(verify(&service, place.keys(), wanted, on_progress));
    service.db().close();
    drop(steps);
    let report = done?;
    if json {
        output.json(&object(&report, output.locale()))?;
    } else {
        print(&report, command.repair, output)?;
    }
    if report.errors == 0 {
        return Ok(());
    }
    let errors = count(report.errors);
    Err(Failure::plain(format!("{errors} 件の誤りがあります"), format!("there are {errors} errors")))
}

/// Tells how far it has come: in one place of a terminal, elsewhere in a line for each step.
struct Steps {
    output: Output,
    step: String,
}

impl Steps {
    fn tell(&mut self, step: &str, done: &str) {
        if self.output.is_watched() {
            self.output.progress(&format!("{step} {done}"));
        } else if self.step != step {
            self.output.progress(step);
        }
        step.clone_into(&mut self.step);
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if self.output.is_watched() {
            self.output.progress("");
        }
    }
}

/// Where it is, in words.
fn place_of(progress: &Progress<'_>, output: Output) -> String {
    let part = match progress.part {
        Part::Engine => output.choose("データベースのファイル", "the file of the database"),
        Part::Records => output.choose("レコード", "records"),
        Part::Keys => output.choose("索引のキー", "keys of indexes"),
        Part::UniqueValues => output.choose("一意の値", "unique values"),
        Part::Links => output.choose("参照", "links"),
        Part::SearchRows => output.choose("検索の索引", "rows of the search index"),
        Part::ChangeSets => output.choose("変更の記録", "change sets"),
        Part::Log => output.choose("操作ログ", "the operation log"),
        Part::Events => output.choose("イベント", "events"),
        Part::Counters => output.choose("カウンター", "counters"),
        Part::SearchContent => output.choose("検索の索引の内容", "the content of the search index"),
    };
    [progress.tenant, progress.database, Some(part)].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

fn print(report: &Report, repair: bool, output: Output) -> Result<(), Failure> {
    let locale = output.locale();
    for finding in &report.findings {
        output.line(&plain(&finding.text(locale)))?;
    }
    for finding in &report.mended {
        output.line(&format!("{}: {}", output.choose("修復しました", "mended"), plain(&finding.text(locale))))?;
    }
    let more = report.more_findings() + report.more_mended();
    if more > 0 {
        let (ja, en) = (format!("ほかに {} 件(表示は省略)", count(more)), format!("and {} more", count(more)));
        output.line(output.choose(&ja, &en))?;
    }
    output.line(&looked_at(&report.checked, output))?;
    if !report.checked.engine {
        output.line(output.choose(
            "PostgreSQL には自身を検査する機能がないので、ファイルの検査はしていません。",
            "PostgreSQL has nothing with which it checks itself: its files were not looked at.",
        ))?;
    }
    let counts = [report.errors, report.warnings, report.mended_count].map(count);
    let [errors, warnings, mended] = &counts;
    let ja = format!("誤り {errors} 件、警告 {warnings} 件、修復 {mended} 件");
    let en = format!("errors: {errors}, warnings: {warnings}, mended: {mended}");
    output.line(output.choose(&ja, &en))?;
    match advice(report, repair) {
        Some((ja, en)) => output.line(output.choose(ja, en)),
        None => Ok(()),
    }
}

/// What to do next.
fn advice(report: &Report, repair: bool) -> Option<(&'static str, &'static str)> {
    if report.mended_count > 0 {
        return Some((
            "もう一度 musubi verify を実行してください。修復したものは見つからないはずです。",
            "Run musubi verify once more: what was mended should not be found again.",
        ));
    }
    let can_be_mended = report.findings.iter().any(|finding| finding.flaw.is_derived());
    (can_be_mended && !repair).then_some((
        "musubi verify --repair で直せるものがあります。",
        "Some of it can be mended with musubi verify --repair.",
    ))
}

fn looked_at(checked: &Checked, output: Output) -> String {
    let words = checked.counts().into_iter().filter(|(_, count)| *count > 0).map(|(name, number)| {
        let word = match name {
            "tenants" => output.choose("企業", "tenants"),
            "databases" => output.choose("DB", "databases"),
            "records" => output.choose("レコード", "records"),
            "keys" => output.choose("索引のキー", "keys"),
            "unique_values" => output.choose("一意の値", "unique values"),
            "links" => output.choose("参照", "links"),
            "search_rows" => output.choose("検索の索引の行", "search rows"),
            "search_tokens" => output.choose("検索の索引の語", "search tokens"),
            "change_sets" => output.choose("変更の記録", "change sets"),
            "log_entries" => output.choose("操作ログ", "log entries"),
            _ => output.choose("イベント", "events"),
        };
        format!("{word} {}", count(number))
    });
    let words = words.collect::<Vec<_>>().join(output.choose("、", ", "));
    format!("{}: {words}", output.choose("検査しました", "looked at"))
}

/// A number as people read it: `1,234`.
fn count(number: i64) -> String {
    let digits = number.to_string();
    let places = digits.chars().count();
    let mut text = String::with_capacity(places + places / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (places - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text that cannot steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

fn object(report: &Report, locale: Locale) -> Value {
    let counts = report.checked.counts().into_iter().map(|(name, count)| (name.to_owned(), count.into()));
    let mut checked: Map<String, Value> = counts.collect();
    checked.insert("engine".to_owned(), report.checked.engine.into());
    let list = |findings: &[Finding]| findings.iter().map(|finding| member(finding, locale)).collect::<Value>();
    json!({
        "checked": checked,
        "findings": list(&report.findings),
        "more_findings": report.more_findings(),
        "mended": list(&report.mended),
        "more_mended": report.more_mended(),
        "errors": report.errors,
        "warnings": report.warnings,
    })
}

fn member(finding: &Finding, locale: Locale) -> Value {
    let weight = match finding.flaw.weight() {
        Weight::Error => "error",
        Weight::Warning => "warning",
    };
    json!({
        "code": finding.flaw.code(),
        "weight": weight,
        "tenant": finding.tenant,
        "database": finding.database,
        "record": finding.record,
        "spot": finding.spot.word().map(|word| json!({ word: finding.spot_value })),
        "detail": finding.detail,
        "can_be_mended": finding.flaw.is_derived(),
        "message": finding.flaw.text(locale),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn what_is_mended_or_can_be_is_followed_by_what_to_do() {
        let finding = |flaw| Finding {
            flaw,
            tenant: None,
            database: None,
            record: None,
            spot: musubi_domain::verify::Spot::Whole,
            spot_value: String::new(),
            detail: String::new(),
        };
        let report = |flaw, mended_count| Report { findings: vec![finding(flaw)], mended_count, ..Report::default() };
        use musubi_domain::verify::Flaw::{DocumentForm, KeyStray};
        assert!(advice(&report(KeyStray, 0), false).is_some_and(|(ja, _)| ja.contains("--repair")));
        assert_eq!(advice(&report(DocumentForm, 0), false), None);
        assert_eq!(advice(&report(KeyStray, 0), true), None);
        assert!(advice(&report(DocumentForm, 2), true).is_some_and(|(ja, _)| ja.contains("もう一度")));
    }
}
