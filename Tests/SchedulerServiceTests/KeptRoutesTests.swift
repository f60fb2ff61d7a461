import Foundation
import HTTPTypes
import Hummingbird
import SchedulerDirectory
import SchedulerDocuments
import SchedulerSamples
import TestSupport
import Testing

@testable import Mirrors
@testable import SchedulerService

@Suite("Answers that are kept are never old", .timeLimit(.minutes(10)))
struct KeptRoutesTests {
    /// A service that keeps its answers, and what it is over.
    private struct Kept {
        let world: PagesFixture
        private let responder: any HTTPResponder<ServiceContext>

        init(_ world: PagesFixture) throws {
            self.world = world
            responder = try world.service.responder()
        }

        func ask(_ path: String, having tag: String? = nil) async throws -> ServiceFixture.Answer {
            var headers = HTTPFields()
            headers[.ifNoneMatch] = tag
            return try await world.service.answer(path, headers: headers, by: responder)
        }

        func tag(_ path: String) async throws -> String {
            let answer = try await ask(path)
            #expect(answer.status == .ok, "\(path): \(answer.text)")
            return try #require(answer.headers[.eTag])
        }

        /// Waits until nothing changed so lately that answers are not kept.
        func settle() async throws {
            let home = try world.directory.home()
            let end = ContinuousClock.now + .seconds(60)
            while try home.stamp() == nil, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
            try #require(try home.stamp() != nil)
        }
    }

    private static let everything = [
        "/", "/repositories", "/repositories/core/update", "/repositories/core/history", "/mirrors", "/log",
        "/api/v1/submissions", "/api/v1/repositories", "/api/v1/repositories/core", "/api/v1/jobs", "/api/v1/mirrors",
        "/api/v1/log",
    ]

    @Test("an answer has a tag, and who has it gets no bytes again", arguments: everything)
    func notModified(path: String) async throws {
        let kept = try Kept(.untouched())
        try await kept.settle()
        // What it says of the time may change once between two requests, and not twice.
        var statuses: [Int] = []
        for _ in 0..<3 {
            let tag = try await kept.tag(path)
            let again = try await kept.ask(path, having: "\"other\", W/\(tag)")
            statuses.append(again.status.code)
            #expect(again.status != .notModified || again.body.isEmpty)
            #expect(again.headers[.cacheControl] == "no-store")
        }
        #expect(statuses.contains(304))
    }

    /// Something that happens to the directory, and a path at which it shows.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let happen: @Sendable (PagesFixture) throws -> Void
    }

    static let changes = [
        Change(testDescription: "a commit of another process", path: "/api/v1/submissions") {
            try $0.directory.alter("UPDATE target SET state = 'withdrawn', person = 'x' WHERE name = 'bash'")
        },
        Change(testDescription: "a commit, on the page", path: "/") {
            try $0.directory.alter("UPDATE target SET state = 'withdrawn', person = 'x' WHERE name = 'bash'")
        },
        Change(testDescription: "a submission that is taken back", path: "/api/v1/submissions") {
            _ = try $0.directory.home().withdraw(SubmissionSelection("bash"), by: "x")
        },
        Change(testDescription: "a policy that is replaced", path: "/api/v1/repositories") {
            try replace("policy.json", in: $0) { $0.replacing("\"x86_64\"", with: "\"aarch64\"") }
        },
        Change(testDescription: "mirrors that are configured", path: "/api/v1/mirrors") {
            try configureMirrors($0, "north")
        },
        Change(testDescription: "what a look at a mirror found", path: "/mirrors") {
            try configureMirrors($0, "north")
            var status = MirrorStatus(mirror: "north")
            status.find(.wrong, "core/os/x86_64: another signature")
            _ = try $0.directory.home().keep(status, from: 1_700_000_000)
        },
        Change(testDescription: "a generation that is signed", path: "/api/v1/repositories/core") {
            let folder = $0.directory.folder
            try FileManager.default.copyItem(
                atPath: folder.path("repositories/core/.x86_64-3"), toPath: folder.path("repositories/core/.x86_64-4"))
            try folder.write("repositories/core/.x86_64-4/serial", text: "4\n")
            try FileManager.default.removeItem(atPath: folder.path("repositories/core/x86_64"))
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("repositories/core/x86_64"), withDestinationPath: ".x86_64-4")
        },
        Change(testDescription: "a checkpoint of the log", path: "/api/v1/log") {
            try replace("log/checkpoint", in: $0) { $0 + "\n" }
        },
        Change(testDescription: "a file that waits", path: "/api/v1/health") {
            try $0.directory.folder.write("incoming/a.pkg.tar", text: "a")
        },
        Change(testDescription: "a file that waits, on the page", path: "/health") {
            try $0.directory.folder.write("incoming/a.pkg.tar", text: "a")
        },
        Change(testDescription: "a pass", path: "/api/v1/health") {
            $0.service.health.note(.init(endedAt: 1_700_000_000, succeeded: false, milliseconds: 5))
        },
        Change(testDescription: "what is signed and not published", path: "/api/v1/health") {
            try $0.directory.folder.write("mirrors.json", text: #"{"published": "p", "mirrors": []}"#)
        },
    ]

    private static func configureMirrors(_ world: PagesFixture, _ name: String) throws {
        try world.directory.folder.write(
            "mirrors.json", text: #"{"published": "p", "mirrors": [{"name": "\#(name)", "address": "/a"}]}"#)
    }

    /// Writes a file anew as it is, but for a change.
    private static func replace(
        _ name: String, in world: PagesFixture, _ change: (String) -> String
    ) throws {
        let path = world.directory.folder.path(name)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Data(change(text).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    @Test("what changes shows in the next answer", arguments: changes)
    func change(_ change: Change) async throws {
        let kept = try Kept(PagesFixture())
        try await kept.settle()
        // Twice, so that the second is one that was kept, unless the clock's second ends between them.
        _ = try await kept.tag(change.path)
        let before = try await kept.tag(change.path)
        try change.happen(kept.world)
        #expect(try await kept.tag(change.path) != before)
    }

    @Test("a statement that ends counts no more in the second after, though nothing else changed")
    func time() async throws {
        let kept = try Kept(PagesFixture())
        let now = Int(Date().timeIntervalSince1970)
        try kept.world.directory.alter("UPDATE evidence SET not_after = \(now + 3)")
        let end = ContinuousClock.now + .seconds(120)
        var givers: [String] = []
        while givers != ["alice", "bob"], ContinuousClock.now < end {
            let answer = try await kept.ask("/api/v1/submissions/\(kept.world.hostile)")
            let page = try JSONDecoder().decode(SubmissionPage.self, from: Data(answer.body))
            givers = page.submissions.flatMap(\.missing).flatMap(\.givers)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(givers == ["alice", "bob"])
        #expect(Int(Date().timeIntervalSince1970) > now + 3)
    }
}
