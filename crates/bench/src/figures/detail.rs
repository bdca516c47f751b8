//! P1: one client by its id, token and rights checked.

use std::sync::Arc;

use anyhow::Result;

use super::runs;
use crate::bench::Bench;
use crate::load::Requests;
use crate::pairs::{Contender, in_turn};
use crate::peers::{STATIC, STORED};
use crate::report::{Line, grouped, say};
use crate::requests::{DETAIL, Detail};

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients)?;
    let token = bench.token(&filled)?;
    let ids = Arc::new(filled.ids()?);
    let product = bench.product(&filled, None)?;
    let answer_bytes = bench.answer_bytes(&product, &token, &ids)?;
    say(&format!("an answer of get-client-detail has {answer_bytes} bytes on the average"));
    let peer = bench.read_peer(&filled, answer_bytes)?;
    let pocketbase = bench.pocketbase_running(&filled)?;
    filled.warm()?;

    let requests = |path| -> Result<Arc<dyn Requests>> { Ok(Arc::new(Detail::new(path, &token, Arc::clone(&ids))?)) };
    let (ours, fixed, stored) = (requests(DETAIL)?, requests(STATIC)?, requests(STORED)?);
    let mut contenders = vec![
        Contender::new("get-client-detail", || bench.load(&product, &ours)),
        Contender::new("static answer", || bench.load(&peer, &fixed)),
        Contender::new("bare stored read", || bench.load(&peer, &stored)),
    ];
    if let Some(running) = &pocketbase {
        let view = running.view()?;
        contenders.push(Contender::new("PocketBase view", move || bench.load(&running.process, &view)));
    }
    let measured = in_turn(bench.measure.runs, contenders)?;

    let ours = runs(&measured, 0)?;
    let line = |work: &str, at| -> Result<Line> {
        let peer = runs(&measured, at)?;
        Ok(Line::new("P1", work, ours.described()).against(peer.named(), ours.over(peer)))
    };
    let bytes = u64::try_from(answer_bytes)?;
    let mut lines = vec![
        line(&format!("get-client-detail, {} bytes", grouped(bytes)), 1)?.at_least(25),
        line("get-client-detail", 2)?.at_least(60),
    ];
    if pocketbase.is_some() {
        lines.push(line("get-client-detail", 3)?.at_least(1_000));
    }
    Ok(lines)
}
