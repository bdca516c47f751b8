//! A field of a form of settings: label, hint, what stands in it, what is wrong with it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::texts::Texts;

/// Something that can be chosen.
pub(crate) struct Pick {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) chosen: bool,
}

/// What one fills in.
enum Shape {
    /// One line, of this type of field.
    Line { kind: &'static str },
    /// So many lines.
    Lines { rows: usize },
    /// One of these.
    Select { picks: Vec<Pick> },
    /// One of these, each with what it is for.
    Radios { picks: Vec<Pick> },
    /// Yes or no.
    Check { checked: bool },
}

/// A field.
#[derive(Template)]
#[template(path = "setting/input.html")]
pub(crate) struct Input {
    name: &'static str,
    label: &'static str,
    value: String,
    hint: String,
    error: String,
    /// The word for what must be given; "" where it need not.
    must: &'static str,
    focus: bool,
    shape: Shape,
}

/// It is markup: it is not escaped where it stands in a page.
impl HtmlSafe for Input {}

impl Input {
    fn new(name: &'static str, label: &'static str, value: impl Into<String>, shape: Shape) -> Self {
        let value = value.into();
        Self { name, label, value, hint: String::new(), error: String::new(), must: "", focus: false, shape }
    }

    /// One line.
    pub(crate) fn line(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Shape::Line { kind: "text" })
    }

    /// Digits.
    pub(crate) fn number(name: &'static str, label: &'static str, value: &str) -> Self {
        Self::new(name, label, value, Shape::Line { kind: "number" })
    }

    /// A day.
    pub(crate) fn day(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Shape::Line { kind: "date" })
    }

    /// Lines.
    pub(crate) fn lines(name: &'static str, label: &'static str, value: impl Into<String>, rows: usize) -> Self {
        Self::new(name, label, value, Shape::Lines { rows })
    }

    /// One of several.
    pub(crate) fn select(name: &'static str, label: &'static str, picks: Vec<Pick>) -> Self {
        Self::new(name, label, "", Shape::Select { picks })
    }

    /// One of several, each with what it is for.
    pub(crate) fn radios(name: &'static str, label: &'static str, picks: Vec<Pick>) -> Self {
        Self::new(name, label, "", Shape::Radios { picks })
    }

    /// Yes or no.
    pub(crate) fn check(name: &'static str, label: &'static str, checked: bool) -> Self {
        Self::new(name, label, "", Shape::Check { checked })
    }

    /// With a sentence below the label.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what is wrong with it.
    pub(crate) fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// That must be filled.
    pub(crate) const fn required(mut self, say: &Texts) -> Self {
        self.must = say.record.must;
        self
    }

    /// Whether something is wrong with it.
    pub(crate) const fn is_wrong(&self) -> bool {
        !self.error.is_empty()
    }

    /// What describes it.
    fn described(&self) -> String {
        let part = |is_there: bool, what: &str| is_there.then(|| format!("{}-{what}", self.name));
        let parts = [part(self.is_wrong(), "error"), part(!self.hint.is_empty(), "hint")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    const fn is_radios(&self) -> bool {
        matches!(self.shape, Shape::Radios { .. })
    }

    const fn is_check(&self) -> bool {
        matches!(self.shape, Shape::Check { .. })
    }
}

/// Fields of a form: who types begins at the first that is wrong.
pub(crate) fn inputs(mut inputs: Vec<Input>) -> Vec<Input> {
    if let Some(first) = inputs.iter_mut().find(|input| input.is_wrong()) {
        first.focus = true;
    }
    inputs
}
