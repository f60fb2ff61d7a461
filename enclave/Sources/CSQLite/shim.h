#ifndef REPOSEAL_CSQLITE_SHIM_H
#define REPOSEAL_CSQLITE_SHIM_H
#include <sqlite3.h>
#endif
