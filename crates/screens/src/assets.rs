//! What pages load: one stylesheet, one script and the icon. Their names carry a hash of their content, so that a browser keeps them for good and a
//! new release is seen at once.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::error::{Failure, Wrong};
use crate::frame::Frame;

/// A file for each area of pages; what every page has comes first.
const STYLE: &str = concat!(
    include_str!("../assets/style/base.css"),
    include_str!("../assets/style/shell.css"),
    include_str!("../assets/style/list.css"),
    include_str!("../assets/style/record.css"),
    include_str!("../assets/style/thread.css"),
    include_str!("../assets/style/card.css"),
    include_str!("../assets/style/change_set.css"),
    include_str!("../assets/style/connection.css"),
    include_str!("../assets/style/directory.css"),
    include_str!("../assets/style/rights.css"),
    include_str!("../assets/style/setting.css"),
    include_str!("../assets/style/print.css"),
);
const SCRIPT: &str = include_str!("../assets/musubi.js");
const ICON: &str = include_str!("../assets/musubi.svg");
/// A year, as long as HTTP knows (RFC 9111, 1.2.2).
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The path of the stylesheet.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| path_of(STYLE, "css"));
/// The path of the script.
pub(crate) static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path_of(SCRIPT, "js"));
/// The path of the icon.
pub(crate) static ICON_PATH: LazyLock<String> = LazyLock::new(|| path_of(ICON, "svg"));

fn path_of(content: &str, ending: &str) -> String {
    let hash = digest::digest(&digest::SHA256, content.as_bytes());
    let hexadecimal = hash.as_ref().iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    format!("/assets/musubi.{hexadecimal}.{ending}")
}

/// GET /assets/{name}
pub(crate) async fn asset(Path(name): Path<String>, frame: Frame) -> Result<Response, Failure> {
    let is = |path: &str| path.strip_prefix("/assets/") == Some(name.as_str());
    let (content_type, content) = if is(&STYLE_PATH) {
        ("text/css; charset=utf-8", STYLE)
    } else if is(&SCRIPT_PATH) {
        ("text/javascript; charset=utf-8", SCRIPT)
    } else if is(&ICON_PATH) {
        ("image/svg+xml", ICON)
    } else {
        return Err(Failure::new(frame, Wrong::NotFound));
    };
    let content_type = HeaderValue::from_static(content_type);
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, FOR_GOOD)], content).into_response())
}
