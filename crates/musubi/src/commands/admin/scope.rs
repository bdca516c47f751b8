//! `musubi admin scope`: API scopes.

use clap::Subcommand;
use musubi_service::api_scope::{api_scope_create, api_scope_enable, api_scope_list, api_scope_remove};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 3] =
    [("name", "スコープ", "scope"), ("enabled", "有効", "enabled"), ("paths", "パス", "paths")];

#[derive(Debug, Subcommand)]
pub(crate) enum Scope {
    /// Add a scope, or further paths to one that is there.
    Create {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The paths that it opens.
        #[arg(long = "api", value_name = "PATH", required = true, num_args = 1..)]
        paths: Vec<String>,
    },
    /// Enable a scope.
    Enable {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Disable a scope: calls that need it are refused.
    Disable {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Remove a scope with its paths.
    Remove {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// List all scopes with their paths.
    List,
}

pub(crate) async fn run(command: Scope, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        Scope::Create { name, paths } => Ok(api_scope_create(&session.service, &context, name, paths).await?),
        Scope::Enable { name } => Ok(api_scope_enable(&session.service, &context, name, true).await?),
        Scope::Disable { name } => Ok(api_scope_enable(&session.service, &context, name, false).await?),
        Scope::Remove { name } => Ok(api_scope_remove(&session.service, &context, name).await?),
        Scope::List => {
            let scopes = api_scope_list(&session.service, &context).await?;
            let rows: Vec<_> = scopes
                .into_iter()
                .map(|(name, enabled, paths)| vec![name.into(), enabled.into(), paths.into()])
                .collect();
            session.rows(&COLUMNS, &rows)
        }
    }
}
