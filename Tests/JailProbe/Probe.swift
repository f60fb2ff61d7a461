import CProbe
import Descriptors
import Glibc

/// Carries out each line and prints one line with what came of it.
func probe(_ lines: String) {
    for line in lines.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        let result = carryOut(words[0], Array(words.dropFirst()))
        print("\(line): \(result)")
    }
}

private func carryOut(_ action: String, _ words: [String]) -> String {
    switch action {
    case "open": outcome(unsafe creposeal_probe_open(words[0], words[1] == "w" ? O_RDWR | O_CREAT : O_RDONLY))
    case "call": call(words.map { Int($0) ?? 0 })
    case "descriptors": descriptors()
    case "environment": environment()
    case "flood": flood(Int(words[0]) ?? 0)
    case "fill": fill(words[0], Int(words[1]) ?? 0)
    case "fork": "\(forks(Int(words[0]) ?? 0))"
    case "spin": spin()
    case "pid": "\(getpid())"
    case "limits": limits()
    case "hostname": hostname()
    case "parent-death": parentDeath()
    case "path": outcome(unsafe creposeal_probe_path(Int(words[0]) ?? 0, words[1], Int(words[2]) ?? 0))
    case "mode": mode(of: words[0])
    case "abstract": outcome(unsafe creposeal_probe_abstract(words[0]))
    case "run": "\(run(words))"
    case "sweep": sweep(Int(words[0]) ?? 0, Int(words[1]) ?? 0)
    default: "not a probe"
    }
}

private func outcome(_ result: Int) -> String {
    result < 0 ? unsafe String(cString: strerror(CInt(-result))) : "ok"
}

private func call(_ words: [Int]) -> String {
    let arguments = words + [Int](repeating: 0, count: 7 - words.count)
    return outcome(
        creposeal_probe_call(
            arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], arguments[6]))
}

private func descriptors() -> String {
    var status = stat()
    return (0..<64).filter { unsafe fstat($0, &status) == 0 }.map { "\($0)" }.joined(separator: ",")
}

private func environment() -> String {
    var entries: [String] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
        unsafe entries.append(String(cString: entry))
        unsafe next += 1
    }
    return entries.sorted().joined(separator: ",")
}

private func flood(_ count: Int) -> String {
    print(String(repeating: "x", count: count))
    return "ok"
}

private func fill(_ path: String, _ megabytes: Int) -> String {
    let block = [UInt8](repeating: 0, count: 1 << 20)
    guard let file = unsafe fopen(path, "w") else { return "\(errno)" }
    for written in 0..<megabytes where unsafe fwrite(block, 1, block.count, file) != block.count {
        return "full after \(written)"
    }
    return "not full"
}

/// How many of the children that were asked for could be made; each waits for its end with the jail.
private func forks(_ count: Int) -> Int {
    do { try ThisProcess.limitProcesses(to: 16) } catch { return -1 }
    return (0..<count).filter { _ in
        let child = creposeal_probe_call(Int(SYS_clone), Int(SIGCHLD), 0, 0, 0, 0, 0)
        if child == 0 { while true { _ = poll(nil, 0, 1000) } }
        return child > 0
    }.count
}

private func spin() -> Never { while true {} }
