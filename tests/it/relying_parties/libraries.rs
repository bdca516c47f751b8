//! Libraries: Authlib, and the openidconnect crate.

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::tool::{Tool, need, program};
use musubi_testkit::user_agent::{Arrival, UserAgent};

use super::{House, run, step};

/// Where the browser is sent back to: nobody listens there, the address is what counts.
const REDIRECT: &str = "http://127.0.0.1:9/callback";
const AFTER: &str = "http://127.0.0.1:9/after";
const SCOPE: &str = "openid profile email address phone offline_access";

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    if need(Tool::Authlib) {
        trials.extend(on_both("relying parties: Authlib, its credentials in the header", authlib_basic));
        trials.extend(on_both("relying parties: Authlib, its credentials in the body", authlib_post));
        trials.extend(on_both("relying parties: Authlib, a public client", authlib_public));
    }
    if need(Tool::RelyingParty) {
        trials.extend(on_both("relying parties: the openidconnect crate", |engine| crate_openidconnect(engine, &[])));
        trials.extend(on_both("relying parties: the openidconnect crate, with rotation", |engine| {
            crate_openidconnect(engine, &["--rotate-refresh"])
        }));
    }
    trials
}

fn authlib_basic(engine: Engine) -> Result<(), Failed> {
    authlib(engine, "client_secret_basic", &[])
}

fn authlib_post(engine: Engine) -> Result<(), Failed> {
    authlib(engine, "client_secret_post", &[])
}

fn authlib_public(engine: Engine) -> Result<(), Failed> {
    authlib(engine, "none", &["--public"])
}

fn authlib(engine: Engine, method: &str, options: &[&str]) -> Result<(), Failed> {
    let house = House::new(engine);
    let own = ["--redirect-uri", REDIRECT, "--logout-uri", AFTER, "--scope", SCOPE, "--claims", "standard"];
    let client = house.client(&[&own[..], options].concat());
    let mut agent = UserAgent::default();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/it/relying_parties/authlib_client.py");
    let mut command = Command::new(program(Tool::Authlib).unwrap());
    command.arg(script).args([&house.issuer(), &client.id, &client.secret, REDIRECT, AFTER, method]);
    command.env("PYTHONIOENCODING", "utf-8");
    let facts = run(&mut command, |url| house.walk(&mut agent, url));
    let is_public = method == "none";
    assert_eq!(step(&facts, "signed in")["sub"], super::LOGIN);
    assert_eq!(step(&facts, "signed in")["scope"], "openid profile email offline_access");
    let info = step(&facts, "userinfo");
    assert_eq!((&info["name"], &info["email"]), (&"山田 太郎".into(), &"tarou.yamada@example.co.jp".into()));
    assert!(info.get("phone_number").is_none() && info.get("address").is_none(), "{info}");
    let refreshed = step(&facts, "refreshed");
    assert_eq!(refreshed["sub"], super::LOGIN);
    assert_eq!((&refreshed["same_auth_time"], &refreshed["new_access_token"]), (&true.into(), &true.into()));
    assert_eq!(refreshed["same_refresh_token"], !is_public, "a public client's refresh tokens change");
    let active = if is_public { serde_json::Value::Null } else { true.into() };
    assert_eq!(step(&facts, "introspected")["active"], active);
    assert_eq!(step(&facts, "revoked")["status"], 200);
    assert_eq!(step(&facts, "after revocation")["status"], 401, "what the grant gave is over with it");
    assert_eq!(step(&facts, "signed out")["sent_to"], format!("{AFTER}?state=bye"));
    // The session is over: the next visit is asked for its password.
    let authorize = format!(
        "{}/oidc-auth/authorize?client_id={}&redirect_uri={REDIRECT}&response_type=code&scope=openid&prompt=none&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        house.issuer(),
        client.id
    );
    match house.walk_to_page(&mut agent, &authorize) {
        Arrival::Sent(address) => assert!(address.contains("error=login_required"), "{address}"),
        Arrival::Page(page) => panic!("{page:?}"),
    }
    Ok(())
}

fn crate_openidconnect(engine: Engine, options: &[&str]) -> Result<(), Failed> {
    let house = House::new(engine);
    house.installation.admin(&[
        "tenant",
        "set",
        "--prefecture",
        "東京都",
        "--city",
        "港区",
        "--street",
        "1-2-3テストビル5F",
    ]);
    let own = ["--redirect-uri", REDIRECT, "--scope", SCOPE, "--claims", "standard"];
    let client = house.client(&[&own[..], options].concat());
    let mut agent = UserAgent::default();
    let mut command = Command::new(program(Tool::RelyingParty).unwrap());
    command.args([&house.issuer(), &client.id, &client.secret, REDIRECT]);
    let facts = run(&mut command, |url| house.walk(&mut agent, url));
    assert_eq!(step(&facts, "signed in")["sub"], super::LOGIN);
    assert_eq!(step(&facts, "signed in")["auth_time"], true);
    let info = step(&facts, "userinfo");
    assert_eq!(info["email"], "tarou.yamada@example.co.jp");
    assert_eq!((&info["address"]["region"], &info["address"]["locality"]), (&"東京都".into(), &"港区".into()));
    let refreshed = step(&facts, "refreshed");
    assert_eq!((&refreshed["same_subject"], &refreshed["same_auth_time"]), (&true.into(), &true.into()));
    assert_eq!(refreshed["same_refresh_token"], options.is_empty());
    assert_eq!(step(&facts, "another nonce")["refused"], true);
    Ok(())
}
