//! One session from discovery to sign-out by the openidconnect crate. Addresses to open go to standard output, the address to which the
//! browser was sent back comes on standard input; every fact is a line of JSON.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
};
use serde_json::json;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [issuer, client_id, secret, redirect_uri] = words.as_slice() else {
        return Err("relying-party ISSUER CLIENT_ID SECRET REDIRECT_URI (SECRET \"\": a public client)".into());
    };
    let metadata = CoreProviderMetadata::discover(&IssuerUrl::new(issuer.clone())?, &send)?;
    let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.clone()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.clone()), secret)
        .set_redirect_uri(RedirectUrl::new(redirect_uri.clone())?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let scopes = ["profile", "email", "address", "phone", "offline_access"].map(|scope| Scope::new(scope.to_owned()));
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scopes)
        .set_pkce_challenge(challenge)
        .url();
    let back = browse(url.as_str())?;
    let of_back = |name: &str| back.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
    if of_back("state").as_ref() != Some(state.secret()) {
        return Err(format!("another state: {back}").into());
    }
    let code = of_back("code").ok_or_else(|| format!("no code: {back}"))?;
    let token = client.exchange_code(AuthorizationCode::new(code))?.set_pkce_verifier(verifier).request(&send)?;
    let verifier = client.id_token_verifier();
    let id_token = token.id_token().ok_or("no id_token")?;
    let claims = id_token.claims(&verifier, &nonce)?;
    check_hash(&token, claims, &verifier)?;
    fact(json!({"step": "signed in", "sub": claims.subject().as_str(), "auth_time": claims.auth_time().is_some()}));
    let info: CoreUserInfoClaims =
        client.user_info(token.access_token().clone(), Some(claims.subject().clone()))?.request(&send)?;
    let address = info.address().map(|address| {
        json!({"region": address.region.as_ref().map(|part| part.as_str()), "locality": address.locality.as_ref().map(|part| part.as_str())})
    });
    fact(json!({"step": "userinfo", "email": info.email().map(|mail| mail.as_str()), "address": address}));

    let refresh = token.refresh_token().ok_or("no refresh_token")?;
    let again = client.exchange_refresh_token(refresh)?.request(&send)?;
    let id_again = again.id_token().ok_or("no id_token with the refresh")?;
    let same = id_again.claims(&verifier, |_: Option<&Nonce>| Ok::<_, String>(()))?;
    check_hash(&again, same, &verifier)?;
    fact(json!({
        "step": "refreshed",
        "same_subject": same.subject() == claims.subject(),
        "same_auth_time": same.auth_time() == claims.auth_time(),
        "same_refresh_token": again.refresh_token().map(|token| token.secret()) == Some(refresh.secret()),
    }));
    let other = id_token.claims(&verifier, &Nonce::new("another".to_owned()));
    fact(json!({"step": "another nonce", "refused": other.is_err()}));
    Ok(())
}

/// The at_hash is that of the access token.
fn check_hash(
    token: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
    verifier: &openidconnect::core::CoreIdTokenVerifier<'_>,
) -> Result<(), Failure> {
    let id_token = token.id_token().ok_or("no id_token")?;
    let made =
        AccessTokenHash::from_token(token.access_token(), id_token.signing_alg()?, id_token.signing_key(verifier)?)?;
    if claims.access_token_hash() == Some(&made) { Ok(()) } else { Err("another at_hash".into()) }
}

fn fact(members: serde_json::Value) {
    println!("{members}");
}

/// Has an address opened; where the browser was sent back.
fn browse(url: &str) -> Result<openidconnect::url::Url, Failure> {
    println!("open {url}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(openidconnect::url::Url::parse(line.trim())?)
}

/// One request over plain HTTP.
fn send(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let odd = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    let uri = request.uri();
    let authority = uri.authority().ok_or_else(|| odd("no host"))?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().map_err(|_| odd("a header that is no text"))?));
    }
    let mut stream = TcpStream::connect(authority.as_str())?;
    write!(stream, "{head}Content-Length: {}\r\n\r\n", request.body().len())?;
    stream.write_all(request.body())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| odd("no head"))?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).ok_or_else(|| odd("no status"))?;
    let mut response = openidconnect::http::Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        response = response.header(name, value.trim());
    }
    response.body(bytes[end + 4..].to_vec()).map_err(|error| odd(&error.to_string()))
}
