//! An installation in a folder of its own, served by the real program, written to by many, and judged afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use musubi_service::{DbSettings, Keys, Reach, Service, Source, SystemSource, Target};
use musubi_testkit::app::ALL_SCOPES;
use musubi_testkit::engine::Engine;
use musubi_testkit::postgres;
use musubi_testkit::process::{Connection, ServerProcess};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const REGISTER: &str = "/api/crm/client/register";
pub(crate) const LIST: &str = "/api/crm/get-client-list";

/// Where an installation is.
pub(crate) struct Installation {
    folder: TempDir,
    data: PathBuf,
    url: Option<String>,
    /// Its organization and its person in charge.
    pub(crate) organization: String,
    pub(crate) user: String,
    pub(crate) token: String,
}

impl Installation {
    /// A fresh one on this engine, with what a client needs to be registered.
    pub(crate) fn new(engine: Engine) -> Self {
        let url = (engine == Engine::Postgres)
            .then(|| postgres::server().expect("the trial runs only where there is a server").fresh_schema_url());
        Self::at(url, None)
    }

    /// One on this database, or in this folder of data.
    pub(crate) fn at(url: Option<String>, data: Option<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = data.unwrap_or_else(|| folder.path().join("data"));
        let mut installation =
            Self { folder, data, url, organization: String::new(), user: String::new(), token: String::new() };
        installation.serve().signal("TERM");
        installation.organization =
            installation.admin_json(&["organization", "create", "--name", "営業部"])["organization_id"]
                .as_str()
                .unwrap()
                .to_owned();
        let user = [
            "user",
            "create",
            "--login",
            "yamada",
            "--family-name",
            "山田",
            "--first-name",
            "太郎",
            "--mail",
            "yamada@example.com",
        ];
        installation.user = installation.admin_json(&user)["user_id"].as_str().unwrap().to_owned();
        installation.admin(&["linkage-slot", "set", "999000001", "--name", "基幹システムA"]);
        installation.token =
            installation.admin(&["token", "--scope", ALL_SCOPES, "--expires", "86400"]).trim().to_owned();
        installation
    }

    /// The program with the options that lead to this installation.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_musubi"));
        command.args(words).args(self.place()).env("LANG", "C").current_dir(self.folder.path());
        command
    }

    pub(crate) fn place(&self) -> Vec<String> {
        let data = self.data.display().to_string();
        match &self.url {
            Some(url) => vec![
                "--data".into(),
                data,
                "--database-url".into(),
                url.clone(),
                "--key-file".into(),
                format!("{}/keys", self.folder.path().display()),
            ],
            None => vec!["--data".into(), data],
        }
    }

    pub(crate) fn serve(&self) -> ServerProcess {
        self.serve_with(self.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    pub(crate) fn serve_with(&self, command: Command) -> ServerProcess {
        ServerProcess::start(command).unwrap_or_else(|said| panic!("the server did not begin: {said}"))
    }

    pub(crate) fn admin(&self, words: &[&str]) -> String {
        let output = self.command(&[&["admin"], words].concat()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn admin_json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.admin(&[words, &["--json"]].concat())).unwrap()
    }

    /// Everything that is stored, as bytes: the files of the folder, or a dump of the tables.
    pub(crate) fn stored(&self) -> Vec<u8> {
        let Some(url) = &self.url else {
            let files = std::fs::read_dir(&self.data).unwrap().map(|entry| entry.unwrap().path());
            let is_database =
                |file: &PathBuf| file.extension().is_some_and(|end| end.to_string_lossy().starts_with("db"));
            return files.filter(is_database).flat_map(|file| std::fs::read(file).unwrap()).collect();
        };
        postgres::dump(url)
    }

    pub(crate) fn register_body(&self, name: &str) -> String {
        json!({"param": {"toData": {"clientRegisterInfo": {
            "clientItemList": [
                {"itemID": "2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7", "itemType": "text_ruby", "itemTextData": {"value": name, "ruby": "カイシャ"}},
                {"itemID": "8a87f4ef-19d6-4189-b3ca-6a9788b9ebc7", "itemType": "prefectures", "itemTextData": {"value": "東京都"}},
                {"itemID": "0a244d28-0e66-49ef-8cd9-8aa53760e6d8", "itemType": "text_multiple", "itemTextData": {"value": format!("{name}の詳細。").repeat(40)}},
                {"itemID": "81818574-827d-4084-8b12-97b5b9a8d593", "itemType": "division_single", "itemUuidData": {"values": [self.organization]}},
                {"itemID": "88795555-0d22-46fd-bc6d-8a14c5d0dc7a", "itemType": "user_single", "itemUuidData": {"values": [self.user]}},
            ],
            "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": name}],
        }}}})
        .to_string()
    }

    /// Looks at what is there, without a server: the names of the clients, and that every part of every client is there.
    pub(crate) fn judge(&self, acknowledged: &BTreeSet<String>) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let service = self.open();
            let names = whole_clients(&service).await;
            let lost: Vec<_> = acknowledged.iter().filter(|name| !names.contains_key(*name)).collect();
            assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
            assert!(names.values().all(|count| *count == 1), "twice: {names:?}");
        });
    }

    /// Opens it beside a server, or without one.
    pub(crate) fn open(&self) -> Service {
        self.open_at(Arc::new(SystemSource))
    }

    /// Opens it with a clock of its own.
    pub(crate) fn open_at(&self, source: Arc<dyn Source>) -> Service {
        let key_file = self.url.as_ref().map_or_else(|| self.data.join("keys"), |_| self.folder.path().join("keys"));
        let keys = Keys::open(&key_file, [0; 32]).unwrap();
        let target = self.url.clone().map_or_else(|| Target::Folder(self.data.clone()), Target::Url);
        let db =
            tokio::task::block_in_place(|| musubi_service::Db::open(&target, &keys, DbSettings::default()).unwrap());
        Service::new(db, &keys, source, Reach::default())
    }
}

/// Every client with how often it is there. Asserts that each is whole: found by its linkage value, found by search, with its
/// one event; and that the feed and the log have no hole.
async fn whole_clients(service: &Service) -> BTreeMap<String, usize> {
    use musubi_domain::client::{NAME, PREFECTURE};
    use musubi_domain::condition::Operand;
    use musubi_service::client::{client_get, client_list};
    use musubi_service::record::RecordKey;
    use musubi_service::record_filter::{Asked, Filter};
    let tenant = service.tenant_chosen(None).await.unwrap();
    let context = service.command_context(tenant);
    let (mut names, mut ids) = (BTreeMap::new(), BTreeSet::new());
    loop {
        let page = client_list(service, &context, &[], i64::try_from(ids.len()).unwrap(), 100).await.unwrap();
        for row in &page.rows {
            *names.entry(row.display_name.clone()).or_insert(0) += 1;
            ids.insert(row.id);
            let key = RecordKey::Linkage { slot: 999_000_001, value: row.display_name.clone() };
            let detail = client_get(service, &context, key, "").await.unwrap();
            assert_eq!(
                (detail.record.id, detail.record.document.members().count()),
                (row.id, 5),
                "{}",
                row.display_name
            );
            let asked = [
                Filter::Part(&[NAME], row.display_name.clone()),
                Filter::OneOf(PREFECTURE, vec![Operand::Text("東京都".into())]),
            ];
            let asked = asked.map(|what| Asked { path: String::new(), what });
            let found = client_list(service, &context, &asked, 0, 100).await.unwrap();
            assert!(found.rows.iter().any(|other| other.id == row.id), "{} is not found", row.display_name);
        }
        if !page.more {
            break;
        }
    }
    feed_is_whole(service, &ids).await;
    names
}

async fn feed_is_whole(service: &Service, ids: &BTreeSet<uuid::Uuid>) {
    let context = service.command_context(service.tenant_chosen(None).await.unwrap());
    let wanted = ids.len();
    // On PostgreSQL the keeper seals what was committed within a moment.
    let mut events = Vec::new();
    for _ in 0..100 {
        events = musubi_service::event::event_list(service, &context, 0, 1_000_000).await.unwrap();
        if events.len() >= wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let numbers: Vec<_> = events.iter().map(|event| event.number).collect();
    assert_eq!(
        numbers,
        (1..=i64::try_from(wanted).unwrap()).collect::<Vec<_>>(),
        "the feed has a hole or an entry too many"
    );
    assert_eq!(events.iter().map(|event| event.record_id).collect::<BTreeSet<_>>(), *ids);
}

/// Writers, each on a connection of its own, that register clients until the server is gone or they are told to stop.
pub(crate) struct Writers {
    threads: Vec<JoinHandle<Vec<String>>>,
    stop: Vec<Sender<()>>,
    acknowledgements: Receiver<()>,
}

impl Writers {
    /// Starts `count` of them. Names begin with `prefix`.
    pub(crate) fn start(
        installation: &Arc<Installation>,
        addresses: &[SocketAddr],
        prefix: &str,
        count: usize,
    ) -> Self {
        let (sender, acknowledgements) = channel();
        let (mut threads, mut stop) = (Vec::new(), Vec::new());
        for number in 0..count {
            let (installation, sender) = (Arc::clone(installation), sender.clone());
            let (address, prefix) = (addresses[number % addresses.len()], format!("{prefix}-{number}"));
            let (stopper, stopped) = channel();
            stop.push(stopper);
            threads.push(std::thread::spawn(move || {
                let mut own = Vec::new();
                let mut connection = Connection::open(address).ok();
                for at in 0.. {
                    if stopped.try_recv().is_ok() {
                        break;
                    }
                    let name = format!("{prefix}-{at}");
                    let Some(open) = connection.as_mut() else { break };
                    match open.post(REGISTER, &installation.token, &installation.register_body(&name)) {
                        Ok((200, _)) => {
                            own.push(name);
                            let _ = sender.send(());
                        }
                        Ok(_) => {}
                        Err(_) => connection = None,
                    }
                }
                own
            }));
        }
        Self { threads, stop, acknowledgements }
    }

    /// Waits until this many writes have been acknowledged, or all writers have ended.
    pub(crate) fn wait_for(&self, count: usize) {
        for _ in 0..count {
            if self.acknowledgements.recv_timeout(std::time::Duration::from_secs(60)).is_err() {
                return;
            }
        }
    }

    /// Tells them to stop and gives what was acknowledged.
    pub(crate) fn acknowledged(self) -> BTreeSet<String> {
        self.stop.iter().for_each(|stop| {
            let _ = stop.send(());
        });
        drop(self.acknowledgements);
        self.threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    }
}
