//! The form of a person: a new one, and one that is there.

use axum::extract::Path;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::rights::named;
use musubi_domain::user::{User, UserField, UserFields};
use musubi_service::user::{UserCreate, UserSet, user_create, user_get, user_set};
use uuid::Uuid;

use super::{has, must, named_in_path, organization_choices, template_choices};
use crate::control::{Choice, Control, Shape};
use crate::error::Failure;
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::directory::Texts;
use crate::told::lead_told;

/// Organizations that are shown with a box each; more are in a list.
const BOXES: usize = 40;
/// The paths of what a use case says is wrong, and the controls that it is said beside.
const PLACES: [(&str, &str); 20] = [
    ("--login", "login"),
    ("--family-name", "family_name"),
    ("--first-name", "first_name"),
    ("--mail", "mail"),
    ("--organization", "organizations[]"),
    ("--permission-template", "template"),
    ("--password-stdin", "password"),
    ("--view-name", "view_name"),
    ("--middle-name", "middle_name"),
    ("--family-name-kana", "family_name_kana"),
    ("--first-name-kana", "first_name_kana"),
    ("--department", "department"),
    ("--business-unit", "business_unit"),
    ("--title", "title"),
    ("--staff-id", "staff_id"),
    ("--extension", "extension"),
    ("--company-phone", "company_phone"),
    ("--mobile-phone", "mobile_phone"),
    ("--notification-mail", "notification_mail"),
    ("--zoneinfo", "zoneinfo"),
];

/// The control of a field.
const fn control_of(field: UserField) -> &'static str {
    match field {
        UserField::ViewName => "view_name",
        UserField::MiddleName => "middle_name",
        UserField::FamilyNameKana => "family_name_kana",
        UserField::FirstNameKana => "first_name_kana",
        UserField::Department => "department",
        UserField::BusinessUnit => "business_unit",
        UserField::Title => "title",
        UserField::StaffId => "staff_id",
        UserField::Extension => "extension",
        UserField::CompanyPhone => "company_phone",
        UserField::MobilePhone => "mobile_phone",
        UserField::NotificationMail => "notification_mail",
        UserField::Zoneinfo => "zoneinfo",
    }
}

/// What a field is called.
pub(super) const fn label(say: &Texts, field: UserField) -> &'static str {
    match field {
        UserField::ViewName => say.view_name,
        UserField::MiddleName => say.middle_name,
        UserField::FamilyNameKana => say.family_name_kana,
        UserField::FirstNameKana => say.first_name_kana,
        UserField::Department => say.department,
        UserField::BusinessUnit => say.business_unit,
        UserField::Title => say.job_title,
        UserField::StaffId => say.staff_id,
        UserField::Extension => say.extension,
        UserField::CompanyPhone => say.company_phone,
        UserField::MobilePhone => say.mobile_phone,
        UserField::NotificationMail => say.notification_mail,
        UserField::Zoneinfo => say.zoneinfo,
    }
}

/// What stands in the form.
#[derive(Default)]
struct Entry {
    login_id: String,
    family_name: String,
    first_name: String,
    mail: String,
    fields: UserFields,
    organizations: Vec<String>,
    template: String,
}

impl Entry {
    fn of(user: &User, organizations: &[Uuid]) -> Self {
        Self {
            login_id: user.login_id.clone(),
            family_name: user.family_name.clone(),
            first_name: user.first_name.clone(),
            mail: user.mail.clone(),
            fields: user.fields.clone(),
            organizations: organizations.iter().map(|id| id.hyphenated().to_string()).collect(),
            template: user.permission_template.clone(),
        }
    }

    fn read(form: &Form) -> Self {
        // A space before or after was not meant.
        let text = |name: &str| form.get(name).trim().to_owned();
        Self {
            login_id: text("login"),
            family_name: text("family_name"),
            first_name: text("first_name"),
            mail: text("mail"),
            fields: UserField::ALL.into_iter().map(|field| (field, text(control_of(field)))).collect(),
            organizations: form.list("organizations[]").to_vec(),
            template: form.get("template").to_owned(),
        }
    }

    /// The ids of the organizations. One that is none stands for no organization, and is refused as such.
    fn organization_ids(&self) -> Vec<Uuid> {
        self.organizations.iter().map(|id| id.parse().unwrap_or(Uuid::nil())).collect()
    }

    fn line(&self, say: &Texts, field: UserField) -> Control {
        let value = self.fields.get(&field).cloned().unwrap_or_default();
        let control = Control::line(control_of(field), label(say, field), value);
        match field {
            UserField::CompanyPhone | UserField::MobilePhone => control.of("tel"),
            UserField::NotificationMail => control.of("email"),
            UserField::Zoneinfo => control.with_hint(say.zoneinfo_hint),
            UserField::ViewName => control.with_hint(say.view_name_hint),
            _ => control,
        }
    }

    /// The controls of name and place.
    fn sections(&self, say: &Texts, sheet: Sheet) -> Sheet {
        let line = |field| self.line(say, field);
        let names = vec![
            Control::line("family_name", say.family_name, &self.family_name).required(),
            Control::line("first_name", say.first_name, &self.first_name).required(),
            line(UserField::FamilyNameKana),
            line(UserField::FirstNameKana),
            line(UserField::MiddleName),
            line(UserField::ViewName),
        ];
        let reach = vec![
            Control::line("mail", say.mail, &self.mail).of("email").required(),
            line(UserField::NotificationMail),
            line(UserField::CompanyPhone),
            line(UserField::Extension),
            line(UserField::MobilePhone),
            line(UserField::Zoneinfo),
        ];
        let [staff, unit, department, title] =
            [UserField::StaffId, UserField::BusinessUnit, UserField::Department, UserField::Title].map(line);
        sheet.with(say.names, names).with(say.reach, reach).with(say.place, vec![unit, department, title, staff])
    }
}

/// The form, as far as it is the same for a new person and one that is there.
async fn sheet(person: &Person, entry: &Entry, sheet: Sheet) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    let mut sheet = entry.sections(say, sheet.below("/admin/users", say.users));
    let chosen: Vec<&str> = entry.organizations.iter().map(String::as_str).collect();
    let choices = organization_choices(person, &chosen).await?;
    if !choices.is_empty() {
        let shape = if choices.len() > BOXES { Shape::Many(choices) } else { Shape::Checks(choices) };
        let control = Control::new("organizations[]", say.organizations, shape).with_hint(say.organizations_hint);
        sheet = sheet.with("", vec![control]);
    }
    if has(person, named::GRANTS) {
        let mut choices = vec![Choice::new("", say.template_none, entry.template.is_empty())];
        choices.extend(template_choices(person, &entry.template).await?);
        let control = Control::new("template", say.template, Shape::Select(choices)).with_hint(say.template_hint);
        sheet = sheet.with(say.rights, vec![control]);
    }
    Ok(sheet)
}

async fn new_sheet(person: &Person, entry: &Entry) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    let login = Control::line("login", say.login_id, &entry.login_id).required().with_hint(say.login_hint);
    let password = Control::new("password", say.password_first, Shape::Password).with_hint(say.password_first_hint);
    let begun = Sheet::new(say.user_new, "/admin/users/new", say.user_create).with(say.sign_in, vec![login, password]);
    sheet(person, entry, begun).await
}

/// GET /admin/users/new
pub(crate) async fn new(person: Person) -> Result<Response, Failure> {
    must(&person, named::PEOPLE).await?;
    new_sheet(&person, &Entry::default()).await?.answer(&person)
}

/// POST /admin/users/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let entry = Entry::read(&form);
    let command = UserCreate {
        login_id: entry.login_id.clone(),
        family_name: entry.family_name.clone(),
        first_name: entry.first_name.clone(),
        mail: entry.mail.clone(),
        fields: entry.fields.clone().into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        organizations: entry.organization_ids(),
        rights: Vec::new(),
        permission_template: Some(entry.template.clone()).filter(|name| !name.is_empty()),
        password: form.given("password").map(str::to_owned),
    };
    match user_create(&person.service, &person.context, command).await {
        Ok(id) => Ok(lead_told(&format!("/admin/users/{id}"), "created", None)),
        Err(error) => new_sheet(&person, &entry).await?.refused(&person, &error, &PLACES),
    }
}

async fn edit_sheet(person: &Person, user: &User, entry: &Entry) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    let path = format!("/admin/users/{}", user.id);
    let begun = Sheet::new(say.user_edit, format!("{path}/edit"), say.save);
    Ok(sheet(person, entry, begun).await?.below(path, user.display_name()))
}

/// GET /admin/users/{id}/edit
pub(crate) async fn show(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = named_in_path(&person, &id)?;
    let view = user_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    edit_sheet(&person, &view.user, &Entry::of(&view.user, &view.organizations)).await?.answer(&person)
}

/// POST /admin/users/{id}/edit
pub(crate) async fn change(Path(id): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let id = named_in_path(&person, &id)?;
    let view = user_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    let entry = Entry::read(&form);
    let template = Some(entry.template.clone())
        .filter(|name| has(&person, named::GRANTS) && *name != view.user.permission_template);
    let (mut ids, mut stand) = (entry.organization_ids(), view.organizations.clone());
    ids.sort_unstable();
    stand.sort_unstable();
    let command = UserSet {
        family_name: Some(entry.family_name.clone()),
        first_name: Some(entry.first_name.clone()),
        mail: Some(entry.mail.clone()),
        fields: entry.fields.clone(),
        organizations: (ids != stand).then_some(ids),
        permission_template: template,
        ..UserSet::default()
    };
    let login_id = view.user.login_id.clone();
    match user_set(&person.service, &person.context, login_id, command).await {
        Ok(()) => Ok(lead_told(&format!("/admin/users/{id}"), "saved", None)),
        Err(error) => {
            // That his mail address opens a door is said beside it; that he is the last with a right, above the form.
            let of_login = if error.kind() == Kind::Forbidden { "mail" } else { "" };
            let place = |(path, name)| (path, if path == "--login" { of_login } else { name });
            let places: Vec<_> = PLACES.into_iter().map(place).collect();
            edit_sheet(&person, &view.user, &entry).await?.refused(&person, &error, &places)
        }
    }
}
