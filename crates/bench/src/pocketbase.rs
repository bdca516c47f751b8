//! PocketBase as a peer: a collection with as many text fields as clients have items, filled with the same values.
//!
//! It runs as it ships. Its rows are written into its database file while it does not run; what the create load adds is
//! taken out again when it has ended.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Value, json};

use crate::call::{self, request};
use crate::draws::one_of;
use crate::load::Requests;
use crate::process::{Process, output_of};
use crate::report::say;
use crate::requests::{Same, overwrite, place_of};
use crate::sample::{Samples, Shape};
use crate::seed;

/// Who may read and write: whoever is signed in.
const RULE: &str = "@request.auth.id != \"\"";
const SUPERUSER: &str = "bench@example.com";
const USER: &str = "person@example.com";
const RECORDS: &str = "/api/collections/clients/records";
/// Rows in one transaction while it is filled.
const SLICE: u64 = 1_000;
/// Create requests made beforehand.
const CREATED: u64 = 1_000;
/// Numbers of the samples that create requests are made of.
const FIRST_CREATED: u64 = 1 << 40;

/// A filled folder and the program for it.
pub(crate) struct PocketBase {
    program: PathBuf,
    folder: PathBuf,
    clients: u64,
}

/// It, running, and the line of a head that signs a person in.
pub(crate) struct Running {
    /// The process.
    pub(crate) process: Process,
    /// From its start to its first answer.
    pub(crate) first: Duration,
    head: String,
    clients: u64,
}

impl PocketBase {
    /// The folder with so many clients, filled where there is none.
    ///
    /// # Errors
    /// Where it cannot be filled.
    pub(crate) fn filled(
        program: &Path,
        work: &Path,
        clients: u64,
        samples: &Samples,
        shape: Shape,
        document_bytes: usize,
    ) -> Result<Self> {
        let folder = work.join(format!("pocketbase-{clients}-{document_bytes}"));
        let own = Self { program: program.to_owned(), folder, clients };
        let marker = own.folder.join("filled");
        if !marker.exists() {
            if own.folder.exists() {
                fs::remove_dir_all(&own.folder)?;
            }
            fs::create_dir_all(&own.folder)?;
            let fields = samples.sample(0, shape)?.texts().len();
            own.set_up(fields)?;
            say(&format!("PocketBase is filled with {clients} clients"));
            own.fill(samples, shape, fields)?;
            fs::write(marker, "")?;
        }
        Ok(own)
    }

    /// Starts it and signs a person in.
    ///
    /// # Errors
    /// Where it does not start.
    pub(crate) fn start(&self) -> Result<Running> {
        let process = self.spawn()?;
        call::json(process.address(), "GET", "/api/health", "", &Value::Null)?;
        let first = process.begun().elapsed();
        let head = sign_in(process.address(), "users", USER)?;
        Ok(Running { process, first, head, clients: self.clients })
    }

    /// Reads its database once, so that it lies in the page cache.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn warm(&self) -> Result<()> {
        seed::warm(&[self.database()])
    }

    /// Takes out what was created beyond what it was filled with; it must not run.
    ///
    /// # Errors
    /// Where its database cannot be written.
    pub(crate) fn take_back(&self) -> Result<()> {
        let database = Connection::open(self.database())?;
        database.execute("DELETE FROM clients WHERE rowid > ?1", [i64::try_from(self.clients)?])?;
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// The bytes of the program.
    ///
    /// # Errors
    /// Where it is not there.
    pub(crate) fn program_bytes(&self) -> Result<u64> {
        Ok(fs::metadata(&self.program)?.len())
    }

    fn database(&self) -> PathBuf {
        self.folder.join("data.db")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--dir").arg(&self.folder);
        for part in ["migrations", "hooks", "public"] {
            command.arg(format!("--{part}Dir")).arg(self.folder.join(part));
        }
        command
    }

    fn spawn(&self) -> Result<Process> {
        // It takes no port 0, so a free one is looked for.
        let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = self.command();
        command.args(["serve", "--automigrate=false", "--hooksWatch=false", "--http"]).arg(free.to_string());
        Process::start(&command, &self.folder.join("log"))
    }

    /// Makes the collection and a person.
    fn set_up(&self, fields: usize) -> Result<()> {
        output_of(self.command().args(["superuser", "upsert", SUPERUSER, &password(SUPERUSER)]))?;
        let process = self.spawn()?;
        let head = sign_in(process.address(), "_superusers", SUPERUSER)?;
        let fields: Vec<Value> = (0..fields).map(|at| json!({"name": field(at), "type": "text"})).collect();
        let collection = json!({"name": "clients", "type": "base", "listRule": RULE, "viewRule": RULE, "createRule": RULE, "fields": fields});
        call::json(process.address(), "POST", "/api/collections", &head, &collection)?;
        let user = json!({"email": USER, "password": password(USER), "passwordConfirm": password(USER)});
        call::json(process.address(), "POST", "/api/collections/users/records", &head, &user)?;
        Ok(())
    }

    fn fill(&self, samples: &Samples, shape: Shape, fields: usize) -> Result<()> {
        let mut database = Connection::open(self.database())?;
        database.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")?;
        let names: Vec<String> = (0..fields).map(field).collect();
        let places: Vec<String> = (2..fields + 2).map(|at| format!("?{at}")).collect();
        let sql = format!("INSERT INTO clients (id, {}) VALUES (?1, {})", names.join(", "), places.join(", "));
        let mut next = 0;
        while next < self.clients {
            let until = self.clients.min(next + SLICE);
            let slice = database.transaction()?;
            let mut insert = slice.prepare_cached(&sql)?;
            for number in next..until {
                let texts = samples.sample(number, shape)?.texts();
                insert.execute(params_from_iter(std::iter::once(id(number)).chain(texts)))?;
            }
            drop(insert);
            slice.commit()?;
            next = until;
        }
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

impl Running {
    /// One record, any of them.
    ///
    /// # Errors
    /// None that can be brought about.
    pub(crate) fn view(&self) -> Result<Arc<dyn Requests>> {
        let first = id(0);
        let bytes = request("GET", &format!("{RECORDS}/{first}"), &self.head, "");
        let at = place_of(&bytes, first.as_bytes())?;
        Ok(Arc::new(View { bytes, at, clients: self.clients }))
    }

    /// A new record with the values of a register request.
    ///
    /// # Errors
    /// Where a sample cannot be made.
    pub(crate) fn create(&self, samples: &Samples) -> Result<Arc<dyn Requests>> {
        let make = |number| {
            let texts = samples.sample(FIRST_CREATED + number, Shape::Sent)?.texts();
            let body: Map<String, Value> =
                texts.into_iter().enumerate().map(|(at, text)| (field(at), text.into())).collect();
            Ok(request("POST", RECORDS, &self.head, &Value::from(body).to_string()))
        };
        Ok(Arc::new(Pool((0..CREATED).map(make).collect::<Result<_>>()?)))
    }

    /// The first hundred whose names hold a word: ids and names alone, and without the total, which costs a count.
    pub(crate) fn list(&self, word: &str) -> Arc<dyn Requests> {
        let filter = percent_encoded(&format!("name ~ \"{word}\""));
        let path = format!("{RECORDS}?perPage=100&skipTotal=1&fields=id,name&filter={filter}");
        Arc::new(Same(request("GET", &path, &self.head, "")))
    }
}

/// Requests for one record.
struct View {
    bytes: Vec<u8>,
    at: usize,
    clients: u64,
}

impl Requests for View {
    fn write(&self, draw: u64, into: &mut Vec<u8>) {
        overwrite(into, &self.bytes, self.at, id(draw % self.clients.max(1)).as_bytes());
    }
}

/// Requests made beforehand.
struct Pool(Vec<Vec<u8>>);

impl Requests for Pool {
    fn write(&self, draw: u64, into: &mut Vec<u8>) {
        let request: &Vec<u8> = one_of(&self.0, draw);
        into.extend_from_slice(request);
    }
}

/// Signs somebody in and gives the line of a head that says so.
fn sign_in(address: SocketAddr, collection: &str, who: &str) -> Result<String> {
    let body = json!({"identity": who, "password": password(who)});
    let answer = call::json(address, "POST", &format!("/api/collections/{collection}/auth-with-password"), "", &body)?;
    let token = answer.get("token").and_then(Value::as_str).context("PocketBase gives no token")?;
    Ok(format!("Authorization: {token}\r\n"))
}

/// The password of one who is there for the bench alone.
fn password(who: &str) -> String {
    format!("password of {who}")
}

/// The id of a record.
fn id(number: u64) -> String {
    format!("c{number:014}")
}

/// The name of a field; the first holds the name.
fn field(at: usize) -> String {
    if at == 0 { "name".to_owned() } else { format!("f{at:02}") }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use musubi_testkit::tool::{Tool, program};
    use uuid::Uuid;

    use super::*;
    use crate::sample::References;

    fn answer(running: &Running, requests: &Arc<dyn Requests>, draw: u64) -> Value {
        let mut request = Vec::new();
        requests.write(draw, &mut request);
        let (status, body) = call::send(running.process.address(), &request).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn it_is_filled_asked_and_added_to() {
        // A peer is compared with where it is given; it is no tool that the tests need.
        let Some(program) = program(Tool::PocketBase) else { return };
        let (work, ids) = (tempfile::tempdir().unwrap(), vec![Uuid::from_u128(1)]);
        let references = References {
            organizations: ids.clone(),
            users: ids.clone(),
            parents: ids,
            route: (Uuid::nil(), Uuid::nil()),
        };
        let (samples, shape) = (Samples::new(references).unwrap(), Shape::documents(4_096));
        let fill = || PocketBase::filled(&program, work.path(), 30, &samples, shape, 4_096).unwrap();
        let peer = fill();
        let running = fill().start().unwrap();
        let viewed = answer(&running, &running.view().unwrap(), 12);
        let texts = samples.sample(12, shape).unwrap().texts();
        assert_eq!(
            (viewed["name"].as_str(), viewed["f28"].as_str()),
            (Some(texts[0].as_str()), Some(texts[28].as_str()))
        );
        let rare = samples.sample(5, shape).unwrap().texts();
        assert_eq!(answer(&running, &running.list("薬袋"), 0)["items"], json!([{"id": id(5), "name": rare[0]}]));
        let created = answer(&running, &running.create(&samples).unwrap(), 3);
        assert_eq!(created["f22"], "詳細メモです。");
        drop(running);
        peer.take_back().unwrap();
        let count: i64 = Connection::open(peer.database())
            .unwrap()
            .query_row("SELECT count(*) FROM clients", [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 30);
    }
}
