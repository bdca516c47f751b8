//! What stands above every part of the page of a record: its name, what one looks it up for, what can be done, and its parts.

use musubi_domain::client;
use musubi_domain::item::{Item, ItemType, ItemValue, Target};
use musubi_domain::rights::Action;
use musubi_service::record::{RecordKey, RecordSeen, record_get};
use musubi_text::company::{self, Place};
use uuid::Uuid;

use super::TABS;
use super::value::{Part, Values};
use crate::error::{Failure, Wrong};
use crate::person::Person;
use crate::record::Database;

/// A record whose page is shown.
pub(crate) struct Shown {
    /// Its database.
    pub(crate) database: Database,
    /// The record as the reader sees it.
    pub(crate) seen: RecordSeen,
    /// Its values.
    pub(crate) values: Values,
    /// Whether the reader may change records of the database.
    pub(crate) may_write: bool,
    /// Whether he may move them to the trash.
    pub(crate) may_delete: bool,
}

/// One thing that a record is looked up for.
pub(crate) struct Fact {
    /// What it is.
    pub(crate) label: String,
    /// The value.
    pub(crate) parts: Vec<Part>,
    /// What a click takes along; "" nothing.
    pub(crate) copy: String,
}

/// A part of the page.
pub(crate) struct Tab {
    /// Its word in the query.
    pub(crate) word: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Whether it is the one that is shown.
    pub(crate) is_shown: bool,
}

/// What stands above.
pub(crate) struct Head {
    /// The path of the page.
    pub(crate) path: String,
    /// The path and the name of the list.
    pub(crate) list: (String, String),
    /// The name: what stands before its core (株式会社), the core, what stands behind.
    pub(crate) name: (String, String, String),
    /// The whole name.
    pub(crate) whole: String,
    /// The reading of the name.
    pub(crate) ruby: String,
    /// What it is looked up for.
    pub(crate) facts: Vec<Fact>,
    /// The parts of the page.
    pub(crate) tabs: Vec<Tab>,
    /// The part that is shown.
    pub(crate) title: &'static str,
    /// Whether the reader may change it.
    pub(crate) may_write: bool,
    /// Whether he may delete it.
    pub(crate) may_delete: bool,
    /// Whether he may merge it with another.
    pub(crate) may_merge: bool,
    /// Where a contact of it is registered; "" where it has none.
    pub(crate) new_contact: String,
}

/// The number of what stands at a record, in a path.
pub(super) fn numbered(person: &Person, text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))
}

impl Shown {
    /// The record that a path names.
    pub(crate) async fn of(person: &Person, word: &str, id: &str) -> Result<Self, Failure> {
        let database = Database::of_word(person, word).await?;
        let id: Uuid = id.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))?;
        let failure = |error| person.failure(&error);
        let found = record_get(&person.service, &person.context, &database.name, RecordKey::Id(id), "record").await;
        let seen = found.map_err(failure)?;
        let right = person.service.check_right(&person.context, &seen.template, Action::Read).await.map_err(failure)?;
        let values = Values::of(person, &seen).await?;
        Ok(Self { database, seen, values, may_write: right.write, may_delete: right.delete })
    }

    /// Its outside id.
    pub(crate) const fn id(&self) -> Uuid {
        self.seen.record.id
    }

    /// The path of its page.
    pub(crate) fn path(&self) -> String {
        self.database.record_path(self.id())
    }

    /// What stands above, where this part is shown.
    pub(crate) async fn head(&self, person: &Person, tab: &'static str) -> Result<Head, Failure> {
        let frame = &person.frame;
        let say = &frame.say.thread;
        let template = &self.seen.template;
        let whole = if self.seen.sight.sees_name(template) {
            self.seen.record.display_name.clone()
        } else {
            musubi_domain::sight::not_seen(frame.locale).to_owned()
        };
        let is_client = self.database.name == client::DATABASE;
        let name = if is_client { taken_apart(&whole) } else { (String::new(), whole.clone(), String::new()) };
        let tabs: Vec<Tab> = TABS
            .iter()
            .filter(|(_, _, is_there)| is_there(self))
            .map(|(word, label, _)| Tab { word, label: label(say), is_shown: *word == tab })
            .collect();
        let title = tabs.iter().find(|tab| tab.is_shown).map_or("", |tab| tab.label);
        let new_contact = if is_client && self.may_write {
            let contact = Database::shipped(musubi_domain::contact::DATABASE);
            contact.map(|contact| format!("{}/new?client={}", contact.path(), self.id())).unwrap_or_default()
        } else {
            String::new()
        };
        Ok(Head {
            path: self.path(),
            list: (self.database.path(), self.database.title(frame)),
            name,
            whole,
            ruby: self.ruby(),
            facts: self.facts(person).await?,
            tabs,
            title,
            may_write: self.may_write,
            may_delete: self.may_delete,
            may_merge: self.may_write && self.may_delete,
            new_contact,
        })
    }

    /// The reading of the display items.
    fn ruby(&self) -> String {
        let of_item = |item| match self.values.by_item.get(item) {
            Some(ItemValue::Ruby { ruby, .. }) if !ruby.is_empty() => Some(ruby.clone()),
            _ => None,
        };
        let readings: Vec<String> = self.seen.template.detail.display_items.iter().filter_map(of_item).collect();
        readings.join(" ")
    }

    /// What records are looked up for: whom they belong to, how they are reached, where they are, who looks after them, their keys in
    /// other systems.
    async fn facts(&self, person: &Person) -> Result<Vec<Fact>, Failure> {
        let frame = &person.frame;
        let say = &frame.say.thread;
        let mut facts = Vec::new();
        let mut first = |wanted: &dyn Fn(&Item) -> bool| {
            let items = self.seen.template.items().iter();
            let found = items.filter(|item| !item.read_only && wanted(item)).find_map(|item| {
                let parts = self.values.parts(frame, item);
                (!parts.is_empty()).then(|| (item.name.clone(), parts))
            });
            if let Some((label, parts)) = found {
                let is_text = parts.iter().all(|part| !part.href.starts_with('/'));
                let copy = if is_text { joined(&parts) } else { String::new() };
                facts.push(Fact { label, parts, copy });
            }
        };
        let points = |item: &Item, target| item.item_type.row().target == Some(target);
        first(&|item| points(item, Target::Client));
        first(&|item| points(item, Target::Contact));
        first(&|item| item.item_type == ItemType::PhoneNumber);
        first(&|item| item.item_type == ItemType::MailAddress);
        first(&|item| item.item_type == ItemType::Url);
        if let Some(address) = self.address(frame) {
            let part = Part { text: address.clone(), ..Part::default() };
            facts.push(Fact { label: say.address.to_owned(), parts: vec![part], copy: address });
        }
        let owner = self.seen.template.items().iter().filter(|item| !item.read_only && points(item, Target::User));
        let owner = owner.map(|item| (item.name.clone(), self.values.parts(frame, item)));
        let owner = owner.into_iter().find(|(_, parts)| !parts.is_empty());
        facts.extend(owner.map(|(label, parts)| Fact { label, parts, copy: String::new() }));
        let slots = person.service.linkage_slots(person.context.tenant).await;
        let slots = slots.map_err(|error| person.failure(&error))?;
        for value in &self.seen.record.linkage {
            let label = slots.iter().find(|(slot, _)| *slot == value.slot).map(|(_, name)| name.clone());
            let part = Part { text: value.value.clone(), ..Part::default() };
            let label = label.unwrap_or_else(|| value.slot.to_string());
            facts.push(Fact { label, parts: vec![part], copy: value.value.clone() });
        }
        Ok(facts)
    }

    /// Postal code and address as they are written on a letter.
    fn address(&self, frame: &crate::frame::Frame) -> Option<String> {
        let template = &self.seen.template;
        let text = |item: &Item| joined(&self.values.parts(frame, item));
        let postal = template.items().iter().find(|item| item.item_type == ItemType::PostalCode).map(text);
        let joined_items = template.detail.joined_items.iter().filter_map(|item| template.item_numbered(*item));
        let place: String = joined_items.map(text).collect();
        let postal = postal.filter(|postal| !postal.is_empty()).map(|postal| format!("〒{postal} "));
        (!place.is_empty()).then(|| format!("{}{place}", postal.unwrap_or_default()))
    }
}

fn joined(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The name of a company with its form apart.
fn taken_apart(name: &str) -> (String, String, String) {
    let split = company::split(name);
    let cut = name.split_once(split.core).filter(|_| split.place != Place::Nowhere);
    cut.map_or_else(
        || (String::new(), name.to_owned(), String::new()),
        |(before, after)| (before.to_owned(), split.core.to_owned(), after.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::taken_apart;

    #[test]
    fn the_parts_of_a_name_are_the_name() {
        for name in ["株式会社結商事", "結商事（株）", "結商事", "", "株式会社"] {
            let (before, core, after) = taken_apart(name);
            assert_eq!(format!("{before}{core}{after}"), name);
        }
        assert_eq!(taken_apart("株式会社結商事").1, "結商事");
    }
}
