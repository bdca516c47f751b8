//! What the demo promises, before anything is registered.

use std::collections::{BTreeMap, HashMap, HashSet};

use musubi_domain::matching::{
    CardFacts, ClientFacts, ClientTie, ContactFacts, Firm, Person, THRESHOLDS, Verdict, score_firms, score_people,
    verdict,
};

use super::cards::{DemoCard, Maker};
use super::clients::{DemoClient, client_stream, clients};
use super::contacts::DemoContact;
use super::doubts::doubts;
use super::people::{Sellers, people};
use super::people_names::{FAMILY_NAMES, GIVEN_NAMES, MORE_FAMILY_NAMES, OLD_FORMS, OTHER_READINGS};
use super::places::PREFECTURES;
use super::random::{Random, days_in_month};
use super::trades::{CLIENT_KINDS, INDUSTRIES, RATINGS, TRADES, WELL_KNOWN};
use super::{Demo, DemoSize, SEED, is_katakana};

fn shipped() -> Demo {
    Demo::draw(SEED, DemoSize::default())
}

/// The clients that the demo registers, before the cards.
fn registered(demo: &Demo) -> &[DemoClient] {
    &demo.clients[..demo.clients.len() - demo.clients_by_card]
}

fn depth(clients: &[DemoClient], index: usize) -> usize {
    clients[index].parent.map_or(1, |parent| 1 + depth(clients, parent))
}

/// FNV-1a, which no release of anything changes.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[test]
fn the_same_seed_gives_the_same_data() {
    let text = |seed| {
        let demo = Demo::draw(seed, DemoSize::default());
        format!("{:?}{:?}{:?}{:?}", demo.people, demo.clients, demo.contacts, demo.cards)
    };
    assert_eq!(digest(&text(SEED)), digest(&text(SEED)));
    assert_ne!(digest(&text(SEED)), digest(&text(SEED + 1)));
    assert_eq!(clients(7, 500)[..200], clients(7, 200)[..]);
    assert_ne!(clients(7, 20), clients(8, 20));
}

#[test]
fn clients_show_every_prefecture_industry_kind_and_rating() {
    for seed in (0..50).chain([SEED]) {
        let demo = Demo::draw(seed, DemoSize::default());
        let clients = registered(&demo);
        let prefectures: HashSet<&str> = clients.iter().map(|client| client.prefecture).collect();
        let industries: HashSet<(i32, i32)> = clients.iter().filter_map(|client| client.industry).collect();
        let known: HashSet<(i32, i32)> =
            INDUSTRIES.iter().flat_map(|(major, _, minors)| minors.iter().map(|minor| (*major, minor.0))).collect();
        assert_eq!((prefectures.len(), industries), (47, known));
        let kinds: HashSet<i32> = clients.iter().flat_map(|client| client.kind.iter().copied()).collect();
        let ratings: HashSet<i32> = clients.iter().filter_map(|client| client.rating).collect();
        assert_eq!((kinds.len(), ratings.len()), (CLIENT_KINDS.len(), RATINGS.len()));
        let children = clients.iter().filter(|client| client.parent.is_some()).count();
        assert!((10..=50).contains(&children), "{children}");
        assert_eq!((0..clients.len()).map(|index| depth(clients, index)).max(), Some(3), "{seed}");
        assert!(clients.iter().any(|it| it.name.starts_with("株式会社")));
        assert!(clients.iter().any(|it| it.name.ends_with("株式会社")));
    }
}

fn base(client: &DemoClient) -> String {
    let form = TRADES
        .iter()
        .flat_map(|trade| trade.forms)
        .filter(|form| if form.after { client.name.ends_with(form.text) } else { client.name.starts_with(form.text) });
    let form = form.max_by_key(|form| form.text.len()).expect("every name has a form");
    client.name.replacen(form.text, "", 1)
}

#[test]
fn names_codes_and_websites_are_unique_even_without_the_form() {
    let (mut bases, mut codes, mut websites) = (HashSet::new(), HashSet::new(), HashSet::new());
    for client in client_stream(3, Sellers::of(&people(3, 30))).take(60_000) {
        assert_eq!(base(&client), client.base);
        assert!(!WELL_KNOWN.contains(&client.base.as_str()));
        assert!(client.domain().is_none_or(|domain| websites.insert(domain.to_owned())), "{:?}", client.website);
        assert!(bases.insert(client.base), "{}", client.name);
        assert!(codes.insert(client.linkage_code));
    }
}

fn assert_phone(number: &str) {
    assert!(number.chars().all(|letter| letter.is_ascii_digit() || letter == '-'), "{number}");
    assert_eq!((number.len(), number.split('-').count()), (12, 3), "{number}");
    assert!(number.split('-').nth(1).is_some_and(|exchange| exchange.starts_with('0')), "{number} may ring somewhere");
}

fn assert_date(date: &str) {
    let [year, month, day] = [0, 1, 2].map(|part| date.split('-').nth(part).unwrap().parse::<u64>().unwrap());
    assert!(date.len() == 10 && (1..=12).contains(&month), "{date}");
    assert!((1..=days_in_month(year, month)).contains(&day), "{date}");
}

/// Prefecture, town, postal code and area code belong together.
fn assert_place(prefecture: &str, address: &str, postal_code: &str, phone: &str) {
    let prefecture = PREFECTURES.iter().find(|it| it.name == prefecture).unwrap();
    let place = prefecture.places.iter().find(|place| address.starts_with(place.city)).unwrap();
    assert!(phone.starts_with(&format!("{}-", place.area_code)), "{address} {phone}");
    let town = |town: &super::words::Town| {
        town.postal_code == postal_code && address.starts_with(&format!("{}{}", place.city, town.name))
    };
    assert!(place.towns.iter().any(town), "{address} {postal_code}");
}

#[test]
fn every_value_of_a_client_is_sound() {
    let sellers = Sellers::of(&people(11, 30));
    for (index, client) in client_stream(11, sellers.clone()).take(20_000).enumerate() {
        assert!(is_katakana(&client.name_kana), "{}", client.name_kana);
        assert!(is_katakana(client.representative.0.kana) && is_katakana(client.representative.1.kana));
        for text in [&client.name, &client.name_kana, &client.short_name, &client.city_address] {
            assert!(text.chars().count() <= 255 && !text.chars().any(char::is_control), "{text}");
        }
        client.fax.iter().chain([&client.phone]).for_each(|number| assert_phone(number));
        assert_place(client.prefecture, &client.city_address, client.postal_code, &client.phone);
        client.established.iter().for_each(|date| assert_date(date));
        if let Some(website) = &client.website {
            let host = website.strip_prefix("https://").unwrap().trim_end_matches('/');
            assert!(host.ends_with(".example.jp") || host.ends_with(".example.com"), "{host}");
            assert!(host.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "-.".contains(it)));
            assert!(host.split('.').all(|label| label.len() <= 63));
        }
        assert!(client.capital.unwrap_or(1).max(client.annual_sales.unwrap_or(1)) < 1_000_000_000_000_000);
        assert!(client.employees.is_none_or(|employees| (1..1_000_000_000).contains(&employees)));
        assert!(client.description.is_none_or(|text| text.chars().count() <= 2_000 && text.contains('\n')));
        assert!(client.kind.iter().all(|kind| CLIENT_KINDS.iter().any(|choice| choice.0 == *kind)));
        assert!(client.rating.is_none_or(|rating| RATINGS.iter().any(|choice| choice.0 == rating)));
        assert!(client.parent.is_none_or(|parent| parent < index) && sellers.everybody().contains(&client.person));
        assert_eq!(client.accounting_code.is_none(), client.kind == [2], "prospects have bought nothing");
    }
}

#[test]
fn a_reading_belongs_to_its_name() {
    let mut readings: HashMap<&str, &str> = HashMap::new();
    for word in FAMILY_NAMES.iter().chain(MORE_FAMILY_NAMES) {
        assert!(is_katakana(word.kana) && word.romaji.chars().all(|it| it.is_ascii_lowercase()), "{}", word.text);
        assert_eq!(readings.insert(word.text, word.kana), None, "{} twice", word.text);
    }
    let mut given = HashSet::new();
    for word in GIVEN_NAMES {
        assert!(is_katakana(word.kana) && given.insert(word.text), "{}", word.text);
    }
    for (usual, old) in OLD_FORMS {
        let usual_form = musubi_text::variant_kanji::usual_forms(old);
        assert!(readings.contains_key(usual) && usual_form == *usual, "{usual} {old}");
    }
    for (text, other) in OTHER_READINGS {
        let usual =
            readings.get(text).copied().or_else(|| GIVEN_NAMES.iter().find(|it| it.text == *text).map(|it| it.kana));
        assert!(is_katakana(other) && usual.is_some_and(|usual| usual != *other), "{text}");
    }
}

#[test]
fn contacts_belong_to_clients_and_share_neither_mail_nor_code() {
    let demo = shipped();
    assert_eq!((demo.clients.len(), demo.contacts.len()), (200, 400));
    let mut unique: HashSet<&str> = HashSet::new();
    let mut of_client: BTreeMap<usize, usize> = BTreeMap::new();
    for contact in &demo.contacts {
        let client = &demo.clients[contact.client];
        *of_client.entry(contact.client).or_default() += 1;
        let own = [&contact.mail, &contact.linkage_code, &contact.card_code, &contact.mobile];
        assert!(own.into_iter().flatten().all(|value| unique.insert(value)), "{contact:?}");
        assert!(contact.mail.as_ref().is_none_or(|mail| mail.rsplit('@').next() == client.domain()), "{contact:?}");
        let office = &contact.office;
        assert_place(office.prefecture, &office.city_address, office.postal_code, &contact.phone);
        assert!(contact.mobile.as_ref().is_none_or(|mobile| mobile.split('-').nth(1).unwrap().starts_with('0')));
        let numbers = [&contact.second_phone, &office.fax].into_iter().flatten().chain([&contact.phone]);
        numbers.for_each(|number| assert_phone(number));
        contact.birthday.iter().for_each(|date| assert_date(date));
        assert!(contact.title != Some(client.form.leader) || contact.family == client.representative.0);
        if let (Some(department), Some(title)) = (contact.department, contact.title) {
            assert!(!(department.ends_with('課') && title == "部長"), "{department} {title}");
        }
    }
    assert!(of_client.len() < 190 && of_client.values().any(|count| *count >= 6), "{of_client:?}");
    let by_card: Vec<usize> = demo.contacts.iter().filter(|it| it.is_by_card).map(|it| it.client).collect();
    assert_eq!((demo.clients_by_card, by_card.len()), (6, 21));
    assert!((194..200).all(|client| by_card.contains(&client) && of_client[&client] == 1));
    let branches = demo.contacts.iter().filter(|it| it.office.prefecture != demo.clients[it.client].prefecture).count();
    assert!(branches >= 20, "{branches}");
    assert!(demo.contacts.iter().any(|contact| contact.routes.len() == 2));
}

#[test]
fn cards_are_exchanged_with_firms_that_are_there() {
    let demo = shipped();
    let sellers = Sellers::of(&demo.people);
    assert_eq!(demo.cards.len(), 300);
    assert!(demo.cards.is_sorted_by_key(|card: &DemoCard| card.exchanged_on.clone()));
    for card in &demo.cards {
        assert_date(&card.exchanged_on);
        assert!(sellers.everybody().contains(&card.owner) && !card.company.is_empty() && !card.family.is_empty());
        for reading in [&card.company_kana, &card.family_kana, &card.first_kana] {
            assert!(reading.is_empty() || is_katakana(reading), "{card:?}");
        }
        if let (Some(prefecture), Some(address)) = (card.prefecture, &card.city_address) {
            assert_place(prefecture, address, card.postal_code.unwrap(), card.phone.as_ref().unwrap());
        }
    }
    assert_eq!(demo.cards.iter().filter(|card| card.is_passed).count(), 5);
    let owners: HashSet<usize> = demo.cards.iter().map(|card| card.owner).collect();
    assert!(owners.len() >= 8, "{owners:?}");
}

#[test]
fn there_is_an_occasion_for_every_doubt() {
    for seed in (0..20).chain([SEED]) {
        let Demo { people, clients, contacts, .. } = Demo::draw(seed, DemoSize::default());
        let sellers = Sellers::of(&people);
        let mut maker = Maker { random: Random::new(seed), sellers: &sellers };
        let found = doubts(&mut maker, &clients, &contacts).len();
        assert!((34..=40).contains(&found), "{seed}: {found}");
    }
}

fn card_facts<'a>(card: &'a DemoCard, address: &'a str) -> CardFacts<'a> {
    CardFacts {
        company: &card.company,
        company_kana: &card.company_kana,
        mails: card.mail.as_deref().into_iter().collect(),
        phones: [&card.phone, &card.mobile].into_iter().flatten().map(String::as_str).collect(),
        websites: card.website.as_deref().into_iter().collect(),
        postal_code: card.postal_code.unwrap_or_default(),
        address,
        family_name: &card.family,
        first_name: &card.first,
        family_kana: &card.family_kana,
        first_kana: &card.first_kana,
        department: card.department.unwrap_or_default(),
    }
}

fn firm(client: &DemoClient, contacts: &[&DemoContact]) -> Firm {
    Firm::of_client(&ClientFacts {
        official_name: &client.name,
        short_name: &client.short_name,
        kana: &client.name_kana,
        phones: vec![&client.phone],
        mail_domains: contacts.iter().filter_map(|contact| contact.mail.as_deref()).collect(),
        websites: client.website.as_deref().into_iter().collect(),
        postal_code: client.postal_code,
        address: &[client.prefecture, &client.city_address].concat(),
        corporate_number: "",
    })
}

fn person(contact: &DemoContact) -> Person {
    let phones = [Some(&contact.phone), contact.second_phone.as_ref(), contact.mobile.as_ref()];
    Person::of_contact(&ContactFacts {
        family_name: contact.family.text,
        first_name: contact.first.text,
        family_kana: contact.family.kana,
        first_kana: contact.first.kana,
        mails: contact.mail.as_deref().into_iter().collect(),
        phones: phones.into_iter().flatten().map(String::as_str).collect(),
        department: contact.department.unwrap_or_default(),
        tie: ClientTie::Same,
    })
}

/// The totals hold only if the rules make of the cards exactly what was counted in; the whole of it, with a database, is a trial of its own.
#[test]
fn the_rules_make_of_the_cards_what_was_counted_in() {
    for seed in (0..3).chain([SEED]) {
        let demo = Demo::draw(seed, DemoSize::default());
        let clients = registered(&demo);
        let of = |client: usize| -> Vec<&DemoContact> {
            demo.contacts.iter().filter(|contact| contact.client == client && !contact.is_by_card).collect()
        };
        let firms: Vec<Firm> = clients.iter().enumerate().map(|(index, client)| firm(client, &of(index))).collect();
        let (mut new_clients, mut new_contacts, mut reviews) = (0, 0, 0);
        for card in &demo.cards {
            let address =
                [card.prefecture.unwrap_or_default(), card.city_address.as_deref().unwrap_or_default()].concat();
            let facts = card_facts(card, &address);
            let own = Firm::of_card(&facts);
            let scores: Vec<_> = firms.iter().map(|firm| score_firms(&own, firm)).collect();
            let client = match verdict(&scores, &THRESHOLDS) {
                Verdict::Join(client) => client,
                Verdict::New => {
                    (new_clients, new_contacts) = (new_clients + 1, new_contacts + 1);
                    continue;
                }
                Verdict::Review(_) => {
                    reviews += 1;
                    continue;
                }
            };
            let own = Person::of_card(&facts);
            let scores: Vec<_> = of(client).into_iter().map(|contact| score_people(&own, &person(contact))).collect();
            match verdict(&scores, &THRESHOLDS) {
                Verdict::Join(_) => {}
                Verdict::New => new_contacts += 1,
                Verdict::Review(_) => reviews += 1,
            }
        }
        assert_eq!((new_clients, new_contacts), (6, 21), "{seed}");
        assert!((25..=45).contains(&reviews), "{seed}: {reviews}");
    }
}
