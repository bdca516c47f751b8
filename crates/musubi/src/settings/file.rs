//! The settings file `musubi.toml`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{CONFIG_FILE, TABLE};
use crate::failure::Failure;

/// What a settings file says.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    values: BTreeMap<&'static str, String>,
}

impl File {
    /// Reads the file that was named, which must be there, or else the one of the working directory, where there is one.
    pub(super) fn read(named: Option<&Path>) -> Result<Option<Self>, Failure> {
        let path = named.unwrap_or(Path::new(CONFIG_FILE));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path.to_owned(), &text).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(None),
            Err(error) => {
                let path = path.display();
                Err(Failure::wrong(
                    format!("設定ファイル {path} を読めません ({error})"),
                    format!("the settings file {path} cannot be read ({error})"),
                ))
            }
        }
    }

    /// Reads the text of a file. What nobody knows is refused: a mistyped name would else go unnoticed.
    pub(super) fn parse(path: PathBuf, text: &str) -> Result<Self, Failure> {
        let place = path.display();
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let (line, message) = (before.matches('\n').count() + 1, error.message());
            Failure::wrong(
                format!("{place} の {line} 行目を読めません ({message})"),
                format!("{place}: line {line} cannot be read ({message})"),
            )
        })?;
        let mut values = BTreeMap::new();
        for (name, value) in table {
            let Some(declaration) = TABLE.iter().find(|declaration| declaration.name == name) else {
                let known = TABLE.iter().map(|declaration| declaration.name).collect::<Vec<_>>().join(", ");
                return Err(Failure::wrong(
                    format!("{place}: {name} という設定はありません (使えるのは {known})"),
                    format!("{place}: there is no setting {name} (there are {known})"),
                ));
            };
            let Value::String(value) = value else {
                return Err(Failure::wrong(
                    format!("{place}: {name}: 値は \"\" で囲んでください"),
                    format!("{place}: {name}: put the value in \"\""),
                ));
            };
            values.insert(declaration.name, value);
        }
        Ok(Self { path, values })
    }

    /// The value of a setting, and the path of the file.
    pub(super) fn value(&self, name: &str) -> Option<(&Path, &str)> {
        self.values.get(name).map(|value| (self.path.as_path(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Text;

    fn refusal(text: &str) -> Text {
        match File::parse("musubi.toml".into(), text) {
            Err(Failure::Use(said)) => said,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_mistyped_name_is_refused_with_the_name() {
        use musubi_domain::messages::Locale::{En, Ja};
        for text in ["listne = '127.0.0.1:1'", "[listne]\na = 1", "data = 'x'\nlistne = 1"] {
            assert!(refusal(text).of(Ja).contains("listne"));
            assert!(
                refusal(text).of(En).starts_with("musubi.toml: there is no setting listne (there are data, listen,")
            );
        }
    }

    #[test]
    fn what_is_not_toml_is_refused_with_its_line() {
        use musubi_domain::messages::Locale::En;
        assert!(refusal("data = 'x'\nlisten = \n").of(En).starts_with("musubi.toml: line 2 cannot be read"));
        assert!(!refusal("data = 'x'\nlisten = \n").of(En).contains('\n'));
        assert_eq!(refusal("listen = 8080").of(En), "musubi.toml: listen: put the value in \"\"");
        assert!(refusal("data = 'a'\ndata = 'b'").of(En).contains("line 2"));
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(File::read(Some(&folder.path().join("none.toml"))), Err(Failure::Use(_))));
        assert!(matches!(File::read(Some(folder.path())), Err(Failure::Use(_))));
    }
}
