//! PostgreSQL restarted under load; two instances on one database.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use musubi_testkit::postgres::{server, start_private};
use musubi_testkit::process::Connection;
use musubi_testkit::tool::{Tool, need, required};
use serde_json::{Value, json};

use super::stage::{Installation, LIST, REGISTER, Writers};

pub(crate) fn trials() -> Vec<Trial> {
    if !required() && !need(Tool::Postgres) {
        return Vec::new();
    }
    vec![
        Trial::test("faults: the database restarts under load", restarts).with_kind("postgres"),
        Trial::test("faults: two instances on one database", two_instances).with_kind("postgres"),
    ]
}

fn restarts() -> Result<(), Failed> {
    let mut database = start_private(true);
    let installation = Arc::new(Installation::at(Some(database.fresh_schema_url()), None));
    let server = installation.serve();
    let mut acknowledged = BTreeSet::new();
    for round in 0..3 {
        let writers = Writers::start(&installation, &[server.address], &format!("r{round}"), 16);
        writers.wait_for(50);
        database.restart_hard();
        writers.wait_for(50);
        acknowledged.append(&mut writers.acknowledged());
    }
    // The same process serves again, without a restart of its own.
    let mut connection = Connection::open(server.address).unwrap();
    let begun = Instant::now();
    while connection.post(REGISTER, &installation.token, &installation.register_body("again")).unwrap().0 != 200 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the server did not find its database again");
    }
    acknowledged.insert("again".to_owned());
    drop(server);
    installation.judge(&acknowledged);
    Ok(())
}

fn two_instances() -> Result<(), Failed> {
    let installation = Arc::new(Installation::at(server().map(|server| server.fresh_schema_url()), None));
    // The second lock of the same folder is not asked for: on PostgreSQL instances share nothing but the database.
    let (mut one, two) = (installation.serve(), installation.serve());
    let writers = Writers::start(&installation, &[one.address, two.address], "both", 64);
    writers.wait_for(400);
    let mut acknowledged = writers.acknowledged();
    let list = |address| {
        let mut connection = Connection::open(address).unwrap();
        let body = json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 100}}}}).to_string();
        connection.post(LIST, &installation.token, &body).unwrap().1
    };
    let names = |list: Value| {
        list["clientListInfo"]["clientList"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["clientName"].clone())
            .collect::<Vec<_>>()
    };
    let (first, second) = (names(list(one.address)), names(list(two.address)));
    assert_eq!((first.len(), &first), (100, &second));

    // A token that is taken back is worth nothing in either within one second.
    let token = installation.admin(&["token", "--scope", "crm:read"]).trim().to_owned();
    let refused = |address| {
        let body = json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 1}}}}).to_string();
        Connection::open(address).unwrap().post(LIST, &token, &body).unwrap().0 == 401
    };
    assert!(!refused(one.address) && !refused(two.address));
    installation.admin(&["token", "remove", &token]);
    let begun = Instant::now();
    while !(refused(one.address) && refused(two.address)) {
        assert!(begun.elapsed() < Duration::from_secs(1), "the token was worth something for more than a second");
    }

    // One is killed: the other goes on, and seals what was left.
    let writers = Writers::start(&installation, &[one.address, two.address], "one killed", 32);
    writers.wait_for(50);
    one.kill();
    writers.wait_for(50);
    acknowledged.append(&mut writers.acknowledged());
    installation.judge(&acknowledged);
    Ok(())
}
