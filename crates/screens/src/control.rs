//! A control of a form of the administration: label, hint, what stands in it, what is wrong with it.

use askama::Template;
use askama::filters::HtmlSafe;

/// Something that can be chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) chosen: bool,
}

impl Choice {
    /// A choice.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new(), chosen }
    }

    /// With a sentence beside it.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// What one fills in.
pub(crate) enum Shape {
    /// One line, with the keyboard that a phone shows.
    Line(&'static str),
    /// A password that begins. It is never given back.
    Password,
    /// Lines.
    Lines,
    /// One of these.
    Select(Vec<Choice>),
    /// Any of these, each with a box.
    Checks(Vec<Choice>),
    /// Any of these, in a list: where there are too many for boxes.
    Many(Vec<Choice>),
    /// One of these, each with a button.
    Radios(Vec<Choice>),
}

/// A control.
#[derive(Template)]
#[template(path = "form/control.html")]
pub(crate) struct Control {
    pub(crate) name: &'static str,
    label: &'static str,
    shape: Shape,
    value: String,
    hint: String,
    error: String,
    required: bool,
    focus: bool,
}

/// It is markup: it is not escaped where it stands in a page.
impl HtmlSafe for Control {}

impl Control {
    /// An empty control.
    pub(crate) fn new(name: &'static str, label: &'static str, shape: Shape) -> Self {
        let (value, hint, error) = (String::new(), String::new(), String::new());
        Self { name, label, shape, value, hint, error, required: false, focus: false }
    }

    /// One line of text.
    pub(crate) fn line(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(name, label, Shape::Line("text")) }
    }

    /// Lines of text.
    pub(crate) fn lines(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(name, label, Shape::Lines) }
    }

    /// With another keyboard.
    pub(crate) fn of(self, keyboard: &'static str) -> Self {
        Self { shape: Shape::Line(keyboard), ..self }
    }

    /// One that must be filled.
    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// With a sentence below the label.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Says what is wrong with it.
    pub(crate) fn refuse(&mut self, error: &str) {
        if self.error.is_empty() {
            error.clone_into(&mut self.error);
        }
    }

    /// Puts the focus on it.
    pub(crate) fn take_focus(&mut self) {
        self.focus = true;
    }

    /// Whether something is wrong with it.
    pub(crate) const fn is_wrong(&self) -> bool {
        !self.error.is_empty()
    }

    /// How the page calls it.
    fn id(&self) -> &'static str {
        self.name.trim_end_matches("[]")
    }

    /// The ids of what describes it.
    fn described(&self) -> String {
        let (error, hint) = (format!("{}-error", self.id()), format!("{}-hint", self.id()));
        match (self.is_wrong(), self.hint.is_empty()) {
            (true, true) => error,
            (true, false) => format!("{error} {hint}"),
            (false, false) => hint,
            (false, true) => String::new(),
        }
    }

    /// Whether it is several controls under one heading.
    fn is_group(&self) -> bool {
        matches!(self.shape, Shape::Checks(_) | Shape::Radios(_))
    }
}
