//! The top page: which blocks it shows to whom.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::GroupNo;
use musubi_domain::top_page::{Block, Layout, Notice, NoticeState};
use musubi_service::top_page::{TopPageSettings, top_page_layout_remove, top_page_layout_set, top_page_show};

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::setting::page::{Crumb, Said, tell, top_crumb};
use crate::texts::{Texts, fill};
use crate::told::lead_told;

pub(super) const PATH: &str = "/admin/top-page";
/// Groups on the page.
const GROUPS: usize = 100;

struct LayoutLine {
    path: String,
    name: String,
    blocks: String,
    is_own: bool,
}

struct NoticeLine {
    path: String,
    text: String,
    of: String,
    days: String,
    important: bool,
    state: NoticeState,
}

impl NoticeLine {
    fn is_shown(&self) -> bool {
        self.state == NoticeState::Shown
    }

    const fn word(&self, say: &Texts) -> &'static str {
        match self.state {
            NoticeState::Shown => say.setting.notice_shown,
            NoticeState::Waiting => say.setting.notice_waiting,
            NoticeState::Over => say.setting.notice_over,
        }
    }
}

#[derive(Template)]
#[template(path = "setting/top_page.html")]
struct TopPagePage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    layouts: Vec<LayoutLine>,
    notices: Vec<NoticeLine>,
}

/// What a block is called.
fn block_name(texts: &Texts, block: Block) -> &'static str {
    let say = &texts.setting;
    match block {
        Block::Notices => say.block_notices,
        Block::Tasks => say.block_tasks,
        Block::Mentions => say.block_mentions,
        Block::Cards => say.block_cards,
        Block::Jobs => say.block_jobs,
        Block::Recent => say.block_recent,
        Block::Changes => say.block_changes,
    }
}

/// What a group is called; everybody where there is none.
pub(super) fn group_name(frame: &Frame, settings: &TopPageSettings, group: Option<GroupNo>) -> String {
    let named = |group: GroupNo| settings.groups.iter().find(|(number, _)| *number == group);
    match group {
        None => frame.say.setting.top_everybody.to_owned(),
        Some(group) => named(group).map(|(_, name)| name.clone()).unwrap_or_default(),
    }
}

/// The group of a word of a path or a form; none: everybody.
pub(super) fn group_of(text: &str) -> Option<GroupNo> {
    text.parse().ok().filter(|number| *number != 0).map(GroupNo)
}

/// GET /admin/top-page
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    tell(&mut person, &Form::of_query(query.as_deref()));
    let settings = top_page_show(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let frame = &person.frame;
    let everybody = std::iter::once(None);
    let groups = settings.groups.iter().take(GROUPS).map(|(number, _)| Some(*number));
    let layout = |group: Option<GroupNo>| {
        let own = settings.layouts.iter().find(|layout| layout.group == group);
        let blocks = own.map_or_else(|| Block::ALL.to_vec(), |own| own.blocks.clone());
        let names: Vec<&str> = blocks.into_iter().map(|block| block_name(frame.say, block)).collect();
        LayoutLine {
            path: format!("{PATH}/blocks/{}", group.map_or(0, |group| group.0)),
            name: group_name(frame, &settings, group),
            blocks: if own.is_some() || group.is_none() { names.join(frame.say.list_comma) } else { String::new() },
            is_own: own.is_some(),
        }
    };
    let today = person.context.now.jst_date();
    let notice = |Notice { number, notice }: &Notice| NoticeLine {
        path: format!("{PATH}/notices/{number}"),
        text: notice.text.chars().take(80).collect(),
        of: group_name(frame, &settings, notice.group),
        days: [notice.from, notice.until].map(|day| day.map(|day| frame.date(day)).unwrap_or_default()).join(" – "),
        important: notice.important,
        state: notice.state(today),
    };
    let mut notices: Vec<NoticeLine> = settings.notices.iter().rev().map(notice).collect();
    notices.sort_by_key(|line| line.state == NoticeState::Over);
    let layouts = everybody.chain(groups).map(layout).collect();
    person.page(StatusCode::OK, &TopPagePage { frame, crumbs: vec![top_crumb(frame)], layouts, notices })
}

struct BlockLine {
    word: &'static str,
    name: &'static str,
    is_shown: bool,
    place: String,
    place_of: String,
}

#[derive(Template)]
#[template(path = "setting/blocks.html")]
struct BlocksPage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    title: String,
    path: String,
    lines: Vec<BlockLine>,
    wrong: String,
    is_own: bool,
}

/// GET /admin/top-page/blocks/{group}
pub(crate) async fn blocks(person: Person, Path(group): Path<String>) -> Result<Response, Failure> {
    let settings = top_page_show(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let group = group_of(&group);
    let own = settings.layouts.iter().find(|layout| layout.group == group);
    let shown = own.map_or_else(|| Block::ALL.to_vec(), |own| own.blocks.clone());
    let place = |block: Block| shown.iter().position(|other| *other == block).map(|at| (at + 1).to_string());
    blocks_page(&person, &settings, group, place, Said::default())
}

fn blocks_page(
    person: &Person,
    settings: &TopPageSettings,
    group: Option<GroupNo>,
    place: impl Fn(Block) -> Option<String>,
    mut said: Said,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let name = group_name(frame, settings, group);
    if name.is_empty() {
        return Err(Failure::new(frame.clone(), Wrong::NotFound));
    }
    let mut lines: Vec<BlockLine> = Vec::new();
    for block in Block::ALL {
        let (name, place) = (block_name(frame.say, block), place(block));
        let place_of = fill(say.top_order_of, name);
        let (is_shown, place) = (place.is_some(), place.unwrap_or_default());
        lines.push(BlockLine { word: block.word(), name, is_shown, place, place_of });
    }
    lines.sort_by_key(|line| (!line.is_shown, line.place.parse::<usize>().unwrap_or(usize::MAX)));
    let page = BlocksPage {
        frame,
        crumbs: vec![top_crumb(frame), (PATH.to_owned(), say.top_page.to_owned())],
        title: fill(say.top_of, &name),
        path: format!("{PATH}/blocks/{}", group.map_or(0, |group| group.0)),
        lines,
        is_own: settings.layouts.iter().any(|layout| layout.group == group),
        wrong: said.rest(),
    };
    person.page(said.status(), &page)
}

/// POST /admin/top-page/blocks/{group}
pub(crate) async fn blocks_change(Path(group): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let group = group_of(&group);
    if form.get("do") == "reset" {
        let removed = top_page_layout_remove(&person.service, &person.context, group).await;
        removed.map_err(|error| person.failure(&error))?;
        return Ok(lead_told(PATH, "reset", None));
    }
    let settings = top_page_show(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let place = |block: Block| {
        let is_shown = !form.get(&format!("show-{}", block.word())).is_empty();
        is_shown.then(|| form.get(&format!("place-{}", block.word())).trim().to_owned())
    };
    let mut placed: Vec<(usize, Block)> = Vec::new();
    for block in Block::ALL {
        match place(block).map(|text| if text.is_empty() { Ok(Block::ALL.len()) } else { text.parse() }) {
            None => {}
            Some(Ok(at)) if (1..=Block::ALL.len()).contains(&at) => placed.push((at, block)),
            Some(_) => {
                let said = Said::here("blocks", person.frame.say.setting.top_twice);
                return blocks_page(&person, &settings, group, place, said);
            }
        }
    }
    // Of the same number, those that stand first as it ships come first.
    placed.sort_by_key(|(at, _)| *at);
    let layout = Layout { group, blocks: placed.into_iter().map(|(_, block)| block).collect() };
    match top_page_layout_set(&person.service, &person.context, layout).await {
        Ok(()) => Ok(lead_told(PATH, "saved", None)),
        Err(error) => blocks_page(&person, &settings, group, place, Said::of(&person, &error)?),
    }
}
