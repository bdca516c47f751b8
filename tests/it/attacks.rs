//! What strangers try at the doors of sign-in and of tokens, at the real program.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::tool::{Tool, need, program};
use musubi_testkit::user_agent::{Arrival, UserAgent, encoded};
use serde_json::Value;

use crate::relying_parties::{House, LOGIN, PASSWORD};

const REDIRECT: &str = "http://127.0.0.1:9/callback";
/// Wrong passwords of a flood at the least; `MUSUBI_TEST_FLOOD` says another number.
const FLOOD: usize = 200;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = on_both("attacks: wrong passwords in masses keep nobody else from signing in", flood);
    trials.extend(on_both("attacks: secrets are neither in the log nor in the database", secrets));
    if need(Tool::Sqlmap) {
        trials.extend(on_both("attacks: sqlmap finds no way in", sqlmap));
    }
    trials
}

/// Signs in on the page; the status of the answer.
fn sign_in(house: &House, agent: &mut UserAgent, login: &str, password: &str) -> u16 {
    let page = agent.get(&format!("{}/sign-in", house.issuer())).unwrap();
    match agent.submit(&page, &[("login_id", login), ("password", password)], |_| false).unwrap() {
        Arrival::Sent(_) => 303,
        Arrival::Page(page) => page.status,
    }
}

fn from(address: &str) -> UserAgent {
    let mut agent = UserAgent::default();
    agent.headers.push(("X-Forwarded-For".to_owned(), address.to_owned()));
    agent
}

fn flood(engine: Engine) -> Result<(), Failed> {
    let house = House::with(engine, &["--trusted-proxy", "127.0.0.1"]);
    let wanted = std::env::var("MUSUBI_TEST_FLOOD").ok().and_then(|count| count.parse().ok()).unwrap_or(FLOOD);
    let (tried, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let statuses = std::thread::scope(|scope| {
        let floods: Vec<_> = (0..16)
            .map(|number| {
                let (house, tried, is_over) = (&house, &tried, &is_over);
                scope.spawn(move || {
                    let (mut agent, mut statuses) = (from("192.0.2.66"), BTreeMap::new());
                    let mut at = 0;
                    while !is_over.load(Ordering::Relaxed) || tried.load(Ordering::Relaxed) < wanted {
                        // Half of them at the account itself, half at one that nobody has.
                        let other = format!("nobody{number}.{at}");
                        let login = if at % 2 == 0 { LOGIN } else { &other };
                        *statuses.entry(sign_in(house, &mut agent, login, "wrong-password")).or_insert(0) += 1;
                        tried.fetch_add(1, Ordering::Relaxed);
                        at += 1;
                    }
                    statuses
                })
            })
            .collect();
        let others: Vec<u16> =
            (1..=10).map(|last| sign_in(&house, &mut from(&format!("198.51.100.{last}")), LOGIN, PASSWORD)).collect();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(others, [303; 10], "others sign in meanwhile");
        floods.into_iter().fold(BTreeMap::new(), |mut all: BTreeMap<u16, usize>, flood| {
            for (status, count) in flood.join().unwrap() {
                *all.entry(status).or_default() += count;
            }
            all
        })
    });
    // Refused, or told to come later; nothing else.
    assert!(statuses.keys().all(|status| [422, 503].contains(status)), "{statuses:?}");
    assert!(statuses.values().sum::<usize>() >= wanted);
    assert_eq!(
        sign_in(&house, &mut from("192.0.2.66"), LOGIN, PASSWORD),
        422,
        "the account is locked for that network"
    );
    assert_eq!(sign_in(&house, &mut from("192.0.2.67"), LOGIN, PASSWORD), 303, "and for no other");
    Ok(())
}

fn secrets(engine: Engine) -> Result<(), Failed> {
    let mut house = House::with(engine, &["--log-level", "trace"]);
    let scope = "openid profile offline_access";
    let client = house.client(&["--redirect-uri", REDIRECT, "--scope", scope]);
    let mut agent = UserAgent::default();
    let asked = format!(
        "{}/oidc-auth/authorize?client_id={}&redirect_uri={}&response_type=code&scope={}&nonce=n",
        house.issuer(),
        client.id,
        encoded(REDIRECT),
        encoded(scope)
    );
    let back = house.walk(&mut agent, &asked);
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap().to_owned();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let own = [pair("client_id", &client.id), pair("client_secret", &client.secret)];
    let mut grant = own.to_vec();
    grant.extend([pair("grant_type", "authorization_code"), pair("code", &code), pair("redirect_uri", REDIRECT)]);
    let page = agent.post(&format!("{}/oidc-auth/token", house.issuer()), &grant)?;
    let token: Value = serde_json::from_str(&page.body)?;
    let text = |name: &str| token[name].as_str().unwrap_or_else(|| panic!("{token}")).to_owned();
    let cookie = agent.cookie("127.0.0.1", "musubi").unwrap().to_owned();
    let secrets = [
        ("password", PASSWORD.to_owned()),
        ("cookie", cookie),
        ("code", code),
        ("client secret", client.secret),
        ("access token", text("access_token")),
        ("refresh token", text("refresh_token")),
        ("ID token", text("id_token")),
    ];
    house.server.signal("TERM");
    let log = house.server.errors();
    assert!(log.contains("/oidc-auth/token"), "there is a log");
    let stored = house.installation.stored();
    assert!(holds(&stored, LOGIN.as_bytes()), "what is stored was read");
    for (name, secret) in &secrets {
        assert!(!log.contains(secret.as_str()), "the {name} is in the log");
        assert!(!holds(&stored, secret.as_bytes()), "the {name} is in the database");
    }
    Ok(())
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// sqlmap at a request; what it says in the end.
fn run_sqlmap(folder: &Path, words: &[String]) -> String {
    let mut command = Command::new(program(Tool::Sqlmap).unwrap());
    command.args([
        "--batch",
        "--disable-coloring",
        "--level",
        "2",
        "--risk",
        "2",
        "--technique",
        "BEU",
        "--ignore-code",
        "*",
    ]);
    command.args(["--flush-session", "--threads", "1", "--output-dir"]).arg(folder).args(words);
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn sqlmap(engine: Engine) -> Result<(), Failed> {
    let house = House::new(engine);
    let client = house.client(&["--redirect-uri", REDIRECT, "--scope", "openid", "--grant", "client_credentials"]);
    let issuer = house.issuer();
    let page = UserAgent::default().get(&format!("{issuer}/sign-in"))?;
    let cookie = page.header("set-cookie").and_then(|cookie| cookie.split(';').next()).unwrap().to_owned();
    let token = page.form_with("login_id").unwrap().fields.iter().find(|(name, _)| name == "token").unwrap().1.clone();
    let folder = tempfile::tempdir()?;
    let post = |path: &str, form: String, tried: &str| {
        vec!["-u".to_owned(), format!("{issuer}{path}"), "--data".to_owned(), form, "-p".to_owned(), tried.to_owned()]
    };
    let grant = format!("client_id={}&client_secret={}", client.id, client.secret);
    let mut at_sign_in =
        post("/sign-in", format!("token={token}&continue=/&login_id={LOGIN}&password=x"), "login_id,continue");
    at_sign_in.extend(["--cookie".to_owned(), cookie]);
    let authorize = format!(
        "{issuer}/oidc-auth/authorize?client_id={}&redirect_uri={}&response_type=code&scope=openid",
        client.id,
        encoded(REDIRECT)
    );
    for words in [
        at_sign_in,
        post(
            "/oidc-auth/token",
            format!("grant_type=refresh_token&refresh_token=x&{grant}"),
            "client_id,client_secret,refresh_token",
        ),
        post("/oidc-auth/token", format!("grant_type=client_credentials&scope=x&{grant}"), "scope"),
        post("/API/oauth2/token", format!("grant_type=client_credentials&scope=service_contract&{grant}"), "client_id"),
        vec!["-u".to_owned(), authorize, "-p".to_owned(), "client_id,redirect_uri,scope".to_owned()],
    ] {
        let said = run_sqlmap(folder.path(), &words);
        assert!(said.contains("do not appear to be injectable"), "{words:?}: {said}");
        assert!(!said.contains("injection point"), "{words:?}: {said}");
    }
    Ok(())
}
