//! What binds a form to the person it was shown to: an HMAC of what only his browser and we hold (OWASP, Cross-Site Request Forgery
//! Prevention: HMAC based token pattern).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::id::TenantNo;

use crate::context::Service;

/// What a form is bound to.
#[derive(Clone, Copy, Debug)]
pub enum FormOf<'a> {
    /// Nobody has signed in: the text of a cookie that the browser was given with the page.
    Visitor(&'a str),
    /// The key of a session.
    Session(&'a [u8; 32]),
}

impl Service {
    /// The text of a new cookie for forms before sign-in: 32 random bytes.
    #[must_use]
    pub fn new_form_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.random())
    }

    /// The token that a form carries.
    #[must_use]
    pub fn form_token(&self, tenant: TenantNo, of: FormOf<'_>) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.form_key(), &signed(tenant, of)))
    }

    /// Whether a form that came back carries the token that it was given.
    #[must_use]
    pub fn form_token_holds(&self, tenant: TenantNo, of: FormOf<'_>, token: &str) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(token) else { return false };
        hmac::verify(&self.form_key(), &signed(tenant, of), &tag).is_ok()
    }

    fn form_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.key("form token"))
    }
}

fn signed(tenant: TenantNo, of: FormOf<'_>) -> Vec<u8> {
    let (kind, bound) = match of {
        FormOf::Visitor(cookie) => (b'v', cookie.as_bytes()),
        FormOf::Session(key) => (b's', key.as_slice()),
    };
    let mut text = tenant.0.to_be_bytes().to_vec();
    text.push(kind);
    text.extend_from_slice(bound);
    text
}
