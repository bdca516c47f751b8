//! `musubi admin permission-template`: 権限テンプレート.

use clap::{Args, Subcommand};
use musubi_service::permission_template::{
    permission_template_create, permission_template_list, permission_template_remove, permission_template_set,
};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 2] = [("name", "名前", "name"), ("rights", "権限", "rights")];

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionTemplate {
    /// Add a permission template.
    Create {
        /// Its name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// A right that it has; may be given several times.
        #[arg(long = "right", value_name = "NAME")]
        rights: Vec<String>,
    },
    /// List all permission templates.
    List,
    /// Rename a permission template, or give it other rights: whoever has it has them at once.
    Set {
        /// Its name until now.
        #[arg(value_name = "NAME")]
        template: String,
        #[command(flatten)]
        change: Change,
    },
    /// Remove a permission template that nobody has.
    Remove {
        /// Its name.
        #[arg(value_name = "NAME")]
        template: String,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A right that it has from now on, in place of those until now; may be given several times.
    #[arg(long = "right", value_name = "NAME", conflicts_with = "no_right")]
    rights: Vec<String>,
    /// Take all rights from it.
    #[arg(long)]
    no_right: bool,
}

pub(crate) async fn run(command: PermissionTemplate, session: &Session) -> Result<(), Failure> {
    let (service, context) = (&session.service, session.context().await?);
    match command {
        PermissionTemplate::Create { name, rights } => {
            Ok(permission_template_create(service, &context, name, rights).await?)
        }
        PermissionTemplate::List => {
            let templates = permission_template_list(service, &context).await?;
            let rows = templates.into_iter().map(|template| vec![template.name.into(), template.rights.into()]);
            session.rows(&COLUMNS, &rows.collect::<Vec<_>>())
        }
        PermissionTemplate::Set { template, change: Change { name, rights, no_right } } => {
            let rights = (no_right || !rights.is_empty()).then_some(rights);
            Ok(permission_template_set(service, &context, template, name, rights).await?)
        }
        PermissionTemplate::Remove { template } => Ok(permission_template_remove(service, &context, template).await?),
    }
}
