//! The few forms of schema that the documents are made of.

use serde_json::{Value, json};

/// A member of an object.
pub(super) struct Member {
    name: &'static str,
    schema: Value,
    required: bool,
}

/// A member that must be there and is never null.
pub(super) const fn always(name: &'static str, schema: Value) -> Member {
    Member { name, schema, required: true }
}

/// A member that may be left out and is never null.
pub(super) const fn maybe(name: &'static str, schema: Value) -> Member {
    Member { name, schema, required: false }
}

/// A member that may be left out and may be null, which says the same.
pub(super) fn nullable(name: &'static str, schema: Value) -> Member {
    Member { name, schema: or_null(schema), required: false }
}

/// An object of a request: members that nobody knows are ignored.
pub(super) fn open(description: &str, members: Vec<Member>) -> Value {
    let required: Vec<_> = members.iter().filter(|member| member.required).map(|member| member.name).collect();
    let properties: Value = members.into_iter().map(|member| (member.name.to_owned(), member.schema)).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        set(&mut schema, "required", json!(required));
    }
    if !description.is_empty() {
        set(&mut schema, "description", json!(description));
    }
    schema
}

/// An object of an answer: it has no other members.
pub(super) fn closed(description: &str, members: Vec<Member>) -> Value {
    let mut schema = open(description, members);
    set(&mut schema, "additionalProperties", json!(false));
    schema
}

pub(super) fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

pub(super) fn text_to(most: usize, description: &str) -> Value {
    json!({"type": "string", "maxLength": most, "description": description})
}

pub(super) fn uuid(description: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": description})
}

/// A moment of an answer: RFC 3339.
pub(super) fn moment(description: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": description})
}

pub(super) fn flag(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

pub(super) fn integer(least: i64, most: i64, description: &str) -> Value {
    json!({"type": "integer", "format": "int64", "minimum": least, "maximum": most, "description": description})
}

pub(super) fn list(description: &str, items: Value) -> Value {
    let mut schema = json!({"type": "array", "description": description});
    set(&mut schema, "items", items);
    schema
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The schema, or null.
pub(super) fn or_null(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() {
        return json!({"anyOf": [schema, {"type": "null"}]});
    }
    let of = schema.get("type").cloned();
    set(&mut schema, "type", json!([of, "null"]));
    schema
}

/// Exactly one of two members of the object is given: it is as `given` says, the other one is left out or as `left_out` says.
pub(super) fn exactly_one(object: &mut Value, one: &str, other: &str, given: &Value, left_out: &Value) {
    let alone = |given_name: &str, other_name: &str| json!({"required": [given_name], "properties": {given_name: given, other_name: left_out}});
    set(object, "oneOf", json!([alone(one, other), alone(other, one)]));
}

/// Marks what is ours and not the source's.
pub(super) fn added(mut part: Value) -> Value {
    set(&mut part, "x-musubi-added", json!(true));
    part
}

/// Sets a member of an object.
pub(super) fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
