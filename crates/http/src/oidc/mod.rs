//! The OpenID provider for programs: discovery, keys, tokens (source: ROBOTID OpenIdConnect API仕様; OpenID Connect Core and Discovery; RFC
//! 6749, 7009, 7662), and the token service of the contract API. What people see of it is among the screens.

mod call;
pub(crate) mod contract;
pub(crate) mod discovery;
mod error;
pub(crate) mod token;
pub(crate) mod userinfo;
mod wire;

/// OpenID Connect Discovery 1.0, 4.
pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
/// The published keys.
pub(crate) const JWKS: &str = "/oidc-auth/jwks";
/// トークンエンドポイント.
pub(crate) const TOKEN: &str = "/oidc-auth/token";
/// トークン無効化エンドポイント.
pub(crate) const REVOKE: &str = "/oidc-auth/revoke";
/// ユーザー情報エンドポイント.
pub(crate) const USERINFO: &str = "/oidc-auth/userinfo";
/// RFC 7662.
pub(crate) const INTROSPECT: &str = "/oidc-auth/introspect";
/// Where people sign out because a client asks for it: a page.
const LOGOUT: &str = "/oidc-auth/logout";
/// API認証 of the contract API.
pub(crate) const CONTRACT_TOKEN: &str = "/API/oauth2/token";
