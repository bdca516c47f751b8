//! Numbers of which this instance takes many at a time, in a transaction of its own: what is made all the time would wait for one row of the
//! counter otherwise. What is not used is a gap.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_domain::limits;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;

/// What numbers are for.
type Purpose = (TenantNo, String);

/// Numbers that this instance has taken and not yet given out, by what they are for: the next one and the last.
#[derive(Debug, Default)]
pub(crate) struct NumberBlocks(tokio::sync::Mutex<HashMap<Purpose, (i64, i64)>>);

impl Service {
    /// The next number under `name` within the tenant.
    pub(crate) async fn number_of_block(&self, context: &Arc<Context>, name: &str) -> Result<i64> {
        let mut blocks = self.number_blocks().0.lock().await;
        let block = blocks.entry((context.tenant, name.to_owned())).or_insert((1, 0));
        if block.0 > block.1 {
            let name = name.to_owned();
            let take = move |tx: &mut Tx<'_>| store::counter::counter_block(tx, &name, limits::NUMBER_BLOCK);
            let first = self.db().write(context, Lane::Interactive, take).await?;
            *block = (first, first + limits::NUMBER_BLOCK - 1);
        }
        let number = block.0;
        block.0 += 1;
        Ok(number)
    }
}
