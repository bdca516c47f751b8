//! People, and the system users that stand for programs.

use uuid::Uuid;

use crate::id::UserNo;

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
}

impl User {
    /// What is shown for the person: `姓 名`.
    #[must_use]
    pub fn display_name(&self) -> String {
        match (self.family_name.as_str(), self.first_name.as_str()) {
            (family, "") => family.to_owned(),
            ("", first) => first.to_owned(),
            (family, first) => format!("{family} {first}"),
        }
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
