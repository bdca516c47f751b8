//! 名寄せ measured on labelled pairs: no wrong join, nearly all plain cases joined, and few left to a person.

#[path = "../../../testkit/src/hostile.rs"]
pub mod hostile;

use std::collections::{BTreeMap, HashMap};

use musubi_domain::matching::{
    CardFacts, ClientFacts, ClientTie, ContactFacts, Firm, Score, THRESHOLDS, Verdict, duplicates, score_client,
    score_contact, score_firms, verdict,
};

const PAIRS: &str = include_str!("pairs.txt");

/// What a person who knows both would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Same,
    Different,
    Unsure,
}

/// One side of a pair.
#[derive(Debug, Default)]
struct Side {
    name: String,
    values: HashMap<String, String>,
}

impl Side {
    fn parse(text: &str) -> Self {
        let mut side = Self::default();
        for word in text.split_whitespace() {
            let spaced = |text: &str| text.replace('_', " ");
            match word.split_once('=').filter(|(key, _)| key.is_ascii()) {
                Some((key, value)) => assert!(side.values.insert(key.to_owned(), spaced(value)).is_none(), "{text}"),
                None => side.name = spaced(word),
            }
        }
        let known = ["short", "kana", "mail", "dom", "tel", "web", "zip", "at", "no", "dept", "tie"];
        assert!(side.values.keys().all(|key| known.contains(&key.as_str())), "{text}");
        side
    }

    fn value(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }

    fn list(&self, key: &str) -> Vec<&str> {
        self.value(key).split(',').filter(|value| !value.is_empty()).collect()
    }

    fn names<'a>(&'a self, key: &str) -> (&'a str, &'a str) {
        let text = if key.is_empty() { self.name.as_str() } else { self.value(key) };
        text.split_once(' ').unwrap_or((text, ""))
    }

    fn card(&self, is_person: bool) -> CardFacts<'_> {
        let (family_name, first_name) = if is_person { self.names("") } else { ("", "") };
        let (family_kana, first_kana) = if is_person { self.names("kana") } else { ("", "") };
        CardFacts {
            company: if is_person { "" } else { &self.name },
            company_kana: if is_person { "" } else { self.value("kana") },
            mails: self.list("mail"),
            phones: self.list("tel"),
            websites: self.list("web"),
            postal_code: self.value("zip"),
            address: self.value("at"),
            family_name,
            first_name,
            family_kana,
            first_kana,
            department: self.value("dept"),
        }
    }

    fn client(&self) -> ClientFacts<'_> {
        ClientFacts {
            official_name: &self.name,
            short_name: self.value("short"),
            kana: self.value("kana"),
            phones: self.list("tel"),
            mail_domains: [self.list("dom"), self.list("mail")].concat(),
            websites: self.list("web"),
            postal_code: self.value("zip"),
            address: self.value("at"),
            corporate_number: self.value("no"),
        }
    }

    fn contact(&self) -> ContactFacts<'_> {
        let ((family_name, first_name), (family_kana, first_kana)) = (self.names(""), self.names("kana"));
        let tie = match self.value("tie") {
            "same" => ClientTie::Same,
            "other" => ClientTie::Other,
            _ => ClientTie::Open,
        };
        ContactFacts {
            family_name,
            first_name,
            family_kana,
            first_kana,
            mails: self.list("mail"),
            phones: self.list("tel"),
            department: self.value("dept"),
            tie,
        }
    }
}

struct Pair {
    line: &'static str,
    is_person: bool,
    label: Label,
    card: Side,
    known: Side,
}

impl Pair {
    /// With numbers on both sides they are two clients of the register.
    fn score(&self) -> Score {
        match (self.is_person, self.card.value("no").is_empty()) {
            (true, _) => score_contact(&self.card.card(true), &self.known.contact()),
            (false, true) => score_client(&self.card.card(false), &self.known.client()),
            (false, false) => duplicates(&self.card.client(), &self.known.client()),
        }
    }
}

fn pairs() -> Vec<Pair> {
    let lines = PAIRS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| pair(line).expect(line)).collect()
}

/// A line of the list.
fn pair(line: &'static str) -> Option<Pair> {
    let mut parts = line.split(" | ");
    let (kind, label) = parts.next()?.split_once(' ')?;
    let label = match label {
        "same" => Label::Same,
        "different" => Label::Different,
        "unsure" => Label::Unsure,
        _ => return None,
    };
    let (card, known) = (Side::parse(parts.next()?), Side::parse(parts.next()?));
    Some(Pair { line, is_person: kind == "person", label, card, known })
}

#[test]
fn nothing_is_joined_wrongly_and_little_is_left_to_a_person() {
    let pairs = pairs();
    let mut counts: BTreeMap<(Label, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for pair in &pairs {
        let score = pair.score();
        let outcome = match verdict(std::slice::from_ref(&score), &THRESHOLDS) {
            Verdict::Join(_) => "join",
            Verdict::Review(_) => "review",
            Verdict::New => "new",
        };
        *counts.entry((pair.label, outcome)).or_default() += 1;
        let is_wrong = match pair.label {
            Label::Same => outcome == "new",
            Label::Different | Label::Unsure => outcome == "join",
        };
        if is_wrong {
            wrong.push(format!("{outcome}: {} {score:?}", pair.line));
        }
    }
    let count = |label, outcome| counts.get(&(label, outcome)).copied().unwrap_or_default();
    let all = |label| counts.iter().filter(|((other, _), _)| *other == label).map(|(_, count)| count).sum::<usize>();
    let joined = count(Label::Same, "join");
    let reviewed: usize =
        [Label::Same, Label::Different, Label::Unsure].map(|label| count(label, "review")).iter().sum();
    println!("{} pairs: {counts:?}", pairs.len());
    println!(
        "precision 100 %, recall {} %, review {} %",
        joined * 100 / all(Label::Same),
        reviewed * 100 / pairs.len()
    );

    assert!(pairs.len() >= 150, "{} pairs", pairs.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(joined * 100 >= all(Label::Same) * 75, "{joined} of {} were joined", all(Label::Same));
    assert!(reviewed * 100 <= pairs.len() * 30, "{reviewed} of {} were left to a person", pairs.len());
    assert!(count(Label::Different, "review") * 100 <= all(Label::Different) * 25, "{counts:?}");
}

#[test]
fn among_all_clients_of_the_list_each_card_finds_its_own() {
    let pairs: Vec<Pair> =
        pairs().into_iter().filter(|pair| !pair.is_person && pair.card.value("no").is_empty()).collect();
    let clients: Vec<Firm> = pairs.iter().map(|pair| Firm::of_client(&pair.known.client())).collect();
    let (mut joined, mut same) = (0, 0);
    for pair in &pairs {
        let card = Firm::of_card(&pair.card.card(false));
        let scores: Vec<Score> = clients.iter().map(|client| score_firms(&card, client)).collect();
        same += usize::from(pair.label == Label::Same);
        if let Verdict::Join(found) = verdict(&scores, &THRESHOLDS) {
            let own = &pairs[found].known.name;
            let key =
                |name: &str| Firm::of_client(&ClientFacts { official_name: name, ..ClientFacts::default() }).usual_name;
            let is_own = pair.label == Label::Same && key(own) == key(&pair.known.name);
            assert!(is_own, "{} was joined to {own}: {:?}", pair.line, scores[found]);
            joined += 1;
        }
    }
    println!("{joined} of {same} cards were joined among {} clients", clients.len());
    assert!(joined * 100 >= same * 45, "{joined} of {same} cards were joined");
}

#[test]
fn hostile_texts_meet_themselves_and_nothing_breaks() {
    let texts = hostile::texts().iter().chain(hostile::refused_controls());
    let firms: Vec<Firm> = texts
        .map(|text| {
            Firm::of_client(&ClientFacts {
                official_name: text,
                short_name: text,
                kana: text,
                phones: vec![text],
                mail_domains: vec![text],
                websites: vec![text],
                postal_code: text,
                address: text,
                corporate_number: text,
            })
        })
        .collect();
    for (one, other) in firms.iter().zip(firms.iter().rev()) {
        assert_eq!(score_firms(one, other), score_firms(other, one));
        let alone = score_firms(one, one);
        assert!(alone.points >= 45 || one.name.is_empty(), "{one:?}");
    }
    assert!(!hostile::groups().is_empty() && !hostile::cp932().is_empty() && !hostile::tables().is_empty());
    assert_ne!(hostile::group("company names"), hostile::group("readings"));
}
