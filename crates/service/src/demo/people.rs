//! The organizations (組織) and the people (ユーザー) of the demo tenant.

use std::collections::{HashMap, HashSet};

use super::people_names::{FAMILY_NAMES, GIVEN_NAMES};
use super::random::Random;
use super::words::Word;

/// An organization.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DemoOrganization {
    pub(crate) name: &'static str,
    /// Where the organization above stands in the list; it always comes before.
    pub(crate) parent: Option<usize>,
}

/// Organizations that sell in the east and in the west, by where they stand in the list.
const EAST: usize = 2;
const WEST: usize = 3;

/// Organizations from the top down: name, the one above, how many of those without a lead are in it, and the rights of its members.
#[rustfmt::skip]
const ORGANIZATIONS: &[(&str, Option<usize>, usize, &[&str])] = &[
    ("本社", None, 0, &["監査閲覧"]),
    ("営業本部", Some(0), 0, &["契約管理"]),
    ("東日本営業部", Some(1), 5, &[]),
    ("西日本営業部", Some(1), 4, &[]),
    ("営業企画部", Some(1), 2, &["DB設定"]),
    ("カスタマーサポート部", Some(1), 2, &[]),
    ("管理本部", Some(0), 0, &["監査閲覧", "ユーザ設定"]),
    ("総務部", Some(6), 1, &["ユーザ設定"]),
    ("法務部", Some(6), 1, &["契約管理", "台帳管理"]),
    ("経理部", Some(6), 1, &["台帳管理", "監査閲覧"]),
    ("購買部", Some(6), 1, &["契約管理"]),
    ("情報システム部", Some(6), 1, &["システム設定", "ユーザ設定", "DB設定", "システム連携"]),
];

/// What the leader of the information systems may do beyond his department.
const ADMINISTRATION: &[&str] = &["権限付与", "権限テンプレート設定", "監査閲覧"];

/// The organizations of the demo tenant.
pub(crate) fn organizations() -> Vec<DemoOrganization> {
    ORGANIZATIONS.iter().map(|(name, parent, ..)| DemoOrganization { name, parent: *parent }).collect()
}

/// A person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DemoPerson {
    pub(crate) login_id: String,
    pub(crate) family: Word,
    pub(crate) first: Word,
    pub(crate) mail: String,
    /// Where the organization stands in [`organizations`].
    pub(crate) organization: usize,
    pub(crate) title: &'static str,
    pub(crate) rights: Vec<&'static str>,
}

/// People with login IDs of their own. The first ones lead the organizations, in their order.
pub(crate) fn people(seed: u64, count: usize) -> Vec<DemoPerson> {
    let mut random = Random::new(seed ^ 0x70E0_91E5);
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
            let first = **given.expect("the table is not empty");
            full_names.insert((family.text, first.text));
            let same = taken.entry(family.romaji).and_modify(|same| *same += 1).or_insert(1);
            let login_id = if *same == 1 { family.romaji.to_owned() } else { format!("{}{same}", family.romaji) };
            let leads = index < ORGANIZATIONS.len();
            let organization = if leads { index } else { member_of(&mut random) };
            let title = match organizations().get(index) {
                Some(led) => leader_title(led),
                None => *random.pick(&["課長", "係長", "主任", "主任", "担当", "担当", "担当"]),
            };
            DemoPerson {
                mail: format!("{login_id}@example.com"),
                login_id,
                family,
                first,
                organization,
                title,
                rights: rights(organization, leads),
            }
        })
        .collect()
}

fn member_of(random: &mut Random) -> usize {
    let numbered: Vec<(usize, usize)> = ORGANIZATIONS.iter().map(|row| row.2).enumerate().collect();
    random.weighted(&numbered, |(_, weight)| *weight).0
}

fn leader_title(organization: &DemoOrganization) -> &'static str {
    match organization.parent {
        None => "代表取締役社長",
        Some(_) if organization.name.ends_with("本部") => "本部長",
        Some(_) => "部長",
    }
}

fn rights(organization: usize, leads: bool) -> Vec<&'static str> {
    let own = ORGANIZATIONS.get(organization).map_or(&[][..], |row| row.3);
    let administers = leads && organization + 1 == ORGANIZATIONS.len();
    own.iter().chain(ADMINISTRATION.iter().filter(|_| administers)).copied().collect()
}

/// The people who sell, by where they stand in the list of people.
#[derive(Clone, Debug)]
pub(crate) struct Sellers {
    east: Vec<usize>,
    west: Vec<usize>,
}

impl Sellers {
    pub(crate) fn of(people: &[DemoPerson]) -> Self {
        let of = |organization| {
            let members = people.iter().enumerate().filter(|(_, person)| person.organization == organization);
            members.map(|(index, _)| index).collect()
        };
        Self { east: of(EAST), west: of(WEST) }
    }

    /// Those in charge of a prefecture, by its JIS number: 愛知県 and what is east of it, or the west.
    pub(crate) fn in_charge_of(&self, prefecture: usize) -> &[usize] {
        if prefecture <= 23 { &self.east } else { &self.west }
    }

    pub(crate) fn everybody(&self) -> Vec<usize> {
        [self.east.as_slice(), self.west.as_slice()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::is_katakana;

    #[test]
    fn the_same_seed_gives_the_same_people() {
        assert_eq!(people(7, 300), people(7, 300));
        assert_ne!(people(7, 20), people(8, 20));
    }

    #[test]
    fn organizations_form_a_tree() {
        let organizations = organizations();
        assert_eq!(organizations.iter().filter(|organization| organization.parent.is_none()).count(), 1);
        assert!(organizations.iter().enumerate().all(|(index, it)| it.parent.is_none_or(|parent| parent < index)));
        assert_eq!((organizations[EAST].name, organizations[WEST].name), ("東日本営業部", "西日本営業部"));
    }

    #[test]
    fn people_have_login_ids_of_their_own() {
        let people = people(1, 3_000);
        let ids: HashSet<&str> = people.iter().map(|person| person.login_id.as_str()).collect();
        let names: HashSet<(&str, &str)> = people.iter().map(|it| (it.family.text, it.first.text)).collect();
        assert_eq!((ids.len(), names.len()), (people.len(), people.len()));
        for person in &people {
            assert!(person.login_id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()));
            assert_eq!(person.mail, format!("{}@example.com", person.login_id));
            assert!(is_katakana(person.family.kana) && is_katakana(person.first.kana));
            assert!(person.organization < ORGANIZATIONS.len() && !person.title.is_empty());
        }
        assert!(people.iter().any(|person| person.login_id == "ono2"), "two families share the ID ono");
    }

    #[test]
    fn rights_are_those_of_the_rights_table_and_one_person_administers() {
        let people = people(5, 30);
        for right in people.iter().flat_map(|person| &person.rights) {
            assert!(musubi_domain::user::RIGHTS.contains(right), "{right}");
        }
        for right in musubi_domain::user::RIGHTS {
            assert!(people.iter().any(|person| person.rights.contains(&right)), "{right}");
        }
        assert_eq!(people.iter().filter(|person| person.rights.contains(&"権限付与")).count(), 1);
        assert!(people.iter().any(|person| person.rights.is_empty()));
    }

    #[test]
    fn somebody_sells_in_every_prefecture() {
        for seed in 0..50 {
            let sellers = Sellers::of(&people(seed, 30));
            assert!(!sellers.in_charge_of(1).is_empty() && !sellers.in_charge_of(47).is_empty());
        }
    }
}
