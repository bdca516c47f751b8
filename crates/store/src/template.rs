//! Databases, their items and indexes.

use std::collections::HashMap;

use musubi_domain::condition::Field;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, IndexNo, ItemNo};
use musubi_domain::item::{Choice, Item, ItemType, Numbering};
use musubi_domain::record::Record;
use musubi_domain::template::{DatabaseDetail, Index, Shipped, ShippedField, Template};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::counter::{counter_next, counter_next_of_all};
use crate::db::{Keyed, Point, Row, Snapshot, Tx};
use crate::link::{link_delete, links_of_item};
use crate::search::{search_delete, search_insert};

const DATABASE: Point =
    Point::new("SELECT database_no, name, version, detail FROM record_database WHERE tenant_no = ?1 AND name = ?2");
const DATABASE_BY_NUMBER: Point = Point::new(
    "SELECT database_no, name, version, detail FROM record_database WHERE tenant_no = ?1 AND database_no = ?2",
);
const VERSION: Point = Point::new("SELECT version FROM record_database WHERE tenant_no = ?1 AND database_no = ?2");
const NUMBER: Point = Point::new("SELECT database_no FROM record_database WHERE tenant_no = ?1 AND name = ?2");
const NAME: Point = Point::new("SELECT name FROM record_database WHERE tenant_no = ?1 AND database_no = ?2");
const INDEXES: Point = Point::new(
    "SELECT index_no, fields, ready FROM record_index WHERE tenant_no = ?1 AND database_no = ?2 ORDER BY index_no LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&DATABASE, &DATABASE_BY_NUMBER, &VERSION, &NUMBER, &NAME, &INDEXES];

/// What an item has beside its columns. Stored as JSON.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ItemDetail {
    aliases: Vec<Uuid>,
    before_unit: Option<String>,
    after_unit: Option<String>,
    choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numbering: Option<Numbering>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refers_to: Option<DatabaseNo>,
    unique: bool,
    aside: bool,
    yields: bool,
    #[serde(skip_serializing_if = "is_false")]
    hidden: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "shape of skip_serializing_if")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

fn damaged(what: &str, error: impl std::fmt::Display) -> Error {
    Error::internal(format!("{what} cannot be read: {error}"))
}

fn written<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(error.to_string()))
}

/// The template of the database of this name.
///
/// # Errors
/// What the database says.
pub fn template_by_name(snapshot: &mut Snapshot<'_>, name: &str) -> Result<Option<Template>> {
    let row = snapshot.point_one(&DATABASE, &[name.into()])?;
    row.map(|row| template_of(snapshot, row)).transpose()
}

/// The template of the database of this number.
///
/// # Errors
/// What the database says.
pub fn template_by_number(snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Result<Option<Template>> {
    let row = snapshot.point_one(&DATABASE_BY_NUMBER, &[database.0.into()])?;
    row.map(|row| template_of(snapshot, row)).transpose()
}

/// The version of a template; `None` where there is no such database. What was judged by another version is judged anew.
///
/// # Errors
/// What the database says.
pub fn template_version(keyed: &mut Keyed<'_>, database: DatabaseNo) -> Result<Option<i64>> {
    keyed.point_one(&VERSION, &[database.0.into()])?.map(|mut row| row.take()).transpose()
}

/// The number of the database of a name.
///
/// # Errors
/// What the database says.
pub fn database_number(keyed: &mut Keyed<'_>, name: &str) -> Result<Option<DatabaseNo>> {
    keyed.point_one(&NUMBER, &[name.into()])?.map(|mut row| row.take().map(DatabaseNo)).transpose()
}

/// The name of a database.
///
/// # Errors
/// What the database says.
pub fn database_name(keyed: &mut Keyed<'_>, database: DatabaseNo) -> Result<Option<String>> {
    keyed.point_one(&NAME, &[database.0.into()])?.map(|mut row| row.take()).transpose()
}

/// The databases of the tenant, oldest first.
///
/// # Errors
/// What the database says.
pub fn database_list(snapshot: &mut Snapshot<'_>, after: DatabaseNo) -> Result<Vec<DatabaseNo>> {
    let rows = snapshot.rows(
        "SELECT database_no FROM record_database WHERE tenant_no = ?1 AND database_no > ?2 ORDER BY database_no LIMIT 1000",
        &[after.0.into()],
    )?;
    rows.into_iter().map(|mut row| row.take().map(DatabaseNo)).collect()
}

fn template_of(snapshot: &mut Snapshot<'_>, mut row: Row) -> Result<Template> {
    let (database, name, version): (_, String, i64) = (DatabaseNo(row.take()?), row.take()?, row.take()?);
    let detail: DatabaseDetail =
        serde_json::from_str(&row.take::<String>()?).map_err(|error| damaged("a database", error))?;
    let items = snapshot.rows(
        "SELECT item_no, item_id, name, item_type, required, read_only, built_in, detail FROM item
         WHERE tenant_no = ?1 AND database_no = ?2 ORDER BY item_position, item_no LIMIT 1000",
        &[database.0.into()],
    )?;
    let items = items.into_iter().map(read_item).collect::<Result<_>>()?;
    let indexes = template_indexes(snapshot, database)?;
    Ok(Template::new(database, name, version, detail, items, indexes))
}

fn template_indexes(keyed: &mut Keyed<'_>, database: DatabaseNo) -> Result<Vec<Index>> {
    let rows = keyed.point(&INDEXES, &[database.0.into()])?;
    let read = |mut row: Row| {
        let number = IndexNo(row.take()?);
        let fields: Vec<Field> =
            serde_json::from_str(&row.take::<String>()?).map_err(|error| damaged("an index", error))?;
        Ok(Index { number, fields, ready: row.take()? })
    };
    rows.into_iter().map(read).collect()
}

fn read_item(mut row: Row) -> Result<Item> {
    let (number, id, name) = (ItemNo(row.take()?), row.take()?, row.take()?);
    let word: String = row.take()?;
    let item_type = ItemType::from_wire(&word).ok_or_else(|| damaged("an item", word))?;
    let (required, read_only, built_in) = (row.take()?, row.take()?, row.take()?);
    let detail: ItemDetail = serde_json::from_str(&row.take::<String>()?).map_err(|error| damaged("an item", error))?;
    let ItemDetail { aliases, before_unit, after_unit, choices, numbering, refers_to, unique, aside, yields, hidden } =
        detail;
    Ok(Item {
        number,
        id,
        aliases,
        name,
        item_type,
        required,
        read_only,
        built_in,
        before_unit,
        after_unit,
        choices,
        unique,
        aside,
        hidden,
        yields,
        numbering,
        refers_to,
    })
}

/// Adds a database.
///
/// # Errors
/// What the database says.
pub fn database_insert(tx: &mut Tx<'_>, id: Uuid, name: &str) -> Result<DatabaseNo> {
    let number = counter_next_of_all(tx, "database")?;
    let (now, detail) = (tx.context().now.micros(), written(&DatabaseDetail::default())?);
    tx.execute(
        "INSERT INTO record_database (tenant_no, database_no, database_id, name, version, detail, created_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)",
        &[number.into(), id.into(), name.into(), detail.into(), now.into()],
    )?;
    Ok(DatabaseNo(number))
}

/// Says what stands for a record of the database and what is searched as one.
///
/// # Errors
/// What the database says.
pub fn database_detail_set(tx: &mut Tx<'_>, database: DatabaseNo, detail: &DatabaseDetail) -> Result<()> {
    let detail = written(detail)?;
    tx.execute(
        "UPDATE record_database SET detail = ?3 WHERE tenant_no = ?1 AND database_no = ?2",
        &[database.0.into(), detail.into()],
    )
    .map(drop)
}

/// Raises the version of a template: its items have changed.
///
/// # Errors
/// What the database says.
pub fn template_version_raise(tx: &mut Tx<'_>, database: DatabaseNo) -> Result<()> {
    tx.execute(
        "UPDATE record_database SET version = version + 1 WHERE tenant_no = ?1 AND database_no = ?2",
        &[database.0.into()],
    )?;
    tx.raise_epoch()
}

/// Adds or changes an item. `item.number` 0 stands for a new one, whose number is given back.
///
/// # Errors
/// What the database says.
pub fn item_put(tx: &mut Tx<'_>, database: DatabaseNo, position: i64, item: &Item) -> Result<ItemNo> {
    let number = if item.number.0 == 0 { counter_next(tx, "item")? } else { item.number.0 };
    let detail = written(&ItemDetail {
        aliases: item.aliases.clone(),
        before_unit: item.before_unit.clone(),
        after_unit: item.after_unit.clone(),
        choices: item.choices.clone(),
        numbering: item.numbering.clone(),
        refers_to: item.refers_to,
        unique: item.unique,
        aside: item.aside,
        yields: item.yields,
        hidden: item.hidden,
    })?;
    tx.execute(
        "INSERT INTO item (tenant_no, item_no, database_no, item_id, name, item_type, item_position, required, read_only, built_in, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (tenant_no, item_no) DO UPDATE SET name = excluded.name, item_position = excluded.item_position,
           required = excluded.required, detail = excluded.detail",
        &[
            number.into(),
            database.0.into(),
            item.id.into(),
            item.name.as_str().into(),
            item.item_type.row().wire.into(),
            position.into(),
            item.required.into(),
            item.read_only.into(),
            item.built_in.into(),
            detail.into(),
        ],
    )?;
    Ok(ItemNo(number))
}

/// Takes an item out of its template. What stands under its number in documents stays there, and what was made of it is for
/// [`removed_item_clear`].
///
/// # Errors
/// What the database says.
pub fn item_delete(tx: &mut Tx<'_>, item: ItemNo) -> Result<()> {
    tx.execute("DELETE FROM item WHERE tenant_no = ?1 AND item_no = ?2", &[item.0.into()]).map(drop)
}

/// Clears away what was made of the value of a removed item in a live record: its links, and its text in the search index.
///
/// # Errors
/// What the database says.
pub fn removed_item_clear(tx: &mut Tx<'_>, template: &Template, record: &Record, item: ItemNo) -> Result<()> {
    for target in links_of_item(tx, record.number, item)? {
        link_delete(tx, record.number, item, target)?;
    }
    search_delete(tx, record.number)?;
    search_insert(tx, record.number, &record.facts(template).search_texts(template))
}

/// Adds an index. One that is not ready is written from now on and asked when [`index_ready_set`] says that it holds every record.
///
/// # Errors
/// What the database says.
pub fn index_insert(tx: &mut Tx<'_>, database: DatabaseNo, fields: &[Field], ready: bool) -> Result<IndexNo> {
    let number = counter_next(tx, "index")?;
    let fields = written(&fields)?;
    tx.execute(
        "INSERT INTO record_index (tenant_no, index_no, database_no, fields, ready) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[number.into(), database.0.into(), fields.into(), ready.into()],
    )?;
    Ok(IndexNo(number))
}

/// Says that an index holds every record: from now on it is asked.
///
/// # Errors
/// What the database says.
pub fn index_ready_set(tx: &mut Tx<'_>, index: IndexNo) -> Result<()> {
    tx.execute("UPDATE record_index SET ready = 1 WHERE tenant_no = ?1 AND index_no = ?2", &[index.0.into()]).map(drop)
}

/// Deletes keys of an index, at most `most`; how many there were.
///
/// # Errors
/// What the database says.
pub fn index_keys_delete(tx: &mut Tx<'_>, index: IndexNo, most: i64) -> Result<i64> {
    let rows = tx.rows(
        "SELECT key, record_no FROM record_key WHERE tenant_no = ?1 AND index_no = ?2 ORDER BY key, record_no LIMIT ?3",
        &[index.0.into(), most.into()],
    )?;
    let mut count = 0;
    for mut row in rows {
        let (key, record): (Vec<u8>, i64) = (row.take()?, row.take()?);
        tx.execute(
            "DELETE FROM record_key WHERE tenant_no = ?1 AND index_no = ?2 AND key = ?3 AND record_no = ?4",
            &[index.0.into(), key.into(), record.into()],
        )?;
        count += 1;
    }
    Ok(count)
}

/// Adds a database that ships: its items, what stands for a record, its indexes.
///
/// # Errors
/// What the database says.
pub fn shipped_insert(tx: &mut Tx<'_>, shipped: &Shipped) -> Result<DatabaseNo> {
    let id = tx.next_id();
    let database = database_insert(tx, id, shipped.name)?;
    let mut numbers = HashMap::new();
    for (position, definition) in (1..).zip(shipped.items()?) {
        let id = definition.item_id.ok_or_else(|| Error::internal("a shipped item without its id"))?;
        let item = Item {
            aliases: definition.aliases.clone(),
            required: definition.required_flag,
            read_only: definition.read_only_flag,
            built_in: true,
            before_unit: definition.before_unit.clone(),
            after_unit: definition.after_unit.clone(),
            choices: definition.choices(),
            unique: definition.key_flag,
            aside: definition.aside,
            yields: definition.yields,
            ..Item::new(ItemNo(0), id, definition.item_name.clone(), definition.item_type)
        };
        numbers.insert(id, item_put(tx, database, position, &item)?);
    }
    let number = |id: &Uuid| numbers.get(id).copied().ok_or_else(|| Error::internal("a shipped item is missing"));
    let detail = DatabaseDetail {
        display_items: shipped.display.iter().map(number).collect::<Result<_>>()?,
        joined_items: shipped.joined.iter().map(number).collect::<Result<_>>()?,
        parent_item: shipped.parent.as_ref().map(number).transpose()?,
        owner_item: shipped.owner.as_ref().map(number).transpose()?,
        removed_items: Vec::new(),
        discarded_items: Vec::new(),
    };
    database_detail_set(tx, database, &detail)?;
    for field in shipped.indexes {
        let field = match field {
            ShippedField::Item(id) => Field::Item(number(id)?),
            ShippedField::Alike(id, likeness) => Field::Likeness { item: number(id)?, likeness: *likeness },
            ShippedField::CreatedAt => Field::CreatedAt,
            ShippedField::UpdatedAt => Field::UpdatedAt,
            ShippedField::CreatedBy => Field::CreatedBy,
        };
        index_insert(tx, database, &[field], true)?;
    }
    Ok(database)
}
