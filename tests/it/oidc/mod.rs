//! The OpenID provider as clients see it.

mod authorize;
mod contract;
mod logout;
mod refresh;
mod stage;
mod token;
mod userinfo;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [authorize::trials(), contract::trials(), logout::trials(), refresh::trials(), token::trials(), userinfo::trials()]
        .into_iter()
        .flatten()
        .collect()
}
