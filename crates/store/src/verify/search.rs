//! The search index: whether it has the rows of the records, and whether they hold what it is to find them by.
//!
//! On PostgreSQL a row is compared as it is. FTS5 keeps no text and finds the tokens of one record only by asking for each, which takes
//! milliseconds a record. So there the whole index is read once, token by token, as it is stored; what it holds is added up over
//! ranges of record numbers and compared with what the records add up to ([`SearchSums`]). Only in ranges that differ are records
//! asked for one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, RecordNo};
use musubi_domain::record::SearchTexts;
use musubi_domain::template::Template;
use musubi_domain::verify::{Flaw, Spot};
use musubi_text::bigram::index_text;

use super::lookup::{Kind, Question, ask};
use super::record::{Sound, Stored, stored_between};
use super::templates::Templates;
use super::{Found, Looked, count_of};
use crate::db::{Row, SearchContent, Snapshot, token_counts};

/// Ranges of record numbers over which the index is added up at most: 8 MiB of sums.
const RANGES: usize = 1 << 20;

/// What the rows of some records came to.
pub(super) struct RowsLooked {
    pub(super) found: Vec<Found>,
    pub(super) prints: Vec<(RecordNo, u64)>,
}

/// The rows of records whose numbers lie in a range.
pub(super) fn rows_look(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    live: &[Sound<'_>],
    range: (RecordNo, RecordNo),
) -> Result<RowsLooked> {
    let texts: Vec<_> = live.iter().map(|sound| (sound, Tokens::of(&sound.facts.search_texts(template)))).collect();
    let mut rows = match snapshot.dialect().search_content() {
        SearchContent::ByRow(answer) => RowsLooked { found: compared(snapshot, answer, &texts)?, prints: Vec::new() },
        SearchContent::ByToken { counts, .. } => {
            let counts = counts_between(snapshot, counts, range)?;
            let flaw = |(sound, tokens): &(&Sound<'_>, Tokens)| match counts.get(&sound.number()) {
                None => Some(Found::of(sound.stored, Flaw::SearchMissing, Spot::Whole)),
                Some(held) if *held != Some(tokens.counts()) => {
                    Some(Found::of(sound.stored, Flaw::SearchDiffers, Spot::Whole))
                }
                Some(_) => None,
            };
            let prints = texts.iter().map(|(sound, tokens)| (sound.number(), tokens.print(sound.number())));
            RowsLooked { found: texts.iter().filter_map(flaw).collect(), prints: prints.collect() }
        }
    };
    // Texts of a removed item wait to be cleared away.
    let waits = |number| {
        let own = live.iter().find(|sound| Some(sound.number()) == number);
        own.is_some_and(|sound| template.is_to_be_cleared(&sound.stored.record.document))
    };
    rows.found.retain(|found| found.flaw != Flaw::SearchDiffers || !waits(found.number));
    Ok(rows)
}

fn compared(snapshot: &mut Snapshot<'_>, answer: &'static str, texts: &[(&Sound<'_>, Tokens)]) -> Result<Vec<Found>> {
    let question = Question {
        key: &[("record_no", Kind::Number), ("title", Kind::Text), ("body", Kind::Text)],
        answers: &[answer],
    };
    let dialect = snapshot.dialect();
    let key = |(sound, tokens): &(&Sound<'_>, Tokens)| {
        let text = |tokens: &str| dialect.search_text(sound.number().database(), tokens.to_owned()).into();
        vec![sound.number().0.into(), text(&tokens.title), text(&tokens.body)]
    };
    let answers = ask(snapshot, &question, &texts.iter().map(key).collect::<Vec<_>>())?;
    let flaw = |(sound, answer): (&Sound<'_>, Vec<Option<i64>>)| match answer.first().copied().flatten() {
        Some(1) => None,
        Some(_) => Some(Found::of(sound.stored, Flaw::SearchDiffers, Spot::Whole)),
        None => Some(Found::of(sound.stored, Flaw::SearchMissing, Spot::Whole)),
    };
    Ok(texts.iter().map(|(sound, _)| *sound).zip(answers).filter_map(flaw).collect())
}

/// How many tokens title and body of each row have; none where that cannot be read.
type Counts = BTreeMap<RecordNo, Option<(u64, u64)>>;

fn counts_between(snapshot: &mut Snapshot<'_>, sql: &str, (after, until): (RecordNo, RecordNo)) -> Result<Counts> {
    let rows = snapshot.rows(sql, &[after.0.into(), until.0.into()])?;
    let read = |mut row: Row| Ok((RecordNo(row.take()?), token_counts(&row.take::<Vec<u8>>()?)));
    rows.into_iter().map(read).collect()
}

/// The tokens of a record's row, each column's with spaces between.
struct Tokens {
    title: String,
    body: String,
}

impl Tokens {
    fn of(texts: &SearchTexts) -> Self {
        Self { title: index_text(&texts.title), body: index_text(&texts.body) }
    }

    fn counts(&self) -> (u64, u64) {
        let count = |text: &str| u64::try_from(in_order(text).count()).unwrap_or(u64::MAX);
        (count(&self.title), count(&self.body))
    }

    fn print(&self, record: RecordNo) -> u64 {
        let print = |text: &str, is_title| {
            (0..).zip(in_order(text)).fold(0_u64, |sum, (place, token)| {
                sum.wrapping_add(token_print(text_print(token), record, is_title, place))
            })
        };
        print(&self.title, true).wrapping_add(print(&self.body, false))
    }

    /// The query that these tokens meet, and what they are a part of; none where there are no tokens.
    fn query(&self) -> Option<String> {
        let column = |name: &str, text: &str| (!text.is_empty()).then(|| format!("({name} : \"{text}\")"));
        let columns = [column("title", &self.title), column("body", &self.body)];
        let columns: Vec<_> = columns.into_iter().flatten().collect();
        (!columns.is_empty()).then(|| columns.join(" AND "))
    }
}

fn in_order(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|token| !token.is_empty())
}

/// FNV-1a, 64 bits.
fn text_print(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// A number for a token at a place of a column of a record.
fn token_print(token: u64, record: RecordNo, is_title: bool, place: i64) -> u64 {
    let place = place.cast_unsigned().wrapping_mul(2).wrapping_add(u64::from(is_title));
    scattered(token ^ scattered(record.0.cast_unsigned() ^ scattered(place)))
}

/// A number that shows nothing of the one that it is made of (the last step of SplitMix64; Steele, Lea, Flood 2014).
const fn scattered(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// What records and index add up to, over ranges of the number that counts records. Of flat size: the more records, the wider a range.
#[derive(Clone, Debug)]
pub struct SearchSums {
    databases: BTreeSet<DatabaseNo>,
    width: i64,
    sums: Vec<u64>,
    last: i64,
}

impl SearchSums {
    /// Sums over the records up to the one that was made last before now; none where the engine compares rows as they are.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin(snapshot: &mut Snapshot<'_>) -> Result<Option<Self>> {
        let dialect = snapshot.dialect();
        if matches!(dialect.search_content(), SearchContent::ByRow(_)) {
            return Ok(None);
        }
        let rows = snapshot.rows(dialect.last_record_sequence(), &[])?;
        let last: i64 = rows.into_iter().next().map_or(Ok(0), |mut row| row.take())?;
        Ok(Some(Self::over(last)))
    }

    fn over(last: i64) -> Self {
        let width = last / count_of(RANGES) + 1;
        let ranges = usize::try_from(last / width + 1).unwrap_or(RANGES);
        Self { databases: BTreeSet::new(), width, sums: vec![0; ranges], last }
    }

    /// Takes a database in: what the index holds of others is passed over.
    pub fn take_in(&mut self, database: DatabaseNo) {
        self.databases.insert(database);
    }

    /// Adds what a record says the index must hold of it.
    pub fn add(&mut self, record: RecordNo, print: u64) {
        if let Some(sum) = self.sum_of(record) {
            *sum = sum.wrapping_add(print);
        }
    }

    /// Takes away what the index holds.
    pub fn take_away(&mut self, record: RecordNo, print: u64) {
        if let Some(sum) = self.sum_of(record) {
            *sum = sum.wrapping_sub(print);
        }
    }

    /// The ranges of a database's records, first excluded and last included, in which something is over or missing.
    #[must_use]
    pub fn unequal(&self, database: DatabaseNo) -> Vec<(RecordNo, RecordNo)> {
        let mut ranges: Vec<(RecordNo, RecordNo)> = Vec::new();
        for (at, _) in (0..).zip(&self.sums).filter(|(_, sum)| **sum != 0) {
            let first = RecordNo(RecordNo::new(database, at * self.width).0 - 1);
            let last = RecordNo(first.0 + self.width);
            match ranges.last_mut().filter(|(_, before)| *before == first) {
                Some((_, before)) => *before = last,
                None => ranges.push((first, last)),
            }
        }
        ranges
    }

    fn sum_of(&mut self, record: RecordNo) -> Option<&mut u64> {
        let sequence = record.0 - RecordNo::new(record.database(), 0).0;
        let is_counted = self.databases.contains(&record.database()) && sequence <= self.last;
        let at = usize::try_from(sequence / self.width).ok().filter(|_| is_counted)?;
        self.sums.get_mut(at)
    }
}

/// How far the index has been read: everything before this token, and of this token up to the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPlace {
    token: String,
    record: Option<RecordNo>,
}

/// A part of the index.
#[derive(Clone, Debug)]
pub struct TokensLooked {
    /// What it holds, record by record.
    pub prints: Vec<(RecordNo, u64)>,
    /// How many tokens were read.
    pub count: i64,
    /// Where the next part begins; none: it was the last.
    pub next: Option<TokenPlace>,
}

/// Reads on in the search index, about `most` tokens.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn tokens_look(snapshot: &mut Snapshot<'_>, place: &TokenPlace, most: i64) -> Result<TokensLooked> {
    let mut part = TokensLooked { prints: Vec::new(), count: 0, next: None };
    let SearchContent::ByToken { tokens, .. } = snapshot.dialect().search_content() else { return Ok(part) };
    let mut at = place.clone();
    let mut print = text_print(&at.token);
    snapshot.each(tokens, &[place.token.as_str().into()], |mut row| {
        let (token, record) = (row.take::<String>()?, RecordNo(row.take()?));
        let (column, offset): (String, i64) = (row.take()?, row.take()?);
        if token == place.token && place.record.is_some_and(|read| record <= read) {
            return Ok(ControlFlow::Continue(()));
        }
        let is_next = token != at.token || at.record != Some(record);
        if is_next && part.count >= most {
            part.next = Some(at.clone());
            return Ok(ControlFlow::Break(()));
        }
        if token != at.token {
            print = text_print(&token);
            at.token = token;
        }
        at.record = Some(record);
        part.count += 1;
        let print = token_print(print, record, column == "title", offset);
        match part.prints.last_mut().filter(|(last, _)| *last == record) {
            Some((_, sum)) => *sum = sum.wrapping_add(print),
            None => part.prints.push((record, print)),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if part.next.as_ref() == Some(place) {
        return Err(Error::internal("the search index gives its tokens in no order"));
    }
    Ok(part)
}

/// Looks at records of a range one by one, at most `most`: those whose row has as many tokens as it should, but others. (What has another
/// number is told where records are looked at.)
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn search_suspects_look(
    snapshot: &mut Snapshot<'_>,
    (after, until): (RecordNo, RecordNo),
    most: i64,
) -> Result<Looked<RecordNo>> {
    let mut looked = Looked { found: Vec::new(), count: 0, next: None };
    let SearchContent::ByToken { counts, meets, .. } = snapshot.dialect().search_content() else { return Ok(looked) };
    let Some(template) = Templates::default().of(snapshot, until.database()) else { return Ok(looked) };
    let records = stored_between(snapshot, after, until, most)?;
    looked.count = count_of(records.len());
    looked.next = records.last().filter(|_| looked.count == most).map(|stored| stored.record.number);
    let counts = counts_between(snapshot, counts, (after, looked.next.unwrap_or(until)))?;
    let is_sound = |stored: &&Stored| {
        stored.is_live()
            && stored.flaws(&template).is_empty()
            // Texts of a removed item wait to be cleared away.
            && !template.is_to_be_cleared(&stored.record.document)
    };
    for stored in records.iter().filter(is_sound) {
        let tokens = tokens_of(&template, stored);
        let number = stored.record.number;
        let (Some(query), true) = (tokens.query(), counts.get(&number) == Some(&Some(tokens.counts()))) else {
            continue;
        };
        if snapshot.rows(meets, &[number.0.into(), query.into()])?.is_empty() {
            looked.found.push(Found::of(stored, Flaw::SearchDiffers, Spot::Whole));
        }
    }
    Ok(looked)
}

fn tokens_of(template: &Template, stored: &Stored) -> Tokens {
    Tokens::of(&stored.record.facts(template).search_texts(template))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_tell_the_range_in_which_something_differs() {
        let database = DatabaseNo(3);
        for last in [0, 5, 3_000_000] {
            let mut sums = SearchSums::over(last);
            sums.take_in(database);
            let number = |sequence| RecordNo::new(database, sequence);
            for sequence in [0, 1, last / 2, last] {
                sums.add(number(sequence), 7);
                sums.take_away(number(sequence), 7);
            }
            assert_eq!(sums.unequal(database), [], "{last}");
            sums.add(number(last), 7);
            sums.take_away(RecordNo::new(DatabaseNo(4), last), 7);
            sums.add(number(last + 1), 7);
            let unequal = sums.unequal(database);
            assert_eq!(unequal.len(), 1, "{last}");
            assert!(unequal[0].0 < number(last) && number(last) <= unequal[0].1, "{last}: {unequal:?}");
            assert!(sums.sums.len() <= RANGES);
        }
    }

    #[test]
    fn a_print_shows_token_record_column_and_place() {
        let texts =
            |title: &str, body: &str| SearchTexts { title: vec![title.to_owned()], body: vec![body.to_owned()] };
        let print = |title, body, record| Tokens::of(&texts(title, body)).print(RecordNo(record));
        let one = print("東京都", "港区", 1);
        assert_eq!(one, print("東京都", "港区", 1));
        for other in
            [print("港区", "東京都", 1), print("東京都", "港区", 2), print("京東都", "港区", 1), print("東京都", "", 1)]
        {
            assert_ne!(one, other);
        }
    }
}
