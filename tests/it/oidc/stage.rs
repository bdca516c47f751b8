//! A tenant with a person who has signed in, and a client that wants to know him.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::id::SessionNo;
use musubi_domain::messages::Locale;
use musubi_domain::parameters::{Parameters, encoded};
use musubi_domain::user::{User, UserField, UserFields};
use musubi_service::authorization::{AuthorizationRequest, Authorized, ConsentDecision, authorize, consent_decide};
use musubi_service::oauth_client::{OauthClientCreate, OauthClientSecret, OauthClientSettings, oauth_client_create};
use musubi_service::request::Note;
use musubi_service::session::Session;
use musubi_service::user::{UserCreate, user_create, user_list};
use musubi_testkit::app::{Answer, HOST, TestApp};
use musubi_testkit::engine::Engine;
use uuid::Uuid;

pub(crate) const REDIRECT: &str = "https://example.com/home";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const ISSUER: &str = "http://ro7jrw.example.jp";
/// Everything that the source's sample asks for.
pub(crate) const SCOPE: &str =
    "ks3_user_tenant ks3_custom_attribute address phone email openid profile offline_access crm:read";

pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) client: OauthClientSecret,
    pub(crate) user: Arc<User>,
}

impl Stage {
    pub(crate) async fn new(engine: Engine) -> Self {
        Self::with(engine, settings()).await
    }

    pub(crate) async fn with(engine: Engine, settings: OauthClientSettings) -> Self {
        let app = TestApp::new(engine).await;
        let client = client(&app, settings).await;
        let user = person(&app, "yamadatest").await;
        Self { app, client, user }
    }

    /// The person, who has just signed in.
    pub(crate) fn session(&self) -> Arc<Session> {
        session_of(&self.app, &self.user)
    }

    pub(crate) async fn authorize(&self, query: &str, session: Option<Arc<Session>>) -> Authorized {
        let request =
            AuthorizationRequest { query: query.to_owned(), base_url: ISSUER.to_owned(), session, note: note() };
        authorize(&self.app.service, self.app.tenant, request).await.unwrap()
    }

    pub(crate) async fn decide(&self, request: String, allowed: bool, session: Arc<Session>) -> Authorized {
        let decision = ConsentDecision { request, allowed, base_url: ISSUER.to_owned(), session, note: note() };
        consent_decide(&self.app.service, self.app.tenant, decision).await.unwrap()
    }

    /// The query of a sound request.
    pub(crate) fn query(&self, scope: &str, more: &str) -> String {
        format!(
            "client_id={}&redirect_uri={}&response_type=code&scope={}{more}",
            self.client.client_id,
            encoded(REDIRECT),
            encoded(scope)
        )
    }

    /// The parameters with which the browser comes back; whoever is asked says yes.
    pub(crate) async fn come_back(&self, query: &str) -> Parameters {
        let mut outcome = self.authorize(query, Some(self.session())).await;
        if let Authorized::Consent(asked) = outcome {
            outcome = self.decide(asked.request, true, self.session()).await;
        }
        answered(&outcome)
    }

    pub(crate) async fn code(&self, scope: &str, more: &str) -> String {
        self.come_back(&self.query(scope, more)).await.get("code").unwrap().to_owned()
    }

    pub(crate) fn basic(&self) -> String {
        basic(&self.client)
    }

    /// Posts a form, as the client.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        post(&self.app, path, Some(&self.basic()), body).await
    }

    pub(crate) async fn exchange(&self, code: &str) -> Answer {
        let body = format!("grant_type=authorization_code&code={code}&redirect_uri={}", encoded(REDIRECT));
        self.post("/oidc-auth/token", &body).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.post("/oidc-auth/token", &format!("grant_type=refresh_token&refresh_token={token}")).await
    }

    /// What a person has come to who has let the client in.
    pub(crate) async fn tokens(&self, scope: &str) -> Answer {
        let answer = self.exchange(&self.code(scope, "").await).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    pub(crate) async fn userinfo(&self, token: &str) -> Answer {
        self.app.send(TestApp::request("GET", "/oidc-auth/userinfo", HOST, Some(token), "")).await
    }

    pub(crate) fn context(&self) -> Arc<Context> {
        self.app.context()
    }
}

pub(crate) fn settings() -> OauthClientSettings {
    OauthClientSettings {
        redirect_uris: vec![REDIRECT.to_owned()],
        scope: SCOPE.to_owned(),
        claims: "robotid".to_owned(),
        ..OauthClientSettings::default()
    }
}

pub(crate) async fn client(app: &TestApp, settings: OauthClientSettings) -> OauthClientSecret {
    let command = OauthClientCreate { name: "サンプルサイト".to_owned(), settings };
    oauth_client_create(&app.service, &app.context(), command).await.unwrap()
}

pub(crate) async fn person(app: &TestApp, login: &str) -> Arc<User> {
    let command = UserCreate {
        login_id: login.to_owned(),
        family_name: "山田".to_owned(),
        first_name: "太郎".to_owned(),
        mail: "tarou.yamada@example.co.jp".to_owned(),
        fields: UserFields::from([(UserField::MobilePhone, "090-1111-2222".to_owned())]),
        ..UserCreate::default()
    };
    user_create(&app.service, &app.context(), command).await.unwrap();
    let all = user_list(&app.service, &app.context()).await.unwrap();
    Arc::new(all.into_iter().find(|user| user.login_id == login).unwrap())
}

pub(crate) fn session_of(app: &TestApp, user: &Arc<User>) -> Arc<Session> {
    Arc::new(Session { number: SessionNo(1), user: Arc::clone(user), auth_at: app.service.now(), key: [0; 32] })
}

fn note() -> Arc<Note> {
    Arc::new(Note::new(Uuid::nil(), Locale::Ja, "/oidc-auth/authorize".to_owned()))
}

/// The parameters of a redirect to the client.
pub(crate) fn answered(outcome: &Authorized) -> Parameters {
    let Authorized::Redirect(location) = outcome else { panic!("{outcome:?}") };
    Parameters::parse(location.strip_prefix(&format!("{REDIRECT}?")).unwrap()).unwrap()
}

pub(crate) fn basic(client: &OauthClientSecret) -> String {
    let text = format!("{}:{}", client.client_id, client.client_secret.clone().unwrap_or_default());
    format!("Basic {}", base64(text.as_bytes()))
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|part| {
            let bits = part.iter().chain([&0, &0]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            let sign = move |at: usize| char::from(SIGNS[bits >> (18 - 6 * at) & 63]);
            (0..4).map(move |at| if at <= part.len() { sign(at) } else { '=' })
        })
        .collect()
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> serde_json::Value {
    let part = token.split('.').nth(1).unwrap();
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'-' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for chunk in part.as_bytes().chunks(4) {
        let bits = chunk.iter().fold(0, |bits, byte| bits << 6 | value(*byte)) << (6 * (4 - chunk.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    serde_json::from_slice(&bytes).unwrap()
}

/// Posts a form.
pub(crate) async fn post(app: &TestApp, path: &str, authorization: Option<&str>, body: &str) -> Answer {
    send(app, "POST", path, [("content-type", Some(FORM)), ("authorization", authorization)], body).await
}

/// Sends a request with these headers.
pub(crate) async fn send(
    app: &TestApp,
    method: &str,
    path: &str,
    headers: [(&'static str, Option<&str>); 2],
    body: &str,
) -> Answer {
    let mut request = TestApp::request(method, path, HOST, None, body.to_owned());
    for (name, value) in headers {
        request.headers_mut().remove(name);
        if let Some(value) = value {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    app.send(request).await
}

/// A header of an answer.
pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}
