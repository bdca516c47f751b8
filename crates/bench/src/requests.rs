//! The requests that are measured, as bytes made beforehand: what differs from one to the next is written over.

use anyhow::{Context as _, Result};
use uuid::Uuid;

use crate::call::request;
use crate::draws::one_of;
use crate::load::Requests;
use crate::sample::{Samples, Shape};

/// The value that stands in a request where a linkage value is written: as long as one.
const LINKAGE: &str = "0123456789abcdef";
/// Register requests made beforehand.
const REGISTERED: u64 = 2_000;
/// Numbers of the samples that register requests are made of, far from those of the data folders.
const FIRST_REGISTERED: u64 = 1 << 40;

/// The call of a client's page.
pub(crate) const DETAIL: &str = "/api/crm/get-client-detail";
/// The call of the list.
pub(crate) const LIST: &str = "/api/crm/get-client-list";
/// The call that registers.
pub(crate) const REGISTER: &str = "/api/crm/client/register";

/// The line of a head that carries a token.
pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

/// Always the same request.
pub(crate) struct Same(pub(crate) Vec<u8>);

impl Requests for Same {
    fn write(&self, _: u64, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.0);
    }
}

/// One client by its id, any of them.
pub(crate) struct Detail {
    bytes: Vec<u8>,
    at: usize,
    ids: std::sync::Arc<Vec<Uuid>>,
}

impl Detail {
    /// Requests to `path` for these clients.
    ///
    /// # Errors
    /// None that can be brought about.
    pub(crate) fn new(path: &str, token: &str, ids: std::sync::Arc<Vec<Uuid>>) -> Result<Self> {
        let nil = Uuid::nil().hyphenated().to_string();
        let bytes = request("POST", path, &bearer(token), &format!("{{\"param\":{{\"clientID\":\"{nil}\"}}}}"));
        Ok(Self { at: place_of(&bytes, nil.as_bytes())?, bytes, ids })
    }
}

impl Requests for Detail {
    fn write(&self, draw: u64, into: &mut Vec<u8>) {
        let mut text = Uuid::encode_buffer();
        let id = one_of(&self.ids, draw).hyphenated().encode_lower(&mut text);
        overwrite(into, &self.bytes, self.at, id.as_bytes());
    }
}

/// A new client, as the source's sample registers one.
pub(crate) struct Register {
    pool: Vec<(Vec<u8>, usize)>,
}

impl Register {
    /// Requests with these samples.
    ///
    /// # Errors
    /// Where a sample cannot be made.
    pub(crate) fn new(token: &str, samples: &Samples) -> Result<Self> {
        let make = |number| {
            let body = samples.sample(FIRST_REGISTERED + number, Shape::Sent)?.body(LINKAGE);
            let bytes = request("POST", REGISTER, &bearer(token), &body);
            Ok((bytes.clone(), place_of(&bytes, LINKAGE.as_bytes())?))
        };
        Ok(Self { pool: (0..REGISTERED).map(make).collect::<Result<_>>()? })
    }

    /// The bytes of a request, on the average.
    pub(crate) fn bytes(&self) -> usize {
        self.pool.iter().map(|(bytes, _)| bytes.len()).sum::<usize>().checked_div(self.pool.len()).unwrap_or(0)
    }
}

impl Requests for Register {
    fn write(&self, draw: u64, into: &mut Vec<u8>) {
        let (bytes, at) = one_of(&self.pool, draw >> 32);
        // No two draws of a run are the same, so no two clients have the same linkage value.
        overwrite(into, bytes, *at, format!("{draw:016x}").as_bytes());
    }
}

/// The first hundred clients whose names hold a word.
pub(crate) fn list(path: &str, token: &str, word: &str) -> Vec<u8> {
    let body = serde_json::json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 100}},
        "optionalConditions": {"searchConditions": {"clientName": word}}}});
    request("POST", path, &bearer(token), &body.to_string())
}

/// Where `wanted` stands in `bytes`.
pub(crate) fn place_of(bytes: &[u8], wanted: &[u8]) -> Result<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
        .context("a request lacks the place that is written over")
}

/// Appends `bytes` with `text` written over the place `at`.
pub(crate) fn overwrite(into: &mut Vec<u8>, bytes: &[u8], at: usize, text: &[u8]) {
    let begin = into.len();
    into.extend_from_slice(bytes);
    if let Some(place) = into.get_mut(begin + at..begin + at + text.len()) {
        place.copy_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::References;

    #[test]
    fn what_differs_is_written_over_and_nothing_else() {
        let ids: Vec<Uuid> = (1..=9).map(Uuid::from_u128).collect();
        let detail = Detail::new(DETAIL, "secret", std::sync::Arc::new(ids)).unwrap();
        let mut bytes = Vec::from("before ");
        detail.write(3, &mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("before POST /api/crm/get-client-detail HTTP/1.1\r\n"), "{text}");
        assert!(text.contains("\r\nAuthorization: Bearer secret\r\n"), "{text}");
        assert!(text.ends_with("{\"param\":{\"clientID\":\"00000000-0000-0000-0000-000000000004\"}}"), "{text}");
    }

    #[test]
    fn register_requests_have_linkage_values_of_their_own() {
        let ids = vec![Uuid::from_u128(7)];
        let references = References {
            organizations: ids.clone(),
            users: ids.clone(),
            parents: ids,
            route: (Uuid::from_u128(1), Uuid::from_u128(2)),
        };
        let register = Register::new("t", &Samples::new(references).unwrap()).unwrap();
        assert!((4_000..6_000).contains(&register.bytes()), "{}", register.bytes());
        let mut bytes = Vec::new();
        register.write(0xABCD, &mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let body = text.split_once("\r\n\r\n").unwrap().1;
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let info = &body["param"]["toData"]["clientRegisterInfo"];
        assert_eq!(info["clientItemList"].as_array().unwrap().len(), 29);
        assert_eq!(info["systemLinkageInfoList"][0]["linkageIDValue"], "000000000000abcd");
        assert_eq!(info["systemLinkageInfoList"][19]["linkageIDValue"], "");
    }
}
