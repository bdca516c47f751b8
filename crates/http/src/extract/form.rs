//! The body of a form: its type, its size, its parameters.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use musubi_domain::limits;
use musubi_domain::parameters::Parameters;

use super::body::{self, BodyRefusal};

/// Why a form is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormRefusal {
    /// The body has no type.
    NoType,
    /// It is of another type, or in another encoding than UTF-8.
    OtherType,
    /// It is too large.
    TooLarge,
    /// It did not come in time, or not whole.
    Broken,
    /// It is not encoded as a form is.
    Undecodable,
}

/// Reads a form.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Parameters, FormRefusal> {
    let content_type = headers.get(header::CONTENT_TYPE).ok_or(FormRefusal::NoType)?;
    if !content_type.to_str().is_ok_and(is_form) || headers.contains_key(header::CONTENT_ENCODING) {
        return Err(FormRefusal::OtherType);
    }
    let bytes = body::read_at_most(headers, body, limits::FORM_BYTES).await.map_err(|refusal| match refusal {
        BodyRefusal::TooLarge => FormRefusal::TooLarge,
        BodyRefusal::Broken => FormRefusal::Broken,
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| FormRefusal::Undecodable)?;
    Parameters::parse(text).ok_or(FormRefusal::Undecodable)
}

fn is_form(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_form = parts.next().unwrap_or_default().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    is_form && charset.is_none_or(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"))
}
