//! Where the data is, and how it is opened: folder, lock, keys, database.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use musubi_domain::error::{Error, Kind};
use musubi_service::{Db, DbSettings, FolderLock, Keys, Reach, Service, Source as _, SystemSource, Target};

use crate::failure::Failure;
use crate::settings::Settings;

/// Longer than anything takes.
const UNLIMITED: Duration = Duration::from_secs(365 * 86_400);

/// Where the data is, with the keys that open it and, for a server, the lock of the folder.
#[derive(Debug)]
pub(crate) struct Place {
    target: Target,
    keys: Keys,
    _lock: Option<FolderLock>,
}

impl Place {
    /// The place that a server serves: made where there is none, and held against other servers.
    pub(crate) fn prepare(settings: &Settings) -> Result<Self, Failure> {
        let target = target(settings);
        let key_file = settings.key_file();
        if target_is_folder(&target) || key_file.starts_with(&settings.data) {
            make_folder(&settings.data)?;
        }
        let lock = if target_is_folder(&target) { Some(lock(&settings.data)?) } else { None };
        Ok(Self { target, keys: open_keys(&key_file)?, _lock: lock })
    }

    /// The place where an administrator works. It must be there, unless the command begins it: what is mistyped is not to be made.
    pub(crate) fn find(settings: &Settings, begins: bool) -> Result<Self, Failure> {
        let (target, key_file) = (target(settings), settings.key_file());
        if begins && (target_is_folder(&target) || key_file.starts_with(&settings.data)) {
            make_folder(&settings.data)?;
        } else if !begins && matches!(key_file.try_exists(), Ok(false)) {
            let path = key_file.display();
            return Err(Failure::plain(
                format!(
                    "鍵ファイル {path} がありません。--data と --key-file を確かめるか、musubi serve で始めてください"
                ),
                format!("there is no key file {path}; check --data and --key-file, or begin with musubi serve"),
            ));
        }
        Ok(Self { target, keys: open_keys(&key_file)?, _lock: None })
    }

    /// The same place held against servers, where none serves it; where one does, it does the jobs. Several may work on one PostgreSQL.
    pub(crate) fn held(self) -> (Self, bool) {
        let Target::Folder(folder) = &self.target else { return (self, true) };
        match FolderLock::take(folder) {
            Ok(lock) => (Self { _lock: Some(lock), ..self }, true),
            Err(_) => (self, false),
        }
    }

    /// Opens the database for a server.
    pub(crate) fn open(&self, reach: Reach) -> Result<Service, Failure> {
        self.open_with(DbSettings { fatal: Arc::new(end), ..DbSettings::default() }, reach)
    }

    /// Opens the database for a command: it leaves to the servers what they do in the background.
    pub(crate) fn open_briefly(&self) -> Result<Service, Failure> {
        self.open_with(DbSettings { seals: false, fatal: Arc::new(end), ..DbSettings::default() }, Reach::default())
    }

    /// Opens the database for a look at all of it. Where nobody else works on it, a read may take as long as it takes.
    pub(crate) fn open_to_verify(&self, alone: bool) -> Result<Service, Failure> {
        let brief = DbSettings { seals: false, fatal: Arc::new(end), ..DbSettings::default() };
        let settings = if alone { DbSettings { snapshot_limit: UNLIMITED, ..brief } } else { brief };
        self.open_with(settings, Reach::default())
    }

    /// Whether a server may be serving it at this moment; of what is not a folder nobody knows.
    pub(crate) fn is_served(&self) -> bool {
        let Target::Folder(folder) = &self.target else { return true };
        FolderLock::take(folder).is_err()
    }

    /// The keys.
    pub(crate) const fn keys(&self) -> &Keys {
        &self.keys
    }

    fn open_with(&self, settings: DbSettings, reach: Reach) -> Result<Service, Failure> {
        let opened = Db::open(&self.target, &self.keys, settings);
        let db = opened
            .map_err(|error| Failure::during("データベースを開けません", "the database cannot be opened", error))?;
        Ok(Service::new(db, &self.keys, Arc::new(SystemSource), reach))
    }
}

fn target(settings: &Settings) -> Target {
    settings.database_url.clone().map_or_else(|| Target::Folder(settings.data.clone()), Target::Url)
}

const fn target_is_folder(target: &Target) -> bool {
    matches!(target, Target::Folder(_))
}

/// Makes the folder, for its owner only, where there is none, and sees whether files can be made in it.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let trouble = |ja: &str, en: &str, error: &io::Error| {
        let folder = folder.display();
        Failure::plain(
            format!("データフォルダー {folder} {ja} ({error})"),
            format!("the data folder {folder} {en} ({error})"),
        )
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => trouble("はフォルダーではありません", "is not a folder", &error),
        _ => trouble("を作成できません", "cannot be made", &error),
    })?;
    tempfile::tempfile_in(folder).map(drop).map_err(|error| trouble("に書き込めません", "cannot be written to", &error))
}

fn lock(folder: &Path) -> Result<FolderLock, Failure> {
    FolderLock::take(folder).map_err(|error: Error| {
        let folder = folder.display();
        if error.kind() == Kind::Conflict {
            let (ja, en) = (
                format!("データフォルダー {folder} は別のサーバーが使っています"),
                format!("another server serves this folder: {folder}"),
            );
            return Failure::plain(ja, en);
        }
        Failure::during(
            format!("データフォルダー {folder} を使えません"),
            format!("the data folder {folder} cannot be used"),
            error,
        )
    })
}

fn open_keys(path: &Path) -> Result<Keys, Failure> {
    Keys::open(path, SystemSource.seed())
        .map_err(|error| Failure::during("鍵ファイルを使えません", "the key file cannot be used", error))
}

/// Nothing more may be written: the process ends, and what was answered is durable.
fn end(reason: &str) {
    tracing::error!(reason, "nothing more may be written; ending");
    std::process::exit(1);
}
