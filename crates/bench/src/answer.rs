//! Where an HTTP/1.1 answer ends: as much of the protocol as a closed loop of keep-alive requests needs.

use std::ops::Range;

use anyhow::{Context as _, Result, bail};

/// An answer that has come in whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The bytes of the head.
    pub(crate) head: usize,
    /// The bytes that it takes up, head included.
    pub(crate) length: usize,
    /// The parts of the body among them: one, or one for each chunk.
    pub(crate) body: Vec<Range<usize>>,
}

/// Reads the answer at the start of `bytes`; none where it has not come in whole.
///
/// # Errors
/// Where this is no answer, or one without an end.
pub(crate) fn read(bytes: &[u8]) -> Result<Option<Answer>> {
    let Some(head) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let text =
        std::str::from_utf8(bytes.get(..head).unwrap_or_default()).context("the head of the answer is not text")?;
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("this is not the first line of an answer: {first}"))?;
    let begin = head + 4;
    let mut length = None;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse::<usize>().context("the answer's length is no number")?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") && value.trim().eq_ignore_ascii_case("chunked") {
            return chunked(bytes, begin, status);
        }
    }
    let length = match length {
        Some(length) => length,
        None if status == 204 || status == 304 => 0,
        None => bail!("an answer without its length"),
    };
    let end = begin + length;
    Ok((bytes.len() >= end).then(|| Answer {
        status,
        head: begin,
        length: end,
        body: std::iter::once(begin..end).collect(),
    }))
}

/// Reads chunks up to the empty one.
fn chunked(bytes: &[u8], begin: usize, status: u16) -> Result<Option<Answer>> {
    let mut at = begin;
    let mut body = Vec::new();
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(line) = find(rest, b"\r\n") else { return Ok(None) };
        let size =
            std::str::from_utf8(rest.get(..line).unwrap_or_default()).context("the size of a chunk is not text")?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).context("the size of a chunk is no number")?;
        let chunk = at + line + 2;
        at = chunk + size + 2;
        if bytes.len() < at {
            return Ok(None);
        }
        if size == 0 {
            return Ok(Some(Answer { status, head: begin, length: at, body }));
        }
        body.push(chunk..chunk + size);
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(bytes: &[u8]) -> Option<(u16, usize, String)> {
        let answer = read(bytes).unwrap()?;
        let body: Vec<u8> = answer.body.iter().flat_map(|part| bytes[part.clone()].to_vec()).collect();
        Some((answer.status, answer.length, String::from_utf8(body).unwrap()))
    }

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let whole = b"HTTP/1.1 200 OK\r\nDate: x\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1";
        let end = whole.len() - 8;
        for cut in 0..end {
            assert_eq!(parts(&whole[..cut]), None);
        }
        assert_eq!(parts(whole), Some((200, end, "hello".to_owned())));
        assert_eq!(parts(b"HTTP/1.1 204 No Content\r\n\r\n"), Some((204, 27, String::new())));
    }

    #[test]
    fn chunks_end_with_the_empty_one() {
        let whole =
            b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n";
        for cut in 0..whole.len() {
            assert_eq!(parts(&whole[..cut]), None);
        }
        assert_eq!(parts(whole), Some((404, whole.len(), "abc0123456789".to_owned())));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(read(b"SSH-2.0 hello\r\n\r\n").is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n").is_err());
    }
}
