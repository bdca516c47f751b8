//! `musubi admin organization`.

use std::collections::HashMap;

use clap::{Args, Subcommand};
use musubi_service::organization::{organization_create, organization_list, organization_remove, organization_set};
use uuid::Uuid;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const CREATED: [Column; 1] = [("organization_id", "組織ID", "organization id")];
const COLUMNS: [Column; 4] = [
    ("organization_id", "組織ID", "organization id"),
    ("name", "名前", "name"),
    ("parent_id", "上位組織ID", "parent id"),
    ("active", "有効", "active"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Organization {
    /// Add an organization.
    Create(Create),
    /// List all organizations.
    List,
    /// Change the name or the place of an organization.
    Set(Set),
    /// Remove an organization to which nobody belongs.
    Remove {
        /// The id of the organization.
        #[arg(value_name = "ID")]
        id: Uuid,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The id of the organization above it.
    #[arg(long, value_name = "ID")]
    parent: Option<Uuid>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The id of the organization that it is put below.
    #[arg(long, value_name = "ID", conflicts_with = "top")]
    parent: Option<Uuid>,
    /// Put it at the top.
    #[arg(long)]
    top: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The id of the organization.
    #[arg(value_name = "ID")]
    id: Uuid,
    #[command(flatten)]
    change: Change,
}

pub(crate) async fn run(command: Organization, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        Organization::Create(Create { name, parent }) => {
            let id = organization_create(&session.service, &context, name, parent).await?;
            session.one(&CREATED, &[id.to_string().into()])
        }
        Organization::List => {
            let organizations = organization_list(&session.service, &context).await?;
            let ids: HashMap<_, _> =
                organizations.iter().map(|organization| (organization.number, organization.id.to_string())).collect();
            let parent = |number| ids.get(&number).cloned();
            let rows = organizations.iter().map(|organization| {
                let (id, name) = (organization.id.to_string(), organization.name.clone());
                vec![id.into(), name.into(), organization.parent.and_then(parent).into(), organization.active.into()]
            });
            session.rows(&COLUMNS, &rows.collect::<Vec<_>>())
        }
        Organization::Set(Set { id, change: Change { name, parent, top } }) => {
            let parent = if top { Some(None) } else { parent.map(Some) };
            Ok(organization_set(&session.service, &context, id, name, parent).await?)
        }
        Organization::Remove { id } => Ok(organization_remove(&session.service, &context, id).await?),
    }
}
