#ifndef REPOSEAL_CARCHIVE_SHIM_H
#define REPOSEAL_CARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#endif
