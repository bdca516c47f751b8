//! Whatever is done to records, in whatever order: what is made of them fits them, and undoing it does too.

use musubi_domain::error::{Kind, Result};
use musubi_domain::item::RawValue;
use musubi_domain::verify::Finding;
use musubi_service::change_set::{change_set_list, change_set_undo};
use musubi_service::record::{GivenRecord, record_merge};
use musubi_service::verify::{Verify, verify};
use musubi_testkit::app::keys;
use musubi_testkit::engine::Engine;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::record::stage::{Stage, THINGS, ids, linkage, text};

/// Courses of events that are tried.
const COURSES: usize = 6;
/// Actions of one course.
const ACTIONS: usize = 60;
/// Values that things hold alone: so few that they meet.
const CODES: usize = 4;

/// Something that is done. Numbers choose among what there is, whether it is live or not.
#[derive(Clone, Debug)]
enum Action {
    Client { parent: Option<usize> },
    Contact { client: usize },
    Thing { client: usize, contact: usize, code: usize },
    Parent { client: usize, parent: Option<usize> },
    Change { thing: usize, client: Option<usize>, code: Option<usize> },
    Delete { database: usize, which: usize, force: bool },
    Restore { database: usize, which: usize },
    Merge { stays: usize, gone: usize },
    Undo { back: usize },
}

fn action() -> impl Strategy<Value = Action> {
    let which = || 0..40_usize;
    let code = || 0..CODES;
    // Few, so that what is undone meets what came after it.
    let in_tree = || 0..4_usize;
    prop_oneof![
        3 => proptest::option::of(which()).prop_map(|parent| Action::Client { parent }),
        2 => which().prop_map(|client| Action::Contact { client }),
        3 => (which(), which(), code()).prop_map(|(client, contact, code)| Action::Thing { client, contact, code }),
        6 => (in_tree(), proptest::option::of(in_tree()))
            .prop_map(|(client, parent)| Action::Parent { client, parent }),
        3 => (which(), proptest::option::of(which()), proptest::option::of(code()))
            .prop_map(|(thing, client, code)| Action::Change { thing, client, code }),
        3 => (0..3_usize, which(), any::<bool>())
            .prop_map(|(database, which, force)| Action::Delete { database, which, force }),
        2 => (0..3_usize, which()).prop_map(|(database, which)| Action::Restore { database, which }),
        2 => (which(), which()).prop_map(|(stays, gone)| Action::Merge { stays, gone }),
        4 => (0..8_usize).prop_map(|back| Action::Undo { back }),
    ]
}

/// What has been registered, whatever became of it.
#[derive(Default)]
struct Known {
    clients: Vec<Uuid>,
    contacts: Vec<Uuid>,
    things: Vec<Uuid>,
}

fn one(among: &[Uuid], which: usize) -> Option<Uuid> {
    among.get(which % among.len().max(1)).copied()
}

impl Known {
    fn of(&self, database: usize) -> (&'static str, &[Uuid]) {
        [("clients", &self.clients[..]), ("contacts", &self.contacts[..]), (THINGS, &self.things[..])][database]
    }
}

fn reference(id: Option<Uuid>) -> RawValue {
    id.map_or(RawValue::Empty, |id| ids(&[id]))
}

/// Does something, or does nothing where there is nothing to do it to.
async fn act(stage: &Stage, known: &mut Known, action: &Action) -> Result<()> {
    match *action {
        Action::Client { parent } => {
            let parent = reference(parent.and_then(|which| one(&known.clients, which)));
            known.clients.push(stage.client("会社", &[("親取引先", parent)]).await?.id);
        }
        Action::Contact { client } => {
            let Some(client) = one(&known.clients, client) else { return Ok(()) };
            known.contacts.push(stage.contact(client, "佐藤").await?.id);
        }
        Action::Thing { client, contact, code } => {
            let code = format!("C{code}");
            let values = [
                ("text_single", text("物")),
                ("code", text(&code)),
                ("client_multiple", reference(one(&known.clients, client))),
                ("clientresponsible_single", reference(one(&known.contacts, contact))),
            ];
            known.things.push(stage.register_linked(THINGS, &values, &code).await?.id);
        }
        Action::Parent { client, parent } => {
            let Some(client) = one(&known.clients, client) else { return Ok(()) };
            let parent = reference(parent.and_then(|which| one(&known.clients, which)));
            stage.update("clients", client, &[("親取引先", parent)]).await?;
        }
        Action::Change { thing, client, code } => {
            let Some(thing) = one(&known.things, thing) else { return Ok(()) };
            let code = code.map(|code| format!("C{code}")).unwrap_or_default();
            let given = [
                ("reference", reference(client.and_then(|which| one(&known.clients, which)))),
                ("code", if code.is_empty() { RawValue::Empty } else { text(&code) }),
            ];
            let given = GivenRecord { linkage: vec![linkage(&code)], ..stage.given(THINGS, &given).await };
            stage.update_given(THINGS, thing, None, given).await?;
        }
        Action::Delete { database, which, force } => {
            let (database, among) = known.of(database);
            if let Some(id) = one(among, which) {
                stage.delete(database, &[id], force).await?;
            }
        }
        Action::Restore { database, which } => {
            let (database, among) = known.of(database);
            if let Some(id) = one(among, which) {
                stage.restore(database, id).await?;
            }
        }
        Action::Merge { stays, gone } => {
            let (Some(stays), Some(gone)) = (one(&known.clients, stays), one(&known.clients, gone)) else {
                return Ok(());
            };
            let kind = ("clients", "client.merge");
            record_merge(
                &stage.app.service,
                &stage.context(),
                kind,
                (stays, "stays"),
                (gone, "gone"),
                std::collections::BTreeSet::new(),
            )
            .await?;
        }
        Action::Undo { back } => {
            let sets = change_set_list(&stage.app.service, &stage.context(), None, 8).await?;
            if let Some(set) = sets.get(back) {
                change_set_undo(&stage.app.service, &stage.context(), set.id, "id").await?;
                stage.app.run_jobs().await;
            }
        }
    }
    Ok(())
}

async fn findings(stage: &Stage) -> Vec<Finding> {
    verify(&stage.app.service, &keys(), Verify::default(), |_| {}).await.unwrap().findings
}

pub(super) async fn whatever_is_done(engine: Engine) {
    let mut runner = TestRunner::deterministic();
    let (mut done, mut refused) = (0, 0);
    for course in 0..COURSES {
        let actions = vec(action(), ACTIONS).new_tree(&mut runner).unwrap().current();
        let stage = Stage::new(engine).await;
        let mut known = Known::default();
        for action in &actions {
            match act(&stage, &mut known, action).await {
                Ok(()) => done += 1,
                Err(error) => {
                    let is_answer = matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Conflict);
                    assert!(is_answer, "course {course}, {action:?}: {error:?}");
                    refused += 1;
                }
            }
        }
        assert_eq!(findings(&stage).await, [], "course {course}: {actions:#?}");
        // And back, the newest first.
        for set in change_set_list(&stage.app.service, &stage.context(), None, 100).await.unwrap() {
            match change_set_undo(&stage.app.service, &stage.context(), set.id, "id").await {
                Ok(_) => drop(stage.app.run_jobs().await),
                Err(error) => assert_eq!(error.kind(), Kind::Conflict, "course {course}, {set:?}: {error:?}"),
            }
        }
        assert_eq!(findings(&stage).await, [], "course {course}, undone: {actions:#?}");
        stage.app.leave_jobs();
    }
    assert!(done > COURSES * ACTIONS / 3 && refused > 0, "{done} done, {refused} refused");
}
