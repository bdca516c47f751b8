//! The contacts (取引先担当者) of the demo tenant.

use std::collections::HashSet;

use super::clients::{DemoClient, branch_name, departments, phone_and_fax, route, street};
use super::habits::{CONTACT_DETAILS, CONTACT_NOTES, DEPARTMENT_TITLES, LISTS, OFFICE_TITLES, SECTION_TITLES};
use super::people_names::{FAMILY_NAMES, GIVEN_NAMES, MORE_FAMILY_NAMES};
use super::places::PREFECTURES;
use super::random::Random;
use super::words::Word;

/// A contact.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DemoContact {
    /// Where its client stands in the list.
    pub(crate) client: usize,
    pub(crate) family: Word,
    pub(crate) first: Word,
    pub(crate) office: Office,
    pub(crate) department: Option<&'static str>,
    pub(crate) title: Option<&'static str>,
    pub(crate) birthday: Option<String>,
    pub(crate) phone: String,
    pub(crate) second_phone: Option<String>,
    pub(crate) extension: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) mail: Option<String>,
    pub(crate) description: Option<&'static str>,
    pub(crate) list_name: Option<&'static str>,
    pub(crate) note: Option<&'static str>,
    /// Where routes stand in `ROUTES`.
    pub(crate) routes: Vec<usize>,
    pub(crate) linkage_code: Option<String>,
    pub(crate) card_code: Option<String>,
    /// A card makes it: it is not registered by itself.
    pub(crate) is_by_card: bool,
}

/// Where a contact works.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Office {
    pub(crate) branch: Option<String>,
    pub(crate) postal_code: &'static str,
    pub(crate) prefecture: &'static str,
    pub(crate) city_address: String,
    pub(crate) area_code: &'static str,
    pub(crate) phone: String,
    pub(crate) fax: Option<String>,
}

impl Office {
    fn of(client: &DemoClient) -> Self {
        Self {
            branch: client.branch.clone(),
            postal_code: client.postal_code,
            prefecture: client.prefecture,
            city_address: client.city_address.clone(),
            area_code: client.area_code,
            phone: client.phone.clone(),
            fax: client.fax.clone(),
        }
    }

    /// An office in another prefecture.
    fn elsewhere(random: &mut Random, client: &DemoClient) -> Self {
        let others: Vec<_> = PREFECTURES.iter().filter(|prefecture| prefecture.name != client.prefecture).collect();
        let prefecture = random.weighted(&others, |prefecture| prefecture.weight);
        let place = random.pick(prefecture.places);
        let town = random.pick(place.towns);
        let (phone, fax) = phone_and_fax(random, place.area_code);
        Self {
            branch: Some(branch_name(random, client.trade, place)),
            postal_code: town.postal_code,
            prefecture: prefecture.name,
            city_address: street(random, place, town),
            area_code: place.area_code,
            phone,
            fax: random.percent(70).then_some(fax),
        }
    }
}

/// How many contacts there are to be, and how many of them cards make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContactCounts {
    pub(crate) all: usize,
    /// Clients at the end of the list that cards make, each with one contact.
    pub(crate) clients_by_card: usize,
    /// Contacts of other clients that cards make.
    pub(crate) by_card: usize,
}

/// Contacts, in the order of their clients. Some clients have none, large ones have many.
pub(crate) fn contacts(seed: u64, clients: &[DemoClient], counts: ContactCounts) -> Vec<DemoContact> {
    let mut maker = Maker {
        random: Random::new(seed ^ 0x0C0A_7AC7),
        families: Vec::new(),
        mails: HashSet::new(),
        mobiles: HashSet::new(),
        names: HashSet::new(),
    };
    let mut contacts = Vec::new();
    for (index, count) in maker.shares(clients, counts) {
        let Some(client) = clients.get(index) else { continue };
        let offices = maker.offices(client);
        let mut posts = HashSet::new();
        for nth in 0..count {
            let contact = maker.contact(client, (index, nth), &offices, &mut posts);
            contacts.push(contact);
        }
    }
    let made = clients.len().saturating_sub(counts.clients_by_card);
    let stands_out = |contact: &DemoContact| {
        contact.client < made
            && contact.mail.is_some()
            && contact.title != clients.get(contact.client).map(|it| it.form.leader)
    };
    let chosen = contacts.iter().enumerate().filter(|(_, contact)| stands_out(contact)).map(|(index, _)| index);
    let chosen: HashSet<usize> = maker.random.shuffled(chosen).into_iter().take(counts.by_card).collect();
    for (index, contact) in contacts.iter_mut().enumerate() {
        contact.is_by_card = contact.client >= made || chosen.contains(&index);
    }
    contacts
}

/// Draws names of people: every family name once before any comes twice, and no full name twice.
pub(super) fn draw_name(
    random: &mut Random,
    families: &mut Vec<Word>,
    names: &mut HashSet<(&'static str, &'static str)>,
    family: Option<Word>,
) -> (Word, Word) {
    loop {
        if families.is_empty() {
            *families = random.shuffled(FAMILY_NAMES.iter().chain(MORE_FAMILY_NAMES).copied());
        }
        let family = family.unwrap_or_else(|| families.pop().expect("just filled"));
        let first = *random.pick(GIVEN_NAMES);
        if names.insert((family.text, first.text)) {
            return (family, first);
        }
    }
}

struct Maker {
    random: Random,
    families: Vec<Word>,
    mails: HashSet<String>,
    mobiles: HashSet<String>,
    names: HashSet<(&'static str, &'static str)>,
}

impl Maker {
    /// How many contacts each client has, without those that have none.
    fn shares(&mut self, clients: &[DemoClient], counts: ContactCounts) -> Vec<(usize, usize)> {
        let by_card = counts.clients_by_card.min(clients.len()).min(counts.all);
        let known = clients.len() - by_card;
        let mut shares = vec![0_usize; known];
        let mut left = counts.all - by_card;
        while left > 0 && known > 0 {
            let mut deck = Vec::new();
            for (index, client) in clients.iter().take(known).enumerate() {
                let (least, most) = [(0, 2), (1, 3), (3, 6), (6, 12)].get(client.size).copied().unwrap_or((0, 1));
                let count = self.random.between(least, most);
                deck.extend((0..count).map(|_| index));
            }
            for index in self.random.shuffled(deck.into_iter()).into_iter().take(left) {
                left -= 1;
                shares.iter_mut().skip(index).take(1).for_each(|share| *share += 1);
            }
        }
        let new = (known..clients.len()).map(|index| (index, 1));
        shares.into_iter().enumerate().filter(|(_, share)| *share > 0).chain(new).collect()
    }

    fn offices(&mut self, client: &DemoClient) -> Vec<Office> {
        let more = [0, 0, 2, 3].get(client.size).copied().unwrap_or(0);
        let mut offices = vec![Office::of(client)];
        for _ in 0..more {
            let office = Office::elsewhere(&mut self.random, client);
            if offices.iter().all(|other| other.branch != office.branch && other.prefecture != office.prefecture) {
                offices.push(office);
            }
        }
        offices
    }

    fn contact(
        &mut self,
        client: &DemoClient,
        (index, nth): (usize, usize),
        offices: &[Office],
        posts: &mut HashSet<(usize, Option<&'static str>, &'static str)>,
    ) -> DemoContact {
        let leads = nth == 0 && self.random.percent([55, 25, 6, 2].get(client.size).copied().unwrap_or(0));
        let at = if leads || self.random.percent(60) { 0 } else { self.random.index(offices.len()) };
        let office = offices.get(at).cloned().unwrap_or_else(|| Office::of(client));
        let department = if leads { None } else { self.department(client) };
        let title = if leads { Some(client.form.leader) } else { self.title(client, department) };
        let title = title.filter(|title| is_shared(title) || posts.insert((at, department, title)));
        let (family, first) = self.name(client, leads);
        let is_direct = !leads && client.size > 0 && self.random.percent(35);
        let direct = is_direct.then(|| phone_and_fax(&mut self.random, office.area_code).0);
        DemoContact {
            client: index,
            family,
            first,
            department,
            title,
            birthday: self.random.percent(8).then(|| self.birthday()),
            second_phone: direct.is_some().then(|| office.phone.clone()),
            phone: direct.unwrap_or_else(|| office.phone.clone()),
            extension: (client.size >= 2 && self.random.percent(40))
                .then(|| self.random.between(1_000, 8_999).to_string()),
            mobile: self.random.percent(60).then(|| self.mobile()),
            mail: self.mail(client, family, first),
            description: self.random.percent(8).then(|| *self.random.pick(CONTACT_DETAILS)),
            list_name: self.random.percent(30).then(|| *self.random.pick(LISTS)),
            note: self.random.percent(25).then(|| self.note(department)),
            routes: self.routes(client),
            linkage_code: self.random.percent(35).then(|| format!("P{:08}", index * 100 + nth + 1)),
            card_code: self.random.percent(20).then(|| format!("BC-{:06}", index * 100 + nth + 1)),
            office,
            is_by_card: false,
        }
    }

    fn name(&mut self, client: &DemoClient, leads: bool) -> (Word, Word) {
        let (family, first) = client.representative;
        if leads && self.names.insert((family.text, first.text)) {
            return (family, first);
        }
        let family = leads.then_some(family);
        draw_name(&mut self.random, &mut self.families, &mut self.names, family)
    }

    fn department(&mut self, client: &DemoClient) -> Option<&'static str> {
        let percent = [45, 90, 97, 100].get(client.size).copied().unwrap_or(0);
        self.random.percent(percent).then(|| *self.random.pick(departments(client.form, client.size)))
    }

    fn title(&mut self, client: &DemoClient, department: Option<&str>) -> Option<&'static str> {
        let titles: &[&str] = match department {
            None if client.form.leader == "代表取締役" => &["取締役", "取締役", "専務取締役", "常務取締役"],
            None => &[],
            Some(office) if office.ends_with('局') => OFFICE_TITLES,
            Some(section) if section.ends_with('課') => SECTION_TITLES,
            Some(_) if client.size < 2 => &["部長", "課長", "係長", "主任"],
            Some(_) => DEPARTMENT_TITLES,
        };
        (!titles.is_empty() && self.random.percent(70)).then(|| *self.random.pick(titles))
    }

    fn note(&mut self, department: Option<&str>) -> &'static str {
        let fits =
            |departments: &[&str]| departments.is_empty() || department.is_some_and(|it| departments.contains(&it));
        let notes = CONTACT_NOTES.iter().filter(|(_, departments)| fits(departments)).map(|(note, _)| *note);
        self.random.shuffled(notes).pop().unwrap_or_default()
    }

    fn birthday(&mut self) -> String {
        let year = self.random.between(1963, 1999);
        self.random.day(year)
    }

    /// No mobile number begins with 0 behind its first three digits, so these ring nowhere.
    fn mobile(&mut self) -> String {
        loop {
            let first = if self.random.percent(60) { "090" } else { "070" };
            let number = format!("{first}-0{:03}-{:04}", self.random.below(1_000), self.random.below(10_000));
            if self.mobiles.insert(number.clone()) {
                return number;
            }
        }
    }

    /// Each client has its own way to make addresses of names.
    fn mail(&mut self, client: &DemoClient, family: Word, first: Word) -> Option<String> {
        let domain = client.domain().filter(|_| self.random.percent(93))?;
        let initial = first.romaji.get(..1).unwrap_or_default();
        let local = match client.city_address.len() % 4 {
            0 => family.romaji.to_owned(),
            1 => format!("{}.{}", first.romaji, family.romaji),
            2 => format!("{initial}-{}", family.romaji),
            _ => format!("{}_{initial}", family.romaji),
        };
        let numbered = (2..).map(|number| format!("{local}{number}@{domain}"));
        let mut free = std::iter::once(format!("{local}@{domain}")).chain(numbered);
        free.find(|mail| self.mails.insert(mail.clone()))
    }

    fn routes(&mut self, client: &DemoClient) -> Vec<usize> {
        let own = self.random.percent(35).then(|| route(&mut self.random));
        let mut routes: Vec<usize> = client.route.filter(|_| self.random.percent(55)).into_iter().collect();
        routes.extend(own.filter(|own| client.route != Some(*own)));
        routes
    }
}

/// Whether several people of one department have this title.
fn is_shared(title: &str) -> bool {
    matches!(title, "主任" | "係長" | "取締役")
}
