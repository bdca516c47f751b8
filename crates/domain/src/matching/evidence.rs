//! Facts as they are compared: each in its key, made once however many candidates there are.

use std::collections::BTreeSet;

use musubi_text::address::Place;
use musubi_text::company::{Form, company_key, comparable, split};
use musubi_text::contact_point::{is_mobile, mail_domain, mail_key, phone_digits, postal_digits, website_domain};
use musubi_text::corporate_number::CorporateNumber;
use musubi_text::search_key::fold;
use musubi_text::variant_kanji::usual_forms;

use super::free_mail::{is_free_mail_domain, is_shared_site};
use super::{CardFacts, ClientFacts, ClientTie, ContactFacts};
use crate::item;

/// A company as it is compared. Its fields are the keys by which candidates are looked for.
#[derive(Clone, Debug, Default)]
pub struct Firm {
    /// The name without its form, folded: [`company_key`]. Empty where there is none.
    pub name: String,
    /// The same with each kanji in its usual form. Equal names are equal here too, so one search by this key finds both.
    pub usual_name: String,
    /// The short name, as the name.
    pub short_name: String,
    /// The reading without its form, folded; empty where it says no more than the name.
    pub kana: String,
    /// Domains of mail, without those that are open to everybody.
    pub mail_domains: BTreeSet<String>,
    /// Domains of websites, without those that many share.
    pub website_domains: BTreeSet<String>,
    /// Telephone numbers: [`phone_digits`].
    pub phones: BTreeSet<String>,
    /// The seven digits of the postal code.
    pub postal_code: Option<String>,
    /// The prefecture, if the address names it.
    pub prefecture: Option<&'static str>,
    /// The rest of the address.
    pub place: Place,
    /// The 法人番号, if it is one.
    pub corporate_number: Option<CorporateNumber>,
    /// The form in the name, if one is written.
    pub form: Option<&'static Form>,
}

impl Firm {
    /// The company on a card.
    #[must_use]
    pub fn of_card(card: &CardFacts<'_>) -> Self {
        Self {
            mail_domains: mail_domains(card.mails.iter().filter_map(|mail| mail_domain(mail))),
            ..Self::of(card.company, card.company_kana, &card.phones, &card.websites, card.postal_code, card.address)
        }
    }

    /// A client.
    #[must_use]
    pub fn of_client(client: &ClientFacts<'_>) -> Self {
        let domain = |text: &&str| mail_domain(text).or_else(|| website_domain(text));
        let ClientFacts { official_name, kana, phones, websites, postal_code, address, .. } = client;
        Self {
            short_name: company_key(client.short_name),
            mail_domains: mail_domains(client.mail_domains.iter().filter_map(domain)),
            corporate_number: CorporateNumber::parse_typed(client.corporate_number).ok(),
            ..Self::of(official_name, kana, phones, websites, postal_code, address)
        }
    }

    fn of(name: &str, kana: &str, phones: &[&str], websites: &[&str], postal_code: &str, address: &str) -> Self {
        let key = company_key(name);
        let (prefecture, rest) = without_prefecture(&fold(address));
        let sites = websites.iter().filter_map(|website| website_domain(website));
        Self {
            usual_name: usual_forms(&key),
            kana: beside(&key, company_key(kana)),
            website_domains: sites.filter(|domain| !is_shared_site(domain)).collect(),
            phones: phones.iter().filter_map(|phone| phone_digits(phone)).collect(),
            postal_code: postal_digits(postal_code),
            place: Place::of(&rest),
            prefecture,
            form: split(name).form,
            name: key,
            ..Self::default()
        }
    }
}

/// A person as it is compared.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Family name and first name, folded, without spaces.
    pub name: String,
    /// The same with each kanji in its usual form.
    pub usual_name: String,
    /// The reading, folded, without spaces; empty where it says no more than the name.
    pub kana: String,
    /// Mail addresses: [`mail_key`].
    pub mails: BTreeSet<String>,
    /// Numbers of mobile phones. Others are the company's.
    pub mobiles: BTreeSet<String>,
    /// The department, folded.
    pub department: String,
    /// What is known of the contact's client.
    pub tie: ClientTie,
}

impl Person {
    /// The person on a card.
    #[must_use]
    pub fn of_card(card: &CardFacts<'_>) -> Self {
        let name = [card.family_name, card.first_name].concat();
        let kana = [card.family_kana, card.first_kana].concat();
        Self::of(&name, &kana, &card.mails, &card.phones, card.department)
    }

    /// A contact.
    #[must_use]
    pub fn of_contact(contact: &ContactFacts<'_>) -> Self {
        let name = [contact.family_name, contact.first_name].concat();
        let kana = [contact.family_kana, contact.first_kana].concat();
        Self { tie: contact.tie, ..Self::of(&name, &kana, &contact.mails, &contact.phones, contact.department) }
    }

    fn of(name: &str, kana: &str, mails: &[&str], phones: &[&str], department: &str) -> Self {
        let key = comparable(name);
        let mobiles = phones.iter().filter_map(|phone| phone_digits(phone)).filter(|digits| is_mobile(digits));
        Self {
            usual_name: usual_forms(&key),
            kana: beside(&key, comparable(kana)),
            mails: mails.iter().filter_map(|mail| mail_key(mail)).collect(),
            mobiles: mobiles.collect(),
            department: comparable(department),
            name: key,
            tie: ClientTie::Open,
        }
    }
}

/// A reading, where it is another text than the name: that アオバ is read アオバ is no second evidence.
fn beside(name: &str, reading: String) -> String {
    if reading == name { String::new() } else { reading }
}

fn mail_domains(domains: impl Iterator<Item = String>) -> BTreeSet<String> {
    domains.filter(|domain| !is_free_mail_domain(domain)).collect()
}

/// The prefecture at the beginning of a folded address, and the rest.
fn without_prefecture(address: &str) -> (Option<&'static str>, String) {
    let address = address.trim();
    let found = item::custom_order().iter().find_map(|name| Some((*name, address.strip_prefix(name)?)));
    match found {
        Some((name, rest)) => (Some(name), rest.to_owned()),
        None => (None, address.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_brought_into_their_keys() {
        let card = CardFacts {
            company: "㈱ヤマダ・データ",
            company_kana: "ﾔﾏﾀﾞ ﾃﾞｰﾀ",
            mails: vec!["Taro@Yamada-Data.example", "taro@gmail.com"],
            phones: vec!["+81-3-1234-5678", "090-1234-5678"],
            websites: vec!["https://www.yamada-data.example/", "https://www.facebook.com/yamada"],
            postal_code: "〒106-0032",
            address: "東京都港区六本木１−２−３",
            family_name: "髙橋",
            first_name: "太郎",
            ..CardFacts::default()
        };
        let firm = Firm::of_card(&card);
        assert_eq!((firm.name.as_str(), firm.kana.as_str()), ("やまだでーた", ""));
        assert_eq!(Vec::from_iter(&firm.mail_domains), ["yamada-data.example"]);
        assert_eq!(Vec::from_iter(&firm.website_domains), ["yamada-data.example"]);
        assert_eq!(Vec::from_iter(&firm.phones), ["0312345678", "09012345678"]);
        assert_eq!((firm.prefecture, firm.place.town.as_str()), (Some("東京都"), "港区六本木"));
        assert_eq!(firm.form.map(|form| form.name), Some("株式会社"));
        let person = Person::of_card(&card);
        assert_eq!((person.name.as_str(), person.usual_name.as_str()), ("髙橋太郎", "高橋太郎"));
        assert_eq!(Vec::from_iter(&person.mobiles), ["09012345678"]);
    }

    #[test]
    fn nothing_given_is_nothing_to_compare() {
        let firm = Firm::of_client(&ClientFacts::default());
        assert!(firm.name.is_empty() && firm.kana.is_empty() && firm.phones.is_empty() && firm.prefecture.is_none());
    }
}
