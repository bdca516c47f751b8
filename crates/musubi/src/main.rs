//! The binary `musubi`: it puts the parts together and holds no rule of the product.
//!
//! [`commands`] has a file per command. A command reads its arguments, opens the data ([`place`]), calls one use case of
//! `musubi_service` and prints the result ([`output`]). To add one: a variant of the enum above it, its file, and its
//! Japanese help in [`help`]; a test tells what is missing.

mod commands;
mod failure;
mod help;
mod language;
mod lifecycle;
mod output;
mod place;
mod settings;
mod telemetry;

use std::process::ExitCode;

use output::Output;

fn main() -> ExitCode {
    let output = Output::new(language::of_environment());
    match commands::run(&std::env::args_os().collect::<Vec<_>>(), output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(output),
    }
}
