//! Databases: which there are, and a new one.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::item::ItemType;
use musubi_domain::template::{ItemDefinition, SHIPPED};
use musubi_service::database::{DatabaseCreate, database_create, database_list};

use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::setting::input::Input;
use crate::setting::page::{Crumb, FormPage, Said, tell, top_crumb};
use crate::told::lead_told;

struct Line {
    path: String,
    name: String,
    items: usize,
    is_shipped: bool,
}

#[derive(Template)]
#[template(path = "setting/databases.html")]
struct DatabasesPage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    lines: Vec<Line>,
}

/// GET /admin/databases
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    tell(&mut person, &Form::of_query(query.as_deref()));
    let templates = database_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let frame = &person.frame;
    let line = |template: &std::sync::Arc<musubi_domain::template::Template>| {
        let database = Database::of(template);
        Line {
            path: format!("/admin/templates/{}", database.word),
            name: database.title(frame),
            items: template.listed_items().count(),
            is_shipped: SHIPPED.iter().any(|shipped| shipped.name == template.name),
        }
    };
    let lines = templates.iter().map(line).collect();
    person.page(StatusCode::OK, &DatabasesPage { frame, crumbs: vec![top_crumb(frame)], lines })
}

/// GET /admin/databases/new
pub(crate) async fn ask(person: Person) -> Result<Response, Failure> {
    // Who may not is told before he has typed.
    database_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    form(&person, &Form::default(), Said::default())
}

fn form(person: &Person, given: &Form, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let mut page = FormPage::new(frame, say.database_new, "/admin/databases/new");
    page.crumbs.push(("/admin/databases".to_owned(), say.databases.to_owned()));
    say.database_new_lead.clone_into(&mut page.lead);
    page.submit = say.add;
    let first = said.take("templateList");
    page.inputs = vec![
        Input::line("name", say.database_name, given.get("name"))
            .with_hint(say.database_name_hint)
            .with_error(said.take("--name"))
            .required(frame.say),
        Input::line("first", say.database_first, given.get("first"))
            .with_hint(say.database_first_hint)
            .with_error(first)
            .required(frame.say),
    ];
    page.answer(person, said)
}

/// POST /admin/databases/new
pub(crate) async fn create(PersonForm(person, form_given): PersonForm) -> Result<Response, Failure> {
    let first = ItemDefinition::named(form_given.get("first").trim(), ItemType::TextSingle);
    let first = ItemDefinition { required_flag: true, ..first };
    let name = form_given.get("name").trim().to_owned();
    let command = DatabaseCreate { name, items: vec![first], display: Vec::new() };
    match database_create(&person.service, &person.context, command).await {
        Ok(number) => Ok(lead_told(&format!("/admin/templates/{number}"), "database", None)),
        Err(error) => {
            let mut said = Said::of(&person, &error)?;
            let first = said.take("templateList[0]");
            if !first.is_empty() {
                said.say("templateList", first);
            }
            form(&person, &form_given, said)
        }
    }
}
