import Attestation
import Foundation
import Refusals
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite struct IngestionTests {
    let fixture: SchedulerFixture

    init() throws { fixture = try SchedulerFixture() }

    struct BadFile {
        let name: String
        let bytes: [UInt8]
        let reason: String

        init(_ name: String, _ bytes: [UInt8], _ reason: String) {
            (self.name, self.bytes, self.reason) = (name, bytes, reason)
        }
    }

    /// Files that are turned away: their name, bytes, and words of the reason.
    static let badFiles: [BadFile] = [
        BadFile(SchedulerFixture.fileName("a"), Array(SchedulerFixture.package("a").prefix(1000)), "archive"),
        BadFile(SchedulerFixture.fileName("a"), [], "archive"),
        BadFile(SchedulerFixture.fileName("a"), Array("no archive".utf8), "archive"),
        BadFile(
            SchedulerFixture.fileName("a"),
            SchedulerFixture.package("a") { $0.add("linux-99-1/desc", "x") }, "linux-99-1/desc"
        ),
        BadFile(SchedulerFixture.fileName("a"), SchedulerFixture.package("a") { $0.add("../x", "x") }, "expected"),
        BadFile(
            SchedulerFixture.fileName("a"), SchedulerFixture.package("a") { $0.add("dev", flag: "3") }, "type flag"),
        // The file name says another package than .PKGINFO.
        BadFile(SchedulerFixture.fileName("b"), SchedulerFixture.package("a"), "FILENAME"),
        BadFile("x.dsse.json", Array("{".utf8), "byte 1"),
        BadFile("x.dsse.json", Array("[]".utf8), "byte 0"),
        BadFile(
            "x.dsse.json", Array(#"{"payload":"e30=","payloadType":"application/json","signatures":[]}"#.utf8),
            "exactly one signature"),
        BadFile("x.dsse.json", [0xff, 0xfe], "byte 0"),
        BadFile("notes.txt", Array("hello".utf8), "expected a package"),
        BadFile("a-1.0-1.pkg.tar.zst", Array("x".utf8), "expected a package"),
    ]

    @Test("a bad file is turned away with a reason, in the report, the events and the status, and nothing is stored")
    func turnedAway() throws {
        for bad in Self.badFiles {
            try fixture.folder.write("incoming/\(bad.name)", bad.bytes)
            let report = try fixture.home().sign()
            #expect(report.turnedAway.map(\.file) == [bad.name])
            #expect(report.turnedAway.allSatisfy { $0.reason.contains(bad.reason) }, "\(report.turnedAway)")
            #expect(report.hasRefusals)
            #expect(try fixture.names(in: "incoming") == [])
            #expect(try fixture.names(in: "submissions") == [])
            #expect(try fixture.home().readingStore().evidence().isEmpty)
        }
        let status = try fixture.home().status()
        #expect(status.turnedAway.map(\.file) == Self.badFiles.map(\.name))
        #expect(try fixture.events().split(separator: "\n").count == Self.badFiles.count)
    }

    @Test("a link, a folder of links and a pipe in incoming are turned away") func specialFiles() throws {
        let secret = try fixture.folder.write("secret.dsse.json", text: "secret")
        try FileManager.default.createDirectory(
            atPath: fixture.folder.path("incoming/folder"), withIntermediateDirectories: true)
        for name in ["incoming/link.dsse.json", "incoming/folder/link.dsse.json"] {
            try FileManager.default.createSymbolicLink(
                atPath: fixture.folder.path(name), withDestinationPath: secret)
        }
        _ = try Tool("mkfifo", fixture.folder.path("incoming/pipe.dsse.json")).run()
        let report = try fixture.home().sign()
        #expect(report.turnedAway.map(\.reason) == Array(repeating: "expected a regular file", count: 3))
        #expect(try fixture.names(in: "incoming") == [])
        #expect(FileManager.default.fileExists(atPath: secret))
    }

    @Test(
        "what a crash left in incoming is nothing that waits, and goes with the first pass after a day without a change"
    )
    func leftByCrashes() throws {
        let folder = fixture.folder
        try FileManager.default.createDirectory(
            atPath: folder.path("incoming/empty"), withIntermediateDirectories: true)
        for name in ["old", "new"] {
            try folder.write("incoming/\(name)/.new-1", text: "half")
            try folder.write("incoming/.new-\(name)/package", text: "half")
        }
        for path in ["incoming/old/.new-1", "incoming/.new-old"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -25 * 3600)], ofItemAtPath: folder.path(path))
        }
        #expect(try fixture.home().incomingCount() == 0)
        _ = try fixture.home().sign()
        #expect(try fixture.home().vitals().oldestWork == nil)
        #expect(try fixture.names(in: "incoming") == [".new-new", "new"])
        #expect(try fixture.names(in: "incoming/new") == [".new-1"])
    }

    /// Who signs what, and the code with which it is turned away.
    enum Forgery: String, CaseIterable {
        case unknownSigner, signatureInvalid, evidenceExpired, evidenceForAnotherPolicy

        func envelope(_ fixture: SchedulerFixture, of package: String) throws -> Envelope {
            switch self {
            case .unknownSigner: return try fixture.approval(of: package, by: "mallory")
            case .signatureInvalid:
                let good = try fixture.approval(of: package, by: "alice")
                return Envelope(payload: good.payload + Array(" ".utf8), signature: good.signature)
            case .evidenceExpired:
                return try fixture.approval(
                    of: package, by: "alice", header: fixture.header("alice", from: -100, to: -10))
            case .evidenceForAnotherPolicy:
                let header = try fixture.header("alice")
                return try fixture.approval(
                    of: package, by: "alice",
                    header: StatementHeader(
                        distribution: header.distribution, policyVersion: 2, notBefore: header.notBefore,
                        notAfter: header.notAfter, nonce: header.nonce, signer: header.signer))
            }
        }
    }

    @Test("evidence that cannot count is turned away before it is stored", arguments: Forgery.allCases)
    func forgeries(forgery: Forgery) throws {
        let package = try fixture.write("a")
        let path = try fixture.write(try forgery.envelope(fixture, of: package), as: "evidence")
        _ = try fixture.home().submit([path])
        let report = try fixture.home().sign()
        #expect(report.turnedAway.count == 1)
        #expect(try fixture.home().readingStore().evidence().isEmpty)
        if forgery != .signatureInvalid {
            #expect(report.turnedAway[0].reason.hasPrefix(forgery.rawValue))
            #expect(try fixture.events().contains(forgery.rawValue))
        }
    }

    @Test("a signature by another person's key does not count for who the statement names") func borrowedName() throws {
        let package = try fixture.write("a")
        let path = try fixture.write(try fixture.approval(of: package, by: "alice", key: "bob"), as: "evidence")
        _ = try fixture.home().submit([path])
        #expect(try fixture.home().sign().turnedAway[0].reason.hasPrefix("unknownSigner"))
    }

    @Test("the same package twice is one submission, other bytes of its name are another") func sameNames() throws {
        let (one, two) = (try fixture.write("a"), try fixture.write("a", content: "other"))
        _ = try fixture.home().submit([one, one, two])
        _ = try fixture.home().submit([one])
        let report = try fixture.home().sign()
        #expect(!report.hasRefusals)
        #expect(try fixture.names(in: "submissions").count == 2)
        #expect(report.submissions.count == 2)
        #expect(FileManager.default.fileExists(atPath: one))
    }

    @Test("a submission says what it waits for, approval by approval") func waiting() throws {
        let package = try fixture.write("a")
        _ = try fixture.home().submit([package])
        func expect(have: UInt64) throws {
            let report = try fixture.home().sign()
            let missing = Refusal.notEnoughApprovals(kind: "packageApproval", role: "developer", have: have, need: 2)
            #expect(report.submissions.map(\.state) == [.waiting(missing: [missing])])
            #expect(!report.hasRefusals)
        }
        try expect(have: 0)
        let approval = try fixture.approval(of: package, by: "alice")
        _ = try fixture.home().submit([try fixture.write(approval, as: "alice")])
        try expect(have: 1)
        let second = try fixture.approval(of: package, by: "alice")
        _ = try fixture.home().submit([try fixture.write(second, as: "alice-again")])
        try expect(have: 1)
    }

    @Test("what is ready is asked for, and an enclave that cannot be reached loses nothing") func unreachable() throws {
        let package = try fixture.write("a")
        _ = try fixture.home().submit([
            package, try fixture.write(fixture.approval(of: package, by: "alice"), as: "alice"),
            try fixture.write(fixture.approval(of: package, by: "bob"), as: "bob"),
        ])
        for _ in 0..<2 {
            let error = #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
            guard case .enclave = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try fixture.home().status().submissions.map(\.state.name) == ["asked"])
            #expect(try fixture.names(in: "jobs").count == 1)
        }
    }
}
