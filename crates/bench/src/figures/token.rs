//! P7: the OpenID provider: tokens given and looked at, and people who sign in.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use musubi_domain::id::SessionNo;
use musubi_domain::messages::Locale;
use musubi_service::authorization::{AuthorizationRequest, Authorized, ConsentDecision, authorize, consent_decide};
use musubi_service::oauth_client::{OauthClientCreate, OauthClientSecret, OauthClientSettings, oauth_client_create};
use musubi_service::request::{Note, Peer};
use musubi_service::session::Session;
use musubi_service::sign_in::{SignIn, sign_in};
use musubi_service::user::{UserCreate, user_create, user_list};
use musubi_service::{DbSettings, FolderLock, Service};
use musubi_testkit::tool::{Tool, need, program};
use serde_json::Value;
use uuid::Uuid;

use super::runs;
use crate::bench::Bench;
use crate::call;
use crate::draws::one_of;
use crate::load::Requests;
use crate::pairs::{Contender, in_turn};
use crate::process::Process;
use crate::report::{Line, per_second, say};
use crate::seed::{Filled, service, told};

/// The peer: node oidc-provider with its default store, in memory.
const PEER: &str = include_str!("../oidc_provider.mjs");
/// Who acts at the peer.
const PEER_CREDENTIALS: &str = "bench:bench-secret-bench-secret-bench-secret";
const LOGIN: &str = "bench.signin";
const PASSWORD: &str = "tsuki-to-hoshi-no-yoru";
const REDIRECT: &str = "https://bench.example/back";
/// Families of tokens that are refreshed.
const FAMILIES: usize = 64;
/// Sign-ins that are timed.
const SIGN_INS: u32 = 40;

/// Any of these requests.
struct OneOf(Vec<Vec<u8>>);

impl Requests for OneOf {
    fn write(&self, draw: u64, into: &mut Vec<u8>) {
        into.extend_from_slice(one_of::<Vec<u8>>(&self.0, draw));
    }
}

/// A client, and codes that it has been given.
struct Given {
    client: OauthClientSecret,
    plain: Vec<String>,
    openid: Vec<String>,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients.min(10_000))?;
    let copy = bench.copy(&filled)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let given = runtime.block_on(prepare(&copy))?;
    drop(runtime);
    let process = bench.product(&copy, None)?;
    let secret = given.client.client_secret.as_deref().context("a confidential client has a secret")?;
    let basic = basic(&format!("{}:{secret}", given.client.client_id));
    let exchange = |codes: &[String]| -> Result<Vec<Value>> {
        codes.iter().map(|code| exchanged(process.address(), &basic, code)).collect()
    };
    let (plain, openid) = (exchange(&given.plain)?, exchange(&given.openid)?);
    let refresh = |tokens: &[Value]| -> Result<Arc<dyn Requests>> {
        let requests = tokens.iter().map(|token| {
            let text = text(token, "refresh_token").context("offline_access gives a refresh token")?;
            Ok(form("/oidc-auth/token", &basic, &format!("grant_type=refresh_token&refresh_token={text}")))
        });
        Ok(Arc::new(OneOf(requests.collect::<Result<_>>()?)))
    };
    let access = plain.first().and_then(|token| text(token, "access_token")).context("a token answer has a token")?;
    let grant = form("/oidc-auth/token", &basic, "grant_type=client_credentials&scope=crm%3Aread");
    let work = [
        Work { name: "refresh grant, durable", ours: refresh(&plain)?, peer: Some((Theirs::Grant, 150)) },
        Work { name: "refresh grant with an id_token", ours: refresh(&openid)?, peer: None },
        Work {
            name: "client_credentials grant, durable",
            ours: Arc::new(OneOf(vec![grant])),
            peer: Some((Theirs::Grant, 150)),
        },
        Work {
            name: "introspection",
            ours: Arc::new(OneOf(vec![form("/oidc-auth/introspect", &basic, &format!("token={access}"))])),
            peer: Some((Theirs::Introspection, 600)),
        },
    ];
    let peer = peer(bench)?;
    let mut lines = Vec::new();
    for Work { name, ours, peer: against } in work {
        say(name);
        lines.push(one(bench, &process, name, &ours, against.zip(peer.as_ref()))?);
    }
    drop(process);
    lines.push(sign_ins(&copy)?);
    copy.remove();
    Ok(lines)
}

/// One kind of request, and what of the peer it is held against, with the aim in hundredths.
struct Work {
    name: &'static str,
    ours: Arc<dyn Requests>,
    peer: Option<(Theirs, u64)>,
}

#[derive(Clone, Copy)]
enum Theirs {
    Grant,
    Introspection,
}

fn one(
    bench: &Bench,
    process: &Process,
    name: &'static str,
    ours: &Arc<dyn Requests>,
    against: Option<((Theirs, u64), &Process)>,
) -> Result<Line> {
    let mut contenders = vec![Contender::new(name, || bench.load(process, ours))];
    if let Some(((kind, _), peer)) = against {
        let theirs = theirs(peer.address(), kind)?;
        contenders.push(Contender::new("oidc-provider", move || bench.load(peer, &theirs)));
    }
    let measured = in_turn(bench.measure.runs, contenders)?;
    let ours = runs(&measured, 0)?;
    let line = Line::new("P7", name, ours.described());
    let Some(((_, aim), _)) = against else { return Ok(line) };
    let peer = runs(&measured, 1)?;
    Ok(line.against(format!("node oidc-provider, in memory {}", peer.described()), ours.over(peer)).at_least(aim))
}

/// People who sign in, one after the other on each core, at the cost of argon2 that the product has.
fn sign_ins(copy: &Filled) -> Result<Line> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let took = runtime.block_on(async {
        let _lock = FolderLock::take(&copy.data()).map_err(told)?;
        let service = service(&copy.data(), DbSettings::default())?;
        let tenant = service.tenant_chosen(None).await.map_err(told)?;
        let begun = std::time::Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let service = service.clone();
            tasks.spawn(async move {
                for _ in 0..SIGN_INS / 4 {
                    let who = SignIn { login_id: LOGIN.to_owned(), password: PASSWORD.to_owned(), ..SignIn::default() };
                    let note = Note::new(Uuid::nil(), Locale::Ja, String::new());
                    let outcome = sign_in(&service, tenant, &Peer::default(), &note, who).await.map_err(told)?;
                    if outcome.is_err() {
                        bail!("somebody with the right password does not get in");
                    }
                }
                Ok(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        let took = begun.elapsed();
        tokio::task::spawn_blocking(move || service.db().close()).await?;
        anyhow::Ok(took)
    })?;
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
    let rate = u64::from(SIGN_INS) * 1_000_000_000 / micros;
    Ok(Line::new("P7", "sign-ins, argon2id 19 MiB, 2 passes, 1 lane", per_second(rate)))
}

fn basic(credentials: &str) -> String {
    format!("Authorization: Basic {}\r\n", STANDARD.encode(credentials))
}

fn form(path: &str, head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn sent(address: SocketAddr, request: &[u8]) -> Result<Value> {
    let (status, body) = call::send(address, request)?;
    let text = String::from_utf8_lossy(&body);
    if status != 200 {
        bail!("the token endpoint answers {status}: {text}");
    }
    serde_json::from_slice(&body).context("an answer with a token is JSON")
}

fn text<'v>(answer: &'v Value, name: &str) -> Option<&'v str> {
    answer.get(name).and_then(Value::as_str)
}

fn exchanged(address: SocketAddr, basic: &str, code: &str) -> Result<Value> {
    let body = format!("grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fbench.example%2Fback");
    sent(address, &form("/oidc-auth/token", basic, &body))
}

/// The peer, where it is there.
fn peer(bench: &Bench) -> Result<Option<Process>> {
    if !need(Tool::OidcProvider) {
        return Ok(None);
    }
    let folder = program(Tool::OidcProvider).context("it was just found")?;
    let script = bench.scratch("oidc-provider")?.join("peer.mjs");
    std::fs::write(&script, PEER)?;
    let mut command = Command::new("node");
    command.arg(&script).arg(&folder).env("NODE_ENV", "production");
    Process::start(&command, &script.with_extension("log")).map(Some)
}

fn theirs(address: SocketAddr, kind: Theirs) -> Result<Arc<dyn Requests>> {
    let basic = basic(PEER_CREDENTIALS);
    let grant = form("/token", &basic, "grant_type=client_credentials&scope=api");
    Ok(Arc::new(OneOf(vec![match kind {
        Theirs::Grant => grant,
        Theirs::Introspection => {
            let token = sent(address, &grant)?;
            let token = text(&token, "access_token").context("the peer gives a token")?;
            form("/token/introspection", &basic, &format!("token={token}"))
        }
    }])))
}

/// A client, a person, and codes by which he has let the client in.
async fn prepare(copy: &Filled) -> Result<Given> {
    let _lock = FolderLock::take(&copy.data()).map_err(told)?;
    let service = service(&copy.data(), DbSettings::default())?;
    let tenant = service.tenant_chosen(None).await.map_err(told)?;
    let context = service.command_context(tenant);
    let settings = OauthClientSettings {
        redirect_uris: vec![REDIRECT.to_owned()],
        scope: "openid profile offline_access crm:read".to_owned(),
        grants: vec!["client_credentials".to_owned()],
        ..OauthClientSettings::default()
    };
    let command = OauthClientCreate { name: "bench".to_owned(), settings };
    let client = oauth_client_create(&service, &context, command).await.map_err(told)?;
    let person = UserCreate {
        login_id: LOGIN.to_owned(),
        family_name: "計測".to_owned(),
        first_name: "太郎".to_owned(),
        mail: "bench@example.com".to_owned(),
        password: Some(PASSWORD.to_owned()),
        ..UserCreate::default()
    };
    // A context of its own: one gives the same ids each time.
    user_create(&service, &service.command_context(tenant), person).await.map_err(told)?;
    let people = user_list(&service, &context).await.map_err(told)?;
    let user = people.into_iter().find(|user| user.login_id == LOGIN).context("who was just added is there")?;
    let session = Session { number: SessionNo(0), user: Arc::new(user), auth_at: service.now(), key: [0; 32] };
    let door = (&service, tenant, Arc::new(session));
    let (mut plain, mut openid) = (Vec::new(), Vec::new());
    for _ in 0..FAMILIES {
        plain.push(code(&door, &client.client_id, "profile%20offline_access").await?);
        openid.push(code(&door, &client.client_id, "openid%20profile%20offline_access").await?);
    }
    tokio::task::spawn_blocking(move || service.db().close()).await?;
    Ok(Given { client, plain, openid })
}

type Door<'a> = (&'a Service, musubi_domain::id::TenantNo, Arc<Session>);

async fn code((service, tenant, session): &Door<'_>, client: &str, scope: &str) -> Result<String> {
    let mut query = format!("client_id={client}&response_type=code&scope={scope}&redirect_uri=");
    write!(query, "https%3A%2F%2Fbench.example%2Fback")?;
    let (base_url, note) = ("http://127.0.0.1".to_owned(), Arc::new(Note::new(Uuid::nil(), Locale::Ja, String::new())));
    let request = AuthorizationRequest {
        query,
        base_url: base_url.clone(),
        session: Some(Arc::clone(session)),
        note: Arc::clone(&note),
    };
    let mut outcome = authorize(service, *tenant, request).await.map_err(told)?;
    if let Authorized::Consent(asked) = outcome {
        let session = Arc::clone(session);
        let decision = ConsentDecision { request: asked.request, allowed: true, base_url, session, note };
        outcome = consent_decide(service, *tenant, decision).await.map_err(told)?;
    }
    let Authorized::Redirect(address) = &outcome else { bail!("no code: {outcome:?}") };
    let code = address.split("code=").nth(1).and_then(|rest| rest.split('&').next());
    code.map(str::to_owned).with_context(|| format!("no code: {address}"))
}
