import ALPMTypes
import Attestation
import Cryptography
import Foundation
import Refusals
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("A directory with the records of an earlier version") struct EarlierFilesTests {
    let fixture: SchedulerFixture
    let package: String
    let sha256: String

    /// A directory as version 0.1 had it before there was a database: one package that one of two approved, another
    /// that is settled, a removal, a file turned away and the events.
    init() throws {
        fixture = try SchedulerFixture()
        package = try fixture.write("a")
        _ = try fixture.home().submit([package, try fixture.write("b")])
        _ = try fixture.home().sign()
        let submissions = try fixture.home().readingStore().submissions()
        for name in ["scheduler.sqlite", "scheduler.sqlite-wal", "scheduler.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.folder.path(name))
        }
        sha256 = try #require(submissions.first { $0.base.text == "a" }).sha256.hex
        for record in submissions {
            let isOpen = record.base.text == "a"
            let state = isOpen ? #"{"refusals": [], "state": "waiting"}"# : #"{"serial": 3, "state": "published"}"#
            try fixture.folder.write(
                "submissions/\(record.sha256)/record.json",
                text: """
                    {"acceptedAt": 1700000000, "fileName": "\(record.fileName)", "sha256": "\(record.sha256)",
                    "sha256State": "\(record.sha256State)", "size": \(record.size), "targets": {"core": \(state)}}
                    """)
        }
        let envelope = try fixture.approval(of: package, by: "alice")
        try fixture.folder.write("evidence/\(envelope.digest).dsse.json", envelope.dsseBytes)
        try fixture.folder.write(
            "removals/\(String(repeating: "0", count: 64)).json",
            text: """
                {"architecture": "x86_64", "name": "c", "repository": "core", "sha256": "\(sha256)",
                "target": {"refusals": [{"arguments": [], "code": "revoked"}], "state": "refused"}, "version": "1-1"}
                """)
        try fixture.folder.write(
            "turned-away.json", text: #"[{"at": 1700000000, "file": "notes.txt", "reason": "expected a package"}]"#)
    }

    private func lines(_ submissions: [SubmissionStatus]) -> [String] {
        submissions.map { "\($0.kind) \($0.name) \($0.state.name)" }
    }

    @Test("is shown as before, and taken over whole with its records removed") func takenOver() throws {
        let expected = ["package a waiting", "package b published", "removal c refused"]
        #expect(lines(try fixture.home().status().submissions) == expected)
        #expect(try fixture.home().status().turnedAway.map(\.file) == ["notes.txt"])
        for path in ["evidence", "removals", "turned-away.json", "submissions/\(sha256)/record.json"] {
            #expect(!FileManager.default.fileExists(atPath: fixture.folder.path(path)), "\(path)")
        }
        let store = try fixture.home().readingStore()
        #expect(try store.evidence().map(\.statement.header.signer.text) == ["alice"])
        #expect(try store.events(limit: 10).map(\.name) == ["accepted", "accepted"])
        #expect(lines(try fixture.home().status().submissions) == expected)
    }

    @Test("goes on where it was: the approval it had counts, and the next one completes it") func goesOn() throws {
        let report = try fixture.home().sign()
        let missing = Refusal.notEnoughApprovals(kind: "packageApproval", role: "developer", have: 1, need: 2)
        #expect(report.submissions.map(\.state) == [.waiting(missing: [missing])])
        let bob = try fixture.write(fixture.approval(of: package, by: "bob"), as: "bob")
        _ = try fixture.home().submit([bob])
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        #expect(try fixture.home().status().submissions.map(\.state.name) == ["asked", "published", "refused"])
    }

    @Test("is not taken over in part: a malformed record is named and everything stays") func malformed() throws {
        try fixture.folder.write("submissions/\(sha256)/record.json", text: #"{"fileName": "../x"}"#)
        let error = #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        #expect("\(String(describing: error))".contains("record.json"))
        #expect(try fixture.names(in: "evidence").count == 1)
        #expect(try fixture.names(in: "removals").count == 1)
    }
}
