import Descriptors
import OpenPGPFormat
public import Publisher
import RepositoryDatabase

/// Reads mirrors as clients do and compares them with what is published.
public struct MirrorCheck: Sendable {
    private let configuration: MirrorConfiguration
    private let trusts: [DatabaseTrust]
    /// Called in each look, once the databases were compared and before packages are.
    private let testOnlyBetween: @Sendable () -> Void

    /// Prepares a check; `trusts` say which signatures count.
    public init(_ configuration: MirrorConfiguration, trusts: [DatabaseTrust]) {
        self.init(configuration, trusts: trusts, testOnlyBetween: {})
    }

    init(
        _ configuration: MirrorConfiguration, trusts: [DatabaseTrust], testOnlyBetween: @escaping @Sendable () -> Void
    ) {
        (self.configuration, self.trusts, self.testOnlyBetween) = (configuration, trusts, testOnlyBetween)
    }

    /// Checks the mirrors of these names, or all, at the same time; `now` is in Unix seconds.
    public func run(named names: [String] = [], now: UInt64) async throws(MirrorsError) -> [MirrorStatus] {
        let mirrors = try configuration.mirrors(named: names)
        let found = await withTaskGroup(of: (Int, MirrorStatus).self) { group in
            for (index, mirror) in mirrors.enumerated() {
                group.addTask { (index, await status(of: mirror, now: now)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return found.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// How often a mirror that changes while it is read is read again.
    private static let rounds = 5

    /// What one mirror shows.
    func status(of mirror: Mirror, now: UInt64) async -> MirrorStatus {
        var status = await look(at: mirror, now: now)
        // What is published under the hands of a look makes it compare with two generations at once.
        for _ in 1..<Self.rounds where status.state == .wrong {
            let before = publishedSignatures()
            status = await look(at: mirror, now: now)
            if publishedSignatures() == before { break }
        }
        return status
    }

    /// The signatures of all published databases, which change with each serial; none that cannot be read.
    private func publishedSignatures() -> [String: [UInt8]] {
        let folders = (try? configuration.published.folders()) ?? []
        return folders.reduce(into: [:]) { found, folder in
            found[folder.relativePath] =
                (try? configuration.published.databaseSignature(of: folder.repository, folder.architecture)) ?? []
        }
    }

    private func look(at mirror: Mirror, now: UInt64) async -> MirrorStatus {
        var status = MirrorStatus(mirror: mirror.name)
        do {
            let published = try configuration.published.folders().filter { try $0.isPublished() }
            let reader = MirrorReader(mirror: mirror)
            let shown = try await databases(of: published, through: reader)
            checkTime(shown[Self.timeName], now: now, &status)
            for folder in published { try check(folder, shown: shown, now: now, &status) }
            testOnlyBetween()
            try await checkPackages(of: published, through: reader, &status)
        } catch let failure as TransferFailure {
            status.find(.unreachable, "\(mirror.readBack ?? mirror.address.description): \(failure.reason)")
        } catch {
            status.find(.unreachable, "what is published could not be read: \(error)")
        }
        return status
    }

    /// The file that says when something was copied last.
    private static let timeName = "lastsync"

    private func checkTime(_ untrustedBytes: [UInt8]?, now: UInt64, _ status: inout MirrorStatus) {
        let digits = String(decoding: untrustedBytes ?? [], as: UTF8.self).prefix { $0.isASCII && $0.isNumber }
        guard let time = UInt64(digits) else {
            return status.find(.lagging, "lastsync: expected a time in Unix seconds; nothing was copied to its end yet")
        }
        status.lastSync = time
        if time < now, now - time > configuration.lag {
            status.find(
                .lagging, "lastsync: nothing was copied for \(now - time) s, of which \(configuration.lag) may go by")
        }
    }

    /// The databases with their signatures, all of one moment, and the file of the time.
    ///
    /// Files are read one by one, so signatures are read before and after: where they stayed, what was read between belongs
    /// to them or never will.
    private func databases(
        of folders: [PublishedTree.Folder], through reader: MirrorReader
    ) async throws(TransferFailure) -> [String: [UInt8]] {
        let names = folders.flatMap(\.databaseNames)
        let signatures = names.map { "\($0).sig" }
        let limit = SignaturePacket.maximumByteCount
        for _ in 1...Self.rounds {
            let before = try await reader.read([Self.timeName] + signatures, limit: limit)
            let found = try await reader.read(names, limit: Limits.database)
            let after = try await reader.read([Self.timeName] + signatures, limit: limit)
            if before == after { return found.merging(after) { $1 } }
        }
        throw TransferFailure(
            reason: "its databases changed \(Self.rounds) times while they were read", isPermanent: false)
    }

    /// Compares one pair of databases with the published one.
    private func check(
        _ folder: PublishedTree.Folder, shown: [String: [UInt8]], now: UInt64, _ status: inout MirrorStatus
    ) throws {
        guard
            let trust = trusts.first(where: {
                $0.repository == folder.repository && $0.architecture == folder.architecture
            })
        else { return status.find(.wrong, "\(folder.relativePath): the policy has no such database") }
        let expected = try folder.signedFiles()
        let judge = PairJudge(trust: trust, verifiers: TwoVerifiers(certificate: trust.certificate), now: now)
        var serials: [UInt64?] = []
        for name in folder.databaseNames {
            switch try judge.judge(shown[name], signature: shown["\(name).sig"]) {
            case .bad(let problem): return status.find(.wrong, "\(name): \(problem)")
            case .good(let serial): serials.append(serial)
            }
        }
        guard let serial = serials[0], serials[1] == serial else {
            return status.find(.wrong, "\(folder.relativePath): the two databases have different serials")
        }
        status.serials[folder.relativePath] = serial
        let last = judge.serial(of: expected["\(folder.databaseNames[0]).sig"])
        let isSame = folder.databaseNames.allSatisfy { shown[$0] == expected[$0] }
        switch last {
        case nil: status.find(.wrong, "\(folder.relativePath): what is published here has no serial")
        case let last? where serial < last:
            status.find(.lagging, "\(folder.relativePath): shows serial \(serial), published is \(last)")
        case let last? where serial > last:
            status.find(.wrong, "\(folder.relativePath): shows serial \(serial), which was not published here")
        default: if !isSame { status.find(.wrong, "\(folder.relativePath): shows other databases of serial \(serial)") }
        }
    }

    /// Whether the packages that came last are there: their signatures, which are copied after them.
    private func checkPackages(
        of folders: [PublishedTree.Folder], through reader: MirrorReader, _ status: inout MirrorStatus
    ) async throws {
        // What a database does not name yet on the mirror need not be there.
        let folders = folders.filter { folder in status.serials[folder.relativePath] != nil }
        guard status.state == .current else { return }
        let expected = try folders.reduce(into: [String: [UInt8]]()) {
            $0.merge(try $1.newestSignatures(atMost: 20)) { $1 }
        }
        let shown = try await reader.read(expected.keys.sorted(), limit: SignaturePacket.maximumByteCount)
        for (name, bytes) in expected.sorted(by: { $0.key < $1.key }) where shown[name] != bytes {
            status.find(
                .wrong, "\(name): \(shown[name] == nil ? "there is no such file" : "it is not the published one")")
        }
    }
}

/// Judges a database that somebody shows by its signature.
private struct PairJudge {
    enum Verdict {
        case good(serial: UInt64?)
        case bad(String)
    }

    let trust: DatabaseTrust
    let verifiers: TwoVerifiers
    let now: UInt64

    func judge(_ untrustedBytes: [UInt8]?, signature untrustedSignature: [UInt8]?) throws -> Verdict {
        guard let untrustedBytes else { return .bad("there is no such file") }
        guard let untrustedSignature else { return .bad("it has no signature") }
        if let problem = try verifiers.verify(untrustedSignature, over: untrustedBytes, at: now).problem {
            return .bad("the signature beside it is \(problem)")
        }
        let packet = try SignaturePacket(parsing: untrustedSignature)
        if let problem = trust.problems(in: packet, serial: nil).first {
            return .bad("its signature is not for it: \(problem)")
        }
        return .good(serial: trust.serial(in: packet))
    }

    func serial(of signature: [UInt8]?) -> UInt64? {
        guard let signature, let packet = try? SignaturePacket(parsing: signature) else { return nil }
        return trust.serial(in: packet)
    }
}
