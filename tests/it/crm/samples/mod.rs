//! Every sample of the source runs, with what is real here in place of its placeholders, and answers as its response sample does, key
//! by key.

mod client;
mod contact;
mod organization;

use libtest_mimic::Trial;
use serde_json::Value;

pub(crate) fn trials() -> Vec<Trial> {
    [client::trials(), contact::trials(), organization::trials()].into_iter().flatten().collect()
}

/// A sample with its placeholders replaced.
fn replaced(text: &str, placeholders: &[(&str, String)]) -> Value {
    let text = placeholders.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    serde_json::from_str(&text).unwrap()
}

/// Every member of the sample is there, of the same type of JSON value, and no member is there that the sample has not; null
/// and [] count as equal.
fn same_shape(sample: &Value, answer: &Value, path: &str) {
    match (sample, answer) {
        (Value::Object(sample), Value::Object(answer)) => {
            let names = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(answer), names(sample), "{path}");
            sample.iter().for_each(|(name, value)| same_shape(value, &answer[name], &format!("{path}.{name}")));
        }
        (Value::Array(sample), Value::Array(answer)) => {
            let Some(first) = sample.first() else { return };
            assert!(!answer.is_empty(), "{path} is empty");
            answer.iter().enumerate().for_each(|(at, value)| same_shape(first, value, &format!("{path}[{at}]")));
        }
        (Value::Null, Value::Array(empty)) | (Value::Array(empty), Value::Null) => assert!(empty.is_empty(), "{path}"),
        _ => assert_eq!(std::mem::discriminant(sample), std::mem::discriminant(answer), "{path}: {answer}"),
    }
}
