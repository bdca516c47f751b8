//! Many questions by key in one statement: a list of keys, and for each what a subquery finds of it.

use musubi_domain::error::{Error, Result};

use crate::db::{Snapshot, Value};

/// Keys that one statement asks for. Fewer are filled up, so that there are two texts to prepare and no more.
const SIZES: [usize; 2] = [256, 16];

/// What a part of a key is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Number,
    Bytes,
    Text,
}

/// A question: the parts of a key, and subqueries over `w` that each find a number.
pub(super) struct Question<'q> {
    pub(super) key: &'q [(&'q str, Kind)],
    pub(super) answers: &'q [&'q str],
}

/// Asks for every key; the answers stand in the order of the keys.
pub(super) fn ask(
    snapshot: &mut Snapshot<'_>,
    question: &Question<'_>,
    keys: &[Vec<Value>],
) -> Result<Vec<Vec<Option<i64>>>> {
    let mut answers = Vec::with_capacity(keys.len());
    let mut rest = keys;
    while !rest.is_empty() {
        let size = SIZES.into_iter().find(|size| rest.len() >= *size).unwrap_or(SIZES[1]);
        let (part, after) = rest.split_at(size.min(rest.len()));
        answers.extend(ask_part(snapshot, question, part, size)?);
        rest = after;
    }
    Ok(answers)
}

fn ask_part(
    snapshot: &mut Snapshot<'_>,
    question: &Question<'_>,
    part: &[Vec<Value>],
    size: usize,
) -> Result<Vec<Vec<Option<i64>>>> {
    let sql = text(question, snapshot.dialect().bytes_type(), size);
    let fill = part.last().into_iter().cycle().take(size - part.len());
    let parameters: Vec<Value> = part.iter().chain(fill).flatten().cloned().collect();
    let mut answers = vec![Vec::new(); part.len()];
    for mut row in snapshot.rows(&sql, &parameters)? {
        let place: i64 = row.take()?;
        let found = (0..question.answers.len()).map(|_| row.take()).collect::<Result<_>>()?;
        if let Some(answer) = usize::try_from(place).ok().and_then(|place| answers.get_mut(place)) {
            *answer = found;
        }
    }
    if answers.iter().any(Vec::is_empty) {
        return Err(Error::internal("a question by key was not answered"));
    }
    Ok(answers)
}

fn text(question: &Question<'_>, bytes_type: &str, size: usize) -> String {
    let names: Vec<_> = question.key.iter().map(|(name, _)| *name).collect();
    let mut parameter = 1;
    let rows = (0..size).map(|place| {
        let parts = question.key.iter().map(|(_, kind)| {
            parameter += 1;
            let kind = match kind {
                Kind::Number => "BIGINT",
                Kind::Bytes => bytes_type,
                Kind::Text => "TEXT",
            };
            format!("CAST(?{parameter} AS {kind})")
        });
        format!("({place}, {})", parts.collect::<Vec<_>>().join(", "))
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    let answers = question.answers.iter().map(|answer| format!("({answer})")).collect::<Vec<_>>().join(", ");
    format!("WITH w (place, {}) AS (VALUES {rows}) SELECT w.place, {answers} FROM w", names.join(", "))
}
