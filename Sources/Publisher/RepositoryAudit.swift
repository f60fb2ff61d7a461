public import ALPMTypes
import Descriptors
import OpenPGPFormat
import RepositoryDatabase

/// What an auditor does with a mirror: read everything that clients read, and believe nothing.
public struct RepositoryAudit {
    private let trust: DatabaseTrust
    private let verifiers: TwoVerifiers
    private let packages: PackageAudit
    private let now: UInt64

    /// Prepares to verify one database's directory as of `now`, in Unix seconds.
    ///
    /// What gpg found good according to `known` is not given to it again.
    public init(trust: DatabaseTrust, now: UInt64, knowing known: GoodSignatures = GoodSignatures()) {
        self.init(trust: trust, now: now, readers: .both, knowing: known)
    }

    /// The same, where perhaps our own reader alone looks at the signatures of packages.
    public init(
        trust: DatabaseTrust, now: UInt64, readers: PackageReaders, knowing known: GoodSignatures = GoodSignatures()
    ) {
        self.trust = trust
        self.now = now
        verifiers = TwoVerifiers(certificate: trust.certificate, reading: .message, knowing: known)
        packages = PackageAudit(verifiers: verifiers, readers: readers, now: now)
    }

    /// Verifies the directory that holds `REPOSITORY.db`.
    ///
    /// Both databases must be canonical, hold the same entries and carry good, unexpired signatures made for this
    /// repository, architecture and one serial; every package that is present must be the one of its entry and
    /// carry a good signature. Whatever is not so is a finding; errors are thrown only where nothing can be read.
    /// Packages that `isChosen` leaves out are counted without being read.
    public func verify(
        _ directory: String, packages isChosen: (PackageFileName) -> Bool = { _ in true }
    ) throws(PublisherError) -> AuditReport {
        var report = AuditReport(repository: trust.repository, architecture: trust.architecture)
        let database = "\(trust.repository).db"
        let files = "\(trust.repository).files"
        // The names that clients ask for, not the store behind them: a mirror has what rsync made of the links.
        let folder = UntrustedFolder(path: directory)
        let pair = try [database, files].map { (name) throws(PublisherError) in
            (
                bytes: try folder.bytes(of: name, limit: Limits.database),
                signature: try folder.bytes(of: "\(name).sig", limit: SignaturePacket.maximumByteCount)
            )
        }
        guard let described = pair[0].bytes else {
            report.find(database, "there is no such file")
            return report
        }
        let entries = entries(of: described, kind: .db, named: database, &report)
        let serial = try serial(of: pair[0].signature, over: described, named: database, &report)
        if let listed = pair[1].bytes {
            let other = try self.serial(of: pair[1].signature, over: listed, named: files, &report)
            if serial != other { report.find(files, "its signature states another serial than that of \(database)") }
            if let listed = self.entries(of: listed, kind: .files, named: files, &report), let entries,
                listed.map(\.descBytes) != entries.map(\.descBytes)
            {
                report.find(files, "its entries are not those of \(database)")
            }
        } else {
            report.find(files, "there is no such file")
        }
        report.serial = serial
        report.entries = entries?.count ?? 0
        for entry in entries ?? [] {
            guard try isPresent(entry, in: directory) else {
                report.packagesAbsent += 1
                continue
            }
            report.packagesPresent += 1
            if isChosen(entry.description.fileName) {
                report.findings += try packages.findings(of: entry, in: directory)
            }
        }
        return report
    }

    private func entries(
        of bytes: [UInt8], kind: DatabaseKind, named name: String, _ report: inout AuditReport
    ) -> [RepositoryEntry]? {
        do {
            return try RepositoryDatabaseReader.read(bytes, kind: kind, acceptingOtherCodecs: true).entries
        } catch {
            report.find(name, "not a database of the canonical form: \(error)")
            return nil
        }
    }

    private func serial(
        of signature: [UInt8]?, over bytes: [UInt8], named name: String, _ report: inout AuditReport
    ) throws(PublisherError) -> UInt64? {
        guard let signature else {
            report.find("\(name).sig", "there is no such file")
            return nil
        }
        if let problem = try verifiers.verify(signature, over: bytes, at: now).problem {
            report.find("\(name).sig", "the signature is \(problem)")
        }
        guard let packet = try? SignaturePacket(parsing: signature) else { return nil }
        for problem in trust.problems(in: packet, serial: nil) { report.find("\(name).sig", problem) }
        report.expires = min(report.expires ?? .max, packet.expirationTime ?? .max)
        return trust.serial(in: packet)
    }

    private func isPresent(_ entry: RepositoryEntry, in directory: String) throws(PublisherError) -> Bool {
        try publishing { try FileStatus(of: "\(directory)/\(entry.description.fileName)") != nil }
    }
}
