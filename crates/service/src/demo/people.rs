//! The organizations (組織) and the people (ユーザー) of the demo tenant.

use std::collections::{HashMap, HashSet};

use musubi_domain::user::{UserField, UserFields};

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

/// Organizations from the top down: name, the one above, how many of those without a lead are in it, and the permission template of
/// its members.
#[rustfmt::skip]
const ORGANIZATIONS: &[(&str, Option<usize>, usize, &str)] = &[
    ("本社", None, 0, "経営"),
    ("営業本部", Some(0), 0, "契約担当"),
    ("東日本営業部", Some(1), 5, "一般"),
    ("西日本営業部", Some(1), 4, "一般"),
    ("営業企画部", Some(1), 2, "営業企画"),
    ("カスタマーサポート部", Some(1), 2, "一般"),
    ("管理本部", Some(0), 0, "管理本部"),
    ("総務部", Some(6), 1, "総務"),
    ("法務部", Some(6), 1, "法務"),
    ("経理部", Some(6), 1, "経理"),
    ("購買部", Some(6), 1, "契約担当"),
    ("情報システム部", Some(6), 1, "システム担当"),
];

/// The permission templates, each with its rights.
#[rustfmt::skip]
pub(crate) const PERMISSION_TEMPLATES: &[(&str, &[&str])] = &[
    ("一般", &[]),
    ("経営", &["監査閲覧"]),
    ("契約担当", &["契約管理"]),
    ("営業企画", &["DB設定"]),
    ("総務", &["ユーザ設定"]),
    ("管理本部", &["ユーザ設定", "監査閲覧"]),
    ("法務", &["契約管理", "台帳管理"]),
    ("経理", &["台帳管理", "監査閲覧"]),
    ("システム担当", &["システム設定", "ユーザ設定", "DB設定", "システム連携"]),
];

/// What the leader of the information systems may do beyond the template of his department.
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
    pub(crate) permission_template: &'static str,
    /// Beside those of the template.
    pub(crate) rights: &'static [&'static str],
    /// Where he stands in the list, from 1: his number in the house.
    pub(crate) number: usize,
}

impl DemoPerson {
    /// What else is known of him. No exchange in Japan begins with 0, so the numbers ring nowhere.
    pub(crate) fn fields(&self) -> UserFields {
        let organization = ORGANIZATIONS.get(self.organization);
        let above = organization.and_then(|row| row.1).filter(|above| *above > 0);
        let above = above.and_then(|above| ORGANIZATIONS.get(above)).map_or("", |row| row.0);
        let department = organization.map_or("", |row| row.0);
        let (exchange, line) = if self.organization == WEST { ("06-0550", 300) } else { ("03-0550", 100) };
        let fields = [
            (UserField::FamilyNameKana, self.family.kana.to_owned()),
            (UserField::FirstNameKana, self.first.kana.to_owned()),
            (UserField::Department, department.to_owned()),
            (UserField::BusinessUnit, above.to_owned()),
            (UserField::Title, self.title.to_owned()),
            (UserField::StaffId, format!("M{:05}", self.number)),
            (UserField::Extension, format!("{}", line + self.number)),
            (UserField::CompanyPhone, format!("{exchange}-{:04}", 1_000 + line + self.number)),
            (UserField::MobilePhone, format!("080-0{:03}-{:04}", self.number * 7 % 1_000, 1_000 + self.number * 131)),
            (UserField::NotificationMail, self.mail.clone()),
            (UserField::Zoneinfo, "Asia/Tokyo".to_owned()),
        ];
        fields.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }
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
                permission_template: ORGANIZATIONS.get(organization).map_or("一般", |row| row.3),
                rights: if leads && index + 1 == ORGANIZATIONS.len() { ADMINISTRATION } else { &[] },
                number: index + 1,
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
    fn everybody_has_a_template_every_right_is_held_and_one_person_administers() {
        let people = people(5, 30);
        let template = |name| PERMISSION_TEMPLATES.iter().find(|(own, _)| *own == name).unwrap().1;
        let rights: Vec<Vec<&str>> =
            people.iter().map(|person| [template(person.permission_template), person.rights].concat()).collect();
        for right in rights.iter().flatten() {
            assert!(musubi_domain::user::RIGHTS.contains(right), "{right}");
        }
        for right in musubi_domain::user::RIGHTS {
            assert!(rights.iter().any(|held| held.contains(&right)), "{right}");
        }
        assert_eq!(rights.iter().filter(|held| held.contains(&"権限付与")).count(), 1);
        assert!(rights.iter().any(Vec::is_empty));
        for (name, _) in PERMISSION_TEMPLATES {
            assert!(people.iter().any(|person| person.permission_template == *name), "{name}");
        }
    }

    #[test]
    fn what_is_known_of_people_can_be_kept_and_tells_them_apart() {
        let people = people(5, 30);
        let mut seen = HashSet::new();
        for person in &people {
            let fields = person.fields();
            assert_eq!(musubi_domain::user::field_problems(&fields), []);
            for field in [UserField::StaffId, UserField::Extension, UserField::CompanyPhone, UserField::MobilePhone] {
                assert!(seen.insert((field, fields[&field].clone())), "{field:?} {}", fields[&field]);
            }
        }
        assert_eq!(people[2].fields()[&UserField::BusinessUnit], "営業本部");
    }

    #[test]
    fn somebody_sells_in_every_prefecture() {
        for seed in 0..50 {
            let sellers = Sellers::of(&people(seed, 30));
            assert!(!sellers.in_charge_of(1).is_empty() && !sellers.in_charge_of(47).is_empty());
        }
    }
}
