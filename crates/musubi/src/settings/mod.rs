//! The settings: one declared table, four places where a value can come from.
//!
//! The command line goes before the environment, the environment before `musubi.toml`, that before what is declared here.
//! To add one: a row of [`TABLE`], a field of [`Settings`], a line of [`Settings::read`].

mod check;
mod file;
mod source;

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command};
use musubi_domain::messages::Locale;
use musubi_domain::network::Network;
use musubi_outbound::client::{Client, ClientSettings};
use musubi_outbound::mail::{Mailer, SmtpServer};
use musubi_service::MailSaid;
use tracing_subscriber::filter::LevelFilter;

use crate::failure::Failure;
use crate::language::choose;
pub(crate) use check::masked;
pub(crate) use source::{Found, Given, Origin};

/// A setting.
#[derive(Debug)]
pub(crate) struct Declaration {
    /// The name: `--name` on the command line, `name = "..."` in `musubi.toml`.
    pub(crate) name: &'static str,
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// What stands for the value in the help.
    pub(crate) value: &'static str,
    /// The value where nobody gives one; empty: none.
    pub(crate) default: &'static str,
    /// Whether it says where the data is, so that every command takes it and not the server alone.
    pub(crate) of_every_command: bool,
    ja: &'static str,
    en: &'static str,
}

impl Declaration {
    /// What it is.
    pub(crate) const fn text(&self, locale: Locale) -> &'static str {
        choose(locale, self.ja, self.en)
    }

    /// What it is, where else it can be said, and its default.
    pub(crate) fn help(&self, locale: Locale) -> String {
        let default = if self.default.is_empty() { choose(locale, "なし", "none") } else { self.default };
        format!("{} [{}, {}: {default}]", self.text(locale), self.variable, choose(locale, "既定", "default"))
    }
}

const DATA: &str = "data";
const LISTEN: &str = "listen";
const METRICS_LISTEN: &str = "metrics-listen";
const DATABASE_URL: &str = "database-url";
const PUBLIC_URL: &str = "public-url";
const TLS_CERT: &str = "tls-cert";
const TLS_KEY: &str = "tls-key";
const TRUSTED_PROXY: &str = "trusted-proxy";
const SMTP_URL: &str = "smtp-url";
const MAIL_FROM: &str = "mail-from";
const OUTBOUND_ALLOW: &str = "outbound-allow";
const OUTBOUND_CA: &str = "outbound-ca";
const KEY_FILE: &str = "key-file";
const LOG_FORMAT: &str = "log-format";
const LOG_LEVEL: &str = "log-level";
/// Where the options of the settings stand in the help: below those of the command itself.
const BELOW: usize = 950;
/// The option that names the settings file.
const CONFIG: &str = "config";
/// The settings file that is read where none is named.
const CONFIG_FILE: &str = "musubi.toml";

/// All settings.
pub(crate) const TABLE: [Declaration; 15] = [
    Declaration {
        name: DATA,
        variable: "MUSUBI_DATA",
        value: "DIR",
        default: "./musubi-data",
        of_every_command: true,
        ja: "データフォルダー(組み込みデータベースと鍵ファイル)",
        en: "The data folder: the embedded database and the key file",
    },
    Declaration {
        name: LISTEN,
        variable: "MUSUBI_LISTEN",
        value: "ADDR:PORT",
        default: "127.0.0.1:8080",
        of_every_command: false,
        ja: "待ち受けるアドレス。ポート 0 は空いているポート",
        en: "Where to listen; port 0 takes a free port",
    },
    Declaration {
        name: METRICS_LISTEN,
        variable: "MUSUBI_METRICS_LISTEN",
        value: "ADDR:PORT",
        default: "",
        of_every_command: false,
        ja: "メトリクス(/metrics)を待ち受けるアドレス",
        en: "Where to listen for /metrics",
    },
    Declaration {
        name: DATABASE_URL,
        variable: "MUSUBI_DATABASE_URL",
        value: "URL",
        default: "",
        of_every_command: true,
        ja: "PostgreSQL の URL。組み込みデータベースの代わりに使う",
        en: "The URL of a PostgreSQL, used instead of the embedded database",
    },
    Declaration {
        name: PUBLIC_URL,
        variable: "MUSUBI_PUBLIC_URL",
        value: "URL",
        default: "",
        of_every_command: false,
        ja: "利用者が開く URL (https://musubi.example.co.jp)",
        en: "The URL that people open (https://musubi.example.co.jp)",
    },
    Declaration {
        name: TLS_CERT,
        variable: "MUSUBI_TLS_CERT",
        value: "FILE",
        default: "",
        of_every_command: false,
        ja: "HTTPS で待ち受けるための証明書(PEM。中間証明書を続けて入れる)。変更は再起動なしで反映",
        en: "The certificate to listen with by https, in PEM, followed by the intermediate ones; read again when it changes",
    },
    Declaration {
        name: TLS_KEY,
        variable: "MUSUBI_TLS_KEY",
        value: "FILE",
        default: "",
        of_every_command: false,
        ja: "証明書の秘密鍵(PEM。パスワードなし)",
        en: "The private key of the certificate, in PEM, without a password",
    },
    Declaration {
        name: TRUSTED_PROXY,
        variable: "MUSUBI_TRUSTED_PROXY",
        value: "ADDR",
        default: "",
        of_every_command: false,
        ja: "X-Forwarded-For などを信じるプロキシーの IP アドレスかネットワーク(カンマ区切り、または複数指定)",
        en: "Addresses or networks of proxies whose X-Forwarded-For and the like are believed; with commas, or given several times",
    },
    Declaration {
        name: SMTP_URL,
        variable: "MUSUBI_SMTP_URL",
        value: "URL",
        default: "",
        of_every_command: true,
        ja: "メールサーバー (smtp://ユーザー:パスワード@ホスト:587?tls=required、smtps://、または ?tls=none)",
        en: "The mail server: smtp://USER:PASSWORD@HOST:587?tls=required, smtps://, or ?tls=none",
    },
    Declaration {
        name: MAIL_FROM,
        variable: "MUSUBI_MAIL_FROM",
        value: "MAIL",
        default: "",
        of_every_command: true,
        ja: "メールの差出人 (むすび <musubi@example.co.jp>)",
        en: "In whose name mails are sent: Musubi <musubi@example.co.jp>",
    },
    Declaration {
        name: OUTBOUND_ALLOW,
        variable: "MUSUBI_OUTBOUND_ALLOW",
        value: "ADDR",
        default: "",
        of_every_command: false,
        ja: "webhook などで呼び出してよい社内の IP アドレスかネットワーク(カンマ区切り、または複数指定)。ほかの社内アドレスは呼び出さない",
        en: "Private addresses or networks that webhooks and the like may call, which they may not otherwise; with commas, or given several times",
    },
    Declaration {
        name: OUTBOUND_CA,
        variable: "MUSUBI_OUTBOUND_CA",
        value: "FILE",
        default: "",
        of_every_command: false,
        ja: "webhook などの呼び出しで、システムのものに加えて信頼する認証局の証明書(PEM)",
        en: "Certificates of authorities, in PEM, that are believed beside those of the system where webhooks and the like call",
    },
    Declaration {
        name: KEY_FILE,
        variable: "MUSUBI_KEY_FILE",
        value: "FILE",
        default: "DIR/keys",
        of_every_command: true,
        ja: "鍵ファイル。1 つのデータベースを使うサーバーで共有する",
        en: "The key file, shared by the servers of one database",
    },
    Declaration {
        name: LOG_FORMAT,
        variable: "MUSUBI_LOG_FORMAT",
        value: "text|json",
        default: "text",
        of_every_command: true,
        ja: "ログの形式",
        en: "The form of the log",
    },
    Declaration {
        name: LOG_LEVEL,
        variable: "MUSUBI_LOG_LEVEL",
        value: "LEVEL",
        default: "info",
        of_every_command: true,
        ja: "ログの詳しさ (off, error, warn, info, debug, trace)。serve 以外のコマンドの既定は error",
        en: "How much is logged (off, error, warn, info, debug, trace); commands other than serve begin at error",
    },
];

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object per line.
    Json,
}

/// The settings in force, read and checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Whether anybody said where the data is.
    pub(crate) is_place_given: bool,
    /// Where to listen: a host and a port.
    pub(crate) listen: String,
    /// Where to listen for metrics.
    pub(crate) metrics_listen: Option<String>,
    /// The PostgreSQL to use.
    pub(crate) database_url: Option<String>,
    /// The public URL, without a slash at its end.
    pub(crate) public_url: Option<String>,
    /// The host of the public URL.
    pub(crate) public_host: Option<String>,
    /// The key file; none: in the data folder.
    pub(crate) key_file: Option<PathBuf>,
    /// The files of the certificate and of its private key.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    /// The proxies that are believed.
    pub(crate) trusted_proxies: Vec<Network>,
    /// The mail server, and in whose name mails are sent.
    pub(crate) smtp: Option<(SmtpServer, String)>,
    /// Networks that may be called although they are not public.
    pub(crate) outbound_allowed: Vec<Network>,
    /// The file of further authorities that are believed where others are called.
    pub(crate) outbound_authorities: Option<PathBuf>,
    /// The form of the log.
    pub(crate) log_format: LogFormat,
    /// How much is logged, where anybody said so.
    pub(crate) log_level: Option<LevelFilter>,
}

impl Settings {
    /// The settings of this process.
    pub(crate) fn of_process(given: &Given) -> Result<Self, Failure> {
        Self::read(&found_in_process(given)?)
    }

    /// Reads and checks what was found.
    pub(crate) fn read(found: &[Found]) -> Result<Self, Failure> {
        let of = |name: &str| found.iter().find(|found| found.declaration.name == name);
        let given = |name: &str| of(name).is_some_and(|found| found.origin != Origin::Default);
        let value = |name: &str| of(name).and_then(|found| found.value.clone());
        let required = |name: &str| of(name).map_or_else(|| Err(source::undeclared(name)), check::required);
        let address = |name: &str| of(name).and_then(|found| check::address(found).transpose()).transpose();
        Ok(Self {
            data: required(DATA)?.into(),
            is_place_given: given(DATA) || value(DATABASE_URL).is_some(),
            listen: address(LISTEN)?.map_or_else(|| required(LISTEN), Ok)?,
            metrics_listen: address(METRICS_LISTEN)?,
            database_url: value(DATABASE_URL),
            public_url: value(PUBLIC_URL).map(|url| url.trim_end_matches('/').to_ascii_lowercase()),
            public_host: of(PUBLIC_URL).and_then(|found| check::public_host(found).transpose()).transpose()?,
            tls: of(TLS_CERT)
                .zip(of(TLS_KEY))
                .map_or(Ok(None), |(cert, key)| check::pair(cert, key))?
                .map(|(cert, key)| (cert.into(), key.into())),
            trusted_proxies: of(TRUSTED_PROXY).map_or(Ok(Vec::new()), check::networks)?,
            key_file: if given(KEY_FILE) { value(KEY_FILE).map(PathBuf::from) } else { None },
            smtp: of(SMTP_URL).zip(of(MAIL_FROM)).map_or(Ok(None), |(url, from)| check::smtp(url, from))?,
            outbound_allowed: of(OUTBOUND_ALLOW).map_or(Ok(Vec::new()), check::networks)?,
            outbound_authorities: value(OUTBOUND_CA).map(PathBuf::from),
            log_format: of(LOG_FORMAT).map_or(Ok(LogFormat::Text), check::log_format)?,
            log_level: if given(LOG_LEVEL) { of(LOG_LEVEL).map(check::log_level).transpose()? } else { None },
        })
    }

    /// What sends mails, where a mail server is set.
    pub(crate) fn mailer(&self) -> Result<Option<Mailer>, Failure> {
        let mailer = self.smtp.as_ref().map(|(server, from)| Mailer::new(server, from)).transpose();
        mailer.map_err(|error| Failure::during("メールを送れません", "mails cannot be sent", error))
    }

    /// What calls others by HTTP.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let read = |file: &PathBuf| {
            std::fs::read_to_string(file).map_err(|error| {
                let file = file.display();
                Failure::plain(format!("{file} を読めません ({error})"), format!("{file} cannot be read ({error})"))
            })
        };
        let authorities = self.outbound_authorities.as_ref().map(read).transpose()?.unwrap_or_default();
        let client = Client::new(&ClientSettings { allowed: self.outbound_allowed.clone(), authorities });
        client.map_err(|error| Failure::during("外部を呼び出せません", "others cannot be called", error))
    }

    /// What a page says of how mails are sent.
    pub(crate) fn mail_said(&self) -> Option<MailSaid> {
        let said = |(server, from): &(SmtpServer, String)| MailSaid { server: server.said(), sender: from.clone() };
        self.smtp.as_ref().map(said)
    }

    /// Where the key file is.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("keys"))
    }
}

/// What is in force in this process, and where each value comes from.
pub(crate) fn found_in_process(given: &Given) -> Result<Vec<Found>, Failure> {
    let file = file::File::read(given.config.as_deref())?;
    source::found(given, |name| std::env::var_os(name), file.as_ref())
}

/// Gives a command the options of the settings: those of every command, or all.
pub(crate) fn arguments(command: Command, all: bool, locale: Locale) -> Command {
    let config_help = choose(
        locale,
        "設定ファイル [既定: ./musubi.toml があればそれ]",
        "The settings file [default: ./musubi.toml, where there is one]",
    );
    let declared = TABLE.iter().filter(|declaration| all || declaration.of_every_command);
    let declared = declared.map(|declaration| (declaration.name, declaration.value, declaration.help(locale)));
    let options = declared.chain([(CONFIG, "FILE", config_help.to_owned())]);
    command.args(options.enumerate().map(|(at, (name, value, help))| {
        let argument = Arg::new(name).long(name).value_name(value).global(!all).display_order(BELOW + at).help(help);
        if matches!(name, TRUSTED_PROXY | OUTBOUND_ALLOW) { argument.action(ArgAction::Append) } else { argument }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    fn settings(command_line: &[(&'static str, &str)]) -> Result<Settings, Failure> {
        let values = command_line.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<BTreeMap<_, _>>();
        Settings::read(&source::found(&Given { config: None, values }, |_| None, None).unwrap())
    }

    #[test]
    fn the_table_says_everything_once() {
        let names: HashSet<_> = TABLE.iter().map(|declaration| declaration.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for declaration in &TABLE {
            assert_eq!(declaration.variable, format!("MUSUBI_{}", declaration.name.to_uppercase().replace('-', "_")));
            assert!(!declaration.ja.is_empty() && !declaration.en.is_empty() && declaration.ja != declaration.en);
        }
    }

    #[test]
    fn without_anything_said_the_defaults_are_in_force() {
        let settings = settings(&[]).unwrap();
        assert_eq!((settings.data.to_str(), settings.is_place_given), (Some("./musubi-data"), false));
        assert_eq!(settings.listen, "127.0.0.1:8080");
        assert_eq!(
            (settings.metrics_listen.as_deref(), settings.database_url.as_deref(), settings.public_host.as_deref()),
            (None, None, None)
        );
        assert_eq!(settings.key_file().to_str(), Some("./musubi-data/keys"));
        assert_eq!((settings.log_format, settings.log_level), (LogFormat::Text, None));
    }

    #[test]
    fn values_are_checked_before_anything_is_begun() {
        let good = [
            (LISTEN, "[::1]:0"),
            (LISTEN, "localhost:80"),
            (PUBLIC_URL, "https://a.example:8443/"),
            (LOG_LEVEL, "off"),
            (DATABASE_URL, ""),
            (TRUSTED_PROXY, "10.0.0.0/8, ::1 ,192.0.2.1"),
            (OUTBOUND_ALLOW, "10.1.0.0/16, ::1"),
        ];
        for given in good {
            assert!(settings(&[given]).is_ok(), "{given:?}");
        }
        let bad = [
            (DATA, ""),
            (LISTEN, ""),
            (LISTEN, "8080"),
            (LISTEN, ":8080"),
            (LISTEN, "127.0.0.1:65536"),
            (LISTEN, "::1:80"),
            (METRICS_LISTEN, "x"),
            (PUBLIC_URL, "musubi.example.jp"),
            (PUBLIC_URL, "https://"),
            (PUBLIC_URL, "https://a.example/musubi"),
            (PUBLIC_URL, "https://me:secret@a.example"),
            (TLS_CERT, "cert.pem"),
            (TLS_KEY, "key.pem"),
            (TRUSTED_PROXY, "proxy.example"),
            (OUTBOUND_ALLOW, "intra.example"),
            (TRUSTED_PROXY, "10.0.0.0/8,"),
            (LOG_FORMAT, "xml"),
            (LOG_LEVEL, "loud"),
        ];
        for given in bad {
            assert!(matches!(settings(&[given]), Err(Failure::Use(_))), "{given:?}");
        }
    }

    #[test]
    fn a_mail_server_comes_with_a_sender() {
        let url = (SMTP_URL, "smtp://me:secret@mail.example.jp");
        let from = (MAIL_FROM, "むすび <musubi@example.co.jp>");
        assert!(settings(&[url, from]).unwrap().smtp.is_some() && settings(&[]).unwrap().smtp.is_none());
        for given in [vec![url], vec![from], vec![(SMTP_URL, "mail"), from], vec![url, (MAIL_FROM, "nobody")]] {
            assert!(matches!(settings(&given), Err(Failure::Use(_))), "{given:?}");
        }
    }

    #[test]
    fn a_certificate_comes_with_its_key() {
        let both = settings(&[(TLS_CERT, "c.pem"), (TLS_KEY, "k.pem")]).unwrap();
        assert_eq!(both.tls, Some(("c.pem".into(), "k.pem".into())));
        assert_eq!(settings(&[]).unwrap().tls, None);
    }

    #[test]
    fn the_public_url_gives_the_host_alone() {
        assert_eq!(
            settings(&[(PUBLIC_URL, "HTTPS://Musubi.Example.JP:8443/")]).unwrap().public_host.as_deref(),
            Some("musubi.example.jp")
        );
        assert_eq!(settings(&[(PUBLIC_URL, "http://[fd00::1]")]).unwrap().public_host.as_deref(), Some("fd00::1"));
    }
}
