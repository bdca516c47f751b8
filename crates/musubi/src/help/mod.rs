//! Help and complaints about the command line, in both languages.
//!
//! English help stands at the arguments themselves; the Japanese stands in [`japanese::TEXTS`].

mod japanese;

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use musubi_domain::messages::Locale;

use crate::failure::Failure;
use crate::language::choose;

/// Where help and version stand: after everything else.
const LAST: usize = 1_000;
/// The Japanese page: the parts of clap's own, with Japanese headings.
const PAGE: &str = "{about-with-newline}\n使い方: {usage}\n\n{all-args}";

/// The commands with their help in this language.
pub(crate) fn described(command: Command, locale: Locale) -> Command {
    let schema = musubi_service::schema_version();
    let version = format!("{} ({} {schema})", env!("CARGO_PKG_VERSION"), choose(locale, "スキーマ", "schema"));
    let text = choose(locale, "バージョンを表示します", "Print the version");
    let version_flag =
        Arg::new("version").long("version").short('V').action(ArgAction::Version).display_order(LAST).help(text);
    described_below(command.version(version).disable_version_flag(true).arg(version_flag), "", locale)
}

fn described_below(command: Command, path: &str, locale: Locale) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let text = choose(locale, "使い方を表示します", "Print this help");
    let mut command = command.disable_help_flag(true).disable_help_subcommand(true);
    command =
        command.arg(Arg::new("help").long("help").short('h').action(ArgAction::Help).display_order(LAST).help(text));
    if locale == Locale::Ja {
        if let Some(about) = japanese::about(path) {
            command = command.about(about);
        }
        command =
            command.help_template(PAGE).subcommand_help_heading("コマンド").subcommand_value_name("コマンド").mut_args(
                |argument| {
                    let heading = if argument.is_positional() { "引数" } else { "オプション" };
                    let help = japanese::argument(path, &label(&argument));
                    let argument = argument.help_heading(heading);
                    if let Some(help) = help { argument.help(help) } else { argument }
                },
            );
    }
    names.into_iter().fold(command, |command, name| {
        let inner_path = format!("{path} {name}").trim_start().to_owned();
        command.mut_subcommand(name, |inner| described_below(inner, &inner_path, locale))
    })
}

/// How a person would name an argument: `--name`, or the name of its value.
fn label(argument: &Arg) -> String {
    let name = argument.get_value_names().and_then(|names| names.first()).map_or_else(String::new, ToString::to_string);
    argument.get_long().map_or(name, |long| format!("--{long}"))
}

/// A complaint of the parser about a line as one line of ours.
pub(crate) fn wrong_use(error: &clap::Error, line: &[OsString], definition: &Command) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::Help(error.render().to_string());
    }
    let page = page_of(line, definition);
    let (ja, en) = complaint(error);
    Failure::wrong(format!("{ja} (使い方: {page} --help)"), format!("{en} (see {page} --help)"))
}

/// What is wrong, in both languages.
fn complaint(error: &clap::Error) -> (String, String) {
    let said = |kind| error.get(kind).map(spoken).unwrap_or_default();
    let (argument, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => {
            (format!("{argument} という指定はありません"), format!("there is no {argument} here"))
        }
        ErrorKind::InvalidSubcommand => {
            let command = said(ContextKind::InvalidSubcommand);
            (format!("{command} というコマンドはありません"), format!("there is no command {command}"))
        }
        ErrorKind::MissingSubcommand => ("コマンドを指定してください".to_owned(), "give a command".to_owned()),
        ErrorKind::MissingRequiredArgument => {
            (format!("{argument} を指定してください"), format!("{argument} must be given"))
        }
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            (
                format!("{argument} と {other} は同時に指定できません"),
                format!("{argument} and {other} do not go together"),
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            (format!("{argument} には値が必要です"), format!("{argument} needs a value"))
        }
        ErrorKind::InvalidValue => {
            let known = said(ContextKind::ValidValue);
            (
                format!("{argument}: {value} は使えません (使えるのは {known})"),
                format!("{argument}: {value} cannot be used (there is {known})"),
            )
        }
        ErrorKind::ValueValidation => {
            let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
            (format!("{argument}: {value} は使えません"), format!("{argument}: {value} cannot be used{cause}"))
        }
        ErrorKind::InvalidUtf8 => ("指定を UTF-8 として読めません".to_owned(), "an argument is not UTF-8".to_owned()),
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            (format!("指定が正しくありません ({first})"), first)
        }
    }
}

/// The words of the command that a line asks for, as far as there is one.
fn page_of(line: &[OsString], definition: &Command) -> String {
    let (mut page, mut command) = (definition.get_name().to_owned(), definition);
    for word in line.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(inner) = command.find_subcommand(word) {
            page = format!("{page} {word}");
            command = inner;
        }
    }
    page
}

fn spoken(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}

/// Commands and arguments without a text in this language, for the test.
#[cfg(test)]
pub(crate) fn untold(command: &Command, locale: Locale) -> Vec<String> {
    let is_told = |text: Option<&clap::builder::StyledStr>| {
        text.map(ToString::to_string).is_some_and(|text| !text.is_empty() && (locale == Locale::Ja) != text.is_ascii())
    };
    walk(command, "")
        .into_iter()
        .flat_map(|(path, command)| {
            let arguments = command
                .get_arguments()
                .filter(|argument| !is_told(argument.get_help()))
                .map(|argument| format!("{path} {}", label(argument)));
            let own = (!is_told(command.get_about())).then(|| path.clone());
            arguments.chain(own).collect::<Vec<_>>()
        })
        .collect()
}

/// Japanese texts that belong to nothing, for the test.
#[cfg(test)]
pub(crate) fn superfluous(command: &Command) -> Vec<&'static str> {
    let commands = walk(command, "");
    let known: Vec<String> = commands
        .iter()
        .flat_map(|(path, command)| {
            let arguments =
                command.get_arguments().flat_map(|argument| [format!("{path} {}", label(argument)), label(argument)]);
            arguments.chain([path.clone()]).map(|key| key.trim_start().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    japanese::TEXTS.iter().map(|(key, _)| *key).filter(|key| !known.iter().any(|known| known == key)).collect()
}

#[cfg(test)]
fn walk<'c>(command: &'c Command, path: &str) -> Vec<(String, &'c Command)> {
    let inner =
        command.get_subcommands().flat_map(|inner| walk(inner, format!("{path} {}", inner.get_name()).trim_start()));
    std::iter::once((path.to_owned(), command)).chain(inner).collect()
}
