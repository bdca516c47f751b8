//! The value of an item: what a facade hands in, and what the store keeps.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue as RawJson;
use uuid::Uuid;

use super::{ItemType, KeyKind};
use crate::time::{Timestamp, parse_date};

/// A value as it came in: of the right form for its type, not yet judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawValue {
    /// No value: clears the item.
    Empty,
    /// A text, with its reading where the type has one.
    Text {
        /// The text.
        value: String,
        /// The reading (フリガナ).
        ruby: Option<String>,
    },
    /// A number, as text.
    Numeric(String),
    /// Numbers of choices.
    Selection(Vec<i64>),
    /// Outside ids.
    Uuids(Vec<Uuid>),
    /// Inquiry routes.
    InquiryRoutes(Vec<InquiryRouteRef>),
}

/// A choice among the inquiry routes: the category and the route in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InquiryRouteRef {
    /// 引合経路カテゴリ.
    pub category: Uuid,
    /// 引合経路.
    pub route: Uuid,
}

/// A value that has been judged: what a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemValue {
    /// A text.
    Text(String),
    /// A text with its reading.
    Ruby {
        /// The text.
        value: String,
        /// The reading; empty where none was given.
        ruby: String,
    },
    /// An exact number with the digits that were given.
    Number(Decimal),
    /// A day.
    Date(Date),
    /// A moment, whole seconds.
    Datetime(Timestamp),
    /// Numbers of choices: one, a set, or a path from level 1 down.
    Choices(Vec<i64>),
    /// Outside ids of people, organizations or records.
    References(Vec<Uuid>),
    /// Inquiry routes.
    InquiryRoutes(Vec<InquiryRouteRef>),
}

impl ItemValue {
    /// Writes the canonical JSON of the value, neutral to facades.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Text(text) => write_text(text, out),
            Self::Ruby { value, ruby } => {
                out.push_str("{\"value\":");
                write_text(value, out);
                out.push_str(",\"ruby\":");
                write_text(ruby, out);
                out.push('}');
            }
            Self::Number(number) => write_text(&number.to_string(), out),
            Self::Date(date) => write_text(&date.to_string(), out),
            Self::Datetime(moment) => write_text(&moment.to_rfc3339(), out),
            Self::Choices(values) => write_list(values, out, |value, out| out.push_str(&value.to_string())),
            Self::References(ids) => write_list(ids, out, write_id),
            Self::InquiryRoutes(routes) => write_list(routes, out, |route, out| {
                out.push('[');
                write_id(&route.category, out);
                out.push(',');
                write_id(&route.route, out);
                out.push(']');
            }),
        }
    }

    /// The canonical JSON of the value: two values are the same where their JSON is, digits after the point included.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        self.write_json(&mut json);
        json
    }

    /// Reads what [`ItemValue::write_json`] wrote for an item of this type. `None` where the document is damaged.
    #[must_use]
    pub fn read_json(item_type: ItemType, json: &str) -> Option<Self> {
        let text = || serde_json::from_str::<String>(json).ok();
        Some(match item_type {
            ItemType::TextRuby => {
                let (value, ruby) = read_ruby(json)?;
                Self::Ruby { value, ruby }
            }
            ItemType::Number | ItemType::AmountInteger | ItemType::AmountDecimal => Self::Number(text()?.parse().ok()?),
            ItemType::Date => Self::Date(parse_date(&text()?)?),
            ItemType::Datetime => Self::Datetime(Timestamp::parse(&text()?)?),
            ItemType::Pulldown | ItemType::LinkagePulldown | ItemType::Checkbox => {
                Self::Choices(serde_json::from_str(json).ok()?)
            }
            ItemType::InquiryRoute => {
                let pairs: Vec<(String, String)> = serde_json::from_str(json).ok()?;
                let route = |(category, route): (String, String)| {
                    Some(InquiryRouteRef { category: category.parse().ok()?, route: route.parse().ok()? })
                };
                Self::InquiryRoutes(pairs.into_iter().map(route).collect::<Option<_>>()?)
            }
            _ if item_type.row().target.is_some() => {
                let ids: Vec<String> = serde_json::from_str(json).ok()?;
                Self::References(ids.iter().map(|id| id.parse().ok()).collect::<Option<_>>()?)
            }
            _ => Self::Text(text()?),
        })
    }

    /// How the value is compared and sorted.
    #[must_use]
    pub const fn key_kind(&self) -> KeyKind {
        match self {
            Self::Text(_) | Self::Ruby { .. } => KeyKind::Text,
            Self::Number(_) => KeyKind::Number,
            Self::Date(_) => KeyKind::Date,
            Self::Datetime(_) => KeyKind::Moment,
            Self::Choices(_) => KeyKind::Choice,
            Self::References(_) => KeyKind::Id,
            Self::InquiryRoutes(_) => KeyKind::InquiryRoute,
        }
    }

    /// The texts that search and text conditions look at.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Ruby { value, ruby } if ruby.is_empty() => vec![value],
            Self::Ruby { value, ruby } => vec![value, ruby],
            _ => Vec::new(),
        }
    }
}

/// The value and the reading of a text with reading.
fn read_ruby(json: &str) -> Option<(String, String)> {
    let members: std::collections::BTreeMap<String, Box<RawJson>> = serde_json::from_str(json).ok()?;
    let text = |name: &str| serde_json::from_str::<String>(members.get(name)?.get()).ok();
    Some((text("value")?, text("ruby")?))
}

/// Writes a JSON string, escaping what JSON requires and nothing else.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("a string always has a JSON form"));
}

fn write_id(id: &Uuid, out: &mut String) {
    let mut buffer = Uuid::encode_buffer();
    out.push('"');
    out.push_str(id.hyphenated().encode_lower(&mut buffer));
    out.push('"');
}

fn write_list<T>(values: &[T], out: &mut String, write: impl Fn(&T, &mut String)) {
    out.push('[');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(value, out);
    }
    out.push(']');
}
