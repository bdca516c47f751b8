//! Sign-in for other applications, by the pages: the request, the consent, signing out again.

use libtest_mimic::Trial;
use musubi_domain::system_scope::{STANDARD, SystemScope};
use musubi_service::oauth_client::{OauthClientCreate, OauthClientSecret, OauthClientSettings, oauth_client_create};
use musubi_store::system_scope::system_scope_set;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;

use super::stage::{LOGIN, PASSWORD, Reader, encoded, header, person, stage, value};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both(
            "screens: an authorization request leads through sign-in and consent to the client",
            |engine| async move {
                leads_through(stage(engine).await).await;
            },
        ),
        async_on_both("screens: a request of an unknown client is answered here", |engine| async move {
            stays_here(stage(engine).await).await;
        }),
        async_on_both("screens: who does not allow it is led back without a code", |engine| async move {
            denies(stage(engine).await).await;
        }),
        async_on_both("screens: what was allowed is shown and taken back, by the person alone", |engine| async move {
            takes_back(stage(engine).await).await;
        }),
        async_on_both("screens: the name of a client is shown as text", |engine| async move {
            shows_names(stage(engine).await).await;
        }),
        async_on_both("screens: an application asks to sign out, and the person decides", |engine| async move {
            signs_out(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) const BACK: &str = "https://client.example.com/back?a=b";
const BYE: &str = "https://client.example.com/bye";

/// A client that may ask for these scopes and be led back here.
pub(crate) async fn client(app: &TestApp, name: &str, back: &str, bye: &str) -> OauthClientSecret {
    app.write(|tx| {
        STANDARD.iter().try_for_each(|standard| {
            let text = String::new;
            let (name, enabled) = (standard.name.to_owned(), true);
            system_scope_set(tx, &SystemScope { name, claims: text(), title_ja: text(), title_en: text(), enabled })
        })
    })
    .await
    .unwrap();
    let settings = OauthClientSettings {
        redirect_uris: vec![back.to_owned()],
        post_logout_redirect_uris: vec![bye.to_owned()],
        scope: "openid profile email offline_access".to_owned(),
        ..OauthClientSettings::default()
    };
    oauth_client_create(&app.service, &app.context(), OauthClientCreate { name: name.to_owned(), settings })
        .await
        .unwrap()
}

pub(crate) fn request(client_id: &str, back: &str, scope: &str) -> String {
    let fields = [
        ("client_id", client_id),
        ("redirect_uri", back),
        ("response_type", "code"),
        ("scope", scope),
        ("state", "状態 & 1"),
    ];
    encoded(&fields)
}

async fn takes_back(app: TestApp) {
    let made = client(&app, "経費精算", BACK, BYE).await;
    let query = request(&made.client_id, BACK, "openid email offline_access");
    let (authorize, given) = (format!("/oidc-auth/authorize?{query}"), [("client", made.client_id.as_str())]);
    let mut reader = Reader::signed_in(&app).await;
    assert!(reader.get("/account").await.text.contains("許可しているアプリはありません。"));
    let asked = value(&reader.get(&authorize).await.text, "request");
    let answer = reader.post("/oidc-auth/consent", &[("request", &asked), ("decision", "allow")]).await;
    assert!(header(&answer, "location").contains("code="), "{}", answer.text);
    let page = reader.get("/account").await;
    assert!(
        page.text.contains("<td>経費精算</td>") && page.text.contains("経費精算 の許可を取り消す"),
        "{}",
        page.text
    );
    // Somebody else has allowed it nothing, and takes nothing back.
    person(&app, "hanako", "佐藤", "花子").await;
    let mut other = Reader::new(&app);
    other.sign_in("hanako", PASSWORD, "/").await;
    assert!(!other.get("/account").await.text.contains("経費精算"));
    assert_eq!(other.post("/account/consents", &given).await.status, 404);
    assert_eq!(reader.get(&authorize).await.status, 302, "what was allowed is not asked for again");
    let answer = reader.post("/account/consents", &given).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/account?done=consent"));
    let page = reader.get("/account?done=consent").await;
    assert!(page.text.contains("許可を取り消しました") && !page.text.contains("<td>経費精算</td>"), "{}", page.text);
    assert_eq!(reader.get(&authorize).await.status, 200, "he is asked again");
}

async fn leads_through(app: TestApp) {
    let made = client(&app, "経費 & 精算", BACK, BYE).await;
    let query = request(&made.client_id, BACK, "openid offline_access");
    let mut reader = Reader::new(&app);
    let answer = reader.get(&format!("/oidc-auth/authorize?{query}&ui_locales=en&login_hint={LOGIN}")).await;
    assert_eq!(answer.status, 303, "{:?}", answer.headers);
    let sign_in = header(&answer, "location").to_owned();
    assert!(
        sign_in.starts_with("/sign-in?continue=/oidc-auth/authorize?") && sign_in.contains("ui_locales=en"),
        "{sign_in}"
    );
    let page = reader.get(&sign_in).await;
    assert!(
        page.text.contains("<html lang=\"en\">") && page.text.contains(&format!("value=\"{LOGIN}\"")),
        "{}",
        page.text
    );
    // A browser holds what comes after the form to the policy too.
    assert!(header(&page, "content-security-policy").contains("form-action 'self' https://client.example.com;"));
    let continue_to = value(&page.text, "continue");
    let fields = [("login_id", LOGIN), ("password", PASSWORD), ("continue", continue_to.as_str())];
    let answer = reader.post("/sign-in?ui_locales=en", &fields).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, continue_to.as_str()), "{}", answer.text);
    let page = reader.get(&continue_to).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("経費 &#38; 精算"), "{}", page.text);
    assert!(header(&page, "content-security-policy").contains("form-action 'self' https://client.example.com;"));
    assert_eq!(reader.post("/oidc-auth/consent", &[("decision", "perhaps")]).await.status, 400);
    let asked = value(&page.text, "request");
    let answer = reader.post("/oidc-auth/consent", &[("request", &asked), ("decision", "allow")]).await;
    let location = header(&answer, "location");
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(location.starts_with("https://client.example.com/back?a=b&code="), "{location}");
    assert!(location.contains("&state=%E7%8A%B6%E6%85%8B"), "{location}");
    // Once allowed, he is not asked again, and the form of another site's page does as well.
    let answer = reader.get(&format!("/oidc-auth/authorize?{query}")).await;
    assert_eq!(answer.status, 302);
    assert!(header(&answer, "location").contains("code="));
    reader.says =
        vec![("origin", "https://client.example.com".to_owned()), ("sec-fetch-site", "cross-site".to_owned())];
    let answer = reader.post_raw("/oidc-auth/authorize", &query).await;
    assert_eq!(
        (answer.status.as_u16(), header(&answer, "location")),
        (303, format!("/oidc-auth/authorize?{query}").as_str())
    );
    for odd in ["a=b\r\nSet-Cookie: c=d", "a=b c", "a=結", "a=b#c"] {
        assert_eq!(reader.post_raw("/oidc-auth/authorize", odd).await.status, 400, "{odd:?}");
    }
    assert_eq!(reader.post_raw("/oidc-auth/authorize", &"a".repeat(16_385)).await.status, 413);
}

async fn stays_here(app: TestApp) {
    let made = client(&app, "経費精算", BACK, BYE).await;
    let mut reader = Reader::signed_in(&app).await;
    let elsewhere = "https://client.example.com/elsewhere";
    for query in [
        String::new(),
        request("nobody", BACK, "openid"),
        request(&made.client_id, elsewhere, "openid"),
        request(&made.client_id, "javascript:alert(1)", "openid"),
        "client_id=%FF".to_owned(),
    ] {
        let answer = reader.get(&format!("/oidc-auth/authorize?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.headers.get("location").is_none(), "{query}");
        assert!(answer.text.contains("アプリからの要求を受け付けられません"), "{}", answer.text);
    }
    let answer = reader.get("/oidc-auth/authorize?client_id=nobody&ui_locales=en").await;
    assert!(answer.text.contains("<html lang=\"en\">"), "{}", answer.text);
}

async fn denies(app: TestApp) {
    let made = client(&app, "経費精算", BACK, BYE).await;
    let mut reader = Reader::signed_in(&app).await;
    let query = request(&made.client_id, BACK, "openid offline_access");
    let page = reader.get(&format!("/oidc-auth/authorize?{query}")).await;
    let asked = value(&page.text, "request");
    let answer = reader.post("/oidc-auth/consent", &[("request", &asked), ("decision", "deny")]).await;
    let location = header(&answer, "location");
    assert!(location.starts_with("https://client.example.com/back?a=b&error=access_denied"), "{location}");
    // Whose session has ended meanwhile goes on with the request when he has signed in.
    let cookie = reader.cookies.remove("musubi").unwrap();
    let answer = reader.post("/oidc-auth/consent", &[("request", &asked), ("decision", "allow")]).await;
    let back = format!("/sign-in?{}", encoded(&[("continue", &format!("/oidc-auth/authorize?{asked}"))]));
    assert_eq!(answer.status, 303, "{}", answer.text);
    let led = |text: &str| musubi_domain::parameters::Parameters::parse(text.split_once('?').unwrap().1).unwrap();
    assert_eq!(led(header(&answer, "location")).get("continue"), led(&back).get("continue"));
    reader.cookies.insert("musubi".to_owned(), cookie);
    // A request that was not signed for him is asked again.
    let forged = asked.replacen("openid", "openid%20email", 1);
    assert_ne!(forged, asked);
    let answer = reader.post("/oidc-auth/consent", &[("request", &forged), ("decision", "allow")]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("name=\"decision\""), "{}", answer.text);
}

async fn shows_names(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let names = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"];
    let plain = hostile::group("general").iter().filter(|text| !text.contains(['\r', '\n'])).take(12);
    for name in names.iter().chain(plain) {
        let made = client(&app, name, BACK, BYE).await;
        let page = reader
            .get(&format!("/oidc-auth/authorize?{}", request(&made.client_id, BACK, "openid offline_access")))
            .await;
        assert_eq!(page.status, 200, "{name}");
        assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{name}");
        let shown = name
            .replace('&', "&#38;")
            .replace('<', "&#60;")
            .replace('>', "&#62;")
            .replace('"', "&#34;")
            .replace('\'', "&#39;");
        assert!(page.text.contains(&shown), "{name}: {}", page.text);
    }
}

async fn signs_out(app: TestApp) {
    let made = client(&app, "経費精算", BACK, BYE).await;
    let mut reader = Reader::signed_in(&app).await;
    let query = encoded(&[("client_id", &made.client_id), ("post_logout_redirect_uri", BYE), ("state", "1")]);
    let page = reader.get(&format!("/oidc-auth/logout?{query}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("経費精算"), "{}", page.text);
    assert!(header(&page, "content-security-policy").contains("form-action 'self' https://client.example.com;"));
    assert_eq!(reader.get("/account").await.status, 200, "asking ends nothing");
    let answer = reader.post("/oidc-auth/logout/confirm", &[("request", &query)]).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "https://client.example.com/bye?state=1"));
    assert_eq!(reader.get("/account").await.status, 303);
    // Nobody is sent where it is not registered, and all the same there is nothing left to end.
    let query = encoded(&[("client_id", &made.client_id), ("post_logout_redirect_uri", "https://evil.example/")]);
    let answer = reader.get(&format!("/oidc-auth/logout?{query}")).await;
    assert_eq!(header(&answer, "location"), "/signed-out");
}
