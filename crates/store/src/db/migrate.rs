//! Migrations: numbered, side by side for both engines, forward only.

use musubi_domain::error::{Error, Kind, Result};
use rusqlite::Connection;

use super::postgres::Session;
use super::tx::Lent;

/// One step of the schema.
struct Migration {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All steps, oldest first. A test holds this list against the folder.
const MIGRATIONS: [Migration; 13] = [
    Migration {
        version: 1,
        sqlite: include_str!("../../migrations/0001_house.sqlite.sql"),
        postgres: include_str!("../../migrations/0001_house.postgres.sql"),
    },
    Migration {
        version: 2,
        sqlite: include_str!("../../migrations/0002_records.sqlite.sql"),
        postgres: include_str!("../../migrations/0002_records.postgres.sql"),
    },
    Migration {
        version: 3,
        sqlite: include_str!("../../migrations/0003_jobs.sqlite.sql"),
        postgres: include_str!("../../migrations/0003_jobs.postgres.sql"),
    },
    Migration {
        version: 4,
        sqlite: include_str!("../../migrations/0004_people.sqlite.sql"),
        postgres: include_str!("../../migrations/0004_people.postgres.sql"),
    },
    Migration {
        version: 5,
        sqlite: include_str!("../../migrations/0005_administration.sqlite.sql"),
        postgres: include_str!("../../migrations/0005_administration.postgres.sql"),
    },
    Migration {
        version: 6,
        sqlite: include_str!("../../migrations/0006_sign_in.sqlite.sql"),
        postgres: include_str!("../../migrations/0006_sign_in.postgres.sql"),
    },
    Migration {
        version: 7,
        sqlite: include_str!("../../migrations/0007_openid.sqlite.sql"),
        postgres: include_str!("../../migrations/0007_openid.postgres.sql"),
    },
    Migration {
        version: 8,
        sqlite: include_str!("../../migrations/0008_groups.sqlite.sql"),
        postgres: include_str!("../../migrations/0008_groups.postgres.sql"),
    },
    Migration {
        version: 9,
        sqlite: include_str!("../../migrations/0009_preferences.sqlite.sql"),
        postgres: include_str!("../../migrations/0009_preferences.postgres.sql"),
    },
    Migration {
        version: 10,
        sqlite: include_str!("../../migrations/0010_top_page.sqlite.sql"),
        postgres: include_str!("../../migrations/0010_top_page.postgres.sql"),
    },
    Migration {
        version: 11,
        sqlite: include_str!("../../migrations/0011_thread.sqlite.sql"),
        postgres: include_str!("../../migrations/0011_thread.postgres.sql"),
    },
    Migration {
        version: 12,
        sqlite: include_str!("../../migrations/0012_saved_views.sqlite.sql"),
        postgres: include_str!("../../migrations/0012_saved_views.postgres.sql"),
    },
    Migration {
        version: 13,
        sqlite: include_str!("../../migrations/0013_webhooks.sqlite.sql"),
        postgres: include_str!("../../migrations/0013_webhooks.postgres.sql"),
    },
];

/// The schema that this program speaks.
#[must_use]
pub fn schema_version() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// The steps that a database at `version` lacks.
fn missing(version: i64) -> Result<impl Iterator<Item = &'static Migration>> {
    if version > schema_version() {
        let cause = format!(
            "the database has schema {version}, this program knows {}: it is of a newer release",
            schema_version()
        );
        return Err(Error::new(Kind::Conflict).with_cause(cause));
    }
    Ok(MIGRATIONS.iter().filter(move |migration| migration.version > version))
}

/// Brings a SQLite database up to date.
pub(super) fn migrate_sqlite(connection: &Connection) -> Result<()> {
    let run = |sql: &str| {
        let failed = |error: rusqlite::Error| {
            super::sqlite::failure(&error).error(format!("the schema could not be brought up to date: {error}"))
        };
        connection.execute_batch(sql).map_err(failed)
    };
    run("BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT;")?;
    let version = connection.query_row("SELECT coalesce(max(version), 0) FROM schema_version", [], |row| row.get(0));
    let version = version.map_err(|error| Error::internal(format!("the schema version cannot be read: {error}")))?;
    let steps = missing(version).and_then(|mut steps| {
        steps.try_for_each(|step| {
            run(step.sqlite).and_then(|()| run(&format!("INSERT INTO schema_version VALUES ({});", step.version)))
        })
    });
    run(if steps.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    steps
}

/// Brings a PostgreSQL database up to date; other instances that start at the same time wait.
pub(super) fn migrate_postgres(session: &mut Session) -> Result<()> {
    let mut run = |sql: &str| session.command(sql).map_err(|(failure, cause)| failure.error(cause));
    run(
        "BEGIN; SELECT pg_advisory_xact_lock(hashtext(current_schema()), 1); CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY);",
    )?;
    let rows = session
        .query("SELECT coalesce(max(version), 0) FROM schema_version", &[])
        .map_err(|(failure, cause)| failure.error(cause))?;
    let version: i64 = rows.into_iter().next().map_or(Ok(0), |mut row| row.take())?;
    let mut run = |sql: &str| session.command(sql).map_err(|(failure, cause)| failure.error(cause));
    let steps = missing(version).and_then(|mut steps| {
        steps.try_for_each(|step| {
            run(step.postgres).and_then(|()| run(&format!("INSERT INTO schema_version VALUES ({});", step.version)))
        })
    });
    run(if steps.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    steps
}

/// Refuses a database that was begun with other keys.
pub(super) fn check_keys(lent: &mut Lent<'_>, fingerprint: &str) -> Result<()> {
    lent.execute(
        "INSERT INTO installation (name, value) VALUES ('keys', ?1) ON CONFLICT (name) DO NOTHING",
        &[fingerprint.into()],
    )?;
    let rows = lent.query("SELECT value FROM installation WHERE name = 'keys'", &[])?;
    let known: String = rows.into_iter().next().map_or(Ok(String::new()), |mut row| row.take())?;
    if known == fingerprint {
        return Ok(());
    }
    let cause = format!(
        "the database was begun with the keys {known}, the key file holds {fingerprint}: give the key file that belongs to it"
    );
    Err(Error::new(Kind::Conflict).with_cause(cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_and_the_folder_hold_the_same_migrations_in_pairs() {
        let mut names: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names.len(), 2 * MIGRATIONS.len());
        for (pair, migration) in names.chunks(2).zip(&MIGRATIONS) {
            let number = format!("{:04}_", migration.version);
            assert!(pair[0].starts_with(&number) && pair[0].ends_with(".postgres.sql"), "{pair:?}");
            assert_eq!(pair[1], pair[0].replace(".postgres.", ".sqlite."));
        }
    }

    #[test]
    fn a_database_of_a_newer_release_is_left_alone() {
        assert!(missing(schema_version() + 1).is_err());
    }
}
