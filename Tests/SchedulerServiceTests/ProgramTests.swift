import Foundation
import SchedulerSamples
import Synchronization
import TestSupport
import Testing

@testable import SchedulerService

@Suite("The program", .timeLimit(.minutes(10)))
struct ProgramTests {
    let world: SchedulerFixture
    let binaries: TemporaryDirectory

    private var program: String { binaries.path("reposeal-scheduler") }

    init() throws {
        world = try ServiceFixture.untouched().directory
        binaries = try ReleaseBinaries.copies(of: "reposeal-scheduler")
    }

    private func run(_ words: String..., environment: [String: String] = [:]) throws -> Tool.Result {
        try Tool([program] + words).run(environment: environment)
    }

    @Test("config shows what holds, and with --explain where it is from")
    func config() throws {
        let plain = try run(
            "config", world.folder.path, "--set", "http.idleSeconds=5",
            environment: ["REPOSEAL_SCHEDULER_LOG_LEVEL": "debug"])
        #expect(plain.status == 0, "\(plain.complaint)")
        let lines = plain.text.split(separator: "\n")
        #expect(lines.contains("http.idleSeconds = 5"))
        #expect(lines.contains("log.level = debug"))
        #expect(lines.contains("enclave = unix:no-enclave"))
        let explained = try run("config", world.folder.path, "--explain").text
        #expect(explained.contains("http.listen = 127.0.0.1:7480\n    from default: "))
        #expect(explained.contains("policy = policy.json\n    from \(world.folder.path)/scheduler.json: "))
    }

    @Test(
        "what cannot be run with is refused before anything starts, in one sentence",
        arguments: [
            (
                "http.listn=x",
                "Error: command line: http.listn: there is no such setting; the nearest one is http.listen\n"
            ),
            ("http.idleSeconds=x", "Error: command line: http.idleSeconds: expected a whole number from 1 to 3600\n"),
            ("http.listen=0.0.0.0:0", "such as nginx, in front\n"),
            ("http.listen=localhost:0", "like 127.0.0.1:7480 or [::1]:7480\n"),
        ])
    func refused(assignment: String, complaint: String) throws {
        for command in ["run", "config"] {
            let result = try run(command, world.folder.path, "--set", assignment)
            #expect(result.status == 1)
            #expect(result.complaint.hasSuffix(complaint), "\(result.complaint)")
        }
    }

    @Test("it serves while it works, writes events as JSON, and SIGTERM ends it in order")
    func serves() throws {
        // Its passes make the database and hold the lock.
        let own = try SchedulerFixture()
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["run", own.folder.path, "--set", "http.listen=127.0.0.1:0,[::1]:0"]
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        defer { process.terminate() }
        var events = Events(pipe.fileHandleForReading)
        for _ in 1...2 {
            let listening = try events.next("listening")
            let address = try #require(listening["address"] as? String)
            let port = try #require(listening["port"] as? String)
            let url = "http://\(address.dropLast(2)):\(port)/healthz"
            #expect(try Tool("curl", "-sS", "--globoff", url).run().text == "ok\n")
        }
        process.terminate()
        _ = try events.next("stopped")
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
    }

    /// The events that a program writes, as they come.
    private struct Events {
        private let handle: FileHandle
        private var rest = Data()

        init(_ handle: FileHandle) { self.handle = handle }

        /// The next event with this message; those before it are passed over, and each must be an object.
        mutating func next(_ message: String) throws -> [String: Any] {
            while true {
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = rest[..<end]
                    rest = rest[(end + 1)...]
                    let event = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
                    if event["message"] as? String == message { return event }
                }
                let more = handle.availableData
                guard !more.isEmpty else { throw TestSupportError("it ended without the event \(message)") }
                rest += more
            }
        }
    }
}
