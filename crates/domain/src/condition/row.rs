//! Conditions as people put them together: rows of item, operator and values, in groups of which each is met by all or by any of its rows.
//!
//! A row is text, as a form sends it and a link carries it; [`Grouped::condition`] makes a condition of the rows and [`Grouped::of`] rows
//! of a condition. What a form cannot say (a condition that a program wrote, nested deeper) has no rows.

use jiff::civil::Date;
use musubi_text::wareki;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Condition, Field, Operand, Operator, PERIOD_DAYS, Period};
use crate::id::UserNo;
use crate::item::{Choice, InquiryRouteRef, Item, KeyKind, RawValue, Typed, typed};
use crate::messages::Message;
use crate::template::Template;
use crate::time::{DayBounds, parse_date};

/// Whether all of several must be met, or any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// All of them.
    #[default]
    All,
    /// At least one of them.
    Any,
}

/// One line of a form of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The outside id of the item.
    pub item: Uuid,
    /// How its value stands to the values of the row.
    pub operator: Operator,
    /// The values: texts, days, numbers of choices, outside ids, words for whoever looks, or the word of a period.
    pub values: Vec<String>,
    /// The upper bound; or how many days a period has.
    pub to: String,
}

/// Rows that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// How they belong together.
    pub join: Join,
    /// The rows.
    pub rows: Vec<Row>,
}

/// All groups of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// How they belong together.
    pub join: Join,
    /// The groups.
    pub groups: Vec<Group>,
}

/// Words that stand for whoever looks, with what they mean.
const WORDS: [(&str, Operand); 4] = [
    ("me", Operand::Me),
    ("colleagues", Operand::MyColleagues),
    ("mine", Operand::MyOrganizations),
    ("mine-below", Operand::MyOrganizationsAndBelow),
];

/// Words that stand for a span of days, with what they mean; those of so many days are given their number.
const PERIODS: [(&str, Period); 17] = [
    ("today", Period::Today),
    ("yesterday", Period::Yesterday),
    ("tomorrow", Period::Tomorrow),
    ("before-today", Period::BeforeToday),
    ("after-today", Period::AfterToday),
    ("this-week", Period::ThisWeek),
    ("last-week", Period::LastWeek),
    ("next-week", Period::NextWeek),
    ("this-month", Period::ThisMonth),
    ("last-month", Period::LastMonth),
    ("next-month", Period::NextMonth),
    ("this-year", Period::ThisYear),
    ("last-year", Period::LastYear),
    ("this-fiscal-year", Period::ThisFiscalYear),
    ("last-fiscal-year", Period::LastFiscalYear),
    ("last-days", Period::LastDays(0)),
    ("next-days", Period::NextDays(0)),
];

/// The words that a row has for spans of days, in the order in which they are offered.
pub fn period_words() -> impl Iterator<Item = &'static str> {
    PERIODS.iter().map(|(word, _)| *word)
}

impl Grouped {
    /// The condition that the rows say.
    ///
    /// # Errors
    /// What is wrong with a row, by the numbers of its group and of the row in it, from 0.
    pub fn condition(&self, template: &Template) -> Result<Condition, Vec<(usize, usize, Message)>> {
        let mut wrong = Vec::new();
        let mut groups = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            let mut rows = Vec::new();
            for (place, row) in group.rows.iter().enumerate() {
                match row.condition(template) {
                    Ok(row) => rows.push(row),
                    Err(message) => wrong.push((at, place, message)),
                }
            }
            groups.extend(joined(group.join, rows));
        }
        let all = joined(self.join, groups).unwrap_or_else(Condition::always);
        if wrong.is_empty() { Ok(all) } else { Err(wrong) }
    }

    /// The rows that say a condition; none where a form cannot say it.
    #[must_use]
    pub fn of(template: &Template, condition: &Condition) -> Option<Self> {
        if *condition == Condition::always() {
            return Some(Self::default());
        }
        if let Some(group) = group_of(template, condition) {
            return Some(Self { join: Join::All, groups: vec![group] });
        }
        let (join, parts) = parts_of(condition)?;
        let groups = parts.iter().map(|part| group_of(template, part)).collect::<Option<_>>()?;
        Some(Self { join, groups })
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.rows.is_empty())
    }
}

/// Several conditions as one; of one alone that one, of none nothing.
fn joined(join: Join, mut parts: Vec<Condition>) -> Option<Condition> {
    match (parts.len(), join) {
        (0, _) => None,
        (1, _) => parts.pop(),
        (_, Join::All) => Some(Condition::All(parts)),
        (_, Join::Any) => Some(Condition::Any(parts)),
    }
}

fn parts_of(condition: &Condition) -> Option<(Join, &[Condition])> {
    match condition {
        Condition::All(parts) if !parts.is_empty() => Some((Join::All, parts)),
        Condition::Any(parts) if !parts.is_empty() => Some((Join::Any, parts)),
        _ => None,
    }
}

fn group_of(template: &Template, condition: &Condition) -> Option<Group> {
    if let Some(row) = Row::of(template, condition) {
        return Some(Group { join: Join::All, rows: vec![row] });
    }
    let (join, parts) = parts_of(condition)?;
    Some(Group { join, rows: parts.iter().map(|part| Row::of(template, part)).collect::<Option<_>>()? })
}

impl Row {
    /// The condition that the row says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn condition(&self, template: &Template) -> Result<Condition, Message> {
        let item = template.shown_item(self.item).ok_or(Message::UnknownItem)?;
        if !Operator::of(item).contains(&self.operator) {
            return Err(Message::NotForThisType);
        }
        let field = template.field(item.number);
        let not = |condition| Condition::Not(Box::new(condition));
        let one_of = || Ok(Condition::OneOf { field, values: self.operands(item)? });
        let contains = || Ok(Condition::Contains { items: vec![item.number], text: self.first()?.to_owned() });
        Ok(match self.operator {
            Operator::Contains => contains()?,
            Operator::NotContains => not(contains()?),
            Operator::Is if item.item_type.row().key == KeyKind::Moment => Condition::Between {
                field,
                from: bound(item, self.first()?, false)?,
                to: bound(item, self.first()?, true)?,
            },
            Operator::Is => one_of()?,
            Operator::IsNot => not(one_of()?),
            Operator::From => Condition::Between { field, from: bound(item, self.first()?, false)?, to: None },
            Operator::To => Condition::Between { field, from: None, to: bound(item, self.first()?, true)? },
            Operator::Between => {
                let (from, to) = (bound(item, self.first()?, false)?, bound(item, given(&self.to)?, true)?);
                Condition::Between { field, from, to }
            }
            Operator::Within => Condition::Within { field, period: period(self.first()?, &self.to)? },
            Operator::Empty => Condition::Empty { field },
            Operator::NotEmpty => not(Condition::Empty { field }),
        })
    }

    /// The row that says a condition; none where no row does.
    #[must_use]
    pub fn of(template: &Template, condition: &Condition) -> Option<Self> {
        let row = Self::written(template, condition)?;
        // What does not come back as it went is not what the row would say.
        (row.condition(template).as_ref() == Ok(condition)).then_some(row)
    }

    fn written(template: &Template, condition: &Condition) -> Option<Self> {
        match condition {
            Condition::Not(inner) => {
                let row = Self::written(template, inner)?;
                let operator = row.operator.negated()?;
                Some(Self { operator, ..row })
            }
            Condition::Contains { items, text } => {
                let [item] = items.as_slice() else { return None };
                Self::on(template, Field::Item(*item), Operator::Contains, vec![text.clone()])
            }
            Condition::OneOf { field, values } => {
                let values = values.iter().map(operand_text).collect::<Option<_>>()?;
                Self::on(template, *field, Operator::Is, values)
            }
            Condition::Between { field, from, to } => Self::bounded(template, *field, from.as_ref(), to.as_ref()),
            Condition::Within { field, period } => {
                let (word, days) = period_text(*period)?;
                let row = Self::on(template, *field, Operator::Within, vec![word.to_owned()])?;
                Some(Self { to: days, ..row })
            }
            Condition::Empty { field } => Self::on(template, *field, Operator::Empty, Vec::new()),
            Condition::All(_) | Condition::Any(_) => None,
        }
    }

    fn on(template: &Template, field: Field, operator: Operator, values: Vec<String>) -> Option<Self> {
        let number = match field {
            Field::Item(number) => number,
            Field::Likeness { .. } => return None,
            field => template.system_item(field)?,
        };
        let item = template.item_numbered(number)?.id;
        Some(Self { item, operator, values, to: String::new() })
    }

    fn bounded(template: &Template, field: Field, from: Option<&Operand>, to: Option<&Operand>) -> Option<Self> {
        let text = |bound: Option<&Operand>| bound.map_or(Some(String::new()), operand_text);
        let (first, last) = (text(from)?, text(to)?);
        let is_moment = matches!(from.or(to), Some(Operand::Moment(_)));
        let operator = match (from, to) {
            (Some(_), Some(_)) if is_moment && first == last => Operator::Is,
            (Some(_), Some(_)) => Operator::Between,
            (Some(_), None) => Operator::From,
            (None, Some(_)) => Operator::To,
            (None, None) => return None,
        };
        let value = if from.is_some() { first } else { last.clone() };
        let row = Self::on(template, field, operator, vec![value])?;
        Some(Self { to: if operator == Operator::Between { last } else { String::new() }, ..row })
    }

    fn first(&self) -> Result<&str, Message> {
        given(self.values.first().map_or("", String::as_str))
    }

    fn operands(&self, item: &Item) -> Result<Vec<Operand>, Message> {
        let given: Vec<&str> = self.values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        if given.is_empty() {
            return Err(Message::Required);
        }
        given.into_iter().map(|value| operand(item, value)).collect()
    }
}

fn given(text: &str) -> Result<&str, Message> {
    if text.trim().is_empty() { Err(Message::Required) } else { Ok(text) }
}

/// A bound of an item that is compared by size. Of a moment a day is given: its first or its last moment.
fn bound(item: &Item, text: &str, last: bool) -> Result<Option<Operand>, Message> {
    if item.item_type.row().key != KeyKind::Moment {
        return operand(item, text).map(Some);
    }
    let day = DayBounds::of_jst(day(text)?).ok_or(Message::NotDate)?;
    Ok(Some(Operand::Moment(if last { day.last } else { day.first })))
}

/// A value that an item is compared with, as people write it.
fn operand(item: &Item, text: &str) -> Result<Operand, Message> {
    let trimmed = text.trim();
    match item.item_type.row().key {
        KeyKind::Text => match typed(item, text) {
            // What people search for need not be a whole value: only prefectures are read.
            Ok(Typed::Value(RawValue::Text { value, .. })) => Ok(Operand::Text(value)),
            Ok(_) => Ok(Operand::Text(trimmed.to_owned())),
            Err(message) => Err(message),
        },
        KeyKind::Number => match typed(item, trimmed)? {
            Typed::Value(RawValue::Numeric(digits)) => {
                digits.parse::<Decimal>().map(Operand::Number).map_err(|_| Message::NotDecimal)
            }
            _ => Err(Message::NotDecimal),
        },
        KeyKind::Date => day(trimmed).map(Operand::Date),
        KeyKind::Choice => {
            let value = trimmed.parse::<i64>().ok().filter(|value| has_choice(&item.choices, *value));
            value.map(Operand::Choice).ok_or(Message::NoSuchChoice)
        }
        KeyKind::Id | KeyKind::User => WORDS
            .iter()
            .find(|(word, _)| *word == trimmed)
            .map(|(_, operand)| operand.clone())
            .or_else(|| trimmed.parse().ok().map(Operand::Id))
            .or_else(|| trimmed.strip_prefix('#')?.parse().ok().map(|number| Operand::User(UserNo(number))))
            .ok_or(Message::NotUuid),
        KeyKind::InquiryRoute => route(trimmed).map(Operand::InquiryRoute).ok_or(Message::NoSuchInquiryRoute),
        // A moment is compared by days: see `bound`.
        KeyKind::Moment => Err(Message::NotForThisType),
    }
}

/// An operand as the value of a row.
fn operand_text(operand: &Operand) -> Option<String> {
    Some(match operand {
        Operand::Text(text) => text.clone(),
        Operand::Number(number) => number.to_string(),
        Operand::Date(date) => date.to_string(),
        Operand::Choice(value) => value.to_string(),
        Operand::Id(id) => id.to_string(),
        Operand::Moment(moment) => moment.jst_date().to_string(),
        Operand::InquiryRoute(route) => format!("{}~{}", route.category, route.route),
        Operand::User(user) => format!("#{user}"),
        word => WORDS.iter().find(|(_, own)| own == word)?.0.to_owned(),
    })
}

fn day(text: &str) -> Result<Date, Message> {
    let read = || parse_date(&wareki::parse(text).ok()?.to_string());
    parse_date(text.trim()).or_else(read).ok_or(Message::NotDate)
}

fn route(text: &str) -> Option<InquiryRouteRef> {
    let (category, route) = text.split_once('~')?;
    Some(InquiryRouteRef { category: category.parse().ok()?, route: route.parse().ok()? })
}

fn has_choice(choices: &[Choice], value: i64) -> bool {
    choices.iter().any(|choice| choice.value == value || has_choice(&choice.children, value))
}

fn period(word: &str, days: &str) -> Result<Period, Message> {
    let (_, period) = PERIODS.iter().find(|(own, _)| *own == word).ok_or(Message::NotDate)?;
    let counted = || {
        let days = given(days)?.trim().parse::<i64>().ok();
        days.filter(|days| (1..=PERIOD_DAYS).contains(days)).ok_or(Message::OutOfRange { least: 1, most: PERIOD_DAYS })
    };
    Ok(match period {
        Period::LastDays(_) => Period::LastDays(counted()?),
        Period::NextDays(_) => Period::NextDays(counted()?),
        other => *other,
    })
}

fn period_text(period: Period) -> Option<(&'static str, String)> {
    let (named, days) = match period {
        Period::LastDays(days) => (Period::LastDays(0), days.to_string()),
        Period::NextDays(days) => (Period::NextDays(0), days.to_string()),
        other => (other, String::new()),
    };
    PERIODS.iter().find(|(_, own)| *own == named).map(|(word, _)| (*word, days))
}

#[cfg(test)]
mod tests;
