import CProbe
import Glibc

/// The bounds of this process (getrlimit(2)): the numbers of core, address space, processor time, file size and descriptors.
func limits() -> String {
    [4, 9, 0, 1, 7].map { resource in
        var bounds = rlimit()
        let result = unsafe withUnsafeMutablePointer(to: &bounds) {
            creposeal_probe_call(Int(SYS_prlimit64), 0, resource, 0, Int(bitPattern: $0), 0, 0)
        }
        return result == 0 ? "\(bounds.rlim_cur)/\(bounds.rlim_max)" : "error"
    }.joined(separator: " ")
}

func hostname() -> String {
    var bytes = [CChar](repeating: 0, count: 65)
    guard unsafe gethostname(&bytes, 64) == 0 else { return "error \(errno)" }
    return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The signal that this process gets when its parent ends (PR_GET_PDEATHSIG of prctl(2)).
func parentDeath() -> String {
    var signal: CInt = 0
    let result = unsafe withUnsafeMutablePointer(to: &signal) {
        creposeal_probe_call(Int(SYS_prctl), 2, Int(bitPattern: $0), 0, 0, 0, 0)
    }
    return result == 0 ? "signal \(signal)" : "error \(result)"
}

func mode(of path: String) -> String {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? String(status.st_mode & 0o7777, radix: 8) : "error \(errno)"
}

/// Runs a program as a child, its complaints to standard output, and returns its exit status.
func run(_ words: [String]) -> Int {
    fflush(nil)
    let child = creposeal_probe_call(Int(SYS_clone), Int(SIGCHLD), 0, 0, 0, 0, 0)
    if child == 0 {
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        _ = dup2(1, 2)
        _ = unsafe execv(words[0], &arguments)
        _exit(127)
    }
    var status: CInt = 0
    guard child > 0, unsafe waitpid(pid_t(child), &status, 0) == child else { return -1 }
    return Int(status >> 8)
}
