//! `musubi admin signing-key`: the keys that sign ID tokens.

use clap::Subcommand;
use musubi_service::signing_key::{SigningKeyState, SigningKeyView, signing_key_list, signing_key_rotate};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 4] = [
    ("kid", "キーID", "key id"),
    ("state", "状態", "state"),
    ("used_from", "使用開始", "used from"),
    ("published_until", "公開終了", "published until"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum SigningKey {
    /// List the keys.
    List,
    /// Make the next key before its time: it is published now and signs in a day.
    Rotate {
        /// Sign with it now. Whoever keeps the published keys may refuse what it signs until he reads them again.
        #[arg(long)]
        at_once: bool,
    },
}

pub(crate) async fn run(command: SigningKey, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        SigningKey::List => {
            let keys = signing_key_list(&session.service, &context).await?;
            let row = |key: SigningKeyView| {
                let (word, ja, en) = match key.state {
                    SigningKeyState::Next => ("next", "次に使用", "next"),
                    SigningKeyState::Used => ("used", "使用中", "used"),
                    SigningKeyState::Replaced => ("replaced", "検証用に公開中", "replaced"),
                    SigningKeyState::Over => ("over", "公開終了", "over"),
                };
                let state = if session.json { word } else { session.output.choose(ja, en) };
                let until = key.published_until.map(|until| until.to_rfc3339());
                vec![key.kid.into(), state.into(), key.used_from.to_rfc3339().into(), until.into()]
            };
            session.rows(&COLUMNS, &keys.into_iter().map(row).collect::<Vec<_>>())
        }
        SigningKey::Rotate { at_once } => Ok(signing_key_rotate(&session.service, &context, at_once).await?),
    }
}
