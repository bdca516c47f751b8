//! セキュリティ設定: what the tenant decides about who gets in.

use axum::extract::RawQuery;
use axum::response::Response;
use musubi_domain::security::SecuritySettings;
use musubi_service::security::{SecuritySet, security_set_from, security_show};

use crate::error::Failure;
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::setting::input::Input;
use crate::setting::page::{FormPage, Said, lines, tell};
use crate::texts::fill;
use crate::told::lead_told;

const PATH: &str = "/admin/security";

/// What stands in the fields of the form.
struct Given {
    password: String,
    idle: String,
    hours: String,
    rate: String,
    addresses: String,
    origins: String,
}

impl Given {
    fn of(settings: &SecuritySettings) -> Self {
        Self {
            password: settings.password_characters.to_string(),
            idle: settings.session_idle_minutes.to_string(),
            hours: settings.session_hours.to_string(),
            rate: settings.requests_per_minute.to_string(),
            addresses: settings.allowed_addresses.join("\n"),
            origins: settings.cors_origins.join("\n"),
        }
    }

    fn of_form(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            password: text("password"),
            idle: text("idle"),
            hours: text("hours"),
            rate: text("rate"),
            addresses: text("addresses"),
            origins: text("origins"),
        }
    }
}

/// GET /admin/security
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    tell(&mut person, &Form::of_query(query.as_deref()));
    let settings = security_show(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    page(&person, &Given::of(&settings), Said::default())
}

fn page(person: &Person, given: &Given, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let own = fill(say.security_own, &person.peer.address.to_canonical().to_string());
    let mut page = FormPage::new(frame, say.security, PATH);
    say.security_lead.clone_into(&mut page.lead);
    page.inputs = vec![
        Input::number("password", say.security_password, &given.password)
            .with_hint(say.security_password_hint)
            .with_error(said.take("--password-characters")),
        Input::number("idle", say.security_idle, &given.idle)
            .with_hint(say.security_idle_hint)
            .with_error(said.take("--session-idle-minutes")),
        Input::number("hours", say.security_hours, &given.hours)
            .with_hint(say.security_hours_hint)
            .with_error(said.take("--session-hours")),
        Input::lines("addresses", say.security_addresses, &given.addresses, 5)
            .with_hint(format!("{} {own}", say.security_addresses_hint))
            .with_error(said.take("--address")),
        Input::number("rate", say.security_rate, &given.rate)
            .with_hint(say.security_rate_hint)
            .with_error(said.take("--requests-per-minute")),
        Input::lines("origins", say.security_cors, &given.origins, 4)
            .with_hint(say.security_cors_hint)
            .with_error(said.take("--cors-origin")),
    ];
    page.links = vec![("/admin/groups".to_owned(), say.security_groups.to_owned())];
    page.answer(person, said)
}

/// POST /admin/security
pub(crate) async fn change(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let given = Given::of_form(&form);
    let mut said = Said::default();
    let change = SecuritySet {
        password_characters: number(&person, &mut said, "--password-characters", &given.password),
        session_idle_minutes: number(&person, &mut said, "--session-idle-minutes", &given.idle),
        session_hours: number(&person, &mut said, "--session-hours", &given.hours),
        requests_per_minute: number(&person, &mut said, "--requests-per-minute", &given.rate),
        allowed_addresses: Some(lines(&given.addresses)),
        cors_origins: Some(lines(&given.origins)),
    };
    if said.is_any() {
        // Whoever may not is told that, and not what is wrong with his numbers.
        security_show(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
        return page(&person, &given, said);
    }
    match security_set_from(&person.service, &person.context, change, person.peer.address).await {
        Ok(()) => Ok(lead_told(PATH, "saved", None)),
        Err(error) => page(&person, &given, Said::of(&person, &error)?),
    }
}

/// A number as it was typed: in full width too, and with commas.
fn number<T: std::str::FromStr>(person: &Person, said: &mut Said, path: &str, text: &str) -> Option<T> {
    let plain = musubi_text::width::to_half_width_ascii(text).replace(',', "");
    let number = plain.trim().parse().ok();
    if number.is_none() {
        said.say(path, person.frame.say.setting.security_number);
    }
    number
}
