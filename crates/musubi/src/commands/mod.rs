//! A file per command.

mod admin;
mod config;
mod import;
mod openapi;
mod serve;
mod verify;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use musubi_domain::messages::Locale;

use crate::failure::Failure;
use crate::help;
use crate::output::Output;
use crate::settings::{self, Given};

/// A hub for the clients, contacts, contracts and invoices of a company.
#[derive(Debug, Parser)]
#[command(name = "musubi", arg_required_else_help = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Print the settings in force and where each value comes from.
    Config(config::Config),
    /// Print an OpenAPI document.
    Openapi(openapi::Openapi),
    /// Import records from a CSV file.
    Import(import::Import),
    /// Administer without the screens, also beside a running server.
    Admin(admin::Admin),
    /// Check what is stored, also beside a running server, and print what is wrong.
    Verify(verify::Verify),
}

/// Reads the command line and runs its command.
pub(crate) fn run(line: &[OsString], output: Output) -> Result<(), Failure> {
    let definition = definition(output.locale());
    let matches = match definition.clone().try_get_matches_from(line) {
        Ok(matches) => matches,
        Err(error) if error.exit_code() == 0 => return output.line(error.render().to_string().trim_end()),
        Err(error) => return Err(help::wrong_use(&error, line, &definition)),
    };
    let read = Line::from_arg_matches(&matches).map_err(|error| help::wrong_use(&error, line, &definition))?;
    let given = Given::from_matches(&matches);
    match read.command {
        Command::Serve(serve) => serve::run(&serve, &given, output),
        Command::Config(config) => config::run(&config, &given, output),
        Command::Openapi(openapi) => openapi::run(&openapi, output),
        Command::Import(import) => import::run(&import, &given, output),
        Command::Admin(admin) => admin::run(admin, &given, output),
        Command::Verify(verify) => verify::run(verify, &given, output),
    }
}

/// All commands with their options, described in this language.
fn definition(locale: Locale) -> clap::Command {
    let with_settings = Line::command()
        .mut_subcommand("serve", |command| settings::arguments(command, true, locale))
        .mut_subcommand("config", |command| settings::arguments(command, true, locale))
        .mut_subcommand("import", |command| settings::arguments(command, false, locale))
        .mut_subcommand("admin", |command| settings::arguments(command, false, locale))
        .mut_subcommand("verify", |command| settings::arguments(command, false, locale));
    help::described(with_settings, locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound_in_both_languages() {
        definition(Locale::Ja).debug_assert();
        definition(Locale::En).debug_assert();
    }

    #[test]
    fn every_command_and_option_says_what_it_is_in_both_languages() {
        assert_eq!(help::untold(&definition(Locale::En), Locale::En), Vec::<String>::new());
        assert_eq!(help::untold(&definition(Locale::Ja), Locale::Ja), Vec::<String>::new());
        assert_eq!(help::superfluous(&definition(Locale::Ja)), Vec::<&str>::new());
    }

    #[test]
    fn settings_are_found_before_and_after_the_inner_command() {
        for line in [
            "musubi admin --data D token --scope s",
            "musubi admin token --data D --scope s",
            "musubi admin token list --data D",
        ] {
            let matches = definition(Locale::En).try_get_matches_from(line.split(' ')).unwrap();
            assert_eq!(Given::from_matches(&matches).values.get("data").map(String::as_str), Some("D"), "{line}");
        }
    }

    #[test]
    fn ids_and_tokens_that_begin_with_a_hyphen_are_values() {
        for line in [
            "musubi admin token remove -h3x",
            "musubi admin client remove --x",
            "musubi admin token --scope s --client -V9",
        ] {
            assert!(definition(Locale::En).try_get_matches_from(line.split(' ')).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_use_is_one_line_in_both_languages() {
        for line in [
            "musubi nothing",
            "musubi serve --nothing",
            "musubi admin user create",
            "musubi admin user create --login",
            "musubi admin linkage-slot set x --name n",
            "musubi admin client create --name n --claims x",
            "musubi admin user set --login x --activate --deactivate",
            "musubi serve extra",
        ] {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            let error = definition(Locale::En).try_get_matches_from(&words).unwrap_err();
            let Failure::Use(text) = help::wrong_use(&error, &words, &definition(Locale::En)) else { panic!("{line}") };
            for said in [Locale::Ja, Locale::En].map(|locale| text.of(locale)) {
                assert!(!said.contains('\n') && said.contains("--help)"), "{line}: {said}");
            }
        }
    }
}
