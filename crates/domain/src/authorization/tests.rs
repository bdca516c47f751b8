use super::*;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn allowed() -> Vec<String> {
    ["openid", "profile", "offline_access", "crm:read"].map(str::to_owned).to_vec()
}

fn read_of(query: &str, public: bool) -> Result<AuthorizationAsked, OauthError> {
    read(&Parameters::parse(query).unwrap(), public, &allowed())
}

fn asked(query: &str) -> AuthorizationAsked {
    read_of(&format!("response_type=code&scope=openid&{query}"), false).unwrap()
}

#[test]
fn requests_that_cannot_be_met_are_told_apart() {
    let sound = "response_type=code&scope=openid";
    for (query, code) in [
        ("scope=openid", OauthCode::InvalidRequest),
        ("response_type=token&scope=openid", OauthCode::UnsupportedResponseType),
        ("response_type=code%20id_token&scope=openid", OauthCode::UnsupportedResponseType),
        ("response_type=code", OauthCode::InvalidScope),
        ("response_type=code&scope=unknown%20email", OauthCode::InvalidScope),
        (&format!("{sound}&state=a&state=b"), OauthCode::InvalidRequest),
        (&format!("{sound}&scope=openid"), OauthCode::InvalidRequest),
        (&format!("{sound}&response_mode=fragment"), OauthCode::InvalidRequest),
        (&format!("{sound}&request=x"), OauthCode::RequestNotSupported),
        (&format!("{sound}&request_uri=https://a.example"), OauthCode::RequestUriNotSupported),
        (&format!("{sound}&registration=x"), OauthCode::RegistrationNotSupported),
        (&format!("{sound}&prompt=none%20login"), OauthCode::InvalidRequest),
        (&format!("{sound}&prompt=create"), OauthCode::InvalidRequest),
        (&format!("{sound}&max_age=-1"), OauthCode::InvalidRequest),
        (&format!("{sound}&max_age=soon"), OauthCode::InvalidRequest),
        (&format!("{sound}&code_challenge={CHALLENGE}"), OauthCode::InvalidRequest),
        (&format!("{sound}&code_challenge={CHALLENGE}&code_challenge_method=plain"), OauthCode::InvalidRequest),
        (&format!("{sound}&code_challenge={CHALLENGE}A&code_challenge_method=S256"), OauthCode::InvalidRequest),
        (&format!("{sound}&code_challenge_method=S256"), OauthCode::InvalidRequest),
        (&format!("{sound}&nonce={}", "n".repeat(513)), OauthCode::InvalidRequest),
    ] {
        assert_eq!(read_of(query, false).map_err(|error| error.code), Err(code), "{query}");
    }
    assert_eq!(read_of(sound, true).map_err(|error| error.code), Err(OauthCode::InvalidRequest));
    let public = read_of(&format!("{sound}&code_challenge={CHALLENGE}&code_challenge_method=S256"), true).unwrap();
    assert_eq!(public.challenge.as_deref(), Some(CHALLENGE));
}

#[test]
fn a_request_is_read_and_what_nobody_knows_is_left_out() {
    let query = "response_type=code&scope=openid%20x%20profile%20openid&nonce=n&max_age=99999999999999999999&state=&display=page&claims=x&claims=y&prompt=login%20consent&login_hint=yamada&response_mode=query";
    let asked = read_of(query, false).unwrap();
    assert_eq!(asked.scope, ["openid", "profile"]);
    assert_eq!((asked.nonce.as_deref(), asked.login_hint.as_deref()), (Some("n"), Some("yamada")));
    assert_eq!(asked.max_age, Some(i64::MAX));
    assert_eq!(asked.prompt, Prompt { none: false, login: true, consent: true });
    assert!(!asked.is_offline());
}

#[test]
fn what_happens_next_follows_from_who_has_signed_in_and_when() {
    let at = |seconds: i64| Timestamp::from_micros(0).plus_seconds(seconds);
    let now = at(10_000);
    let person = |auth_at: i64| Some(Person { auth_at: at(auth_at), another: false });
    let another = |auth_at: i64| Some(Person { auth_at: at(auth_at), another: true });
    let fail = |code| Err(code);
    let (login, consent) = (OauthCode::LoginRequired, OauthCode::ConsentRequired);
    for (query, person, asked_at, expected) in [
        ("", None, None, Ok(Step::SignIn)),
        ("prompt=none", None, None, fail(login)),
        ("", person(1), None, Ok(Step::Allow)),
        ("prompt=none", person(1), None, Ok(Step::Allow)),
        ("prompt=login", person(9_999), None, Ok(Step::SignIn)),
        ("prompt=login", person(9_999), Some(10_000), Ok(Step::SignIn)),
        ("prompt=login", person(9_999), Some(9_998), Ok(Step::Allow)),
        ("prompt=select_account", person(9_999), None, Ok(Step::SignIn)),
        ("prompt=consent", person(1), None, Ok(Step::Consent)),
        ("max_age=100", person(9_900), None, Ok(Step::Allow)),
        ("max_age=100", person(9_899), None, Ok(Step::SignIn)),
        ("max_age=0", person(9_999), None, Ok(Step::SignIn)),
        ("max_age=0", person(9_999), Some(9_990), Ok(Step::Allow)),
        ("max_age=100&prompt=none", person(9_899), None, fail(login)),
        ("max_age=100", person(20_000), None, Ok(Step::SignIn)),
        ("", another(1), None, Ok(Step::SignIn)),
        ("prompt=none", another(1), None, fail(login)),
        ("", another(9_999), Some(9_990), fail(login)),
        ("scope2=&prompt=none", person(1), None, Ok(Step::Allow)),
    ] {
        let step = asked(query).step(person, asked_at.map(at), None, false, now);
        let step = if let Step::Fail(error) = step { Err(error.code) } else { Ok(step) };
        assert_eq!(step, expected, "{query} {person:?} {asked_at:?}");
    }
    let offline = read_of("response_type=code&scope=openid%20offline_access", false).unwrap();
    let given = |scope: &str, until: i64| Consent { scope: scope.to_owned(), given_at: at(1), expires_at: at(until) };
    let step = |consent: Option<&Consent>, decided| offline.step(person(1), None, consent, decided, now);
    assert_eq!(step(None, false), Step::Consent);
    assert_eq!(step(None, true), Step::Allow);
    assert_eq!(step(Some(&given("openid offline_access", 10_001)), false), Step::Allow);
    assert_eq!(step(Some(&given("openid offline_access", 10_000)), false), Step::Consent);
    assert_eq!(step(Some(&given("offline_access", 20_000)), false), Step::Consent);
    let silent = AuthorizationAsked { prompt: Prompt { none: true, ..Prompt::default() }, ..offline };
    let Step::Fail(error) = silent.step(person(1), None, None, false, now) else { unreachable!() };
    assert_eq!(error.code, consent);
}

#[test]
fn marks_are_taken_off_and_do_not_last() {
    assert_eq!(without_mark("a=1&asked=x&b=2&asked=y"), ("a=1&b=2".to_owned(), Some("y")));
    assert_eq!(without_mark("a=1"), ("a=1".to_owned(), None));
    let at = |seconds: i64| Timestamp::from_micros(0).plus_seconds(seconds);
    for (asked_at, current) in [(10_000, true), (6_401, true), (6_400, false), (10_300, true), (10_301, false)] {
        assert_eq!(is_mark_current(at(asked_at), at(10_000)), current, "{asked_at}");
    }
}

#[test]
fn a_way_to_go_on_never_leads_elsewhere() {
    for path in ["/", "/oidc-auth/authorize?client_id=a&x=%2F%2Fevil", "/account"] {
        assert!(is_continue_path(path), "{path}");
    }
    for path in
        ["", "account", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/ a", "/山", "\\/a"]
    {
        assert!(!is_continue_path(path), "{path}");
    }
}

#[test]
fn languages_are_ours_or_none() {
    for (query, locale) in [
        ("ui_locales=en-US%20ja", Some(Locale::En)),
        ("ui_locales=fr%20ja-JP", Some(Locale::Ja)),
        ("ui_locales=fr", None),
        ("", None),
    ] {
        assert_eq!(locale_of(&Parameters::parse(query).unwrap()), locale, "{query}");
    }
}

#[test]
fn verifiers_have_their_form() {
    assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
    assert!(!is_verifier(&"a".repeat(42)) && !is_verifier(&"a".repeat(129)) && !is_verifier(&"+".repeat(43)));
}
