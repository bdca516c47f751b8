//! `musubi admin inquiry-route`.

use clap::Subcommand;
use musubi_service::inquiry_route::{
    inquiry_route_create, inquiry_route_list, inquiry_route_remove, inquiry_route_set,
};
use uuid::Uuid;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const CREATED: [Column; 2] = [("category_id", "カテゴリID", "category id"), ("route_id", "引合経路ID", "route id")];
const COLUMNS: [Column; 5] = [
    ("category_id", "カテゴリID", "category id"),
    ("category", "カテゴリ", "category"),
    ("route_id", "引合経路ID", "route id"),
    ("name", "引合経路", "route"),
    ("active", "有効", "active"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum InquiryRoute {
    /// Add a route to a category, which is made where there is none of its name.
    Create {
        /// The name of the category.
        #[arg(long, value_name = "NAME")]
        category: String,
        /// The name of the route.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// List the routes.
    List {
        /// List those that were removed too.
        #[arg(long)]
        all: bool,
    },
    /// Rename a category or a route.
    Set {
        /// The id of the category or the route.
        #[arg(value_name = "ID")]
        id: Uuid,
        /// The new name.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Remove a route, or a category with its routes; records keep what they hold.
    Remove {
        /// The id of the category or the route.
        #[arg(value_name = "ID")]
        id: Uuid,
    },
}

pub(crate) async fn run(command: InquiryRoute, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        InquiryRoute::Create { category, name } => {
            let route = inquiry_route_create(&session.service, &context, category, name).await?;
            session.one(&CREATED, &[route.category.to_string().into(), route.route.to_string().into()])
        }
        InquiryRoute::Set { id, name } => Ok(inquiry_route_set(&session.service, &context, id, name).await?),
        InquiryRoute::Remove { id } => Ok(inquiry_route_remove(&session.service, &context, id).await?),
        InquiryRoute::List { all } => {
            let routes = inquiry_route_list(&session.service, &context, all).await?;
            let rows = routes.into_iter().map(|(route, names)| {
                vec![
                    route.category.to_string().into(),
                    names.category.into(),
                    route.route.to_string().into(),
                    names.route.into(),
                    names.active.into(),
                ]
            });
            session.rows(&COLUMNS, &rows.collect::<Vec<_>>())
        }
    }
}
