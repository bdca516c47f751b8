//! A field of a form, with everything that belongs to one: label, hint, what is wrong with it, what a browser may fill in.

use askama::Template;
use askama::filters::HtmlSafe;

/// What a field takes, and what a browser or a manager of passwords may fill in (HTML Standard, autofill).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A login ID.
    LoginId,
    /// A password that exists.
    CurrentPassword,
    /// A password that begins.
    NewPassword,
    /// Six digits of an authenticator app.
    Code,
}

impl Kind {
    const fn input_type(self) -> &'static str {
        match self {
            Self::LoginId | Self::Code => "text",
            Self::CurrentPassword | Self::NewPassword => "password",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::LoginId => "username",
            Self::CurrentPassword => "current-password",
            Self::NewPassword => "new-password",
            Self::Code => "one-time-code",
        }
    }

    fn is_code(self) -> bool {
        self == Self::Code
    }
}

/// A field.
#[derive(Template)]
#[template(path = "form/field.html")]
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    value: String,
    hint: String,
    error: String,
    focus: bool,
}

/// It is markup: it is not escaped where it stands in a page.
impl HtmlSafe for Field {}

impl Field {
    /// An empty field that must be filled.
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, kind, value: String::new(), hint: String::new(), error: String::new(), focus: false }
    }

    /// With a value that stands in it. Passwords and codes are never given back.
    pub(crate) fn with_value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
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

    /// Where one begins to type.
    pub(crate) const fn with_focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// Whether something is wrong with it.
    pub(crate) const fn is_wrong(&self) -> bool {
        !self.error.is_empty()
    }
}

/// Fields of a form: who types begins at the first that is wrong.
pub(crate) fn fields<const N: usize>(mut fields: [Field; N]) -> Vec<Field> {
    let first = fields.iter().position(Field::is_wrong);
    if first.is_some() {
        for (place, field) in fields.iter_mut().enumerate() {
            field.focus = Some(place) == first;
        }
    }
    fields.into()
}
