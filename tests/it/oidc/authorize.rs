//! Authorization: where the browser goes.

use libtest_mimic::Trial;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::parameters::encoded;
use musubi_service::authorization::Authorized;
use musubi_service::oauth_client::{OauthClientSet, OauthClientSettings, oauth_client_set};
use musubi_testkit::engine::async_on_both;

use super::stage::{ISSUER, REDIRECT, SCOPE, Stage, answered, client, person, session_of, settings};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("openid authorize: the browser is sent back as it is asked for", |engine| async move {
            sends_back(Stage::new(engine).await).await;
        }),
        async_on_both("openid authorize: nobody is sent where the client has not registered", |engine| async move {
            never_elsewhere(Stage::new(engine).await).await;
        }),
        async_on_both("openid authorize: what is asked of a person is asked once", |engine| async move {
            asks_once(Stage::new(engine).await).await;
        }),
        async_on_both("openid authorize: consent is asked for offline_access and remembered", |engine| async move {
            remembers_consent(Stage::new(engine).await).await;
        }),
        async_on_both("openid authorize: marks and decisions cannot be made up", |engine| async move {
            believes_its_own_marks(Stage::new(engine).await).await;
        }),
        async_on_both("openid authorize: a hint of somebody else is no sign-in", |engine| async move {
            knows_who_is_meant(Stage::new(engine).await).await;
        }),
        async_on_both("openid authorize: scopes are those of the client that are enabled", |engine| async move {
            leaves_out_scopes(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn sends_back(stage: Stage) {
    let query = stage.query("openid", "&state=a%26b%3D%E5%B1%B1&nonce=n");
    let told = stage.come_back(&query).await;
    assert!(told.get("code").is_some_and(|code| code.len() == 43));
    assert_eq!((told.get("state"), told.get("iss")), (Some("a&b=山"), Some(ISSUER)));
    for (more, error) in [
        ("&response_type=token", "invalid_request"),
        ("&response_mode=form_post", "invalid_request"),
        ("&request=x", "request_not_supported"),
        ("&prompt=none%20login", "invalid_request"),
        ("&code_challenge=x&code_challenge_method=plain", "invalid_request"),
    ] {
        let told = stage.come_back(&stage.query("openid", &format!("&state=s{more}"))).await;
        assert_eq!((told.get("error"), told.get("state"), told.get("iss")), (Some(error), Some("s"), Some(ISSUER)));
    }
    let hybrid = stage.query("openid", "").replace("response_type=code", "response_type=code%20id_token");
    assert_eq!(stage.come_back(&hybrid).await.get("error"), Some("unsupported_response_type"));
    let nobody = answered(&stage.authorize(&stage.query("openid", "&prompt=none"), None).await);
    assert_eq!(nobody.get("error"), Some("login_required"));
    let public = client(&stage.app, OauthClientSettings { public: true, ..settings() }).await;
    let without = stage.query("openid", "").replace(&stage.client.client_id, &public.client_id);
    assert_eq!(stage.come_back(&without).await.get("error"), Some("invalid_request"), "PKCE is required");
}

async fn never_elsewhere(stage: Stage) {
    let sound = stage.query("openid", "&ui_locales=en");
    let other = |from: &str, to: &str| sound.replace(&encoded(from), &encoded(to));
    for (query, message) in [
        (other(REDIRECT, "https://evil.example/home"), Message::UnregisteredRedirectUri),
        (other(REDIRECT, "https://example.com/home/"), Message::UnregisteredRedirectUri),
        (other(REDIRECT, "https://example.com/home?x=1"), Message::UnregisteredRedirectUri),
        (sound.replace("redirect_uri=", "redirect="), Message::UnregisteredRedirectUri),
        (sound.replace("client_id=", "client_id=x"), Message::UnknownOauthClient),
        (sound.replace("client_id=", "client="), Message::UnknownOauthClient),
        (format!("{sound}&redirect_uri=https%3A%2F%2Fevil.example"), Message::UnreadableRequest),
    ] {
        assert_eq!(
            stage.authorize(&query, Some(stage.session())).await,
            Authorized::Refused(vec![message], Some(Locale::En)),
            "{query}"
        );
    }
    let unreadable = format!("{sound}&state=%zz");
    assert_eq!(stage.authorize(&unreadable, None).await, Authorized::Refused(vec![Message::UnreadableRequest], None));
}

async fn asks_once(stage: Stage) {
    for more in ["&prompt=login", "&prompt=select_account", "&max_age=0", "&max_age=10"] {
        let query = stage.query("openid", &format!("&login_hint=yamada&ui_locales=en{more}"));
        let old = stage.session();
        stage.app.source.advance_seconds(100);
        let outcome = stage.authorize(&query, Some(old.clone())).await;
        let Authorized::SignIn { continue_to, login_hint, locale } = outcome else { panic!("{more} {outcome:?}") };
        assert_eq!((login_hint.as_deref(), locale), (Some("yamada"), Some(Locale::En)));
        let (path, marked) = continue_to.split_once('?').unwrap();
        assert_eq!(path, "/oidc-auth/authorize");
        // Who goes on without signing in is asked again; who has signed in goes on.
        assert!(matches!(stage.authorize(marked, Some(old)).await, Authorized::SignIn { .. }), "{more}");
        stage.app.source.advance_seconds(5);
        let fresh = stage.session();
        stage.app.source.advance_seconds(20);
        assert!(answered(&stage.authorize(marked, Some(fresh)).await).get("code").is_some(), "{more}");
    }
    let Authorized::SignIn { continue_to, .. } = stage.authorize(&stage.query("openid", ""), None).await else {
        panic!("nobody has signed in")
    };
    assert!(continue_to.starts_with("/oidc-auth/authorize?client_id="));
}

async fn remembers_consent(stage: Stage) {
    let query = stage.query("openid profile offline_access", "&state=s");
    let Authorized::Consent(asked) = stage.authorize(&query, Some(stage.session())).await else {
        panic!("no question")
    };
    assert_eq!(asked.client, "サンプルサイト");
    let names: Vec<_> = asked.scopes.iter().map(|scope| scope.name.as_str()).collect();
    assert_eq!(names, ["openid", "profile", "offline_access"]);
    assert!(asked.scopes.iter().all(|scope| scope.ja != scope.en && !scope.ja.is_empty()));
    let denied = answered(&stage.decide(asked.request.clone(), false, stage.session()).await);
    assert_eq!(
        (denied.get("error"), denied.get("state"), denied.get("iss")),
        (Some("access_denied"), Some("s"), Some(ISSUER))
    );
    assert!(matches!(stage.authorize(&query, Some(stage.session())).await, Authorized::Consent(_)), "a no is not kept");
    assert!(answered(&stage.decide(asked.request, true, stage.session()).await).get("code").is_some());
    assert!(answered(&stage.authorize(&query, Some(stage.session())).await).get("code").is_some(), "a yes is");
    let wider = stage.query("openid email offline_access", "");
    let Authorized::Consent(asked) = stage.authorize(&wider, Some(stage.session())).await else {
        panic!("no question")
    };
    let names: Vec<_> = asked.scopes.iter().map(|scope| scope.name.as_str()).collect();
    assert_eq!(names, ["openid", "email", "offline_access", "profile"], "what he says yes to is what he is shown");
    stage.decide(asked.request, true, stage.session()).await;
    assert!(answered(&stage.authorize(&query, Some(stage.session())).await).get("code").is_some());
    // prompt=consent asks once each time.
    let forced = stage.query("openid", "&prompt=consent");
    let Authorized::Consent(asked) = stage.authorize(&forced, Some(stage.session())).await else {
        panic!("no question")
    };
    assert!(answered(&stage.decide(asked.request, true, stage.session()).await).get("code").is_some());
    assert!(matches!(stage.authorize(&forced, Some(stage.session())).await, Authorized::Consent(_)));
}

async fn believes_its_own_marks(stage: Stage) {
    let query = stage.query("openid", "&prompt=login");
    let Authorized::SignIn { continue_to, .. } = stage.authorize(&query, None).await else { panic!("no sign-in") };
    let marked = continue_to.split_once('?').unwrap().1.to_owned();
    let mark = marked.rsplit_once("asked=").unwrap().1.to_owned();
    stage.app.source.advance_seconds(1);
    let session = stage.session();
    let micros = stage.app.service.now().micros();
    for wrong in [
        format!("{query}&asked={micros}"),
        format!("{query}&asked={micros}.AAAA"),
        format!("{query}&asked=0.{}", mark.split_once('.').unwrap().1),
        format!("{query}&state=other&asked={mark}"),
        query.clone(),
    ] {
        assert!(matches!(stage.authorize(&wrong, Some(session.clone())).await, Authorized::SignIn { .. }), "{wrong}");
    }
    stage.app.source.advance_seconds(3_600);
    assert!(matches!(stage.authorize(&marked, Some(session)).await, Authorized::SignIn { .. }), "an hour is over");

    let offline = stage.query("openid offline_access", "");
    let Authorized::Consent(asked) = stage.authorize(&offline, Some(stage.session())).await else {
        panic!("no question")
    };
    let other = person(&stage.app, "other").await;
    for (request, session) in [
        (offline.clone(), stage.session()),
        (format!("{offline}&asked={mark}"), stage.session()),
        (asked.request.clone(), session_of(&stage.app, &other)),
        (asked.request.replace("scope=openid", "scope=openid%20email"), stage.session()),
    ] {
        let outcome = stage.decide(request, true, session).await;
        assert!(matches!(outcome, Authorized::Consent(_)), "asked anew: {outcome:?}");
    }
}

async fn knows_who_is_meant(stage: Stage) {
    let token = stage.tokens("openid").await.body["id_token"].as_str().unwrap().to_owned();
    stage.app.source.advance_seconds(7_200);
    let hinted = stage.query("openid", &format!("&prompt=none&id_token_hint={token}"));
    assert!(stage.come_back(&hinted).await.get("code").is_some(), "an old one still names him");
    let other = session_of(&stage.app, &person(&stage.app, "other").await);
    assert_eq!(answered(&stage.authorize(&hinted, Some(other.clone())).await).get("error"), Some("login_required"));
    let loud = hinted.replace("&prompt=none", "");
    let Authorized::SignIn { continue_to, .. } = stage.authorize(&loud, Some(other)).await else {
        panic!("no sign-in")
    };
    let marked = continue_to.split_once('?').unwrap().1;
    stage.app.source.advance_seconds(1);
    let again = session_of(&stage.app, &person(&stage.app, "third").await);
    assert_eq!(answered(&stage.authorize(marked, Some(again)).await).get("error"), Some("login_required"));
    assert!(answered(&stage.authorize(marked, Some(stage.session())).await).get("code").is_some());
    let broken = format!("{hinted}x");
    assert_eq!(stage.come_back(&broken).await.get("error"), Some("invalid_request"));
}

async fn leaves_out_scopes(stage: Stage) {
    let given = stage.tokens("openid unknown email organization:read crm:read").await;
    assert_eq!(given.body["scope"].as_str(), Some("openid email crm:read"));
    let nothing = stage.come_back(&stage.query("unknown organization:read", "")).await;
    assert_eq!(nothing.get("error"), Some("invalid_scope"));
    let (service, id) = (&stage.app.service, stage.client.client_id.clone());
    let narrower = OauthClientSet { scope: Some("openid".to_owned()), ..OauthClientSet::default() };
    let token = stage.tokens(SCOPE).await;
    let token = token.body["access_token"].as_str().unwrap();
    let list = serde_json::json!({ "param": {} });
    assert_ne!(stage.app.post("/api/crm/get-client-list", token, &list).await.status, 403);
    oauth_client_set(service, &stage.context(), id, narrower).await.unwrap();
    assert_eq!(
        stage.app.post("/api/crm/get-client-list", token, &list).await.status,
        403,
        "it has no more than its client"
    );
    assert_eq!(stage.userinfo(token).await.body, serde_json::json!({ "sub": "yamadatest" }));
}
