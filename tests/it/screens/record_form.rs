//! Forms of records: every type of item there and back, what is wrong, what two people change, what is like something, rights.

mod browser;
mod conflict;
mod rights;
mod round_trip;
mod trash;

use libtest_mimic::Trial;
use musubi_domain::id::ItemNo;
use musubi_testkit::app::Answer;
use musubi_testkit::engine::Engine;

use super::stage::{PASSWORD, Reader, header, person};
use crate::record::stage::{Stage, THINGS};

pub(crate) fn trials() -> Vec<Trial> {
    [round_trip::trials(), conflict::trials(), rights::trials(), trash::trials(), browser::trials()]
        .into_iter()
        .flatten()
        .collect()
}

const LOGIN: &str = "clerk";

/// An app with a database of every type of item, and somebody who can sign in and do everything.
async fn desk(engine: Engine) -> Stage {
    let stage = Stage::new(engine).await;
    person(&stage.app, LOGIN, "事務", "花子").await;
    stage
}

async fn reader(stage: &Stage) -> Reader<'_> {
    let mut reader = Reader::new(&stage.app);
    assert_eq!(reader.sign_in(LOGIN, PASSWORD, "/").await.status, 303);
    reader
}

/// The number of an item, by its name.
async fn number(stage: &Stage, database: &str, name: &str) -> ItemNo {
    let template = stage.app.service.template(stage.app.tenant, database).await.unwrap();
    template.items().iter().find(|item| item.name == name).unwrap_or_else(|| panic!("no item {name}")).number
}

/// The name of the field of an item.
async fn field(stage: &Stage, database: &str, name: &str) -> String {
    format!("i{}", number(stage, database, name).await)
}

/// The path of the database of every type.
async fn things(stage: &Stage) -> String {
    let template = stage.app.service.template(stage.app.tenant, THINGS).await.unwrap();
    format!("/records/{}", template.database)
}

/// A form of a record as a browser would send it back.
#[derive(Clone, Debug)]
struct Filled(Vec<(String, String)>);

impl Filled {
    /// The form of a page.
    fn of(page: &str) -> Self {
        let (_, form) = page.split_once("<form class=\"record-form\"").expect("a form of a record");
        let (form, _) = form.split_once("</form>").unwrap();
        let mut fields = Vec::new();
        let mut select = None;
        for piece in form.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
            let has = |word: &str| tag.split_whitespace().any(|own| own == word);
            match tag.split_whitespace().next().unwrap_or_default() {
                "input" => {
                    let is_choice = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
                    if !is_choice || has("checked") {
                        fields.push((attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap_or_default()));
                    }
                }
                "textarea" => {
                    let text = text.strip_prefix('\n').unwrap_or(text);
                    // A browser sends every line break as both signs.
                    let text = unescaped(text).replace("\r\n", "\n").replace('\n', "\r\n");
                    fields.push((attribute(tag, "name").unwrap(), text));
                }
                "select" => {
                    fields.push((attribute(tag, "name").unwrap(), String::new()));
                    select = Some(fields.len() - 1);
                }
                "option" if has("selected") => fields[select.unwrap()].1 = attribute(tag, "value").unwrap(),
                _ => {}
            }
        }
        Self(fields)
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// With another value in a field.
    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(own, _)| own != name || own.ends_with("[]"));
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| own != name);
        self
    }

    async fn send(&self, reader: &mut Reader<'_>, path: &str) -> Answer {
        let fields: Vec<_> = self.0.iter().filter(|(name, _)| name != "token").collect();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        reader.post(path, &fields).await
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    let signs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    signs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Where an answer leads: the path without its query, and the query.
fn led(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let location = header(answer, "location");
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    (path.to_owned(), query.to_owned())
}

/// The id of the record to which an answer leads.
fn record_of(answer: &Answer) -> uuid::Uuid {
    led(answer).0.rsplit('/').next().unwrap().parse().unwrap_or_else(|_| panic!("{:?}", led(answer)))
}

/// The change set that the next page can undo.
fn undo_of(answer: &Answer) -> uuid::Uuid {
    let (_, query) = led(answer);
    query.split_once("undo=").unwrap_or_else(|| panic!("no undo in {query}")).1.parse().unwrap()
}
