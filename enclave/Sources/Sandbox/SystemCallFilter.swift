import CSeccomp
import Descriptors

/// A seccomp program under construction (libseccomp); everything that no rule allows ends the process.
///
/// libseccomp makes the program check the architecture first and ends processes that use another one, x32 included.
@safe
struct SystemCallFilter: ~Copyable {
    private let context: scmp_filter_ctx

    private init(adopting context: scmp_filter_ctx) {
        unsafe self.context = context
    }

    deinit { unsafe seccomp_release(context) }

    /// The filter that these rules make.
    static func building(from rules: [SystemCallRule]) throws(SandboxError) -> SystemCallFilter {
        guard let context = unsafe seccomp_init(creposeal_action_kill()) else {
            throw .filterRefused(call: "seccomp_init", code: -ENOMEM)
        }
        let filter = unsafe SystemCallFilter(adopting: context)
        let code = unsafe seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, creposeal_action_kill())
        guard code == 0 else { throw .filterRefused(call: "seccomp_attr_set", code: code) }
        for rule in rules { try filter.add(rule) }
        return filter
    }

    /// The BPF program in a sealed file in memory, as bubblewrap's `--seccomp` reads it.
    func program() throws(SandboxError) -> Descriptor {
        do throws(DescriptorError) {
            let file = try Descriptor.memory(name: "seccomp")
            let code = unsafe seccomp_export_bpf(context, file.number)
            try file.seal()
            if code == 0 { return file }
            throw .systemCall(SystemCallError(call: "seccomp_export_bpf", number: -code, subject: "a filter"))
        } catch {
            throw .system(error)
        }
    }

    private func add(_ rule: SystemCallRule) throws(SandboxError) {
        let call = unsafe seccomp_syscall_resolve_name(rule.call)
        guard call >= 0 else { throw .filterRefused(call: rule.call, code: call) }
        let action =
            switch rule.action {
            case .allow: creposeal_action_allow()
            case .fail(let number): creposeal_action_errno(UInt32(number))
            }
        let code =
            if let condition = rule.condition {
                unsafe creposeal_add_masked_rule(
                    context, action, call, condition.argument, condition.mask, condition.value)
            } else {
                unsafe creposeal_add_rule(context, action, call)
            }
        guard code == 0 else { throw .filterRefused(call: rule.call, code: code) }
    }
}
