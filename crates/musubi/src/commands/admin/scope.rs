//! `musubi admin scope`: API scopes, and system scopes.

use clap::{Args, Subcommand};
use musubi_service::api_scope::{api_scope_create, api_scope_enable, api_scope_list, api_scope_remove};
use musubi_service::system_scope::{SystemScopeSet, system_scope_enable, system_scope_remove, system_scope_set};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 4] = [
    ("name", "スコープ", "scope"),
    ("enabled", "有効", "enabled"),
    ("paths", "パス", "paths"),
    ("claims", "クレーム", "claims"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Scope {
    /// Add a scope: for calls, or for claims of the person who signs in. One that is there opens further paths, or releases these claims.
    Create(Create),
    /// Enable a scope.
    Enable {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Disable a scope: calls that need it are refused, and it releases no claims.
    Disable {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Remove a scope.
    Remove {
        /// The name of the scope.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// List all scopes with their paths or claims.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The name of the scope.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The paths that it opens.
    #[arg(long = "api", value_name = "PATH", required_unless_present = "claims", num_args = 1..)]
    paths: Vec<String>,
    /// The claims that it releases, separated by commas.
    #[arg(long, value_name = "CLAIMS", value_delimiter = ',', conflicts_with = "paths")]
    claims: Vec<String>,
    /// What people are told of it in Japanese, where they are asked for their consent.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, requires = "claims")]
    title_ja: String,
    /// What people are told of it in English.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, requires = "claims")]
    title_en: String,
}

pub(crate) async fn run(command: Scope, session: &Session) -> Result<(), Failure> {
    let (context, service) = (session.context().await?, &session.service);
    let scopes = service.scopes(context.tenant).await?;
    let is_system = |name: &str| scopes.system.iter().any(|scope| scope.name == name);
    match command {
        Scope::Create(Create { name, paths, claims, .. }) if claims.is_empty() => {
            Ok(api_scope_create(service, &context, name, paths).await?)
        }
        Scope::Create(Create { name, claims, title_ja, title_en, .. }) => {
            let command = SystemScopeSet { name, claims, title_ja, title_en };
            Ok(system_scope_set(service, &context, command).await?)
        }
        Scope::Enable { name } if is_system(&name) => Ok(system_scope_enable(service, &context, name, true).await?),
        Scope::Enable { name } => Ok(api_scope_enable(service, &context, name, true).await?),
        Scope::Disable { name } if is_system(&name) => Ok(system_scope_enable(service, &context, name, false).await?),
        Scope::Disable { name } => Ok(api_scope_enable(service, &context, name, false).await?),
        Scope::Remove { name } if is_system(&name) => Ok(system_scope_remove(service, &context, name).await?),
        Scope::Remove { name } => Ok(api_scope_remove(service, &context, name).await?),
        Scope::List => {
            let system = scopes.system.iter().map(|scope| {
                let paths: Vec<String> = Vec::new();
                vec![scope.name.clone().into(), scope.enabled.into(), paths.into(), scope.claims().into()]
            });
            let calls = api_scope_list(service, &context).await?;
            let claims: Vec<String> = Vec::new();
            let calls = calls
                .into_iter()
                .map(|(name, enabled, paths)| vec![name.into(), enabled.into(), paths.into(), claims.clone().into()]);
            session.rows(&COLUMNS, &system.chain(calls).collect::<Vec<_>>())
        }
    }
}
