//! Keys that sign ID tokens: RS256, one set per tenant, made when it is first needed and replaced without anybody's doing.
//!
//! JSON Web Signatures are made with the cryptography of the house itself: a key is read once, not for each signature.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::TenantNo;
use musubi_domain::rights::named;
use musubi_domain::signing_key::{AHEAD_SECONDS, SigningKey, in_use, next_due, published, published_until};
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::Lane;
use serde_json::{Map, Value, json};

use crate::context::Service;

/// The purpose under which private keys are sealed.
const LABEL: &str = "signing key";
/// 65537, the exponent of every key.
const EXPONENT: [u8; 3] = [1, 0, 1];
/// What stands before and behind the 2048 bits of the modulus in the DER form of such a public key (RFC 8017, A.1.1).
const BEFORE_MODULUS: [u8; 9] = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
const BEHIND_MODULUS: [u8; 5] = [0x02, 0x03, 1, 0, 1];

/// The keys of a tenant.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys {
    keys: Vec<SigningKey>,
    /// The private half of each, once something was signed with it.
    pairs: Vec<OnceLock<RsaKeyPair>>,
}

/// A published key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Names it.
    pub kid: String,
    /// The modulus in base64url.
    pub modulus: String,
    /// The exponent in base64url.
    pub exponent: String,
}

impl Service {
    /// The keys of a tenant; the first is made here, and so is the next when its time has come.
    pub(crate) async fn signing_keys(&self, tenant: TenantNo) -> Result<Arc<SigningKeys>> {
        let keys = self.signing_keys_there(tenant).await?;
        if next_due(&keys.keys, self.now()).is_none() {
            return Ok(keys);
        }
        // One makes it, the others wait for it.
        let _turn = self.openid_caches().making.lock().await;
        let keys = self.signing_keys_there(tenant).await?;
        let Some(used_from) = next_due(&keys.keys, self.now()) else { return Ok(keys) };
        self.signing_key_make(&self.system_context(tenant), &keys, used_from).await?;
        self.signing_keys_there(tenant).await
    }

    async fn signing_keys_there(&self, tenant: TenantNo) -> Result<Arc<SigningKeys>> {
        let load = async {
            let keys = self.db().get(tenant, store::signing_key::signing_key_list).await?;
            let pairs = keys.iter().map(|_| OnceLock::new()).collect();
            Ok((!keys.is_empty()).then(|| Arc::new(SigningKeys { keys, pairs })))
        };
        let keys = self.openid_caches().signing_keys.get(&tenant, self.epoch(tenant), load).await?;
        Ok(keys.unwrap_or_default())
    }

    /// Makes the key that follows those there, unless another instance is first. Keys that have signed their last lose their private half.
    async fn signing_key_make(&self, context: &Arc<Context>, there: &SigningKeys, used_from: Timestamp) -> Result<()> {
        // Takes a tenth of a second and more.
        let made = tokio::task::spawn_blocking(generate).await;
        let (private_key, modulus) =
            made.map_err(|error| Error::internal(format!("a signing key could not be made: {error}")))??;
        let key = SigningKey {
            number: there.keys.iter().map(|key| key.number).max().unwrap_or(0) + 1,
            kid: thumbprint(&modulus),
            modulus,
            private_key: Some(self.seal(LABEL, context.tenant, &private_key)?),
            used_from,
            created_at: context.now,
        };
        let is_over = |key: &&SigningKey| published_until(&there.keys, key).is_some_and(|until| until <= context.now);
        let over: Vec<_> = there.keys.iter().filter(|key| key.private_key.is_some()).filter(is_over).collect();
        let over: Vec<i64> = over.into_iter().map(|key| key.number).collect();
        self.db()
            .write(context, Lane::Interactive, move |tx| {
                over.iter().try_for_each(|number| store::signing_key::signing_key_retire(tx, *number))?;
                if !store::signing_key::signing_key_insert(tx, &key)? {
                    return Ok(());
                }
                tx.record_operation(&Operation::new("signing_key.create", key.kid.clone()))
            })
            .await
    }

    /// The keys that are published.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn public_keys(&self, tenant: TenantNo) -> Result<Vec<PublicKey>> {
        let (keys, now) = (self.signing_keys(tenant).await?, self.now());
        let public = |key: &SigningKey| PublicKey {
            kid: key.kid.clone(),
            modulus: URL_SAFE_NO_PAD.encode(&key.modulus),
            exponent: URL_SAFE_NO_PAD.encode(EXPONENT),
        };
        Ok(published(&keys.keys, now).map(public).collect())
    }

    /// Signs claims as a JSON Web Token (RFC 7519).
    pub(crate) async fn token_signed(&self, tenant: TenantNo, claims: &Map<String, Value>) -> Result<String> {
        let keys = self.signing_keys(tenant).await?;
        let key = in_use(&keys.keys, self.now()).ok_or_else(|| Error::internal("there is no key to sign with"))?;
        let at = keys.keys.iter().position(|own| own.number == key.number);
        let cell = at.and_then(|at| keys.pairs.get(at)).ok_or_else(|| Error::internal("a key has no place"))?;
        let pair = match cell.get() {
            Some(pair) => pair,
            None => {
                let pair = self.key_pair(tenant, key)?;
                cell.get_or_init(|| pair)
            }
        };
        sign(&key.kid, pair, claims)
    }

    fn key_pair(&self, tenant: TenantNo, key: &SigningKey) -> Result<RsaKeyPair> {
        let sealed = key.private_key.as_deref().unwrap_or_default();
        RsaKeyPair::from_pkcs8(&self.unseal(LABEL, tenant, sealed)?)
            .map_err(|error| Error::internal(format!("a signing key cannot be read: {error}")))
    }

    /// Of whom an ID token of this tenant speaks, by login ID, and the client to which it was given; whether or not its time has passed.
    pub(crate) async fn subject_of(&self, tenant: TenantNo, text: &str) -> Result<Option<(String, String)>> {
        let keys = self.signing_keys_there(tenant).await?;
        let claims = verified(&keys.keys, text);
        let text = |name: &str| claims.as_ref()?.get(name)?.as_str().map(str::to_owned);
        Ok(text("sub").zip(text("aud")))
    }
}

/// The private key in PKCS #8, and the modulus. The library draws its own random numbers: no seed can stand for them.
fn generate() -> Result<(Vec<u8>, Vec<u8>)> {
    let broken = |what: &str| Error::internal(format!("a signing key could not be made: {what}"));
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| broken("no key"))?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| broken("no private key"))?;
    let public = pair.public_key().as_ref();
    let modulus = public.strip_prefix(&BEFORE_MODULUS).and_then(|rest| rest.strip_suffix(&BEHIND_MODULUS));
    let modulus = modulus.filter(|modulus| modulus.len() == 256).ok_or_else(|| broken("no modulus"))?;
    Ok((private.as_ref().to_vec(), modulus.to_vec()))
}

/// The thumbprint of a key (RFC 7638).
fn thumbprint(modulus: &[u8]) -> String {
    let (exponent, modulus) = (URL_SAFE_NO_PAD.encode(EXPONENT), URL_SAFE_NO_PAD.encode(modulus));
    let text = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

fn sign(kid: &str, pair: &RsaKeyPair, claims: &Map<String, Value>) -> Result<String> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": kid });
    let signed = format!("{}.{}", part(&header), part(&Value::Object(claims.clone())));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| Error::internal("a token could not be signed"))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn verified(keys: &[SigningKey], text: &str) -> Option<Map<String, Value>> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let read = |part: &str| serde_json::from_slice::<Map<String, Value>>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let header = read(header)?;
    let text_of = |name: &str| header.get(name).and_then(Value::as_str);
    let key = keys.iter().find(|key| text_of("alg") == Some("RS256") && text_of("kid") == Some(&key.kid))?;
    let public = RsaPublicKeyComponents { n: key.modulus.as_slice(), e: EXPONENT.as_slice() };
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).ok()?;
    read(claims)
}

/// A key as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyView {
    /// Names it.
    pub kid: String,
    /// From when it is used.
    pub used_from: Timestamp,
    /// What it is for at present.
    pub state: SigningKeyState,
    /// Until when it is published; none as long as it is not replaced.
    pub published_until: Option<Timestamp>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningKeyState {
    /// It is published and used from its time on.
    Next,
    /// It signs.
    Used,
    /// It is published for what it has signed.
    Replaced,
    /// It is published no more.
    Over,
}

/// The keys of the tenant, in the order in which they were made.
///
/// # Errors
/// Forbidden without the right.
pub async fn signing_key_list(service: &Service, context: &Arc<Context>) -> Result<Vec<SigningKeyView>> {
    service.check_named_right(context, named::SYSTEM).await?;
    let (there, now) = (service.signing_keys(context.tenant).await?, context.now);
    let used = in_use(&there.keys, now).map(|key| key.number);
    let view = |key: &SigningKey| {
        let published_until = published_until(&there.keys, key);
        let state = if Some(key.number) == used {
            SigningKeyState::Used
        } else if published_until.is_some_and(|until| until <= now) {
            SigningKeyState::Over
        } else if key.used_from > now {
            SigningKeyState::Next
        } else {
            SigningKeyState::Replaced
        };
        SigningKeyView { kid: key.kid.clone(), used_from: key.used_from, state, published_until }
    };
    Ok(there.keys.iter().map(view).collect())
}

/// Makes the next key before its time: it is published now and used in a day, or, where `at_once` says so, used now.
///
/// # Errors
/// Forbidden without the right.
pub async fn signing_key_rotate(service: &Service, context: &Arc<Context>, at_once: bool) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let there = service.signing_keys(context.tenant).await?;
    let used_from = if at_once { context.now } else { context.now.plus_seconds(AHEAD_SECONDS) };
    service.signing_key_make(context, &there, used_from).await
}
