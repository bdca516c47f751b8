//! Signing out because a client asks for it.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::parameters::encoded;
use musubi_service::logout::{Logout, LogoutRequest, LogoutTarget, logout_judge};
use musubi_service::oauth_client::{OauthClientSet, oauth_client_set};
use musubi_service::session::Session;
use musubi_testkit::engine::async_on_both;

use super::stage::{Stage, client, person, session_of, settings};

const BYE: &str = "https://example.com/bye";

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("openid logout: who is meant is signed out, who may not be is asked", |engine| async move {
        signs_out(Stage::new(engine).await).await;
    })
}

async fn signs_out(stage: Stage) {
    let (service, tenant, id) = (&stage.app.service, stage.app.tenant, stage.client.client_id.clone());
    let change = OauthClientSet { post_logout_redirect_uris: Some(vec![BYE.to_owned()]), ..OauthClientSet::default() };
    oauth_client_set(service, &stage.context(), id.clone(), change).await.unwrap();
    let given = stage.tokens("openid").await;
    let hint = given.body["id_token"].as_str().unwrap();
    // An ID token that is over still says who is meant.
    stage.app.source.advance_seconds(86_400);
    let judge = async |query: &str, session: Option<Arc<Session>>, confirmed: bool| {
        let request = LogoutRequest { query: query.to_owned(), session, confirmed };
        logout_judge(service, tenant, request).await.unwrap()
    };
    let (own, bye) = (stage.session(), encoded(BYE));
    let to = |redirect: Option<&str>| LogoutTarget { redirect: redirect.map(str::to_owned), locale: None };
    let hinted = format!("id_token_hint={hint}&post_logout_redirect_uri={bye}&state=a%26b");
    let there = to(Some("https://example.com/bye?state=a%26b"));
    assert_eq!(judge(&hinted, Some(own.clone()), false).await, Logout::EndNow(there.clone()));
    assert_eq!(judge(&hinted, None, false).await, Logout::Done(there.clone()), "nobody has signed in");

    let asked = Logout::Ask { client: Some("サンプルサイト".to_owned()), locale: Some(Locale::En) };
    let other = session_of(&stage.app, &person(&stage.app, "other").await);
    let english = format!("{hinted}&ui_locales=en");
    assert_eq!(judge(&english, Some(other.clone()), false).await, asked, "the token speaks of somebody else");
    let by_id = format!("client_id={id}&post_logout_redirect_uri={bye}&ui_locales=en");
    assert_eq!(judge(&by_id, Some(own.clone()), false).await, asked, "anybody can send a link");
    assert_eq!(judge(&hinted, Some(other), true).await, Logout::EndNow(there));
    let nothing = Logout::Ask { client: None, locale: None };
    for query in ["", "id_token_hint=a.b.c", &format!("id_token_hint={hint}x")] {
        assert_eq!(judge(query, Some(own.clone()), false).await, nothing, "{query}");
    }

    for (query, redirect) in [
        (format!("client_id={id}&post_logout_redirect_uri={}", encoded("https://evil.example/")), None),
        (format!("client_id={id}&post_logout_redirect_uri={}", encoded("https://example.com/bye/")), None),
        (format!("post_logout_redirect_uri={bye}"), None),
        (format!("client_id={id}&post_logout_redirect_uri={bye}"), Some(BYE)),
    ] {
        assert_eq!(judge(&query, None, false).await, Logout::Done(to(redirect)), "{query}");
    }
    let another = client(&stage.app, settings()).await.client_id;
    let contradictory = format!("{hinted}&client_id={another}");
    for (query, message) in [
        (contradictory.as_str(), Message::ContradictingClient),
        ("client_id=a&client_id=b", Message::UnreadableRequest),
        ("state=%zz", Message::UnreadableRequest),
    ] {
        assert_eq!(judge(query, None, false).await, Logout::Refused(message, None), "{query}");
    }
}
