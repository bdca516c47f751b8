//! The door: TLS, where requests come from, what answers tell a browser, who is let in.

mod admission;
mod cors;
mod headers;
mod proxy;
mod tls;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [tls::trials(), headers::trials(), admission::trials(), cors::trials(), proxy::trials()]
        .into_iter()
        .flatten()
        .collect()
}
