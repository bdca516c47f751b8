//! Permission templates (権限テンプレート): a named set of rights that people are given as one.

use crate::error::Problem;
use crate::id::PermissionTemplateNo;
use crate::messages::Message;
use crate::user::RIGHTS;

/// A permission template. Whoever has one has its rights, beside those that he himself has been given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionTemplate {
    /// Its number.
    pub number: PermissionTemplateNo,
    /// Its name, unique within the tenant.
    pub name: String,
    /// Its rights, in the order of [`RIGHTS`].
    pub rights: Vec<String>,
}

/// Rights in the order of [`RIGHTS`], each once.
#[must_use]
pub fn in_order(rights: &[String]) -> Vec<String> {
    RIGHTS.iter().filter(|right| rights.iter().any(|given| given == *right)).map(|right| (*right).to_owned()).collect()
}

/// A problem for each right that nobody knows.
#[must_use]
pub fn right_problems(rights: &[String]) -> Vec<Problem> {
    let unknown = rights.iter().filter(|right| !RIGHTS.contains(&right.as_str()));
    unknown.map(|_| Problem { path: "--right".to_owned(), item: None, message: Message::NoSuchRight }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_stand_in_the_order_of_the_table() {
        let given = ["監査閲覧", "DB設定", "監査閲覧"].map(str::to_owned);
        assert_eq!(in_order(&given), ["DB設定", "監査閲覧"]);
        assert_eq!(right_problems(&given), []);
        assert_eq!(right_problems(&["なんでも".to_owned()]).len(), 1);
    }
}
