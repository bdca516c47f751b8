//! The script written from the source alone, on the robotid profile.

use std::path::Path;
use std::process::{Command, Output};

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::tool::{Tool, need, program};
use musubi_testkit::user_agent::UserAgent;
use serde_json::{Value, json};

use super::{House, Registered};

const REDIRECT: &str = "https://example.com/home";
const SCOPE: &str = "ks3_user_tenant ks3_custom_attribute address phone openid profile email offline_access";

pub(super) fn trials() -> Vec<Trial> {
    if !need(Tool::Python) {
        return Vec::new();
    }
    [
        on_both("relying parties: RobotID's steps, credentials in the header", |engine| steps(engine, "header")),
        on_both("relying parties: RobotID's steps, credentials in the body", |engine| steps(engine, "body")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

struct Desk {
    house: House,
    client: Registered,
    method: &'static str,
}

impl Desk {
    fn output(&self, words: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/openid/robotid.py");
        let mut command = Command::new(program(Tool::Python).unwrap());
        command.arg(script).args(words).env("PYTHONIOENCODING", "utf-8");
        command.env("MUSUBI_URL", self.house.issuer()).env("REDIRECT_URI", REDIRECT).env("CLIENT_AUTH", self.method);
        command.env("CLIENT_ID", &self.client.id).env("CLIENT_SECRET", &self.client.secret).output().unwrap()
    }

    fn text(&self, words: &[&str]) -> String {
        let output = self.output(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.text(words)).unwrap()
    }

    /// What a step that failed said.
    fn refused(&self, words: &[&str]) -> String {
        let output = self.output(words);
        assert!(!output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

fn steps(engine: Engine, method: &'static str) -> Result<(), Failed> {
    let house = House::new(engine);
    house.installation.admin(&[
        "tenant",
        "set",
        "--name",
        "ABC株式会社",
        "--phone",
        "0312345678",
        "--mail",
        "info@example.co.jp",
        "--prefecture",
        "東京都",
        "--city",
        "港区",
        "--street",
        "1-2-3テストビル5F",
        "--attribute",
        "サンプルサイト用メールアドレス=yamada001@example.co.jp",
        "--attribute",
        "サンプルサイトユーザー権限=1",
    ]);
    let client = house.client(&["--redirect-uri", REDIRECT, "--scope", SCOPE]);
    let desk = Desk { house, client, method };
    let mut agent = UserAgent::default();

    let back = desk.house.walk(&mut agent, &desk.text(&["authorize"]));
    assert!(back.starts_with("https://example.com/home?code=") && back.contains("state=bd83xwghJW"), "{back}");
    let token = desk.json(&["token", &back]);
    assert_eq!((&token["token_type"], &token["scope"]), (&json!("Bearer"), &json!(SCOPE)));
    let seconds = token["expires_in"].as_i64().unwrap();
    assert!((3590..=3600).contains(&seconds), "{token}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (access, refresh) = (text(&token["access_token"]), text(&token["refresh_token"]));
    assert_eq!(text(&token["id_token"]).split('.').count(), 3);

    let info = desk.json(&["userinfo", &access]);
    assert_eq!(
        info,
        json!({
            "sub": super::LOGIN, "name": "山田 太郎", "given_name": "太郎", "family_name": "山田", "middle_name": "",
            "email": "tarou.yamada@example.co.jp", "phone_number": "0312345678",
            "address": "東京都港区1-2-3テストビル5F",
            "ks3_custom_attribute": [
                {"key": "サンプルサイト用メールアドレス", "value": "yamada001@example.co.jp"},
                {"key": "サンプルサイトユーザー権限", "value": "1"},
            ],
            "ks3_tenant_id": "main", "ks3_tenant_name": "ABC株式会社", "ks3_tenant_phone": "0312345678",
            "ks3_tenant_email": "info@example.co.jp",
        })
    );

    // The same refresh token again and again, as long as it lives.
    let first = desk.json(&["refresh", &refresh]);
    let second = desk.json(&["refresh", &refresh]);
    assert_eq!((&first["refresh_token"], &second["refresh_token"]), (&json!(refresh), &json!(refresh)));
    assert_ne!(first["access_token"], token["access_token"]);

    // Consent was given: it is not asked for again, and the second sign-in needs no password either.
    let again = agent.open(&desk.text(&["authorize"]), |address| address.starts_with(&desk.house.issuer())).unwrap();
    assert!(matches!(again, musubi_testkit::user_agent::Arrival::Sent(_)), "{again:?}");

    assert_eq!(desk.text(&["revoke", &access]), "200");
    assert!(desk.refused(&["userinfo", &access]).starts_with("401"));
    assert_eq!(desk.text(&["revoke", "unknown"]), "200");
    assert_eq!(desk.text(&["revoke", &refresh]), "200");
    assert!(desk.refused(&["refresh", &refresh]).contains("invalid_grant"));
    // A code is used up.
    assert!(desk.refused(&["token", &back]).contains("invalid_grant"));
    let stranger = Desk { client: Registered { id: desk.client.id.clone(), secret: "wrong".to_owned() }, ..desk };
    assert_eq!(stranger.text(&["revoke", &access]), "403");
    assert!(stranger.refused(&["refresh", &refresh]).starts_with("401"));
    Ok(())
}
