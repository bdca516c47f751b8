//! The sheet of paper that a form of a record is: which items one fills in, which are only shown, and what is read from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::condition::Field;
use musubi_domain::error::{Error, Problem};
use musubi_domain::id::{ItemNo, UserNo};
use musubi_domain::item::{self, Item, ItemType, ItemValue};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::record::Record;
use musubi_domain::rights;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_service::record::{GivenLinkage, GivenRecord};
use musubi_service::value_name::{ValueNames, value_names};
use uuid::Uuid;

use crate::error::Failure;
use crate::form::Form;
use crate::person::Person;
use crate::record::Database;
use crate::record::entry::{Names, words};
use crate::record::reading::{Reading, read};

/// Values by item; a linkage slot stands among them under its own number, which no item has.
pub(crate) type Values = BTreeMap<ItemNo, ItemValue>;
/// What a form holds, by item.
pub(crate) type Readings = BTreeMap<ItemNo, Reading>;

/// The form of the records of a database, as far as a person may fill it in.
pub(crate) struct Sheet {
    /// The database.
    pub(crate) database: Database,
    /// Its template.
    pub(crate) template: Arc<Template>,
    /// What he may see.
    pub(crate) sight: Sight,
    /// The linkage slots that are set up, each as an item of one line.
    pub(crate) slots: Vec<Item>,
}

impl Sheet {
    /// The sheet of a database in which the person may do this.
    pub(crate) async fn open(person: &Person, word: &str, action: rights::Action) -> Result<Self, Failure> {
        let database = Database::of_word(person, word).await?;
        let (service, context, failure) = (&person.service, &person.context, |error: Error| person.failure(&error));
        let template = service.template(context.tenant, &database.name).await.map_err(failure)?;
        service.check_right(context, &template, action).await.map_err(failure)?;
        let sight = service.sight(context, &template).await.map_err(failure)?;
        let slots = service.linkage_slots(context.tenant).await.map_err(failure)?;
        let slot = |(slot, name): &(i64, String)| {
            let name = format!("{} ({name})", person.frame.say.record.linkage);
            Item::new(ItemNo(*slot), Uuid::nil(), name, ItemType::TextSingle)
        };
        Ok(Self { database, template, sight, slots: slots.iter().map(slot).collect() })
    }

    /// Whether the person fills in an item of the template.
    fn is_filled(&self, item: &Item) -> bool {
        !item.hidden && !Self::is_by_system(item) && self.sight.sees(item.number) && self.sight.writes(item.number)
    }

    /// What the person fills in: items in order, then linkage slots.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &Item> {
        self.template.shown_items().filter(|item| self.is_filled(item)).chain(&self.slots)
    }

    /// Whether only the system fills an item.
    const fn is_by_system(item: &Item) -> bool {
        item.read_only || matches!(item.item_type, ItemType::AutoNumber)
    }

    /// What the system fills and he is shown.
    fn by_system(&self) -> impl Iterator<Item = &Item> {
        self.template.shown_items().filter(|item| self.sight.sees(item.number) && Self::is_by_system(item))
    }

    /// What stands on the form: what he fills in, each with yes, and what he may read and not change.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&Item, bool)> {
        let is_line = |item: &&Item| self.sight.sees(item.number) && !Self::is_by_system(item);
        let items = self.template.shown_items().filter(is_line);
        items.chain(&self.slots).map(|item| (item, self.is_slot(item.number) || self.is_filled(item)))
    }

    /// Whether this is the number of a linkage slot.
    fn is_slot(&self, number: ItemNo) -> bool {
        self.slots.iter().any(|slot| slot.number == number)
    }

    /// What a form holds of what the person fills in.
    pub(crate) async fn read(&self, person: &Person, form: &Form) -> Result<Readings, Failure> {
        let on_form = numbers(form);
        let mut readings = Readings::new();
        for item in self.filled().filter(|item| on_form.contains(&item.number)) {
            readings.insert(item.number, read(person, item, form).await?);
        }
        Ok(readings)
    }

    /// How many items were on a form that the person does not fill in any more.
    pub(crate) fn gone(&self, form: &Form) -> usize {
        numbers(form).into_iter().filter(|number| !self.filled().any(|item| item.number == *number)).count()
    }

    /// The numbers of what is on the form.
    pub(crate) fn numbers(&self) -> String {
        self.filled().map(|item| item.number.to_string()).collect::<Vec<_>>().join(",")
    }

    /// What use cases are given of these readings.
    pub(crate) fn given<'a>(&self, readings: impl Iterator<Item = (&'a Item, &'a Reading)>) -> GivenRecord {
        let mut given = GivenRecord { items_path: "items".to_owned(), ..GivenRecord::default() };
        for (item, reading) in readings {
            let path = Names::of(item).main().to_owned();
            if self.is_slot(item.number) {
                let value = LinkageValue { slot: item.number.0, value: reading.entry.text.trim().to_owned() };
                given.linkage.push(GivenLinkage { path, value });
            } else {
                match reading.given(item) {
                    Ok(item) => given.items.push(item),
                    Err(problem) => given.problems.push(problem),
                }
            }
        }
        given
    }

    /// The item that a problem is of, filled in or not.
    pub(crate) fn item_of(&self, problem: &Problem) -> Option<ItemNo> {
        let by_id = problem.item.and_then(|id| self.template.item(id)).map(|item| item.number);
        by_id.or_else(|| self.filled().find(|item| Names::of(item).main() == problem.path).map(|item| item.number))
    }

    /// The values of a record that the person may see, its linkage values among them.
    pub(crate) fn values(&self, record: &Record) -> Values {
        let mut values = record.facts(&self.template).values;
        values.retain(|item, _| self.sight.sees(*item));
        let linkage = record.linkage.iter().map(|held| (ItemNo(held.slot), ItemValue::Text(held.value.clone())));
        values.extend(linkage);
        values
    }

    /// The names of everything that these values and entries point at.
    pub(crate) async fn names(
        &self,
        person: &Person,
        values: &[&Values],
        readings: &Readings,
    ) -> Result<ValueNames, Failure> {
        let mut wanted = Vec::new();
        for item in self.template.shown_items().filter(|item| self.sight.sees(item.number)) {
            let held = values.iter().filter_map(|values| values.get(&item.number)).cloned();
            let typed = readings.get(&item.number).and_then(|reading| reading.entry.chosen_item_value(item));
            wanted.extend(held.chain(typed).map(|value| (item, value)));
        }
        let names = value_names(&person.service, &person.context, &wanted).await;
        names.map_err(|error| person.failure(&error))
    }

    /// What the system fills of a record: label and parts.
    pub(crate) async fn facts(
        &self,
        person: &Person,
        record: &Record,
        (values, names): (&Values, &ValueNames),
    ) -> Result<Vec<(String, Vec<String>)>, Failure> {
        let mut facts = Vec::new();
        for item in self.by_system() {
            let parts = match self.template.field(item.number) {
                Field::CreatedAt => vec![person.frame.moment(record.created_at).shown],
                Field::UpdatedAt => vec![person.frame.moment(record.updated_at).shown],
                Field::CreatedBy => vec![user_name(person, record.created_by).await?],
                Field::UpdatedBy => vec![user_name(person, record.updated_by).await?],
                Field::Item(_) | Field::Likeness { .. } => {
                    let value = values.get(&item.number);
                    value.map(|value| words(item, value, names, &person.frame)).unwrap_or_default()
                }
            };
            facts.push((item.name.clone(), parts));
        }
        Ok(facts)
    }
}

/// The value that a reading gives an item; none where it is wrong or empty.
pub(crate) fn value_of(item: &Item, reading: &Reading) -> Option<ItemValue> {
    reading.value.clone().ok().and_then(|raw| item::read(item, raw).ok().flatten())
}

/// The name of somebody who did something.
pub(crate) async fn user_name(person: &Person, number: UserNo) -> Result<String, Failure> {
    let user = person.service.user(person.context.tenant, number).await.map_err(|error| person.failure(&error))?;
    Ok(user.map(|user| user.display_name()).unwrap_or_default())
}

/// The numbers of the items that a form says to hold.
fn numbers(form: &Form) -> Vec<ItemNo> {
    form.get("items").split(',').filter_map(|number| number.parse().ok()).map(ItemNo).collect()
}
