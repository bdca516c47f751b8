//! `musubi admin consent`: what people have let clients do.

use clap::Subcommand;
use musubi_service::revocation::{ConsentView, consent_list, consent_remove};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 6] = [
    ("client_id", "クライアントID", "client id"),
    ("name", "名前", "name"),
    ("scope", "スコープ", "scope"),
    ("given_at", "同意日時", "given at"),
    ("expires_at", "期限", "expires at"),
    ("grants", "トークンの組", "families of tokens"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Consents {
    /// List what a person has let clients do.
    List {
        /// The login ID of the person.
        #[arg(long, value_name = "LOGIN")]
        user: String,
    },
    /// Take back what a person has let a client do: its tokens are worth nothing from then on.
    Remove {
        /// The login ID of the person.
        #[arg(long, value_name = "LOGIN")]
        user: String,
        /// The id of the client.
        #[arg(long, value_name = "ID", allow_hyphen_values = true)]
        client: String,
    },
}

pub(crate) async fn run(command: Consents, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        Consents::List { user } => {
            let views = consent_list(&session.service, &context, user).await?;
            let row = |view: ConsentView| {
                let scope = view.consent.as_ref().map(|consent| consent.scope.clone());
                let scope = scope.or_else(|| view.grants.first().map(|grant| grant.scope.clone()));
                vec![
                    view.client_id.into(),
                    view.name.into(),
                    scope.into(),
                    view.consent.as_ref().map(|consent| consent.given_at.to_rfc3339()).into(),
                    view.consent.as_ref().map(|consent| consent.expires_at.to_rfc3339()).into(),
                    view.grants.len().into(),
                ]
            };
            session.rows(&COLUMNS, &views.into_iter().map(row).collect::<Vec<_>>())
        }
        Consents::Remove { user, client } => Ok(consent_remove(&session.service, &context, user, client).await?),
    }
}
