//! The clients (取引先) of the demo tenant, from a seed: the same seed gives the same clients, on every machine.

use std::collections::HashSet;

use super::brands::BRANDS;
use super::habits::{
    CAPITAL, CLOSING_DAYS, CORPORATION_KINDS, DEPARTMENTS, KINDS, NOTES, OFFICES, PAYMENT_TERMS, PROSPECTS, ROUTES,
};
use super::people::Sellers;
use super::people_names::{FAMILY_NAMES, GIVEN_NAMES};
use super::places::PREFECTURES;
use super::random::Random;
use super::trades::{TRADES, WELL_KNOWN};
use super::vocabulary::{Head, Located, Stem, Vocabulary};
use super::words::{Form, Heads, Place, Prefecture, Town, Trade, Word};

/// A client (取引先). Numbers of choices are those of the template.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DemoClient {
    pub(crate) name: String,
    /// The reading without the company form.
    pub(crate) name_kana: String,
    pub(crate) short_name: String,
    /// The choices of the first and the second level.
    pub(crate) industry: Option<(i32, i32)>,
    pub(crate) established: Option<String>,
    pub(crate) capital: Option<u64>,
    pub(crate) annual_sales: Option<u64>,
    pub(crate) closing_day: &'static str,
    pub(crate) representative: (Word, Word),
    pub(crate) phone: String,
    pub(crate) fax: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) employees: Option<u32>,
    pub(crate) postal_code: &'static str,
    pub(crate) prefecture: &'static str,
    pub(crate) city_address: String,
    pub(crate) branch: Option<String>,
    pub(crate) department: Option<&'static str>,
    pub(crate) kind: Vec<i32>,
    pub(crate) rating: Option<i32>,
    pub(crate) description: Option<String>,
    /// Where an earlier client stands in the stream.
    pub(crate) parent: Option<usize>,
    /// Which of the people is in charge.
    pub(crate) person: usize,
    /// Where the route by which it was met stands in [`ROUTES`].
    pub(crate) route: Option<usize>,
    pub(crate) linkage_code: String,
    /// The code in the accounting system; prospects have none.
    pub(crate) accounting_code: Option<String>,
    /// What the name is made of.
    pub(crate) form: &'static Form,
    pub(crate) base: String,
    pub(crate) trade: &'static Trade,
    /// Whether the name says where it is.
    pub(crate) is_local: bool,
    /// From a few people (0) to thousands (3).
    pub(crate) size: usize,
    pub(crate) established_year: u64,
    pub(crate) area_code: &'static str,
}

impl DemoClient {
    /// The domain of its website.
    pub(crate) fn domain(&self) -> Option<&str> {
        let host = self.website.as_deref()?.strip_prefix("https://")?.trim_end_matches('/');
        Some(host.strip_prefix("www.").unwrap_or(host))
    }
}

/// The first `count` clients of [`client_stream`].
#[cfg(test)]
pub(crate) fn clients(seed: u64, count: usize) -> Vec<DemoClient> {
    client_stream(seed, sellers(seed)).take(count).collect()
}

#[cfg(test)]
fn sellers(seed: u64) -> Sellers {
    Sellers::of(&super::people::people(seed, 30))
}

/// Clients without two of one name, not even when the company form is left out. Hundreds of millions until it ends.
pub(crate) fn client_stream(seed: u64, sellers: Sellers) -> impl Iterator<Item = DemoClient> {
    let mut random = Random::new(seed ^ 0x0C11_E475);
    let vocabulary = Vocabulary::new(&mut random);
    Clients {
        random,
        vocabulary,
        sellers,
        made: 0,
        turns: vec![0; TRADES.len()],
        trades: Vec::new(),
        prefectures: Vec::new(),
        dealt: false,
        heads: Vec::new(),
        branches: Vec::new(),
        children: 0,
        websites: HashSet::new(),
    }
}

struct Clients {
    random: Random,
    vocabulary: Vocabulary,
    sellers: Sellers,
    made: usize,
    /// How many heads each trade has had.
    turns: Vec<usize>,
    /// The trades that are still to come in this round.
    trades: Vec<(usize, &'static Trade)>,
    /// The prefectures that are still to come.
    prefectures: Vec<&'static Prefecture>,
    /// Whether each of them has come once.
    dealt: bool,
    /// Large clients that belong to nobody, each with its trade's first level.
    heads: Vec<(usize, i32)>,
    /// Clients that belong to one of those, and may have others below them.
    branches: Vec<(usize, i32)>,
    /// Clients that belong to others.
    children: usize,
    /// Websites that somebody has.
    websites: HashSet<String>,
}

impl Iterator for Clients {
    type Item = DemoClient;

    fn next(&mut self) -> Option<DemoClient> {
        if self.trades.is_empty() {
            self.trades = self.random.shuffled(TRADES.iter().enumerate());
        }
        let (index, trade) = self.trades.pop()?;
        loop {
            let turn = self.turns.get_mut(index)?;
            let head = self.vocabulary.head(index, trade.heads, *turn)?;
            *turn += 1;
            let base = head.text(trade);
            let inland = trade.needs_port() && head.place().is_some_and(|(_, place)| !place.port);
            if !inland && !head.is_odd_for(trade) && !WELL_KNOWN.contains(&base.as_str()) {
                return Some(self.client(&head, trade, &base));
            }
        }
    }
}

impl Clients {
    fn client(&mut self, head: &Head, trade: &'static Trade, base: &str) -> DemoClient {
        let form = self.random.weighted(trade.forms, |form| form.weight);
        let size = self.random.weighted(&[(0, 40), (1, 40), (2, 15), (3, 5)], |size| size.1).0;
        let size = size.min(form.largest).min(trade.largest());
        let (prefecture, place) = self.locate(head, trade);
        let town = self.random.pick(place.towns);
        let staff = self.staff(size);
        let year = self.year(form, trade, size);
        let (phone, fax) = phone_and_fax(&mut self.random, place.area_code);
        let representative = (self.representative(head), *self.random.pick(GIVEN_NAMES));
        let parent = self.parent(form, trade, size);
        let kind = self.random.weighted(if form.capital { KINDS } else { CORPORATION_KINDS }, |kind| kind.1).0;
        let is_prospect = kind == [PROSPECT];
        self.made += 1;
        DemoClient {
            name: form.joined(form.text, base),
            name_kana: head.kana(trade),
            short_name: if self.random.percent(20) { form.joined(form.abbreviation, base) } else { base.to_owned() },
            industry: (trade.industry > 0).then_some((trade.industry / 20, trade.industry)),
            established: self.random.percent(88).then(|| self.random.date(year)),
            capital: (form.capital && self.random.percent(85)).then(|| self.capital(size)),
            annual_sales: self.random.percent(65).then(|| staff * self.random.between(8, 60) * 1_000_000),
            closing_day: self.random.weighted(CLOSING_DAYS, |day| day.1).0,
            representative,
            phone,
            fax: self.random.percent(70).then_some(fax),
            website: self.website(&head.slug(trade), size),
            employees: self.random.percent(80).then_some(u32::try_from(staff).expect("some thousand")),
            postal_code: town.postal_code,
            prefecture: prefecture.name,
            city_address: street(&mut self.random, place, town),
            branch: self.random.percent(10 + 30 * u64::from(size > 0)).then(|| self.branch(form, trade, place)),
            department: self.department(form, size),
            kind: kind.to_vec(),
            rating: self.random.percent(75).then(|| self.random.weighted(&[(1, 25), (2, 60), (3, 15)], |it| it.1).0),
            description: self.random.percent(60).then(|| self.description(trade, year, is_prospect)),
            parent,
            person: self.seller(prefecture),
            route: self.random.percent(80).then(|| route(&mut self.random)),
            linkage_code: format!("C{:08}", self.made),
            accounting_code: (!is_prospect).then(|| format!("{:06}", 100_000 + self.made)),
            form,
            base: base.to_owned(),
            trade,
            is_local: head.place().is_some() || head.region().is_some(),
            size,
            established_year: year,
            area_code: place.area_code,
        }
    }

    /// The later of two draws: most firms that are still there are not that old. Large ones took their time.
    fn year(&mut self, form: &Form, trade: &Trade, size: usize) -> u64 {
        let (since, until) = (form.since.max(trade.since()), if size >= 2 { GROWN } else { form.until });
        self.random.between(since, until).max(self.random.between(since, until))
    }

    fn seller(&mut self, prefecture: &Prefecture) -> usize {
        let number = PREFECTURES.iter().position(|it| it.name == prefecture.name).map_or(1, |index| index + 1);
        *self.random.pick(self.sellers.in_charge_of(number))
    }

    fn department(&mut self, form: &Form, size: usize) -> Option<&'static str> {
        self.random.percent(55).then(|| *self.random.pick(departments(form, size)))
    }

    /// What the name says decides; else the prefectures come in turn, each of them once before any comes twice.
    fn locate(&mut self, head: &Head, trade: &Trade) -> Located {
        if let Some(located) = head.place() {
            return located;
        }
        let within = head.region().unwrap_or(PREFECTURES);
        if trade.needs_port() {
            let ports = within.iter().flat_map(|it| it.places.iter().map(move |place| (it, place)));
            let ports: Vec<Located> = ports.filter(|(_, place)| place.port).collect();
            if !ports.is_empty() {
                return *self.random.pick(&ports);
            }
        }
        let prefecture = if within.len() < PREFECTURES.len() {
            self.random.weighted(within, |prefecture| prefecture.weight)
        } else {
            self.next_prefecture()
        };
        (prefecture, self.random.pick(prefecture.places))
    }

    fn next_prefecture(&mut self) -> &'static Prefecture {
        if self.prefectures.is_empty() {
            let first = !std::mem::replace(&mut self.dealt, true);
            let deck = PREFECTURES.iter().flat_map(|it| std::iter::repeat_n(it, if first { 1 } else { it.weight }));
            self.prefectures = self.random.shuffled(deck);
        }
        self.prefectures.pop().expect("just filled")
    }

    /// Of owners' firms the owner's name, mostly.
    fn representative(&mut self, head: &Head) -> Word {
        match head.last {
            Stem::Family(family) if self.random.percent(70) => family,
            _ => *self.random.pick(FAMILY_NAMES),
        }
    }

    /// A company may belong to an earlier, large one whose business is near its own; every fourth of those to one that belongs to
    /// another itself.
    fn parent(&mut self, form: &Form, trade: &Trade, size: usize) -> Option<usize> {
        if !matches!(form.text, "株式会社" | "合同会社") || matches!(trade.heads, Heads::House) {
            return None;
        }
        let own = (self.made, trade.industry / 20);
        let is_third = self.children % 4 == 3 && !self.branches.is_empty();
        let above = if is_third { &self.branches } else { &self.heads };
        let latest = above.iter().rev().take(LATEST).copied();
        let near: Vec<(usize, i32)> = latest.filter(|(_, major)| is_near(*major, own.1)).collect();
        let same: Vec<(usize, i32)> = near.iter().copied().filter(|(_, major)| *major == own.1).collect();
        let near = if same.is_empty() { near } else { same };
        if !near.is_empty() && self.random.percent(27) {
            self.children += 1;
            if size >= 1 && !is_third {
                self.branches.push(own);
            }
            return Some(self.random.pick(&near).0);
        }
        if size >= 2 {
            self.heads.push(own);
        }
        None
    }

    fn staff(&mut self, size: usize) -> u64 {
        match size {
            0 => self.random.between(2, 19),
            1 => self.random.between(20, 99),
            2 => self.random.between(100, 499),
            _ => self.random.between(500, 6_000),
        }
    }

    fn capital(&mut self, size: usize) -> u64 {
        CAPITAL.get(size).map_or(0, |millions| self.random.pick(millions) * 1_000_000)
    }

    /// No two firms share one.
    fn website(&mut self, slug: &str, size: usize) -> Option<String> {
        let website = if self.random.percent(80) {
            format!("https://www.{slug}.example.jp/")
        } else {
            format!("https://{slug}.example.com/")
        };
        let has_one = self.random.percent(if size == 0 { 65 } else { 90 });
        (has_one && self.websites.insert(slug.to_owned())).then_some(website)
    }

    fn branch(&mut self, form: &Form, trade: &Trade, place: &Place) -> String {
        if !form.capital {
            return "本部".to_owned();
        }
        if self.random.percent(35) {
            return "本社".to_owned();
        }
        branch_name(&mut self.random, trade, place)
    }

    fn description(&mut self, trade: &Trade, established: u64, is_prospect: bool) -> String {
        let business = trade.industry_label().unwrap_or("各種商材の企画・販売");
        let mut lines = vec![format!("事業内容: {business}")];
        if is_prospect {
            lines.push(format!("商談状況: {}", self.random.pick(PROSPECTS)));
            return lines.join("\n");
        }
        let since = self.random.between((established + 1).max(1990), 2025);
        lines.push(format!("取引開始: {since}年{}月", self.random.between(1, 12)));
        lines.push(format!("支払条件: {}", self.random.pick(PAYMENT_TERMS)));
        if self.random.percent(60) {
            lines.push(format!("備考: {}", self.random.pick(NOTES)));
        }
        lines.join("\n")
    }
}

/// Businesses that are found in one group of firms: making, wholesale, retail and transport; building and energy; information and
/// services to firms; everything for people. Firms whose name does not tell (0) have any.
const NEAR: [&[i32]; 4] = [&[1, 3, 4, 5], &[2, 8, 13, 15], &[6, 7, 12], &[9, 10, 11, 14]];

fn is_near(one: i32, other: i32) -> bool {
    one == 0 || other == 0 || NEAR.iter().any(|group| group.contains(&one) && group.contains(&other))
}

/// Clients that are looked at for one that another may belong to.
const LATEST: usize = 60;

/// The last year in which a firm that is large today was founded.
const GROWN: u64 = 2_002;

/// The choice of 取引先種別 for those who have bought nothing yet.
const PROSPECT: i32 = 2;

/// The departments that a firm of this form and size has.
pub(crate) fn departments(form: &Form, size: usize) -> &'static [&'static str] {
    let count = [3, 8].get(size).copied().unwrap_or(DEPARTMENTS.len());
    if form.capital { DEPARTMENTS.get(..count).unwrap_or(DEPARTMENTS) } else { OFFICES }
}

/// Where a route stands in [`ROUTES`].
pub(crate) fn route(random: &mut Random) -> usize {
    let numbered: Vec<(usize, usize)> = ROUTES.iter().map(|route| route.2).enumerate().collect();
    random.weighted(&numbered, |(_, weight)| *weight).0
}

/// A main number and the fax beside it. No exchange in Japan begins with 0, so these numbers ring nowhere.
pub(crate) fn phone_and_fax(random: &mut Random, area_code: &str) -> (String, String) {
    let width = 5_usize.saturating_sub(area_code.len());
    let digits = width.try_into().expect("at most 5");
    let exchange = random.below(10_u64.pow(digits));
    let line = random.between(1_000, 9_998);
    let number = |line: u64| format!("{area_code}-0{exchange:0width$}-{line:04}");
    (number(line), number(line + 1))
}

/// The address below the prefecture.
pub(crate) fn street(random: &mut Random, place: &Place, town: &Town) -> String {
    let (lot, house) = (random.between(1, 30), random.between(1, 28));
    let block = if town.chome { format!("{}-{lot}-{house}", random.between(1, 3)) } else { format!("{lot}-{house}") };
    let address = format!("{}{}{block}", place.city, town.name);
    if random.percent(70) {
        return address;
    }
    format!("{address} {}ビル{}階", random.pick(BRANDS).text, random.between(2, 9))
}

/// What an office elsewhere than the head office is called.
pub(crate) fn branch_name(random: &mut Random, trade: &Trade, place: &Place) -> String {
    let kinds: &[&str] = match trade.industry {
        21..=29 => &["工場", "工場", "第二工場", "営業所", "支店"],
        101..=109 => &["物流センター", "営業所", "支店"],
        41..=49 => &["支店", "営業所", "出張所"],
        81..=89 | 181..=189 => &["店", "店", "支店"],
        _ => &["支店", "支店", "営業所", "営業所", "事業所"],
    };
    format!("{}{}", place.word.text, random.pick(kinds))
}
