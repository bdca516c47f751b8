//! `musubi openapi`: the OpenAPI documents.

use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Openapi {
    /// Which API: crm.
    #[arg(value_name = "API", default_value = "crm", hide_default_value = true, hide_possible_values = true)]
    api: Api,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Api {
    Crm,
}

pub(crate) fn run(openapi: &Openapi, output: Output) -> Result<(), Failure> {
    match openapi.api {
        Api::Crm => output.line(musubi_http::openapi::crm_text().trim_end()),
    }
}
