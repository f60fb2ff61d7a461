#ifndef REPOSEAL_CSQLITE_SHIM_H
#define REPOSEAL_CSQLITE_SHIM_H
#include <sqlite3.h>

/* SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift does not import. A blob of no bytes is bound
   as such, because sqlite3_bind_blob may bind NULL for it. */
static inline int creposeal_sqlite_bind_blob(sqlite3_stmt *statement, int position, const void *bytes, int count)
{
    if (count == 0) return sqlite3_bind_zeroblob(statement, position, 0);
    return sqlite3_bind_blob(statement, position, bytes, count, SQLITE_TRANSIENT);
}

/* The same cast, for text. */
static inline int creposeal_sqlite_bind_text(sqlite3_stmt *statement, int position, const char *text, int count)
{
    return sqlite3_bind_text(statement, position, text, count, SQLITE_TRANSIENT);
}

/* sqlite3_db_config is variadic, which Swift cannot call. Defensive mode stops SQL from damaging the file; ours has no
   triggers and no views, and those of a file that somebody else wrote must not run. */
static inline int creposeal_sqlite_defend(sqlite3 *connection)
{
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (code == SQLITE_OK) code = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
    if (code == SQLITE_OK) code = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
    return code;
}
#endif
