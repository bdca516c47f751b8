//! Commands as a person or a script types them: what they print, what they answer, and their exit status.

mod door;
mod import;
mod openid;
mod people;
mod rights;
mod sign_in;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Failed, Trial};
use musubi_domain::id::TenantNo;
use musubi_service::{Keys, Target};
use musubi_testkit::app::meddle;
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::postgres;
use musubi_testkit::process::{Connection, ServerProcess};
use musubi_testkit::tool::{Tool, need};
use musubi_testkit::user_agent::{Arrival, UserAgent};
use serde_json::{Value, json};
use tempfile::TempDir;

const LIST: &str = "/api/crm/get-client-list";

pub(crate) fn trials() -> Vec<Trial> {
    let on_sqlite = |name: &str, test: fn() -> Result<(), Failed>| Trial::test(name, test).with_kind("sqlite");
    let mut trials = on_both("commands: an empty database is begun once", |engine| begun_once(&Desk::new(engine)));
    trials.extend(on_both("commands: what is created is listed", |engine| created_and_listed(&Desk::new(engine))));
    trials
        .extend(on_both("commands: a token is given out, listed and taken back", |engine| tokens(&Desk::new(engine))));
    trials.extend(on_both("commands: what export prints can be applied", |engine| templates(&Desk::new(engine))));
    trials.extend(on_both("commands: a file is imported with and without a server", |engine| {
        import::imports(&Desk::new(engine))
    }));
    trials.extend(on_both("commands: verify tells what is wrong and mends what it can", |engine| {
        verified(&Desk::new(engine), engine == Engine::Sqlite)
    }));
    trials.extend(on_both("commands: the OpenID console", |engine| openid::console(&Desk::new(engine))));
    trials.extend(door::trials());
    trials.extend(people::trials());
    trials.extend(sign_in::trials());
    trials.push(Trial::test("commands: two servers begin together", begin_together).with_kind("postgres"));
    trials.push(on_sqlite("commands: the demo answers its first call and leaves nothing behind", demo));
    trials.push(on_sqlite("commands: several tenants are told apart", several_tenants));
    trials.push(on_sqlite("commands: settings come from four places, in order", settings_in_order));
    trials.push(on_sqlite("commands: an administrator makes no folder by mistake", nothing_by_mistake));
    trials.push(on_sqlite("commands: exit status and language", status_and_language));
    trials
}

/// Where somebody types commands.
struct Desk {
    folder: TempDir,
    url: Option<String>,
}

/// What a command answered.
struct Answer {
    status: Option<i32>,
    out: String,
    errors: String,
}

impl Desk {
    fn new(engine: Engine) -> Self {
        let url = (engine == Engine::Postgres)
            .then(|| postgres::server().expect("the trial runs only where there is a server").fresh_schema_url());
        Self { folder: tempfile::tempdir().unwrap(), url }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A command in the folder, with an environment of its own that says where the data is.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_musubi"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("LANG", "C")
            .env("TMPDIR", self.temporary());
        command.env("MUSUBI_DATA", self.data());
        if let Some(url) = &self.url {
            command.env("MUSUBI_DATABASE_URL", url);
        }
        command
    }

    fn temporary(&self) -> PathBuf {
        let folder = self.folder.path().join("tmp");
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn run(&self, words: &[&str]) -> Answer {
        answer(&mut self.command(words))
    }

    /// The output of an administrator's command that must succeed.
    fn admin(&self, words: &[&str]) -> String {
        let answer = self.run(&[&["admin"], words].concat());
        assert_eq!((answer.status, answer.errors.as_str()), (Some(0), ""), "{words:?}");
        answer.out
    }

    fn admin_json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.admin(&[words, &["--json"]].concat())).unwrap()
    }

    fn serve(&self) -> ServerProcess {
        ServerProcess::start(self.command(&["serve", "--listen", "127.0.0.1:0"])).unwrap()
    }

    /// Runs a statement of the first tenant, `?1`, past the product, while nobody serves.
    fn meddle(&self, sql: &str) {
        let target = self.url.clone().map_or_else(|| Target::Folder(self.data()), Target::Url);
        let keys = Keys::open(&self.data().join("keys"), [0; 32]).unwrap();
        tokio::runtime::Runtime::new().unwrap().block_on(meddle(target, keys, TenantNo(1), sql)).unwrap();
    }

    /// Begins the database and lets the server go again.
    fn begin(&self) {
        stop(self.serve());
    }
}

fn answer(command: &mut Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn answer_to(command: &mut Command, input: &str) -> Answer {
    use std::io::Write as _;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Answer {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn stop(mut server: ServerProcess) {
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
}

fn list_code(server: &ServerProcess, token: &str) -> (String, usize) {
    let body = json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 10}}}}).to_string();
    let answer = Connection::open(server.address).unwrap().post(LIST, token, &body).unwrap().1;
    let count = answer["clientListInfo"]["clientList"].as_array().map_or(0, Vec::len);
    (answer["appStatus"]["code"].as_str().unwrap().to_owned(), count)
}

/// The passwords that a server showed.
fn passwords(server: &ServerProcess) -> Vec<String> {
    server.greeting.iter().filter_map(|line| line.strip_prefix("  password: ")).map(str::to_owned).collect()
}

fn begun_once(desk: &Desk) -> Result<(), Failed> {
    let first = desk.serve();
    let shown = passwords(&first);
    assert!(shown.len() == 1 && shown[0].len() == 20 && shown[0].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    stop(first);
    let second = desk.serve();
    assert_eq!(second.greeting, Vec::<String>::new());
    stop(second);
    let users = desk.admin_json(&["user", "list"]);
    let people: Vec<_> = users.as_array().unwrap().iter().filter(|user| user["system"] == false).collect();
    assert_eq!((people.len(), &people[0]["login"]), (1, &json!("admin")));
    assert_eq!(
        desk.admin_json(&["tenant", "list"]),
        json!([{"code": "main", "name": "自社", "hosts": [], "failures_answer_200": false}])
    );
    Ok(())
}

fn begin_together() -> Result<(), Failed> {
    if !need(Tool::Postgres) {
        return Ok(());
    }
    let desk = Desk::new(Engine::Postgres);
    let servers: Vec<_> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..3).map(|_| scope.spawn(|| desk.serve())).collect();
        starting.into_iter().map(|server| server.join().unwrap()).collect()
    });
    assert_eq!(servers.iter().flat_map(passwords).count(), 1, "one of them began the database");
    let token = desk.admin(&["token", "--scope", "crm:read"]);
    for server in servers {
        assert_eq!(list_code(&server, token.trim()).0, "S000");
        stop(server);
    }
    Ok(())
}

fn created_and_listed(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    let above = desk.admin_json(&["organization", "create", "--name", "営業部"])["organization_id"].clone();
    let above = above.as_str().unwrap();
    desk.admin(&["organization", "create", "--name", "第一課", "--parent", above]);
    let organizations = desk.admin_json(&["organization", "list"]);
    assert_eq!((&organizations[1]["name"], &organizations[1]["parent_id"]), (&json!("第一課"), &json!(above)));
    let below = organizations[1]["organization_id"].as_str().unwrap();
    assert_eq!(desk.run(&["admin", "organization", "set", above, "--parent", below]).status, Some(1), "a cycle");
    desk.admin(&["organization", "set", below, "--top", "--name", "第二課"]);
    assert_eq!(desk.admin_json(&["organization", "list"])[1]["parent_id"], Value::Null);
    desk.admin(&["organization", "remove", below]);

    let slot = ["linkage-slot", "set", "999000001", "--name", "基幹システムA"];
    assert_eq!(desk.admin(&slot), "");
    assert_eq!(desk.admin_json(&["linkage-slot", "list"]), json!([{"slot": 999_000_001, "name": "基幹システムA"}]));
    desk.admin(&["linkage-slot", "remove", "999000001"]);
    assert_eq!(desk.admin_json(&["linkage-slot", "list"]), json!([]));

    let route = desk.admin_json(&["inquiry-route", "create", "--category", "展示会", "--name", "東京"]);
    let routes = desk.admin_json(&["inquiry-route", "list"]);
    assert_eq!((&routes[0]["category_id"], &routes[0]["route_id"]), (&route["category_id"], &route["route_id"]));
    let (category, route) = (route["category_id"].as_str().unwrap(), route["route_id"].as_str().unwrap());
    desk.admin(&["inquiry-route", "set", category, "--name", "催事"]);
    desk.admin(&["inquiry-route", "set", route, "--name", "大阪"]);
    desk.admin(&["inquiry-route", "remove", route]);
    assert_eq!(desk.admin_json(&["inquiry-route", "list"]), json!([]));
    let all = desk.admin_json(&["inquiry-route", "list", "--all"]);
    let shown = (&all[0]["category"], &all[0]["name"], &all[0]["active"]);
    assert_eq!(shown, (&json!("催事"), &json!("大阪"), &json!(false)));
    assert_eq!(desk.run(&["admin", "inquiry-route", "remove", route]).status, Some(1));

    desk.admin(&[
        "scope",
        "create",
        "--name",
        "own",
        "--api",
        "/api/crm/get-client-list",
        "/api/crm/get-client-detail",
    ]);
    desk.admin(&["scope", "disable", "--name", "own"]);
    let scopes = desk.admin_json(&["scope", "list"]);
    let own = scopes.as_array().unwrap().iter().find(|scope| scope["name"] == "own").unwrap();
    let paths = ["/api/crm/get-client-detail", "/api/crm/get-client-list"];
    assert_eq!(*own, json!({"name": "own", "enabled": false, "paths": paths, "claims": []}));
    desk.admin(&["scope", "remove", "--name", "own"]);
    assert!(desk.admin_json(&["scope", "list"]).as_array().unwrap().iter().all(|scope| scope["name"] != "own"));
    assert_eq!(desk.run(&["admin", "scope", "remove", "--name", "own"]).status, Some(1));
    let shipped = desk.run(&["admin", "scope", "remove", "--name", "crm:read"]);
    assert!(shipped.status == Some(1) && shipped.errors.contains("scope disable"), "{}", shipped.errors);

    desk.admin(&["tenant", "set", "--name", "新商事", "--host", "a.example", "--host", "b.example"]);
    desk.admin(&["tenant", "set", "--remove-host", "a.example"]);
    let tenant = json!([{"code": "main", "name": "新商事", "hosts": ["b.example"], "failures_answer_200": false}]);
    assert_eq!(desk.admin_json(&["tenant", "list"]), tenant);
    assert_eq!(desk.run(&["admin", "tenant", "set", "--remove-host", "a.example"]).status, Some(1));
    Ok(())
}

fn tokens(desk: &Desk) -> Result<(), Failed> {
    let server = desk.serve();
    let client = desk.admin_json(&["client", "create", "--name", "app", "--scope", "openid crm:read"]);
    let client_id = client["client_id"].as_str().unwrap();
    assert!(client["client_secret"].as_str().is_some_and(|secret| secret.len() == 43));
    let public = desk.admin_json(&["client", "create", "--name", "page", "--public"]);
    assert_eq!(public["client_secret"], Value::Null);
    let given = desk.admin(&["token", "--scope", "crm:read", "--client", client_id]);
    let token = given.strip_suffix('\n').unwrap();
    assert!(!token.contains(char::is_whitespace), "the token alone");
    assert_eq!(list_code(&server, token).0, "S000");
    let listed = desk.admin_json(&["token", "list"]);
    assert_eq!((&listed[0]["client_id"], &listed[0]["state"]), (&json!(client_id), &json!("valid")));
    desk.admin(&["token", "remove", token]);
    assert_eq!(desk.admin_json(&["token", "list"])[0]["state"], "revoked");
    assert_eq!(desk.run(&["admin", "token", "remove", token]).status, Some(1));
    assert_eq!(desk.run(&["admin", "token", "list", "--scope", "x"]).status, Some(2));
    assert_eq!(desk.run(&["admin", "token"]).status, Some(2));
    rights::named_rights(desk, client_id);
    desk.admin(&["client", "remove", client_id]);
    stop(server);
    Ok(())
}

fn templates(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    let export = ["template", "export", "--database", "clients"];
    let before = desk.admin_json(&export);
    let count = before["templateList"].as_array().unwrap().len();
    let apply = ["admin", "template", "apply", "--database", "clients", "-", "--json"];
    let same = answer_to(&mut desk.command(&apply), &before.to_string());
    assert_eq!(serde_json::from_str::<Value>(&same.out).unwrap(), json!({"added": 0, "changed": 0}));
    let mut items = before["templateList"].as_array().unwrap().clone();
    items.push(json!({"itemName": "取引開始の経緯", "itemType": "text_multiple"}));
    let file = desk.folder.path().join("items.json");
    std::fs::write(&file, Value::from(items).to_string()).unwrap();
    let applied = desk.admin_json(&["template", "apply", "--database", "clients", "items.json"]);
    assert_eq!(applied, json!({"added": 1, "changed": 0}));
    assert_eq!(desk.admin_json(&export)["templateList"][count]["itemName"], "取引開始の経緯");
    // A file with a new item alone leaves the others where they stand; one that names every item decides the order.
    let alone = answer_to(&mut desk.command(&apply), r#"[{"itemName": "紹介者", "itemType": "text_single"}]"#);
    assert_eq!(serde_json::from_str::<Value>(&alone.out).unwrap(), json!({"added": 1, "changed": 0}));
    let after = desk.admin_json(&export);
    assert_eq!(
        (&after["templateList"][0], &after["templateList"][count + 1]["itemName"]),
        (&before["templateList"][0], &json!("紹介者"))
    );
    let mut turned = after["templateList"].as_array().unwrap().clone();
    turned.reverse();
    answer_to(&mut desk.command(&apply), &Value::from(turned.clone()).to_string());
    assert_eq!(desk.admin_json(&export)["templateList"], Value::from(turned));
    let added = after["templateList"][count + 1]["itemID"].as_str().unwrap();
    desk.admin(&["template", "remove", "--database", "clients", added]);
    assert_eq!(desk.admin_json(&export)["templateList"].as_array().unwrap().len(), count + 1);
    let built_in = before["templateList"][0]["itemID"].as_str().unwrap();
    let refused = desk.run(&["admin", "template", "remove", "--database", "clients", built_in]);
    assert!(refused.status == Some(1) && refused.errors.starts_with("musubi: ITEM_ID: "), "{}", refused.errors);
    let wrong = answer_to(&mut desk.command(&apply), r#"[{"itemName": "a", "itemType": "nothing"}, 3]"#);
    assert_eq!((wrong.status, wrong.errors.lines().count()), (Some(1), 2), "{}", wrong.errors);
    Ok(())
}

fn verified(desk: &Desk, is_sqlite: bool) -> Result<(), Failed> {
    desk.begin();
    let sound = desk.run(&["verify"]);
    assert_eq!(sound.status, Some(0), "{}{}", sound.out, sound.errors);
    assert!(
        sound.out.starts_with("looked at: tenants 1, databases 4, ")
            && sound.out.contains("\nerrors: 0, warnings: 0, mended: 0")
    );
    assert_eq!(sound.out.contains("PostgreSQL"), !is_sqlite);
    assert!(sound.errors.lines().any(|line| line == "main / clients / records"), "plain lines: {}", sound.errors);
    let json = |answer: &Answer| serde_json::from_str::<Value>(&answer.out).unwrap();
    let answer = desk.run(&["verify", "--json"]);
    assert_eq!((answer.status, answer.errors.as_str()), (Some(0), ""));
    assert_eq!((&json(&answer)["findings"], &json(&answer)["checked"]["tenants"]), (&json!([]), &json!(1)));
    assert_eq!(json(&answer)["checked"]["engine"], json!(is_sqlite));

    // A key of no record, which is made of nothing, and an entry of the log that has been changed.
    desk.meddle(
        "INSERT INTO record_key (tenant_no, index_no, key, record_no)
         SELECT ?1, i.index_no, t.tenant_id, 1099511627783 FROM record_index i, tenant t
         WHERE i.tenant_no = ?1 AND i.index_no = 1 AND t.tenant_no = ?1",
    );
    desk.meddle("UPDATE operation_log SET target = 'x' WHERE tenant_no = ?1 AND number = 1");
    let told = answer_in_japanese(desk, &["verify"]);
    assert_eq!(told.status, Some(1));
    assert!(
        told.out.starts_with(
            "[key.stray] main / clients: 索引に余分なキーがあります (索引 1: 1099511627783)\n[log.chain] main: "
        ),
        "{}",
        told.out
    );
    assert!(
        told.out.ends_with("誤り 2 件、警告 0 件、修復 0 件\nmusubi verify --repair で直せるものがあります。\n"),
        "{}",
        told.out
    );
    assert!(told.errors.ends_with("musubi: 2 件の誤りがあります\n"), "{}", told.errors);
    let mended = desk.run(&["verify", "--repair", "--json"]);
    let codes = |answer: &Answer, list: &str| {
        json(answer)[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (mended.status, codes(&mended, "mended"), codes(&mended, "findings")),
        (Some(1), vec!["key.stray".to_owned()], vec!["log.chain".to_owned()])
    );
    assert_eq!(json(&mended)["mended"][0]["spot"], json!({"index": "1"}));

    // Beside a server, in Japanese: what was mended is right, what cannot be mended stays.
    let server = desk.serve();
    let beside = answer_in_japanese(desk, &["verify", "--repair", "--tenant", "main"]);
    assert_eq!((beside.status, beside.out.lines().count()), (Some(1), if is_sqlite { 3 } else { 4 }), "{}", beside.out);
    assert!(
        beside.out.starts_with("[log.chain] main: 操作ログが書き換えられています")
            && beside.out.ends_with("誤り 1 件、警告 0 件、修復 0 件\n")
    );
    stop(server);
    let nobody = desk.run(&["verify", "--tenant", "nobody"]);
    assert_eq!((nobody.status, nobody.errors.starts_with("musubi: --tenant: ")), (Some(1), true), "{}", nobody.errors);
    assert_eq!(
        (desk.run(&["verify", "--nothing"]).status, desk.run(&["verify", "clients"]).status),
        (Some(2), Some(2))
    );
    Ok(())
}

fn answer_in_japanese(desk: &Desk, words: &[&str]) -> Answer {
    answer(desk.command(words).env("LANG", "ja_JP.UTF-8"))
}

fn demo() -> Result<(), Failed> {
    let desk = Desk::new(Engine::Sqlite);
    let mut command = desk.command(&["serve", "--demo", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"]);
    let server = ServerProcess::start({
        command.env_remove("MUSUBI_DATA");
        command
    })?;
    let folder = server.greeting.iter().find_map(|line| line.strip_prefix("demo data: ")).map(PathBuf::from).unwrap();
    assert!(folder.starts_with(desk.temporary()) && is_of_its_owner(&folder));
    assert!(server.greeting.iter().any(|line| line.starts_with("metrics on http://127.0.0.1:")));
    let line = server.greeting.iter().find(|line| line.starts_with("curl ")).unwrap();
    assert!(line.contains(&format!("http://{}{LIST}", server.address)));
    let token = line.split("Bearer ").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert_eq!(list_code(&server, token), ("S000".to_owned(), 10));
    sign_in_as_told(&server);
    stop(server);
    assert_eq!(std::fs::read_dir(desk.temporary()).unwrap().count(), 0, "the folder is gone");
    // With a folder of its own the demo stays, and is only served from then on.
    stop(ServerProcess::start(desk.command(&["serve", "--demo", "--listen", "127.0.0.1:0"]))?);
    let again = ServerProcess::start(desk.command(&["serve", "--demo", "--listen", "127.0.0.1:0"]))?;
    assert_eq!(again.greeting, Vec::<String>::new());
    stop(again);
    assert_eq!(desk.admin_json(&["tenant", "list"])[0]["code"], "demo");
    assert!(is_of_its_owner(&desk.data()));
    Ok(())
}

/// Signs in with what the demo says.
fn sign_in_as_told(server: &ServerProcess) {
    let told = server.greeting.iter().find_map(|line| line.strip_prefix("Sign in: ")).unwrap();
    let (url, rest) = told.split_once(" (login: ").unwrap();
    let (login, password) = rest.strip_suffix(')').and_then(|rest| rest.split_once(", password: ")).unwrap();
    let mut agent = UserAgent::default();
    let Arrival::Page(page) = agent.open(url, |_| true).unwrap() else { panic!("everything opens") };
    let fields = [("login_id", login), ("password", password)];
    let Arrival::Page(home) = agent.submit(&page, &fields, |_| true).unwrap() else { panic!("everything opens") };
    assert_eq!((home.status, home.url.as_str()), (200, url), "{}", home.body);
    assert!(home.form_with("password").is_none());
}

fn is_of_its_owner(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(folder).unwrap().permissions().mode() & 0o777 == 0o700
}

fn several_tenants() -> Result<(), Failed> {
    let desk = Desk::new(Engine::Sqlite);
    desk.admin(&["tenant", "create", "--code", "kita", "--name", "北商事", "--host", "kita.example"]);
    desk.admin(&["tenant", "create", "--code", "minami", "--name", "南商事"]);
    let server = desk.serve();
    assert_eq!(server.greeting, Vec::<String>::new(), "the database was begun already");
    stop(server);
    let unnamed = desk.run(&["admin", "organization", "list"]);
    assert_eq!((unnamed.status, unnamed.errors.starts_with("musubi: --tenant: ")), (Some(1), true));
    desk.admin(&["organization", "create", "--tenant", "kita", "--name", "北の部"]);
    assert_eq!(desk.admin_json(&["--tenant", "minami", "organization", "list"]), json!([]));
    desk.admin(&["tenant", "set", "--tenant", "minami", "--host", "minami.example"]);
    assert_eq!(desk.admin_json(&["tenant", "list"])[1]["hosts"], json!(["minami.example"]));
    let taken = desk.run(&["admin", "tenant", "set", "--tenant", "minami", "--host", "kita.example"]);
    assert_eq!((taken.status, taken.errors.starts_with("musubi: --host: ")), (Some(1), true));
    Ok(())
}

fn settings_in_order() -> Result<(), Failed> {
    let desk = Desk::new(Engine::Sqlite);
    let file = desk.folder.path().join("musubi.toml");
    std::fs::write(&file, "listen = '127.0.0.1:3'\ndata = 'from-file'\nlog-format = 'json'\n").unwrap();
    let url = "postgres://me:secret@db.example/musubi";
    let mut command = desk.command(&["config", "--json", "--listen", "127.0.0.1:1"]);
    let answer = answer(command.env("MUSUBI_LISTEN", "127.0.0.1:2").env("MUSUBI_DATABASE_URL", url));
    assert!(!answer.out.contains("secret"));
    let found: Value = serde_json::from_str(&answer.out).unwrap();
    let of = |name: &str| {
        let row = found.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
        (row["value"].as_str().unwrap_or_default().to_owned(), row["source"].as_str().unwrap().to_owned())
    };
    let wanted = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(of("listen"), wanted("127.0.0.1:1", "command_line"));
    assert_eq!(of("data"), wanted(desk.data().to_str().unwrap(), "environment"));
    assert_eq!(of("log-format"), wanted("json", "file"));
    assert_eq!(of("log-level"), wanted("info", "default"));
    assert_eq!(of("database-url"), wanted("postgres://me:***@db.example/musubi", "environment"));
    std::fs::write(&file, "listne = '127.0.0.1:3'").unwrap();
    let mistyped = desk.run(&["serve"]);
    assert_eq!((mistyped.status, mistyped.errors.contains("listne")), (Some(2), true), "{}", mistyped.errors);
    Ok(())
}

fn nothing_by_mistake() -> Result<(), Failed> {
    let desk = Desk::new(Engine::Sqlite);
    let answer = desk.run(&["admin", "user", "list"]);
    assert_eq!((answer.status, answer.errors.lines().count()), (Some(1), 1), "{}", answer.errors);
    assert!(!desk.data().exists());
    Ok(())
}

fn status_and_language() -> Result<(), Failed> {
    let desk = Desk::new(Engine::Sqlite);
    for (words, status) in [
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec!["openapi", "crm"], 0),
        (vec!["admin", "organization", "list"], 1),
        (vec![], 2),
        (vec!["nothing"], 2),
        (vec!["serve", "--nothing"], 2),
        (vec!["admin", "user", "create"], 2),
        (vec!["admin", "organization", "remove", "no-uuid"], 2),
    ] {
        for (language, is_japanese) in [("ja_JP.UTF-8", true), ("C", false)] {
            let answer = answer(desk.command(&words).env("LANG", language));
            assert_eq!(answer.status, Some(status), "{words:?}: {}", answer.errors);
            assert_eq!(answer.out.is_empty(), status != 0, "{words:?}");
            assert_eq!(answer.errors.is_empty(), status == 0, "{words:?}");
            assert!(!answer.errors.contains("panicked"), "{}", answer.errors);
            let said = format!("{}{}", answer.out, answer.errors);
            assert!(words == ["openapi", "crm"] || said.is_ascii() != is_japanese, "{words:?}: {said}");
        }
    }
    Ok(())
}
