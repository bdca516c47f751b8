//! The key file: one master secret, from which every key of the product is derived.
//!
//! It lies beside the data (`DIR/keys`) or where the instances of one PostgreSQL share it, readable by its owner only. A
//! database remembers the fingerprint of the keys that it was begun with and is not opened with others.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use aws_lc_rs::hmac;
use musubi_domain::error::{Error, Kind, Result};

use crate::seal::SealKey;

/// The first line of a key file.
const HEADING: &str = "musubi keys 1";

/// The keys of an installation.
#[derive(Clone)]
pub struct Keys {
    version: i64,
    master: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Keys").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Keys {
    /// Keys of this master secret, 32 random bytes.
    #[must_use]
    pub const fn new(master: [u8; 32]) -> Self {
        Self { version: 1, master }
    }

    /// Reads the file at `path`, or makes it of `fresh`, 32 random bytes, where there is none.
    ///
    /// # Errors
    /// Unavailable, with the cause, where it can be neither read nor made, is damaged, or can be read by others.
    pub fn open(path: &Path, fresh: [u8; 32]) -> Result<Self> {
        let trouble = |what: &str| Error::new(Kind::Unavailable).with_cause(format!("{}: {what}", path.display()));
        let told = |error: std::io::Error| trouble(&error.to_string());
        if !path.try_exists().map_err(told)? {
            Self::new(fresh).make(path).map_err(told)?;
        }
        let mode = fs::metadata(path).map_err(told)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(trouble("others may read the key file; take their rights away (chmod 600)"));
        }
        let text = fs::read_to_string(path).map_err(told)?;
        Self::read(&text).ok_or_else(|| trouble("this is not a key file, or it is damaged"))
    }

    /// Makes the file, unless another process is first. It appears whole or not at all, whoever reads it meanwhile and whenever
    /// the power goes.
    fn make(&self, path: &Path) -> std::io::Result<()> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.new", self.fingerprint()));
        let draft = Path::new(&name);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
        let linked = file
            .write_all(self.file_text().as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::hard_link(draft, path));
        fs::remove_file(draft)?;
        match linked {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                fs::File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?
                    .sync_all()
            }
        }
    }

    /// Names the keys without telling them.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hexadecimal(self.derive("fingerprint").get(..8).unwrap_or_default())
    }

    /// The key for the chain of the operation log.
    #[must_use]
    pub fn seal_key(&self) -> SealKey {
        SealKey::new(self.version, &self.derive("seal"))
    }

    /// A key of 32 bytes for the purpose that `label` names.
    #[must_use]
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.master), label.as_bytes());
        let mut key = [0; 32];
        key.copy_from_slice(tag.as_ref());
        key
    }

    fn file_text(&self) -> String {
        format!("{HEADING}\n{} {}\n", self.version, hexadecimal(&self.master))
    }

    fn read(text: &str) -> Option<Self> {
        let (version, master) = text.strip_prefix(HEADING)?.trim().split_once(' ')?;
        let mut bytes = [0; 32];
        if master.len() != 64 || !master.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(master.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self { version: version.parse().ok()?, master: bytes })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_for_its_owner_only_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let made = Keys::open(&path, [7; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = Keys::open(&path, [8; 32]).unwrap();
        assert_eq!((read.master, read.fingerprint()), (made.master, made.fingerprint()));
        assert_ne!(made.derive("seal"), made.derive("token"));
        assert!(!format!("{made:?}").contains("07"));
    }

    #[test]
    fn a_key_file_that_others_may_read_or_that_is_damaged_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        Keys::open(&path, [7; 32]).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(format!("{:?}", Keys::open(&path, [7; 32]).unwrap_err()).contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "musubi keys 1\n1 zz", "musubi keys 1\n1 00ff", "something else"] {
            fs::write(&path, text).unwrap();
            assert!(Keys::open(&path, [7; 32]).is_err(), "{text}");
        }
    }
}
