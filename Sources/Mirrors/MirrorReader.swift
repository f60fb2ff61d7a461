import Descriptors
import Publisher
import Subprocess
import SystemPackage

/// Reads files of a mirror as its clients would: by their public names, links followed there.
struct MirrorReader: Sendable {
    let mirror: Mirror

    /// Reads files below the mirror's root; one that is not there is not in the answer.
    func read(_ names: [String], limit: Int) async throws(TransferFailure) -> [String: [UInt8]] {
        try await read(names, limit: limit) { folder throws(TransferFailure) in
            guard let address = mirror.readBack else {
                return try await copy(names, into: folder, limit: limit, input: .none)
            }
            try await fetch(names, from: address, into: folder, limit: limit)
        }
    }

    /// Reads files below the mirror's root by rsync, before they are copied to it; where there is no root yet, there are none.
    ///
    /// Clients' way is taken only where rsync may write and not read. That rsync holds the lock, as it does for a copy.
    func readBeforeCopy(
        _ names: [String], limit: Int, holding lock: borrowing TreeLock
    ) async throws(TransferFailure) -> [String: [UInt8]] {
        let input = FileDescriptor(rawValue: lock.number)
        return try await read(names, limit: limit) { folder throws(TransferFailure) in
            do throws(TransferFailure) {
                try await copy(
                    names, into: folder, limit: limit,
                    input: .fileDescriptor(input, closeAfterSpawningProcess: false))
            } catch {
                if error.reason.contains("change_dir") { return }
                guard error.reason.contains("write only"), let address = mirror.readBack else { throw error }
                try await fetch(names, from: address, into: folder, limit: limit)
            }
        }
    }

    private func read(
        _ names: [String], limit: Int, by fill: (String) async throws(TransferFailure) -> Void
    ) async throws(TransferFailure) -> [String: [UInt8]] {
        guard !names.isEmpty else { return [:] }
        let folder: TemporaryFolder
        do throws(DescriptorError) { folder = try TemporaryFolder() } catch {
            throw TransferFailure(reason: "\(error)", isPermanent: true)
        }
        try await fill(folder.path)
        var found: [String: [UInt8]] = [:]
        for name in names {
            do throws(DescriptorError) {
                found[name] = try DurableFile.readIfPresent("\(folder.path)/\(name)", limit: limit)
            } catch { throw TransferFailure(reason: "\(name): \(error)", isPermanent: true) }
        }
        return found
    }

    /// By HTTP, with curl, whose library pacman uses too; one line for each file says how it went.
    private func fetch(
        _ names: [String], from address: String, into folder: String, limit: Int
    ) async throws(TransferFailure) {
        var lines = [
            "silent", "location", "max-redirs = 5", #"proto = "=http,https""#, "create-dirs", "globoff",
            "connect-timeout = \(mirror.timeout)", "speed-limit = 1", "speed-time = \(mirror.timeout)",
            "max-filesize = \(limit)", #"write-out = "%{http_code} %{exitcode} %{errormsg}\n""#,
        ]
        for name in names { lines += ["url = \"\(address)/\(Self.escaped(name))\"", "output = \"\(folder)/\(name)\""] }
        let result: ExecutionResult<Void, StringOutput<UTF8>, DiscardedOutput>
        do {
            result = try await Subprocess.run(
                .name("curl"), arguments: ["--disable", "--config", try Self.list(lines, in: folder)],
                environment: .inherit,
                input: .none, output: .string(limit: 1 << 20), error: .discarded)
        } catch { throw Rsync.failure(of: "curl", error) }
        let outcomes = result.standardOutput.split(separator: "\n")
        guard outcomes.count == names.count else {
            throw TransferFailure(reason: "curl ended with \(result.terminationStatus)", isPermanent: false)
        }
        for (name, outcome) in zip(names, outcomes) {
            let words = outcome.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            switch words[0] {
            case "200" where words.count > 1 && words[1] == "0": continue
            // What the server says about a file that is not there is no file.
            case "404", "410": DurableFile.removeIfPresent("\(folder)/\(name)")
            default:
                throw TransferFailure(
                    reason: "\(address)/\(name): HTTP status \(words[0])"
                        + (words.count > 2 && !words[2].isEmpty ? ", \(words[2])" : ""), isPermanent: false)
            }
        }
    }

    /// By rsync, which follows the links on the mirror's side.
    private func copy(
        _ names: [String], into folder: String, limit: Int, input: some InputProtocol
    ) async throws(TransferFailure) {
        let rsync = Rsync(mirror: mirror)
        let arguments =
            [
                "--copy-links", "--times", "--files-from=\(try Self.list(names, in: folder))", "--ignore-missing-args",
                "--max-size=\(limit)",
            ]
            + rsync.connection + ["--", "\(mirror.address)/", "\(folder)/"]
        let result: ExecutionResult<Void, DiscardedOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name("rsync"), arguments: Arguments(arguments), environment: .inherit.updating(["LC_ALL": "C"]),
                input: input, output: .discarded, error: .string(limit: 1 << 20))
        } catch { throw Rsync.failure(of: "rsync", error) }
        // 23 says that some could not be transferred, such as a link that leads nowhere, or that the folder is not there.
        let isPartial = result.terminationStatus == .exited(23) && !result.standardError.contains("change_dir")
        guard result.terminationStatus.isSuccess || isPartial else {
            throw Rsync.failure(of: result.terminationStatus, saying: result.standardError)
        }
    }

    /// Writes lines into a file of the folder; a program that ends early would break a pipe to its input.
    private static func list(_ lines: [String], in folder: String) throws(TransferFailure) -> String {
        let path = "\(folder)/.list"
        do throws(DescriptorError) {
            try DurableFile.write(Array(lines.map { "\($0)\n" }.joined().utf8), to: path)
        } catch {
            throw TransferFailure(reason: "\(error)", isPermanent: true)
        }
        return path
    }

    /// A path as a URL has it; names of packages may hold colons and plus signs.
    static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            let isPlain =
                byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
            if isPlain { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%\(digits.count == 1 ? "0" : "")\(digits)"
        }.joined()
    }
}
