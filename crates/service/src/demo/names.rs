//! The words that demo data is made of, each with its reading, and how they are drawn and put together to names.
//!
//! Postal codes belong to the towns beside them. Who bears a name is drawn, so nobody in the demo exists.

use super::tables::{BRANDS, FAMILY_NAMES, INDUSTRIES, PREFECTURES, REGIONS, TRADES};

/// A morpheme with its reading in katakana and its Latin form for addresses.
#[derive(Clone, Copy, Debug)]
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
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) text: &'static str,
    pub(crate) abbreviation: &'static str,
    pub(crate) after: bool,
    pub(crate) weight: usize,
    pub(crate) since: u64,
    pub(crate) until: u64,
    pub(crate) largest: usize,
    pub(crate) capital: bool,
}

impl Form {
    /// A name with its form, written out or short, on the side where it belongs.
    pub(crate) fn joined(&self, form: &str, base: &str) -> String {
        if self.after { format!("{base}{form}") } else { format!("{form}{base}") }
    }
}

pub(super) const fn company(text: &'static str, abbreviation: &'static str, after: bool, weight: usize) -> Form {
    Form { text, abbreviation, after, weight, since: 1912, until: 2023, largest: 3, capital: true }
}

pub(super) const fn corporation(text: &'static str, abbreviation: &'static str, since: u64) -> Form {
    Form { text, abbreviation, after: false, weight: 1, since, until: 2023, largest: 1, capital: false }
}

pub(super) static COMPANY: &[Form] = &[
    company("株式会社", "(株)", false, 40),
    company("株式会社", "(株)", true, 34),
    Form { until: 2005, largest: 1, ..company("有限会社", "(有)", false, 9) },
    Form { until: 2005, largest: 1, ..company("有限会社", "(有)", true, 5) },
    Form { since: 2007, largest: 1, ..company("合同会社", "(同)", false, 6) },
    Form { since: 2007, largest: 1, ..company("合同会社", "(同)", true, 4) },
    Form { until: 1985, largest: 0, ..company("合資会社", "(資)", false, 1) },
    Form { until: 1985, largest: 0, ..company("合名会社", "(名)", false, 1) },
];
pub(super) static MEDICAL: &[Form] =
    &[corporation("医療法人", "(医)", 1955), corporation("医療法人社団", "(医)", 1955)];
pub(super) static WELFARE: &[Form] = &[corporation("社会福祉法人", "(福)", 1952)];
pub(super) static SCHOOL: &[Form] = &[corporation("学校法人", "(学)", 1950)];
pub(super) static TAX: &[Form] = &[corporation("税理士法人", "(税)", 2002)];
pub(super) static LAW: &[Form] = &[corporation("弁護士法人", "(弁)", 2002)];
pub(super) static ASSOCIATION: &[Form] =
    &[corporation("一般社団法人", "(一社)", 2009), corporation("公益社団法人", "(公社)", 2010)];
pub(super) static FOUNDATION: &[Form] =
    &[corporation("一般財団法人", "(一財)", 2009), corporation("公益財団法人", "(公財)", 2010)];
pub(super) static NONPROFIT: &[Form] = &[corporation("特定非営利活動法人", "(特非)", 1999)];
pub(super) static COOPERATIVE: &[Form] =
    &[corporation("協同組合", "(協)", 1950), Form { after: true, ..corporation("協同組合", "(協)", 1950) }];

/// What may stand before a trade in a company's name.
#[derive(Clone, Copy, Debug)]
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
#[derive(Clone, Copy, Debug)]
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

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `bound` - 1, and 0 for 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).expect("the upper half of a product of two u64")
    }

    pub(crate) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("less than a usize")
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        items.get(self.index(items.len())).expect("the tables are not empty")
    }

    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> usize) -> &'a T {
        let mut left = self.index(items.iter().map(&weight).sum());
        for item in items {
            match left.checked_sub(weight(item)) {
                Some(rest) => left = rest,
                None => return item,
            }
        }
        items.last().expect("the tables are not empty")
    }

    pub(crate) fn shuffled<T>(&mut self, items: impl Iterator<Item = T>) -> Vec<T> {
        let mut items: Vec<T> = items.collect();
        for end in (1..items.len()).rev() {
            items.swap(end, self.index(end + 1));
        }
        items
    }
}

/// A place and the prefecture it lies in.
pub(crate) type Located = (&'static Prefecture, &'static Place);

/// A word before the trade, and what it is.
#[derive(Clone, Copy)]
pub(crate) enum Stem {
    Family(Word),
    Brand(Word),
    Place(Located),
    Region(&'static Region),
}

impl Stem {
    fn word(self) -> Word {
        match self {
            Self::Family(word) | Self::Brand(word) => word,
            Self::Place((_, place)) => place.word,
            Self::Region(region) => region.word,
        }
    }
}

/// What stands before the trade. `ordinal` is above 1 once every other head of the trade is used up.
pub(crate) struct Head {
    pub(crate) ordinal: usize,
    first: Option<Stem>,
    pub(crate) last: Stem,
}

impl Head {
    fn stems(&self) -> impl Iterator<Item = Stem> {
        self.first.into_iter().chain([self.last])
    }

    /// The place in the name, where it has one.
    pub(crate) fn place(&self) -> Option<Located> {
        self.stems().find_map(|stem| if let Stem::Place(located) = stem { Some(located) } else { None })
    }

    /// The prefectures of the region in the name, where it has one.
    pub(crate) fn region(&self) -> Option<&'static [Prefecture]> {
        let region = self.stems().find_map(|stem| if let Stem::Region(region) = stem { Some(region) } else { None })?;
        PREFECTURES.get(region.first - 1..region.last)
    }

    fn joined(&self, trade: &Trade, separator: &str, part: impl Fn(Word) -> &'static str, ordinal: String) -> String {
        let ordinal = (self.ordinal > 1).then_some(ordinal);
        let words = self.stems().map(|stem| part(stem.word())).chain([part(trade.word)]);
        let parts: Vec<String> = ordinal.into_iter().chain(words.map(str::to_owned)).collect();
        parts.join(separator)
    }

    pub(crate) fn text(&self, trade: &Trade) -> String {
        self.joined(trade, "", |word| word.text, format!("第{}", self.ordinal))
    }

    pub(crate) fn kana(&self, trade: &Trade) -> String {
        self.joined(trade, "", |word| word.kana, format!("ダイ{}", number_reading(self.ordinal)))
    }

    pub(crate) fn slug(&self, trade: &Trade) -> String {
        self.joined(trade, "-", |word| word.romaji, format!("dai{}", self.ordinal))
    }
}

const LAST_ORDINAL: usize = 99;
const PAIR_EVERY: usize = 6;

fn number_reading(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"];
    let digit = |digit: usize| DIGITS.get(digit).copied().unwrap_or_default();
    match number / 10 {
        0 => digit(number).to_owned(),
        1 => format!("ジュウ{}", digit(number % 10)),
        tens => format!("{}ジュウ{}", digit(tens), digit(number % 10)),
    }
}

/// All heads of one kind in an order that looks drawn and repeats none: position = offset + n × step (mod size).
struct Space {
    size: usize,
    offset: usize,
    step: usize,
    stride: usize,
}

impl Space {
    fn new(size: usize, random: &mut Random) -> Self {
        let coprime = |from: usize| (from..).find(|step| greatest_common_divisor(*step, size) == 1);
        let step = coprime(size / 3 + random.index(size / 3)).expect("a multiple of the size and one more");
        let stride = coprime(TRADES.len()).expect("a multiple of the size and one more");
        Self { size, offset: random.index(size), step, stride }
    }

    /// Different for every turn of a trade within the size, and for the trades of one turn as far as it goes.
    fn position(&self, trade: usize, turn: usize) -> usize {
        let place = (trade + turn % self.size * self.stride) % self.size;
        (self.offset + place * self.step) % self.size
    }
}

fn greatest_common_divisor(left: usize, right: usize) -> usize {
    if right == 0 { left } else { greatest_common_divisor(right, left % right) }
}

/// Puts names together, so that none comes twice.
pub(crate) struct Vocabulary {
    places: Vec<Located>,
    /// Heads of one word and of two, for each kind.
    any: (Space, Space),
    own: (Space, Space),
    house: (Space, Space),
    place: (Space, Space),
}

impl Vocabulary {
    pub(crate) fn new(random: &mut Random) -> Self {
        let places: Vec<Located> = PREFECTURES
            .iter()
            .flat_map(|prefecture| prefecture.places.iter().map(move |it| (prefecture, it)))
            .collect();
        let (families, own) = (FAMILY_NAMES.len(), FAMILY_NAMES.len() + BRANDS.len());
        let (local, leading) = (places.len(), places.len() + REGIONS.len());
        let mut spaces = |single, pairs| (Space::new(single, random), Space::new(pairs, random));
        Self {
            any: spaces(own + local, leading * own),
            own: spaces(own, leading * own),
            house: spaces(families, local * families),
            place: spaces(local, local * BRANDS.len()),
            places,
        }
    }

    /// The head of a trade in its turn; every sixth is of two words until the heads of one word are used up.
    pub(crate) fn head(&self, trade: usize, heads: Heads, turn: usize) -> Option<Head> {
        let (single, pair) = match heads {
            Heads::Any => &self.any,
            Heads::Own => &self.own,
            Heads::House => &self.house,
            Heads::Place => &self.place,
        };
        let shifted = turn + trade % PAIR_EVERY;
        let pairs_before = shifted / PAIR_EVERY;
        let pair_turn = match turn - pairs_before {
            used if used >= single.size => turn - single.size,
            _ if shifted % PAIR_EVERY == PAIR_EVERY - 1 => pairs_before,
            used => {
                let last = self.alone(heads, single.position(trade, used))?;
                return Some(Head { ordinal: 1, first: None, last });
            }
        };
        let ordinal = pair_turn / pair.size + 1;
        let (first, last) = self.together(heads, pair.position(trade, pair_turn))?;
        (ordinal <= LAST_ORDINAL).then_some(Head { ordinal, first: Some(first), last })
    }

    fn alone(&self, heads: Heads, index: usize) -> Option<Stem> {
        match heads {
            Heads::Any => trailing(index).or_else(|| self.leading(index - FAMILY_NAMES.len() - BRANDS.len())),
            Heads::Own | Heads::House => trailing(index),
            Heads::Place => self.leading(index),
        }
    }

    fn together(&self, heads: Heads, index: usize) -> Option<(Stem, Stem)> {
        let regions = if matches!(heads, Heads::Any | Heads::Own) { REGIONS.len() } else { 0 };
        let leading = self.places.len() + regions;
        let skipped = if matches!(heads, Heads::Place) { FAMILY_NAMES.len() } else { 0 };
        Some((self.leading(index % leading)?, trailing(index / leading + skipped)?))
    }

    fn leading(&self, index: usize) -> Option<Stem> {
        let place = self.places.get(index).copied().map(Stem::Place);
        place.or_else(|| REGIONS.get(index - self.places.len()).map(Stem::Region))
    }
}

fn trailing(index: usize) -> Option<Stem> {
    let family = FAMILY_NAMES.get(index).copied().map(Stem::Family);
    family.or_else(|| BRANDS.get(index - FAMILY_NAMES.len()).copied().map(Stem::Brand))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// With this, no two ways to put words together give one text, however many clients are made.
    #[test]
    fn a_name_can_be_taken_apart_in_one_way_only() {
        let places = || PREFECTURES.iter().flat_map(|prefecture| prefecture.places).map(|place| place.word.text);
        let own = || FAMILY_NAMES.iter().chain(BRANDS).map(|word| word.text);
        let mut heads: HashSet<String> = HashSet::new();
        for head in own().chain(places()) {
            assert!(heads.insert(head.to_owned()), "{head} stands in two tables");
        }
        for first in places().chain(REGIONS.iter().map(|region| region.word.text)) {
            for last in own() {
                assert!(heads.insert(format!("{first}{last}")), "{first}{last} comes about in two ways");
            }
        }
        assert!(
            heads.iter().all(|head| !head.contains('第') && !head.contains(|letter: char| letter.is_ascii_digit()))
        );
        for (index, trade) in TRADES.iter().enumerate() {
            for other in TRADES.iter().skip(index + 1) {
                assert_ne!(trade.word.text, other.word.text);
            }
            let longer = TRADES.iter().filter_map(|other| other.word.text.strip_suffix(trade.word.text));
            for rest in longer.filter(|rest| !rest.is_empty()) {
                let clash =
                    heads.iter().find(|head| head.strip_suffix(rest).is_some_and(|start| heads.contains(start)));
                assert_eq!(clash, None, "before {}", trade.word.text);
            }
        }
    }

    #[test]
    fn a_trade_goes_through_all_its_heads_before_it_counts() {
        let vocabulary = Vocabulary::new(&mut Random::new(5));
        let kinds = [
            (Heads::Any, &vocabulary.any),
            (Heads::Own, &vocabulary.own),
            (Heads::House, &vocabulary.house),
            (Heads::Place, &vocabulary.place),
        ];
        for (index, (heads, (single, pair))) in kinds.into_iter().enumerate() {
            let all = single.size + pair.size;
            let made = |turn| vocabulary.head(index, heads, turn).unwrap();
            let texts: HashSet<String> = (0..all).map(|turn| made(turn).text(&TRADES[index])).collect();
            assert_eq!((texts.len(), made(all - 1).ordinal, made(all).ordinal), (all, 1, 2));
        }
        assert_eq!([number_reading(2), number_reading(10), number_reading(47)], ["ニ", "ジュウ", "ヨンジュウナナ"]);
    }

    #[test]
    fn the_tables_hold_what_they_promise() {
        assert_eq!(PREFECTURES.len(), 47);
        for prefecture in PREFECTURES {
            assert!(prefecture.places.len() >= 2 && prefecture.weight > 0, "{}", prefecture.name);
            for town in prefecture.places.iter().flat_map(|place| place.towns) {
                let (area, block) = town.postal_code.split_once('-').unwrap();
                assert!(
                    area.len() == 3
                        && block.len() == 4
                        && town.postal_code.chars().filter(char::is_ascii_digit).count() == 7
                );
            }
        }
        assert!(INDUSTRIES.iter().all(|(major, _, minors)| minors.iter().all(|(minor, _)| minor / 20 == *major)));
        assert_eq!(INDUSTRIES.first().map(|(major, _, minors)| (*major, minors[0].0)), Some((1, 21)));
    }
}
