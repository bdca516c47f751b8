//! The top page: which blocks the home page shows to whom, and the notices on it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::id::{GroupNo, NoticeNo};
use crate::limits;
use crate::messages::Message;
use crate::time::parse_date;

/// A block of the home page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Notices of the administration.
    Notices,
    /// What is to be done.
    Tasks,
    /// Where somebody was named.
    Mentions,
    /// Business cards to be looked at.
    Cards,
    /// Jobs that have failed.
    Jobs,
    /// Records that one had open.
    Recent,
    /// What was changed last.
    Changes,
}

impl Block {
    /// All of them, in the order of a home page of which nothing has been decided.
    pub const ALL: [Self; 7] =
        [Self::Notices, Self::Tasks, Self::Mentions, Self::Cards, Self::Jobs, Self::Recent, Self::Changes];

    /// The word for it in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notices => "notices",
            Self::Tasks => "tasks",
            Self::Mentions => "mentions",
            Self::Cards => "cards",
            Self::Jobs => "jobs",
            Self::Recent => "recent",
            Self::Changes => "changes",
        }
    }

    /// The block of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|block| block.word() == word)
    }
}

/// Which blocks the people of a group see, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whose home page it is; none: of everybody whose groups say nothing.
    pub group: Option<GroupNo>,
    /// The blocks, first to last.
    pub blocks: Vec<Block>,
}

/// A notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewNotice {
    /// Who reads it; none: everybody.
    pub group: Option<GroupNo>,
    /// What it says. Lines are kept; nothing in it is markup.
    pub text: String,
    /// Whether it stands out, before the others.
    pub important: bool,
    /// The first day on which it is shown; none: at once.
    pub from: Option<Date>,
    /// The last day on which it is shown; none: without an end.
    pub until: Option<Date>,
}

/// A notice that has been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub number: NoticeNo,
    /// What it says to whom and when.
    pub notice: NewNotice,
}

/// Where a notice stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// Its first day has not come.
    Waiting,
    /// It is shown.
    Shown,
    /// Its last day is over.
    Over,
}

impl NewNotice {
    /// Where it stands on a day.
    #[must_use]
    pub fn state(&self, today: Date) -> NoticeState {
        if self.until.is_some_and(|until| until < today) {
            NoticeState::Over
        } else if self.from.is_some_and(|from| from > today) {
            NoticeState::Waiting
        } else {
            NoticeState::Shown
        }
    }

    /// Everything that is wrong with it by itself, each at the name of its field.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let problem = |path: &str, message| Problem { path: path.to_owned(), item: None, message };
        let mut problems = Vec::new();
        let is_wrong = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r');
        if self.text.trim().is_empty() {
            problems.push(problem("text", Message::Required));
        } else if self.text.chars().count() > limits::NOTICE_CHARACTERS {
            problems.push(problem("text", Message::TooLong { most: limits::NOTICE_CHARACTERS }));
        } else if self.text.chars().any(is_wrong) {
            problems.push(problem("text", Message::ControlCharacterInLines));
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until < from
        {
            problems.push(problem("until", Message::EndsBeforeItBegins));
        }
        problems
    }
}

/// A day as a form gives it; none where nothing is given.
///
/// # Errors
/// A problem at `path` where the text is no day.
pub fn day(path: &str, text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem { path: path.to_owned(), item: None, message: Message::NotDate };
    parse_date(text).map(Some).ok_or_else(wrong)
}

/// The home page of somebody: what is shown, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopPage {
    /// The blocks, first to last.
    pub blocks: Vec<Block>,
    /// The notices that are shown today, important ones first, then the newest.
    pub notices: Vec<Notice>,
}

impl TopPage {
    /// The home page of somebody who is in these groups. He sees the blocks of all his groups that have a layout, in the order of the first
    /// of them; where none has one, those for everybody; where that has not been decided, all.
    #[must_use]
    pub fn of(groups: &[GroupNo], layouts: &[Layout], notices: Vec<Notice>, today: Date) -> Self {
        let is_his = |group: Option<GroupNo>| group.is_some_and(|group| groups.contains(&group));
        let mut blocks: Option<Vec<Block>> = None;
        for layout in layouts.iter().filter(|layout| is_his(layout.group)) {
            let blocks = blocks.get_or_insert_with(Vec::new);
            let missing: Vec<Block> = layout.blocks.iter().filter(|block| !blocks.contains(block)).copied().collect();
            blocks.extend(missing);
        }
        let everybody = || layouts.iter().find(|layout| layout.group.is_none()).map(|layout| layout.blocks.clone());
        let blocks = blocks.or_else(everybody).unwrap_or_else(|| Block::ALL.to_vec());
        let mut notices = notices;
        notices.retain(|Notice { notice, .. }| {
            blocks.contains(&Block::Notices)
                && (notice.group.is_none() || is_his(notice.group))
                && notice.state(today) == NoticeState::Shown
        });
        notices.sort_by_key(|notice| (!notice.notice.important, std::cmp::Reverse(notice.number)));
        Self { blocks, notices }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(group: Option<i64>, blocks: &[Block]) -> Layout {
        Layout { group: group.map(GroupNo), blocks: blocks.to_vec() }
    }

    fn notice(number: i64, group: Option<i64>, important: bool, days: [&str; 2]) -> Notice {
        let [from, until] = days.map(parse_date);
        let notice = NewNotice { group: group.map(GroupNo), text: "お知らせ".into(), important, from, until };
        Notice { number: NoticeNo(number), notice }
    }

    #[test]
    fn blocks_are_those_of_ones_groups_or_of_everybody() {
        let today = parse_date("2026-11-24").unwrap();
        let blocks = |groups: &[i64], layouts: &[Layout]| {
            let groups: Vec<_> = groups.iter().copied().map(GroupNo).collect();
            TopPage::of(&groups, layouts, Vec::new(), today).blocks
        };
        assert_eq!(blocks(&[1], &[]), Block::ALL);
        let all = layout(None, &[Block::Recent]);
        let one = layout(Some(1), &[Block::Jobs, Block::Tasks]);
        let two = layout(Some(2), &[Block::Cards, Block::Jobs]);
        let layouts = [all, one, two];
        assert_eq!(blocks(&[3], &layouts), [Block::Recent]);
        assert_eq!(blocks(&[1], &layouts), [Block::Jobs, Block::Tasks]);
        assert_eq!(blocks(&[2, 1], &layouts), [Block::Jobs, Block::Tasks, Block::Cards]);
        assert!(blocks(&[4], &[layout(Some(4), &[])]).is_empty());
    }

    #[test]
    fn notices_are_shown_to_whom_and_when_they_are_meant() {
        let today = parse_date("2026-11-24").unwrap();
        let notices = vec![
            notice(1, None, false, ["", ""]),
            notice(2, Some(1), false, ["2026-11-24", "2026-11-24"]),
            notice(3, Some(2), false, ["", ""]),
            notice(4, None, false, ["2026-11-25", ""]),
            notice(5, None, false, ["", "2026-11-23"]),
            notice(6, None, true, ["", ""]),
        ];
        let shown = |layouts: &[Layout]| {
            let page = TopPage::of(&[GroupNo(1)], layouts, notices.clone(), today);
            page.notices.iter().map(|notice| notice.number.0).collect::<Vec<_>>()
        };
        assert_eq!(shown(&[]), [6, 2, 1]);
        assert!(shown(&[layout(None, &[Block::Recent])]).is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_notice_is_told_at_its_field() {
        let wrong = |notice: NewNotice| {
            notice.problems().into_iter().map(|problem| (problem.path, problem.message.code())).collect::<Vec<_>>()
        };
        let with = |text: &str| NewNotice { text: text.to_owned(), ..NewNotice::default() };
        assert!(wrong(with("一行目\r\n<b>二行目</b>")).is_empty());
        assert_eq!(wrong(with(" \n")), [("text".into(), "required")]);
        assert_eq!(wrong(with("\u{7}")).len(), 1);
        assert_eq!(wrong(with(&"あ".repeat(limits::NOTICE_CHARACTERS + 1))), [("text".into(), "too_long")]);
        let [from, until] = ["2026-11-25", "2026-11-24"].map(parse_date);
        assert_eq!(wrong(NewNotice { from, until, ..with("x") }).len(), 1);
        assert_eq!((day("from", ""), day("from", "2026-02-30").is_err()), (Ok(None), true));
        assert!(Block::ALL.into_iter().all(|block| Block::of_word(block.word()) == Some(block)));
    }
}
