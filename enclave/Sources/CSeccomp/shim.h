#ifndef REPOSEAL_CSECCOMP_SHIM_H
#define REPOSEAL_CSECCOMP_SHIM_H
#include <errno.h>
#include <seccomp.h>
#include <stddef.h>

/* Actions are function-like macros, which Swift does not import. */
static inline unsigned int creposeal_action_kill(void) { return SCMP_ACT_KILL_PROCESS; }
static inline unsigned int creposeal_action_allow(void) { return SCMP_ACT_ALLOW; }
static inline unsigned int creposeal_action_errno(unsigned int number) { return SCMP_ACT_ERRNO(number); }

/* seccomp_rule_add(3) is variadic, which Swift cannot call. */
static inline int creposeal_add_rule(scmp_filter_ctx filter, unsigned int action, int call) {
    return seccomp_rule_add_array(filter, action, call, 0, NULL);
}

/* As above, for one argument of which only the bits of the mask are compared. */
static inline int creposeal_add_masked_rule(
    scmp_filter_ctx filter, unsigned int action, int call,
    unsigned int argument, unsigned long long mask, unsigned long long value) {
    struct scmp_arg_cmp comparison = {argument, SCMP_CMP_MASKED_EQ, mask, value};
    return seccomp_rule_add_array(filter, action, call, 1, &comparison);
}
#endif
