#ifndef REPOSEAL_CZLIB_SHIM_H
#define REPOSEAL_CZLIB_SHIM_H
#include <zlib.h>
#endif
