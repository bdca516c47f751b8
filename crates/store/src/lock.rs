//! The lock of a data folder: one server at a time serves it.

use std::fs::File;
use std::path::Path;

use musubi_domain::error::{Error, Kind, Result};

/// The lock file within the folder.
const FILE: &str = "musubi.lock";

/// Held for as long as it lives. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// Conflict where another server holds it; Unavailable where the folder cannot be used.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let unusable =
            |error: std::io::Error| Error::new(Kind::Unavailable).with_cause(format!("{}: {error}", path.display()));
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::new(Kind::Conflict)
                .with_cause(format!("{}: another server serves this folder", folder.display()))),
            Err(std::fs::TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_server_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let held = FolderLock::take(folder.path()).unwrap();
        assert_eq!(FolderLock::take(folder.path()).unwrap_err().kind(), Kind::Conflict);
        drop(held);
        assert!(FolderLock::take(folder.path()).is_ok());
    }
}
