//! People, and the system users that stand for programs.

use std::collections::BTreeMap;

use musubi_text::search_key::fold;
use uuid::Uuid;

use crate::error::Problem;
use crate::id::UserNo;
use crate::item::Form;
use crate::limits;
use crate::messages::Message;

/// The rights (権限) that a person may be given, by their names on the rights table (source: 楽楽販売, 全体権限一覧).
pub const RIGHTS: [&str; 9] = [
    "システム設定",
    "ユーザ設定",
    "権限付与",
    "権限テンプレート設定",
    "DB設定",
    "システム連携",
    "契約管理",
    "台帳管理",
    "監査閲覧",
];

/// What may be known of a person beside name and mail address (source: ユーザー一覧取得API, and the claims of the scopes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserField {
    /// 表示名; `姓 名` where none is set.
    ViewName,
    /// ミドルネーム.
    MiddleName,
    /// 姓のフリガナ.
    FamilyNameKana,
    /// 名のフリガナ.
    FirstNameKana,
    /// 部門.
    Department,
    /// 事業部.
    BusinessUnit,
    /// 役職.
    Title,
    /// 社員ID.
    StaffId,
    /// 内線.
    Extension,
    /// 会社電話番号.
    CompanyPhone,
    /// 携帯電話番号.
    MobilePhone,
    /// The mail address for notifications.
    NotificationMail,
    /// The time zone, such as `Asia/Tokyo`.
    Zoneinfo,
}

impl UserField {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::ViewName,
        Self::MiddleName,
        Self::FamilyNameKana,
        Self::FirstNameKana,
        Self::Department,
        Self::BusinessUnit,
        Self::Title,
        Self::StaffId,
        Self::Extension,
        Self::CompanyPhone,
        Self::MobilePhone,
        Self::NotificationMail,
        Self::Zoneinfo,
    ];

    /// The option of the command line that gives it.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::ViewName => "--view-name",
            Self::MiddleName => "--middle-name",
            Self::FamilyNameKana => "--family-name-kana",
            Self::FirstNameKana => "--first-name-kana",
            Self::Department => "--department",
            Self::BusinessUnit => "--business-unit",
            Self::Title => "--title",
            Self::StaffId => "--staff-id",
            Self::Extension => "--extension",
            Self::CompanyPhone => "--company-phone",
            Self::MobilePhone => "--mobile-phone",
            Self::NotificationMail => "--notification-mail",
            Self::Zoneinfo => "--zoneinfo",
        }
    }
}

/// Values of fields. Of a person: what is known, never "". Of a change: what is given, "" taking away what stands there.
pub type UserFields = BTreeMap<UserField, String>;

/// Everything that is wrong with values of fields: control characters, and more than [`limits::USER_FIELD_CHARACTERS`].
#[must_use]
pub fn field_problems(fields: &UserFields) -> Vec<Problem> {
    let problem = |(field, text): (&UserField, &String)| {
        let message = if text.chars().any(char::is_control) {
            Message::ControlCharacter
        } else if text.chars().count() > limits::USER_FIELD_CHARACTERS {
            Message::TooLong { most: limits::USER_FIELD_CHARACTERS }
        } else if *field == UserField::NotificationMail && !text.is_empty() {
            Form::MailAddress.check(text, limits::USER_FIELD_CHARACTERS).err()?
        } else if *field == UserField::Zoneinfo && !is_zone_name(text) {
            Message::BadName
        } else {
            return None;
        };
        Some(Problem { path: field.option().to_owned(), item: None, message })
    };
    fields.iter().filter_map(problem).collect()
}

/// Whether a text has the form of a name of the time zone database: `Asia/Tokyo`.
fn is_zone_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte))
}

/// A person, or a system user that stands for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub number: UserNo,
    /// The outside id.
    pub id: Uuid,
    /// The login ID: compared without case and never given to another person.
    pub login_id: String,
    /// 姓.
    pub family_name: String,
    /// 名.
    pub first_name: String,
    /// The mail address; empty for a system user.
    pub mail: String,
    /// A deactivated person stays named where he stands and can neither sign in nor be chosen.
    pub active: bool,
    /// Stands for a program.
    pub system: bool,
    /// What else is known of the person.
    pub fields: UserFields,
    /// The name of the permission template (権限); "" where there is none.
    pub permission_template: String,
}

impl User {
    /// A field; "" where nothing is known.
    #[must_use]
    pub fn field(&self, field: UserField) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }

    /// Takes over what a change gives.
    pub fn set_fields(&mut self, change: &UserFields) {
        self.fields.extend(change.iter().map(|(field, text)| (*field, text.clone())));
        self.fields.retain(|_, text| !text.is_empty());
    }

    /// What is shown for the person: the view name, `姓 名` where none is set.
    #[must_use]
    pub fn display_name(&self) -> String {
        match self.field(UserField::ViewName) {
            "" => self.full_name(),
            name => name.to_owned(),
        }
    }

    /// `姓 名`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match (self.family_name.as_str(), self.first_name.as_str()) {
            (family, "") => family.to_owned(),
            ("", first) => first.to_owned(),
            (family, first) => format!("{family} {first}"),
        }
    }

    /// The texts by which a person is found (source: ユーザー一覧取得API, SearchKeyword), folded for search.
    fn searched_texts(&self) -> [String; 7] {
        let (department, staff_id) = (self.field(UserField::Department), self.field(UserField::StaffId));
        let names = [&self.login_id, &self.display_name(), &self.family_name, &self.first_name, &self.mail];
        let [login_id, display_name, family_name, first_name, mail] = names.map(|text| fold(text));
        [login_id, display_name, family_name, first_name, mail, fold(department), fold(staff_id)]
    }
}

impl User {
    /// The texts by which an administrator finds a person: those of every search, and what else tells people apart.
    fn texts(&self) -> Vec<String> {
        let of = [UserField::FamilyNameKana, UserField::FirstNameKana, UserField::BusinessUnit, UserField::Title];
        let kana = format!("{}{}", self.field(UserField::FamilyNameKana), self.field(UserField::FirstNameKana));
        let whole = format!("{}{}", self.family_name, self.first_name);
        let more = of.map(|field| fold(self.field(field)));
        self.searched_texts().into_iter().chain(more).chain([fold(&kana), fold(&whole)]).collect()
    }
}

/// The form under which login IDs are compared: without case.
#[must_use]
pub fn login_key(login_id: &str) -> String {
    login_id.to_lowercase()
}

/// Whether a login ID can be used: 1-100 letters, digits and `._@+-`.
#[must_use]
pub fn is_login_id(login_id: &str) -> bool {
    (1..=100).contains(&login_id.len())
        && login_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte))
}

/// Words that a person must have in his searched texts, all of them, each in any one. Compared as every search compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keywords(Vec<String>);

impl Keywords {
    /// These words; "" says nothing.
    #[must_use]
    pub fn new(words: &[String]) -> Self {
        let mut folded: Vec<String> = words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect();
        folded.sort_unstable();
        folded.dedup();
        Self(folded)
    }

    /// Whether they say nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a person has them all.
    #[must_use]
    pub fn find(&self, user: &User) -> bool {
        let texts = user.searched_texts();
        self.0.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }

    /// The same over everything by which an administrator finds a person: readings, business unit and title too, and 姓名 without a space.
    #[must_use]
    pub fn find_anywhere(&self, user: &User) -> bool {
        let texts = user.texts();
        self.0.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yamada() -> User {
        User {
            number: UserNo(2),
            id: Uuid::nil(),
            login_id: "Yamada.Taro".to_owned(),
            family_name: "山田".to_owned(),
            first_name: "タロウ".to_owned(),
            mail: "yamada@example.com".to_owned(),
            active: true,
            system: false,
            fields: UserFields::new(),
            permission_template: String::new(),
        }
    }

    #[test]
    fn the_view_name_is_that_which_is_set_or_both_names() {
        let mut user = yamada();
        assert_eq!(user.display_name(), "山田 タロウ");
        user.set_fields(&UserFields::from([(UserField::ViewName, "山田(東京)".to_owned())]));
        assert_eq!((user.display_name(), user.full_name()), ("山田(東京)".to_owned(), "山田 タロウ".to_owned()));
        user.set_fields(&UserFields::from([(UserField::ViewName, String::new())]));
        assert_eq!((user.display_name(), user.fields.len()), ("山田 タロウ".to_owned(), 0));
    }

    #[test]
    fn every_keyword_must_be_found_however_it_is_written() {
        let mut user = yamada();
        user.set_fields(&UserFields::from([(UserField::Department, "Ｒ＆Ｄ推進部".to_owned())]));
        let finds = |words: &[&str]| {
            Keywords::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).find(&user)
        };
        for words in [&["たろう"][..], &["ﾀﾛｳ", "r&d"], &["YAMADA"], &["山田 た"], &["ｅｘａｍｐｌｅ．ｃｏｍ", ""], &[]]
        {
            assert!(finds(words), "{words:?}");
        }
        for words in [&["たろう", "花子"][..], &["推進課"], &["山田たろう"]] {
            assert!(!finds(words), "{words:?}");
        }
        assert!(Keywords::new(&[String::new()]).is_empty());
        user.set_fields(&UserFields::from([
            (UserField::FamilyNameKana, "ヤマダ".to_owned()),
            (UserField::FirstNameKana, "タロウ".to_owned()),
            (UserField::Title, "主任".to_owned()),
        ]));
        let anywhere = |word: &str| Keywords::new(&[word.to_owned()]).find_anywhere(&user);
        assert!(["やまだ", "ﾔﾏﾀﾞﾀﾛｳ", "主任", "山田タロウ", "r&d"].into_iter().all(anywhere));
        assert!(!anywhere("山本"));
    }

    #[test]
    fn fields_say_what_is_wrong_with_them() {
        let fields = UserFields::from([
            (UserField::Title, "部\n長".to_owned()),
            (UserField::StaffId, "9".repeat(limits::USER_FIELD_CHARACTERS + 1)),
            (UserField::Extension, "あ".repeat(limits::USER_FIELD_CHARACTERS)),
            (UserField::MiddleName, String::new()),
        ]);
        let told: Vec<_> = field_problems(&fields).into_iter().map(|p| (p.path, p.message.code())).collect();
        assert_eq!(told, [("--title".to_owned(), "control_character"), ("--staff-id".to_owned(), "too_long")]);
    }
}
