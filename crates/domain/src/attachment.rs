//! Files that are kept with records: which kinds, under which names, and which of them a browser may show.

use musubi_text::file_name::{ending, file_name};

use crate::id::{AttachmentNo, RecordNo, UserNo};
use crate::limits;
use crate::messages::Message;
use crate::time::Timestamp;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The number.
    pub number: AttachmentNo,
    /// The record that it is kept with.
    pub record: RecordNo,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: i64,
    /// The SHA-256 of its content.
    pub sha256: Vec<u8>,
    /// When it came.
    pub at: Timestamp,
    /// Who sent it.
    pub by: UserNo,
}

impl Attachment {
    /// Its media type.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        file_kind(&self.name).map_or("application/octet-stream", |kind| kind.media_type)
    }

    /// Whether a browser may show it by itself.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        file_kind(&self.name).is_some_and(|kind| kind.shown)
    }
}

/// A kind of files that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// How names of it end.
    pub ending: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Whether a browser may show it: it has no script, and its beginning is looked at.
    pub shown: bool,
    /// One of these stands at its beginning; none: it may begin in any way.
    signatures: &'static [&'static [u8]],
}

const ZIP: &[&[u8]] = &[b"PK\x03\x04", b"PK\x05\x06"];
/// The compound files of older office programs.
const COMPOUND: &[&[u8]] = &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"];
/// Rich text and compound files come under the names of either.
const WORD: &[&[u8]] = &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"];

const fn kind(
    ending: &'static str,
    media_type: &'static str,
    shown: bool,
    signatures: &'static [&'static [u8]],
) -> FileKind {
    FileKind { ending, media_type, shown, signatures }
}

/// All kinds of files that are kept. What a browser or a system runs is not among them.
pub const FILE_KINDS: [FileKind; 29] = [
    kind("pdf", "application/pdf", true, &[b"%PDF-"]),
    kind("png", "image/png", true, &[b"\x89PNG\r\n\x1a\n"]),
    kind("jpg", "image/jpeg", true, &[b"\xff\xd8\xff"]),
    kind("jpeg", "image/jpeg", true, &[b"\xff\xd8\xff"]),
    kind("gif", "image/gif", true, &[b"GIF87a", b"GIF89a"]),
    kind("webp", "image/webp", true, &[b"RIFF"]),
    kind("heic", "image/heic", false, &[]),
    kind("tif", "image/tiff", false, &[b"II*\0", b"MM\0*"]),
    kind("tiff", "image/tiff", false, &[b"II*\0", b"MM\0*"]),
    kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false, ZIP),
    kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, ZIP),
    kind("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", false, ZIP),
    kind("doc", "application/msword", false, WORD),
    kind("xls", "application/vnd.ms-excel", false, COMPOUND),
    kind("ppt", "application/vnd.ms-powerpoint", false, COMPOUND),
    kind("odt", "application/vnd.oasis.opendocument.text", false, ZIP),
    kind("ods", "application/vnd.oasis.opendocument.spreadsheet", false, ZIP),
    kind("odp", "application/vnd.oasis.opendocument.presentation", false, ZIP),
    kind("rtf", "application/rtf", false, &[b"{\\rtf"]),
    kind("txt", "text/plain", false, &[]),
    kind("csv", "text/csv", false, &[]),
    kind("tsv", "text/tab-separated-values", false, &[]),
    kind("md", "text/markdown", false, &[]),
    kind("zip", "application/zip", false, ZIP),
    kind("eml", "message/rfc822", false, &[]),
    kind("msg", "application/vnd.ms-outlook", false, COMPOUND),
    kind("mp4", "video/mp4", false, &[]),
    kind("mp3", "audio/mpeg", false, &[]),
    kind("vcf", "text/vcard", false, &[]),
];

/// The kind of a file of this name; none where such files are not kept.
#[must_use]
pub fn file_kind(name: &str) -> Option<&'static FileKind> {
    let ending = ending(name);
    FILE_KINDS.iter().find(|kind| kind.ending == ending)
}

/// The name under which a file is kept that somebody sends as `given`.
///
/// # Errors
/// Where nothing is left of the name, or such files are not kept.
pub fn name_settled(given: &str) -> Result<String, Message> {
    let name = file_name(given, limits::ATTACHMENT_NAME_CHARACTERS);
    if name.is_empty() {
        return Err(Message::FileEmpty);
    }
    if file_kind(&name).is_some() { Ok(name) } else { Err(Message::FileType) }
}

/// What is wrong with a file of this name that begins with these bytes, its first chunk.
#[must_use]
pub fn content_problem(name: &str, begins: &[u8]) -> Option<Message> {
    if begins.is_empty() {
        return Some(Message::FileEmpty);
    }
    let kind = file_kind(name)?;
    let fits = kind.signatures.is_empty() || kind.signatures.iter().any(|signature| begins.starts_with(signature));
    (!fits).then_some(Message::FileContent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_kinds_are_kept() {
        assert_eq!(name_settled("..\\見積.PDF").as_deref(), Ok("見積.PDF"));
        for refused in ["a.html", "a.svg", "a.exe", "a.js", "a", "a.pdf.lnk", "請求書\u{202e}fdp.exe"] {
            assert_eq!(name_settled(refused), Err(Message::FileType), "{refused}");
        }
        assert_eq!(name_settled("/"), Err(Message::FileEmpty));
    }

    #[test]
    fn the_content_is_what_the_name_says() {
        assert_eq!(content_problem("a.pdf", b"%PDF-1.7"), None);
        assert_eq!(content_problem("a.pdf", b"<html>"), Some(Message::FileContent));
        assert_eq!(content_problem("a.png", b""), Some(Message::FileEmpty));
        assert_eq!(content_problem("a.txt", b"<html>"), None);
        let shown = FILE_KINDS.iter().filter(|kind| kind.shown);
        assert!(shown.into_iter().all(|kind| !kind.signatures.is_empty()), "what is shown is looked at");
    }
}
