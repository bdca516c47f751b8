//! What pages of records tell of what was done just before.

use crate::form::Form;
use crate::person::Person;
use crate::texts::fill;
use crate::told::done;

/// Has the page tell what its query says was done to a record: the words that forms of records lead on with.
pub(crate) fn tell(person: &mut Person, query: &Form) {
    let say = &person.frame.say.record;
    let (word, undo) = done(query);
    let text = match word {
        "registered" => say.was_registered,
        "registered-review" => say.was_registered_review,
        "updated" => say.was_updated,
        "updated-merged" => say.was_updated_merged,
        "updated-gone" => say.was_updated_gone,
        "unchanged" => say.was_unchanged,
        "deleted" => say.was_deleted,
        "restored" => say.was_restored,
        "restored-part" => say.was_restored_part,
        _ => return,
    };
    person.tell(text, undo);
}

/// What is said where items of a form are none any more.
pub(crate) fn gone(person: &Person, count: usize) -> Option<String> {
    (count > 0).then(|| fill(person.frame.say.record.items_gone, &count.to_string()))
}
