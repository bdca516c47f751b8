//! An app with organizations, people and clients, and contexts of whoever acts.

use std::sync::Arc;

use musubi_domain::actor::{Actor, Door};
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::id::{ChangeSetNo, ItemNo, RecordNo, TenantNo, TokenNo, UserNo};
use musubi_domain::item::ItemValue;
use musubi_domain::messages::Locale;
use musubi_domain::record::{Facts, NewRecord};
use musubi_domain::template::Template;
use musubi_service::organization::organization_create;
use musubi_service::user::{UserCreate, user_create, user_list};
use musubi_store::db::Lane;
use musubi_store::record::record_insert;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::Engine;
use uuid::Uuid;

/// A person of the stage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) number: UserNo,
}

/// A head office with a branch below it, and people: the head, one of the branch, one of nowhere.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) template: Arc<Template>,
    pub(crate) branch: Uuid,
    pub(crate) head: Person,
    pub(crate) member: Person,
    pub(crate) outsider: Person,
}

impl Stage {
    pub(crate) async fn new(engine: Engine) -> Self {
        let app = TestApp::new(engine).await;
        // Each use case has a context of its own: ids come from it.
        let organization = async |name: &str, parent| {
            organization_create(&app.service, &app.context(), name.to_owned(), parent).await.unwrap()
        };
        let office = organization("本社", None).await;
        let branch = organization("支店", Some(office)).await;
        let head = person(&app, "head", &[office]).await;
        let member = person(&app, "member", &[branch]).await;
        let outsider = person(&app, "outsider", &[]).await;
        let template = app.service.template(app.tenant, client::DATABASE).await.unwrap();
        Self { app, template, branch, head, member, outsider }
    }

    /// What a person does by a token.
    pub(crate) fn context_of(&self, person: Person, locale: Locale) -> Arc<Context> {
        let door = Door::Token { token: TokenNo(1), client: None };
        self.app.service.context(
            self.app.tenant,
            Actor { user: person.number, door, rights: None },
            locale,
            Uuid::nil(),
        )
    }

    pub(crate) fn item(&self, id: Uuid) -> ItemNo {
        self.template.item(id).unwrap().number
    }

    /// Clients of these names, created by somebody, with other values beside.
    pub(crate) async fn add(
        &self,
        names: impl IntoIterator<Item = String>,
        by: Person,
        beside: &[(Uuid, ItemValue)],
    ) -> Vec<(RecordNo, Uuid)> {
        self.add_in(self.app.tenant, &self.template, names, by, beside).await
    }

    pub(crate) async fn add_in(
        &self,
        tenant: TenantNo,
        template: &Arc<Template>,
        names: impl IntoIterator<Item = String>,
        by: Person,
        beside: &[(Uuid, ItemValue)],
    ) -> Vec<(RecordNo, Uuid)> {
        let number = |id: Uuid| template.item(id).unwrap().number;
        let beside: Vec<_> = beside.iter().map(|(id, value)| (number(*id), value.clone())).collect();
        let (names, name) = (names.into_iter().collect::<Vec<_>>(), number(client::NAME));
        let context = self.app.service.context(tenant, Actor::system(by.number), Locale::Ja, Uuid::nil());
        let own = Arc::clone(template);
        let added = self.app.service.db().write(&context, Lane::Interactive, move |tx| {
            let mut added = Vec::new();
            for text in &names {
                let named = ItemValue::Ruby { value: text.clone(), ruby: String::new() };
                let values = [(name, named)].into_iter().chain(beside.clone());
                let facts = Facts::new(values, tx.context().now, tx.context().actor.user);
                let new = NewRecord { id: tx.next_id(), facts, linkage: Vec::new() };
                added.push((record_insert(tx, &own, &new, &[], ChangeSetNo(0))?, new.id));
            }
            Ok(added)
        });
        added.await.unwrap()
    }
}

async fn person(app: &TestApp, login: &str, organizations: &[Uuid]) -> Person {
    let command = UserCreate {
        login_id: login.to_owned(),
        family_name: login.to_owned(),
        first_name: "太郎".to_owned(),
        mail: format!("{login}@example.jp"),
        organizations: organizations.to_vec(),
        ..UserCreate::default()
    };
    let id = user_create(&app.service, &app.context(), command).await.unwrap();
    let all = user_list(&app.service, &app.context()).await.unwrap();
    Person { id, number: all.iter().find(|user| user.id == id).unwrap().number }
}

/// A condition on one value of an item.
pub(crate) fn one_of(item: ItemNo, value: Operand) -> Condition {
    Condition::OneOf { field: Field::Item(item), values: vec![value] }
}
