//! Believable Japanese demo data from a seed: the same seed gives the same data, on every machine.

use super::names::{Form, Head, Located, Place, Prefecture, Random, Stem, Trade, Vocabulary, Word};
use super::tables::{
    BRANDS, CAPITAL, CLOSING_DAYS, DEPARTMENTS, FAMILY_NAMES, GIVEN_NAMES, KINDS, NOTES, OFFICES, PAYMENT_TERMS,
    PREFECTURES, TRADES, WELL_KNOWN,
};
use std::collections::{HashMap, HashSet};

/// An organization (組織) of the demo tenant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DemoOrganization {
    pub(crate) name: &'static str,
    /// Where the organization above stands in the list; it always comes before.
    pub(crate) parent: Option<usize>,
}

/// The organizations of the demo tenant, from the top down.
pub(crate) fn organizations() -> Vec<DemoOrganization> {
    [
        ("本社", None),
        ("営業本部", Some(0)),
        ("東日本営業部", Some(1)),
        ("西日本営業部", Some(1)),
        ("営業企画部", Some(1)),
        ("カスタマーサポート部", Some(1)),
        ("管理本部", Some(0)),
        ("総務部", Some(6)),
        ("法務部", Some(6)),
        ("経理部", Some(6)),
        ("購買部", Some(6)),
        ("情報システム部", Some(6)),
    ]
    .into_iter()
    .map(|(name, parent)| DemoOrganization { name, parent })
    .collect()
}

/// A person (ユーザー) of the demo tenant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DemoPerson {
    pub(crate) login_id: String,
    pub(crate) family_name: &'static str,
    pub(crate) family_kana: &'static str,
    pub(crate) first_name: &'static str,
    pub(crate) first_kana: &'static str,
    pub(crate) mail: String,
    /// Where the organization stands in [`organizations`].
    pub(crate) organization: usize,
    pub(crate) title: &'static str,
}

/// People with login IDs of their own. The first ones lead the organizations, in their order.
pub(crate) fn people(seed: u64, count: usize) -> Vec<DemoPerson> {
    let mut random = Random::new(seed ^ 0x70E0_91E5);
    let organizations = organizations();
    let parents: HashSet<usize> = organizations.iter().filter_map(|organization| organization.parent).collect();
    let leaves: Vec<usize> = (0..organizations.len()).filter(|index| !parents.contains(index)).collect();
    let mut families: Vec<Word> = Vec::new();
    let mut taken: HashMap<&str, usize> = HashMap::new();
    let mut full_names = HashSet::new();
    (0..count)
        .map(|index| {
            if families.is_empty() {
                families = random.shuffled(FAMILY_NAMES.iter().copied());
            }
            let family = families.pop().expect("just filled");
            let first = random.shuffled(GIVEN_NAMES.iter());
            // Beyond all combinations two people share a name, as people do.
            let given = first.iter().find(|given| !full_names.contains(&(family.text, given.text))).or(first.first());
            let given = given.expect("the table is not empty");
            full_names.insert((family.text, given.text));
            let same = taken.entry(family.romaji).and_modify(|same| *same += 1).or_insert(1);
            let login_id = if *same == 1 { family.romaji.to_owned() } else { format!("{}{same}", family.romaji) };
            let (organization, title) = match organizations.get(index) {
                Some(led) => (index, leader_title(led)),
                None => {
                    (*random.pick(&leaves), *random.pick(&["課長", "係長", "主任", "主任", "担当", "担当", "担当"]))
                }
            };
            DemoPerson {
                mail: format!("{login_id}@example.com"),
                login_id,
                family_name: family.text,
                family_kana: family.kana,
                first_name: given.text,
                first_kana: given.kana,
                organization,
                title,
            }
        })
        .collect()
}

fn leader_title(organization: &DemoOrganization) -> &'static str {
    match organization.parent {
        None => "代表取締役社長",
        Some(_) if organization.name.ends_with("本部") => "本部長",
        Some(_) => "部長",
    }
}

/// A client (取引先). Numbers of choices are those of the tables in `names`.
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
    pub(crate) representative_family: &'static str,
    pub(crate) representative_family_kana: &'static str,
    pub(crate) representative_first: &'static str,
    pub(crate) representative_first_kana: &'static str,
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
    pub(crate) linkage_code: String,
}

/// The first `count` clients of [`client_stream`].
#[cfg(test)]
pub(crate) fn clients(seed: u64, count: usize, people: usize) -> Vec<DemoClient> {
    client_stream(seed, people).take(count).collect()
}

/// Clients without two of one name, not even when the company form is left out. Hundreds of millions until it ends.
pub(crate) fn client_stream(seed: u64, people: usize) -> impl Iterator<Item = DemoClient> {
    let mut random = Random::new(seed ^ 0x0C11_E475);
    let vocabulary = Vocabulary::new(&mut random);
    Clients {
        random,
        vocabulary,
        people,
        made: 0,
        turns: vec![0; TRADES.len()],
        trades: Vec::new(),
        prefectures: Vec::new(),
        dealt: false,
        roots: vec![],
    }
}

struct Clients {
    random: Random,
    vocabulary: Vocabulary,
    people: usize,
    made: usize,
    /// How many heads each trade has had.
    turns: Vec<usize>,
    /// The trades that are still to come in this round.
    trades: Vec<(usize, &'static Trade)>,
    /// The prefectures that are still to come.
    prefectures: Vec<&'static Prefecture>,
    /// Whether each of them has come once.
    dealt: bool,
    /// Clients that others may belong to.
    roots: Vec<usize>,
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
            if !inland && !WELL_KNOWN.contains(&base.as_str()) {
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
        // The later of two draws: most firms that are still there are not that old.
        let year = self.random.between(form.since, form.until).max(self.random.between(form.since, form.until));
        let (phone, fax) = self.phone_and_fax(place.area_code);
        let family = self.representative(head);
        let first = self.random.pick(GIVEN_NAMES);
        let parent = self.parent(form, size);
        self.made += 1;
        DemoClient {
            name: form.joined(form.text, base),
            name_kana: head.kana(trade),
            short_name: if self.random.percent(20) { form.joined(form.abbreviation, base) } else { base.to_owned() },
            industry: (trade.industry > 0).then_some((trade.industry / 20, trade.industry)),
            established: self.random.percent(88).then(|| self.date(year)),
            capital: (form.capital && self.random.percent(85)).then(|| self.capital(size)),
            annual_sales: self.random.percent(65).then(|| staff * self.random.between(8, 60) * 1_000_000),
            closing_day: self.random.weighted(CLOSING_DAYS, |day| day.1).0,
            representative_family: family.text,
            representative_family_kana: family.kana,
            representative_first: first.text,
            representative_first_kana: first.kana,
            phone,
            fax: self.random.percent(70).then_some(fax),
            website: self.random.percent(60).then(|| self.website(&head.slug(trade))),
            employees: self.random.percent(80).then_some(u32::try_from(staff).expect("some thousand")),
            postal_code: town.postal_code,
            prefecture: prefecture.name,
            city_address: format!("{}{}{}", place.city, town.name, self.block(town.chome)),
            branch: self.random.percent(10 + 30 * u64::from(size > 0)).then(|| self.branch(form, trade, place)),
            department: self
                .random
                .percent(55)
                .then(|| *self.random.pick(if form.capital { DEPARTMENTS } else { OFFICES })),
            kind: self.random.weighted(KINDS, |kind| kind.1).0.to_vec(),
            rating: self.random.percent(75).then(|| self.random.weighted(&[(1, 25), (2, 60), (3, 15)], |it| it.1).0),
            description: self.random.percent(60).then(|| self.description(trade, year)),
            parent,
            person: self.random.index(self.people),
            linkage_code: format!("C{:08}", self.made),
        }
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

    /// About one in eight belongs to an earlier, large company that belongs to nobody.
    fn parent(&mut self, form: &Form, size: usize) -> Option<usize> {
        if !form.capital {
            return None;
        }
        if !self.roots.is_empty() && self.random.percent(14) {
            return Some(*self.random.pick(&self.roots));
        }
        if size >= 2 {
            self.roots.push(self.made);
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

    fn date(&mut self, year: u64) -> String {
        let month = self.random.between(1, 12);
        let day = if self.random.percent(40) { 1 } else { self.random.between(1, days_in_month(year, month)) };
        format!("{year}-{month:02}-{day:02}")
    }

    /// No exchange in Japan begins with 0, so these numbers ring nowhere.
    fn phone_and_fax(&mut self, area_code: &str) -> (String, String) {
        let width = 5_usize.saturating_sub(area_code.len());
        let digits = width.try_into().expect("at most 5");
        let exchange = self.random.below(10_u64.pow(digits));
        let line = self.random.between(1_000, 9_998);
        let number = |line: u64| format!("{area_code}-0{exchange:0width$}-{line:04}");
        (number(line), number(line + 1))
    }

    fn website(&mut self, slug: &str) -> String {
        if self.random.percent(80) {
            format!("https://www.{slug}.example.jp/")
        } else {
            format!("https://{slug}.example.com/")
        }
    }

    fn block(&mut self, chome: bool) -> String {
        let (lot, house) = (self.random.between(1, 40), self.random.between(1, 28));
        let block =
            if chome { format!("{}-{lot}-{house}", self.random.between(1, 4)) } else { format!("{lot}-{house}") };
        if self.random.percent(70) {
            return block;
        }
        format!("{block} {}ビル{}階", self.random.pick(BRANDS).text, self.random.between(2, 9))
    }

    fn branch(&mut self, form: &Form, trade: &Trade, place: &Place) -> String {
        let kinds: &[&str] = match trade.industry {
            _ if !form.capital => return "本部".to_owned(),
            21..=29 => &["本社", "本社", "工場", "工場", "第二工場", "営業所", "支店"],
            101..=109 => &["本社", "本社", "物流センター", "営業所", "支店"],
            _ => &["本社", "本店", "支店", "支店", "営業所", "営業所", "事業所"],
        };
        match *self.random.pick(kinds) {
            head @ ("本社" | "本店") => head.to_owned(),
            kind => format!("{}{kind}", place.word.text),
        }
    }

    fn description(&mut self, trade: &Trade, established: u64) -> String {
        let since = self.random.between((established + 1).max(1990), 2025);
        let business = trade.industry_label().unwrap_or("各種商材の企画・販売");
        let mut lines = vec![
            format!("事業内容: {business}"),
            format!("取引開始: {since}年{}月", self.random.between(1, 12)),
            format!("支払条件: {}", self.random.pick(PAYMENT_TERMS)),
        ];
        if self.random.percent(60) {
            lines.push(format!("備考: {}", self.random.pick(NOTES)));
        }
        lines.join("\n")
    }
}

fn days_in_month(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::tables::{CLIENT_KINDS, INDUSTRIES, RATINGS};

    fn is_katakana(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|letter| ('ァ'..='ヴ').contains(&letter) || letter == 'ー')
    }

    fn base(client: &DemoClient) -> String {
        let form = TRADES.iter().flat_map(|trade| trade.forms).filter(|form| {
            if form.after { client.name.ends_with(form.text) } else { client.name.starts_with(form.text) }
        });
        let form = form.max_by_key(|form| form.text.len()).expect("every name has a form");
        client.name.replacen(form.text, "", 1)
    }

    #[test]
    fn the_same_seed_gives_the_same_data() {
        assert_eq!(clients(7, 500, 20), clients(7, 500, 20));
        assert_eq!(clients(7, 500, 20)[..200], clients(7, 200, 20)[..]);
        assert_eq!(people(7, 300), people(7, 300));
        assert_ne!(clients(7, 20, 20), clients(8, 20, 20));
        assert_ne!(people(7, 20), people(8, 20));
    }

    #[test]
    fn organizations_form_a_tree() {
        let organizations = organizations();
        assert_eq!(organizations.iter().filter(|organization| organization.parent.is_none()).count(), 1);
        assert!(organizations.iter().enumerate().all(|(index, it)| it.parent.is_none_or(|parent| parent < index)));
    }

    #[test]
    fn people_have_login_ids_of_their_own() {
        let people = people(1, 3_000);
        let ids: HashSet<&str> = people.iter().map(|person| person.login_id.as_str()).collect();
        let names: HashSet<(&str, &str)> = people.iter().map(|it| (it.family_name, it.first_name)).collect();
        assert_eq!((ids.len(), names.len()), (people.len(), people.len()));
        for person in &people {
            assert!(person.login_id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()));
            assert_eq!(person.mail, format!("{}@example.com", person.login_id));
            assert!(is_katakana(person.family_kana) && is_katakana(person.first_kana));
            assert!(person.organization < organizations().len() && !person.title.is_empty());
        }
        assert!(people.iter().any(|person| person.login_id == "ono2"), "two families share the ID ono");
    }

    #[test]
    fn two_hundred_clients_show_every_prefecture_and_industry() {
        for seed in 0..50 {
            let clients = clients(seed, 200, 12);
            let prefectures: HashSet<&str> = clients.iter().map(|client| client.prefecture).collect();
            let industries: HashSet<(i32, i32)> = clients.iter().filter_map(|client| client.industry).collect();
            let known: HashSet<(i32, i32)> =
                INDUSTRIES.iter().flat_map(|(major, _, minors)| minors.iter().map(|minor| (*major, minor.0))).collect();
            assert_eq!(prefectures.len(), 47);
            assert_eq!(industries, known);
            let children = clients.iter().filter(|client| client.parent.is_some()).count();
            assert!((10..=45).contains(&children), "{children}");
            assert!(clients.iter().any(|it| it.name.starts_with("株式会社")));
            assert!(clients.iter().any(|it| it.name.ends_with("株式会社")));
        }
    }

    #[test]
    fn names_are_unique_even_without_the_form() {
        let mut bases = HashSet::new();
        let mut codes = HashSet::new();
        for client in client_stream(3, 5).take(60_000) {
            assert!(bases.insert(base(&client)), "{}", client.name);
            assert!(codes.insert(client.linkage_code));
        }
    }

    #[test]
    fn every_value_passes_the_rules_of_the_items() {
        let people = 9;
        for (index, client) in client_stream(11, people).take(20_000).enumerate() {
            assert!(is_katakana(&client.name_kana), "{}", client.name_kana);
            assert!(is_katakana(client.representative_family_kana) && is_katakana(client.representative_first_kana));
            for text in [&client.name, &client.name_kana, &client.short_name, &client.city_address] {
                assert!(text.chars().count() <= 255 && !text.chars().any(char::is_control), "{text}");
            }
            for number in client.fax.iter().chain([&client.phone]) {
                assert!(number.chars().all(|letter| letter.is_ascii_digit() || letter == '-'), "{number}");
                assert_eq!((number.len(), number.split('-').count()), (12, 3), "{number}");
            }
            let prefecture = PREFECTURES.iter().find(|it| it.name == client.prefecture).unwrap();
            let place = prefecture.places.iter().find(|place| client.city_address.starts_with(place.city)).unwrap();
            assert!(client.phone.starts_with(place.area_code));
            assert!(place.towns.iter().any(|town| town.postal_code == client.postal_code));
            if let Some(date) = &client.established {
                let [year, month, day] =
                    [0, 1, 2].map(|part| date.split('-').nth(part).unwrap().parse::<u64>().unwrap());
                assert!(date.len() == 10 && (1..=12).contains(&month), "{date}");
                assert!((1..=days_in_month(year, month)).contains(&day), "{date}");
            }
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
            assert!(client.parent.is_none_or(|parent| parent < index) && client.person < people);
        }
    }
}
