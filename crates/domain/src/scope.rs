//! API scopes: which token may call which path. The table path → scope is data of the tenant, seeded with these rows.

/// A path of the API and the scope that a token needs for it.
pub type ScopePath = (&'static str, &'static str);

/// The scopes that ship (crm-api.md, Calls).
pub const SHIPPED: [ScopePath; 16] = [
    ("/api/crm/client/register", "crm:write"),
    ("/api/crm/client/update", "crm:write"),
    ("/api/crm/client/delete", "crm:write"),
    ("/api/crm/client-responsible/register", "crm:write"),
    ("/api/crm/client-responsible/update", "crm:write"),
    ("/api/crm/client-responsible/delete", "crm:write"),
    ("/api/crm/get-client-template", "crm:read"),
    ("/api/crm/get-client-responsible-template", "crm:read"),
    ("/api/crm/get-client-list", "crm:read"),
    ("/api/crm/get-client-detail", "crm:read"),
    ("/api/crm/get-client-responsible-list", "crm:read"),
    ("/api/crm/get-client-responsible-detail", "crm:read"),
    ("/api/crm/get-client-responsible-businesscard-list", "crm:read"),
    ("/api/organization/get-organization-list", "organization:read"),
    ("/api/organization/get-user-list", "organization:read"),
    ("/API/v2/api/", "service_contract"),
];

/// The scopes that speak of the person who signs in, not of calls (OpenID Connect Core, 5.4, and the source's own).
pub const OPENID: [&str; 9] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "ks3_user_tenant",
    "ks3_custom_attribute",
    "tenant",
];

/// The names in a scope text, which are separated by spaces, each once, in order.
#[must_use]
pub fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in text.split(' ').filter(|name| !name.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a scope name has the form of RFC 6749, 3.3: printable ASCII without quote and backslash.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
