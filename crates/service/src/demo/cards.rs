//! The business cards (名刺) of the demo tenant: most of people who are contacts already, some that make clients and contacts, and some
//! of which nobody can be sure (`doubts.rs`).

use jiff::civil::{Date, Weekday};

use super::clients::{DemoClient, route};
use super::contacts::DemoContact;
use super::doubts::doubts;
use super::habits::CARD_NOTES;
use super::people::Sellers;
use super::random::Random;

/// A business card.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct DemoCard {
    pub(crate) company: String,
    pub(crate) company_kana: String,
    pub(crate) branch: Option<String>,
    pub(crate) department: Option<&'static str>,
    pub(crate) title: Option<&'static str>,
    pub(crate) family: String,
    pub(crate) family_kana: String,
    pub(crate) first: String,
    pub(crate) first_kana: String,
    pub(crate) mail: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) fax: Option<String>,
    pub(crate) postal_code: Option<&'static str>,
    pub(crate) prefecture: Option<&'static str>,
    pub(crate) city_address: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) exchanged_on: String,
    /// Which of the people owns it.
    pub(crate) owner: usize,
    /// Where the route stands in `ROUTES`.
    pub(crate) route: Option<usize>,
    pub(crate) note: Option<&'static str>,
    /// Somebody decides that it belongs to nobody.
    pub(crate) is_passed: bool,
}

/// Cards by the day on which they were exchanged.
pub(crate) fn cards(
    seed: u64,
    clients: &[DemoClient],
    contacts: &[DemoContact],
    sellers: &Sellers,
    count: usize,
) -> Vec<DemoCard> {
    let mut maker = Maker { random: Random::new(seed ^ 0x00CA_4D5E), sellers };
    let of = |contact: &DemoContact| clients.get(contact.client);
    let making = contacts.iter().filter(|contact| contact.is_by_card);
    let mut cards: Vec<DemoCard> =
        making.filter_map(|contact| Some(maker.faithful(of(contact)?, contact, true))).take(count).collect();
    let doubtful = doubts(&mut maker, clients, contacts);
    cards.extend(doubtful.into_iter().take(count - cards.len()));
    let certain = contacts.iter().filter_map(|contact| Some((of(contact)?, contact)));
    let certain = certain.filter(|(client, contact)| !contact.is_by_card && is_certain(client, contact));
    let deck = maker.random.shuffled(certain);
    for (client, contact) in turns(deck.len()).filter_map(|at| deck.get(at)).take(count - cards.len()) {
        let card = maker.card(client, contact);
        cards.push(card);
    }
    cards.sort_by(|one, other| one.exchanged_on.cmp(&other.exchanged_on));
    cards
}

/// Each in turn, and after every eighth one that has come before: some have given their card twice.
fn turns(length: usize) -> impl Iterator<Item = usize> {
    (0..length).flat_map(|at| [Some(at), (at % 8 == 7).then_some(at / 2)]).flatten()
}

/// Whether a card of a contact says enough of its client: a name and a domain, a telephone number or an address in common.
fn is_certain(client: &DemoClient, contact: &DemoContact) -> bool {
    contact.mail.is_some() || contact.phone == client.phone || contact.office.city_address == client.city_address
}

pub(super) struct Maker<'a> {
    pub(super) random: Random,
    pub(super) sellers: &'a Sellers,
}

impl Maker<'_> {
    /// A card of a contact, as people print and type them: the name of the firm in short, readings left out.
    fn card(&mut self, client: &DemoClient, contact: &DemoContact) -> DemoCard {
        let mut card = self.faithful(client, contact, false);
        if self.random.percent(12) {
            card.company = client.form.joined(client.form.abbreviation, &client.base);
        } else if let Some(branch) = contact.office.branch.as_deref().filter(|branch| branch.ends_with("支店"))
            && contact.mail.is_some()
            && self.random.percent(30)
        {
            card.company = format!("{} {branch}", client.name);
            card.branch = None;
        }
        if self.random.percent(35) {
            card.company_kana.clear();
            card.family_kana.clear();
            card.first_kana.clear();
        }
        card.mobile = card.mobile.filter(|_| self.random.percent(80));
        card
    }

    /// A card that says all that is known of a contact.
    pub(super) fn faithful(&mut self, client: &DemoClient, contact: &DemoContact, is_new: bool) -> DemoCard {
        let office = &contact.office;
        DemoCard {
            company: client.name.clone(),
            company_kana: client.name_kana.clone(),
            branch: office.branch.clone(),
            department: contact.department,
            title: contact.title,
            family: contact.family.text.to_owned(),
            family_kana: contact.family.kana.to_owned(),
            first: contact.first.text.to_owned(),
            first_kana: contact.first.kana.to_owned(),
            mail: contact.mail.clone(),
            phone: Some(contact.phone.clone()),
            mobile: contact.mobile.clone(),
            fax: office.fax.clone(),
            postal_code: Some(office.postal_code),
            prefecture: Some(office.prefecture),
            city_address: Some(office.city_address.clone()),
            website: client.website.clone(),
            exchanged_on: self.exchanged_on(client),
            owner: if is_new { client.person } else { self.owner(client) },
            route: contact.routes.first().copied().filter(|_| self.random.percent(80)),
            note: self.random.percent(20).then(|| *self.random.pick(CARD_NOTES)),
            is_passed: false,
        }
    }

    /// A working day, once the firm is there.
    pub(super) fn exchanged_on(&mut self, client: &DemoClient) -> String {
        let year = self.random.between((client.established_year + 1).max(2021), 2025);
        loop {
            let day = self.random.day(year);
            let is_free = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            let is_new_year = day.ends_with("-01-01") || day.ends_with("-01-02") || day.ends_with("-01-03");
            if !is_new_year && !day.parse().is_ok_and(is_free) {
                return day;
            }
        }
    }

    /// Mostly whoever is in charge of the client.
    pub(super) fn owner(&mut self, client: &DemoClient) -> usize {
        if self.random.percent(75) { client.person } else { *self.random.pick(&self.sellers.everybody()) }
    }

    pub(super) fn route(&mut self) -> Option<usize> {
        self.random.percent(60).then(|| route(&mut self.random))
    }
}
