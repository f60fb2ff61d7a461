#ifndef REPOSEAL_CSECCOMP_SHIM_H
#define REPOSEAL_CSECCOMP_SHIM_H
#include <seccomp.h>
#endif
