//! A page with one form of the administration, or with one question before something is done.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::{Error, Kind};

use crate::control::Control;
use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::texts::fill;

/// Controls that belong together.
pub(crate) struct Group {
    heading: &'static str,
    hint: &'static str,
    controls: Vec<Control>,
}

/// The form.
#[derive(Default)]
pub(crate) struct Sheet {
    title: String,
    /// Where the page stands: paths and names of those above it.
    crumbs: Vec<(String, String)>,
    lead: String,
    /// What will be affected.
    effects: Vec<String>,
    /// What is in the way: then there is nothing to be sent.
    blocked: Vec<String>,
    groups: Vec<Group>,
    action: String,
    submit: String,
    danger: bool,
    guard: bool,
    /// What is wrong and belongs to no control.
    refused: Vec<String>,
}

#[derive(Template)]
#[template(path = "form/sheet.html")]
struct SheetPage<'a> {
    frame: &'a Frame,
    title: String,
    sheet: &'a Sheet,
    cancel: &'a str,
}

impl Sheet {
    /// A form that is sent to `action`.
    pub(crate) fn new(title: impl Into<String>, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self { title: title.into(), action: action.into(), submit: submit.into(), guard: true, ..Self::default() }
    }

    /// A question before something that may be missed.
    pub(crate) fn danger(title: impl Into<String>, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self { danger: true, guard: false, ..Self::new(title, action, submit) }
    }

    /// Below this page.
    pub(crate) fn below(mut self, path: impl Into<String>, name: impl Into<String>) -> Self {
        self.crumbs.push((path.into(), name.into()));
        self
    }

    /// With a sentence at its beginning.
    pub(crate) fn with_lead(self, lead: impl Into<String>) -> Self {
        Self { lead: lead.into(), ..self }
    }

    /// With what will be affected.
    pub(crate) fn with_effects(self, effects: Vec<String>) -> Self {
        Self { effects, ..self }
    }

    /// With what is in the way.
    pub(crate) fn with_blocks(self, blocked: Vec<String>) -> Self {
        Self { blocked, ..self }
    }

    /// With controls under a heading; "" for none.
    pub(crate) fn with(mut self, heading: &'static str, controls: Vec<Control>) -> Self {
        self.groups.push(Group { heading, hint: "", controls });
        self
    }

    /// With a sentence below the last heading.
    pub(crate) fn with_hint(mut self, hint: &'static str) -> Self {
        if let Some(group) = self.groups.last_mut() {
            group.hint = hint;
        }
        self
    }

    /// Answers with the page.
    pub(crate) fn answer(&self, person: &Person) -> Result<Response, Failure> {
        self.page(person, StatusCode::OK, self.title.clone())
    }

    /// Answers with the page filled as it was and what a use case says is wrong: each sentence beside the control that `places` names for its
    /// path, others above all. What is not of what was given is a page of its own.
    pub(crate) fn refused(
        mut self,
        person: &Person,
        error: &Error,
        places: &[(&str, &str)],
    ) -> Result<Response, Failure> {
        let is_here = |path: &str| places.iter().any(|(own, _)| *own == path);
        let is_of_form = matches!(error.kind(), Kind::Invalid | Kind::Conflict);
        if error.problems().is_empty() || !is_of_form && !error.problems().iter().any(|problem| is_here(&problem.path))
        {
            return Err(person.failure(error));
        }
        for problem in error.problems() {
            let text = problem.message.text(person.frame.locale);
            let place = places.iter().find(|(path, _)| *path == problem.path).map(|(_, name)| *name);
            let mut controls = self.groups.iter_mut().flat_map(|group| &mut group.controls);
            match place.and_then(|name| controls.find(|control| control.name == name)) {
                Some(control) => control.refuse(&text),
                None => self.refused.push(text),
            }
        }
        self.refused.dedup();
        self.wrong(person)
    }

    /// Says what is wrong with a control.
    pub(crate) fn refuse(mut self, name: &str, error: &str) -> Self {
        let mut controls = self.groups.iter_mut().flat_map(|group| &mut group.controls);
        if let Some(control) = controls.find(|control| control.name == name) {
            control.refuse(error);
        }
        self
    }

    /// Answers with the page on which something is wrong.
    pub(crate) fn wrong(mut self, person: &Person) -> Result<Response, Failure> {
        let mut controls = self.groups.iter_mut().flat_map(|group| &mut group.controls);
        if let Some(first) = controls.find(|control| control.is_wrong()) {
            first.take_focus();
        }
        let title = fill(person.frame.say.error_prefix, &self.title);
        self.page(person, StatusCode::UNPROCESSABLE_ENTITY, title)
    }

    fn page(&self, person: &Person, status: StatusCode, title: String) -> Result<Response, Failure> {
        let cancel = self.crumbs.last().map_or("/admin", |(path, _)| path);
        person.page(status, &SheetPage { frame: &person.frame, title, sheet: self, cancel })
    }
}
