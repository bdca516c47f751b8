//! A raised epoch is known at once where it was raised and within a second everywhere.

use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::TenantNo;
use musubi_store::db::Settings;
use musubi_testkit::engine::{Engine, async_on_both};

use crate::fixture::{TENANT, World, until};

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("a_raised_epoch_is_known_here_at_once_and_elsewhere_within_a_second", a_raised_epoch_is_known)
}

async fn a_raised_epoch_is_known(engine: Engine) {
    let world = World::new(engine).await;
    let other = world.place.open(Settings::default());
    until("the epochs are read at the start", Duration::from_secs(1), || {
        other.epochs().of(TENANT) == world.db.epochs().of(TENANT)
    })
    .await;
    for round in 0..3 {
        let before = world.db.epochs().of(TENANT);
        let total = other.epochs().total();
        world.write(|tx| tx.raise_epoch()).await.unwrap();
        assert_eq!(world.db.epochs().of(TENANT), before + 1, "at once, round {round}");
        until("the other knows", Duration::from_secs(1), || other.epochs().of(TENANT) == before + 1).await;
        assert_eq!(other.epochs().total(), total + 1);
    }
    let before = world.db.epochs().of(TENANT);
    let failed = world.write(|tx| tx.raise_epoch().and_then(|()| Err::<(), _>(Error::new(Kind::Conflict)))).await;
    assert!(failed.is_err());
    // From the other side, so that a wrong number would have come by now.
    let context = world.context_of(TenantNo(2));
    other.write(&context, musubi_store::db::Lane::Interactive, |tx| tx.raise_epoch()).await.unwrap();
    until("the other way round", Duration::from_secs(1), || world.db.epochs().of(TenantNo(2)) == 1).await;
    assert_eq!(
        (world.db.epochs().of(TENANT), other.epochs().of(TENANT)),
        (before, before),
        "what is undone raises nothing"
    );
}
