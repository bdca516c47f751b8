//! Databases, their items and indexes.

use musubi_domain::condition::Field;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, IndexNo, ItemNo};
use musubi_domain::item::{Choice, Item, ItemType};
use musubi_domain::template::{DatabaseDetail, Index, Template};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::counter::{counter_next, counter_next_of_all};
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const DATABASE: Point =
    Point::new("SELECT database_no, version, detail FROM record_database WHERE tenant_no = ?1 AND name = ?2");
const INDEXES: Point = Point::new(
    "SELECT index_no, fields FROM record_index WHERE tenant_no = ?1 AND database_no = ?2 ORDER BY index_no LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&DATABASE, &INDEXES];

/// What an item has beside its columns. Stored as JSON.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ItemDetail {
    aliases: Vec<Uuid>,
    before_unit: Option<String>,
    after_unit: Option<String>,
    choices: Vec<Choice>,
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
    let Some(mut row) = snapshot.point_one(&DATABASE, &[name.into()])? else { return Ok(None) };
    let (database, version): (DatabaseNo, i64) = (DatabaseNo(row.take()?), row.take()?);
    let detail: DatabaseDetail =
        serde_json::from_str(&row.take::<String>()?).map_err(|error| damaged("a database", error))?;
    let items = snapshot.rows(
        "SELECT item_no, item_id, name, item_type, required, read_only, built_in, detail FROM item
         WHERE tenant_no = ?1 AND database_no = ?2 ORDER BY item_position, item_no LIMIT 1000",
        &[database.0.into()],
    )?;
    let items = items.into_iter().map(read_item).collect::<Result<_>>()?;
    let indexes = template_indexes(snapshot, database)?;
    Ok(Some(Template::new(database, version, detail, items, indexes)))
}

fn template_indexes(keyed: &mut Keyed<'_>, database: DatabaseNo) -> Result<Vec<Index>> {
    let rows = keyed.point(&INDEXES, &[database.0.into()])?;
    let read = |mut row: Row| {
        let number = IndexNo(row.take()?);
        let fields: Vec<Field> =
            serde_json::from_str(&row.take::<String>()?).map_err(|error| damaged("an index", error))?;
        Ok(Index { number, fields })
    };
    rows.into_iter().map(read).collect()
}

fn read_item(mut row: Row) -> Result<Item> {
    let (number, id, name) = (ItemNo(row.take()?), row.take()?, row.take()?);
    let word: String = row.take()?;
    let item_type = ItemType::from_wire(&word).ok_or_else(|| damaged("an item", word))?;
    let (required, read_only, built_in) = (row.take()?, row.take()?, row.take()?);
    let detail: ItemDetail = serde_json::from_str(&row.take::<String>()?).map_err(|error| damaged("an item", error))?;
    let ItemDetail { aliases, before_unit, after_unit, choices } = detail;
    Ok(Item { number, id, aliases, name, item_type, required, read_only, built_in, before_unit, after_unit, choices })
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

/// Adds an index. The database must be empty: nothing fills it for records that are there.
///
/// # Errors
/// What the database says.
pub fn index_insert(tx: &mut Tx<'_>, database: DatabaseNo, fields: &[Field]) -> Result<IndexNo> {
    let number = counter_next(tx, "index")?;
    let fields = written(&fields)?;
    tx.execute(
        "INSERT INTO record_index (tenant_no, index_no, database_no, fields) VALUES (?1, ?2, ?3, ?4)",
        &[number.into(), database.0.into(), fields.into()],
    )?;
    Ok(IndexNo(number))
}
