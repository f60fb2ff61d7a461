#ifndef REPOSEAL_CGPGME_SHIM_H
#define REPOSEAL_CGPGME_SHIM_H
#include <gpgme.h>
#endif
