//! What cards, clients and contacts say, in the terms of the matching rules.

use std::collections::BTreeMap;

use musubi_domain::id::ItemNo;
use musubi_domain::item::ItemValue;
use musubi_domain::matching::{CardFacts, ClientFacts, ClientTie, ContactFacts};
use musubi_domain::template::Template;
use musubi_domain::{business_card, client, contact};
use uuid::Uuid;

/// The values of a record by item.
pub(crate) type Values = BTreeMap<ItemNo, ItemValue>;

/// The texts of a record by the ids of its built-in items.
pub(super) struct Texts<'a> {
    template: &'a Template,
    values: &'a Values,
}

impl<'a> Texts<'a> {
    pub(super) const fn of(template: &'a Template, values: &'a Values) -> Self {
        Self { template, values }
    }

    pub(super) fn value(&self, id: Uuid) -> Option<&'a ItemValue> {
        self.values.get(&self.template.item(id)?.number)
    }

    /// The text of an item; "" where it has none.
    pub(super) fn text(&self, id: Uuid) -> &'a str {
        self.value(id).and_then(|value| value.texts().first().copied()).unwrap_or_default()
    }

    /// The reading of an item; "" where it has none.
    pub(super) fn reading(&self, id: Uuid) -> &'a str {
        match self.value(id) {
            Some(ItemValue::Ruby { ruby, .. }) => ruby,
            _ => "",
        }
    }

    /// The texts of items that have one.
    fn texts(&self, ids: &[Uuid]) -> Vec<&'a str> {
        ids.iter().map(|id| self.text(*id)).filter(|text| !text.is_empty()).collect()
    }
}

/// An address from the prefecture on.
pub(super) fn address(texts: &Texts<'_>, prefecture: Uuid, city: Uuid) -> String {
    [texts.text(prefecture), texts.text(city)].concat()
}

pub(super) fn card<'a>(texts: &Texts<'a>, address: &'a str) -> CardFacts<'a> {
    CardFacts {
        company: texts.text(business_card::COMPANY),
        company_kana: texts.reading(business_card::COMPANY),
        mails: texts.texts(&[business_card::MAIL]),
        phones: texts.texts(&[business_card::PHONE, business_card::MOBILE]),
        websites: texts.texts(&[business_card::WEBSITE]),
        postal_code: texts.text(business_card::POSTAL_CODE),
        address,
        family_name: texts.text(business_card::FAMILY_NAME),
        first_name: texts.text(business_card::FIRST_NAME),
        family_kana: texts.reading(business_card::FAMILY_NAME),
        first_kana: texts.reading(business_card::FIRST_NAME),
        department: texts.text(business_card::DEPARTMENT),
    }
}

/// A client; `mails` are those of its contacts.
pub(super) fn client<'a>(texts: &Texts<'a>, address: &'a str, mails: &'a [String]) -> ClientFacts<'a> {
    ClientFacts {
        official_name: texts.text(client::NAME),
        short_name: texts.text(client::SHORT_NAME),
        kana: texts.reading(client::NAME),
        phones: texts.texts(&[client::PHONE]),
        mail_domains: mails.iter().map(String::as_str).collect(),
        websites: texts.texts(&[client::WEBSITE]),
        postal_code: texts.text(client::POSTAL_CODE),
        address,
        corporate_number: "",
    }
}

pub(super) fn contact<'a>(texts: &Texts<'a>, tie: ClientTie) -> ContactFacts<'a> {
    ContactFacts {
        family_name: texts.text(contact::FAMILY_NAME),
        first_name: texts.text(contact::FIRST_NAME),
        family_kana: texts.reading(contact::FAMILY_NAME),
        first_kana: texts.reading(contact::FIRST_NAME),
        mails: texts.texts(&[contact::MAIL, contact::MAIL_2]),
        phones: texts.texts(&[contact::PHONE, contact::PHONE_2, contact::MOBILE]),
        department: texts.text(contact::DEPARTMENT),
        tie,
    }
}
