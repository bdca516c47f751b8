//! `musubi admin user`.

use std::io::{BufRead as _, Read as _};

use clap::{Args, Subcommand};
use musubi_domain::user::{User as Person, UserField, UserFields};
use musubi_service::user::{UserCreate, UserSet, user_create, user_list, user_set};
use serde_json::Value;
use uuid::Uuid;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const CREATED: [Column; 1] = [("user_id", "ユーザーID", "user id")];
/// What a table shows: the first of [`COLUMNS`].
const SHOWN: usize = 7;
const COLUMNS: [Column; 22] = [
    ("user_id", "ユーザーID", "user id"),
    ("login", "ログインID", "login"),
    ("name", "名前", "name"),
    ("mail", "メールアドレス", "mail"),
    ("permission_template", "権限テンプレート", "permission template"),
    ("active", "有効", "active"),
    ("system", "プログラム用", "of a program"),
    ("family_name", "姓", "family name"),
    ("first_name", "名", "first name"),
    // The fields, in the order of `UserField::ALL`.
    ("view_name", "表示名", "view name"),
    ("middle_name", "ミドルネーム", "middle name"),
    ("family_name_kana", "姓フリガナ", "family name in kana"),
    ("first_name_kana", "名フリガナ", "first name in kana"),
    ("department", "部門", "department"),
    ("business_unit", "事業部", "business unit"),
    ("title", "役職", "title"),
    ("staff_id", "社員ID", "staff id"),
    ("extension", "内線", "extension"),
    ("company_phone", "会社電話番号", "company phone"),
    ("mobile_phone", "携帯電話番号", "mobile phone"),
    ("notification_mail", "通知用メールアドレス", "mail for notifications"),
    ("zoneinfo", "タイムゾーン", "time zone"),
];
/// The longest line that is read as a password, in bytes.
const PASSWORD_BYTES: u64 = 4_096;

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a person.
    Create(Box<Create>),
    /// List people, and the users that stand for programs.
    List,
    /// Change a person.
    Set(Box<Set>),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The login ID.
    #[arg(long, value_name = "LOGIN")]
    login: String,
    /// The family name.
    #[arg(long, value_name = "NAME")]
    family_name: String,
    /// The first name.
    #[arg(long, value_name = "NAME")]
    first_name: String,
    /// The mail address.
    #[arg(long, value_name = "MAIL")]
    mail: String,
    /// The id of an organization that the person belongs to; may be given several times.
    #[arg(long = "organization", value_name = "ID")]
    organizations: Vec<Uuid>,
    /// A right that the person is given; may be given several times.
    #[arg(long = "right", value_name = "NAME")]
    rights: Vec<String>,
    /// The permission template that the person is given.
    #[arg(long, value_name = "NAME")]
    permission_template: Option<String>,
    /// Read the password from standard input, one line.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    fields: Fields,
}

/// What may be known of a person. In a change "" takes a field away.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Fields {
    /// The name that is shown, where it is another than family name and first name.
    #[arg(long, value_name = "NAME")]
    view_name: Option<String>,
    /// The middle name.
    #[arg(long, value_name = "NAME")]
    middle_name: Option<String>,
    /// The family name in kana.
    #[arg(long, value_name = "KANA")]
    family_name_kana: Option<String>,
    /// The first name in kana.
    #[arg(long, value_name = "KANA")]
    first_name_kana: Option<String>,
    /// The department.
    #[arg(long, value_name = "NAME")]
    department: Option<String>,
    /// The business unit.
    #[arg(long, value_name = "NAME")]
    business_unit: Option<String>,
    /// The title.
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// The staff ID.
    #[arg(long, value_name = "ID")]
    staff_id: Option<String>,
    /// The extension.
    #[arg(long, value_name = "NUMBER")]
    extension: Option<String>,
    /// The phone number at the company.
    #[arg(long, value_name = "NUMBER")]
    company_phone: Option<String>,
    /// The mobile phone number.
    #[arg(long, value_name = "NUMBER")]
    mobile_phone: Option<String>,
    /// The mail address for notifications.
    #[arg(long, value_name = "MAIL")]
    notification_mail: Option<String>,
    /// The time zone, such as Asia/Tokyo.
    #[arg(long, value_name = "ZONE")]
    zoneinfo: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The login ID of the person.
    #[arg(long, value_name = "LOGIN")]
    login: String,
    #[command(flatten)]
    change: Change,
}

// A group knows nothing of what is flattened into it, so its members are named.
#[derive(Debug, Args)]
#[group(required = true, multiple = true, args = [
    "family_name", "first_name", "mail", "organizations", "no_organization", "permission_template", "activate", "deactivate",
    "password_stdin", "reset_totp",
    "view_name", "middle_name", "family_name_kana", "first_name_kana", "department", "business_unit", "title", "staff_id",
    "extension", "company_phone", "mobile_phone", "notification_mail", "zoneinfo",
])]
pub(crate) struct Change {
    /// The family name.
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    /// The first name.
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// The mail address.
    #[arg(long, value_name = "MAIL")]
    mail: Option<String>,
    /// The id of an organization that the person belongs to, in place of those until now; may be given several times.
    #[arg(long = "organization", value_name = "ID", conflicts_with = "no_organization")]
    organizations: Vec<Uuid>,
    /// Take the person out of all organizations.
    #[arg(long)]
    no_organization: bool,
    /// The permission template whose rights replace those of the person; an empty name takes it away.
    #[arg(long, value_name = "NAME")]
    permission_template: Option<String>,
    /// Make the person active again.
    #[arg(long, conflicts_with = "deactivate")]
    activate: bool,
    /// Deactivate the person: the name stays, tokens are worth nothing, sessions end.
    #[arg(long)]
    deactivate: bool,
    /// Read a new password from standard input, one line; the sessions of the person end.
    #[arg(long)]
    password_stdin: bool,
    /// Take the second factor of the person away.
    #[arg(long)]
    reset_totp: bool,
    #[command(flatten)]
    fields: Fields,
}

impl Fields {
    fn given(self) -> UserFields {
        [
            (UserField::ViewName, self.view_name),
            (UserField::MiddleName, self.middle_name),
            (UserField::FamilyNameKana, self.family_name_kana),
            (UserField::FirstNameKana, self.first_name_kana),
            (UserField::Department, self.department),
            (UserField::BusinessUnit, self.business_unit),
            (UserField::Title, self.title),
            (UserField::StaffId, self.staff_id),
            (UserField::Extension, self.extension),
            (UserField::CompanyPhone, self.company_phone),
            (UserField::MobilePhone, self.mobile_phone),
            (UserField::NotificationMail, self.notification_mail),
            (UserField::Zoneinfo, self.zoneinfo),
        ]
        .into_iter()
        .filter_map(|(field, text)| Some((field, text?)))
        .collect()
    }
}

pub(crate) async fn run(command: User, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        User::Create(create) => {
            let password = if create.password_stdin { Some(password_of_stdin()?) } else { None };
            let user = UserCreate {
                login_id: create.login,
                family_name: create.family_name,
                first_name: create.first_name,
                mail: create.mail,
                fields: create.fields.given(),
                organizations: create.organizations,
                rights: create.rights,
                permission_template: create.permission_template,
                password,
            };
            let id = user_create(&session.service, &context, user).await?;
            session.one(&CREATED, &[id.to_string().into()])
        }
        User::List => {
            let users = user_list(&session.service, &context).await?;
            let count = if session.json { COLUMNS.len() } else { SHOWN };
            let rows: Vec<Vec<Value>> = users.iter().map(|user| row(user).into_iter().take(count).collect()).collect();
            session.rows(COLUMNS.get(..count).unwrap_or(&COLUMNS), &rows)
        }
        User::Set(set) => {
            let Set { login, change } = *set;
            Ok(user_set(&session.service, &context, login, change.given()?).await?)
        }
    }
}

impl Change {
    fn given(self) -> Result<UserSet, Failure> {
        let is_moved = self.no_organization || !self.organizations.is_empty();
        Ok(UserSet {
            password: if self.password_stdin { Some(password_of_stdin()?) } else { None },
            reset_totp: self.reset_totp,
            family_name: self.family_name,
            first_name: self.first_name,
            mail: self.mail,
            fields: self.fields.given(),
            active: if self.activate { Some(true) } else { self.deactivate.then_some(false) },
            organizations: is_moved.then_some(self.organizations),
            permission_template: self.permission_template,
        })
    }
}

/// The cells of [`COLUMNS`].
fn row(user: &Person) -> Vec<Value> {
    let mut cells: Vec<Value> = vec![
        user.id.to_string().into(),
        user.login_id.as_str().into(),
        user.display_name().into(),
        user.mail.as_str().into(),
        user.permission_template.as_str().into(),
        user.active.into(),
        user.system.into(),
        user.family_name.as_str().into(),
        user.first_name.as_str().into(),
    ];
    cells.extend(UserField::ALL.iter().map(|field| user.field(*field).into()));
    cells
}

/// One line of standard input, without its line break.
fn password_of_stdin() -> Result<String, Failure> {
    let mut line = Vec::new();
    std::io::stdin().lock().take(PASSWORD_BYTES).read_until(b'\n', &mut line).map_err(|error| {
        Failure::plain(format!("標準入力を読めません ({error})"), format!("standard input cannot be read ({error})"))
    })?;
    let line = String::from_utf8(line)
        .map_err(|_| Failure::plain("パスワードを UTF-8 として読めません", "the password is not UTF-8"))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
