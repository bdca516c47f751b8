//! How words are put together to names of firms, so that none comes twice.

use super::brands::BRANDS;
use super::people_names::FAMILY_NAMES;
use super::places::{PREFECTURES, REGIONS};
use super::random::Random;
use super::trades::TRADES;
use super::words::{Heads, Place, Prefecture, Region, Trade, Word};

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

    /// Whether a word from abroad stands before an old trade.
    pub(crate) fn is_odd_for(&self, trade: &Trade) -> bool {
        trade.is_old() && self.stems().any(|stem| is_from_abroad(stem.word()))
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

/// Whether a word is written in katakana.
fn is_from_abroad(word: Word) -> bool {
    word.text == word.kana
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
    use crate::demo::trades::INDUSTRIES;
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
