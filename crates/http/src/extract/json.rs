//! A request body as a tree that has been checked: UTF-8, JSON, not too deep, not too many values, no member twice.
//!
//! Facades read their members from the tree with [`Reader`], which knows where it is and collects everything that is wrong.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::limits;
use musubi_domain::messages::{Expected, Message};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Flag(bool),
    Integer(i64),
    /// A number that is no integer of 64 bits.
    OtherNumber,
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Objects up to this many members are searched for repeated names one by one.
const FEW: usize = 16;

/// Reads a body.
///
/// # Errors
/// Invalid, with what is wrong.
pub(crate) fn parse(body: &[u8]) -> Result<Json<'_>> {
    let text = std::str::from_utf8(body).map_err(|_| Error::invalid_at("", Message::NotUtf8))?;
    // Some clients on Windows begin a body with a byte order mark (RFC 8259, 8.1, allows to pass over it).
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (refusal, values) = (Cell::new(None), Cell::new(0));
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = Seed { depth: 0, refusal: &refusal, values: &values }.deserialize(&mut deserializer);
    match parsed.and_then(|json| deserializer.end().map(|()| json)) {
        Ok(json) => Ok(json),
        Err(error) => {
            let syntax = || Message::NotJson { line: error.line(), column: error.column() };
            Err(Error::invalid_at("", refusal.take().unwrap_or_else(syntax)))
        }
    }
}

/// What one value is read with.
#[derive(Clone, Copy)]
struct Seed<'s> {
    depth: usize,
    refusal: &'s Cell<Option<Message>>,
    values: &'s Cell<usize>,
}

impl Seed<'_> {
    /// Notes why the body is refused; the error given back only ends the reading.
    fn refuse<E: serde::de::Error>(&self, message: Message) -> E {
        self.refusal.set(Some(message));
        E::custom("refused")
    }

    fn deeper<E: serde::de::Error>(self) -> std::result::Result<Self, E> {
        if self.depth >= limits::JSON_DEPTH {
            Err(self.refuse(Message::TooDeep { most: limits::JSON_DEPTH }))
        } else {
            Ok(Self { depth: self.depth + 1, ..self })
        }
    }

    fn count<E: serde::de::Error>(&self) -> std::result::Result<(), E> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > limits::JSON_VALUES {
            Err(self.refuse(Message::TooMany { most: limits::JSON_VALUES }))
        } else {
            Ok(())
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Json<'de>, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> std::result::Result<Json<'de>, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Json<'de>, E> {
        Ok(Json::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> std::result::Result<Json<'de>, E> {
        Ok(i64::try_from(number).map_or(Json::OtherNumber, Json::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Json<'de>, E> {
        Ok(Json::OtherNumber)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Json<'de>, A::Error> {
        let deeper = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(deeper)? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Json<'de>, A::Error> {
        let deeper = self.deeper()?;
        let mut members: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        let mut names: HashSet<String> = HashSet::new();
        while let Some(Json::Text(name)) = map.next_key_seed(deeper)? {
            let is_repeated = if members.len() < FEW {
                members.iter().any(|(other, _)| *other == name)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|(other, _)| other.to_string()));
                }
                !names.insert(name.to_string())
            };
            if is_repeated {
                return Err(self.refuse(Message::DuplicateMember { name: name.into_owned() }));
            }
            members.push((name, map.next_value_seed(deeper)?));
        }
        Ok(Json::Object(members))
    }
}

/// A place in the tree, and all that is wrong below it.
pub(crate) struct Reader<'t, 'a> {
    json: Option<&'t Json<'a>>,
    place: Rc<Place>,
}

/// A place, as the way to it. It is written out only where something is said of it: a request has hundreds of places.
enum Place {
    Root,
    Member(Rc<Self>, &'static str),
    Element(Rc<Self>, usize),
}

impl Place {
    fn write(&self, path: &mut String) {
        match self {
            Self::Root => {}
            Self::Member(above, name) => {
                above.write(path);
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Self::Element(above, at) => {
                above.write(path);
                path.push_str(&format!("[{at}]"));
            }
        }
    }
}

/// Everything that is wrong with a body.
pub(crate) type Problems = Vec<Problem>;

impl<'t, 'a> Reader<'t, 'a> {
    /// The whole body.
    pub(crate) fn new(json: &'t Json<'a>) -> Self {
        Self { json: present(json), place: Rc::new(Place::Root) }
    }

    /// Where this is.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        self.place.write(&mut path);
        path
    }

    /// Whether a value is here that is not null.
    pub(crate) const fn is_given(&self) -> bool {
        self.json.is_some()
    }

    /// The member of this name; without a value where this is no object.
    pub(crate) fn member(&self, name: &'static str) -> Self {
        let json = match self.json {
            Some(Json::Object(members)) => {
                members.iter().find(|(own, _)| own == name).and_then(|(_, json)| present(json))
            }
            _ => None,
        };
        Self { json, place: Rc::new(Place::Member(Rc::clone(&self.place), name)) }
    }

    /// Takes note of what is wrong here.
    pub(crate) fn refuse(&self, message: Message, problems: &mut Problems) {
        problems.push(Problem { path: self.path(), item: None, message });
    }

    /// Says so where there is something else than an object; true where there is one.
    pub(crate) fn object(&self, problems: &mut Problems) -> bool {
        match self.json {
            Some(Json::Object(_)) => true,
            other => self.missing_or_wrong(other.is_some(), Expected::Object, problems),
        }
    }

    /// As [`Reader::object`]; nothing is wrong where there is no value.
    pub(crate) fn optional_object(&self, problems: &mut Problems) -> bool {
        self.is_given() && self.object(problems)
    }

    /// The elements of a list; none where there is no value.
    pub(crate) fn list(&self, problems: &mut Problems) -> Vec<Self> {
        match self.json {
            Some(Json::List(values)) => {
                let element = |(at, json): (usize, &'t Json<'a>)| Self {
                    json: present(json),
                    place: Rc::new(Place::Element(Rc::clone(&self.place), at)),
                };
                values.iter().enumerate().map(element).collect()
            }
            Some(_) => {
                self.refuse(Message::WrongType { expected: Expected::Array }, problems);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// A text; `None` where there is no value.
    pub(crate) fn text(&self, problems: &mut Problems) -> Option<&'t str> {
        match self.json {
            Some(Json::Text(text)) => Some(text),
            Some(_) => {
                self.refuse(Message::WrongType { expected: Expected::Text }, problems);
                None
            }
            None => None,
        }
    }

    /// A text that must be given.
    pub(crate) fn required_text(&self, problems: &mut Problems) -> Option<&'t str> {
        if !self.is_given() {
            self.refuse(Message::Required, problems);
        }
        self.text(problems)
    }

    /// An integer; `None` where there is no value.
    pub(crate) fn integer(&self, problems: &mut Problems) -> Option<i64> {
        match self.json {
            Some(Json::Integer(number)) => Some(*number),
            Some(_) => {
                self.refuse(Message::WrongType { expected: Expected::Integer }, problems);
                None
            }
            None => None,
        }
    }

    /// An integer within bounds that must be given.
    pub(crate) fn required_integer(&self, least: i64, most: i64, problems: &mut Problems) -> Option<i64> {
        if !self.is_given() {
            self.refuse(Message::Required, problems);
        }
        let number = self.integer(problems)?;
        if !(least..=most).contains(&number) {
            self.refuse(Message::OutOfRange { least, most }, problems);
            return None;
        }
        Some(number)
    }

    /// true or false; `None` where there is no value.
    pub(crate) fn flag(&self, problems: &mut Problems) -> Option<bool> {
        match self.json {
            Some(Json::Flag(flag)) => Some(*flag),
            Some(_) => {
                self.refuse(Message::WrongType { expected: Expected::Flag }, problems);
                None
            }
            None => None,
        }
    }

    fn missing_or_wrong(&self, is_given: bool, expected: Expected, problems: &mut Problems) -> bool {
        self.refuse(if is_given { Message::WrongType { expected } } else { Message::Required }, problems);
        false
    }
}

/// null is no value.
fn present<'t, 'a>(json: &'t Json<'a>) -> Option<&'t Json<'a>> {
    if *json == Json::Null { None } else { Some(json) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &[u8]) -> &'static str {
        parse(body).unwrap_err().problems()[0].message.code()
    }

    #[test]
    fn bodies_that_are_no_json_are_told_apart() {
        assert_eq!(code(b"\xff\xfe{}"), "not_utf8");
        assert_eq!(code(b"{\"a\": \"\xe3\x81\"}"), "not_utf8");
        for body in [
            "",
            "{",
            "{\"a\":1,}",
            "[1] 2",
            "nul",
            "{\"a\":\"\\ud800\"}",
            "\u{feff}",
            "{}\u{feff}",
            "{'a':1}",
            "01",
            "NaN",
            "1e999",
        ] {
            assert_eq!(code(body.as_bytes()), "not_json", "{body}");
        }
        assert_eq!(code(br#"{"a":1,"b":{"c":1,"c":2}}"#), "duplicate_member");
        assert_eq!(code(br#"{"a":1,"\u0061":2}"#), "duplicate_member");
        let many: String = (0..40).map(|at| format!("\"m{}\":1,", if at == 39 { 3 } else { at })).collect();
        assert_eq!(code(format!("{{{many}\"z\":1}}").as_bytes()), "duplicate_member");
    }

    #[test]
    fn nesting_ends_at_its_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(64).as_bytes()).is_ok());
        assert_eq!(code(nested(65).as_bytes()), "too_deep");
        assert_eq!(code("[".repeat(1_000_000).as_bytes()), "too_deep");
        assert_eq!(code(format!("{}1{}", "{\"a\":".repeat(65), "}".repeat(65)).as_bytes()), "too_deep");
    }

    #[test]
    fn a_body_of_nothing_but_small_values_does_not_fill_the_memory() {
        let body = format!("[{}1]", "1,".repeat(limits::JSON_VALUES));
        assert_eq!(code(body.as_bytes()), "too_many");
    }

    #[test]
    fn readers_know_where_they_are() {
        let json = parse(br#"{"a":{"b":[{"c":"x"},{"c":1},null]},"n":null,"big":99999999999999999999}"#).unwrap();
        let mut problems = Vec::new();
        let root = Reader::new(&json);
        let list = root.member("a").member("b").list(&mut problems);
        assert_eq!(list[0].member("c").text(&mut problems), Some("x"));
        assert_eq!(list[1].member("c").text(&mut problems), None);
        assert!(!list[2].is_given() && !root.member("n").is_given());
        assert_eq!(root.member("big").integer(&mut problems), None);
        root.member("z").required_text(&mut problems);
        let told: Vec<_> = problems.iter().map(|problem| (problem.path.as_str(), problem.message.code())).collect();
        assert_eq!(told, [("a.b[1].c", "wrong_type"), ("big", "wrong_type"), ("z", "required")]);
    }
}
