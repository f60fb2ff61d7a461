import CLinux
import Glibc

/// A child process, the first of its process group; both are killed, and it is reaped, when this value goes.
package struct ChildProcess: ~Copyable {
    package let number: Int32
    private let handle: Descriptor

    /// Starts a program with an empty environment and exactly these descriptors, numbered 0, 1, 2 … in the child.
    ///
    /// Whatever else is open here, close-on-exec or not, is closed in the child before the program starts. In a session of
    /// its own it has no terminal (setsid(2)).
    package init(
        arguments: [String], descriptors: [CInt], hasOwnSession: Bool = false
    ) throws(DescriptorError) {
        // Copies with high numbers, so that giving one its number in the child cannot overwrite another.
        var copies: [CInt] = []
        defer { for copy in copies { _ = close(copy) } }
        for descriptor in descriptors {
            let copy = creposeal_fcntl(descriptor, F_DUPFD_CLOEXEC, 128)
            if copy == -1 { throw Self.failure("fcntl", errno, "descriptor \(descriptor)") }
            copies.append(copy)
        }
        let child = try Self.spawn(arguments, copies, hasOwnSession: hasOwnSession)
        let opened = creposeal_pidfd_open(child)
        if opened == -1 {
            let code = errno
            _ = kill(child, SIGKILL)
            _ = waitpid(child, nil, 0)
            throw Self.failure("pidfd_open", code, "process \(child)")
        }
        number = child
        handle = Descriptor(adopting: opened)
    }

    deinit {
        // Through the descriptor, because the number may belong to another process once this one is reaped.
        var status: CInt = 0
        if creposeal_pidfd_kill(handle.number) == 0 {
            // Until then it is also that of its group, in which bubblewrap's child waits for it in vain at its beginning.
            _ = kill(-number, SIGKILL)
        }
        _ = unsafe creposeal_pidfd_reap(handle.number, &status)
    }

    /// Whether it has not ended.
    package var isRunning: Bool {
        do throws(DescriptorError) { try handle.wait(for: .readable, until: Deadline(milliseconds: 0)) } catch {
            return error == .timedOut
        }
        return false
    }

    /// Waits for the end and returns the exit status, or 128 and the signal, as a shell does.
    ///
    /// At the deadline the process is killed and `timedOut` thrown.
    package func wait(until deadline: Deadline) throws(DescriptorError) -> CInt {
        try handle.wait(for: .readable, until: deadline)
        var status: CInt = 0
        while unsafe creposeal_pidfd_reap(handle.number, &status) == -1 {
            let code = errno
            if code != EINTR { throw Self.failure("waitid", code, "process \(number)") }
        }
        return status
    }

    private static func spawn(
        _ arguments: [String], _ copies: [CInt], hasOwnSession: Bool
    ) throws(DescriptorError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        for (target, copy) in copies.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, copy, CInt(target))
        }
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, CInt(copies.count))
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let group = hasOwnSession ? CREPOSEAL_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))

        var words = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe words.forEach { unsafe free($0) } }
        unsafe words.append(nil)
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, arguments[0], &actions, &attributes, &words, &environment)
        if code != 0 { throw failure("posix_spawn", code, arguments[0]) }
        return child
    }

    private static func failure(_ call: String, _ number: CInt, _ subject: String) -> DescriptorError {
        .systemCall(SystemCallError(call: call, number: number, subject: subject))
    }
}
