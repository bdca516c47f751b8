//! The home page: what needs somebody today, and where he was last.
//!
//! Which blocks there are, and their order, is decided for groups of people (`musubi_domain::top_page`).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use musubi_domain::error::Kind;
use musubi_domain::job::JobView;
use musubi_domain::messages::Locale;
use musubi_domain::top_page::{Block, Notice};
use musubi_service::activity::task_list;
use musubi_service::business_card::card_review_list;
use musubi_service::change_set::change_set_list;
use musubi_service::job::job_failed_list;
use musubi_service::mention::mention_list;
use musubi_service::preference::visit_list;
use musubi_service::thread::Place;
use musubi_service::top_page::top_page;

use crate::change_set::SetShown;
use crate::error::Failure;
use crate::frame::Frame;
use crate::job;
use crate::person::Person;
use crate::record::Database;
use crate::texts::fill;

/// Lines of a block.
const LINES: usize = 8;
/// Days for which a failure is news.
const DAYS: i64 = 7;
/// Cards that are counted.
const CARDS: i64 = 100;
/// Characters of a text that a line shows.
const CHARACTERS: usize = 80;

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage<'a> {
    frame: &'a Frame,
    welcome: String,
    /// Today, with its day of the week.
    today: String,
    notices: Vec<NoticeView>,
    blocks: Vec<BlockView>,
}

/// A notice as the page shows it: its lines, and whether it stands out.
struct NoticeView {
    lines: Vec<String>,
    important: bool,
}

impl NoticeView {
    fn of(notice: &Notice) -> Self {
        let lines = notice.notice.text.lines().map(str::to_owned).collect();
        Self { lines, important: notice.notice.important }
    }
}

/// A block as the page shows it.
struct BlockView {
    /// Its word, for its id.
    word: &'static str,
    title: &'static str,
    lines: Vec<Line>,
    /// What it says where there are no lines.
    none: &'static str,
    /// Where all of it is: path and text.
    all: Option<(String, &'static str)>,
}

/// A line of a block.
#[derive(Default)]
struct Line {
    path: String,
    text: String,
    /// What is said beside it.
    beside: String,
    /// When it is or was.
    when: String,
    /// Its state in a word, where it is late.
    late: &'static str,
}

/// GET /
pub(crate) async fn home(person: Person) -> Result<Response, Failure> {
    let top = top_page(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let mut blocks = Vec::new();
    for block in top.blocks {
        blocks.extend(block_view(&person, block).await?);
    }
    let frame = &person.frame;
    let page = HomePage {
        frame,
        welcome: fill(frame.say.welcome, &person.session.user.display_name()),
        today: day_of_week(frame, person.context.now.jst_date()),
        notices: top.notices.iter().map(NoticeView::of).collect(),
        blocks,
    };
    person.page(StatusCode::OK, &page)
}

async fn block_view(person: &Person, block: Block) -> Result<Option<BlockView>, Failure> {
    let say = &person.frame.say.shell;
    let view = |title, lines, none, all| Some(BlockView { word: block.word(), title, lines, none, all });
    Ok(match block {
        // They stand above all blocks.
        Block::Notices => None,
        Block::Tasks => view(say.home_tasks, tasks(person).await?, say.home_tasks_none, None),
        Block::Mentions => view(say.home_mentions, mentions(person).await?, say.home_mentions_none, None),
        Block::Cards => cards(person).await?.and_then(|lines| view(say.home_cards, lines, say.home_cards_none, None)),
        Block::Recent => {
            let all = Some(("/records/clients".to_owned(), say.to_clients));
            view(say.home_recent, recent(person).await?, say.home_recent_none, all)
        }
        Block::Jobs => view(say.home_jobs, jobs(person).await?, say.home_jobs_none, None),
        Block::Changes => {
            let all = Some(("/changes".to_owned(), say.all_changes));
            view(say.home_changes, changes(person).await?, say.home_changes_none, all)
        }
    })
}

/// The path of the page of a record at which something stands.
async fn place_path(person: &Person, place: &Place) -> Result<String, Failure> {
    let tenant = person.context.tenant;
    let template = person.service.template(tenant, &place.database).await.map_err(|error| person.failure(&error))?;
    Ok(Database::of(&template).record_path(place.record))
}

async fn tasks(person: &Person) -> Result<Vec<Line>, Failure> {
    let today = person.context.now.jst_date();
    let found = task_list(&person.service, &person.context, LINES).await.map_err(|error| person.failure(&error))?;
    let mut lines = Vec::with_capacity(found.len());
    for (task, place) in found {
        let is_late = task.due.is_some_and(|due| due < today);
        lines.push(Line {
            path: place_path(person, &place).await?,
            text: begin(&task.text),
            beside: place.display_name,
            when: task.due.map(|due| person.frame.date(due)).unwrap_or_default(),
            late: if is_late { person.frame.say.shell.late } else { "" },
        });
    }
    Ok(lines)
}

async fn mentions(person: &Person) -> Result<Vec<Line>, Failure> {
    let found = mention_list(&person.service, &person.context, LINES).await.map_err(|error| person.failure(&error))?;
    let mut lines = Vec::with_capacity(found.len());
    for (comment, place) in found {
        lines.push(Line {
            path: place_path(person, &place).await?,
            text: begin(&comment.text),
            beside: place.display_name,
            when: person.frame.moment(comment.at).shown,
            late: "",
        });
    }
    Ok(lines)
}

/// The cards that wait for a decision, as one line; `None` for who may not read cards.
async fn cards(person: &Person) -> Result<Option<Vec<Line>>, Failure> {
    let say = &person.frame.say.shell;
    let (waiting, more) = match card_review_list(&person.service, &person.context, 0, CARDS).await {
        Ok(found) => found,
        Err(error) if error.kind() == Kind::Forbidden => return Ok(None),
        Err(error) => return Err(person.failure(&error)),
    };
    if waiting.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let count = if more { format!("{CARDS}+") } else { waiting.len().to_string() };
    let line = Line { path: "/cards/review".to_owned(), text: fill(say.home_cards_count, &count), ..Line::default() };
    Ok(Some(vec![line]))
}

async fn jobs(person: &Person) -> Result<Vec<Line>, Failure> {
    let after = person.context.now.plus_seconds(-DAYS * 86_400);
    let found = job_failed_list(&person.service, &person.context, after, LINES).await;
    let line = |job: JobView| Line {
        path: format!("/jobs/{}", job.number),
        text: job::title(person.frame.say, &job),
        beside: job.failure.as_ref().map(|failure| failure.text(person.frame.locale).to_owned()).unwrap_or_default(),
        when: job.finished_at.map(|ended| person.frame.moment(ended).shown).unwrap_or_default(),
        late: "",
    };
    Ok(found.map_err(|error| person.failure(&error))?.into_iter().map(line).collect())
}

async fn changes(person: &Person) -> Result<Vec<Line>, Failure> {
    let most = i64::try_from(LINES).unwrap_or_default();
    let found = change_set_list(&person.service, &person.context, None, most).await;
    let mut lines = Vec::with_capacity(LINES);
    for set in found.map_err(|error| person.failure(&error))? {
        let SetShown { id, what, target, who, when, .. } = SetShown::of(person, &set).await?;
        let text = if target.is_empty() { what } else { format!("{what}: {target}") };
        lines.push(Line { path: format!("/changes/{id}"), text, beside: who, when: when.shown, late: "" });
    }
    Ok(lines)
}

async fn recent(person: &Person) -> Result<Vec<Line>, Failure> {
    let found = visit_list(&person.service, &person.context, LINES).await.map_err(|error| person.failure(&error))?;
    let line = |visit: musubi_service::preference::Visit| {
        let database = Database::of(&visit.template);
        let beside = database.title(&person.frame);
        Line { path: database.record_path(visit.id), text: visit.name, beside, ..Line::default() }
    };
    Ok(found.into_iter().map(line).collect())
}

/// The beginning of a text, on one line.
fn begin(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CHARACTERS) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or(&line)),
        None => line,
    }
}

/// A day as the reader prefers it, with its day of the week.
fn day_of_week(frame: &Frame, date: Date) -> String {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let name = |names: [&'static str; 7]| names.get(weekday).copied().unwrap_or_default();
    match frame.locale {
        Locale::Ja => format!("{} ({})", frame.date(date), name(["月", "火", "水", "木", "金", "土", "日"])),
        Locale::En => format!("{}, {}", name(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]), frame.date(date)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_the_beginning_of_a_text() {
        assert_eq!(begin(" 見積を\r\n 送る　こと"), "見積を 送る こと");
        assert_eq!(begin(&"𠮷".repeat(80)), "𠮷".repeat(80));
        assert_eq!(begin(&"𠮷".repeat(81)), format!("{}…", "𠮷".repeat(80)));
    }
}
