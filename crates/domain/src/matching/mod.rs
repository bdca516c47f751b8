//! 名寄せ: whether a business card belongs to a client and a contact that are there already, and whether two clients are
//! one.
//!
//! [`RULES`] say what is compared and what it is worth, [`THRESHOLDS`] from when on something is joined without asking or
//! shown to a person. Nothing is looked up here: the candidates, found by the keys of [`Firm`] and [`Person`], are the
//! caller's, and so is what is done.
//!
//! # Rules of thumb behind the points
//!
//! - A name alone is never enough: 山田商事 is everywhere. With a domain, a telephone number or an address it is.
//! - A domain, a telephone number and an address together are not enough without the name: companies of a group share
//!   them all.
//! - Where something speaks against (two legal forms, two names, two numbers), a person decides.
//! - Where two candidates are close to each other, a person decides.
//!
//! A wrong join is worse than a card in the review list, because nobody looks for it.
//! `crates/domain/tests/matching.rs` measures both on a list of labelled pairs.

mod evidence;
mod free_mail;
mod rules;

use serde::{Deserialize, Serialize};

pub use evidence::{Firm, Person};
pub use free_mail::is_free_mail_domain;
use rules::Holds;
pub use rules::{Aspect, Code, RULES, Rule};

/// What a business card says. What it does not say is empty.
#[derive(Clone, Debug, Default)]
pub struct CardFacts<'a> {
    /// 会社名, as printed.
    pub company: &'a str,
    /// Its reading.
    pub company_kana: &'a str,
    /// Mail addresses.
    pub mails: Vec<&'a str>,
    /// Telephone numbers, of the company and of the person.
    pub phones: Vec<&'a str>,
    /// Websites.
    pub websites: Vec<&'a str>,
    /// 郵便番号.
    pub postal_code: &'a str,
    /// The address, from the prefecture on.
    pub address: &'a str,
    /// 姓.
    pub family_name: &'a str,
    /// 名.
    pub first_name: &'a str,
    /// The reading of 姓.
    pub family_kana: &'a str,
    /// The reading of 名.
    pub first_kana: &'a str,
    /// 部署.
    pub department: &'a str,
}

/// What is known of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientFacts<'a> {
    /// 取引先正式名称.
    pub official_name: &'a str,
    /// 略称.
    pub short_name: &'a str,
    /// フリガナ.
    pub kana: &'a str,
    /// Telephone numbers.
    pub phones: Vec<&'a str>,
    /// Domains of mail: of its contacts, or mail addresses themselves.
    pub mail_domains: Vec<&'a str>,
    /// Websites.
    pub websites: Vec<&'a str>,
    /// 郵便番号.
    pub postal_code: &'a str,
    /// The address, from the prefecture on.
    pub address: &'a str,
    /// 法人番号.
    pub corporate_number: &'a str,
}

/// What is known of a contact.
#[derive(Clone, Debug, Default)]
pub struct ContactFacts<'a> {
    /// 姓.
    pub family_name: &'a str,
    /// 名.
    pub first_name: &'a str,
    /// The reading of 姓.
    pub family_kana: &'a str,
    /// The reading of 名.
    pub first_kana: &'a str,
    /// Mail addresses.
    pub mails: Vec<&'a str>,
    /// Telephone numbers.
    pub phones: Vec<&'a str>,
    /// 部署.
    pub department: &'a str,
    /// Whether its client is the card's.
    pub tie: ClientTie,
}

/// Whether the client of a contact is the client that a card has been joined to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientTie {
    /// The card has not been joined to a client yet.
    #[default]
    Open,
    /// It is.
    Same,
    /// It is another.
    Other,
}

/// What speaks for two being one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The points of all reasons.
    pub points: i32,
    /// What counted, in the order of the rules.
    pub reasons: Vec<Reason>,
    /// A reason bars joining without a person's word.
    pub is_barred: bool,
}

/// A rule that held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which.
    pub code: Code,
    /// What it was worth at that time.
    pub points: i32,
}

/// From how many points on something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// To join without asking.
    pub accept: i32,
    /// To ask a person.
    pub review: i32,
    /// By how much the best candidate must lead the next one.
    pub margin: i32,
}

/// The thresholds that ship.
pub const THRESHOLDS: Thresholds = Thresholds { accept: 75, review: 30, margin: 20 };

/// What is to be done with a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Join it to this candidate.
    Join(usize),
    /// Ask a person; the candidates, best first.
    Review(Vec<usize>),
    /// It is none of the candidates: make a new one.
    New,
}

/// Compares the company on a card with a client.
#[must_use]
pub fn score_client(card: &CardFacts<'_>, client: &ClientFacts<'_>) -> Score {
    score_firms(&Firm::of_card(card), &Firm::of_client(client))
}

/// Compares the person on a card with a contact.
#[must_use]
pub fn score_contact(card: &CardFacts<'_>, contact: &ContactFacts<'_>) -> Score {
    score_people(&Person::of_card(card), &Person::of_contact(contact))
}

/// Compares two clients, while one is typed or before they are merged. The order makes no difference.
#[must_use]
pub fn duplicates(one: &ClientFacts<'_>, other: &ClientFacts<'_>) -> Score {
    score_firms(&Firm::of_client(one), &Firm::of_client(other))
}

/// Compares two companies. The order makes no difference.
#[must_use]
pub fn score_firms(one: &Firm, other: &Firm) -> Score {
    score(|holds| match holds {
        Holds::Firms(holds) => holds(one, other),
        Holds::People(_) => false,
    })
}

/// Compares two people. The order makes no difference.
#[must_use]
pub fn score_people(one: &Person, other: &Person) -> Score {
    score(|holds| match holds {
        Holds::Firms(_) => false,
        Holds::People(holds) => holds(one, other),
    })
}

fn score(does_hold: impl Fn(Holds) -> bool) -> Score {
    let mut score = Score::default();
    let mut favoured: Option<Aspect> = None;
    for rule in RULES {
        let is_favour = rule.points > 0;
        if (is_favour && favoured == Some(rule.aspect)) || !does_hold(rule.holds) {
            continue;
        }
        favoured = if is_favour { Some(rule.aspect) } else { favoured };
        score.points += rule.points;
        score.is_barred |= rule.bars_join;
        score.reasons.push(Reason { code: rule.code, points: rule.points });
    }
    score
}

/// What the scores of all candidates come to.
///
/// ```
/// use musubi_domain::matching::{Score, THRESHOLDS, Verdict, verdict};
/// let score = |points| Score { points, ..Score::default() };
/// assert_eq!(verdict(&[score(85), score(45)], &THRESHOLDS), Verdict::Join(0));
/// assert_eq!(verdict(&[score(75), score(85)], &THRESHOLDS), Verdict::Review(vec![1, 0]));
/// assert_eq!(verdict(&[score(10)], &THRESHOLDS), Verdict::New);
/// ```
#[must_use]
pub fn verdict(scores: &[Score], thresholds: &Thresholds) -> Verdict {
    let mut candidates: Vec<(usize, &Score)> =
        scores.iter().enumerate().filter(|(_, score)| score.points >= thresholds.review).collect();
    candidates.sort_by_key(|(at, score)| (-score.points, *at));
    let next = candidates.get(1).map(|(_, score)| score.points);
    match candidates.first() {
        None => Verdict::New,
        Some((at, best))
            if best.points >= thresholds.accept
                && !best.is_barred
                && next.is_none_or(|next| best.points - next >= thresholds.margin) =>
        {
            Verdict::Join(*at)
        }
        Some(_) => Verdict::Review(candidates.iter().map(|(at, _)| *at).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::collection::vec;
    use proptest::prelude::*;

    fn codes(score: &Score) -> Vec<Code> {
        score.reasons.iter().map(|reason| reason.code).collect()
    }

    #[test]
    fn a_card_is_joined_with_the_reasons_that_counted() {
        let card = CardFacts {
            company: "山田商事㈱",
            mails: vec!["taro@yamada.example"],
            phones: vec!["03-1234-5678"],
            websites: vec!["https://www.yamada.example/"],
            ..CardFacts::default()
        };
        let client = ClientFacts {
            official_name: "株式会社山田商事",
            short_name: "山田商事",
            mail_domains: vec!["yamada.example"],
            websites: vec!["yamada.example"],
            ..ClientFacts::default()
        };
        let score = score_client(&card, &client);
        assert_eq!(codes(&score), [Code::CompanyName, Code::MailDomain], "each aspect counts once");
        assert_eq!(verdict(std::slice::from_ref(&score), &THRESHOLDS), Verdict::Join(0));
        let stored = serde_json::to_string(&score).unwrap();
        assert_eq!(
            stored,
            r#"{"points":85,"reasons":[{"code":"company_name","points":45},{"code":"mail_domain","points":40}],"is_barred":false}"#
        );
        assert_eq!(serde_json::from_str::<Score>(&stored).unwrap(), score);
    }

    #[test]
    fn two_clients_that_are_close_are_shown_to_a_person() {
        let scores = [85, 66, 30, 29, 85].map(|points| Score { points, ..Score::default() });
        assert_eq!(verdict(&scores, &THRESHOLDS), Verdict::Review(vec![0, 4, 1, 2]));
        assert_eq!(verdict(&scores[..2], &THRESHOLDS), Verdict::Review(vec![0, 1]));
        assert_eq!(verdict(&scores[..1], &THRESHOLDS), Verdict::Join(0));
        assert_eq!(verdict(&[], &THRESHOLDS), Verdict::New);
    }

    #[test]
    fn what_is_barred_is_never_joined() {
        let barred = Score { points: 500, is_barred: true, ..Score::default() };
        assert_eq!(verdict(std::slice::from_ref(&barred), &THRESHOLDS), Verdict::Review(vec![0]));
    }

    proptest! {
        #[test]
        fn a_join_is_accepted_unbarred_and_ahead(points in vec((-50..150_i32, any::<bool>()), 0..6)) {
            let scores: Vec<Score> = points
                .into_iter()
                .map(|(points, is_barred)| Score { points, is_barred, ..Score::default() })
                .collect();
            match verdict(&scores, &THRESHOLDS) {
                Verdict::Join(best) => {
                    prop_assert!(scores[best].points >= THRESHOLDS.accept && !scores[best].is_barred);
                    let others = scores.iter().enumerate().filter(|(at, _)| *at != best);
                    prop_assert!(others.into_iter().all(|(_, score)| score.points <= scores[best].points - THRESHOLDS.margin));
                }
                Verdict::Review(candidates) => {
                    prop_assert!(candidates.is_sorted_by_key(|at| -scores[*at].points));
                    let worth = scores.iter().filter(|score| score.points >= THRESHOLDS.review).count();
                    prop_assert_eq!(candidates.len(), worth);
                }
                Verdict::New => prop_assert!(scores.iter().all(|score| score.points < THRESHOLDS.review)),
            }
        }

        #[test]
        fn the_order_of_two_clients_makes_no_difference(
            names in ("[山田髙高商事㈱（株）有限会社大阪支店 ]{0,8}", "[山田髙高商事㈱（株）有限会社大阪支店 ]{0,8}"),
            places in ("(東京都|大阪府)?港区(六本木)?1-2", "(東京都|大阪府)?港区(六本木)?1-2(-3)?"),
            phones in ("03-1234-567[89]", "03-1234-567[89]"),
        ) {
            let client = |name, address, phone| ClientFacts {
                official_name: name, address, phones: vec![phone], ..ClientFacts::default()
            };
            let one = client(names.0.as_str(), places.0.as_str(), phones.0.as_str());
            let other = client(names.1.as_str(), places.1.as_str(), phones.1.as_str());
            prop_assert_eq!(duplicates(&one, &other), duplicates(&other, &one));
            let alone = duplicates(&one, &one);
            prop_assert!(alone.reasons.iter().all(|reason| reason.points >= 0));
        }
    }
}
