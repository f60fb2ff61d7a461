import Configuration
import TestSupport
import Testing

@testable import SchedulerService

@Suite("Settings in layers")
struct SettingsTests {
    private static let required =
        #""enclave":"unix:x","policy":"policy.json","schedulerID":"scheduler","requestKey":"request.key""#

    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write("scheduler.json", text: "{\(Self.required)}")
    }

    private func settings(
        _ assignments: [String] = [], environment: [String: String] = [:], files: [String] = []
    ) throws -> Settings {
        try Settings(directory: folder.path, assignments: assignments, environment: environment, files: files)
    }

    private func configuration(_ assignments: String...) throws -> ServiceConfiguration {
        try ServiceConfiguration(settings(assignments), directory: folder.path)
    }

    @Test("each layer hides those below it, and the explanation names all of them")
    func layers() throws {
        func file(_ path: String, _ seconds: Int) throws -> String {
            let extra = path == "scheduler.json" ? Self.required + "," : ""
            return try folder.write(path, text: "{\(extra)\"passes\":{\"idleSeconds\":\(seconds)}}")
        }
        let own = try file("scheduler.json", 1)
        let parts = [try file("scheduler.d/20-b.json", 3), try file("scheduler.d/10-a.json", 2)]
        let named = [try file("one.json", 4), try file("two.json", 5)]
        let settings = try settings(
            ["passes.idleSeconds=7"], environment: ["REPOSEAL_SCHEDULER_PASSES_IDLE_SECONDS": "6"], files: named)
        let choices = try settings.choices(of: .passSeconds)
        #expect(choices.map(\.content) == [7, 6, 5, 4, 3, 2, 1, 60].map(ConfigContent.int))
        let origins = ["command line", "environment", named[1], named[0], parts[0], parts[1], own, "default"]
        #expect(choices.map(\.origin) == origins)
        let lines = try settings.lines(origins: true)
        let start = try #require(lines.firstIndex(of: "passes.idleSeconds = 7"))
        #expect(lines[start + 1].hasPrefix("    from command line: "))
        let hidden = zip([6, 5, 4, 3, 2, 1, 60], origins.dropFirst()).map { "    hides \($0) from \($1)" }
        #expect(Array(lines[(start + 2)..<(start + 9)]) == hidden)
    }

    @Test(
        "an unknown setting is an error that names where it is and the nearest one",
        arguments: [
            (#"{"http":{"listn":[]}}"#, "http.listn", "http.listen"), (#"{"enclav":"x"}"#, "enclav", "enclave"),
            (#"{"http":{"tls":{}}}"#, "http.tls", "http.listen"),
            (#"{"log":{"level":"info","formt":{}}}"#, "log.formt", "log.format"),
        ])
    func unknownInFile(text: String, key: String, nearest: String) throws {
        let file = try folder.write("other.json", text: text)
        let error = #expect(throws: SchedulerServiceError.self) { try settings(files: [file]) }
        guard case .unknown(let origin, let found, let offered)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(origin == file)
        #expect(found == key)
        #expect(offered == nearest)
    }

    @Test(
        "the nearest key is offered for what was mistyped",
        arguments: [
            ("http.listn", "http.listen"), ("enclav", "enclave"), ("polcy", "policy"),
            ("http.idle.seconds", "http.idleSeconds"),
            ("passes.idlesecond", "passes.idleSeconds"), ("log.levl", "log.level"),
        ])
    func nearest(key: String, nearest: String) { #expect(Setting.nearest(to: key) == nearest) }

    @Test("unknown variables and assignments are errors, and foreign variables are none of ours")
    func unknownElsewhere() throws {
        #expect(
            throws: SchedulerServiceError.unknown(
                origin: "environment", key: "REPOSEAL_SCHEDULER_HTTP_LISTN", nearest: "http.listen")
        ) { try settings(environment: ["REPOSEAL_SCHEDULER_HTTP_LISTN": "x"]) }
        #expect(throws: SchedulerServiceError.unknown(origin: "command line", key: "polcy", nearest: "policy")) {
            try settings(["polcy=x"])
        }
        #expect(throws: Never.self) { try settings(environment: ["REPOSEAL_BIN": "x", "PATH": "y"]) }
    }

    @Test(
        "a value that is none of its kind is refused, in any layer",
        arguments: ["0", "3601", "x", "", "1.5"])
    func wrongKind(value: String) throws {
        let text = "\"\(value)\""
        let file = try folder.write("other.json", text: #"{"http":{"idleSeconds":\#(text)}}"#)
        #expect(throws: SchedulerServiceError.self) { try settings(files: [file]) }
        #expect(throws: SchedulerServiceError.self) { try settings(["http.idleSeconds=\(value)"]) }
        #expect(throws: SchedulerServiceError.self) {
            try settings(environment: ["REPOSEAL_SCHEDULER_HTTP_IDLE_SECONDS": value])
        }
    }

    @Test("a file that is not there or is no JSON object is named", arguments: ["[]", "{", "1", "{\"log\":1}"])
    func malformedFile(text: String) throws {
        let file = try folder.write("other.json", text: text)
        let error = #expect(throws: SchedulerServiceError.self) { try settings(files: [file]) }
        #expect("\(String(describing: error))".contains("other.json"))
        #expect(throws: SchedulerServiceError.unreadable(file: "/no/such", reason: "there is no such file")) {
            try settings(files: ["/no/such"])
        }
    }

    @Test("without anything said, the service is for this machine alone")
    func standard() throws {
        let configuration = try configuration()
        #expect(configuration.addresses.map(\.description) == ["127.0.0.1:7480"])
        #expect(try self.configuration("http.listen=").addresses.isEmpty)
    }

    @Test(
        "an address that other machines could reach is refused",
        arguments: ["0.0.0.0:80", "[::]:80", "192.0.2.1:7480", "127.0.0.1:1,10.0.0.1:1"])
    func plainElsewhere(addresses: String) throws {
        let error = #expect(throws: SchedulerServiceError.self) { try configuration("http.listen=\(addresses)") }
        #expect("\(String(describing: error))".contains("http.listen"))
    }

    @Test(
        "a required setting that nobody sets is named", arguments: ["enclave", "policy", "schedulerID", "requestKey"])
    func missing(key: String) throws {
        let members = Self.required.split(separator: ",").filter { !$0.hasPrefix("\"\(key)\"") }
        try folder.write("scheduler.json", text: "{\(members.joined(separator: ","))}")
        let error = #expect(throws: SchedulerServiceError.self) { try configuration() }
        #expect("\(String(describing: error))".contains(" \(key): "))
        #expect(throws: Never.self) { try configuration("\(key)=x") }
    }
}
