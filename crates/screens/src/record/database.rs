//! A database as paths and titles name it.

use musubi_domain::id::DatabaseNo;
use musubi_domain::template::Template;
use musubi_domain::{business_card, client, contact, product};

use crate::error::{Failure, Wrong};
use crate::frame::Frame;
use crate::person::Person;

/// A database of records: under which word its pages stand, and what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Database {
    /// The name under which use cases know it.
    pub(crate) name: String,
    /// Its word in paths; that of a database which people made is its number.
    pub(crate) word: String,
}

/// The databases that ship: name and word.
const SHIPPED: [(&str, &str); 4] = [
    (client::DATABASE, "clients"),
    (contact::DATABASE, "contacts"),
    (business_card::DATABASE, "business-cards"),
    (product::DATABASE, "products"),
];

impl Database {
    /// The database that a word of a path means. Whether the person may do anything there is for the use cases to say.
    pub(crate) async fn of_word(person: &Person, word: &str) -> Result<Self, Failure> {
        if let Some((name, _)) = SHIPPED.iter().find(|(_, own)| *own == word) {
            return Ok(Self { name: (*name).to_owned(), word: word.to_owned() });
        }
        let number = word.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))?;
        let template = person.service.template_numbered(person.context.tenant, DatabaseNo(number)).await;
        template.map(|template| Self::of(&template)).map_err(|error| person.failure(&error))
    }

    /// The database of a template.
    pub(crate) fn of(template: &Template) -> Self {
        let shipped = SHIPPED.iter().find(|(name, _)| *name == template.name);
        let word = shipped.map_or_else(|| template.database.to_string(), |(_, word)| (*word).to_owned());
        Self { name: template.name.clone(), word }
    }

    /// One that ships, by its name.
    pub(crate) fn shipped(name: &str) -> Option<Self> {
        let (name, word) = SHIPPED.iter().find(|(own, _)| *own == name)?;
        Some(Self { name: (*name).to_owned(), word: (*word).to_owned() })
    }

    /// The path of its list.
    pub(crate) fn path(&self) -> String {
        format!("/records/{}", self.word)
    }

    /// The path of the page of one of its records.
    pub(crate) fn record_path(&self, record: impl std::fmt::Display) -> String {
        format!("/records/{}/{record}", self.word)
    }

    /// What people call it, in their language; a database of their own as they named it.
    pub(crate) fn title(&self, frame: &Frame) -> String {
        let say = &frame.say.shell;
        match self.name.as_str() {
            client::DATABASE => say.clients.to_owned(),
            contact::DATABASE => say.contacts.to_owned(),
            business_card::DATABASE => say.business_cards.to_owned(),
            product::DATABASE => say.products.to_owned(),
            own => own.to_owned(),
        }
    }

    /// The word for an action on its records in the list of changes: `client.update`.
    pub(crate) fn kind(&self, action: Action) -> &'static str {
        let words = match self.name.as_str() {
            client::DATABASE => ["client.register", "client.update", "client.delete", "client.restore"],
            contact::DATABASE => ["contact.register", "contact.update", "contact.delete", "contact.restore"],
            business_card::DATABASE => {
                ["business_card.register", "business_card.update", "business_card.delete", "business_card.restore"]
            }
            product::DATABASE => ["product.register", "product.update", "product.delete", "product.restore"],
            _ => ["record.register", "record.update", "record.delete", "record.restore"],
        };
        let [register, update, delete, restore] = words;
        match action {
            Action::Register => register,
            Action::Update => update,
            Action::Delete => delete,
            Action::Restore => restore,
        }
    }
}

/// What somebody does to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Registers it.
    Register,
    /// Changes it.
    Update,
    /// Moves it to the trash.
    Delete,
    /// Brings it back.
    Restore,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names_lead_to_each_other() {
        let of = |name| {
            let (number, detail) = (DatabaseNo(7), musubi_domain::template::DatabaseDetail::default());
            Database::of(&Template::new(number, name, 1, detail, Vec::new(), Vec::new()))
        };
        for (name, word) in SHIPPED {
            assert_eq!((of(name).name.as_str(), of(name).path()), (name, format!("/records/{word}")));
            assert_ne!(of(name).kind(Action::Register), "record.register");
        }
        // A name that is a word of ours leads nobody astray.
        assert_eq!(
            (of("商談").path(), of("business-cards").path()),
            ("/records/7".to_owned(), "/records/7".to_owned())
        );
    }
}
