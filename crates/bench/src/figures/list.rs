//! P3: the first hundred clients whose names hold two characters, rare and common.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::runs;
use crate::bench::Bench;
use crate::load::Requests;
use crate::pairs::{Contender, Runs, in_turn};
use crate::peers::{SCAN, WALK};
use crate::pocketbase::Running;
use crate::process::Process;
use crate::report::{Line, say};
use crate::requests::{LIST, Same, list};

/// A word, and how many names hold it.
pub(crate) const WORDS: [(&str, &str); 3] = [("薬袋", "6 in a million"), ("東京", "1 in 120"), ("株式", "4 in 10")];
/// The time that 99 in a hundred lists may take.
const MOST: Duration = Duration::from_millis(20);

/// The servers that are asked.
struct Servers<'a> {
    product: &'a Process,
    peer: &'a Process,
    pocketbase: Option<&'a Running>,
    token: &'a str,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients)?;
    let token = bench.token(&filled)?;
    let product = bench.product(&filled, None)?;
    let peer = bench.read_peer(&filled, 0)?;
    let pocketbase = bench.pocketbase_running(&filled)?;
    filled.warm()?;
    let servers = Servers { product: &product, peer: &peer, pocketbase: pocketbase.as_ref(), token: &token };
    let mut lines = Vec::new();
    for (at, (word, share)) in WORDS.iter().enumerate() {
        say(&format!("get-client-list, {word}, {share}"));
        let measured = of_word(bench, &servers, word)?;
        lines.extend(lines_of(&measured, &format!("get-client-list, {word} ({share})"), at == 0)?);
    }
    Ok(lines)
}

fn of_word(bench: &Bench, servers: &Servers<'_>, word: &str) -> Result<Vec<Runs>> {
    let requests = |path| -> Arc<dyn Requests> { Arc::new(Same(list(path, servers.token, word))) };
    let (ours, scan, walk) = (requests(LIST), requests(SCAN), requests(WALK));
    let mut contenders = vec![
        Contender::new("get-client-list", || bench.load(servers.product, &ours)),
        Contender::new("LIKE scan", || bench.load_patiently(servers.peer, &scan)),
        Contender::new("name index", || bench.load_patiently(servers.peer, &walk)),
    ];
    if let Some(running) = servers.pocketbase {
        let filter = running.list(word);
        contenders.push(Contender::new("PocketBase filter", move || bench.load_patiently(&running.process, &filter)));
    }
    in_turn(bench.measure.runs, contenders)
}

/// Rare words are held to the scan and to PocketBase, common ones to the index.
fn lines_of(measured: &[Runs], work: &str, is_rare: bool) -> Result<Vec<Line>> {
    let ours = runs(measured, 0)?;
    let against = |at| -> Result<Line> {
        let peer = runs(measured, at)?;
        Ok(Line::new("P3", work, ours.described()).against(peer.named(), ours.over(peer)))
    };
    let mut lines = vec![Line::new("P3", work, ours.described()).aim("p99 ≤ 20 ms", ours.time(990) <= MOST)];
    let (scan, index) = (against(1)?, against(2)?);
    lines.push(if is_rare { scan.at_least(5_000) } else { scan });
    lines.push(if is_rare { index } else { index.at_least(100) });
    if measured.len() > 3 {
        let filter = against(3)?;
        lines.push(if is_rare { filter.at_least(5_000) } else { filter });
    }
    Ok(lines)
}
