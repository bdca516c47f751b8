//! Real relying parties sign a person in at the real program, refresh, and sign him out.
//!
//! A party that is a program says `open URL` where a person would open it, and reads the address to which the browser was sent back;
//! everything else that it says is a line of JSON. The browser is [`UserAgent`].

mod apache;
mod libraries;
mod robotid;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use libtest_mimic::Trial;
use musubi_testkit::engine::Engine;
use musubi_testkit::process::ServerProcess;
use musubi_testkit::user_agent::{Arrival, UserAgent};
use serde_json::Value;

use crate::faults::stage::Installation;

/// The person who signs in.
pub(crate) const LOGIN: &str = "Yamada.Taro";
pub(crate) const PASSWORD: &str = "aoi-sora-to-umi-2026";

pub(crate) fn trials() -> Vec<Trial> {
    [apache::trials(), libraries::trials(), robotid::trials()].into_iter().flatten().collect()
}

/// An installation that is served, with somebody who can sign in.
pub(crate) struct House {
    pub(crate) installation: Installation,
    pub(crate) server: ServerProcess,
}

/// What a client of the house knows of itself.
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl House {
    pub(crate) fn new(engine: Engine) -> Self {
        Self::with(engine, &[])
    }

    /// One whose server is given further options.
    pub(crate) fn with(engine: Engine, options: &[&str]) -> Self {
        let installation = Installation::new(engine);
        let person = [
            "user",
            "create",
            "--login",
            LOGIN,
            "--family-name",
            "山田",
            "--first-name",
            "太郎",
            "--mail",
            "tarou.yamada@example.co.jp",
            "--company-phone",
            "0312345678",
            "--password-stdin",
        ];
        let mut command = installation.command(&[&["admin"], &person[..]].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        let words = [&["serve", "--listen", "127.0.0.1:0"], options].concat();
        let server = installation.serve_with(installation.command(&words));
        Self { installation, server }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Registers a client with these options beside its name.
    pub(crate) fn client(&self, options: &[&str]) -> Registered {
        let made = self.installation.admin_json(&[&["client", "create", "--name", "会計システム"], options].concat());
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        Registered { id: text("client_id"), secret: text("client_secret") }
    }

    /// Opens an address as a person does: signs in and agrees where he is asked to. Where he was sent to in the end.
    pub(crate) fn walk(&self, agent: &mut UserAgent, url: &str) -> String {
        match self.walk_to_page(agent, url) {
            Arrival::Sent(address) => address,
            Arrival::Page(page) => panic!("{} {}: {}", page.status, page.url, page.body),
        }
    }

    pub(crate) fn walk_to_page(&self, agent: &mut UserAgent, url: &str) -> Arrival {
        let issuer = self.issuer();
        let opens = |address: &str| address.starts_with(&issuer);
        let mut arrival = agent.open(url, opens).unwrap();
        for _ in 0..3 {
            let Arrival::Page(page) = &arrival else { return arrival };
            arrival = if page.form_with("password").is_some() {
                agent.submit(page, &[("login_id", LOGIN), ("password", PASSWORD)], opens).unwrap()
            } else if page.form_with("decision").is_some() {
                agent.submit(page, &[("decision", "allow")], opens).unwrap()
            } else {
                return arrival;
            };
        }
        arrival
    }
}

/// Runs a party to its end, opening for it what it wants opened. What it said.
fn run(command: &mut Command, mut browse: impl FnMut(&str) -> String) -> Vec<Value> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut facts = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.unwrap();
        match line.strip_prefix("open ") {
            Some(url) => writeln!(stdin, "{}", browse(url)).unwrap(),
            None => facts.push(serde_json::from_str(&line).unwrap()),
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{facts:?}\n{}", String::from_utf8_lossy(&output.stderr));
    facts
}

/// What a party said of a step.
fn step<'f>(facts: &'f [Value], name: &str) -> &'f Value {
    facts.iter().find(|fact| fact["step"] == name).unwrap_or_else(|| panic!("no step {name}: {facts:?}"))
}
