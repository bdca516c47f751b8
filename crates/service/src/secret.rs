//! Secrets that must be read again: sealed with AES-256-GCM under a key of their purpose, bound to their tenant. What is only looked up is
//! hashed instead, and what must be given again is derived (see `token.rs`).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;

use crate::context::Service;

/// The form of what is sealed: this byte, the nonce, the sealed bytes with their tag.
const FORM: u8 = 1;

/// Seals and opens what is of one purpose and one tenant. It needs no clock and no randomness to open, so transactions can.
pub(crate) struct Seal {
    key: LessSafeKey,
    tenant: TenantNo,
}

impl Service {
    /// The seal of the purpose that `label` names.
    pub(crate) fn seal_of(&self, label: &str, tenant: TenantNo) -> Result<Seal> {
        let key =
            UnboundKey::new(&AES_256_GCM, &self.key(label)).map_err(|_| Error::internal("a key has no 32 bytes"))?;
        Ok(Seal { key: LessSafeKey::new(key), tenant })
    }

    /// Bytes that can be read with the keys of the installation alone. Under one label a tenant seals far less than the 2^32 texts for
    /// which random nonces are safe.
    pub(crate) fn seal(&self, label: &str, tenant: TenantNo, bytes: &[u8]) -> Result<Vec<u8>> {
        self.seal_of(label, tenant)?.close(bytes, self.random())
    }

    /// What [`Service::seal`] was given.
    ///
    /// # Errors
    /// Internal where it was changed, or sealed with other keys, for another purpose or another tenant.
    pub(crate) fn unseal(&self, label: &str, tenant: TenantNo, sealed: &[u8]) -> Result<Vec<u8>> {
        self.seal_of(label, tenant)?.open(sealed)
    }
}

impl Seal {
    /// Seals with a nonce out of 32 random bytes.
    fn close(&self, bytes: &[u8], random: [u8; 32]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        nonce.iter_mut().zip(random).for_each(|(own, given)| *own = given);
        let mut sealed = bytes.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), self.bound_to(), &mut sealed)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok([&[FORM], nonce.as_slice(), &sealed].concat())
    }

    /// As [`Service::unseal`].
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal("a sealed secret cannot be read: it was changed, or sealed with other keys");
        let rest = sealed.strip_prefix(&[FORM]).ok_or_else(broken)?;
        let (nonce, closed) = rest.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut opened = closed.to_vec();
        let length = self.key.open_in_place(nonce, self.bound_to(), &mut opened).map_err(|_| broken())?.len();
        opened.truncate(length);
        Ok(opened)
    }

    fn bound_to(&self) -> Aad<[u8; 8]> {
        Aad::from(self.tenant.0.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(key: u8, tenant: i64) -> Seal {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[key; 32]).unwrap());
        Seal { key, tenant: TenantNo(tenant) }
    }

    #[test]
    fn what_is_sealed_is_read_with_its_key_for_its_tenant_and_unchanged_alone() {
        let sealed = seal(1, 7).close("秘密".as_bytes(), [9; 32]).unwrap();
        assert_eq!(seal(1, 7).open(&sealed).unwrap(), "秘密".as_bytes());
        assert!(seal(2, 7).open(&sealed).is_err() && seal(1, 8).open(&sealed).is_err());
        assert!(!sealed.windows(6).any(|part| part == "秘密".as_bytes()));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal(1, 7).open(&changed).is_err(), "byte {at}");
            assert!(seal(1, 7).open(&sealed[..at]).is_err(), "cut at {at}");
        }
    }
}
