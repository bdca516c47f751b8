//! What the pages of settings have in common: forms, questions before something is removed, what is said of what was given.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::{Error, Kind};

use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::setting::input::{Input, inputs};
use crate::texts::fill;
use crate::told::done;

/// A page above this one: its path and what it is called.
pub(crate) type Crumb = (String, String);

/// What use cases say of what was given, by where it stood.
#[derive(Default)]
pub(crate) struct Said {
    status: Option<StatusCode>,
    at: Vec<(String, String)>,
}

impl Said {
    /// What is said of what was given.
    ///
    /// # Errors
    /// The failure, where it is about something else.
    pub(crate) fn of(person: &Person, error: &Error) -> Result<Self, Failure> {
        let status = match error.kind() {
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Conflict => StatusCode::CONFLICT,
            _ => return Err(person.failure(error)),
        };
        let said =
            |problem: &musubi_domain::error::Problem| (problem.path.clone(), problem.message.text(person.frame.locale));
        Ok(Self { status: Some(status), at: error.problems().iter().map(said).collect() })
    }

    /// Something that a page found itself.
    pub(crate) fn here(path: &str, text: impl Into<String>) -> Self {
        Self { status: Some(StatusCode::UNPROCESSABLE_ENTITY), at: vec![(path.to_owned(), text.into())] }
    }

    /// Adds what a page found itself.
    pub(crate) fn say(&mut self, path: &str, text: impl Into<String>) {
        self.status = self.status.or(Some(StatusCode::UNPROCESSABLE_ENTITY));
        self.at.push((path.to_owned(), text.into()));
    }

    /// Whether anything is said.
    pub(crate) const fn is_any(&self) -> bool {
        !self.at.is_empty()
    }

    /// Whether somebody else was first.
    pub(crate) fn is_conflict(&self) -> bool {
        self.status == Some(StatusCode::CONFLICT)
    }

    /// The status of the page that tells it.
    pub(crate) fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }

    /// Takes out what is said of a place and of those below it.
    pub(crate) fn take(&mut self, path: &str) -> String {
        let is_there = |own: &str| own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let (taken, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.at).into_iter().partition(|(own, _)| is_there(own));
        self.at = left;
        joined(taken)
    }

    /// Everything that nobody has taken out.
    pub(crate) fn rest(&mut self) -> String {
        joined(std::mem::take(&mut self.at))
    }
}

fn joined(said: Vec<(String, String)>) -> String {
    let mut texts: Vec<String> = Vec::new();
    for (_, text) in said {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(" ")
}

/// A page with one form.
#[derive(Template)]
#[template(path = "setting/form.html")]
pub(crate) struct FormPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) title: String,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) lead: String,
    /// What is wrong beside the fields.
    pub(crate) wrong: String,
    pub(crate) action: String,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) submit: &'a str,
    /// Links below the form.
    pub(crate) links: Vec<Crumb>,
}

impl<'a> FormPage<'a> {
    /// An empty page of this title.
    pub(crate) fn new(frame: &'a Frame, title: impl Into<String>, action: impl Into<String>) -> Self {
        let crumbs = vec![("/admin".to_owned(), frame.say.setting.title.to_owned())];
        let submit = frame.say.setting.save;
        let (title, action, lead, wrong) = (title.into(), action.into(), String::new(), String::new());
        let (hidden, inputs, links) = (Vec::new(), Vec::new(), Vec::new());
        Self { frame, title, crumbs, lead, wrong, action, hidden, inputs, submit, links }
    }

    fn is_wrong(&self) -> bool {
        !self.wrong.is_empty() || self.inputs.iter().any(Input::is_wrong)
    }

    fn whole_title(&self) -> String {
        if self.is_wrong() { fill(self.frame.say.error_prefix, &self.title) } else { self.title.clone() }
    }

    /// The page with what is said of its fields.
    pub(crate) fn answer(mut self, person: &Person, mut said: Said) -> Result<Response, Failure> {
        let status = said.status();
        let rest = said.rest();
        self.wrong = if self.wrong.is_empty() { rest } else { format!("{} {rest}", self.wrong).trim().to_owned() };
        self.inputs = inputs(self.inputs);
        person.page(status, &self)
    }
}

/// A question before something is removed.
#[derive(Template)]
#[template(path = "setting/confirm.html")]
pub(crate) struct ConfirmPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) title: String,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) lines: Vec<String>,
    /// What is shown as it was written.
    pub(crate) quote: String,
    /// What stands in the way; without any it can be done.
    pub(crate) obstacles: Vec<String>,
    pub(crate) action: String,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) submit: &'a str,
}

/// Tells on this page what was done before it.
pub(crate) fn tell(person: &mut Person, query: &Form) {
    let say = &person.frame.say.setting;
    let (word, undo) = done(query);
    let text = match word {
        "saved" => say.told_saved,
        "added" => say.told_added,
        "removed" => say.told_removed,
        "moved" => say.told_moved,
        "restored" => say.told_restored,
        "item-added" => say.told_item_added,
        "discarded" => say.told_item_discarded,
        "database" => say.told_database,
        "imported" => say.told_imported,
        "reset" => say.told_reset,
        _ => return,
    };
    person.tell(text, undo);
}

/// The crumb of the index.
pub(crate) fn top_crumb(frame: &Frame) -> Crumb {
    ("/admin".to_owned(), frame.say.setting.title.to_owned())
}

/// The lines of a field that are not empty.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
