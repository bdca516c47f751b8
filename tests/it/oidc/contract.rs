//! The token service of the contract API.

use libtest_mimic::Trial;
use musubi_service::api_scope::api_scope_enable;
use musubi_service::oauth_client::{OauthClientSecret, OauthClientSettings};
use musubi_testkit::app::Answer;
use musubi_testkit::engine::async_on_both;

use super::stage::{Stage, client, header, send};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("contract token: the same one as long as it lives", |engine| async move {
            is_the_same(Stage::new(engine).await).await;
        }),
        async_on_both("contract token: failures have the codes of the source", |engine| async move {
            fails_as_the_source(Stage::new(engine).await).await;
        }),
        async_on_both("contract token: five failures in a row lock for half an hour", |engine| async move {
            locks(Stage::new(engine).await).await;
        }),
        async_on_both("contract token: whoever makes ids up leaves nothing behind", |engine| async move {
            keeps_nothing_of_nobody(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";

async fn machine(stage: &Stage, scope: &str) -> OauthClientSecret {
    let settings = OauthClientSettings {
        scope: scope.to_owned(),
        grants: vec!["client_credentials".to_owned()],
        ..OauthClientSettings::default()
    };
    client(&stage.app, settings).await
}

fn body(client: &OauthClientSecret, secret: Option<&str>) -> String {
    let secret = secret.or(client.client_secret.as_deref()).unwrap();
    let id = &client.client_id;
    format!("grant_type=client_credentials&scope=service_contract&client_id={id}&client_secret={secret}")
}

async fn ask(stage: &Stage, content_type: Option<&str>, body: &str) -> Answer {
    let headers = [("content-type", content_type), ("authorization", None)];
    send(&stage.app, "POST", "/API/oauth2/token", headers, body).await
}

async fn is_the_same(stage: Stage) {
    let machine = machine(&stage, "service_contract").await;
    let body = body(&machine, None);
    let first = ask(&stage, Some(FORM), &body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.body["token_type"], "Bearer");
    assert_eq!(
        (first.body["expires_in"].as_i64(), first.body["scope"].as_str()),
        (Some(3_600), Some("service_contract"))
    );
    assert_eq!(header(&first, "cache-control"), "no-store");
    stage.app.source.advance_seconds(3_599);
    let other = stage.app.instance().await;
    other.source.advance_seconds(3_599);
    let again = ask(&stage, Some(FORM), &body).await;
    assert_eq!(
        (&again.body["access_token"], again.body["expires_in"].as_i64()),
        (&first.body["access_token"], Some(1))
    );
    let (token, auth) = (again.body["access_token"].as_str().unwrap().to_owned(), super::stage::basic(&machine));
    stage.app.source.advance_seconds(1);
    let next = ask(&stage, Some(FORM), &body).await;
    assert_ne!(next.body["access_token"], first.body["access_token"]);
    // A token of the other door is another one; who takes his back is given a new one.
    let own = super::stage::post(&stage.app, "/oidc-auth/token", Some(&auth), "grant_type=client_credentials").await;
    assert_ne!(own.body["access_token"], next.body["access_token"]);
    let taken = next.body["access_token"].as_str().unwrap();
    assert_ne!(taken, token);
    super::stage::post(&stage.app, "/oidc-auth/revoke", Some(&auth), &format!("token={taken}")).await;
    let fresh = ask(&stage, Some(FORM), &body).await;
    assert!(fresh.status == 201 && fresh.body["access_token"] != taken);
}

async fn fails_as_the_source(stage: Stage) {
    let contract = machine(&stage, "service_contract").await;
    let other = machine(&stage, "crm:read").await;
    let sound = body(&contract, None);
    let no_scope = body(&other, None);
    for (content_type, body, error) in [
        (None, sound.clone(), "RCM403102"),
        (Some("application/json"), sound.clone(), "RCM403103"),
        (Some("application/x-www-form-urlencoded;charset=Shift_JIS"), sound.clone(), "RCM403103"),
        (Some(FORM), format!("{sound}&x=%zz"), "RCM403105"),
        (Some(FORM), String::new(), "invalid_request"),
        (Some(FORM), sound.replace("&scope=service_contract", ""), "invalid_request"),
        (Some(FORM), format!("{sound}&scope=service_contract"), "invalid_request"),
        (Some(FORM), sound.replace("client_credentials", "password"), "unsupported_grant_type"),
        (Some(FORM), sound.replace("service_contract", "crm:read"), "invalid_scope"),
        (Some(FORM), no_scope, "invalid_scope"),
        (Some(FORM), body(&contract, Some("wrong")), "invalid_client"),
        (Some(FORM), sound.replace("client_id=", "client_id=x"), "invalid_client"),
    ] {
        let answer = ask(&stage, content_type, &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["error"].as_str()), (400, Some(error)), "{body}");
    }
    api_scope_enable(&stage.app.service, &stage.context(), "service_contract".to_owned(), false).await.unwrap();
    assert_eq!(ask(&stage, Some(FORM), &sound).await.body["error"], "invalid_scope");
}

async fn locks(stage: Stage) {
    let machine = machine(&stage, "service_contract").await;
    let (right, wrong) = (body(&machine, None), body(&machine, Some("wrong")));
    for _ in 0..4 {
        assert_eq!(ask(&stage, Some(FORM), &wrong).await.status, 400);
    }
    assert_eq!(ask(&stage, Some(FORM), &right).await.status, 201, "four are not five, and it begins anew");
    for _ in 0..5 {
        assert_eq!(ask(&stage, Some(FORM), &wrong).await.status, 400);
    }
    let locked = ask(&stage, Some(FORM), &right).await;
    assert_eq!((locked.status.as_u16(), locked.body["error"].as_str()), (400, Some("invalid_client")));
    // A scope that the client has not makes no difference to who is locked out.
    api_scope_enable(&stage.app.service, &stage.context(), "service_contract".to_owned(), false).await.unwrap();
    assert_eq!(ask(&stage, Some(FORM), &right).await.body["error"], "invalid_client");
    api_scope_enable(&stage.app.service, &stage.context(), "service_contract".to_owned(), true).await.unwrap();
    stage.app.source.advance_seconds(1_799);
    assert_eq!(ask(&stage, Some(FORM), &right).await.status, 400);
    stage.app.source.advance_seconds(1);
    assert_eq!(ask(&stage, Some(FORM), &right).await.status, 201);
}

async fn keeps_nothing_of_nobody(stage: Stage) {
    let kept = async || {
        let count = |tx: &mut musubi_service::Tx<'_>| {
            let rows = tx.rows("SELECT COUNT(*) FROM sign_in_failure WHERE tenant_no = ?1", &[])?;
            rows.into_iter().next().unwrap().take::<i64>()
        };
        stage.app.write(count).await.unwrap()
    };
    let machine = machine(&stage, "service_contract").await;
    let nobody = |id: &str| {
        let client = OauthClientSecret { client_id: id.to_owned(), client_secret: Some("x".to_owned()) };
        body(&client, None)
    };
    for number in 0..1_000_u64 {
        let answer = ask(&stage, Some(FORM), &nobody(&format!("{number:022}"))).await;
        assert_eq!((answer.status.as_u16(), answer.body["error"].as_str()), (400, Some("invalid_client")));
    }
    assert_eq!(ask(&stage, Some(FORM), &nobody(&"x".repeat(60_000))).await.body["error"], "invalid_client");
    assert_eq!(kept().await, 0);
    assert_eq!(ask(&stage, Some(FORM), &body(&machine, Some("wrong"))).await.status, 400);
    assert_eq!(kept().await, 1);
}
