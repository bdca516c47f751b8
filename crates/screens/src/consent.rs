//! What somebody has allowed applications, on his account page.

use axum::response::Response;
use musubi_domain::consent::OFFLINE;
use musubi_domain::scope;
use musubi_service::revocation::{ConsentView, own_consent_list, own_consent_remove};

use crate::error::Failure;
use crate::frame::lead;
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::texts::fill;

/// An application as the page shows it.
pub(crate) struct ConsentLine {
    pub(crate) client_id: String,
    pub(crate) name: String,
    /// What it may, in words.
    pub(crate) may: String,
    pub(crate) given: Moment,
    pub(crate) until: Moment,
    /// What its button does, said in full.
    pub(crate) end: String,
}

/// What the person has allowed and still does.
pub(crate) async fn lines(person: &Person) -> Result<Vec<ConsentLine>, Failure> {
    let (service, context) = (&person.service, &person.context);
    let failure = |error| person.failure(&error);
    let views = own_consent_list(service, context).await.map_err(failure)?;
    let scopes = service.scopes(context.tenant).await.map_err(failure)?;
    let line = |view: ConsentView| {
        let consent = view.consent?;
        // That it goes on without the person is what the list is about.
        let names = scope::names(&consent.scope).into_iter().filter(|name| *name != OFFLINE);
        let titles: Vec<_> = names.map(|name| scopes.title(name, person.frame.locale)).collect();
        Some(ConsentLine {
            client_id: view.client_id,
            may: titles.join(person.frame.say.list_comma),
            given: person.frame.moment(consent.given_at),
            until: person.frame.moment(consent.expires_at),
            end: fill(person.frame.say.consent_end_of, &view.name),
            name: view.name,
        })
    };
    Ok(views.into_iter().filter_map(line).collect())
}

/// POST /account/consents
pub(crate) async fn end(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let removed = own_consent_remove(&person.service, &person.context, form.get("client").to_owned()).await;
    removed.map_err(|error| person.failure(&error))?;
    Ok(lead("/account?done=consent"))
}
