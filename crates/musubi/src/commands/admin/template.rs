//! `musubi admin template`: the items of a database, out and in as JSON.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use musubi_domain::error::Error;
use musubi_domain::messages::{Expected, Message};
use musubi_domain::template::ItemDefinition;
use musubi_service::template::removal::template_item_remove;
use musubi_service::template::{template_apply, template_export};
use serde::Deserialize as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const APPLIED: [Column; 2] = [("added", "追加", "added"), ("changed", "変更", "changed")];
/// The member that holds the items, as in the template calls.
const LIST: &str = "templateList";
/// The members in which the answers of the template calls have it.
const INFOS: [&str; 2] = ["clientTemplateInfo", "clientResponsibleTemplateInfo"];

#[derive(Debug, Subcommand)]
pub(crate) enum Template {
    /// Print the items of a database.
    Export(Database),
    /// Add and change items of a database.
    Apply {
        #[command(flatten)]
        database: Database,
        /// The file: what export prints, the answer of a template call, or the bare array; - reads standard input.
        #[arg(value_name = "FILE.json")]
        file: PathBuf,
    },
    /// Remove an item that was added and that nothing needs.
    Remove {
        #[command(flatten)]
        database: Database,
        /// The id of the item.
        #[arg(value_name = "ITEM_ID")]
        item: Uuid,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Database {
    /// The database: clients, contacts, products, business_cards, or one that was made.
    #[arg(long, value_name = "NAME")]
    database: String,
}

pub(crate) async fn run(command: Template, session: &Session) -> Result<(), Failure> {
    match command {
        Template::Export(Database { database }) => {
            let context = session.context().await?;
            let items = template_export(&session.service, &context, &database).await?;
            let items = serde_json::to_value(items).map_err(|error| Error::internal(error.to_string()))?;
            session.output.json(&json!({ LIST: items }))
        }
        Template::Apply { database: Database { database }, file } => {
            let definitions = definitions(&read(&file)?, &file)?;
            let context = session.context().await?;
            let (added, changed) = template_apply(&session.service, &context, &database, definitions).await?;
            session.one(&APPLIED, &[added.into(), changed.into()])
        }
        Template::Remove { database: Database { database }, item } => {
            let context = session.context().await?;
            template_item_remove(&session.service, &context, &database, (item, "ITEM_ID")).await?;
            Ok(())
        }
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(file).map(|content| text = content)
    };
    let place = file.display();
    read.map_err(|error| {
        Failure::plain(format!("{place} を読めません ({error})"), format!("{place} cannot be read ({error})"))
    })?;
    Ok(text)
}

/// The items of a file, in any of its forms. All that cannot be read is said at once.
fn definitions(text: &str, file: &Path) -> Result<Vec<ItemDefinition>, Failure> {
    let name = file.display().to_string();
    // Editors of Windows begin a file with a byte order mark.
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        Error::invalid_at(name.clone(), Message::NotJson { line: error.line(), column: error.column() })
    })?;
    let list = match value {
        Value::Object(mut members) => {
            if let Some(Value::Object(info)) = INFOS.iter().find_map(|info| members.remove(*info)) {
                members = info;
            }
            members.remove(LIST).ok_or_else(|| Error::invalid_at(format!("{name}: {LIST}"), Message::Required))?
        }
        other => other,
    };
    let Value::Array(elements) = list else {
        return Err(Error::invalid_at(name, Message::WrongType { expected: Expected::Array }).into());
    };
    let (mut definitions, mut unreadable) = (Vec::new(), Vec::new());
    for (at, element) in elements.into_iter().enumerate() {
        match ItemDefinition::deserialize(element) {
            Ok(definition) => definitions.push(definition),
            Err(error) => unreadable.push((at, error)),
        }
    }
    if unreadable.is_empty() {
        return Ok(definitions);
    }
    let lines = |sentence: &str| {
        let lines = unreadable.iter().map(|(at, error)| format!("{LIST}[{at}]: {sentence} ({error})"));
        lines.collect::<Vec<_>>().join("\n")
    };
    Err(Failure::plain(lines("項目として読めません"), lines("this cannot be read as an item")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use musubi_domain::messages::Locale;

    const ITEM: &str = r#"{"itemName": "規模", "itemType": "text_single"}"#;

    fn read_text(text: &str) -> Result<Vec<ItemDefinition>, Failure> {
        definitions(text, Path::new("f.json"))
    }

    fn problems(text: &str) -> Vec<(String, &'static str)> {
        match read_text(text) {
            Err(Failure::Product(_, error)) => {
                error.problems().iter().map(|problem| (problem.path.clone(), problem.message.code())).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_forms_and_a_byte_order_mark_are_read() {
        let list = format!(r#"{{"templateList": [{ITEM}]}}"#);
        let answer = |info: &str| format!(r#"{{"{info}": {list}, "appStatus": {{"code": "S000", "message": ""}}}}"#);
        let [client, contact] = INFOS.map(answer);
        for text in [format!("[{ITEM}]"), list, client, contact, format!("\u{feff}[{ITEM}]\n")] {
            assert_eq!(read_text(&text).unwrap().len(), 1, "{text}");
        }
        assert!(read_text("[]").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        assert_eq!(problems("{"), [("f.json".to_owned(), "not_json")]);
        assert_eq!(problems("{}"), [("f.json: templateList".to_owned(), "required")]);
        assert_eq!(problems("3"), [("f.json".to_owned(), "wrong_type")]);
        let two = format!(r#"[{ITEM}, {{"itemNam": "x"}}, 3]"#);
        let Err(Failure::Plain(said)) = read_text(&two) else { panic!("{two}") };
        let places: Vec<_> = said.of(Locale::Ja).lines().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(places, ["templateList[1]", "templateList[2]"]);
    }
}
