//! Comments on records: what people say to each other, and whom they name in it.

use crate::id::{CommentNo, RecordNo, UserNo};
use crate::limits;
use crate::messages::Message;
use crate::time::Timestamp;
use crate::user::{is_login_id, login_key};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The number.
    pub number: CommentNo,
    /// The record that it stands at.
    pub record: RecordNo,
    /// What is said; "" where it was deleted.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: UserNo,
    /// When it was changed last, where it was.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted and by whom, where it was.
    pub deleted: Option<(Timestamp, UserNo)>,
}

/// A part of a text of several lines that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text.
    Text(&'a str),
    /// A mention, as it was written.
    Mention {
        /// With its sign.
        whole: &'a str,
        /// The login ID.
        login_id: &'a str,
    },
    /// The URL of a page.
    Link(&'a str),
}

/// What is wrong with a text of several lines.
#[must_use]
pub fn lines_problem(text: &str) -> Option<Message> {
    if text.trim().is_empty() {
        Some(Message::Required)
    } else if text.chars().any(|sign| sign.is_control() && sign != '\n') {
        Some(Message::ControlCharacterInLines)
    } else if text.chars().count() > limits::COMMENT_CHARACTERS {
        Some(Message::TooLong { most: limits::COMMENT_CHARACTERS })
    } else {
        None
    }
}

/// Line breaks as they are kept, without blank around the text: browsers send them as CR LF.
#[must_use]
pub fn lines_settled(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// The login IDs that a text mentions, as they are compared, each once.
#[must_use]
pub fn mentioned(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Mention { login_id, .. } = piece {
            let key = login_key(login_id);
            if !found.contains(&key) {
                found.push(key);
            }
        }
    }
    found
}

/// The parts of a text: a mention is `@` (or `＠`) before a login ID, not within a word; a link begins with `http://` or `https://`. As
/// many of either as a comment may mention people; what follows is text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut begun, mut at, mut marked) = (Vec::new(), 0, 0, 0);
    while let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let is_within = text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(is_word);
        let rest = text.get(at..).unwrap_or_default();
        let found = if is_within || marked >= limits::COMMENT_MENTIONS { None } else { piece_at(rest) };
        let Some((piece, bytes)) = found else {
            at += sign.len_utf8();
            continue;
        };
        if let Some(before) = text.get(begun..at).filter(|before| !before.is_empty()) {
            pieces.push(Piece::Text(before));
        }
        pieces.push(piece);
        marked += 1;
        at += bytes;
        begun = at;
    }
    if let Some(last) = text.get(begun..).filter(|last| !last.is_empty()) {
        pieces.push(Piece::Text(last));
    }
    pieces
}

/// Whether a mention cannot begin after this sign: it would be the address of a mail.
const fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '+' | '-' | '@')
}

/// A mention or a link at the start of a text, and its length in bytes.
fn piece_at(text: &str) -> Option<(Piece<'_>, usize)> {
    if let Some(rest) = text.strip_prefix(['@', '＠']) {
        let end = rest.find(|sign| !is_word(sign)).unwrap_or(rest.len());
        // A full stop ends the sentence, not the name.
        let login_id = rest.get(..end)?.trim_end_matches(['.', '-']);
        let whole = text.get(..text.len() - rest.len() + login_id.len())?;
        return (is_login_id(login_id) && !login_id.starts_with('@'))
            .then_some((Piece::Mention { whole, login_id }, whole.len()));
    }
    let after = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_part =
        |sign: char| sign.is_ascii_graphic() && !matches!(sign, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^');
    let end = after.find(|sign| !is_part(sign)).unwrap_or(after.len());
    let shown = after.get(..end)?.trim_end_matches(['.', ',', ')', ';', ':', '!', '?', '\'']);
    let link = text.get(..text.len() - after.len() + shown.len())?;
    (!shown.is_empty()).then_some((Piece::Link(link), link.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_mentioned_by_their_login_ids() {
        assert_eq!(
            mentioned("@yamada さん、＠Sato. と(@a@b.jp)へ。山田@suzuki"),
            ["yamada", "sato", "a@b.jp", "suzuki"]
        );
        for none in ["yamada@example.jp", "@", "@ yamada", "@山田", "", "@@a"] {
            assert_eq!(mentioned(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn the_pieces_are_the_text() {
        let text = "見積は https://example.jp/a?b=(1). です\n@yamada へ <script>";
        let whole: String = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) | Piece::Mention { whole: text, .. } => text,
            })
            .collect();
        assert_eq!(whole, text);
        assert!(pieces(text).contains(&Piece::Link("https://example.jp/a?b=(1")));
        assert_eq!(pieces("javascript:alert(1) http://"), [Piece::Text("javascript:alert(1) http://")]);
        let many = "@a ".repeat(100);
        let mentions = pieces(&many).into_iter().filter(|piece| matches!(piece, Piece::Mention { .. })).count();
        assert_eq!(mentions, limits::COMMENT_MENTIONS);
    }

    #[test]
    fn a_text_says_something() {
        assert_eq!(lines_problem(" \n\u{3000}"), Some(Message::Required));
        assert_eq!(lines_problem("a\tb"), Some(Message::ControlCharacterInLines));
        assert_eq!(lines_problem(&"あ".repeat(limits::COMMENT_CHARACTERS)), None);
        assert!(lines_problem(&"あ".repeat(limits::COMMENT_CHARACTERS + 1)).is_some());
        assert_eq!(lines_settled(" a\r\nb\r\n"), "a\nb");
    }
}
