//! `musubi admin`: administration without the screens.

mod client;
mod consent;
mod group;
mod inquiry_route;
mod linkage_slot;
mod mail;
mod organization;
mod permission_template;
mod right;
mod scope;
mod security;
mod session;
mod signing_key;
mod template;
mod tenant;
mod token;
mod user;

use std::sync::Arc;

use clap::{Args, Subcommand};
use musubi_domain::context::Context;
use musubi_outbound::mail::Mailer;
use musubi_service::Service;
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{Column, Output};
use crate::place::Place;
use crate::settings::{Given, Settings};
use crate::{lifecycle, telemetry};

#[derive(Debug, Args)]
pub(crate) struct Admin {
    /// The code of the tenant; needed where there are several.
    #[arg(long, value_name = "CODE", global = true, display_order = 900)]
    tenant: Option<String>,
    /// Print JSON.
    #[arg(long, global = true, display_order = 901)]
    json: bool,
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Tenants.
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    /// Organizations.
    #[command(subcommand)]
    Organization(organization::Organization),
    /// People.
    #[command(subcommand)]
    User(user::User),
    /// Groups of people.
    #[command(subcommand)]
    Group(group::Group),
    /// Sessions of people who have signed in.
    #[command(subcommand)]
    Session(session::Sessions),
    /// Permission templates: named sets of rights.
    #[command(subcommand)]
    PermissionTemplate(permission_template::PermissionTemplate),
    /// The rights of people.
    #[command(subcommand)]
    Right(right::Right),
    /// OpenID clients: programs that are given tokens.
    #[command(subcommand)]
    Client(client::Client),
    /// Scopes: which token may call which path, and which claims are told of a person.
    #[command(subcommand)]
    Scope(scope::Scope),
    /// What people have let clients do.
    #[command(subcommand)]
    Consent(consent::Consents),
    /// The keys that sign ID tokens.
    #[command(subcommand)]
    SigningKey(signing_key::SigningKey),
    /// Who gets in, and how: passwords, sessions, addresses, requests, pages of other origins.
    #[command(subcommand)]
    Security(security::Security),
    /// Linkage slots: the systems whose keys records carry.
    #[command(subcommand)]
    LinkageSlot(linkage_slot::LinkageSlot),
    /// Inquiry routes.
    #[command(subcommand)]
    InquiryRoute(inquiry_route::InquiryRoute),
    /// Mail.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Print an access token, for scripts and tests.
    Token(token::Token),
    /// Templates: the items of a database.
    #[command(subcommand)]
    Template(template::Template),
}

/// What the commands of an administrator work with.
pub(crate) struct Session {
    service: Service,
    mailer: Option<Mailer>,
    output: Output,
    json: bool,
    tenant: Option<String>,
}

pub(crate) fn run(admin: Admin, given: &Given, output: Output) -> Result<(), Failure> {
    let settings = Settings::of_process(given)?;
    telemetry::begin_quietly(&settings);
    let begins = matches!(admin.command, AdminCommand::Tenant(tenant::Tenant::Create(_)));
    let place = Place::find(&settings, begins)?;
    let runtime = lifecycle::runtime()?;
    let mailer = settings.mailer()?;
    let session = Session { service: place.open_briefly()?, mailer, output, json: admin.json, tenant: admin.tenant };
    let done = runtime.block_on(session.run(admin.command));
    session.service.db().close();
    done
}

impl Session {
    async fn run(&self, command: AdminCommand) -> Result<(), Failure> {
        match command {
            AdminCommand::Tenant(tenant) => tenant::run(tenant, self).await,
            AdminCommand::Organization(organization) => organization::run(organization, self).await,
            AdminCommand::User(user) => user::run(user, self).await,
            AdminCommand::Group(group) => group::run(group, self).await,
            AdminCommand::Security(security) => security::run(security, self).await,
            AdminCommand::Session(sessions) => session::run(sessions, self).await,
            AdminCommand::PermissionTemplate(template) => permission_template::run(template, self).await,
            AdminCommand::Right(right) => right::run(right, self).await,
            AdminCommand::Client(client) => client::run(client, self).await,
            AdminCommand::Scope(scope) => scope::run(scope, self).await,
            AdminCommand::Consent(consents) => consent::run(consents, self).await,
            AdminCommand::SigningKey(key) => signing_key::run(key, self).await,
            AdminCommand::LinkageSlot(linkage_slot) => linkage_slot::run(linkage_slot, self).await,
            AdminCommand::InquiryRoute(inquiry_route) => inquiry_route::run(inquiry_route, self).await,
            AdminCommand::Mail(mail) => mail::run(mail, self).await,
            AdminCommand::Token(token) => token::run(token, self).await,
            AdminCommand::Template(template) => template::run(template, self).await,
        }
    }

    /// The context of the chosen tenant.
    async fn context(&self) -> Result<Arc<Context>, Failure> {
        let chosen = self.service.tenant_chosen(self.tenant.as_deref()).await;
        if chosen.is_err() && !self.service.has_tenant().await? {
            return Err(Failure::plain(
                "企業がまだありません。musubi serve か musubi admin tenant create で作成してください",
                "there is no tenant yet; make one with musubi serve or musubi admin tenant create",
            ));
        }
        Ok(self.service.command_context(chosen?))
    }

    fn rows(&self, columns: &[Column], rows: &[Vec<Value>]) -> Result<(), Failure> {
        self.output.rows(columns, rows, self.json)
    }

    fn one(&self, columns: &[Column], row: &[Value]) -> Result<(), Failure> {
        self.output.one(columns, row, self.json)
    }
}
