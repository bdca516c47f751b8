//! Every limit of the product, in one place. The table prints into the reference.

/// A request body, in bytes (10 MiB). One more is refused with 413.
pub const BODY_BYTES: usize = 10 * 1024 * 1024;
/// The body of a form of somebody who has not signed in, in bytes (64 KiB).
pub const FORM_BYTES: usize = 64 * 1024;
/// The body of a form of somebody who has, in bytes (2 MiB): a record with every item full fits.
pub const PERSON_FORM_BYTES: usize = 2 * 1024 * 1024;
/// Words of a search for everything.
pub const SEARCH_WORDS: usize = 5;
/// Characters of a search for everything.
pub const SEARCH_CHARACTERS: usize = 100;
/// Records that a search for everything gives of a database.
pub const SEARCH_HITS: usize = 8;
/// Databases that a search for everything looks into.
pub const SEARCH_DATABASES: usize = 50;
/// Databases that people made in the menu of the pages.
pub const MENU_DATABASES: usize = 20;
/// Records that are kept as those that a person looked at last.
pub const VISITS: i64 = 20;
/// How long a body may take to come in, in seconds. What has not come whole by then is refused with 408.
pub const BODY_SECONDS: u64 = 60;
/// How deep arrays and objects of a request body may nest.
pub const JSON_DEPTH: usize = 64;
/// Values (members and elements) of one request body.
pub const JSON_VALUES: usize = 1_000_000;
/// Rows in one page of a list.
pub const LIST_ROWS: i64 = 100;
/// The deepest offset of a list.
pub const LIST_OFFSET: i64 = 1_000_000_000;
/// Values in one array of a search condition.
pub const CONDITION_VALUES: usize = 1_000;
/// Characters of one text condition.
pub const CONDITION_CHARACTERS: usize = 255;
/// Parts of one condition, the values that it names counted.
pub const CONDITION_PARTS: usize = 5_000;
/// How deep the parts of a condition may nest.
pub const CONDITION_DEPTH: usize = 16;
/// Records that a list counts; of more it says that there are more.
pub const COUNTED: i64 = 10_000;
/// Records that are selected one by one at most.
pub const SELECTED: usize = 1_000;
/// Views that a person keeps of a database, and shared ones of it, at most.
pub const SAVED_VIEWS: i64 = 100;
/// Characters of what a saved view says of its list.
pub const VIEW_CHARACTERS: usize = 8_000;
/// Fields that a list may be sorted by.
pub const SORTS: usize = 3;
/// Records that are sorted without an index.
pub const SORTED_RECORDS: i64 = 10_000;
/// Characters of a linkage value.
pub const LINKAGE_CHARACTERS: usize = 255;
/// The lowest linkage slot (システム連携ID) of the source.
pub const LINKAGE_SLOT_FIRST: i64 = 999_000_001;
/// The highest linkage slot of the source.
pub const LINKAGE_SLOT_LAST: i64 = 999_000_020;
/// Values of an item that holds a set.
pub const SET_VALUES: usize = 200;
/// Items of one template.
pub const TEMPLATE_ITEMS: usize = 500;
/// Choices of one item, all levels counted.
pub const ITEM_CHOICES: usize = 2_000;
/// Levels of choices of a linked pull-down.
pub const CHOICE_LEVELS: usize = 3;
/// The highest value of a choice; the lowest is 1.
pub const CHOICE_VALUE: i64 = 999_999_999;
/// Characters of a unit of a number.
pub const UNIT_CHARACTERS: usize = 20;
/// Characters of a name (organization, item, linked system, client ...).
pub const NAME_CHARACTERS: usize = 255;
/// Characters of a further field of a person (department, phone number, time zone ...).
pub const USER_FIELD_CHARACTERS: usize = 255;
/// Organizations that a person belongs to.
pub const USER_ORGANIZATIONS: usize = 200;
/// Groups that a person is in.
pub const USER_GROUPS: usize = 200;
/// The least and the most that a tenant may ask of a password, in characters.
pub const PASSWORD_CHARACTERS: (usize, usize) = (8, 64);
/// Minutes without a request for which a session may last, at most (30 days).
pub const SESSION_IDLE_MINUTES: i64 = 43_200;
/// Hours that a session may last, at most (30 days).
pub const SESSION_HOURS: i64 = 720;
/// Origins whose pages may call the APIs.
pub const CORS_ORIGINS: usize = 100;
/// Permission templates of a tenant.
pub const PERMISSION_TEMPLATES: i64 = 200;
/// People whose rights a page shows, and whose rights are changed at once.
pub const RIGHTS_AT_ONCE: usize = 30;
/// Databases of which pages of rights say what somebody may do there.
pub const RIGHT_DATABASES: usize = 50;
/// People who are looked at for who sees a record.
pub const VIEWERS_LOOKED: i64 = 100;
/// Records that the preview of a right counts.
pub const RIGHT_PREVIEW: i64 = 1_000;
/// Inquiry routes of a tenant, those that were removed too.
pub const INQUIRY_ROUTES: i64 = 10_000;
/// Items removed from one template while there were records.
pub const REMOVED_ITEMS: usize = 2_000;
/// Notices of the top page of a tenant.
pub const NOTICES: usize = 200;
/// Characters of a notice.
pub const NOTICE_CHARACTERS: usize = 2_000;
/// Groups of a tenant whose top page is laid out by itself.
pub const LAYOUTS: usize = 199;
/// Addresses and networks of one list of allowed addresses.
pub const ALLOWED_ADDRESSES: usize = 200;
/// Requests that a token may be allowed in a minute, where they are limited.
pub const REQUESTS_PER_MINUTE: u32 = 1_000_000;
/// Rows that a read by key may return.
pub const POINT_ROWS: usize = 200;
/// Seconds that an access token lives unless said otherwise.
pub const TOKEN_SECONDS: i64 = 3_600;
/// Seconds that an administrator may give an access token at most (10 years).
pub const TOKEN_SECONDS_MOST: i64 = 315_360_000;
/// カスタム属性 of a tenant.
pub const TENANT_ATTRIBUTES: usize = 100;
/// Days after a consent until refresh tokens that follow from it end, unless the client says otherwise.
pub const REFRESH_DAYS: i64 = 30;
/// Days that a client may be given for refresh tokens at most.
pub const REFRESH_DAYS_MOST: i64 = 3_650;
/// Days that an expired token is remembered, so that it is told from an unknown one.
pub const EXPIRED_TOKEN_DAYS: i64 = 30;
/// Tries of a job in a row that get no further, until it has failed.
pub const JOB_TRIES: i64 = 10;
/// Bytes of what a job is told, of what it keeps between two slices, and of what it comes to (64 KiB).
pub const JOB_TEXT_BYTES: usize = 65_536;
/// Bytes of one chunk of a file of a job (256 KiB).
pub const JOB_FILE_CHUNK_BYTES: usize = 262_144;
/// Bytes of a file of a job (4 GiB).
pub const JOB_FILE_BYTES: i64 = 4_294_967_296;
/// Hours within which the input of a job is to be complete.
pub const JOB_INPUT_HOURS: i64 = 24;
/// Days that a finished job and its files are kept.
pub const JOB_DAYS: i64 = 90;
/// Seconds that a call to another system may take to connect, name and encryption counted.
pub const CALL_CONNECT_SECONDS: u64 = 10;
/// Seconds that a call to another system may take in all.
pub const CALL_SECONDS: u64 = 300;
/// Bytes of an answer of another system (10 MiB).
pub const CALL_ANSWER_BYTES: usize = 10 * 1024 * 1024;
/// Webhooks of a tenant.
pub const WEBHOOKS: i64 = 50;
/// Characters of the URL of a webhook.
pub const WEBHOOK_URL_CHARACTERS: usize = 2_000;
/// Seconds that the receiver of a webhook has to answer.
pub const WEBHOOK_SECONDS: u64 = 30;
/// Hours in which a webhook is tried again.
pub const WEBHOOK_HOURS: i64 = 24;
/// Bytes that are kept of the answer of the receiver of a webhook (64 KiB).
pub const WEBHOOK_ANSWER_BYTES: usize = 65_536;
/// Days that deliveries of webhooks are kept.
pub const DELIVERY_DAYS: i64 = 30;
/// Deliveries that are counted.
pub const DELIVERIES_COUNTED: i64 = 1_000;

/// Pages of one person that follow something live at a time. A browser holds six connections to a host open.
pub const LIVE_ANSWERS: usize = 4;

/// Records that one call may delete, or one merge may bring to another record.
pub const ACTION_RECORDS: i64 = 1_000;
/// Records that an action may touch besides those that it names: what belongs to them and what refers to them.
pub const ACTION_REFERRERS: i64 = 10_000;
/// Days that a record stays in the trash.
pub const TRASH_DAYS: i64 = 30;
/// Levels that records can stand below one another.
pub const PARENT_LEVELS: usize = 1_000;
/// Numbers that an instance takes at a time for items with automatic numbers.
pub const NUMBER_BLOCK: i64 = 100;

/// Candidates that are shown while somebody types what an item is to point at.
pub const CANDIDATES: usize = 20;
/// Characters of a comment or an activity.
pub const COMMENT_CHARACTERS: usize = 4_000;
/// People whom one comment may mention.
pub const COMMENT_MENTIONS: usize = 50;
/// Rows of one page of the thread of a record.
pub const THREAD_ROWS: i64 = 20;
/// Bytes of one file that is kept with a record (30 MiB).
pub const ATTACHMENT_BYTES: i64 = 31_457_280;
/// Bytes of all files that a tenant keeps with its records (20 GiB).
pub const ATTACHMENT_TENANT_BYTES: i64 = 21_474_836_480;
/// Files that are kept with one record.
pub const ATTACHMENTS_OF_RECORD: i64 = 200;
/// Bytes of one chunk of such a file (256 KiB).
pub const ATTACHMENT_CHUNK_BYTES: usize = 262_144;
/// Characters of the name of such a file.
pub const ATTACHMENT_NAME_CHARACTERS: usize = 200;
/// Hours after which a file that did not come whole is removed.
pub const ATTACHMENT_HOURS: i64 = 1;
/// How long such a file may take to come in, in seconds.
pub const ATTACHMENT_SECONDS: u64 = 600;
/// Records that a picture of what stands above and below a record shows.
pub const FAMILY_RECORDS: usize = 100;
/// Records that such a picture shows below one and the same record.
pub const FAMILY_CHILDREN: usize = 12;

/// The most characters of a password.
pub const PASSWORD_CHARACTERS_MOST: usize = 256;
/// Passwords that wait to be hashed.
pub const PASSWORDS_WAITING: usize = 32;
/// Passwords from one network that wait to be hashed, or are.
pub const PASSWORDS_OF_NETWORK: usize = 8;
/// Failures in a row after which an account is locked for the network that they came from.
pub const SIGN_IN_FAILURES: i64 = 5;
/// Seconds for which it is locked, and after which a failure is forgotten.
pub const SIGN_IN_LOCK_SECONDS: i64 = 900;
/// Wrong codes in a row, from wherever they come, after which nobody takes the second step of an account for as long. Only who knows its
/// password gets as far, so nobody else can lock it.
pub const TOTP_FAILURES: i64 = 20;
/// Seconds within which a one-time code must follow the password.
pub const TOTP_SECONDS: i64 = 300;
/// Sessions of one person that are kept; with one more the oldest ends.
pub const SESSIONS_OF_USER: i64 = 100;
/// Seconds after which a further use of a session is written down, or a quarter of the time that it may rest where that is less.
pub const SESSION_SEEN_SECONDS: i64 = 60;
/// Minutes for which a link to set a new password is good.
pub const PASSWORD_RESET_MINUTES: i64 = 30;
/// Links to set a new password that a person is sent within an hour.
pub const PASSWORD_RESETS: i64 = 3;
/// Times that a network may ask for such a link within a quarter of an hour of the one before.
pub const PASSWORD_RESETS_OF_NETWORK: i64 = 20;

/// One line of the reference: what is limited, its number, its unit.
pub type Line = (&'static str, i64, &'static str);

/// All limits, for the reference.
#[must_use]
pub fn table() -> Vec<Line> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    vec![
        ("request body", count(BODY_BYTES), "bytes"),
        ("body of a form before sign-in", count(FORM_BYTES), "bytes"),
        ("words of a search for everything", count(SEARCH_WORDS), "words"),
        ("text of a search for everything", count(SEARCH_CHARACTERS), "characters"),
        ("records that a search for everything gives of a database", count(SEARCH_HITS), "records"),
        ("databases that a search for everything looks into", count(SEARCH_DATABASES), "databases"),
        ("databases that people made in the menu", count(MENU_DATABASES), "databases"),
        ("records that are kept as looked at last, of a person", VISITS, "records"),
        ("body of a form after sign-in", count(PERSON_FORM_BYTES), "bytes"),
        ("time of a body to come in", i64::try_from(BODY_SECONDS).unwrap_or(i64::MAX), "seconds"),
        ("nesting of a request body", count(JSON_DEPTH), "levels"),
        ("values of a request body", count(JSON_VALUES), "values"),
        ("rows in one page of a list", LIST_ROWS, "rows"),
        ("offset of a list", LIST_OFFSET, "rows"),
        ("values in one array of a condition", count(CONDITION_VALUES), "values"),
        ("text of a condition", count(CONDITION_CHARACTERS), "characters"),
        ("parts of a condition, values counted", count(CONDITION_PARTS), "parts"),
        ("nesting of a condition", count(CONDITION_DEPTH), "levels"),
        ("records that a list counts", COUNTED, "records"),
        ("records selected one by one for a bulk edit", count(SELECTED), "records"),
        ("saved views of a person in a database, and shared ones", SAVED_VIEWS, "views"),
        ("what a saved view says of its list", count(VIEW_CHARACTERS), "characters"),
        ("fields that a list is sorted by", count(SORTS), "fields"),
        ("records that are sorted without an index", SORTED_RECORDS, "records"),
        ("linkage value", count(LINKAGE_CHARACTERS), "characters"),
        ("lowest linkage slot", LINKAGE_SLOT_FIRST, "number"),
        ("highest linkage slot", LINKAGE_SLOT_LAST, "number"),
        ("values of an item that holds a set", count(SET_VALUES), "values"),
        ("items of a template", count(TEMPLATE_ITEMS), "items"),
        ("choices of an item, all levels", count(ITEM_CHOICES), "choices"),
        ("levels of choices of an item", count(CHOICE_LEVELS), "levels"),
        ("value of a choice", CHOICE_VALUE, "number"),
        ("unit of a number", count(UNIT_CHARACTERS), "characters"),
        ("a name", count(NAME_CHARACTERS), "characters"),
        ("a further field of a person", count(USER_FIELD_CHARACTERS), "characters"),
        ("organizations of a person", count(USER_ORGANIZATIONS), "organizations"),
        ("groups of a person", count(USER_GROUPS), "groups"),
        ("password, the least that a tenant may ask for", count(PASSWORD_CHARACTERS.0), "characters"),
        ("password, the most that a tenant may ask for", count(PASSWORD_CHARACTERS.1), "characters"),
        ("session without a request, at most", SESSION_IDLE_MINUTES, "minutes"),
        ("session, at most", SESSION_HOURS, "hours"),
        ("origins whose pages may call the APIs", count(CORS_ORIGINS), "origins"),
        ("permission templates of a tenant", PERMISSION_TEMPLATES, "templates"),
        ("people whose rights are shown or changed at once", count(RIGHTS_AT_ONCE), "people"),
        ("databases on pages of rights", count(RIGHT_DATABASES), "databases"),
        ("people looked at for who sees a record", VIEWERS_LOOKED, "people"),
        ("records counted by the preview of a right", RIGHT_PREVIEW, "records"),
        ("inquiry routes of a tenant, removed ones too", INQUIRY_ROUTES, "routes"),
        ("items removed from a template with records", count(REMOVED_ITEMS), "items"),
        ("notices of the top page", count(NOTICES), "notices"),
        ("a notice", count(NOTICE_CHARACTERS), "characters"),
        ("groups with a top page of their own", count(LAYOUTS), "groups"),
        ("addresses and networks of a list of allowed addresses", count(ALLOWED_ADDRESSES), "networks"),
        ("requests in a minute, where they are limited", i64::from(REQUESTS_PER_MINUTE), "requests"),
        ("access token, unless said otherwise", TOKEN_SECONDS, "seconds"),
        ("access token, at most", TOKEN_SECONDS_MOST, "seconds"),
        ("custom attributes of a tenant", count(TENANT_ATTRIBUTES), "attributes"),
        ("refresh token after consent, unless said otherwise", REFRESH_DAYS, "days"),
        ("refresh token after consent, at most", REFRESH_DAYS_MOST, "days"),
        ("memory of an expired token", EXPIRED_TOKEN_DAYS, "days"),
        ("records that one action names", ACTION_RECORDS, "records"),
        ("records that one action touches besides", ACTION_REFERRERS, "records"),
        ("stay in the trash", TRASH_DAYS, "days"),
        ("records below one another", count(PARENT_LEVELS), "levels"),
        ("automatic numbers taken at a time", NUMBER_BLOCK, "numbers"),
        ("candidates shown while a reference is typed", count(CANDIDATES), "candidates"),
        ("a comment or an activity", count(COMMENT_CHARACTERS), "characters"),
        ("people whom a comment mentions", count(COMMENT_MENTIONS), "people"),
        ("rows in one page of the thread of a record", THREAD_ROWS, "rows"),
        ("a file kept with a record", ATTACHMENT_BYTES, "bytes"),
        ("all files kept with records", ATTACHMENT_TENANT_BYTES, "bytes"),
        ("files kept with one record", ATTACHMENTS_OF_RECORD, "files"),
        ("one chunk of such a file", count(ATTACHMENT_CHUNK_BYTES), "bytes"),
        ("name of such a file", count(ATTACHMENT_NAME_CHARACTERS), "characters"),
        ("memory of a file that did not come whole", ATTACHMENT_HOURS, "hours"),
        ("time of such a file to come in", i64::try_from(ATTACHMENT_SECONDS).unwrap_or(i64::MAX), "seconds"),
        ("records in a picture of parents and children", count(FAMILY_RECORDS), "records"),
        ("children of one record in that picture", count(FAMILY_CHILDREN), "records"),
        ("tries of a job in a row that get no further", JOB_TRIES, "tries"),
        ("what a job is told, keeps or comes to", count(JOB_TEXT_BYTES), "bytes"),
        ("one chunk of a file of a job", count(JOB_FILE_CHUNK_BYTES), "bytes"),
        ("a file of a job", JOB_FILE_BYTES, "bytes"),
        ("time for the input of a job", JOB_INPUT_HOURS, "hours"),
        ("a password", count(PASSWORD_CHARACTERS_MOST), "characters"),
        ("passwords that wait to be hashed", count(PASSWORDS_WAITING), "passwords"),
        ("passwords of one network that wait or are hashed", count(PASSWORDS_OF_NETWORK), "passwords"),
        ("failures to sign in before an account is locked for a network", SIGN_IN_FAILURES, "failures"),
        ("lock of an account for a network", SIGN_IN_LOCK_SECONDS, "seconds"),
        ("wrong codes from all networks before the second step is locked", TOTP_FAILURES, "failures"),
        ("time for a one-time code after the password", TOTP_SECONDS, "seconds"),
        ("sessions of one person", SESSIONS_OF_USER, "sessions"),
        ("time between two notes of the use of a session", SESSION_SEEN_SECONDS, "seconds"),
        ("life of a link to set a new password", PASSWORD_RESET_MINUTES, "minutes"),
        ("such links to one person within an hour", PASSWORD_RESETS, "links"),
        ("such links that one network asks for in a row", PASSWORD_RESETS_OF_NETWORK, "links"),
        ("memory of a finished job and its files", JOB_DAYS, "days"),
        ("pages of one person that follow something live", count(LIVE_ANSWERS), "pages"),
        ("connecting to another system", i64::try_from(CALL_CONNECT_SECONDS).unwrap_or(i64::MAX), "seconds"),
        ("call to another system", i64::try_from(CALL_SECONDS).unwrap_or(i64::MAX), "seconds"),
        ("answer of another system", count(CALL_ANSWER_BYTES), "bytes"),
        ("webhooks", WEBHOOKS, "webhooks"),
        ("URL of a webhook", count(WEBHOOK_URL_CHARACTERS), "characters"),
        ("time of the receiver of a webhook to answer", i64::try_from(WEBHOOK_SECONDS).unwrap_or(i64::MAX), "seconds"),
        ("time in which a webhook is tried again", WEBHOOK_HOURS, "hours"),
        ("answer to a webhook that is kept", count(WEBHOOK_ANSWER_BYTES), "bytes"),
        ("memory of deliveries of webhooks", DELIVERY_DAYS, "days"),
        ("deliveries that are counted", DELIVERIES_COUNTED, "deliveries"),
    ]
}
