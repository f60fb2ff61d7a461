import CLinux
import Glibc

/// What the running process changes about itself.
public enum ThisProcess {
    /// The effective user number.
    public static var user: UInt32 { geteuid() }

    /// Marks every descriptor from 3 up close-on-exec, whoever opened it (close_range(2)).
    public static func closeOtherDescriptorsOnExecute() throws(DescriptorError) {
        try retrying("close_range", "all descriptors") { creposeal_close_on_execute_from(3) }
    }

    /// Makes a write to a closed pipe or socket an error instead of the end of the process (signal(7)).
    public static func ignoreBrokenPipeSignal() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Keeps other processes of this user from reading this one's memory, and the kernel from dumping it (prctl(2)).
    public static func forbidInspection() throws(DescriptorError) {
        try retrying("prctl", "this process") { creposeal_prctl(PR_SET_DUMPABLE, 0) }
    }

    /// Lets this user have at most `count` processes, this one included (RLIMIT_NPROC of setrlimit(2)).
    ///
    /// In a user namespace only the processes in it count.
    public static func limitProcesses(to count: UInt64) throws(DescriptorError) {
        try retrying("setrlimit", "this process") { creposeal_limit_processes(UInt(count)) }
    }
}
