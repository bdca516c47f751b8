//! `musubi admin client`: OpenID clients.

use clap::{Args, Subcommand, ValueEnum};
use musubi_service::oauth_client::{
    OauthClientCreate, OauthClientSet, OauthClientSettings, oauth_client_create, oauth_client_list,
    oauth_client_remove, oauth_client_secret_renew, oauth_client_set,
};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const CREATED: [Column; 2] =
    [("client_id", "クライアントID", "client id"), ("client_secret", "クライアントシークレット", "client secret")];
const COLUMNS: [Column; 13] = [
    ("client_id", "クライアントID", "client id"),
    ("name", "名前", "name"),
    ("scope", "スコープ", "scope"),
    ("redirect_uris", "リダイレクトURI", "redirect URIs"),
    ("public", "公開", "public"),
    ("grants", "グラント", "grants"),
    ("claims", "クレーム", "claims"),
    ("rotate_refresh", "リフレッシュ更新", "rotates refresh"),
    ("rights", "権限", "rights"),
    ("allowed_addresses", "許可するアドレス", "allowed addresses"),
    ("requests_per_minute", "1分間のリクエスト数", "requests per minute"),
    ("logout_uris", "サインアウト後のURI", "logout URIs"),
    ("refresh_days", "リフレッシュ日数", "refresh days"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Add a client; its secret is shown this once.
    Create(Create),
    /// List all clients.
    List,
    /// Give a client another secret, shown this once; its tokens stay.
    Secret {
        /// The id of the client.
        #[arg(value_name = "ID", allow_hyphen_values = true)]
        id: String,
    },
    /// Change a client; its tokens stay.
    Set(Set),
    /// Remove a client: its tokens are worth nothing from then on.
    Remove {
        /// The id of the client.
        #[arg(value_name = "ID", allow_hyphen_values = true)]
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its name, which records show as their creator.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Where the browser may be sent back to; may be given several times.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where the browser may be sent to when somebody has signed out; may be given several times.
    #[arg(long = "logout-uri", value_name = "URI")]
    logout_uris: Vec<String>,
    /// Days after a consent until refresh tokens end; 30 unless given.
    #[arg(long, value_name = "DAYS", default_value_t = 0, hide_default_value = true)]
    refresh_days: i64,
    /// The scopes that it may ask for, separated by spaces.
    #[arg(long, value_name = "SCOPES", default_value = "", hide_default_value = true)]
    scope: String,
    /// It cannot keep a secret, so it is given none.
    #[arg(long)]
    public: bool,
    /// A grant beside authorization_code and refresh_token: client_credentials.
    #[arg(long = "grant", value_name = "GRANT", hide_possible_values = true)]
    grants: Vec<Grant>,
    /// How claims look: robotid (the default) or standard.
    #[arg(
        long,
        value_name = "PROFILE",
        default_value = "robotid",
        hide_default_value = true,
        hide_possible_values = true
    )]
    claims: Claims,
    /// Give a new refresh token with each use; a public client is given one in any case.
    #[arg(long)]
    rotate_refresh: bool,
    /// A right to which it is held where no person acts; all unless given; may be given several times.
    #[arg(long = "right", value_name = "NAME")]
    rights: Vec<String>,
    /// An address or a network from which it and its tokens may come; any unless given; may be given several times.
    #[arg(long = "address", value_name = "ADDR")]
    addresses: Vec<String>,
    /// Requests that a token of it may make in a minute, 0 being any number; as many as the tenant says unless given.
    #[arg(long, value_name = "N")]
    requests_per_minute: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The id of the client.
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: String,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where the browser may be sent back to, in place of what was said before; may be given several times.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where the browser may be sent to when somebody has signed out, in place of what was said before; may be given several times.
    #[arg(long = "logout-uri", value_name = "URI")]
    logout_uris: Vec<String>,
    /// Days after a consent until refresh tokens end; 0 being 30.
    #[arg(long, value_name = "DAYS")]
    refresh_days: Option<i64>,
    /// The scopes that it may ask for, separated by spaces, in place of those before.
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// A grant beside authorization_code and refresh_token: client_credentials.
    #[arg(long = "grant", value_name = "GRANT", hide_possible_values = true)]
    grants: Vec<Grant>,
    /// No grant beside authorization_code and refresh_token.
    #[arg(long, conflicts_with = "grants")]
    no_grant: bool,
    /// How claims look: robotid or standard.
    #[arg(long, value_name = "PROFILE", hide_possible_values = true)]
    claims: Option<Claims>,
    /// Whether to give a new refresh token with each use: true or false.
    #[arg(long, value_name = "FLAG", hide_possible_values = true)]
    rotate_refresh: Option<bool>,
    /// A right to which it is held where no person acts, in place of those before; may be given several times.
    #[arg(long = "right", value_name = "NAME")]
    rights: Vec<String>,
    /// Hold it to no rights: it has all.
    #[arg(long, conflicts_with = "rights")]
    all_rights: bool,
    /// An address or a network from which it and its tokens may come, in place of those before; may be given several times.
    #[arg(long = "address", value_name = "ADDR")]
    addresses: Vec<String>,
    /// It may come from any address.
    #[arg(long, conflicts_with = "addresses")]
    any_address: bool,
    /// Requests that a token of it may make in a minute, 0 being any number.
    #[arg(long, value_name = "N")]
    requests_per_minute: Option<u32>,
    /// A token of it may make as many requests as the tenant says.
    #[arg(long, conflicts_with = "requests_per_minute")]
    requests_as_tenant: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Grant {
    #[value(name = "client_credentials")]
    ClientCredentials,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Claims {
    Robotid,
    Standard,
}

pub(crate) async fn run(command: Client, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        Client::Create(create) => {
            let command = OauthClientCreate { name: create.name.clone(), settings: settings(create) };
            let secret = oauth_client_create(&session.service, &context, command).await?;
            session.one(&CREATED, &[secret.client_id.into(), secret.client_secret.into()])
        }
        Client::List => {
            let clients = oauth_client_list(&session.service, &context).await?;
            let rows = clients.into_iter().map(|client| {
                let (logout_uris, refresh_days) =
                    (client.settings.post_logout_redirect_uris.clone(), client.settings.refresh_seconds() / 86_400);
                let OauthClientSettings { redirect_uris, scope, public, grants, claims, rotate_refresh, .. } =
                    client.settings;
                let (rights, addresses) = (client.settings.rights, client.settings.allowed_addresses);
                let (id, name) = (client.client_id.into(), client.name.into());
                vec![
                    id,
                    name,
                    scope.into(),
                    redirect_uris.into(),
                    public.into(),
                    grants.into(),
                    claims.into(),
                    rotate_refresh.into(),
                    rights.into(),
                    addresses.into(),
                    client.settings.requests_per_minute.into(),
                    logout_uris.into(),
                    refresh_days.into(),
                ]
            });
            session.rows(&COLUMNS, &rows.collect::<Vec<_>>())
        }
        Client::Secret { id } => {
            let secret = oauth_client_secret_renew(&session.service, &context, id).await?;
            session.one(&CREATED, &[secret.client_id.into(), secret.client_secret.into()])
        }
        Client::Set(Set { id, change }) => {
            Ok(oauth_client_set(&session.service, &context, id, change_of(change)).await?)
        }
        Client::Remove { id } => Ok(oauth_client_remove(&session.service, &context, id).await?),
    }
}

fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn change_of(set: Change) -> OauthClientSet {
    let given = |list: Vec<String>| (!list.is_empty()).then_some(list);
    let grants = given(set.grants.iter().map(word).collect());
    let (rights, addresses) = (given(set.rights), given(set.addresses));
    let requests = set.requests_per_minute.map(Some);
    OauthClientSet {
        name: set.name,
        redirect_uris: given(set.redirect_uris),
        post_logout_redirect_uris: given(set.logout_uris),
        refresh_days: set.refresh_days,
        scope: set.scope,
        grants: if set.no_grant { Some(Vec::new()) } else { grants },
        claims: set.claims.as_ref().map(word),
        rotate_refresh: set.rotate_refresh,
        rights: if set.all_rights { Some(None) } else { rights.map(Some) },
        allowed_addresses: if set.any_address { Some(Vec::new()) } else { addresses },
        requests_per_minute: if set.requests_as_tenant { Some(None) } else { requests },
    }
}

fn settings(create: Create) -> OauthClientSettings {
    OauthClientSettings {
        redirect_uris: create.redirect_uris,
        post_logout_redirect_uris: create.logout_uris,
        refresh_days: create.refresh_days,
        scope: create.scope,
        public: create.public,
        grants: create.grants.iter().map(word).collect(),
        claims: word(&create.claims),
        rotate_refresh: create.rotate_refresh,
        rights: (!create.rights.is_empty()).then_some(create.rights),
        allowed_addresses: create.addresses,
        requests_per_minute: create.requests_per_minute,
    }
}
