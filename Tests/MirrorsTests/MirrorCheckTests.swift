import Foundation
import Publisher
import PublishingSamples
import TestSupport
import Testing

@testable import Mirrors

@Suite(.mirroredOnce) struct MirrorCheckTests {
    let world: MirroredOnce.World

    init() throws { world = try #require(MirroredOnce.world) }

    /// What may happen to a mirror, and what is then said.
    enum Damage: CaseIterable {
        case none, behind, stale, neverEnded, gone
        case ahead, sameSerial, flippedBit, anotherSignature, expired, unsigned, noDatabase, noFiles
        case missingPackage, anotherPackageSignature

        var state: MirrorStatus.State {
            switch self {
            case .none: .current
            case .behind, .stale, .neverEnded: .lagging
            case .gone: .unreachable
            default: .wrong
            }
        }

        var words: String {
            switch self {
            case .none: ""
            case .behind: "core/os/x86_64: shows serial 1, published is 2"
            case .ahead: "core/os/x86_64: shows serial 2, which was not published here"
            case .sameSerial: "core/os/x86_64: shows other databases of serial 2"
            case .flippedBit, .anotherSignature: "core/os/x86_64/core.db: the signature beside it is bad"
            case .unsigned: "core/os/x86_64/core.db: it has no signature"
            case .noDatabase: "core/os/x86_64/core.db: there is no such file"
            case .noFiles: "core/os/x86_64/core.files: there is no such file"
            case .stale: "lastsync: nothing was copied for 3601 s, of which 3600 may go by"
            case .neverEnded: "lastsync: expected a time in Unix seconds"
            case .missingPackage: "core/os/x86_64/\(SignedRepository.file("a")).sig: there is no such file"
            case .anotherPackageSignature:
                "core/os/x86_64/\(SignedRepository.file("a")).sig: it is not the published one"
            case .expired: "core/os/x86_64/core.db: the signature beside it is expired"
            case .gone: ": rsync ended with status "
            }
        }

        /// Seconds that went by.
        var delay: UInt64 {
            switch self {
            case .stale: 3601
            case .expired: 90_000
            default: 0
            }
        }
    }

    /// Replaces what a link led to, whatever else it is.
    private func put(_ bytes: Data, as path: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try bytes.write(to: URL(filePath: path))
    }

    private func befall(_ damage: Damage, _ root: String) throws {
        let folder = "\(root)/core/os/x86_64"
        func shown(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(folder)/\(name)")) }
        func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        switch damage {
        case .none, .stale, .expired, .behind, .ahead, .sameSerial: return
        case .flippedBit:
            var bytes = try shown("core.db")
            bytes[bytes.count / 2] ^= 1
            try put(bytes, as: "\(folder)/core.db")
        case .anotherSignature: try put(shown("core.files.sig"), as: "\(folder)/core.db.sig")
        case .unsigned: try remove("core.db.sig")
        case .noDatabase: try remove("core.db")
        case .noFiles: try remove("core.files")
        case .neverEnded: try FileManager.default.removeItem(atPath: "\(root)/lastsync")
        case .missingPackage: try remove("\(SignedRepository.file("a")).sig")
        case .anotherPackageSignature:
            try put(shown("\(SignedRepository.file("b")).sig"), as: "\(folder)/\(SignedRepository.file("a")).sig")
        case .gone: try FileManager.default.removeItem(atPath: root)
        }
    }

    @Test(
        "what a mirror shows is current, lags, is wrong or cannot be asked, and a sentence says why",
        arguments: Damage.allCases)
    func damage(damage: Damage) async throws {
        let mirrored = world.mirrored
        try world.copy(of: damage == .behind ? "earlier" : "folder", as: "\(damage)")
        try befall(damage, mirrored.path("\(damage)"))
        let configuration = try mirrored.configuration(
            [mirrored.folderMirror("\(damage)")], published: world.published(damage))
        let status = try #require(try await mirrored.check(configuration, now: world.now + damage.delay).first)
        #expect(status.state == damage.state)
        #expect(
            damage == .none || status.findings.contains { $0.sentence.contains(damage.words) }, "\(status.findings)")
        #expect(damage != .none || status.findings.isEmpty)
    }

    @Test("a server that is down or answers with an error is not a mirror that is wrong") func servers() async throws {
        let mirrored = world.mirrored
        try world.copy(of: "folder", as: "served")
        let web = try await Server.web(serving: mirrored.path("served"))
        let mirrors = [("good", web.port, ""), ("down", 9, ""), ("forbidden", web.port, "/core")].map {
            name, port, path in
            mirrored.folderMirror(
                name, fields: #", "readBack": "http://127.0.0.1:\#(port)\#(path)", "timeoutSeconds": 5"#)
        }
        let denied = "\(mirrored.path("served"))/core/lastsync"
        try FileManager.default.createDirectory(atPath: denied, withIntermediateDirectories: false)
        let statuses = try await mirrored.check(mirrored.configuration(mirrors), now: world.now)
        #expect(statuses.map(\.mirror) == ["good", "down", "forbidden"])
        #expect(statuses.map(\.state) == [.current, .unreachable, .unreachable])
        _ = web
    }

    @Test("a path in an address is escaped where it must be")
    func escapes() {
        #expect(
            MirrorReader.escaped("core/os/x86_64/a+b-1:2.0-1.pkg.tar.zst")
                == "core/os/x86_64/a%2Bb-1%3A2.0-1.pkg.tar.zst")
    }

    @Test(
        "rsync's progress is read from its lines",
        arguments: [
            ("          1,234  56%  1.20MB/s  0:00:01 (xfr#1, to-chk=0/3)", 56), ("100%", 100),
            ("sending file list", nil),
            ("101%", nil), ("", nil),
        ] as [(String, Int?)])
    func progress(line: String, percent: Int?) { #expect(Rsync.percent(in: line) == percent) }
}
