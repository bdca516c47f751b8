//! Search for everything: words, each of which stands in some item of a record that whoever searches may read.

use musubi_text::search_key::fold;

use crate::condition::Condition;
use crate::id::ItemNo;
use crate::item::Item;
use crate::limits;
use crate::record::Record;
use crate::record::read_values;
use crate::sight::Sight;
use crate::template::Template;

/// The words of what was typed, each once: at most [`limits::SEARCH_WORDS`] of [`limits::SEARCH_CHARACTERS`] characters together. A space
/// of either width parts them.
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    let typed: String = typed.chars().take(limits::SEARCH_CHARACTERS).collect();
    let mut words: Vec<String> = Vec::new();
    for word in typed.split_whitespace() {
        // What folds to nothing is in every text.
        if !fold(word).is_empty() && words.iter().all(|known| known != word) {
            words.push(word.to_owned());
        }
    }
    words.truncate(limits::SEARCH_WORDS);
    words
}

/// The items that search looks at and the caller may read.
fn searched<'t>(template: &'t Template, sight: &Sight) -> impl Iterator<Item = &'t Item> {
    template.items().iter().filter(move |item| item.item_type.row().searched && sight.sees(item.number))
}

/// The condition that a record meets in whose name, or its reading, every word is found; `None` where the caller may not read names, or
/// nothing is searched for.
#[must_use]
pub fn in_name(template: &Template, sight: &Sight, words: &[String]) -> Option<Condition> {
    if !sight.sees_name(template) || words.is_empty() {
        return None;
    }
    let places: Vec<_> = template.detail.display_items.iter().map(|item| vec![*item]).collect();
    Some(every_word(&places, words))
}

/// Every word in any of these places.
fn every_word(places: &[Vec<ItemNo>], words: &[String]) -> Condition {
    let anywhere = |word: &String| {
        let in_place = |items: &Vec<ItemNo>| Condition::Contains { items: items.clone(), text: word.clone() };
        Condition::Any(places.iter().map(in_place).collect())
    };
    Condition::All(words.iter().map(anywhere).collect())
}

/// The condition that a record of the template meets in which every word is found; `None` where the caller may read nothing that search
/// looks at, or nothing is searched for.
#[must_use]
pub fn everywhere(template: &Template, sight: &Sight, words: &[String]) -> Option<Condition> {
    let joined = &template.detail.joined_items;
    let mut places: Vec<Vec<ItemNo>> =
        searched(template, sight).filter(|item| !joined.contains(&item.number)).map(|item| vec![item.number]).collect();
    // Items whose texts search holds in one piece (an address) are looked at as one, by who may read all of them.
    if !joined.is_empty() && joined.iter().all(|item| sight.sees(*item)) {
        places.push(joined.clone());
    }
    if places.is_empty() || words.is_empty() {
        return None;
    }
    Some(every_word(&places, words))
}

/// The items of a record in which a word was found, with their texts, in the order of the template: what shows why it was found. Items
/// that stand for the record are left out, since its name shows them.
#[must_use]
pub fn found_in<'t>(
    template: &'t Template,
    sight: &Sight,
    record: &Record,
    words: &[String],
) -> Vec<(&'t Item, String)> {
    let values = read_values(template, &record.document);
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let text_of = |item: &'t Item| {
        if template.detail.display_items.contains(&item.number) {
            return None;
        }
        let texts = values.get(&item.number)?.texts();
        let is_hit = |text: &&str| folded.iter().any(|word| fold(text).contains(word));
        texts.into_iter().find(is_hit).map(|text| (item, text.to_owned()))
    };
    searched(template, sight).filter_map(text_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_by_spaces_of_either_width() {
        assert_eq!(words("  山田　商店 山田\t㈱ "), ["山田", "商店", "㈱"]);
        assert_eq!(words("　 \t"), Vec::<String>::new());
        assert_eq!(words("a b c d e f g").len(), limits::SEARCH_WORDS);
        assert_eq!(words(&"山".repeat(300)), ["山".repeat(limits::SEARCH_CHARACTERS)]);
    }
}
