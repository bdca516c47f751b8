//! A tenant with a person, and a browser without a window: it keeps cookies, says where a form comes from, and finds tokens in pages.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use musubi_service::user::{UserCreate, user_create};
use musubi_testkit::app::{Answer, HOST, TestApp};
use musubi_testkit::engine::Engine;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) const LOGIN: &str = "yamada";
pub(crate) const PASSWORD: &str = "むすびの山 海 川";

/// An app with 山田 太郎, who can sign in.
pub(crate) async fn stage(engine: Engine) -> TestApp {
    let app = TestApp::new(engine).await;
    person(&app, LOGIN, "山田", "太郎").await;
    app
}

pub(crate) async fn person(app: &TestApp, login: &str, family_name: &str, first_name: &str) {
    let command = UserCreate {
        login_id: login.to_owned(),
        family_name: family_name.to_owned(),
        first_name: first_name.to_owned(),
        mail: format!("{login}@example.jp"),
        password: Some(PASSWORD.to_owned()),
        ..UserCreate::default()
    };
    user_create(&app.service, &app.context(), command).await.unwrap();
}

/// A form as a browser writes it.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect::<Vec<_>>().join("&")
}

/// What comes after a piece of a page, up to a sign.
pub(crate) fn after<'t>(text: &'t str, begin: &str, end: char) -> &'t str {
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("no {begin} in {text}"));
    rest.split(end).next().unwrap()
}

/// A value of a page, as it was before it was escaped.
pub(crate) fn value(page: &str, name: &str) -> String {
    let begin = format!("name=\"{name}\" value=\"");
    after(page, &begin, '"').replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'")
}

/// A header of an answer; "" where it is missing.
pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// A browser without a window.
pub(crate) struct Reader<'a> {
    app: &'a TestApp,
    host: &'static str,
    pub(crate) cookies: BTreeMap<String, String>,
    /// The token of the form of the last page that had one.
    pub(crate) token: String,
    /// The headers that it sends beside cookies; of forms.
    pub(crate) says: Vec<(&'static str, String)>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self::at(app, HOST)
    }

    pub(crate) fn at(app: &'a TestApp, host: &'static str) -> Self {
        let says = vec![("origin", format!("http://{host}")), ("sec-fetch-site", "same-origin".to_owned())];
        Self { app, host, cookies: BTreeMap::new(), token: String::new(), says }
    }

    /// Somebody who has signed in.
    pub(crate) async fn signed_in(app: &'a TestApp) -> Reader<'a> {
        let mut reader = Self::new(app);
        let answer = reader.sign_in(LOGIN, PASSWORD, "/").await;
        assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/"), "{}", answer.text);
        reader
    }

    /// Opens the sign-in page and sends it.
    pub(crate) async fn sign_in(&mut self, login: &str, password: &str, continue_to: &str) -> Answer {
        self.get(&format!("/sign-in?{}", encoded(&[("continue", continue_to)]))).await;
        self.post("/sign-in", &[("login_id", login), ("password", password), ("continue", continue_to)]).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form with the token of the last page.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone();
        self.post_raw(path, &encoded(&[&[("token", token.as_str())], fields].concat())).await
    }

    /// Sends a body as it is.
    pub(crate) async fn post_raw(&mut self, path: &str, body: &str) -> Answer {
        self.post_as(path, "application/x-www-form-urlencoded", body).await
    }

    /// Sends a body as it is, of a type.
    pub(crate) async fn post_as(&mut self, path: &str, content_type: &str, body: &str) -> Answer {
        let mut request = self.request("POST", path).header("content-type", content_type);
        for (name, value) in &self.says {
            request = request.header(*name, value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header("host", self.host);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        request
    }

    async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.app.send(request).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if answer.text.contains("name=\"token\"") {
            after(&answer.text, "name=\"token\" value=\"", '"').clone_into(&mut self.token);
        }
        answer
    }
}
