//! Numbers of which this instance takes many at a time, in a transaction of its own: what is made all the time would wait for one row of the
//! counter otherwise. What is not used is a gap.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;

/// What numbers are for.
type Purpose = (TenantNo, String);

/// The next number and the last of those taken. Held while more are taken: who needs one for the same purpose waits for them, nobody else.
type Block = Arc<tokio::sync::Mutex<(i64, i64)>>;

/// Numbers that this instance has taken and not yet given out, by what they are for.
#[derive(Debug, Default)]
pub(crate) struct NumberBlocks(Mutex<HashMap<Purpose, Block>>);

impl NumberBlocks {
    fn of(&self, purpose: Purpose) -> Block {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(blocks.entry(purpose).or_insert_with(|| Arc::new(tokio::sync::Mutex::new((1, 0)))))
    }
}

impl Service {
    /// The next number under `name` within the tenant, of which `count` are taken at a time.
    pub(crate) async fn number_of_block(&self, context: &Arc<Context>, name: &str, count: i64) -> Result<i64> {
        let block = self.number_blocks().of((context.tenant, name.to_owned()));
        let mut block = block.lock().await;
        if block.0 > block.1 {
            let name = name.to_owned();
            let take = move |tx: &mut Tx<'_>| store::counter::counter_block(tx, &name, count);
            let first = self.db().write(context, Lane::Interactive, take).await?;
            *block = (first, first + count - 1);
        }
        let number = block.0;
        block.0 += 1;
        Ok(number)
    }
}
