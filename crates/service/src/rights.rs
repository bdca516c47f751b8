//! What people may see and do in databases.
//!
//! A person acts with his rights, and so does a job that he asked for. A program without a person, whose actor is a system user, acts with
//! all of them within its scopes, as far as it is not held to some, and so do commands on the machine and the product itself.

pub mod change;
pub mod explain;

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::actor::Door;
use musubi_domain::condition::{Condition, Field, Operand, Viewer};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, TenantNo, UserNo};
use musubi_domain::messages::Message;
use musubi_domain::rights::{Action, DatabaseRight, RowRule, named};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::user::{RIGHTS, User};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::rights::HeldRight;
use uuid::Uuid;

use crate::cache::Cache;
use crate::context::Service;
use crate::record::{JUDGEMENTS, check_template, judges_again, outdated};

/// Where rights that are given stand.
const GIVEN: &str = "--right";
/// Rights that a list of them reads at a time.
const CHUNK: i64 = 1_000;

/// What is remembered of who may see what.
#[derive(Debug, Default)]
pub(crate) struct RightsCaches {
    viewers: Cache<(TenantNo, UserNo), Arc<Viewer>>,
    rights: Cache<(TenantNo, UserNo, DatabaseNo), Arc<DatabaseRight>>,
    named: Cache<(TenantNo, UserNo), Arc<Vec<String>>>,
    /// By the version of the template, too: whoever holds an older one is to see by it.
    sights: Cache<(TenantNo, UserNo, DatabaseNo, i64), Sight>,
}

impl Service {
    /// What whoever acts may see of the records of a template.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn sight(&self, context: &Context, template: &Template) -> Result<Sight> {
        if self.acts_freely(context).await? {
            return Ok(Sight::of_everything(template));
        }
        let user = self.actor(context).await?;
        // What is remembered speaks of no day, so that it is as good tomorrow.
        Ok(self.sight_of(context.tenant, &user, template).await?.dated(context.now.jst_date()))
    }

    /// What a person may see of the records of a template; it is still to be dated.
    async fn sight_of(&self, tenant: TenantNo, user: &User, template: &Template) -> Result<Sight> {
        let load = async {
            let right = self.database_right(tenant, user.number, template.database).await?;
            let viewer = self.viewer_of(tenant, user).await?;
            Ok(Some(Sight::of(&right, template, &viewer)))
        };
        let key = (tenant, user.number, template.database, template.version);
        let sight = self.rights_caches().sights.get(&key, self.epoch(tenant), load).await?;
        sight.ok_or_else(|| Error::internal("a sight is always made"))
    }

    /// Whether whoever acts may do this in the database of a template, and with what right.
    ///
    /// # Errors
    /// Forbidden where he may not.
    pub async fn check_right(&self, context: &Context, template: &Template, action: Action) -> Result<DatabaseRight> {
        if self.acts_freely(context).await? {
            return Ok(DatabaseRight::default());
        }
        let right = self.database_right(context.tenant, context.actor.user, template.database).await?;
        if right.covers(action) { Ok((*right).clone()) } else { Err(Error::forbidden("", Message::NoRight)) }
    }

    /// Whether whoever acts has one of the nine rights ([`musubi_domain::rights::named`]). A person has those that he has been given, a
    /// program those to which its token or its client is held, else all; a job has what whoever asked for it has now. Commands on the
    /// machine and the product itself may do everything.
    ///
    /// # Errors
    /// Forbidden where he has not.
    pub async fn check_named_right(&self, context: &Context, right: &'static str) -> Result<()> {
        if self.has_named_right(context, right).await? {
            Ok(())
        } else {
            Err(Error::forbidden("", Message::NoNamedRight { right }))
        }
    }

    /// As [`Service::check_named_right`], as an answer.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub(crate) async fn has_named_right(&self, context: &Context, right: &str) -> Result<bool> {
        let own = self.rights_of_actor(context).await?;
        Ok(own.is_none_or(|own| own.iter().any(|name| name == right)))
    }

    /// The named rights that whoever acts has: what a page offers him.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn named_rights_held(&self, context: &Context) -> Result<Vec<String>> {
        let held = self.rights_of_actor(context).await?;
        Ok(held.unwrap_or_else(|| RIGHTS.into_iter().map(str::to_owned).collect()))
    }

    /// The named rights to which whoever acts is held; none: he may do everything.
    async fn rights_of_actor(&self, context: &Context) -> Result<Option<Vec<String>>> {
        if context.actor.door == Door::Command {
            return Ok(None);
        }
        if self.actor(context).await?.system {
            return Ok(context.actor.rights.as_deref().map(<[String]>::to_vec));
        }
        Ok(Some(self.named_rights(context.tenant, context.actor.user).await?.to_vec()))
    }

    /// Whether whoever acts may hold a program to these rights; none: it is to have all. Nobody gives what he has not himself, and whoever
    /// is held to rights names those that he gives.
    ///
    /// # Errors
    /// Invalid where he has to name rights; Forbidden where he has not one of them.
    pub(crate) async fn check_rights_given(&self, context: &Context, given: Option<&[String]>) -> Result<()> {
        let Some(own) = self.rights_of_actor(context).await? else { return Ok(()) };
        let Some(given) = given else { return Err(Error::invalid_at(GIVEN, Message::Required)) };
        let has = |rights: &[String], right: &str| rights.iter().any(|name| name == right);
        match RIGHTS.into_iter().find(|right| has(given, right) && !has(&own, right)) {
            Some(right) => Err(Error::forbidden(GIVEN, Message::NoNamedRight { right })),
            None => Ok(()),
        }
    }

    /// Whether whoever acts may come into the place of a person, as who sets his password, his mail address or his second factor can: he has all
    /// named rights of the person himself, or the one to grant them.
    ///
    /// # Errors
    /// Forbidden where he may not.
    pub(crate) async fn check_covers(&self, context: &Context, user: UserNo) -> Result<()> {
        let Some(own) = self.rights_of_actor(context).await? else { return Ok(()) };
        if own.iter().any(|right| right == named::GRANTS) {
            return Ok(());
        }
        let others = self.named_rights(context.tenant, user).await?;
        if others.iter().all(|right| own.contains(right)) {
            Ok(())
        } else {
            Err(Error::forbidden("--login", Message::NoNamedRight { right: named::GRANTS }))
        }
    }

    /// The rights, by name, that somebody has been given.
    async fn named_rights(&self, tenant: TenantNo, user: UserNo) -> Result<Arc<Vec<String>>> {
        let load = async {
            let get = move |keyed: &mut store::db::Keyed<'_>| store::rights::named_rights_get(keyed, user);
            Ok(Some(Arc::new(self.db().get(tenant, get).await?)))
        };
        Ok(self.rights_caches().named.get(&(tenant, user), self.epoch(tenant), load).await?.unwrap_or_default())
    }

    /// Who acts, as conditions speak of him.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn viewer(&self, context: &Context) -> Result<Arc<Viewer>> {
        let user = self.actor(context).await?;
        self.viewer_of(context.tenant, &user).await
    }

    /// A person as conditions speak of him.
    async fn viewer_of(&self, tenant: TenantNo, user: &User) -> Result<Arc<Viewer>> {
        let (number, id) = (user.number, user.id);
        let load = async {
            let viewer =
                self.db().page(tenant, move |snapshot| store::rights::viewer_get(snapshot, number, id)).await?;
            Ok(Some(Arc::new(viewer)))
        };
        let viewer = self.rights_caches().viewers.get(&(tenant, number), self.epoch(tenant), load).await?;
        viewer.ok_or_else(|| Error::internal("a viewer is always made"))
    }

    /// A condition as it came in, made ready to be asked with: system items are the fields that they stand for, the people whom it
    /// names as creators or changers are known by number, and the words that speak of whoever looks and of today are replaced.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn condition_settled(
        &self,
        context: &Context,
        template: &Template,
        condition: &Condition,
    ) -> Result<Condition> {
        let settled = self.people_settled(context.tenant, template, condition).await?;
        Ok(settled.resolved(self.viewer(context).await?.as_ref()).dated(context.now.jst_date()))
    }

    /// The same with the words that speak of whoever looks left as they are: for conditions that are kept.
    async fn people_settled(&self, tenant: TenantNo, template: &Template, condition: &Condition) -> Result<Condition> {
        let settled = template.settled(condition);
        let mut ids = Vec::new();
        people_named(&settled, &mut ids);
        let mut numbers = HashMap::new();
        for id in ids {
            if let Some(user) = self.user_named(tenant, id).await? {
                numbers.insert(id, user.number);
            }
        }
        Ok(settled.replaced(&|field, value| match value {
            Operand::Id(id) if is_by(field) => numbers.get(id).copied().map(Operand::User).into_iter().collect(),
            other => vec![other.clone()],
        }))
    }

    /// Whether whoever acts may see and do everything in a database.
    pub(crate) async fn acts_freely_in(&self, context: &Context, database: DatabaseNo) -> Result<bool> {
        if self.acts_freely(context).await? {
            return Ok(true);
        }
        let right = self.database_right(context.tenant, context.actor.user, database).await?;
        Ok(*right == DatabaseRight::default())
    }

    /// What somebody may do in a database. Who has been given nothing may do everything.
    async fn database_right(&self, tenant: TenantNo, user: UserNo, database: DatabaseNo) -> Result<Arc<DatabaseRight>> {
        let load = async {
            let get = move |keyed: &mut store::db::Keyed<'_>| store::rights::database_right_get(keyed, user, database);
            Ok(Some(Arc::new(self.db().get(tenant, get).await?.unwrap_or_default())))
        };
        let key = (tenant, user, database);
        Ok(self.rights_caches().rights.get(&key, self.epoch(tenant), load).await?.unwrap_or_default())
    }

    /// Whether whoever acts is bound by no rights.
    pub(crate) async fn acts_freely(&self, context: &Context) -> Result<bool> {
        Ok(match context.actor.door {
            Door::Command => true,
            // A job acts for whoever asked for it, with the rights that he has now.
            Door::System | Door::Session { .. } | Door::Token { .. } => self.actor(context).await?.system,
        })
    }

    async fn actor(&self, context: &Context) -> Result<Arc<User>> {
        let user = self.user(context.tenant, context.actor.user).await?;
        user.ok_or_else(|| Error::internal("somebody acts who is nobody"))
    }
}

/// Whether a field is who created or changed a record.
const fn is_by(field: Field) -> bool {
    matches!(field, Field::CreatedBy | Field::UpdatedBy)
}

/// The outside ids of people whom a condition names as creators or changers.
fn people_named(condition: &Condition, ids: &mut Vec<Uuid>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| people_named(part, ids)),
        Condition::Not(inner) => people_named(inner, ids),
        Condition::OneOf { field, values } if is_by(*field) => {
            ids.extend(values.iter().filter_map(|value| if let Operand::Id(id) = value { Some(*id) } else { None }));
        }
        Condition::OneOf { .. }
        | Condition::Between { .. }
        | Condition::Within { .. }
        | Condition::Contains { .. }
        | Condition::Empty { .. } => {}
    }
}

/// Says what a person may do in a database. A right that restricts nothing takes away what was said before.
///
/// # Errors
/// Forbidden without the right to grant rights; Invalid, with everything that is wrong at once; NotFound where there is no such
/// database.
pub async fn database_right_set(
    service: &Service,
    context: &Arc<Context>,
    user: Uuid,
    database: &str,
    right: DatabaseRight,
) -> Result<()> {
    service.check_named_right(context, named::GRANTS).await?;
    let user = person(service, context.tenant, user).await?;
    for attempt in 1..=JUDGEMENTS {
        let template = service.template(context.tenant, database).await?;
        let right = right_judged(service, context.tenant, &template, &right).await?;
        let (number, target) = (user.number, user.login_id.clone());
        let write = move |tx: &mut Tx<'_>| {
            // An item that the right names may have been removed, which asks for the rights that name it.
            check_template(tx, &template)?;
            if right == DatabaseRight::default() {
                store::rights::database_right_remove(tx, number, template.database)?;
            } else {
                store::rights::database_right_set(tx, number, template.database, &right)?;
            }
            tx.record_operation(&operation("database_right.set", template.database, &target))
        };
        let written = service.db().write(context, Lane::Interactive, write).await;
        if !judges_again(attempt, &written) {
            return written;
        }
    }
    Err(outdated())
}

/// A right as it is kept in the database of a template.
async fn right_judged(
    service: &Service,
    tenant: TenantNo,
    template: &Template,
    right: &DatabaseRight,
) -> Result<DatabaseRight> {
    let problems = right.problems(template);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let rows = match &right.rows {
        RowRule::Condition(condition) => RowRule::Condition(service.people_settled(tenant, template, condition).await?),
        other => other.clone(),
    };
    Ok(DatabaseRight { rows, ..right.clone() })
}

/// Lets a person do everything in a database again.
///
/// # Errors
/// Invalid where there is no such person; NotFound where there is no such database, or nothing had been said.
pub async fn database_right_remove(
    service: &Service,
    context: &Arc<Context>,
    user: Uuid,
    database: &str,
) -> Result<()> {
    service.check_named_right(context, named::GRANTS).await?;
    let template = service.template(context.tenant, database).await?;
    let user = person(service, context.tenant, user).await?;
    let (number, database, target) = (user.number, template.database, user.login_id.clone());
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::rights::database_right_remove(tx, number, database)? {
                return Err(Error::not_found("user"));
            }
            tx.record_operation(&operation("database_right.remove", database, &target))
        })
        .await
}

/// All rights in databases that restrict somebody, by person.
///
/// # Errors
/// Where the database does not answer.
pub async fn database_right_list(service: &Service, context: &Arc<Context>) -> Result<Vec<HeldRight>> {
    let mut rights: Vec<HeldRight> = Vec::new();
    loop {
        let after = rights.last().map_or((UserNo(0), DatabaseNo(0)), |last| (last.user, last.database));
        let read =
            move |snapshot: &mut store::db::Snapshot<'_>| store::rights::database_right_list(snapshot, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        if rows.is_empty() {
            return Ok(rights);
        }
        rights.extend(rows);
    }
}

async fn person(service: &Service, tenant: TenantNo, id: Uuid) -> Result<Arc<User>> {
    let user = service.user_named(tenant, id).await?.filter(|user| !user.system);
    user.ok_or_else(|| Error::invalid_at("user", Message::NoSuchUser))
}

fn operation(kind: &'static str, database: DatabaseNo, target: &str) -> Operation {
    Operation { kind, database: Some(database), target: target.to_owned(), count: 1 }
}
