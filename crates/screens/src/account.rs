//! The account page: who somebody is here, how he signs in, and where he has.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::SessionNo;
use musubi_service::session::{SessionView, Whose, session_list};
use musubi_service::totp::totp_has;

use crate::agent;
use crate::consent::{self, ConsentLine};
use crate::error::Failure;
use crate::field::{Field, Kind, fields};
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::password::new_fields;
use crate::person::Person;
use crate::preference;
use crate::texts::fill;

#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage<'a> {
    frame: &'a Frame,
    title: String,
    done: &'static str,
    name: String,
    login_id: &'a str,
    mail: &'a str,
    password_fields: Vec<Field>,
    /// The field that turns the second factor off; none where there is none to be turned off.
    totp_fields: Vec<Field>,
    sessions: Vec<SessionLine>,
    /// The choices of a language, and of how days are written: word, text, whether it is chosen.
    languages: [(&'static str, &'static str, bool); 3],
    dates: [(&'static str, String, bool); 2],
    consents: Vec<ConsentLine>,
}

/// What is wrong with what was sent by a form of the page: a sentence for each field, "" where nothing is.
#[derive(Default)]
pub(crate) struct Wrong {
    /// With the present password.
    pub(crate) current: String,
    /// With the new one.
    pub(crate) new: String,
    /// With the new one, typed again.
    pub(crate) again: String,
    /// With the password that turns the second factor off.
    pub(crate) totp: String,
}

impl Wrong {
    /// Whether anything is.
    pub(crate) fn is_any(&self) -> bool {
        [&self.current, &self.new, &self.again, &self.totp].into_iter().any(|said| !said.is_empty())
    }
}

/// A session as the page shows it.
struct SessionLine {
    number: SessionNo,
    browser: String,
    address: String,
    begun: Moment,
    used: Moment,
    here: bool,
    /// What its button does, said in full.
    end: String,
}

impl SessionLine {
    fn of(view: SessionView, frame: &Frame) -> Self {
        let say = frame.say;
        let SessionView { row, is_own, .. } = view;
        let name = agent::short_name(&row.agent);
        let browser = if name.is_empty() { say.session_unknown.to_owned() } else { name };
        let end = fill(say.session_end_of, &format!("{browser} ({})", row.address));
        let (begun, used) = (frame.moment(row.auth_at), frame.moment(row.seen_at));
        Self { number: row.number, browser, address: row.address, begun, used, here: is_own, end }
    }
}

/// GET /account
pub(crate) async fn show(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let say = person.frame.say;
    let done = match Form::of_query(query.as_deref()).get("done") {
        "password" => say.password_changed,
        "totp" => say.totp_was_set,
        "no-totp" => say.totp_was_removed,
        "session" => say.session_ended,
        "sessions" => say.sessions_ended,
        "consent" => say.consent_ended,
        "preference" => say.preference_kept,
        _ => "",
    };
    page(&person, StatusCode::OK, done, Wrong::default()).await
}

/// The page, with what is wrong on it.
pub(crate) async fn page(
    person: &Person,
    status: StatusCode,
    done: &'static str,
    wrong: Wrong,
) -> Result<Response, Failure> {
    let (user, say) = (&person.session.user, person.frame.say);
    let (service, context, failure) = (&person.service, &person.context, |error| person.failure(&error));
    let mut sessions = session_list(service, context, Whose::Own).await.map_err(failure)?;
    // The one that is used right now comes first, then what was used last.
    sessions.sort_by_key(|view| (!view.is_own, std::cmp::Reverse(view.row.seen_at)));
    let has_totp = totp_has(service, context).await.map_err(failure)?;
    let settings = service.tenant_settings(context.tenant).await.map_err(failure)?;
    let preference = service.preference(context).await.map_err(failure)?;
    let title = if wrong.is_any() { fill(say.error_prefix, say.account) } else { say.account.to_owned() };
    let current = Field::new("current", say.current_password, Kind::CurrentPassword).with_error(wrong.current);
    let [new, again] = new_fields(&person.frame, settings.security.password_characters, &wrong.new, &wrong.again);
    let totp = Field::new("password", say.current_password, Kind::CurrentPassword).with_error(wrong.totp);
    let page = AccountPage {
        frame: &person.frame,
        title,
        done,
        name: user.display_name(),
        login_id: &user.login_id,
        mail: &user.mail,
        password_fields: fields([current, new, again]),
        totp_fields: if has_totp { fields([totp]) } else { Vec::new() },
        languages: preference::languages(person, preference),
        dates: preference::dates(person, preference),
        sessions: sessions.into_iter().map(|view| SessionLine::of(view, &person.frame)).collect(),
        consents: consent::lines(person).await?,
    };
    person.page(status, &page)
}
