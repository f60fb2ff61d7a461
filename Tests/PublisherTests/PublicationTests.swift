import Foundation
import OpenPGPFormat
import Publisher
import PublishingSamples
import RepositoryDirectory
import TestSupport
import Testing

@Suite struct PublicationTests {
    let repository: SignedRepository

    init() throws { repository = try SignedRepository() }

    @Test("what is published verifies, absent packages are counted, and lastupdate says when")
    func publishes() throws {
        let report = try repository.publish()
        #expect(report.isChanged)
        #expect(report.packagesCopied == 2)
        #expect(report.audit?.findings == [])
        #expect(report.audit?.serial == 7)
        #expect(report.audit?.entries == 3)
        #expect(report.audit?.packagesPresent == 2)
        #expect(report.audit?.packagesAbsent == 1)
        #expect(try (repository.now...UInt64(Date().timeIntervalSince1970)).contains(lastUpdate()))
    }

    private func lastUpdate() throws -> UInt64 {
        let text = try String(contentsOfFile: "\(repository.mirror)/lastupdate", encoding: .utf8)
        return try #require(UInt64(text.dropLast()))
    }

    @Test("what a crash kept from being told in lastupdate is told by the next publication, and nothing else is")
    func lateUpdate() throws {
        let databases = try repository.databases()
        try repository.publish(databases)
        let told = try lastUpdate()
        for text in [nil, "\(told - 100)\n"] {
            try FileManager.default.removeItem(atPath: "\(repository.mirror)/lastupdate")
            if let text { try repository.folder.write("mirror/lastupdate", text: text) }
            #expect(try !repository.publish(databases).isChanged)
            #expect(try lastUpdate() == told)
        }
    }

    @Test("each change has a later number in lastupdate, within a second and after the clock was set back, too")
    func risingUpdate() throws {
        try repository.publish(repository.databases(of: ["a"], serial: 1), serial: 1)
        for serial in UInt64(2)...3 {
            // As if the clock had been ahead at the change before.
            let told = try lastUpdate() + 1000
            try repository.folder.write("mirror/lastupdate", text: "\(told)\n")
            try repository.publish(repository.databases(of: ["b"], serial: serial), serial: serial)
            #expect(try lastUpdate() == told + 1)
        }
    }

    @Test("a change that a crash kept from being told is told by the next publication, whatever lastupdate says")
    func untoldChange() throws {
        let databases = try repository.databases()
        try repository.publish(databases)
        let told = try lastUpdate()
        #expect(!FileManager.default.fileExists(atPath: "\(repository.mirror)/.reposeal/untold"))
        try repository.folder.write("mirror/.reposeal/untold", text: "")
        #expect(try !repository.publish(databases).isChanged)
        #expect(try lastUpdate() == told + 1)
        #expect(try !repository.publish(databases).isChanged)
        #expect(try lastUpdate() == told + 1)
    }

    @Test("gpgv, which knows nothing of us, finds every published signature good") func stockVerifier() throws {
        try repository.publish()
        let keyring = try repository.gpg.write(repository.trust.certificate.bytes, as: "keyring.gpg")
        let names = ["core.db", "core.files"] + ["a", "b"].map(SignedRepository.file)
        for name in names {
            let path = "\(repository.directory)/\(name)"
            let result = try Tool("gpgv", "--keyring", keyring, "\(path).sig", path).run()
            #expect(result.status == 0, "\(name): \(result.complaint)")
        }
    }

    @Test("publishing the same again changes nothing") func again() throws {
        let databases = try repository.databases()
        try repository.publish(databases)
        let report = try repository.publish(databases)
        #expect(!report.isChanged)
        #expect(report.packagesCopied == 0)
    }

    /// Ways to have a database that may not be published.
    enum Flaw: CaseIterable {
        case otherKey, otherContent, otherRepository, otherArchitecture, otherSerial, noSerial, neverExpires,
            noSignature

        func signature(_ repository: SignedRepository, _ bytes: [UInt8]) throws -> [UInt8] {
            switch self {
            case .otherKey:
                let other = try repository.gpg.generateKey("other <o@example.org>", algorithm: "ed25519")
                return try repository.sign(bytes, by: other)
            case .otherContent: return try repository.sign(bytes + [0])
            case .otherRepository: return try repository.sign(bytes, repository: "extra")
            case .otherArchitecture: return try repository.sign(bytes, architecture: "aarch64")
            case .otherSerial: return try repository.sign(bytes, serial: "8")
            case .noSerial: return try repository.sign(bytes, serial: nil)
            case .neverExpires: return try repository.sign(bytes, expires: "0")
            case .noSignature: return [0]
            }
        }
    }

    @Test("a database without a good signature made for it is not published", arguments: Flaw.allCases, [true, false])
    func refusesDatabase(flaw: Flaw, isDatabase: Bool) throws {
        let sign: ([UInt8]) throws -> [UInt8] = { try flaw.signature(repository, $0) }
        let databases =
            isDatabase ? try repository.databases(signing: sign) : try repository.databases(signingFiles: sign)
        #expect(throws: PublisherError.self) { try repository.publish(databases) }
        #expect(!FileManager.default.fileExists(atPath: "\(repository.directory)/core.db"))
    }

    @Test("a package without a signature stops everything before the database") func unsignedPackage() throws {
        let name = SignedRepository.file("a")
        try FileManager.default.removeItem(atPath: repository.folder.path("packages/\(name).sig"))
        #expect(throws: PublisherError.unsigned(file: name, reason: "missing")) { try repository.publish() }
        #expect(!FileManager.default.fileExists(atPath: "\(repository.directory)/core.db"))
    }

    @Test("a package with another package's signature stops everything before the database")
    func wronglySignedPackage() throws {
        let (a, b) = (SignedRepository.file("a"), SignedRepository.file("b"))
        try repository.folder.write(
            "packages/\(a).sig", Data(contentsOf: URL(filePath: repository.folder.path("packages/\(b).sig"))))
        #expect(throws: PublisherError.unsigned(file: a, reason: "bad")) { try repository.publish() }
        #expect(!FileManager.default.fileExists(atPath: "\(repository.directory)/core.db"))
    }

    @Test("a package that is not the one of its entry stops everything before the database") func otherPackage() throws
    {
        let name = SignedRepository.file("b")
        try repository.folder.write("packages/\(name)", text: "something else")
        #expect(throws: PublisherError.anotherPackage(file: name)) { try repository.publish() }
        #expect(!FileManager.default.fileExists(atPath: "\(repository.directory)/core.db"))
    }
}
