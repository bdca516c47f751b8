//! Where the value of a setting comes from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgMatches;

use super::file::File;
use super::{CONFIG, DATA, Declaration, TABLE};
use crate::failure::Failure;
use crate::language::Text;

/// What stands for the data folder in a default.
const FOLDER: &str = "DIR";

/// The settings that were given on the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// The settings file that was named.
    pub(crate) config: Option<PathBuf>,
    /// Values by the name of their setting.
    pub(crate) values: BTreeMap<&'static str, String>,
}

impl Given {
    /// What was given to the command at the end of the line; options that it does not take are not there.
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        let deepest = std::iter::successors(Some(matches), |matches| matches.subcommand().map(|(_, inner)| inner))
            .last()
            .unwrap_or(matches);
        // What was given several times is a list.
        let text = |name: &str| {
            let given = deepest.try_get_many::<String>(name).ok().flatten()?;
            Some(given.map(String::as_str).collect::<Vec<_>>().join(","))
        };
        let values =
            TABLE.iter().filter_map(|declaration| text(declaration.name).map(|value| (declaration.name, value)));
        Self { values: values.collect(), config: text(CONFIG).map(PathBuf::from) }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An option of the command line.
    CommandLine,
    /// An environment variable.
    Environment,
    /// The settings file at this path.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

/// A setting and its value in force.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The setting.
    pub(crate) declaration: &'static Declaration,
    /// Its value.
    pub(crate) value: Option<String>,
    /// Where the value comes from.
    pub(crate) origin: Origin,
}

impl Found {
    /// The option, variable or file that says the value; for the default nothing.
    pub(crate) fn place(&self) -> Option<String> {
        match &self.origin {
            Origin::CommandLine => Some(format!("--{}", self.declaration.name)),
            Origin::Environment => Some(self.declaration.variable.to_owned()),
            Origin::File(path) => Some(path.display().to_string()),
            Origin::Default => None,
        }
    }

    /// The value cannot be used: where it stands and what belongs there.
    pub(super) fn refused(&self, wanted: &Text) -> Failure {
        use musubi_domain::messages::Locale::{En, Ja};
        let place = match &self.origin {
            Origin::File(path) => format!("{}: {}", path.display(), self.declaration.name),
            Origin::CommandLine | Origin::Environment | Origin::Default => {
                self.place().unwrap_or_else(|| self.declaration.name.to_owned())
            }
        };
        Failure::wrong(format!("{place}: {}", wanted.of(Ja)), format!("{place}: {}", wanted.of(En)))
    }
}

/// The value of every setting. An empty variable counts as none, as orchestrators leave them; an empty option or an empty text
/// in the file takes away what stands below.
pub(super) fn found(
    given: &Given,
    variable: impl Fn(&str) -> Option<OsString>,
    file: Option<&File>,
) -> Result<Vec<Found>, Failure> {
    let one = |declaration: &'static Declaration| {
        let (value, origin) = if let Some(value) = given.values.get(declaration.name) {
            (value.clone(), Origin::CommandLine)
        } else if let Some(value) = variable(declaration.variable).filter(|value| !value.is_empty()) {
            (value.into_string().map_err(|_| not_unicode(declaration))?, Origin::Environment)
        } else if let Some((path, value)) = file.and_then(|file| file.value(declaration.name)) {
            (value.to_owned(), Origin::File(path.to_owned()))
        } else {
            (declaration.default.to_owned(), Origin::Default)
        };
        Ok(Found { declaration, value: (!value.is_empty()).then_some(value), origin })
    };
    let mut all: Vec<Found> = TABLE.iter().map(one).collect::<Result<_, Failure>>()?;
    let data = all
        .iter()
        .find(|found| found.declaration.name == DATA)
        .and_then(|found| found.value.clone())
        .unwrap_or_default();
    for value in all.iter_mut().filter(|found| found.origin == Origin::Default).filter_map(|found| found.value.as_mut())
    {
        *value = value.replacen(FOLDER, &data, 1);
    }
    Ok(all)
}

fn not_unicode(declaration: &Declaration) -> Failure {
    let variable = declaration.variable;
    Failure::wrong(format!("{variable}: UTF-8 として読めません"), format!("{variable}: it is not UTF-8"))
}

/// A name that stands nowhere in the table: a fault of ours that the tests find.
pub(super) fn undeclared(name: &str) -> Failure {
    Failure::plain(format!("設定 {name} は宣言されていません"), format!("the setting {name} is not declared"))
}

#[cfg(test)]
mod tests {
    use super::super::{DATA, DATABASE_URL, KEY_FILE, LISTEN};
    use super::*;

    fn file(text: &str) -> File {
        File::parse(PathBuf::from("musubi.toml"), text).unwrap()
    }

    fn value_of(found: &[Found], name: &str) -> (Option<String>, Origin) {
        found
            .iter()
            .find(|found| found.declaration.name == name)
            .map(|found| (found.value.clone(), found.origin.clone()))
            .unwrap()
    }

    #[test]
    fn the_command_line_goes_before_the_environment_before_the_file_before_the_default() {
        let file = file("data = 'from-file'\nlisten = '127.0.0.1:3'\nkey-file = 'k'\n");
        let environment = |name: &str| match name {
            "MUSUBI_DATA" => Some(OsString::from("from-environment")),
            "MUSUBI_LISTEN" => Some(OsString::from("127.0.0.1:2")),
            _ => None,
        };
        let given = Given { config: None, values: BTreeMap::from([(DATA, "from-command-line".to_owned())]) };
        let found = found(&given, environment, Some(&file)).unwrap();
        assert_eq!(value_of(&found, DATA), (Some("from-command-line".to_owned()), Origin::CommandLine));
        assert_eq!(value_of(&found, LISTEN), (Some("127.0.0.1:2".to_owned()), Origin::Environment));
        assert_eq!(value_of(&found, KEY_FILE), (Some("k".to_owned()), Origin::File("musubi.toml".into())));
        assert_eq!(value_of(&found, DATABASE_URL), (None, Origin::Default));
    }

    #[test]
    fn an_empty_variable_is_none_and_an_empty_option_takes_away() {
        let file = file("database-url = 'postgres://file'");
        let environment = |name: &str| (name == "MUSUBI_DATABASE_URL").then(OsString::new);
        let nothing = found(&Given::default(), environment, Some(&file)).unwrap();
        assert_eq!(
            value_of(&nothing, DATABASE_URL),
            (Some("postgres://file".to_owned()), Origin::File("musubi.toml".into()))
        );
        let given = Given { config: None, values: BTreeMap::from([(DATABASE_URL, String::new())]) };
        let taken = found(&given, environment, Some(&file)).unwrap();
        assert_eq!(value_of(&taken, DATABASE_URL), (None, Origin::CommandLine));
    }

    #[test]
    fn a_variable_that_is_not_text_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;
        let environment = |name: &str| (name == "MUSUBI_DATA").then(|| OsString::from_vec(vec![0xff]));
        assert!(matches!(found(&Given::default(), environment, None), Err(Failure::Use(_))));
    }
}
