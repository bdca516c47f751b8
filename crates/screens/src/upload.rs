//! Files that a person sends with a form (multipart/form-data, RFC 7578): read as they come, never held whole.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use multer::{Constraints, Field, Multipart, SizeLimit};
use musubi_domain::limits;
use musubi_service::Service;
use musubi_service::form_token::FormOf;
use tokio::time::Instant;

use crate::error::{Failure, Wrong};
use crate::person::{Person, Turned};
use crate::visitor::comes_from_us;

/// Bytes of the fields around files.
const AROUND: u64 = 64 * 1024;
/// Files of one form, counted by their size.
const FILES: u64 = 4;

/// A form with files that a person was shown and sends. Its first field is the token: nothing of a form is read that is not ours.
pub(crate) struct PersonUpload {
    /// Who sends it.
    pub(crate) person: Person,
    fields: Multipart<'static>,
    until: Instant,
}

/// A file of a form.
pub(crate) struct UploadedFile {
    /// The name that it has where it comes from.
    pub(crate) name: String,
    field: Field<'static>,
    until: Instant,
}

impl PersonUpload {
    /// The next file of the form; none at its end. Where no file was chosen browsers send one without a name, which is passed over.
    pub(crate) async fn next_file(&mut self) -> Result<Option<UploadedFile>, Failure> {
        loop {
            let field = in_time(self.until, self.fields.next_field()).await;
            let Some(field) = field.map_err(|wrong| self.failure(wrong))? else { return Ok(None) };
            let name = field.file_name().unwrap_or_default().to_owned();
            if field.name() == Some("file") && !name.is_empty() {
                return Ok(Some(UploadedFile { name, field, until: self.until }));
            }
        }
    }

    /// What is wrong with the form as a whole.
    pub(crate) fn failure(&self, wrong: Wrong) -> Failure {
        Failure::new(self.person.frame.clone(), wrong)
    }
}

impl UploadedFile {
    /// The next bytes of the file; none at its end.
    pub(crate) async fn next_bytes(&mut self) -> Result<Option<Bytes>, Wrong> {
        in_time(self.until, self.field.chunk()).await
    }
}

async fn in_time<T>(until: Instant, read: impl Future<Output = multer::Result<T>>) -> Result<T, Wrong> {
    match tokio::time::timeout_at(until, read).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. })) => {
            Err(Wrong::TooLarge)
        }
        Ok(Err(
            multer::Error::StreamReadFailed(_)
            | multer::Error::IncompleteStream
            | multer::Error::IncompleteFieldData { .. }
            | multer::Error::IncompleteHeaders,
        ))
        | Err(_) => Err(Wrong::Incomplete),
        Ok(Err(_)) => Err(Wrong::BadRequest),
    }
}

impl<S> FromRequest<S> for PersonUpload
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Turned;

    async fn from_request(request: Request, state: &S) -> Result<Self, Turned> {
        let (mut parts, body) = request.into_parts();
        let person = Person::from_request_parts(&mut parts, state).await?;
        let wrong = |wrong| Failure::new(person.frame.clone(), wrong);
        if !comes_from_us(&parts.headers, &person.frame.base_url) {
            return Err(wrong(Wrong::FormOver).into());
        }
        // A form of another type has no token of ours.
        let boundary = boundary(&parts.headers).ok_or_else(|| wrong(Wrong::FormOver))?;
        let most = u64::try_from(limits::ATTACHMENT_BYTES).unwrap_or(u64::MAX).saturating_mul(FILES) + AROUND;
        let sizes = SizeLimit::new().whole_stream(most).for_field("token", AROUND);
        let constraints = Constraints::new().size_limit(sizes);
        let mut fields = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
        let until = Instant::now() + Duration::from_secs(limits::ATTACHMENT_SECONDS);
        let field = in_time(until, fields.next_field()).await.map_err(wrong)?;
        let field = field.filter(|field| field.name() == Some("token"));
        let token = match field {
            Some(field) => in_time(until, field.text()).await.map_err(wrong)?,
            None => String::new(),
        };
        let bound = FormOf::Session(&person.session.key);
        if !person.service.form_token_holds(person.context.tenant, bound, &token) {
            return Err(wrong(Wrong::FormOver).into());
        }
        Ok(Self { person, fields, until })
    }
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}
