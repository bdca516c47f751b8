//! `musubi admin group`: 利用者グループ.

use clap::{Args, Subcommand};
use musubi_service::group::{GroupCreate, GroupSet, group_create, group_list, group_remove, group_set};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 3] = [
    ("name", "名前", "name"),
    ("members", "メンバー", "members"),
    ("allowed_addresses", "許可するアドレス", "allowed addresses"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Add a group.
    Create {
        /// Its name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The login ID of a member; may be given several times.
        #[arg(long = "member", value_name = "LOGIN")]
        members: Vec<String>,
        /// An address or a network from which its members may come; may be given several times.
        #[arg(long = "address", value_name = "ADDR")]
        addresses: Vec<String>,
    },
    /// List all groups.
    List,
    /// Change a group, its members, and from where they may come.
    Set {
        /// Its name until now.
        #[arg(value_name = "NAME")]
        group: String,
        #[command(flatten)]
        change: Change,
    },
    /// Remove a group; its members stay.
    Remove {
        /// Its name.
        #[arg(value_name = "NAME")]
        group: String,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The login ID of a further member; may be given several times.
    #[arg(long = "member", value_name = "LOGIN")]
    members: Vec<String>,
    /// The login ID of somebody who is no longer a member; may be given several times.
    #[arg(long = "remove-member", value_name = "LOGIN")]
    removed_members: Vec<String>,
    /// An address or a network from which its members may come, in place of those before; may be given several times.
    #[arg(long = "address", value_name = "ADDR")]
    addresses: Vec<String>,
    /// It says nothing of where its members may come from.
    #[arg(long, conflicts_with = "addresses")]
    any_address: bool,
}

pub(crate) async fn run(command: Group, session: &Session) -> Result<(), Failure> {
    let (service, context) = (&session.service, session.context().await?);
    match command {
        Group::Create { name, members, addresses } => {
            let command = GroupCreate { name, members, allowed_addresses: addresses };
            Ok(group_create(service, &context, command).await?)
        }
        Group::List => {
            let groups = group_list(service, &context).await?;
            let rows = groups
                .into_iter()
                .map(|row| vec![row.group.name.into(), row.members.into(), row.group.allowed_addresses.into()]);
            session.rows(&COLUMNS, &rows.collect::<Vec<_>>())
        }
        Group::Set { group, change: Change { name, members, removed_members, addresses, any_address } } => {
            let allowed_addresses = (any_address || !addresses.is_empty()).then_some(addresses);
            let change = GroupSet { name, members, removed_members, allowed_addresses };
            Ok(group_set(service, &context, group, change).await?)
        }
        Group::Remove { group } => Ok(group_remove(service, &context, group).await?),
    }
}
