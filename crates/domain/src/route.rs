//! Routes: what a caller needs for each. The tables of the facades and of the screens are made of these.

/// What a caller needs for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    Open,
    /// A token with a scope that the tenant's table gives for the path.
    Scope,
    /// An access token of any scope.
    Token,
    /// The credentials of an OpenID client.
    Client,
    /// A person who has signed in; others are led to the sign-in page.
    Session,
}

/// A route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// The methods that it knows.
    pub methods: &'static str,
    /// What a caller needs.
    pub guard: Guard,
}

/// A line of a table of routes.
#[must_use]
pub const fn route(path: &'static str, methods: &'static str, guard: Guard) -> Route {
    Route { path, methods, guard }
}
