//! Access tokens: those that live, and those that an administrator gives out.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::TokenNo;
use musubi_domain::rights::named;
use musubi_domain::token::{Token, TokenSource};
use musubi_service::token::{TokenCreate, TokenSearch, token_create, token_revoke, token_search};

use crate::control::{Choice, Control, Shape};
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::oauth_client::{self, secret_page};
use crate::permission_template::right_choices;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::told::{done, lead_told};
use crate::user::{has, must};

const LIST: &str = "/admin/openid/tokens";
/// Tokens on a page.
const ROWS: usize = 50;
/// How long a token can be given out for, in days; and how many are offered first.
const DAYS: [i64; 5] = [1, 30, 90, 180, 365];
const PLACES: [(&str, &str); 6] = [
    ("--scope", "scopes[]"),
    ("--user", "user"),
    ("--client", "client"),
    ("--right", "rights[]"),
    ("--expires", "days"),
    ("", "user"),
];

/// A token of the list.
struct Line {
    number: TokenNo,
    scope: String,
    who: String,
    client: String,
    source: &'static str,
    until: Moment,
}

#[derive(Template)]
#[template(path = "openid/tokens.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    rows: Vec<Line>,
    clients: Vec<Choice>,
    by_hand: bool,
    is_filtered: bool,
    next: String,
}

/// GET /admin/openid/tokens
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let form = Form::of_query(query.as_deref());
    if done(&form).0 == "revoked" {
        person.tell(person.frame.say.openid.token_revoked, None);
    }
    let all = oauth_client::all(&person).await?;
    let (client, by_hand) = (form.get("client"), form.get("by") == "hand");
    let number = all.iter().find(|own| own.client_id == client).map(|own| own.number);
    let search = TokenSearch { user: None, client: number, by_hand };
    let after = TokenNo(form.get("after").parse().unwrap_or(0));
    let found = token_search(&person.service, &person.context, &search, after, ROWS).await;
    let (tokens, next) = found.map_err(|error| person.failure(&error))?;
    let mut rows = Vec::with_capacity(tokens.len());
    for token in tokens {
        let name = all.iter().find(|own| Some(own.number) == token.client).map(|own| own.name.clone());
        rows.push(line(&person, token, name.unwrap_or_default()).await?);
    }
    let next = next.map(|next| {
        let by = if by_hand { "&by=hand" } else { "" };
        format!("{LIST}?client={}{by}&after={next}", crate::continue_to::query_value(client))
    });
    let page = ListPage {
        frame: &person.frame,
        rows,
        clients: all.iter().map(|own| Choice::new(&own.client_id, &own.name, own.client_id == client)).collect(),
        by_hand,
        is_filtered: by_hand || number.is_some(),
        next: next.unwrap_or_default(),
    };
    person.page(StatusCode::OK, &page)
}

async fn line(person: &Person, token: Token, client: String) -> Result<Line, Failure> {
    let say = &person.frame.say.openid;
    let user = person.service.user(person.context.tenant, token.user).await.map_err(|error| person.failure(&error))?;
    Ok(Line {
        number: token.number,
        who: user.map(|user| user.display_name()).unwrap_or_default(),
        client,
        source: match token.source {
            TokenSource::Hand => say.source_hand,
            TokenSource::Endpoint => say.source_endpoint,
            TokenSource::Contract => say.source_contract,
        },
        until: person.frame.moment(token.expires_at),
        scope: token.scope,
    })
}

/// What stands in the form.
#[derive(Default)]
struct Entry {
    scopes: Vec<String>,
    user: String,
    client: String,
    rights: Vec<String>,
    days: i64,
}

impl Entry {
    fn read(form: &Form) -> Self {
        Self {
            scopes: form.list("scopes[]").to_vec(),
            user: form.get("user").trim().to_owned(),
            client: form.get("client").to_owned(),
            rights: form.list("rights[]").to_vec(),
            days: form.get("days").parse().unwrap_or(0),
        }
    }
}

async fn sheet(person: &Person, entry: &Entry) -> Result<Sheet, Failure> {
    let (say, common) = (&person.frame.say.openid, &person.frame.say.directory);
    let scopes = person.service.scopes(person.context.tenant).await.map_err(|error| person.failure(&error))?;
    let locale = person.frame.locale;
    let scope =
        |name: &String| Choice::new(name, name, entry.scopes.contains(name)).with_hint(scopes.title(name, locale));
    let enabled = scopes.api.iter().filter(|(_, enabled)| *enabled).map(|(name, _)| scope(name)).collect();
    let all = oauth_client::all(person).await?;
    let mut clients = vec![Choice::new("", common.none, entry.client.is_empty())];
    clients.extend(all.iter().map(|own| Choice::new(&own.client_id, &own.name, own.client_id == entry.client)));
    let days = |days: i64| {
        let label = crate::texts::fill(say.days, &days.to_string());
        Choice::new(days.to_string(), label, days == entry.days)
    };
    let mut whose = Vec::new();
    if has(person, named::GRANTS) {
        whose.push(Control::line("user", say.token_user, &entry.user).with_hint(say.token_user_hint));
    }
    whose.push(Control::new("client", say.token_client, Shape::Select(clients)).with_hint(say.token_client_hint));
    whose.push(Control::new("days", say.token_days, Shape::Select(DAYS.into_iter().map(days).collect())));
    let rights = Control::new("rights[]", common.rights, Shape::Checks(right_choices(common, &entry.rights)));
    Ok(Sheet::new(say.token_new, format!("{LIST}/new"), say.token_create)
        .below(LIST, say.tokens_title)
        .with("", vec![Control::new("scopes[]", say.scopes, Shape::Checks(enabled))])
        .with("", whose)
        .with(say.machine, vec![rights])
        .with_hint(say.token_rights_hint))
}

/// GET /admin/openid/tokens/new
pub(crate) async fn new(person: Person) -> Result<Response, Failure> {
    must(&person, named::SYSTEM).await?;
    sheet(&person, &Entry { days: 90, ..Entry::default() }).await?.answer(&person)
}

/// POST /admin/openid/tokens/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    must(&person, named::SYSTEM).await?;
    let entry = Entry::read(&form);
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let command = TokenCreate {
        scope: entry.scopes.join(" "),
        user: given(&entry.user),
        client: given(&entry.client),
        rights: entry.rights.clone(),
        seconds: Some(entry.days.saturating_mul(86_400)),
    };
    match token_create(&person.service, &person.context, command).await {
        Ok(text) => {
            let say = &person.frame.say.openid;
            let values = vec![(say.token, text)];
            secret_page(&person, say.token_ready, say.token_once, (LIST, say.tokens_title), values, LIST.to_owned())
        }
        Err(error) => sheet(&person, &entry).await?.refused(&person, &error, &PLACES),
    }
}

/// POST /admin/openid/tokens/{number}/revoke
pub(crate) async fn revoke(Path(number): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let number: i64 = crate::user::named_in_path(&person, &number)?;
    let revoked = token_revoke(&person.service, &person.context, number.to_string()).await;
    revoked.map_err(|error| person.failure(&error))?;
    Ok(lead_told(LIST, "revoked", None))
}
