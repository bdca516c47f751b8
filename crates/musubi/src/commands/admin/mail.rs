//! `musubi admin mail`.

use clap::{Args, Subcommand};
use musubi_domain::error::Error;
use musubi_domain::mail::Letter;
use musubi_domain::messages::Message;
use musubi_service::{Source as _, SystemSource};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const SENT: [Column; 1] = [("answer", "メールサーバーの応答", "answer of the mail server")];

#[derive(Debug, Subcommand)]
pub(crate) enum Mail {
    /// Send one mail at once, and tell what the mail server said.
    Test(Test),
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// The address to send it to.
    #[arg(long, value_name = "MAIL")]
    to: String,
}

pub(crate) async fn run(Mail::Test(test): Mail, session: &Session) -> Result<(), Failure> {
    let mailer = session.mailer.as_ref().ok_or_else(|| Error::invalid_at("--smtp-url", Message::NoMail))?;
    let mail = Letter::Test.to(&test.to, session.output.locale());
    let answer = mailer.send(&mail, session.service.new_request_id(), SystemSource.now()).await;
    let answer = answer.map_err(|error| Failure::during("メールを送れません。", "The mail cannot be sent.", error))?;
    session.one(&SENT, &[answer.into()])
}
