//! Rights in a database as pages give them: seen before they are changed, and to several people at once.

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::condition::Condition;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{DatabaseNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::{DatabaseRight, named};
use musubi_domain::sight::{Sight, not_seen};
use musubi_domain::template::Template;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use musubi_store::query::{RecordCount, RecordQuery};

use super::explain::person_named;
use super::{operation, right_judged};
use crate::context::Service;
use crate::record::{JUDGEMENTS, check_template, judges_again, outdated};
use crate::record_list::{Patience, record_count, record_list};
use crate::user::person_by_login;

/// Records that a preview names.
const EXAMPLES: i64 = 3;

/// What somebody may do in a database, as it stood when it was looked at.
#[derive(Clone, Debug)]
pub struct RightSeen {
    /// The person.
    pub user: Arc<User>,
    /// The right.
    pub right: DatabaseRight,
    /// A word for how it stood: whoever changes it says which he saw.
    pub stamp: String,
}

/// Whose right is to be changed.
#[derive(Clone, Debug)]
pub struct RightOf {
    /// The login ID of the person.
    pub login_id: String,
    /// How his right stood when it was looked at.
    pub stamp: String,
}

/// What a right would let somebody see.
#[derive(Clone, Debug)]
pub struct RightPreview {
    /// The records that he sees now.
    pub before: RecordCount,
    /// The records that he would see.
    pub after: RecordCount,
    /// The names of a few that he would see, as far as whoever asks may read them.
    pub examples: Vec<String>,
}

/// A word for how a right stands.
///
/// # Errors
/// Internal where it cannot be written.
pub fn right_stamp(right: &DatabaseRight) -> Result<String> {
    let written = serde_json::to_vec(right).map_err(|error| Error::internal(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &written)))
}

/// What a person may do in a database.
///
/// # Errors
/// Forbidden without the right to give rights; Invalid where there is no such person; NotFound where there is no such database.
pub async fn database_right_of(
    service: &Service,
    context: &Arc<Context>,
    login_id: &str,
    database: &str,
) -> Result<RightSeen> {
    service.check_named_right(context, named::GRANTS).await?;
    let template = service.template(context.tenant, database).await?;
    let user = person_named(service, context.tenant, login_id).await?;
    let (number, database) = (user.number, template.database);
    let get = move |keyed: &mut Keyed<'_>| store::rights::database_right_get(keyed, number, database);
    let right = service.db().get(context.tenant, get).await?.unwrap_or_default();
    Ok(RightSeen { stamp: right_stamp(&right)?, user, right })
}

/// What a person may do in each database that he may not do everything in.
///
/// # Errors
/// As [`database_right_of`].
pub async fn database_rights_of(
    service: &Service,
    context: &Arc<Context>,
    user: UserNo,
) -> Result<Vec<(DatabaseNo, DatabaseRight)>> {
    service.check_named_right(context, named::GRANTS).await?;
    service.db().get(context.tenant, move |keyed| store::rights::database_rights_of(keyed, user)).await
}

/// Says what people may do in a database, to all of them or, where the right of one is not as it was seen, to none. Gives those whose
/// rights were changed by somebody else.
///
/// # Errors
/// Forbidden without the right to give rights; Invalid, with everything that is wrong at once; NotFound where there is no such person or
/// database.
pub async fn database_right_change(
    service: &Service,
    context: &Arc<Context>,
    people: Vec<RightOf>,
    database: &str,
    right: DatabaseRight,
) -> Result<Vec<String>> {
    service.check_named_right(context, named::GRANTS).await?;
    if people.len() > limits::RIGHTS_AT_ONCE {
        return Err(Error::invalid_at("users", Message::TooMany { most: limits::RIGHTS_AT_ONCE }));
    }
    let people = Arc::new(people);
    for attempt in 1..=JUDGEMENTS {
        let template = service.template(context.tenant, database).await?;
        let right = right_judged(service, context.tenant, &template, &right).await?;
        let people = Arc::clone(&people);
        let write = move |tx: &mut Tx<'_>| {
            // An item that the right names may have been removed, which asks for the rights that name it.
            check_template(tx, &template)?;
            database_right_change_in(tx, &people, template.database, &right)
        };
        let written = service.db().write(context, Lane::Interactive, write).await;
        if !judges_again(attempt, &written) {
            return written;
        }
    }
    Err(outdated())
}

fn database_right_change_in(
    tx: &mut Tx<'_>,
    people: &[RightOf],
    database: DatabaseNo,
    right: &DatabaseRight,
) -> Result<Vec<String>> {
    let (mut users, mut changed) = (Vec::new(), Vec::new());
    for of in people {
        let user = person_by_login(tx, &of.login_id, "user")?;
        let now = store::rights::database_right_get(tx, user.number, database)?.unwrap_or_default();
        if right_stamp(&now)? == of.stamp { users.push(user) } else { changed.push(of.login_id.clone()) }
    }
    if !changed.is_empty() {
        return Ok(changed);
    }
    for user in users {
        if *right == DatabaseRight::default() {
            store::rights::database_right_remove(tx, user.number, database)?;
        } else {
            store::rights::database_right_set(tx, user.number, database, right)?;
        }
        tx.record_operation(&operation("database_right.set", database, &user.login_id))?;
    }
    Ok(changed)
}

/// What a right would let a person see of a database: counted up to [`limits::RIGHT_PREVIEW`].
///
/// # Errors
/// Forbidden without the right to give rights; Invalid, with everything that is wrong with the right; NotFound.
pub async fn database_right_preview(
    service: &Service,
    context: &Arc<Context>,
    login_id: &str,
    database: &str,
    right: &DatabaseRight,
) -> Result<RightPreview> {
    service.check_named_right(context, named::GRANTS).await?;
    let template = service.template(context.tenant, database).await?;
    let user = person_named(service, context.tenant, login_id).await?;
    let right = right_judged(service, context.tenant, &template, right).await?;
    let (_, before) = service.right_and_sight(context, &user, &template).await?;
    let viewer = service.viewer_of(context.tenant, &user).await?;
    let after = Sight::of(&right, &template, &viewer).dated(context.now.jst_date());
    Ok(RightPreview {
        before: seen_count(service, context, &before, &template).await?,
        after: seen_count(service, context, &after, &template).await?,
        examples: examples(service, context, &after, &template).await?,
    })
}

async fn seen_count(
    service: &Service,
    context: &Context,
    sight: &Sight,
    template: &Arc<Template>,
) -> Result<RecordCount> {
    let asked = (template, &Condition::always());
    let counted = record_count(service, context, sight, asked, limits::RIGHT_PREVIEW, Patience::SCREEN, "rows").await;
    part(counted, RecordCount { count: 0, exact: false })
}

/// What was found, or nothing where others look through so many records that there is no turn.
fn part<T>(found: Result<T>, nothing: T) -> Result<T> {
    match found {
        Err(error) if error.kind() == Kind::Busy => Ok(nothing),
        found => found,
    }
}

/// The names of a few records. They are looked up again with what whoever asks may see: he is not the person.
async fn examples(
    service: &Service,
    context: &Context,
    sight: &Sight,
    template: &Arc<Template>,
) -> Result<Vec<String>> {
    let query = RecordQuery {
        template: Arc::clone(template),
        condition: Condition::always(),
        sorts: Vec::new(),
        offset: 0,
        limit: EXAMPLES,
    };
    let listed = record_list(service, context, sight, query, None, Patience::SCREEN, "rows").await;
    let rows = part(listed.map(|page| page.rows), Vec::new())?;
    let ids: Vec<_> = rows.iter().map(|row| (template.database, row.id)).collect();
    let names = service.display_names(context, &ids).await?;
    let name = |key| names.get(key).cloned().unwrap_or_else(|| not_seen(context.locale).to_owned());
    Ok(ids.iter().map(name).collect())
}

/// The templates of all databases, at most [`limits::RIGHT_DATABASES`]: for pages that say what somebody may do in each.
///
/// # Errors
/// Forbidden without the right to give rights.
pub async fn right_databases(service: &Service, context: &Arc<Context>) -> Result<Vec<Arc<Template>>> {
    service.check_named_right(context, named::GRANTS).await?;
    let list = |snapshot: &mut Snapshot<'_>| store::template::database_list(snapshot, DatabaseNo(0));
    let mut templates = Vec::new();
    for database in service.db().page(context.tenant, list).await?.into_iter().take(limits::RIGHT_DATABASES) {
        templates.push(service.template_numbered(context.tenant, database).await?);
    }
    Ok(templates)
}
