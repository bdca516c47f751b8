//! Where somebody is led when a step is done: to a path of ours, and nowhere else.

use musubi_domain::authorization::{AUTHORIZE_PATH, is_continue_path};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::form::Form;
use crate::policy::origin;

/// What is not itself in a value of a query.
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\'');

/// A text as a value of a query.
pub(crate) fn query_value(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// A path of ours with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContinueTo(String);

impl ContinueTo {
    /// What a request asks for; the home page where that is not a path of ours.
    pub(crate) fn parse(text: &str) -> Self {
        Self(if is_continue_path(text) { text.to_owned() } else { "/".to_owned() })
    }

    /// The path.
    pub(crate) fn path(&self) -> &str {
        &self.0
    }

    /// Whether it is an authorization request, which may ask for a sign-in although somebody is signed in.
    pub(crate) fn is_authorization(&self) -> bool {
        self.0.split('?').next() == Some(AUTHORIZE_PATH)
    }

    /// Where the path leads out of here: a browser holds the redirects after a form to `form-action` too.
    pub(crate) fn target(&self) -> Option<String> {
        let (_, query) = self.0.split_once('?').filter(|_| self.is_authorization())?;
        origin(Form::of_query(Some(query)).get("redirect_uri"))
    }
}
