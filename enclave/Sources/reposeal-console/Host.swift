import CLinux  // the release build finds stat here
import ConsoleMenu
import Cryptography
import Descriptors
import Glibc

/// What there is on this host before something is planned.
struct Host {
    let settings: ConsoleSettings

    private var staging: String { "\(settings.work)/staging" }

    var facts: Facts {
        var facts = Facts()
        for name in names(in: staging) where StagedName.isName(name) {
            if isDirectory("\(staging)/\(name)") {
                facts.stagedFolders.append(name)
            } else {
                facts.stagedFiles.append(name)
            }
        }
        var keys: [String] = []
        do { keys = try FileSystem.names(inDirectory: settings.keys) } catch {
            if case .systemCall(let call) = error { facts.isUnreadable = call.number != ENOENT }
        }
        facts.isRunning = unsafe access(settings.desk, F_OK) == 0
        facts.keys = [".key", ".token"].flatMap { suffix in
            keys.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
        }.filter(StagedName.isName).sorted()
        facts.hasLedger = unsafe access("\(settings.state)/ledger.sqlite", F_OK) == 0
        facts.isDataOpen = !settings.dataDirectory.isEmpty && isMounted(settings.dataDirectory)
        facts.system = SystemName.ofThisHost()
        facts.hadMemory = FileSystem.exists(settings.memoryAside) || FileSystem.exists(settings.restoreMark)
        facts.isAside = unsafe access(settings.memoryAside, F_OK) == 0
        return facts
    }

    /// The SHA-256 of an imported file; nil where it cannot be read.
    func digest(of name: String) -> String? {
        let bytes = try? Descriptor.opening("\(staging)/\(name)", flags: O_RDONLY | O_NOFOLLOW).readToEnd(
            limit: 16 << 20)
        return bytes.map { SHA256.digest(of: $0).hex }
    }

    /// Whether something is mounted at a directory: the fifth word of a line of proc_pid_mountinfo(5).
    private func isMounted(_ directory: String) -> Bool {
        guard let text = try? Descriptor.reading("/proc/self/mountinfo").readToEnd(limit: 1 << 20) else { return false }
        return text.split(separator: UInt8(ascii: "\n")).contains { line in
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            return words.count > 4 && words[4].elementsEqual(directory.utf8)
        }
    }

    private func names(in directory: String) -> [String] { (try? FileSystem.names(inDirectory: directory)) ?? [] }

    private func isDirectory(_ path: String) -> Bool {
        var found = stat()
        return unsafe lstat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }
}
