//! docs/reference: the files that are generated are what the program prints.
//!
//! `MUSUBI_REFERENCE=write cargo test -p musubi --test it reference` writes them.

mod crm_calls;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};
use musubi_domain::item::TYPES;
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::route::Guard;
use musubi_domain::scope;
use musubi_http::openapi::{crm_text, data_member, item_form, item_length};
use musubi_http::router::ROUTES;

const COMMAND: &str = "MUSUBI_REFERENCE=write cargo test -p musubi --test it reference";

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("reference: the generated files are what the program prints", || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
        let is_to_write = std::env::var("MUSUBI_REFERENCE").is_ok_and(|word| word == "write");
        if is_to_write { write(&folder) } else { compare(&folder) }
    })]
}

fn files() -> [(&'static str, String); 6] {
    [
        ("openapi-crm.json", crm_text()),
        ("crm-calls.md", crm_calls::page()),
        ("limits.md", limits_page()),
        ("item-types.md", item_types_page()),
        ("messages.md", messages_page()),
        ("routes.md", routes_page()),
    ]
}

fn write(folder: &Path) -> Result<(), Failed> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in files() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

fn compare(folder: &Path) -> Result<(), Failed> {
    let differs = |(name, text): &(&str, String)| {
        let path: PathBuf = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(written) => first_difference(&written, text)
                .map(|line| format!("docs/reference/{name} differs from line {line} on")),
            Err(error) => Some(format!("docs/reference/{name} cannot be read: {error}")),
        }
    };
    let told: Vec<_> = files().iter().filter_map(differs).collect();
    if told.is_empty() { Ok(()) } else { Err(format!("{}\nto write them anew: {COMMAND}", told.join("\n")).into()) }
}

/// The number of the first line that is not the same.
fn first_difference(written: &str, text: &str) -> Option<usize> {
    if written == text {
        return None;
    }
    let same = written.split('\n').zip(text.split('\n')).take_while(|(one, other)| one == other).count();
    Some(same + 1)
}

/// A page with one table.
fn page(title: &str, lead: &str, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    format!("# {title}\n\n<!-- Generated. To write it anew: {COMMAND} -->\n\n{lead}\n\n{}", table(heads, rows))
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| {
        format!("| {} |\n", cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
    };
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let mut table = line(&heads);
    table.push_str(&line(&vec!["---".to_owned(); heads.len()]));
    for row in rows {
        assert_eq!(row.len(), heads.len(), "{row:?}");
        // Writing to a text cannot fail.
        let _ = write!(table, "{}", line(&row));
    }
    table
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn limits_page() -> String {
    let lead = "Every limit of the product (crates/domain/src/limits.rs). The limits of each item type: [item-types.md](item-types.md).";
    let rows = limits::table()
        .into_iter()
        .map(|(what, number, unit)| vec![what.to_owned(), number.to_string(), unit.to_owned()]);
    page("Limits", lead, &["What", "Limit", "Unit"], rows)
}

fn item_types_page() -> String {
    let lead = "Every type of item (crates/domain/src/item/mod.rs). Lengths count Unicode characters. The texts of a \
                type that is searched are in the search index.";
    let heads = ["Type", "Data object", "最大", "At most", "書き方", "Form", "Searched"];
    let rows = TYPES.iter().map(|row| {
        let ((form_ja, form_en), (length_ja, length_en)) = (item_form(row.item_type), item_length(row));
        let searched = if row.searched { "yes" } else { "no" };
        vec![
            code(row.wire),
            code(data_member(row.data)),
            length_ja,
            length_en,
            form_ja.into(),
            form_en.into(),
            searched.into(),
        ]
    });
    page("Item types", lead, &heads, rows)
}

fn messages_page() -> String {
    let lead = "Every message with its stable code, as `appStatus.details` says it (`code` and `reason`). Numbers and names are examples.";
    let rows = Message::examples()
        .into_iter()
        .map(|message| vec![code(message.code()), message.text(Locale::Ja), message.text(Locale::En)]);
    page("Messages", lead, &["Code", "日本語", "English"], rows)
}

fn routes_page() -> String {
    let lead =
        "Every route and what a caller needs for it. The scopes are those that ship; a tenant's own table decides.";
    let rows = ROUTES.iter().chain(musubi_screens::router::routes()).map(|route| {
        let scopes = scope::SHIPPED.iter().filter(|(path, _)| *path == route.path).map(|(_, scope)| code(scope));
        let (guard, scopes) = match route.guard {
            Guard::Open => ("nothing", String::new()),
            Guard::Scope => ("a token with the scope", scopes.collect::<Vec<_>>().join(", ")),
            Guard::Token => ("an access token", String::new()),
            Guard::Client => ("the credentials of a client", String::new()),
            Guard::Session => ("a person who has signed in", String::new()),
        };
        vec![code(route.path), route.methods.to_owned(), guard.to_owned(), scopes]
    });
    page("Routes", lead, &["Path", "Methods", "Guard", "Scope"], rows)
}
