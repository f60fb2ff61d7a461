import CProbe
import Glibc

/// Makes every system call of a range, each in a child of its own with arguments that mean nothing, and says which of them
/// ended their child, which failed with which errno, and which came to something.
///
/// The numbers that did not end their child are listed, `number:errno`; a call that waits is cut short after 100 ms.
func sweep(_ first: Int, _ last: Int) -> String {
    fflush(nil)
    var survivors: [String] = []
    for number in first...last {
        let outcome = outcomeInChild(of: number)
        if outcome != "killed" { survivors.append("\(number):\(outcome)") }
    }
    return survivors.joined(separator: " ")
}

private func outcomeInChild(of number: Int) -> String {
    let child = creposeal_probe_call(Int(SYS_clone), Int(SIGCHLD), 0, 0, 0, 0, 0)
    if child == 0 {
        let result = creposeal_probe_call(number, -1, -1, -1, -1, -1, -1)
        _ = creposeal_probe_call(Int(SYS_exit_group), result < 0 ? -result : 0, 0, 0, 0, 0, 0)
    }
    guard child > 0 else { return "no child: \(-child)" }
    var status: CInt = 0
    for _ in 0..<1000 {
        let waited = unsafe withUnsafeMutablePointer(to: &status) {
            creposeal_probe_call(Int(SYS_wait4), child, Int(bitPattern: $0), Int(WNOHANG), 0, 0, 0)
        }
        if waited == child { return description(of: status) }
        _ = poll(nil, 0, 1)
    }
    _ = kill(pid_t(child), SIGKILL)
    _ = creposeal_probe_call(Int(SYS_wait4), child, 0, 0, 0, 0, 0)
    return "waits"
}

private func description(of status: CInt) -> String {
    switch status & 0x7f {
    case 0: "\(status >> 8 & 0xff)"
    case SIGSYS: "killed"
    case let signal: "signal\(signal)"
    }
}
