import ConsoleMenu
import Cryptography
import Descriptors
import Glibc

/// Does the steps of a plan.
final class Runner {
    private let settings: ConsoleSettings
    private let terminal: Terminal
    private var secrets: Secrets
    /// What programs printed, for the words about it.
    private(set) var printed = ""

    private static let milliseconds: UInt64 = 3_600_000
    private static let outputLimit = 1 << 20
    private static let secretLimit = 4096

    /// Does the steps with the secrets that were typed, which the caller wipes.
    init(settings: ConsoleSettings, terminal: Terminal, secrets: Secrets) {
        self.settings = settings
        self.terminal = terminal
        self.secrets = secrets
    }

    /// Does steps up to the first that fails, and then those that are always done.
    func run(_ steps: [Step]) throws {
        var failure: (any Error)?
        for step in steps where failure == nil ? !step.isOnFailure : step.isAlways || step.isOnFailure {
            do { try run(step.work) } catch {
                if step.mayFail || failure != nil { terminal.say("\(error)") } else { failure = error }
            }
        }
        if let failure { throw failure }
    }

    private func run(_ work: Step.Work) throws {
        switch work {
        case .run(let command): try run(command) { self.show($0) { self.terminal.write($0) } }
        case .ask(let command): try run(command) { self.show($0) { _ in } }
        case .expect(let command, let words, let problem):
            var text = ""
            try run(command) { self.show($0) { text += $0 } }
            guard words.contains(where: text.contains) else { throw Unexpected(description: problem) }
        case .expectFailure(let command, let problem):
            do { try run(command) { self.show($0) { _ in } } } catch is StepFailure { return }
            throw Unexpected(description: problem)
        case .unseal(let command, let name): try unseal(command, as: name)
        case .record(let command, let path):
            var text = ""
            try run(command) { self.show($0) { text += $0 } }
            try ConsoleFiles.replace(path, with: Array(text.utf8))
        case .place(let secret, let path):
            var bytes = try secrets.bytes(secret)
            defer { Cryptography.wipe(&bytes) }
            let file = try Descriptor.creating(path)
            try file.writeAll(bytes)
        case .directory(let path, let owner, let mode): try ConsoleFiles.makeDirectory(path, owner: owner, mode: mode)
        case .seize(let path): try ConsoleFiles.seize(path)
        case .copy(let source, let target, let owner): try ConsoleFiles.copy(source, to: target, owner: owner)
        case .collect(let source, let suffixes, let target):
            for name in try FileSystem.names(inDirectory: source) where suffixes.contains(where: name.hasSuffix) {
                try ConsoleFiles.copy("\(source)/\(name)", to: "\(target)/\(name)", owner: "root")
                terminal.say("  \(name)")
            }
        case .takeIn(let source, let target): try takeIn(source, to: target)
        case .move(let path, let name): try FileSystem.rename(path, to: name)
        case .wipe(let path): try ConsoleFiles.wipe(path)
        case .clear(let path): try ConsoleFiles.clear(path)
        case .synchronize(let path): try FileSystem.synchronizeDirectory(path)
        }
    }

    private func takeIn(_ source: String, to target: String) throws {
        var allowance = try CopyAllowance.import(to: target)
        for name in try FileSystem.names(inDirectory: source) {
            guard StagedName.isName(name) else {
                terminal.say("  left out, for its name: \(name)")
                continue
            }
            do {
                try ConsoleFiles.copy("\(source)/\(name)", to: "\(target)/\(name)", owner: "root", within: &allowance)
                terminal.say("  \(name)")
            } catch { terminal.say("  left out: \(error)") }
        }
    }

    /// What a program printed, as far as it can be shown.
    private func show(_ bytes: [UInt8], _ take: (String) -> Void) {
        let text = InputLine.shown(bytes)
        printed += text
        take(text)
    }

    private func unseal(_ command: Command, as name: String) throws {
        var bytes: [UInt8] = []
        // No piece is left behind where the array grew.
        bytes.reserveCapacity(Self.secretLimit)
        defer { Cryptography.wipe(&bytes) }
        var isTooLong = false
        // What it says of its own errors is no part of the secret.
        try run(command, errors: STDERR_FILENO) { more in
            if bytes.count + more.count <= Self.secretLimit { bytes += more } else { isTooLong = true }
        }
        guard !bytes.isEmpty, !isTooLong else {
            throw FileProblem(path: command.program, problem: "expected 1 to \(Self.secretLimit) bytes of a secret")
        }
        secrets.add(bytes, for: name)
    }

    /// Wipes what was unsealed.
    func wipe() { secrets.wipe() }

    private func run(_ command: Command, errors: CInt? = nil, _ take: ([UInt8]) -> Void) throws {
        let output = try Pipe()
        let input = try Pipe()
        var bytes = try command.input.map { try secrets.bytes($0) } ?? []
        defer { Cryptography.wipe(&bytes) }
        // What is typed is shorter than a pipe, so that this does not wait.
        try input.writer.writeAll(bytes)
        let child = try ChildProcess(
            arguments: [command.program] + command.arguments,
            descriptors: [input.reader.number, output.writer.number, errors ?? output.writer.number],
            hasOwnSession: true)
        _ = input.takeReader()
        let reader = output.takeReader()
        let deadline = Deadline(milliseconds: Self.milliseconds)
        var count = 0
        while true {
            var more = try reader.read(atMost: 1 << 14, deadline: deadline)
            defer { Cryptography.wipe(&more) }
            if more.isEmpty { break }
            count += more.count
            if count <= Self.outputLimit { take(more) }
        }
        let status = try child.wait(until: deadline)
        guard status == 0 else { throw StepFailure(program: command.program, status: status) }
    }
}

/// A host that is not as a plan needs it.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

/// A program that did not do its work.
struct StepFailure: Error, CustomStringConvertible {
    let program: String
    let status: CInt

    var description: String { "\(program) ended with status \(status)." }
}
