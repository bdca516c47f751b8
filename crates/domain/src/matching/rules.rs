//! The rules: what is compared, what it is worth, and the reason that a person is shown. Their codes are stored with the
//! cards and in the review list, so a code never changes its meaning and is never used again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ClientTie;
use super::evidence::{Firm, Person};
use crate::messages::Locale;

/// The stable code of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// One 法人番号.
    CorporateNumber,
    /// Two 法人番号.
    CorporateNumberDiffers,
    /// One name, its form left out.
    CompanyName,
    /// One name but for variants of kanji.
    CompanyNameVariant,
    /// The name of one is the short name of the other.
    CompanyShortName,
    /// The name of one is that of the other and a branch.
    CompanyBranch,
    /// The name of one is the reading of the other.
    CompanyNameIsReading,
    /// Two names.
    CompanyNameDiffers,
    /// No name to compare.
    CompanyNameMissing,
    /// Two forms that one company cannot have.
    CompanyFormDiffers,
    /// One reading.
    CompanyKana,
    /// A domain of mail in common.
    MailDomain,
    /// A website in common.
    WebsiteDomain,
    /// The domain of mail of one is the website of the other.
    MailDomainIsWebsite,
    /// A telephone number in common.
    Phone,
    /// One address.
    Address,
    /// One postal code.
    PostalCode,
    /// Two prefectures, and nothing but the name in common.
    PrefectureDiffers,
    /// A mail address in common.
    PersonMail,
    /// One name.
    PersonName,
    /// One name but for variants of kanji.
    PersonNameVariant,
    /// The name of one is the reading of the other.
    PersonNameIsReading,
    /// Two names.
    PersonNameDiffers,
    /// One reading.
    PersonKana,
    /// Two readings.
    PersonKanaDiffers,
    /// A mobile phone in common.
    PersonMobile,
    /// One department.
    PersonDepartment,
    /// The contact belongs to the client of the card.
    SameClient,
    /// The contact belongs to another client.
    OtherClient,
}

impl Code {
    /// The rule.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        RULES.iter().find(|rule| rule.code == self).expect("the table has a line for every code")
    }

    /// The reason, for a person.
    #[must_use]
    pub fn text(self, locale: Locale) -> &'static str {
        let [japanese, english] = self.rule().reason;
        match locale {
            Locale::Ja => japanese,
            Locale::En => english,
        }
    }
}

/// What a rule looks at. Of several rules in favour that look at one thing only the first counts: a name that is equal is
/// equal in its usual form too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The 法人番号.
    Number,
    /// The name of the company.
    Name,
    /// Its reading.
    Kana,
    /// Mail and website.
    Domain,
    /// The telephone.
    Phone,
    /// Where it is.
    Place,
    /// The mail address of the person.
    PersonMail,
    /// The name of the person.
    PersonName,
    /// Its reading.
    PersonKana,
    /// The mobile phone.
    PersonMobile,
    /// The department.
    Department,
    /// The client of the contact.
    Client,
}

/// One rule.
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// What it looks at.
    pub aspect: Aspect,
    /// What it is worth; below 0 where it speaks against.
    pub points: i32,
    /// Where it holds, nothing is joined without a person's word, whatever the points.
    pub bars_join: bool,
    /// The reason in Japanese and in English.
    pub reason: [&'static str; 2],
    pub(super) holds: Holds,
}

/// Whether a rule holds, of companies or of people. Both sides are of one kind, so their order makes no difference.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    Firms(fn(&Firm, &Firm) -> bool),
    People(fn(&Person, &Person) -> bool),
}

const fn firms(
    code: Code,
    aspect: Aspect,
    points: i32,
    reason: [&'static str; 2],
    holds: fn(&Firm, &Firm) -> bool,
) -> Rule {
    Rule { code, aspect, points, bars_join: false, reason, holds: Holds::Firms(holds) }
}

const fn people(
    code: Code,
    aspect: Aspect,
    points: i32,
    reason: [&'static str; 2],
    holds: fn(&Person, &Person) -> bool,
) -> Rule {
    Rule { code, aspect, points, bars_join: false, reason, holds: Holds::People(holds) }
}

/// The same rule, against joining.
const fn barring(mut rule: Rule) -> Rule {
    rule.bars_join = true;
    rule
}

/// All rules. Those in favour of one aspect stand together, in the order of their points.
pub static RULES: &[Rule] = &[
    firms(
        Code::CorporateNumber,
        Aspect::Number,
        100,
        ["法人番号が同じ", "same corporate number"],
        |one, other| one.corporate_number.is_some() && one.corporate_number == other.corporate_number,
    ),
    barring(firms(
        Code::CorporateNumberDiffers,
        Aspect::Number,
        -200,
        ["法人番号が違う", "different corporate numbers"],
        |one, other| both(one.corporate_number, other.corporate_number).is_some_and(|(one, other)| one != other),
    )),
    firms(
        Code::CompanyName,
        Aspect::Name,
        45,
        ["会社名が同じ（法人格を除く）", "same company name, without its legal form"],
        |one, other| is_equal(&one.name, &other.name),
    ),
    firms(
        Code::CompanyNameVariant,
        Aspect::Name,
        35,
        ["会社名が異体字を除いて同じ", "same company name but for variant kanji"],
        |one, other| is_equal(&one.usual_name, &other.usual_name),
    ),
    firms(
        Code::CompanyShortName,
        Aspect::Name,
        35,
        ["会社名が略称と同じ", "the name is the other's short name"],
        has_short_name,
    ),
    firms(
        Code::CompanyBranch,
        Aspect::Name,
        35,
        ["会社名に支店などが付いている", "same company name with a branch"],
        |one, other| is_branch_of(&one.name, &other.name) || is_branch_of(&other.name, &one.name),
    ),
    firms(
        Code::CompanyNameIsReading,
        Aspect::Name,
        30,
        ["会社名がフリガナと同じ", "the name is the other's reading"],
        |one, other| is_equal(&one.name, &other.kana) || is_equal(&one.kana, &other.name),
    ),
    barring(firms(
        Code::CompanyNameDiffers,
        Aspect::Name,
        -30,
        ["会社名が違う", "different company names"],
        |one, other| !one.name.is_empty() && !other.name.is_empty() && !do_names_meet(one, other),
    )),
    barring(firms(
        Code::CompanyNameMissing,
        Aspect::Name,
        0,
        ["会社名がない", "no company name to compare"],
        |one, other| one.name.is_empty() || other.name.is_empty(),
    )),
    barring(firms(
        Code::CompanyFormDiffers,
        Aspect::Name,
        -30,
        ["法人格が違う", "different legal forms"],
        |one, other| both(one.form, other.form).is_some_and(|(one, other)| one.excludes(other)),
    )),
    firms(
        Code::CompanyKana,
        Aspect::Kana,
        20,
        ["会社名のフリガナが同じ", "same reading of the company name"],
        |one, other| is_equal(&one.kana, &other.kana),
    ),
    firms(
        Code::MailDomain,
        Aspect::Domain,
        40,
        ["メールのドメインが同じ", "same mail domain"],
        |one, other| do_meet(&one.mail_domains, &other.mail_domains),
    ),
    firms(Code::WebsiteDomain, Aspect::Domain, 40, ["ウェブサイトが同じ", "same website"], |one, other| {
        do_meet(&one.website_domains, &other.website_domains)
    }),
    firms(
        Code::MailDomainIsWebsite,
        Aspect::Domain,
        40,
        ["メールのドメインがウェブサイトと同じ", "the mail domain is the other's website"],
        |one, other| {
            do_meet(&one.mail_domains, &other.website_domains) || do_meet(&one.website_domains, &other.mail_domains)
        },
    ),
    firms(Code::Phone, Aspect::Phone, 40, ["電話番号が同じ", "same telephone number"], |one, other| {
        do_meet(&one.phones, &other.phones)
    }),
    firms(Code::Address, Aspect::Place, 30, ["住所が同じ", "same address"], is_address_alike),
    firms(Code::PostalCode, Aspect::Place, 10, ["郵便番号が同じ", "same postal code"], |one, other| {
        one.postal_code.is_some() && one.postal_code == other.postal_code
    }),
    firms(
        Code::PrefectureDiffers,
        Aspect::Place,
        -15,
        ["都道府県が違い、会社名のほかに同じものがない", "different prefectures and nothing but the name in common"],
        |one, other| do_prefectures_differ(one, other) && !is_more_than_name(one, other),
    ),
    people(
        Code::PersonMail,
        Aspect::PersonMail,
        80,
        ["メールアドレスが同じ", "same mail address"],
        |one, other| do_meet(&one.mails, &other.mails),
    ),
    people(Code::PersonName, Aspect::PersonName, 40, ["氏名が同じ", "same name"], |one, other| {
        is_equal(&one.name, &other.name)
    }),
    people(
        Code::PersonNameVariant,
        Aspect::PersonName,
        30,
        ["氏名が異体字を除いて同じ", "same name but for variant kanji"],
        |one, other| is_equal(&one.usual_name, &other.usual_name),
    ),
    people(
        Code::PersonNameIsReading,
        Aspect::PersonName,
        30,
        ["氏名がフリガナと同じ", "the name is the other's reading"],
        |one, other| is_equal(&one.name, &other.kana) || is_equal(&one.kana, &other.name),
    ),
    barring(people(
        Code::PersonNameDiffers,
        Aspect::PersonName,
        -40,
        ["氏名が違う", "different names"],
        |one, other| !one.name.is_empty() && !other.name.is_empty() && !do_people_meet(one, other),
    )),
    people(
        Code::PersonKana,
        Aspect::PersonKana,
        15,
        ["氏名のフリガナが同じ", "same reading of the name"],
        |one, other| is_equal(&one.kana, &other.kana),
    ),
    barring(people(
        Code::PersonKanaDiffers,
        Aspect::PersonKana,
        -30,
        ["氏名のフリガナが違う", "different readings of the name"],
        |one, other| !one.kana.is_empty() && !other.kana.is_empty() && one.kana != other.kana,
    )),
    people(
        Code::PersonMobile,
        Aspect::PersonMobile,
        35,
        ["携帯電話が同じ", "same mobile phone"],
        |one, other| do_meet(&one.mobiles, &other.mobiles),
    ),
    people(Code::PersonDepartment, Aspect::Department, 5, ["部署が同じ", "same department"], |one, other| {
        is_equal(&one.department, &other.department)
    }),
    people(Code::SameClient, Aspect::Client, 35, ["取引先が同じ", "same client"], |one, other| {
        is_tied(one, other, ClientTie::Same)
    }),
    barring(people(Code::OtherClient, Aspect::Client, -40, ["取引先が違う", "another client"], |one, other| {
        is_tied(one, other, ClientTie::Other)
    })),
];

fn both<T>(one: Option<T>, other: Option<T>) -> Option<(T, T)> {
    one.zip(other)
}

fn is_equal(one: &str, other: &str) -> bool {
    !one.is_empty() && one == other
}

fn do_meet(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    !one.is_disjoint(other)
}

fn is_tied(one: &Person, other: &Person, tie: ClientTie) -> bool {
    one.tie == tie || other.tie == tie
}

fn has_short_name(one: &Firm, other: &Firm) -> bool {
    is_equal(&one.short_name, &other.name)
        || is_equal(&one.name, &other.short_name)
        || is_equal(&one.short_name, &other.short_name)
}

/// What parts of a company are called that stand behind its name.
const BRANCHES: [&str; 12] =
    ["本社", "本店", "支店", "支社", "支部", "営業所", "営業部", "事業所", "事業部", "出張所", "工場", "おふぃす"];

/// Whether a name is another name and a branch: 山田商事大阪支店.
fn is_branch_of(name: &str, company: &str) -> bool {
    let rest = name.strip_prefix(company).filter(|_| !company.is_empty()).unwrap_or_default();
    BRANCHES.iter().any(|branch| rest.ends_with(branch))
}

fn do_names_meet(one: &Firm, other: &Firm) -> bool {
    does_any_favour(Aspect::Name, |holds| match holds {
        Holds::Firms(holds) => holds(one, other),
        Holds::People(_) => false,
    })
}

fn do_people_meet(one: &Person, other: &Person) -> bool {
    does_any_favour(Aspect::PersonName, |holds| match holds {
        Holds::Firms(_) => false,
        Holds::People(holds) => holds(one, other),
    })
}

/// Whether a rule in favour of this aspect holds.
fn does_any_favour(aspect: Aspect, does_hold: impl Fn(Holds) -> bool) -> bool {
    RULES.iter().filter(|rule| rule.aspect == aspect && rule.points > 0).any(|rule| does_hold(rule.holds))
}

fn do_prefectures_differ(one: &Firm, other: &Firm) -> bool {
    both(one.prefecture, other.prefecture).is_some_and(|(one, other)| one != other)
}

fn is_address_alike(one: &Firm, other: &Firm) -> bool {
    !do_prefectures_differ(one, other) && one.place.is_alike(&other.place)
}

fn is_more_than_name(one: &Firm, other: &Firm) -> bool {
    [Aspect::Number, Aspect::Domain, Aspect::Phone].into_iter().any(|aspect| {
        does_any_favour(aspect, |holds| match holds {
            Holds::Firms(holds) => holds(one, other),
            Holds::People(_) => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    #[test]
    fn every_code_has_one_rule_with_both_texts_and_a_stable_name() {
        let mut codes = HashSet::new();
        for rule in RULES {
            assert!(codes.insert(rule.code), "{:?}", rule.code);
            assert!(rule.reason.iter().all(|text| !text.is_empty()));
            assert_eq!(rule.code.rule().points, rule.points);
            assert_eq!(rule.code.text(Locale::Ja), rule.reason[0]);
            let stored = serde_json::to_string(&rule.code).unwrap();
            assert_eq!(serde_json::from_str::<Code>(&stored).unwrap(), rule.code);
            assert!(rule.points > 0 || rule.bars_join || rule.code == Code::PrefectureDiffers);
        }
        let stored: Vec<String> = RULES.iter().map(|rule| serde_json::to_string(&rule.code).unwrap()).collect();
        assert_eq!(stored[0], "\"corporate_number\"");
        assert!(stored.contains(&"\"company_name_is_reading\"".to_owned()));
    }

    #[test]
    fn the_rules_of_an_aspect_stand_together_the_strongest_first() {
        let mut aspects: Vec<Aspect> = RULES.iter().filter(|rule| rule.points > 0).map(|rule| rule.aspect).collect();
        aspects.dedup();
        assert!(aspects.iter().enumerate().all(|(at, aspect)| !aspects[..at].contains(aspect)), "{aspects:?}");
        for (at, rule) in RULES.iter().enumerate().filter(|(_, rule)| rule.points > 0) {
            let before = RULES[..at].iter().filter(|other| other.aspect == rule.aspect && other.points > 0);
            assert!(before.into_iter().all(|other| other.points >= rule.points), "{:?}", rule.code);
        }
    }

    #[test]
    fn a_branch_is_a_name_and_more() {
        assert!(is_branch_of("山田商事大阪支店", "山田商事") && is_branch_of("山田商事本社", "山田商事"));
        assert!(!is_branch_of("山田商事", "山田商事") && !is_branch_of("山田商事物流", "山田商事"));
        assert!(!is_branch_of("大阪支店", "") && !is_branch_of("日本工場建設", "日本"));
    }
}
