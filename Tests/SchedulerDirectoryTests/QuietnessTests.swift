import Attestation
import Foundation
import Refusals
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("A pass without news") struct QuietnessTests {
    let fixture: SchedulerFixture
    let package: String

    init() throws {
        fixture = try SchedulerFixture()
        package = try fixture.write("a")
        _ = try fixture.home().submit([package])
        _ = try fixture.home().sign()
    }

    /// Makes the entry of every submission unreadable, which only a pass that reads them can find out.
    private func spoil() throws {
        for name in try fixture.names(in: "submissions") {
            try fixture.folder.write("submissions/\(name)/desc", text: "no entry")
        }
    }

    @Test("reads no submission, and lists them all the same") func noNews() throws {
        try spoil()
        #expect(try fixture.home().sign().submissions.map(\.state.name) == ["waiting"])
        #expect(try fixture.home().sign(listing: false).submissions.isEmpty)
    }

    /// What makes a pass look at everything again.
    enum News: String, CaseIterable {
        case submission, evidence, policy, window, changedRow, longTime, clockSetBack

        func happen(_ test: QuietnessTests) throws {
            let fixture = test.fixture
            switch self {
            case .submission: _ = try fixture.home().submit([try fixture.write("b")])
            case .evidence:
                let approval = try fixture.approval(of: test.package, by: "alice")
                _ = try fixture.home().submit([try fixture.write(approval, as: "alice")])
            case .policy:
                let text = try String(contentsOfFile: fixture.folder.path("policy.json"), encoding: .utf8)
                try fixture.folder.write("policy.json", text: text.replacingOccurrences(of: "Example", with: "Other"))
            case .window:
                let text = try String(contentsOfFile: fixture.folder.path("scheduler.json"), encoding: .utf8)
                try fixture.folder.write(
                    "scheduler.json", text: text.replacingOccurrences(of: "{", with: "{\"batchSeconds\": 5, "))
            case .changedRow: try fixture.alter("UPDATE target SET not_before = 1")
            case .longTime: try fixture.alter("UPDATE quiet SET until = since")
            case .clockSetBack: try fixture.alter("UPDATE quiet SET since = since + 1000, until = until + 1000")
            }
        }
    }

    @Test("is followed by one that reads them when anything is new", arguments: News.allCases) func news(news: News)
        throws
    {
        try spoil()
        _ = try fixture.home().sign()
        try news.happen(self)
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
    }

    @Test("is followed by one that reads them when it is another version of the program") func otherVersion() throws {
        try spoil()
        _ = try fixture.home().sign()
        #expect(throws: SchedulerDirectoryError.self) {
            try SchedulerHome(fixture.folder.path, programVersion: "other").sign()
        }
    }

    @Test("comes to its end when evidence begins to count") func evidenceBegins() throws {
        let header = try fixture.header("alice", from: 3000, to: 6000)
        let early = try fixture.approval(of: package, by: "alice", header: header)
        _ = try fixture.home().submit([try fixture.write(early, as: "early")])
        _ = try fixture.home().sign()
        let store = try fixture.home().readingStore()
        let now = header.notBefore - 3000
        #expect(try store.nextMoment(after: now) == header.notBefore)
        #expect(try store.nextMoment(after: header.notBefore) == header.notAfter + 1)
        #expect(try store.nextMoment(after: header.notAfter + 1) == nil)
    }
}
