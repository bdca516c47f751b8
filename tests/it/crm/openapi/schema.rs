//! JSON Schema as far as the OpenAPI documents use it. A keyword that is not known here fails the trial, so that nothing that
//! a document says goes unchecked.

use musubi_domain::time::Timestamp;
use serde_json::{Map, Value};

/// What says something to readers and nothing of the value. `format` of integers and the discriminator repeat what is said elsewhere.
const NOTES: [&str; 5] = ["description", "default", "discriminator", "x-musubi-added", "title"];

/// Everything in which the value is not what the schema says.
pub(crate) fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    Check { document, problems: &mut problems }.value(schema, value, "");
    problems
}

/// What a reference within the document points at.
pub(crate) fn resolve<'d>(document: &'d Value, part: &'d Value) -> &'d Value {
    match part["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.strip_prefix('#').unwrap())
            .unwrap_or_else(|| panic!("{reference} points at nothing")),
        None => part,
    }
}

struct Check<'d, 'p> {
    document: &'d Value,
    problems: &'p mut Vec<String>,
}

impl Check<'_, '_> {
    fn value(&mut self, schema: &Value, value: &Value, path: &str) {
        let keywords = resolve(self.document, schema).as_object().unwrap_or_else(|| panic!("{schema} is no schema"));
        for (keyword, rule) in keywords {
            let fits = match (keyword.as_str(), value) {
                ("type", _) => types(rule).any(|name| is_of(name, value)),
                ("enum", _) => rule.as_array().unwrap().contains(value),
                ("minimum", Value::Number(number)) => number.as_i64() >= rule.as_i64(),
                ("maximum", Value::Number(number)) => number.as_i64() <= rule.as_i64(),
                ("maxLength", Value::String(text)) => {
                    text.chars().count() <= usize::try_from(rule.as_u64().unwrap()).unwrap()
                }
                ("maxItems", Value::Array(values)) => values.len() <= usize::try_from(rule.as_u64().unwrap()).unwrap(),
                ("minItems", Value::Array(values)) => values.len() >= usize::try_from(rule.as_u64().unwrap()).unwrap(),
                ("format", Value::String(text)) => match rule.as_str() {
                    Some("uuid") => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
                    Some("date-time") => Timestamp::parse(text).is_some(),
                    // Said of integers, which this is not.
                    Some("int64") => true,
                    other => panic!("{other:?} is no format"),
                },
                ("required", Value::Object(members)) => {
                    rule.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))
                }
                ("additionalProperties", Value::Object(members)) => {
                    *rule == false && self.has_no_others(keywords, members)
                }
                ("properties", Value::Object(members)) => self.members(rule, members, path),
                ("items", Value::Array(values)) => {
                    values.iter().enumerate().for_each(|(at, value)| self.value(rule, value, &format!("{path}[{at}]")));
                    true
                }
                ("oneOf", _) => self.alternatives(rule, value) == 1,
                ("anyOf", _) => self.alternatives(rule, value) > 0,
                ("minimum" | "maximum" | "maxLength" | "maxItems" | "minItems" | "format" | "required", _) => true,
                ("additionalProperties" | "properties" | "items", _) => true,
                (note, _) if NOTES.contains(&note) => true,
                (unknown, _) => panic!("the trials do not know the keyword {unknown} at {path}"),
            };
            if !fits {
                self.problems.push(format!("{path}: {keyword} {rule} does not allow {value}"));
            }
        }
    }

    fn members(&mut self, rule: &Value, members: &Map<String, Value>, path: &str) -> bool {
        for (name, schema) in rule.as_object().unwrap() {
            if let Some(value) = members.get(name) {
                self.value(schema, value, &format!("{path}.{name}"));
            }
        }
        true
    }

    fn has_no_others(&self, keywords: &Map<String, Value>, members: &Map<String, Value>) -> bool {
        members.keys().all(|name| keywords["properties"].get(name).is_some())
    }

    fn alternatives(&self, rule: &Value, value: &Value) -> usize {
        rule.as_array().unwrap().iter().filter(|schema| problems(self.document, schema, value).is_empty()).count()
    }
}

fn types(rule: &Value) -> impl Iterator<Item = &str> {
    let one = std::slice::from_ref(rule);
    rule.as_array().map_or(one, Vec::as_slice).iter().map(|name| name.as_str().unwrap())
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}
