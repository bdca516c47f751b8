//! The account page: who somebody is here, how he signs in, and where he has.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::SessionNo;
use musubi_service::session::{SessionView, Whose, session_list};

use crate::agent;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::Person;
use crate::texts::{Texts, fill};

#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage<'a> {
    frame: &'a Frame,
    title: String,
    done: &'static str,
    name: String,
    login_id: &'a str,
    mail: &'a str,
    sessions: Vec<SessionLine>,
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
    fn of(view: SessionView, say: &Texts) -> Self {
        let SessionView { row, is_own, .. } = view;
        let name = agent::short_name(&row.agent);
        let browser = if name.is_empty() { say.session_unknown.to_owned() } else { name };
        let end = fill(say.session_end_of, &format!("{browser} ({})", row.address));
        let (begun, used) = (row.auth_at.into(), row.seen_at.into());
        Self { number: row.number, browser, address: row.address, begun, used, here: is_own, end }
    }
}

/// GET /account
pub(crate) async fn show(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let say = person.frame.say;
    let done = match Form::of_query(query.as_deref()).get("done") {
        "session" => say.session_ended,
        "sessions" => say.sessions_ended,
        _ => "",
    };
    page(&person, StatusCode::OK, done).await
}

async fn page(person: &Person, status: StatusCode, done: &'static str) -> Result<Response, Failure> {
    let (user, say) = (&person.session.user, person.frame.say);
    let sessions = session_list(&person.service, &person.context, Whose::Own).await;
    let sessions = sessions.map_err(|error| person.failure(&error))?;
    // The one that is used right now comes first, then what was used last.
    let mut sessions: Vec<SessionView> = sessions;
    sessions.sort_by_key(|view| (!view.is_own, std::cmp::Reverse(view.row.seen_at)));
    let page = AccountPage {
        frame: &person.frame,
        title: say.account.to_owned(),
        done,
        name: user.display_name(),
        login_id: &user.login_id,
        mail: &user.mail,
        sessions: sessions.into_iter().map(|view| SessionLine::of(view, say)).collect(),
    };
    person.page(status, &page)
}
