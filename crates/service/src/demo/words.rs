//! What the tables of demo data are made of: words with their readings, places, legal forms, trades.
//!
//! Postal codes belong to the towns beside them. Who bears a name is drawn, so nobody in the demo exists.

use super::trades::INDUSTRIES;

/// A morpheme with its reading in katakana and its Latin form for addresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: &'static str,
    pub(crate) kana: &'static str,
    pub(crate) romaji: &'static str,
}

pub(super) const fn word(text: &'static str, kana: &'static str, romaji: &'static str) -> Word {
    Word { text, kana, romaji }
}

/// A town (町名); `chome` says that it is divided into 丁目.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Town {
    pub(crate) name: &'static str,
    pub(crate) postal_code: &'static str,
    pub(crate) chome: bool,
}

pub(super) const fn chome(name: &'static str, postal_code: &'static str) -> Town {
    Town { name, postal_code, chome: true }
}

pub(super) const fn plain(name: &'static str, postal_code: &'static str) -> Town {
    Town { name, postal_code, chome: false }
}

/// A municipality and the word that companies there take into their names.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) city: &'static str,
    pub(crate) word: Word,
    pub(crate) area_code: &'static str,
    pub(crate) towns: &'static [Town],
    /// Whether firms of the sea are there.
    pub(crate) port: bool,
}

pub(super) const fn port(city: &'static str, word: Word, area_code: &'static str, towns: &'static [Town]) -> Place {
    Place { city, word, area_code, towns, port: true }
}

pub(super) const fn place(city: &'static str, word: Word, area_code: &'static str, towns: &'static [Town]) -> Place {
    Place { port: false, ..port(city, word, area_code, towns) }
}

/// A prefecture; the weight says how many clients it has among some hundred.
#[derive(Debug)]
pub(crate) struct Prefecture {
    pub(crate) name: &'static str,
    pub(crate) weight: usize,
    pub(crate) places: &'static [Place],
}

/// A region that stands before a company's name, and the prefectures (JIS numbers) it covers.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) word: Word,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

pub(super) const fn region(
    text: &'static str,
    kana: &'static str,
    romaji: &'static str,
    first: usize,
    last: usize,
) -> Region {
    Region { word: word(text, kana, romaji), first, last }
}

/// A legal form, with the years in which companies of it were founded and the largest size (0 to 3) it has here.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Form {
    pub(crate) text: &'static str,
    pub(crate) abbreviation: &'static str,
    pub(crate) after: bool,
    pub(crate) weight: usize,
    pub(crate) since: u64,
    pub(crate) until: u64,
    pub(crate) largest: usize,
    pub(crate) capital: bool,
    /// The title of whoever represents it.
    pub(crate) leader: &'static str,
}

impl Form {
    /// A name with its form, written out or short, on the side where it belongs.
    pub(crate) fn joined(&self, form: &str, base: &str) -> String {
        if self.after { format!("{base}{form}") } else { format!("{form}{base}") }
    }
}

pub(super) const fn company(text: &'static str, abbreviation: &'static str, after: bool, weight: usize) -> Form {
    let leader = "代表取締役";
    Form { text, abbreviation, after, weight, since: 1912, until: 2023, largest: 3, capital: true, leader }
}

pub(super) const fn corporation(text: &'static str, abbreviation: &'static str, since: u64) -> Form {
    let leader = "理事長";
    Form { text, abbreviation, after: false, weight: 1, since, until: 2023, largest: 1, capital: false, leader }
}

const PARTNER: &str = "代表社員";

pub(super) static COMPANY: &[Form] = &[
    company("株式会社", "(株)", false, 40),
    company("株式会社", "(株)", true, 34),
    Form { until: 2005, largest: 1, ..company("有限会社", "(有)", false, 9) },
    Form { until: 2005, largest: 1, ..company("有限会社", "(有)", true, 5) },
    Form { since: 2007, largest: 1, leader: PARTNER, ..company("合同会社", "(同)", false, 6) },
    Form { since: 2007, largest: 1, leader: PARTNER, ..company("合同会社", "(同)", true, 4) },
    Form { until: 1985, largest: 0, leader: PARTNER, ..company("合資会社", "(資)", false, 1) },
    Form { until: 1985, largest: 0, leader: PARTNER, ..company("合名会社", "(名)", false, 1) },
];
pub(super) static MEDICAL: &[Form] =
    &[corporation("医療法人", "(医)", 1955), corporation("医療法人社団", "(医)", 1955)];
pub(super) static WELFARE: &[Form] = &[corporation("社会福祉法人", "(福)", 1952)];
pub(super) static SCHOOL: &[Form] = &[corporation("学校法人", "(学)", 1950)];
pub(super) static TAX: &[Form] = &[Form { leader: PARTNER, ..corporation("税理士法人", "(税)", 2002) }];
pub(super) static LAW: &[Form] = &[Form { leader: PARTNER, ..corporation("弁護士法人", "(弁)", 2002) }];
pub(super) static ASSOCIATION: &[Form] =
    &[corporation("一般社団法人", "(一社)", 2009), corporation("公益社団法人", "(公社)", 2010)];
pub(super) static FOUNDATION: &[Form] =
    &[corporation("一般財団法人", "(一財)", 2009), corporation("公益財団法人", "(公財)", 2010)];
pub(super) static NONPROFIT: &[Form] = &[corporation("特定非営利活動法人", "(特非)", 1999)];
pub(super) static COOPERATIVE: &[Form] =
    &[corporation("協同組合", "(協)", 1950), Form { after: true, ..corporation("協同組合", "(協)", 1950) }];

/// What may stand before a trade in a company's name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Heads {
    /// A family name, a brand word or a place.
    Any,
    /// A family name or a brand word: a place alone would be some firm that exists.
    Own,
    /// A family name, as an old house bears it.
    House,
    /// A place, as an association bears it.
    Place,
}

/// The second half of a company's name, and what it says about the company.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Trade {
    pub(crate) word: Word,
    /// The choice of the second level; 0 where the name does not tell.
    pub(crate) industry: i32,
    pub(crate) heads: Heads,
    pub(crate) forms: &'static [Form],
}

impl Trade {
    pub(crate) fn industry_label(&self) -> Option<&'static str> {
        let mut children = INDUSTRIES.iter().flat_map(|(_, _, children)| *children);
        children.find(|(child, _)| *child == self.industry).map(|(_, label)| *label)
    }

    /// Since when there are such firms.
    pub(crate) fn since(&self) -> u64 {
        match self.industry {
            121 | 122 | 143 | 261 => 1983,
            123 | 142 | 182 | 202 | 243 | 244 | 262 => 1962,
            263 => 1955,
            _ if self.word.text == self.word.kana => 1958,
            _ => 0,
        }
    }

    /// Whether the trade is one that goes back to hands and tools.
    pub(crate) fn is_old(&self) -> bool {
        const OLD: [&str; 24] = [
            "製麺",
            "染工",
            "鉄工所",
            "鋳造",
            "板金",
            "木工",
            "硝子",
            "建設",
            "土木",
            "造園",
            "水産",
            "米穀",
            "青果",
            "木材",
            "鋼材",
            "林業",
            "林産",
            "畜産",
            "漁業",
            "海産",
            "福祉会",
            "繊維",
            "冷蔵",
            "法律事務所",
        ];
        OLD.contains(&self.word.text)
    }

    /// Old houses stay small.
    pub(crate) fn largest(&self) -> usize {
        if matches!(self.heads, Heads::House) { 1 } else { 3 }
    }

    /// Shipping and fishing.
    pub(crate) fn needs_port(&self) -> bool {
        matches!(self.industry, 104 | 283)
    }
}

pub(super) const fn any(text: &'static str, kana: &'static str, romaji: &'static str, industry: i32) -> Trade {
    Trade { word: word(text, kana, romaji), industry, heads: Heads::Any, forms: COMPANY }
}

pub(super) const fn own(text: &'static str, kana: &'static str, romaji: &'static str, industry: i32) -> Trade {
    Trade { heads: Heads::Own, ..any(text, kana, romaji, industry) }
}

pub(super) const fn house(text: &'static str, kana: &'static str, romaji: &'static str, industry: i32) -> Trade {
    Trade { heads: Heads::House, ..any(text, kana, romaji, industry) }
}

pub(super) const fn formed(trade: Trade, forms: &'static [Form]) -> Trade {
    Trade { forms, ..trade }
}

pub(super) const fn local(text: &'static str, kana: &'static str, romaji: &'static str, industry: i32) -> Trade {
    Trade { heads: Heads::Place, ..any(text, kana, romaji, industry) }
}
