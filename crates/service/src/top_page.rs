//! The top page: what the home page shows to whom, and its notices.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{GroupNo, NoticeNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::top_page::{Block, Layout, NewNotice, Notice, TopPage};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane};

use crate::context::Service;

/// Groups whose settings one look gives.
const GROUPS: i64 = 1_000;

/// The home page of the caller: blocks in their order, and the notices that are shown to him today.
///
/// # Errors
/// Where the database does not answer.
pub async fn top_page(service: &Service, context: &Arc<Context>) -> Result<TopPage> {
    let (user, today) = (context.actor.user, context.now.jst_date());
    let read = move |keyed: &mut Keyed<'_>| {
        let groups: Vec<GroupNo> =
            store::group::groups_of_user(keyed, user)?.into_iter().map(|group| group.number).collect();
        let (layouts, notices) = (store::top_page::top_page_layouts(keyed)?, store::top_page::notices(keyed)?);
        Ok(TopPage::of(&groups, &layouts, notices, today))
    };
    service.db().get(context.tenant, read).await
}

/// What has been decided of the top page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopPageSettings {
    /// The layouts: that for everybody first, then by group.
    pub layouts: Vec<Layout>,
    /// All notices, those of other days too, oldest first.
    pub notices: Vec<Notice>,
    /// The groups that there are, with their names.
    pub groups: Vec<(GroupNo, String)>,
}

/// What has been decided of the top page.
///
/// # Errors
/// Forbidden without the right.
pub async fn top_page_show(service: &Service, context: &Arc<Context>) -> Result<TopPageSettings> {
    service.check_named_right(context, named::SYSTEM).await?;
    let read = |snapshot: &mut store::db::Snapshot<'_>| {
        let groups = store::group::group_list(snapshot, GroupNo(0), GROUPS)?;
        Ok(TopPageSettings {
            layouts: store::top_page::top_page_layouts(snapshot)?,
            notices: store::top_page::notices(snapshot)?,
            groups: groups.into_iter().map(|group| (group.number, group.name)).collect(),
        })
    };
    service.db().page(context.tenant, read).await
}

/// Says which blocks the people of a group see, or everybody whose groups say nothing.
///
/// # Errors
/// Forbidden without the right. NotFound at `group` where there is no such group; Invalid at `blocks` where one is given twice, and at
/// `group` where there are too many.
pub async fn top_page_layout_set(service: &Service, context: &Arc<Context>, layout: Layout) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let is_twice = |at: usize, block: &Block| layout.blocks.iter().take(at).any(|other| other == block);
    if layout.blocks.iter().enumerate().any(|(at, block)| is_twice(at, block)) {
        return Err(Error::invalid_at("blocks", Message::Repeated));
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            check_group(tx, layout.group)?;
            let others = store::top_page::top_page_layouts(tx)?;
            let others = others.iter().filter(|other| other.group.is_some() && other.group != layout.group).count();
            if layout.group.is_some() && others >= limits::LAYOUTS {
                return Err(Error::invalid_at("group", Message::TooMany { most: limits::LAYOUTS }));
            }
            store::top_page::top_page_layout_set(tx, &layout)?;
            tx.record_operation(&Operation::new("top_page.set", name_of(layout.group)))
        })
        .await
}

/// Forgets what was decided for a group, or for everybody.
///
/// # Errors
/// Forbidden without the right. NotFound at `group` where nothing was.
pub async fn top_page_layout_remove(service: &Service, context: &Arc<Context>, group: Option<GroupNo>) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::top_page::top_page_layout_delete(tx, group)? {
                return Err(Error::not_found("group"));
            }
            tx.record_operation(&Operation::new("top_page.remove", name_of(group)))
        })
        .await
}

/// Adds a notice.
///
/// # Errors
/// Forbidden without the right. NotFound at `group`; Invalid, with everything that is wrong at once, each at the name of its field.
pub async fn notice_create(service: &Service, context: &Arc<Context>, notice: NewNotice) -> Result<NoticeNo> {
    service.check_named_right(context, named::SYSTEM).await?;
    judge(&notice)?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            check_group(tx, notice.group)?;
            if store::top_page::notices(tx)?.len() >= limits::NOTICES {
                return Err(Error::invalid_at("text", Message::TooMany { most: limits::NOTICES }));
            }
            let number = store::top_page::notice_insert(tx, &notice)?;
            tx.record_operation(&Operation::new("notice.create", number.to_string()))?;
            Ok(number)
        })
        .await
}

/// Changes a notice.
///
/// # Errors
/// Forbidden without the right. NotFound at `notice` or `group`; Invalid, with everything that is wrong at once.
pub async fn notice_set(service: &Service, context: &Arc<Context>, number: NoticeNo, notice: NewNotice) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    judge(&notice)?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            check_group(tx, notice.group)?;
            if !store::top_page::notice_set(tx, number, &notice)? {
                return Err(Error::not_found("notice"));
            }
            tx.record_operation(&Operation::new("notice.set", number.to_string()))
        })
        .await
}

/// Removes a notice.
///
/// # Errors
/// Forbidden without the right. NotFound at `notice`.
pub async fn notice_remove(service: &Service, context: &Arc<Context>, number: NoticeNo) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::top_page::notice_delete(tx, number)? {
                return Err(Error::not_found("notice"));
            }
            tx.record_operation(&Operation::new("notice.remove", number.to_string()))
        })
        .await
}

fn judge(notice: &NewNotice) -> Result<()> {
    let problems = notice.problems();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn check_group(tx: &mut crate::Tx<'_>, group: Option<GroupNo>) -> Result<()> {
    let Some(group) = group else { return Ok(()) };
    let before = GroupNo(group.0.saturating_sub(1));
    let is_there = store::group::group_list(tx, before, 1)?.iter().any(|found| found.number == group);
    if is_there { Ok(()) } else { Err(Error::not_found("group")) }
}

fn name_of(group: Option<GroupNo>) -> String {
    group.map_or_else(|| "*".to_owned(), |group| group.to_string())
}
