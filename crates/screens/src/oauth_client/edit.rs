//! The form of a client: a new one, and one that is there.

use axum::extract::Path;
use axum::response::Response;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::user::RIGHTS;
use musubi_service::oauth_client::{
    OauthClient, OauthClientCreate, OauthClientSet, OauthClientSettings, oauth_client_create, oauth_client_set,
};

use super::{LIST, client_secret_page, find};
use crate::control::{Choice, Control, Shape};
use crate::error::Failure;
use crate::form::Form;
use crate::group::words;
use crate::permission_template::right_choices;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::told::lead_told;
use crate::user::must;

/// The grant of programs that act for themselves.
const MACHINE: &str = "client_credentials";
const PLACES: [(&str, &str); 9] = [
    ("--name", "name"),
    ("--redirect-uri", "redirect_uris"),
    ("--logout-uri", "logout_uris"),
    ("--scope", "scopes[]"),
    ("--refresh-days", "refresh_days"),
    ("--grant", "options[]"),
    ("--right", "rights[]"),
    ("--address", "addresses"),
    ("--requests-per-minute", "rate"),
];

/// What stands in the form.
struct Entry {
    name: String,
    settings: OauthClientSettings,
    /// The days as they were typed.
    days: String,
    /// The requests in a minute as they were typed.
    rate: String,
}

impl Entry {
    fn new() -> Self {
        let settings = OauthClientSettings {
            scope: "openid profile email".to_owned(),
            claims: "standard".to_owned(),
            ..OauthClientSettings::default()
        };
        Self { name: String::new(), settings, days: String::new(), rate: String::new() }
    }

    fn of(client: &OauthClient) -> Self {
        let settings = client.settings.clone();
        let days = if settings.refresh_days == 0 { String::new() } else { settings.refresh_days.to_string() };
        let rate = settings.requests_per_minute.map(|rate| rate.to_string()).unwrap_or_default();
        Self { name: client.name.clone(), days, rate, settings }
    }

    /// What a form says; whether a client has a secret is said once.
    fn read(form: &Form, public: bool) -> Self {
        let options = form.list("options[]");
        let has = |word: &str| options.iter().any(|own| own == word);
        let (days, rate) = (form.get("refresh_days").trim(), form.get("rate").trim());
        let rights = form.list("rights[]");
        let settings = OauthClientSettings {
            redirect_uris: words(form.get("redirect_uris")),
            post_logout_redirect_uris: words(form.get("logout_uris")),
            scope: form.list("scopes[]").join(" "),
            public,
            grants: if has(MACHINE) { vec![MACHINE.to_owned()] } else { Vec::new() },
            claims: if form.get("claims") == "robotid" { "robotid" } else { "standard" }.to_owned(),
            rotate_refresh: has("rotate"),
            // What is no number is out of every range.
            refresh_days: if days.is_empty() { 0 } else { days.parse().unwrap_or(-1) },
            rights: (!has("all_rights")).then(|| rights.to_vec()),
            allowed_addresses: words(form.get("addresses")),
            requests_per_minute: if rate.is_empty() { None } else { Some(rate.parse().unwrap_or(u32::MAX)) },
        };
        Self { name: form.get("name").trim().to_owned(), settings, days: days.to_owned(), rate: rate.to_owned() }
    }
}

/// The scopes that are there, and those that were chosen and are not.
async fn scope_choices(person: &Person, chosen: &str) -> Result<Vec<Choice>, Failure> {
    let scopes = person.service.scopes(person.context.tenant).await.map_err(|error| person.failure(&error))?;
    let (locale, say, chosen) = (person.frame.locale, &person.frame.say.openid, scope::names(chosen));
    let system = scopes.system.iter().map(|scope| (scope.name.as_str(), scope.enabled));
    let known: Vec<(&str, bool)> = system.chain(scopes.api.iter().map(|(name, on)| (name.as_str(), *on))).collect();
    let choice = |(name, enabled): &(&str, bool)| {
        let hint = if *enabled { scopes.title(name, locale) } else { say.scope_is_off.to_owned() };
        Choice::new(*name, *name, chosen.contains(name)).with_hint(hint)
    };
    let gone = chosen.iter().filter(|name| known.iter().all(|(own, _)| own != *name));
    Ok(known.iter().map(choice).chain(gone.map(|name| Choice::new(*name, *name, true))).collect())
}

/// The form.
async fn filled(person: &Person, sheet: Sheet, entry: &Entry, is_new: bool) -> Result<Sheet, Failure> {
    let say = &person.frame.say.openid;
    let settings = &entry.settings;
    let mut first =
        vec![Control::line("name", say.client_name, &entry.name).required().with_hint(say.client_name_hint)];
    if is_new {
        let kinds = vec![
            Choice::new("confidential", say.confidential, !settings.public).with_hint(say.confidential_hint),
            Choice::new("public", say.public, settings.public).with_hint(say.public_hint),
        ];
        first.push(Control::new("kind", say.kind, Shape::Radios(kinds)));
    }
    let uris = vec![
        Control::lines("redirect_uris", say.redirect_uris, settings.redirect_uris.join("\n"))
            .with_hint(say.redirect_uris_hint),
        Control::lines("logout_uris", say.logout_uris, settings.post_logout_redirect_uris.join("\n"))
            .with_hint(say.logout_uris_hint),
    ];
    let profiles = vec![
        Choice::new("standard", say.claims_standard, settings.claims == "standard").with_hint(say.claims_standard_hint),
        Choice::new("robotid", say.claims_robotid, settings.claims != "standard").with_hint(say.claims_robotid_hint),
    ];
    let released = vec![
        Control::new("scopes[]", say.scopes, Shape::Checks(scope_choices(person, &settings.scope).await?))
            .with_hint(say.scopes_hint),
        Control::new("claims", say.claims, Shape::Radios(profiles)),
    ];
    let sheet = sheet.with(say.about, first).with(say.places, uris).with(say.released, released);
    Ok(sheet
        .with(say.tokens, token_controls(person, entry))
        .with(say.machine, right_controls(person, settings))
        .with_hint(say.machine_hint))
}

fn token_controls(person: &Person, entry: &Entry) -> Vec<Control> {
    let say = &person.frame.say.openid;
    let settings = &entry.settings;
    let options = vec![
        Choice::new("rotate", say.rotate, settings.rotate_refresh).with_hint(say.rotate_hint),
        Choice::new(MACHINE, say.credentials, settings.grants.iter().any(|grant| grant == MACHINE))
            .with_hint(say.credentials_hint),
        Choice::new("all_rights", say.all_rights, settings.rights.is_none()).with_hint(say.all_rights_hint),
    ];
    vec![
        Control::line("refresh_days", say.refresh_days, &entry.days).of("numeric").with_hint(say.refresh_days_hint),
        Control::line("rate", say.rate, &entry.rate).of("numeric").with_hint(say.rate_hint),
        Control::lines("addresses", say.addresses, settings.allowed_addresses.join("\n")).with_hint(say.addresses_hint),
        Control::new("options[]", say.options, Shape::Checks(options)),
    ]
}

fn right_controls(person: &Person, settings: &OauthClientSettings) -> Vec<Control> {
    let say = &person.frame.say;
    let chosen = settings.rights.clone().unwrap_or_default();
    vec![Control::new("rights[]", say.directory.rights, Shape::Checks(right_choices(&say.directory, &chosen)))]
}

async fn new_sheet(person: &Person, entry: &Entry) -> Result<Sheet, Failure> {
    let say = &person.frame.say.openid;
    let sheet = Sheet::new(say.client_new, format!("{LIST}/new"), person.frame.say.directory.create);
    filled(person, sheet.below(LIST, say.clients), entry, true).await
}

/// GET /admin/openid/clients/new
pub(crate) async fn new(person: Person) -> Result<Response, Failure> {
    must(&person, named::SYSTEM).await?;
    let mut entry = Entry::new();
    // Nobody gives what he has not, and who is held to rights himself names them.
    entry.settings.rights = Some(Vec::new());
    new_sheet(&person, &entry).await?.answer(&person)
}

/// POST /admin/openid/clients/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    must(&person, named::SYSTEM).await?;
    let entry = Entry::read(&form, form.get("kind") == "public");
    let command = OauthClientCreate { name: entry.name.clone(), settings: entry.settings.clone() };
    match oauth_client_create(&person.service, &person.context, command).await {
        Ok(made) => client_secret_page(&person, made, person.frame.say.openid.secret_once),
        Err(error) => new_sheet(&person, &entry).await?.refused(&person, &error, &PLACES),
    }
}

async fn edit_sheet(person: &Person, client: &OauthClient, entry: &Entry) -> Result<Sheet, Failure> {
    let say = &person.frame.say.openid;
    let path = format!("{LIST}/{}", client.client_id);
    let sheet = Sheet::new(say.client_edit, format!("{path}/edit"), person.frame.say.directory.save);
    filled(person, sheet.below(LIST, say.clients).below(path, &client.name), entry, false).await
}

/// GET /admin/openid/clients/{id}/edit
pub(crate) async fn show(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let client = find(&person, &id).await?;
    edit_sheet(&person, &client, &Entry::of(&client)).await?.answer(&person)
}

/// POST /admin/openid/clients/{id}/edit
pub(crate) async fn change(Path(id): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let client = find(&person, &id).await?;
    let entry = Entry::read(&form, client.settings.public);
    let settings = entry.settings.clone();
    let in_order = |rights: &Option<Vec<String>>| {
        rights.as_ref().map(|own| RIGHTS.iter().filter(|right| own.iter().any(|name| name == **right)).count())
    };
    let is_same_rights = settings.rights == client.settings.rights
        || in_order(&settings.rights) == in_order(&client.settings.rights)
            && settings
                .rights
                .iter()
                .flatten()
                .all(|right| client.settings.rights.iter().flatten().any(|own| own == right));
    let command = OauthClientSet {
        name: Some(entry.name.clone()),
        redirect_uris: Some(settings.redirect_uris),
        post_logout_redirect_uris: Some(settings.post_logout_redirect_uris),
        refresh_days: Some(settings.refresh_days),
        scope: (settings.scope != client.settings.scope).then_some(settings.scope),
        grants: Some(settings.grants),
        claims: Some(settings.claims),
        rotate_refresh: Some(settings.rotate_refresh),
        rights: (!is_same_rights).then_some(settings.rights),
        allowed_addresses: Some(settings.allowed_addresses),
        requests_per_minute: Some(settings.requests_per_minute),
    };
    match oauth_client_set(&person.service, &person.context, client.client_id.clone(), command).await {
        Ok(()) => Ok(lead_told(&format!("{LIST}/{}", client.client_id), "saved", None)),
        Err(error) => edit_sheet(&person, &client, &entry).await?.refused(&person, &error, &PLACES),
    }
}
