//! `musubi config`: what is in force, and where each value comes from.

use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{Column, Output};
use crate::settings::{self, Found, Given, Origin, Settings};

const COLUMNS: [Column; 4] =
    [("name", "設定", "setting"), ("value", "値", "value"), ("source", "由来", "from"), ("place", "場所", "place")];

#[derive(Debug, Args)]
pub(crate) struct Config {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(config: &Config, given: &Given, output: Output) -> Result<(), Failure> {
    let found = settings::found_in_process(given)?;
    let rows: Vec<_> = found.iter().map(|found| row(found, config.json, output)).collect();
    output.rows(&COLUMNS, &rows, config.json)?;
    // What is in force is shown even where it cannot be used.
    Settings::read(&found).map(drop)
}

fn row(found: &Found, json: bool, output: Output) -> Vec<Value> {
    let (word, ja, en) = match found.origin {
        Origin::CommandLine => ("command_line", "コマンドライン", "command line"),
        Origin::Environment => ("environment", "環境変数", "environment"),
        Origin::File(_) => ("file", "設定ファイル", "settings file"),
        Origin::Default => ("default", "既定", "default"),
    };
    let source = if json { word } else { output.choose(ja, en) };
    vec![
        found.declaration.name.into(),
        found.value.as_deref().map(settings::masked).into(),
        source.into(),
        found.place().into(),
    ]
}
