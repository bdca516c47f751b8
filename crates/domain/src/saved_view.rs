//! Saved views (絞り込みの保存): a list as somebody keeps it: conditions, order, columns, size.
//!
//! A view is kept as the query of the link that shows it, which names items by their outside ids. So one of an item that is removed or
//! hidden later says so when it is shown, and a view is read by the same reader as a link.

use uuid::Uuid;

use crate::error::{Error, Problem, Result};
use crate::id::{DatabaseNo, SavedViewNo, UserNo};
use crate::limits;
use crate::messages::Message;

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// The number.
    pub number: SavedViewNo,
    /// The outside id.
    pub id: Uuid,
    /// The database whose list it is of.
    pub database: DatabaseNo,
    /// Whose it is.
    pub user: UserNo,
    /// Whether everybody who may read the database is offered it.
    pub shared: bool,
    /// What it is called.
    pub name: String,
    /// The query of the link.
    pub query: String,
}

/// Checks a name and a query.
///
/// # Errors
/// Invalid at `name` or `query`, with what is wrong.
pub fn check(name: &str, query: &str) -> Result<()> {
    let name_problem = if name.trim().is_empty() {
        Some(Message::Required)
    } else if name.chars().any(char::is_control) {
        Some(Message::ControlCharacter)
    } else {
        let most = limits::NAME_CHARACTERS;
        (name.chars().count() > most).then_some(Message::TooLong { most })
    };
    let most = limits::VIEW_CHARACTERS;
    let query_problem = (query.chars().count() > most).then_some(Message::TooLong { most });
    let problem = |path: &str, message: Option<Message>| {
        message.map(|message| Problem { path: path.to_owned(), item: None, message })
    };
    let problems: Vec<_> = problem("name", name_problem).into_iter().chain(problem("query", query_problem)).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_has_a_name_and_a_query_of_a_size() {
        assert!(check("重点の取引先", "q=東京").is_ok());
        let paths = |name: &str, query: &str| -> Vec<String> {
            let error = check(name, query).unwrap_err();
            error.problems().iter().map(|problem| problem.path.clone()).collect()
        };
        assert_eq!(paths(" ", ""), ["name"]);
        assert_eq!(paths("a\nb", &"x".repeat(limits::VIEW_CHARACTERS + 1)), ["name", "query"]);
        assert_eq!(paths(&"名".repeat(limits::NAME_CHARACTERS + 1), ""), ["name"]);
    }
}
