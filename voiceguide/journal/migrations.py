"""The tables, as numbered steps that never change: `PRAGMA user_version` says how many of them a file has seen."""

import sqlite3

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE sessions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            token INTEGER NOT NULL UNIQUE,
            cramp INTEGER NOT NULL,
            place TEXT,
            side TEXT,
            routine TEXT,
            answered INTEGER NOT NULL,
            outcome TEXT,
            began REAL NOT NULL,
            seen REAL NOT NULL,
            zone INTEGER NOT NULL,
            standing TEXT
        )
        """,  # began and seen: seconds since 1970; zone: seconds east of UTC; standing: NULL after the end
        """
        CREATE TABLE pressed (
            session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
            turn INTEGER NOT NULL,
            point TEXT NOT NULL,
            rounds INTEGER NOT NULL,
            PRIMARY KEY (session, turn)
        ) WITHOUT ROWID
        """,
    ),
    (
        "ALTER TABLE sessions ADD COLUMN nudged INTEGER NOT NULL DEFAULT 0",
        # What changes what is safe, for a night: else a restart would make it forgotten.
        "CREATE TABLE tonight (flag TEXT PRIMARY KEY, told REAL NOT NULL) WITHOUT ROWID",
    ),
)

NEWEST = len(MIGRATIONS)
"""The version that this voiceguide writes."""


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps the file has seen."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection, to: int = NEWEST) -> None:
    """Take the steps that are missing, all or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version_of(connection), to):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {to}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
