//! Parent and child companies: a picture that is drawn here, and a table that says the same.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::sight::not_seen;
use musubi_service::record::{Family, record_family};
use musubi_text::width::to_half_width_ascii;

use super::head::{Head, Shown};
use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::texts::fill;

/// Measures of the picture, in its own units.
const BOX: (usize, usize) = (196, 36);
const STEP: (usize, usize) = (240, 48);
const MARGIN: usize = 6;
/// Half widths of a letter that fit into a box.
const WIDTHS: usize = 24;

#[derive(Template)]
#[template(path = "thread/family.html")]
struct FamilyPage<'a> {
    frame: &'a Frame,
    head: Head,
    nodes: Vec<Node>,
    lines: Vec<String>,
    width: usize,
    height: usize,
    has_more_above: bool,
}

/// A company of the picture.
struct Node {
    href: String,
    name: String,
    short: String,
    x: usize,
    y: usize,
    level: usize,
    above: String,
    is_own: bool,
    left_out: String,
}

impl Node {
    /// Where its name begins.
    fn text(&self) -> (usize, usize) {
        (self.x + 10, self.y + 23)
    }
}

/// The part of the page.
pub(super) async fn show(person: &Person, shown: &Shown) -> Result<Response, Failure> {
    let found = record_family(&person.service, &person.context, &shown.database.name, shown.id()).await;
    let family = found.map_err(|error| person.failure(&error))?;
    let places = places(&family);
    let frame = &person.frame;
    let name = |at: usize| {
        let name = family.members.get(at).and_then(|member| member.display_name.clone());
        name.unwrap_or_else(|| not_seen(frame.locale).to_owned())
    };
    let node = |(at, (level, row)): (usize, &(usize, usize))| {
        let member = family.members.get(at)?;
        let left_out = fill(frame.say.thread.family_more, &member.left_out.to_string());
        Some(Node {
            href: format!("{}?tab=family", shown.database.record_path(member.record)),
            short: short(&name(at)),
            name: name(at),
            x: MARGIN + level * STEP.0,
            // Rows are counted in halves, so that whoever has two below him stands between them.
            y: MARGIN + row * STEP.1 / 2,
            level: level + 1,
            above: member.above.map(name).unwrap_or_default(),
            is_own: member.record == shown.id(),
            left_out: if member.left_out == 0 { String::new() } else { left_out },
        })
    };
    let nodes: Vec<Node> = places.iter().enumerate().filter_map(node).collect();
    let lines = lines(&family, &nodes);
    let most = |edge: fn(&Node) -> usize| nodes.iter().map(edge).max().unwrap_or(0) + MARGIN;
    let (width, height) = (most(|node| node.x + BOX.0), most(|node| node.y + BOX.1 + 14));
    let head = shown.head(person, super::FAMILY).await?;
    let has_more_above = family.has_more_above;
    person.page(StatusCode::OK, &FamilyPage { frame, head, nodes, lines, width, height, has_more_above })
}

/// Level and row of each member, rows in halves: who has nobody below him has a row of his own, the others stand in the middle of those
/// below.
fn places(family: &Family) -> Vec<(usize, usize)> {
    let count = family.members.len();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut levels = vec![0; count];
    for (at, member) in family.members.iter().enumerate() {
        if let Some(above) = member.above {
            let level = levels.get(above).copied().unwrap_or(0) + 1;
            levels.iter_mut().skip(at).take(1).for_each(|own| *own = level);
            below.iter_mut().skip(above).take(1).for_each(|children| children.push(at));
        }
    }
    let mut rows: Vec<Option<usize>> = vec![None; count];
    let (mut next, mut waiting) = (0, Vec::from_iter((count > 0).then_some((0, false))));
    while let Some((at, is_back)) = waiting.pop() {
        let children = below.get(at).map_or(&[][..], Vec::as_slice);
        let row = if children.is_empty() {
            next += 2;
            next - 2
        } else if is_back {
            let row = |child: Option<&usize>| child.and_then(|child| *rows.get(*child)?).unwrap_or(0);
            usize::midpoint(row(children.first()), row(children.last()))
        } else {
            waiting.push((at, true));
            waiting.extend(children.iter().rev().map(|child| (*child, false)));
            continue;
        };
        rows.iter_mut().skip(at).take(1).for_each(|own| *own = Some(row));
    }
    levels.into_iter().zip(rows).map(|(level, row)| (level, row.unwrap_or(0))).collect()
}

/// From each company to the one above it.
fn lines(family: &Family, nodes: &[Node]) -> Vec<String> {
    let line = |(member, node): (&musubi_service::record::FamilyMember, &Node)| {
        let above = nodes.get(member.above?)?;
        let (from, to) = ((above.x + BOX.0, above.y + BOX.1 / 2), (node.x, node.y + BOX.1 / 2));
        let turn = usize::midpoint(from.0, to.0);
        Some(format!("M{} {}H{turn}V{}H{}", from.0, from.1, to.1, to.0))
    };
    family.members.iter().zip(nodes).filter_map(line).collect()
}

/// As much of a name as fits into a box.
fn short(name: &str) -> String {
    let mut widths = 0;
    let mut text = String::new();
    for sign in name.chars() {
        let is_narrow = sign.is_ascii() || ('\u{ff61}'..='\u{ff9f}').contains(&sign);
        widths += if is_narrow { 1 } else { 2 };
        if widths > WIDTHS {
            text.push('…');
            break;
        }
        text.push(sign);
    }
    to_half_width_ascii(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use musubi_service::record::FamilyMember;

    fn family(above: &[Option<usize>]) -> Family {
        let member = |above: &Option<usize>| FamilyMember {
            record: uuid::Uuid::nil(),
            display_name: None,
            above: *above,
            left_out: 0,
        };
        Family { members: above.iter().map(member).collect(), has_more_above: false }
    }

    #[test]
    fn parents_stand_in_the_middle_of_their_children() {
        let placed = places(&family(&[None, Some(0), Some(0), Some(1), Some(1)]));
        assert_eq!(placed, [(0, 2), (1, 1), (1, 4), (2, 0), (2, 2)]);
        assert_eq!(places(&family(&[])), []);
        assert_eq!(places(&family(&[None])), [(0, 0)]);
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(short("株式会社結商事"), "株式会社結商事");
        assert_eq!(short(&"長".repeat(20)), format!("{}…", "長".repeat(12)));
    }
}
