//! Conditions over the records of a template, as a form shows them and sends them.
//!
//! A form has lines (item, operator, values) in groups; the domain makes a [`Condition`] of them and lines of a condition
//! ([`musubi_domain::condition::Grouped`]). What is special here: the names of the fields, the buttons that add and remove lines, which work
//! without script, names of people and records in place of their ids, and what is said of a line that is not complete or not allowed.
//!
//! A page that has such a form: [`Conditions::read`] what was sent (or [`Conditions::of`] what is kept), [`Conditions::settle`] it, show
//! [`Conditions::editor`]. Where [`was_pressed`], the form is only shown again; else [`Conditions::condition`] is what it says.

pub(crate) mod editor;
pub(crate) mod shown;

use std::collections::BTreeMap;

use musubi_domain::condition::{Condition, Group, Grouped, Join, Operator, Row};
use musubi_domain::item::{InquiryRouteRef, Item, ItemValue, KeyKind};
use musubi_domain::messages::Message;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_service::value_name::{ValueNames, value_names};
use uuid::Uuid;

use crate::error::Failure;
use crate::form::Form;
use crate::person::Person;
use crate::record::entry::Entry;
use crate::record::reading::read_entry;

/// Lines of a form at most.
pub(crate) const LINES: usize = 50;

/// One line of the form.
#[derive(Clone, Debug, Default)]
struct Line {
    item: Option<Uuid>,
    operator: Option<Operator>,
    values: Vec<String>,
    to: String,
    /// A name that is to become one of the values.
    typed: String,
    state: State,
}

/// What is to be said of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    /// It has not been looked at.
    #[default]
    Unread,
    /// It asks for something.
    Complete,
    /// It has no value yet.
    Incomplete,
    /// Its item is not there any more.
    Gone,
    /// Its item is not for this person to see.
    Hidden,
    /// Its values say nothing.
    Wrong(Message),
}

/// Lines that belong together.
#[derive(Clone, Debug, Default)]
struct LineGroup {
    join: Join,
    lines: Vec<Line>,
}

/// The conditions of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    join: Join,
    groups: Vec<LineGroup>,
    names: ValueNames,
}

/// Whether a button was pressed that changes the form and asks for nothing else.
pub(crate) fn was_pressed(form: &Form) -> bool {
    ["c_add", "c_remove", "c_choose"].into_iter().any(|name| form.given(name).is_some())
}

/// Whether a field belongs to the conditions: `c1`, `c1o`, `c1v[]`, `c1t`, `c1n`, `c1g`, `cg1`, `cj`, `c_add` ...
pub(crate) fn is_ours(name: &str) -> bool {
    let rest = name.strip_prefix('c').unwrap_or_default();
    let numbered = |text: &str| text.starts_with(|sign: char| sign.is_ascii_digit());
    rest == "j" || rest.starts_with('_') || numbered(rest) || rest.strip_prefix('g').is_some_and(numbered)
}

fn join_of(word: &str) -> Join {
    if word == "any" { Join::Any } else { Join::All }
}

const fn join_word(join: Join) -> &'static str {
    match join {
        Join::All => "all",
        Join::Any => "any",
    }
}

impl Conditions {
    /// The conditions that a form or a link holds, with the button pressed that adds or removes a line.
    pub(crate) fn read(template: &Template, form: &Form) -> Self {
        let mut groups: BTreeMap<usize, LineGroup> = BTreeMap::new();
        let removed: Option<usize> = form.given("c_remove").and_then(|number| number.parse().ok());
        for number in 1..=LINES {
            let field = format!("c{number}");
            let is_there = form.given(&field).is_some() || form.given(&format!("{field}g")).is_some();
            if !is_there || removed == Some(number) {
                continue;
            }
            let group: usize = form.get(&format!("{field}g")).parse().unwrap_or(1);
            let group = group.min(LINES);
            let of = groups
                .entry(group)
                .or_insert_with(|| LineGroup { join: join_of(form.get(&format!("cg{group}"))), lines: Vec::new() });
            of.lines.push(Line::read(template, form, &field));
        }
        let mut conditions = Self { join: join_of(form.get("cj")), groups: Vec::new(), names: ValueNames::default() };
        let added = form.given("c_add");
        for (number, mut group) in groups {
            if added == Some(number.to_string().as_str()) {
                group.lines.push(Line::default());
            }
            conditions.groups.push(group);
        }
        let has_room = conditions.lines().count() < LINES;
        if has_room && (added == Some("group") || (added.is_some() && conditions.groups.is_empty())) {
            conditions.groups.push(LineGroup { join: Join::All, lines: vec![Line::default()] });
        }
        conditions
    }

    /// The lines of a condition; none where a form cannot say it.
    pub(crate) fn of(template: &Template, condition: &Condition) -> Option<Self> {
        let grouped = Grouped::of(template, condition)?;
        let group =
            |group: Group| LineGroup { join: group.join, lines: group.rows.into_iter().map(Line::of_row).collect() };
        let groups = grouped.groups.into_iter().map(group).collect();
        Some(Self { join: grouped.join, groups, names: ValueNames::default() })
    }

    /// Looks at every line: finds what names mean, says what is wrong, and learns the names of what is chosen.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub(crate) async fn settle(&mut self, person: &Person, template: &Template, sight: &Sight) -> Result<(), Failure> {
        let mut values: Vec<(&Item, ItemValue)> = Vec::new();
        for line in self.groups.iter_mut().flat_map(|group| &mut group.lines) {
            let Some(id) = line.item else { continue };
            let Some(item) = template.shown_item(id) else {
                line.state = State::Gone;
                continue;
            };
            if !sight.sees(item.number) {
                line.state = State::Hidden;
                continue;
            }
            line.find_typed(person, item).await?;
            if !matches!(line.state, State::Wrong(_)) {
                line.look(template);
            }
            values.extend(line.named_value(item).map(|value| (item, value)));
        }
        let names = value_names(&person.service, &person.context, &values).await;
        self.names = names.map_err(|error| person.failure(&error))?;
        Ok(())
    }

    /// What the complete lines say.
    pub(crate) fn condition(&self, template: &Template) -> Condition {
        let is_complete = |line: &&Line| line.state == State::Complete;
        let group = |group: &LineGroup| Group {
            join: group.join,
            rows: group.lines.iter().filter(is_complete).filter_map(Line::row).collect(),
        };
        let grouped = Grouped { join: self.join, groups: self.groups.iter().map(group).collect() };
        // Every line has been looked at: none is wrong.
        grouped.condition(template).unwrap_or_else(|_| Condition::always())
    }

    /// Whether a line says nothing that can be asked for: it was begun, or its item or its values are wrong.
    pub(crate) fn is_wrong(&self) -> bool {
        self.lines().any(|line| line.item.is_some() && line.state != State::Complete)
    }

    /// Whether a line names an item that is gone or hidden, so that a list is wider than who kept its conditions meant it to be.
    pub(crate) fn has_lost(&self) -> bool {
        self.lines().any(|line| matches!(line.state, State::Gone | State::Hidden))
    }

    /// How many lines ask for something.
    pub(crate) fn count(&self) -> usize {
        self.lines().filter(|line| line.state == State::Complete).count()
    }

    /// The fields of a link or of hidden inputs that hold the conditions.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        self.pairs_without(None)
    }

    /// The same without one line.
    fn pairs_without(&self, left_out: Option<(usize, usize)>) -> Vec<(String, String)> {
        let (mut pairs, mut number) = (Vec::new(), 0);
        let mut used = 0;
        for (at, group) in self.groups.iter().enumerate() {
            let kept = |(place, line): &(usize, &Line)| left_out != Some((at, *place)) && line.item.is_some();
            let lines: Vec<&Line> = group.lines.iter().enumerate().filter(kept).map(|(_, line)| line).collect();
            if lines.is_empty() {
                continue;
            }
            used += 1;
            if lines.len() > 1 && group.join == Join::Any {
                pairs.push((format!("cg{used}"), join_word(group.join).to_owned()));
            }
            for line in lines {
                number += 1;
                line.write_pairs(number, used, &mut pairs);
            }
        }
        if used > 1 && self.join == Join::Any {
            pairs.push(("cj".to_owned(), join_word(self.join).to_owned()));
        }
        pairs
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.groups.iter().flat_map(|group| &group.lines)
    }
}

impl Line {
    fn read(template: &Template, form: &Form, field: &str) -> Self {
        let item: Option<Uuid> = form.get(field).parse().ok();
        let known = item.and_then(|id| template.shown_item(id));
        let asked = Operator::from_word(form.get(&format!("{field}o")));
        // The operators of the item that stood there before need not be those of this one.
        let operators = known.map(Operator::of).unwrap_or_default();
        let operator =
            asked.filter(|asked| known.is_none() || operators.contains(asked)).or(operators.first().copied());
        let given = form.list(&format!("{field}v[]"));
        let is_listed = known.is_some_and(|item| editor::takes_lines(item, operator));
        let values = if is_listed {
            given.iter().flat_map(|value| value.lines()).map(|line| line.trim().to_owned()).collect()
        } else {
            given.to_vec()
        };
        let text = |name: &str| form.get(&format!("{field}{name}")).to_owned();
        Self {
            item,
            operator,
            values: values.into_iter().filter(|value| !value.is_empty()).collect(),
            to: text("t"),
            typed: text("n").trim().to_owned(),
            state: State::Unread,
        }
    }

    fn of_row(row: Row) -> Self {
        let Row { item, operator, values, to } = row;
        Self { item: Some(item), operator: Some(operator), values, to, ..Self::default() }
    }

    fn row(&self) -> Option<Row> {
        Some(Row { item: self.item?, operator: self.operator?, values: self.values.clone(), to: self.to.clone() })
    }

    /// Makes a value of a name that was typed.
    async fn find_typed(&mut self, person: &Person, item: &Item) -> Result<(), Failure> {
        if self.typed.is_empty() || !editor::takes_names(item) {
            return Ok(());
        }
        let entry = Entry { typed: self.typed.clone(), ..Entry::default() };
        let reading = read_entry(person, item, entry).await?;
        match reading.value {
            Ok(_) => {
                let fresh: Vec<_> = reading.entry.chosen.into_iter().filter(|key| !self.values.contains(key)).collect();
                self.values.extend(fresh);
                self.typed.clear();
            }
            Err(message) => self.state = State::Wrong(message),
        }
        Ok(())
    }

    fn look(&mut self, template: &Template) {
        let asked = self.row().map(|row| row.condition(template));
        let begun = self.to.is_empty() && self.values.iter().all(|value| value.trim().is_empty());
        self.state = match asked {
            Some(Ok(_)) => State::Complete,
            Some(Err(Message::Required)) if begun => State::Incomplete,
            Some(Err(message)) => State::Wrong(message),
            None => State::Incomplete,
        };
    }

    /// The ids among the values, as the value of the item that names are looked up for.
    fn named_value(&self, item: &Item) -> Option<ItemValue> {
        match item.item_type.row().key {
            KeyKind::Id | KeyKind::User => {
                Some(ItemValue::References(self.values.iter().filter_map(|value| value.parse().ok()).collect()))
            }
            KeyKind::InquiryRoute => {
                Some(ItemValue::InquiryRoutes(self.values.iter().filter_map(|value| route_of(value)).collect()))
            }
            _ => None,
        }
    }

    fn write_pairs(&self, number: usize, group: usize, pairs: &mut Vec<(String, String)>) {
        let field = format!("c{number}");
        let Some(item) = self.item else { return };
        pairs.push((field.clone(), item.to_string()));
        if let Some(operator) = self.operator {
            pairs.push((format!("{field}o"), operator.word().to_owned()));
        }
        pairs.extend(self.values.iter().map(|value| (format!("{field}v[]"), value.clone())));
        if !self.to.is_empty() {
            pairs.push((format!("{field}t"), self.to.clone()));
        }
        if group > 1 {
            pairs.push((format!("{field}g"), group.to_string()));
        }
    }
}

fn route_of(key: &str) -> Option<InquiryRouteRef> {
    let (category, route) = key.split_once('~')?;
    Some(InquiryRouteRef { category: category.parse().ok()?, route: route.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use musubi_domain::id::{DatabaseNo, ItemNo};
    use musubi_domain::item::ItemType;
    use musubi_domain::template::DatabaseDetail;

    use super::*;

    fn template() -> Template {
        let item = |number: i64, item_type| {
            let id = Uuid::from_u128(u128::try_from(number).unwrap());
            Item::new(ItemNo(number), id, "項目", item_type)
        };
        let items = vec![item(1, ItemType::TextSingle), item(2, ItemType::AmountInteger), item(3, ItemType::Date)];
        Template::new(DatabaseNo(1), "clients", 1, DatabaseDetail::default(), items, Vec::new())
    }

    fn query(pairs: &[(&str, &str)]) -> Form {
        let encoded: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{name}={}", crate::continue_to::query_value(value))).collect();
        Form::of_query(Some(&encoded.join("&")))
    }

    fn read(form: &Form) -> Conditions {
        let mut conditions = Conditions::read(&template(), form);
        conditions.groups.iter_mut().flat_map(|group| &mut group.lines).for_each(|line| line.look(&template()));
        conditions
    }

    const ONE: &str = "00000000-0000-0000-0000-000000000001";
    const TWO: &str = "00000000-0000-0000-0000-000000000002";

    #[test]
    fn a_link_says_what_the_form_said() {
        let sent = [
            ("c1", ONE),
            ("c1o", "is"),
            ("c1v[]", "東京 商事\r\n大阪&商事=\n\n"),
            ("c1g", "1"),
            ("c2", TWO),
            ("c2o", "between"),
            ("c2v[]", "1,000"),
            ("c2t", "２０００"),
            ("c2g", "1"),
            ("cg1", "any"),
            ("c3", ONE),
            ("c3o", "not-empty"),
            ("c3g", "4"),
            ("cj", "any"),
            ("q", "x"),
        ];
        let conditions = read(&query(&sent));
        assert!(!conditions.is_wrong() && conditions.count() == 3);
        let pairs = conditions.pairs();
        let borrowed: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let again = read(&query(&borrowed));
        assert_eq!(again.pairs(), pairs);
        assert!(pairs.iter().all(|(name, _)| is_ours(name)) && !is_ours("q") && !is_ours("columns") && !is_ours("c"));
        assert_eq!(again.condition(&template()), conditions.condition(&template()));
        let kept = Conditions::of(&template(), &conditions.condition(&template())).unwrap();
        assert_eq!(kept.groups.len(), 2);
    }

    #[test]
    fn buttons_add_and_remove_lines_without_script() {
        let base = [("c1", ONE), ("c1o", "contains"), ("c1v[]", "a"), ("c2", TWO), ("c2o", "from"), ("c2v[]", "1")];
        let with = |press: (&'static str, &'static str)| {
            let form = query(&[base.as_slice(), &[press]].concat());
            assert!(was_pressed(&form));
            read(&form)
        };
        let lines =
            |conditions: &Conditions| conditions.groups.iter().map(|group| group.lines.len()).collect::<Vec<_>>();
        assert_eq!(lines(&read(&query(&base))), [2]);
        assert_eq!(lines(&with(("c_add", "1"))), [3]);
        assert_eq!(lines(&with(("c_add", "group"))), [2, 1]);
        assert_eq!(lines(&with(("c_remove", "1"))), [1]);
        assert_eq!(lines(&Conditions::read(&template(), &query(&[("c_add", "group")]))), [1]);
        assert!(with(("c_add", "1")).condition(&template()) == read(&query(&base)).condition(&template()));
    }

    #[test]
    fn a_line_that_is_not_finished_asks_for_nothing_and_one_that_is_wrong_says_so() {
        let begun = read(&query(&[("c1", ONE)]));
        assert!(begun.is_wrong() && begun.count() == 0 && begun.condition(&template()) == Condition::always());
        let wrong = read(&query(&[("c1", TWO), ("c1o", "from"), ("c1v[]", "百")]));
        assert!(matches!(wrong.groups[0].lines[0].state, State::Wrong(Message::NotDecimal)));
        // The operators of the item that stood there before are not those of another.
        let changed =
            read(&query(&[("c1", "00000000-0000-0000-0000-000000000003"), ("c1o", "contains"), ("c1v[]", "a")]));
        assert_eq!(changed.groups[0].lines[0].operator, Some(Operator::Within));
    }
}
