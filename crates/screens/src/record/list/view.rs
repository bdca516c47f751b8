//! Saved views: kept, renamed, shared, removed.

use axum::extract::Path;
use axum::response::Response;
use musubi_domain::error::{Error, Kind};
use musubi_service::saved_view::{SavedViewGiven, saved_view_delete, saved_view_first_set, saved_view_put};
use uuid::Uuid;

use super::{ViewForm, gather, page};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::condition::is_ours;
use crate::told::lead_told;

/// The names of what a view keeps beside the conditions.
const KEPT: [&str; 4] = ["q", "sort[]", "column[]", "size"];

/// POST /records/{database}/views
pub(super) async fn change(
    Path(word): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let database = Database::of_word(&person, &word).await?;
    let (service, context, name) = (&person.service, &person.context, database.name.as_str());
    let view: Option<Uuid> = form.given("view").and_then(|id| id.parse().ok());
    let wrong = || Failure::new(person.frame.clone(), Wrong::BadRequest);
    let done = match (form.get("do"), view) {
        ("keep", _) => {
            let id = view.filter(|_| form.get("as") == "this");
            let given = SavedViewGiven {
                name: form.get("name").to_owned(),
                query: kept(form.get("query")),
                shared: form.get("shared") == "1",
                first: form.get("first") == "1",
            };
            match saved_view_put(service, context, name, id, given).await {
                Ok(id) => return Ok(lead_told(&format!("{}?view={id}", database.path()), "view", None)),
                Err(error) if error.kind() == Kind::Invalid => return again(&person, &word, &form, &error).await,
                Err(error) => Err(error),
            }
        }
        ("remove", Some(id)) => saved_view_delete(service, context, name, id).await.map(|()| "view-removed"),
        ("first", id) => saved_view_first_set(service, context, name, id).await.map(|()| "view-first"),
        _ => return Err(wrong()),
    };
    let done = done.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&database.path(), done, None))
}

/// The list with the form of a view that could not be kept, as it was filled.
async fn again(person: &Person, word: &str, form: &Form, error: &Error) -> Result<Response, Failure> {
    let mut listing = gather(person, word, &Form::of_query(Some(form.get("query")))).await?;
    let view = form.given("view").and_then(|id| id.parse().ok());
    listing.asked.view = view.filter(|id| listing.views.iter().any(|view| view.id == *id));
    listing.view_form = Some(ViewForm {
        name: form.get("name").to_owned(),
        shared: form.get("shared") == "1",
        first: form.get("first") == "1",
        wrong: error.problems().first().map(|problem| problem.message.text(person.frame.locale)).unwrap_or_default(),
    });
    page(person, listing).await
}

/// What a view keeps of a query: not the page, and not the view that it began with.
fn kept(query: &str) -> String {
    let form = Form::of_query(Some(query));
    let is_kept = |name: &str| KEPT.contains(&name) || is_ours(name);
    let pairs: Vec<(String, String)> = form
        .fields()
        .filter(|(name, _)| is_kept(name) && !name.starts_with("c_"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    super::query_of(&pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_what_a_list_asks_for_and_nothing_else() {
        let query = "q=%E6%9D%B1&c1=x&c1v[]=1&c1v[]=2&page=3&after=zz&view=y&done=z&c_add=1&size=100";
        assert_eq!(kept(query), "c1=x&c1v[]=1&c1v[]=2&q=東&size=100".replace('東', "%E6%9D%B1"));
    }
}
