//! What all records have in common, whatever database they are in: how given values are judged, and how records are registered,
//! changed, moved to the trash, restored, and merged. What is special about clients or cards stands in files of their own.

mod change;
mod detail;
mod effect;
mod family;
mod judge;
mod merge;
mod read;
mod refer;
mod related;
mod system;
mod trash;
mod unique;
mod write;

pub use change::Changes;
pub use detail::{RecordDetail, record_detail};
pub use effect::{DeleteEffect, Touched, record_delete_effect};
pub use family::{Family, FamilyMember, record_family};
pub use judge::{GivenRecord, Judged, record_judge};
pub(crate) use judge::{take_numbers, template_numbers};
pub use merge::{record_merge, record_merge_in};
pub use read::{RecordSeen, record_get, record_history};
pub(crate) use refer::Templates;
pub use refer::{Referring, record_referrers};
pub use related::{Related, record_related};
pub(crate) use system::{Coming, change_by_system, create_by_system};
pub use trash::{
    Deleted, Restored, TRASH_PURGE, TrashPlace, TrashRow, record_delete, record_delete_in, record_restore,
    record_restore_all, record_restore_in, trash_list, trash_purge_in,
};
pub(crate) use trash::{bring_back, trash as move_to_trash};
pub use write::{
    Expected, RecordKey, Written, record_find, record_register, record_register_in, record_update, record_update_in,
};
pub(crate) use write::{JUDGEMENTS, check_template, judges_again, outdated, ready_in, register_ready};

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, TenantNo};
use musubi_domain::item::{self, RawValue};
use musubi_domain::limits;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::messages::Message;
use musubi_domain::organization::Organization;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::user::User;
use musubi_store as store;
use uuid::Uuid;

use crate::cache::Cache;
use crate::context::Service;

/// What is remembered of templates and of those whom items name.
#[derive(Debug, Default)]
pub(crate) struct RecordCaches {
    templates: Cache<(TenantNo, String), Arc<Template>>,
    numbered: Cache<(TenantNo, DatabaseNo), Arc<Template>>,
    pub(crate) databases: Cache<TenantNo, Arc<Vec<DatabaseNo>>>,
    users: Cache<(TenantNo, Uuid), Arc<User>>,
    organizations: Cache<(TenantNo, Uuid), Arc<Organization>>,
    routes: Cache<(TenantNo, item::InquiryRouteRef), Arc<store::inquiry_route::InquiryRouteNames>>,
    slots: Cache<TenantNo, Arc<Vec<(i64, String)>>>,
}

/// A value that is given for an item, and where it stood.
#[derive(Clone, Debug)]
pub struct GivenItem {
    /// Where it stood, for problems.
    pub path: String,
    /// The item.
    pub item: Uuid,
    /// The type that was said with it.
    pub item_type: String,
    /// The value.
    pub value: RawValue,
}

/// A linkage value that is given, and where it stood.
#[derive(Clone, Debug)]
pub struct GivenLinkage {
    /// Where it stood, for problems.
    pub path: String,
    /// The value.
    pub value: LinkageValue,
}

/// Refuses a name that is empty, too long, or has control characters.
pub(crate) fn check_name(path: &str, name: &str) -> Result<()> {
    let message = if name.trim().is_empty() {
        Message::Required
    } else if name.chars().any(char::is_control) {
        Message::ControlCharacter
    } else if name.chars().count() > limits::NAME_CHARACTERS {
        Message::TooLong { most: limits::NAME_CHARACTERS }
    } else {
        return Ok(());
    };
    Err(Error::invalid_at(path, message))
}

impl Service {
    /// The template of a database.
    ///
    /// # Errors
    /// NotFound where there is no database of this name.
    pub async fn template(&self, tenant: TenantNo, database: &str) -> Result<Arc<Template>> {
        let load = async {
            let name = database.to_owned();
            let template =
                self.db().page(tenant, move |snapshot| store::template::template_by_name(snapshot, &name)).await?;
            Ok(template.map(Arc::new))
        };
        let key = (tenant, database.to_owned());
        let template = self.record_caches().templates.get(&key, self.epoch(tenant), load).await?;
        template.ok_or_else(|| Error::not_found("--database"))
    }

    /// The template of a database that is known by its number.
    ///
    /// # Errors
    /// NotFound where there is no such database.
    pub async fn template_numbered(&self, tenant: TenantNo, database: DatabaseNo) -> Result<Arc<Template>> {
        let load = async {
            let template =
                self.db().page(tenant, move |snapshot| store::template::template_by_number(snapshot, database)).await?;
            Ok(template.map(Arc::new))
        };
        let template = self.record_caches().numbered.get(&(tenant, database), self.epoch(tenant), load).await?;
        template.ok_or_else(|| Error::not_found("database"))
    }

    /// The database that the references of an item point into, where they point at records.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn target_database(&self, tenant: TenantNo, item: &item::Item) -> Result<Option<DatabaseNo>> {
        match refer::target_database(item) {
            refer::PointsInto::Named(name) => Ok(Some(self.template(tenant, name).await?.database)),
            refer::PointsInto::Numbered(database) => Ok(Some(database)),
            refer::PointsInto::Nothing => Ok(None),
        }
    }

    /// What the caller may see of a database, where he may do this in it.
    ///
    /// # Errors
    /// Forbidden where he may not.
    pub(crate) async fn sight_for(&self, context: &Context, template: &Template, action: Action) -> Result<Sight> {
        self.check_right(context, template, action).await?;
        self.sight(context, template).await
    }

    /// The linkage slots that have been set up, with the names of the linked systems.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn linkage_slots(&self, tenant: TenantNo) -> Result<Arc<Vec<(i64, String)>>> {
        let load =
            async { self.db().get(tenant, store::linkage::linkage_slots).await.map(|slots| Some(Arc::new(slots))) };
        Ok(self.record_caches().slots.get(&tenant, self.epoch(tenant), load).await?.unwrap_or_default())
    }

    /// The user of an outside id.
    pub(crate) async fn user_named(&self, tenant: TenantNo, id: Uuid) -> Result<Option<Arc<User>>> {
        let load =
            async { Ok(self.db().get(tenant, move |keyed| store::user::user_by_id(keyed, id)).await?.map(Arc::new)) };
        self.record_caches().users.get(&(tenant, id), self.epoch(tenant), load).await
    }

    /// The organization of an outside id.
    pub(crate) async fn organization_named(&self, tenant: TenantNo, id: Uuid) -> Result<Option<Arc<Organization>>> {
        let load = async {
            Ok(self
                .db()
                .get(tenant, move |keyed| store::organization::organization_by_id(keyed, id))
                .await?
                .map(Arc::new))
        };
        self.record_caches().organizations.get(&(tenant, id), self.epoch(tenant), load).await
    }

    /// The names of an inquiry route.
    pub(crate) async fn inquiry_route_named(
        &self,
        tenant: TenantNo,
        route: item::InquiryRouteRef,
    ) -> Result<Option<Arc<store::inquiry_route::InquiryRouteNames>>> {
        let load = async {
            Ok(self
                .db()
                .get(tenant, move |keyed| store::inquiry_route::inquiry_route_names(keyed, route))
                .await?
                .map(Arc::new))
        };
        self.record_caches().routes.get(&(tenant, route), self.epoch(tenant), load).await
    }
}
