//! Cards that leave a doubt, as an office knows them: the firm of that name is in another town, a name and nothing else, another legal
//! form, old characters, people who have married, names that are read in two ways, sister companies, firms with a new name.

use std::collections::HashSet;

use super::brands::BRANDS;
use super::cards::{DemoCard, Maker};
use super::clients::{DemoClient, departments, phone_and_fax, street};
use super::contacts::{DemoContact, draw_name};
use super::people_names::{FAMILY_NAMES, OLD_FORMS, OTHER_READINGS};
use super::places::PREFECTURES;
use super::words::Word;

/// What a doubt is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Doubt {
    /// A firm of the same name in another prefecture.
    Elsewhere,
    /// The names of firm and person, and nothing else.
    NamesAlone,
    /// 株式会社 on the other side, and nothing else but names.
    OtherSide,
    /// 株式会社 where the client is a 有限会社.
    OtherForm,
    /// The firm in old characters.
    OldFirm,
    /// The person in old characters.
    OldPerson,
    /// Another family name, and the same mail address.
    Married,
    /// The same name, read in another way.
    OtherReading,
    /// Another firm at the same address, with the same domain.
    Sister,
    /// The same house under another name.
    Renamed,
}

/// How many cards there are of each doubt, and how many of those somebody passes.
const DOUBTS: [(Doubt, usize, usize); 10] = [
    (Doubt::Elsewhere, 7, 3),
    (Doubt::NamesAlone, 5, 1),
    (Doubt::OtherSide, 3, 0),
    (Doubt::OtherForm, 4, 0),
    (Doubt::OldFirm, 4, 0),
    (Doubt::OldPerson, 4, 0),
    (Doubt::Married, 4, 0),
    (Doubt::OtherReading, 4, 0),
    (Doubt::Sister, 3, 1),
    (Doubt::Renamed, 2, 0),
];

/// Characters in names of firms as they are typed, and as they are printed.
const OLD_CHARACTERS: [(char, char); 14] = [
    ('栄', '榮'),
    ('高', '髙'),
    ('崎', '﨑'),
    ('沢', '澤'),
    ('辺', '邊'),
    ('浜', '濱'),
    ('島', '嶋'),
    ('富', '冨'),
    ('桜', '櫻'),
    ('会', '會'),
    ('斎', '齋'),
    ('広', '廣'),
    ('豊', '豐'),
    ('鉄', '鐵'),
];

/// What a firm beside another one is called, behind its name.
#[rustfmt::skip]
const SISTERS: [&str; 6] =
    ["ビジネスサポート", "テクノサービス", "アセットマネジメント", "アシスト", "ビジネスクリエイト", "サービス"];

/// Cards of every doubt, as far as there are contacts that it can be about. Each contact is in one at most.
pub(super) fn doubts(maker: &mut Maker<'_>, clients: &[DemoClient], contacts: &[DemoContact]) -> Vec<DemoCard> {
    let known = contacts.iter().enumerate().filter(|(_, contact)| !contact.is_by_card);
    let deck: Vec<(usize, &DemoContact)> = maker.random.shuffled(known);
    let mut used = HashSet::new();
    let mut firms = HashSet::new();
    let bases: HashSet<&str> = clients.iter().map(|client| client.base.as_str()).collect();
    let mut strangers = Strangers {
        names: contacts.iter().map(|contact| (contact.family.text, contact.first.text)).collect(),
        families: Vec::new(),
    };
    let mut cards = Vec::new();
    for (doubt, count, passed) in DOUBTS {
        let mut made = 0;
        for (index, contact) in &deck {
            if made == count {
                break;
            }
            let Some(client) = clients.get(contact.client) else { continue };
            if used.contains(index) || firms.contains(&contact.client) {
                continue;
            }
            let Some(mut card) = maker.doubtful(doubt, client, contact, &mut strangers, &bases) else { continue };
            used.insert(*index);
            if !matches!(doubt, Doubt::OldPerson | Doubt::Married | Doubt::OtherReading) {
                firms.insert(contact.client);
            }
            card.is_passed = made < passed;
            made += 1;
            cards.push(card);
        }
    }
    cards
}

/// People who are no contacts.
struct Strangers {
    names: HashSet<(&'static str, &'static str)>,
    families: Vec<Word>,
}

impl Maker<'_> {
    /// A card of a contact with the doubt in it; none where the contact gives no occasion for it.
    fn doubtful(
        &mut self,
        doubt: Doubt,
        client: &DemoClient,
        contact: &DemoContact,
        strangers: &mut Strangers,
        bases: &HashSet<&str>,
    ) -> Option<DemoCard> {
        match doubt {
            Doubt::Elsewhere => self.elsewhere(client, strangers),
            Doubt::NamesAlone => {
                let note = Some("セミナーの受付で会社名と氏名だけを控えた。");
                Some(DemoCard { note, ..self.names_alone(client, contact) })
            }
            Doubt::OtherSide => {
                let company = match (client.form.text, client.form.after) {
                    ("株式会社", true) => format!("株式会社{}", client.base),
                    ("株式会社", false) => format!("{}株式会社", client.base),
                    _ => return None,
                };
                Some(DemoCard { company, ..self.names_alone(client, contact) })
            }
            Doubt::OtherForm => self.other_form(client, contact),
            Doubt::OldFirm => {
                if client.is_local {
                    return None;
                }
                let (usual, old) = OLD_CHARACTERS.into_iter().find(|(usual, _)| client.base.contains(*usual))?;
                let company = client.form.joined(client.form.text, &client.base.replace(usual, &old.to_string()));
                Some(DemoCard { company, ..self.names_alone(client, contact) })
            }
            Doubt::OldPerson => {
                let (_, old) = OLD_FORMS.iter().find(|(usual, _)| *usual == contact.family.text)?;
                if contact.office.city_address != client.city_address {
                    return None;
                }
                let (phone, mail, mobile) = (Some(client.phone.clone()), None, None);
                let mut card = DemoCard { phone, mail, mobile, ..self.faithful(client, contact, false) };
                card.family = (*old).to_owned();
                card.family_kana.clear();
                card.first_kana.clear();
                Some(card)
            }
            Doubt::Married => self.married(client, contact),
            Doubt::OtherReading => {
                contact.mail.as_ref()?;
                let other = |word: Word| OTHER_READINGS.iter().find(|(text, _)| *text == word.text).map(|it| it.1);
                let (family, first) = (other(contact.family), other(contact.first));
                family.or(first)?;
                let mut card = self.faithful(client, contact, false);
                card.family_kana = family.unwrap_or(contact.family.kana).to_owned();
                card.first_kana = first.filter(|_| family.is_none()).unwrap_or(contact.first.kana).to_owned();
                Some(card)
            }
            Doubt::Sister => self.sister(client, contact, strangers, bases),
            Doubt::Renamed => self.renamed(client, contact, bases),
        }
    }

    fn names_alone(&mut self, client: &DemoClient, contact: &DemoContact) -> DemoCard {
        DemoCard {
            company: client.name.clone(),
            company_kana: client.name_kana.clone(),
            department: contact.department,
            title: contact.title,
            family: contact.family.text.to_owned(),
            first: contact.first.text.to_owned(),
            exchanged_on: self.exchanged_on(client),
            owner: self.owner(client),
            route: self.route(),
            ..DemoCard::default()
        }
    }

    fn elsewhere(&mut self, client: &DemoClient, strangers: &mut Strangers) -> Option<DemoCard> {
        let is_local = client.is_local || client.size > 1 || !client.form.capital;
        let label = client.domain().filter(|_| !is_local)?.split('.').next()?;
        let others: Vec<_> = PREFECTURES.iter().filter(|prefecture| prefecture.name != client.prefecture).collect();
        let prefecture = *self.random.pick(&others);
        let place = self.random.pick(prefecture.places);
        let town = self.random.pick(place.towns);
        let (family, first) = draw_name(&mut self.random, &mut strangers.families, &mut strangers.names, None);
        let (phone, fax) = phone_and_fax(&mut self.random, place.area_code);
        let domain = format!("{label}-{}.example.jp", place.word.romaji);
        Some(DemoCard {
            company: client.name.clone(),
            department: Some(*self.random.pick(departments(client.form, client.size))),
            title: self.random.percent(50).then_some("主任"),
            family: family.text.to_owned(),
            family_kana: family.kana.to_owned(),
            first: first.text.to_owned(),
            first_kana: first.kana.to_owned(),
            mail: Some(format!("{}@{domain}", family.romaji)),
            phone: Some(phone),
            fax: Some(fax),
            postal_code: Some(town.postal_code),
            prefecture: Some(prefecture.name),
            city_address: Some(street(&mut self.random, place, town)),
            website: Some(format!("https://www.{domain}/")),
            exchanged_on: self.exchanged_on(client),
            owner: self.owner(client),
            route: self.route(),
            ..DemoCard::default()
        })
    }

    fn other_form(&mut self, client: &DemoClient, contact: &DemoContact) -> Option<DemoCard> {
        if client.form.text != "有限会社" || contact.mail.is_none() {
            return None;
        }
        let company = if client.form.after {
            format!("{}株式会社", client.base)
        } else {
            format!("株式会社{}", client.base)
        };
        let note = Some("株式会社に組織変更したとのこと。");
        Some(DemoCard { company, note, ..self.faithful(client, contact, false) })
    }

    fn married(&mut self, client: &DemoClient, contact: &DemoContact) -> Option<DemoCard> {
        let may = contact.mail.is_some() && contact.title != Some(client.form.leader);
        let endings = ['子', '美', '香', '奈', '恵', '穂', '咲', '衣'];
        if !may || !contact.first.text.ends_with(endings) {
            return None;
        }
        let family = *self.random.pick(FAMILY_NAMES);
        let mut card = self.faithful(client, contact, false);
        if family.kana == contact.family.kana {
            return None;
        }
        card.family = family.text.to_owned();
        card.family_kana = family.kana.to_owned();
        card.note = Some("改姓のご連絡をいただいた。メールアドレスは旧姓のまま。");
        Some(card)
    }

    fn sister(
        &mut self,
        client: &DemoClient,
        contact: &DemoContact,
        strangers: &mut Strangers,
        bases: &HashSet<&str>,
    ) -> Option<DemoCard> {
        let domain =
            client.domain().filter(|_| contact.mail.is_some() && client.size >= 1 && client.form.text == "株式会社")?;
        let behind = *self.random.pick(&SISTERS);
        let base = format!("{}{behind}", client.base);
        let is_at_home = contact.office.city_address == client.city_address && !bases.contains(base.as_str());
        let (family, first) = draw_name(&mut self.random, &mut strangers.families, &mut strangers.names, None);
        let (phone, _) = phone_and_fax(&mut self.random, client.area_code);
        let card = DemoCard {
            company: format!("株式会社{base}"),
            company_kana: format!("{}{behind}", client.name_kana),
            family: family.text.to_owned(),
            family_kana: family.kana.to_owned(),
            first: first.text.to_owned(),
            first_kana: first.kana.to_owned(),
            mail: Some(format!("{}.{}@{domain}", family.romaji, first.romaji)),
            phone: Some(phone),
            mobile: None,
            note: Some("グループ会社の方。"),
            ..self.faithful(client, contact, false)
        };
        is_at_home.then_some(card)
    }

    fn renamed(&mut self, client: &DemoClient, contact: &DemoContact, bases: &HashSet<&str>) -> Option<DemoCard> {
        let is_at_home = contact.office.city_address == client.city_address;
        if contact.mail.is_none() || !client.form.capital || !is_at_home {
            return None;
        }
        let (brand, word) = (self.random.pick(BRANDS), client.trade.word);
        let base = format!("{}{}", brand.text, word.text);
        let card = DemoCard {
            company: client.form.joined(client.form.text, &base),
            company_kana: format!("{}{}", brand.kana, word.kana),
            note: Some("社名変更のご挨拶。メールアドレスは変わらない。"),
            ..self.faithful(client, contact, false)
        };
        (!bases.contains(base.as_str())).then_some(card)
    }
}
