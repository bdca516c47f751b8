//! Why a command failed, how that is said, and the exit status that goes with it.

use std::process::ExitCode;

use musubi_domain::error::{Error, Kind};
use musubi_domain::messages::{Locale, Message};

use crate::language::Text;
use crate::output::Output;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line or the settings are wrong: exit status 2.
    Use(Text),
    /// Nothing was asked, so that the help is the answer: exit status 2.
    Help(String),
    /// Something of the machine, or in a file, is in the way: a sentence, or several on a line each. Exit status 1.
    Plain(Text),
    /// The product said no, perhaps while something was being done that the sentence names: exit status 1.
    Product(Option<Text>, Error),
    /// Whoever read our output has gone away, which is his right: exit status 0.
    ReaderGone,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Product(None, error)
    }
}

impl Failure {
    /// Something of the machine is in the way.
    pub(crate) fn plain(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Plain(Text::new(ja, en))
    }

    /// The command line or the settings are wrong.
    pub(crate) fn wrong(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Use(Text::new(ja, en))
    }

    /// An error of the product, with what was being done.
    pub(crate) fn during(ja: impl Into<String>, en: impl Into<String>, error: Error) -> Self {
        Self::Product(Some(Text::new(ja, en)), error)
    }

    /// Says on stderr what went wrong and gives the exit status.
    pub(crate) fn report(&self, output: Output) -> ExitCode {
        if let Self::Help(page) = self {
            output.error_page(&format!("{}\n", page.trim_end()));
        }
        for line in self.lines(output.locale()) {
            output.error(&line);
        }
        match self {
            Self::ReaderGone => ExitCode::SUCCESS,
            Self::Plain(_) | Self::Product(..) => ExitCode::from(1),
            Self::Use(_) | Self::Help(_) => ExitCode::from(2),
        }
    }

    /// What is said: one line, or one for each thing that is wrong.
    fn lines(&self, locale: Locale) -> Vec<String> {
        match self {
            Self::ReaderGone | Self::Help(_) => Vec::new(),
            Self::Use(text) | Self::Plain(text) => text.of(locale).lines().map(str::to_owned).collect(),
            Self::Product(_, error) if !error.problems().is_empty() => error
                .problems()
                .iter()
                .map(|problem| format!("{}: {}", problem.path, problem.message.text(locale)))
                .collect(),
            Self::Product(during, error) => {
                let sentence =
                    during.as_ref().map_or_else(|| sentence(error.kind(), locale), |text| text.of(locale).to_owned());
                // The operator of the machine may know the cause, as whoever calls over the network may not.
                vec![error.cause().map_or(sentence.clone(), |cause| format!("{sentence} ({})", cause.for_log()))]
            }
        }
    }
}

/// What a kind of failure means, where nothing better is known.
fn sentence(kind: Kind, locale: Locale) -> String {
    match kind {
        Kind::Busy => Message::Busy.text(locale),
        Kind::StorageFull => Message::StorageFull.text(locale),
        Kind::Unavailable => Message::Unavailable.text(locale),
        Kind::NotFound => Message::NotFound.text(locale),
        Kind::Invalid => {
            Text::new("指定された内容が正しくありません。", "What was given is not valid.").of(locale).to_owned()
        }
        Kind::Conflict => Text::new("ほかで使われています。", "It is in use elsewhere.").of(locale).to_owned(),
        Kind::Forbidden => Text::new("許可されていません。", "This is not allowed.").of(locale).to_owned(),
        Kind::Internal => Text::new("内部エラーが発生しました。", "An internal error occurred.").of(locale).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use musubi_domain::error::Problem;

    #[test]
    fn every_problem_has_its_line_with_the_option_it_concerns() {
        let problem = |path: &str, message| Problem { path: path.to_owned(), item: None, message };
        let error =
            Error::invalid(vec![problem("--login", Message::BadName), problem("--right", Message::NoSuchRight)]);
        let failure = Failure::from(error);
        assert_eq!(
            failure.lines(Locale::En),
            ["--login: This name cannot be used.", "--right: There is no such right."]
        );
        assert_eq!(failure.lines(Locale::Ja), ["--login: この名前は使えません。", "--right: 存在しない権限です。"]);
    }

    #[test]
    fn a_failure_without_problems_is_a_sentence_and_its_cause() {
        let error = || Error::new(Kind::Conflict).with_cause("the cause");
        assert_eq!(Failure::from(error()).lines(Locale::En), ["It is in use elsewhere. (the cause)"]);
        assert_eq!(Failure::during("開けません", "cannot open", error()).lines(Locale::Ja), ["開けません (the cause)"]);
        assert_eq!(Failure::from(Error::new(Kind::Busy)).lines(Locale::En), [Message::Busy.text(Locale::En)]);
    }
}
