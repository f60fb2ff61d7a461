import ALPMTypes
import Attestation
import Cryptography
import Refusals
import RepositoryDatabase
import SigningProtocol

/// A change whose every entry was parsed and re-emitted by the enclave itself.
struct ReviewedChange {
    let target: Target
    let additions: [AdmittedPackage]
    let removals: [RepositoryEntry]

    var location: DatabaseLocation { target.location }
}

extension [ReviewedChange] {
    /// What the changes bring into each database.
    var arrivals: Arrivals {
        reduce(into: [:]) { $0[$1.location, default: []].formUnion($1.additions.map { PackageArtefact($0.entry) }) }
    }
}

extension JobReview {
    /// H11 and H14: every entry is parsed, re-emitted and equal; the state finishes to the sha256 it is said to have.
    func reviewedEntries(of target: Target, refusals: inout [Refusal]) -> ReviewedChange? {
        let found = refusals.count
        var additions: [AdmittedPackage] = []
        for addition in target.change.additions {
            switch job.kind == .resign ? present(addition, in: target) : reviewed(addition, in: target) {
            case .success(let package): additions.append(package)
            case .failure(let refused): refusals.append(refused.refusal)
            }
        }
        var removals: [RepositoryEntry] = []
        for name in target.change.removals {
            if let entry = target.before.entries[name] {
                removals.append(entry)
            } else {
                refusals.append(.notInRepository(name: name))
            }
        }
        var names = Set<PackageName>()
        for name in additions.map(\.entry.name) + removals.map(\.name) where !names.insert(name).inserted {
            refusals.append(.entryInvalid(field: "\(target.location): \(name) changes twice in one job"))
        }
        guard refusals.count == found else { return nil }
        return ReviewedChange(target: target, additions: additions, removals: removals)
    }

    private struct Refused: Error {
        let refusal: Refusal
    }

    private func reviewed(_ addition: Addition, in target: Target) -> Result<AdmittedPackage, Refused> {
        let entry: RepositoryEntry
        do throws(RepositoryDatabaseError) {
            entry = RepositoryEntry(
                description: try PackageDescription(parsing: addition.untrustedDescription),
                files: try addition.untrustedFiles.map { (bytes) throws(RepositoryDatabaseError) in
                    try FileList(parsing: bytes)
                } ?? .unknown)
        } catch {
            return .failure(Refused(refusal: .entryInvalid(field: "\(error)")))
        }
        let name = entry.directoryName
        func invalid(_ what: String) -> Result<AdmittedPackage, Refused> {
            .failure(Refused(refusal: .entryInvalid(field: "\(name): \(what)")))
        }
        let architecture = entry.description.architecture
        guard architecture.isAny || architecture == target.location.architecture else {
            return invalid("ARCH is neither any nor \(target.location.architecture)")
        }
        if job.kind == .repositoryImport {
            return .success(AdmittedPackage(entry: entry, state: nil))
        }
        guard target.before.entries[entry.name] != entry else { return invalid("it is there already, unchanged") }
        guard entry.filesBytes != nil else { return invalid("the file list is missing") }
        return signable(entry, from: addition.state)
    }

    /// The package of a re-signing is the one in the database: by its `desc`, which says its name, version and digest.
    private func present(_ addition: Addition, in target: Target) -> Result<AdmittedPackage, Refused> {
        guard let name = try? PackageDescription(parsing: addition.untrustedDescription).name,
            let entry = target.before.entries[name], entry.descBytes == addition.untrustedDescription,
            addition.untrustedFiles == nil
        else {
            let expected = "a re-signing names packages by their desc in the database, without files"
            return .failure(Refused(refusal: .entryInvalid(field: "\(target.location): \(expected)")))
        }
        return signable(entry, from: addition.state)
    }

    /// H14: only the state of this very package is signed.
    private func signable(_ entry: RepositoryEntry, from state: SHA256State?) -> Result<AdmittedPackage, Refused> {
        func invalid(_ what: String) -> Result<AdmittedPackage, Refused> {
            .failure(Refused(refusal: .entryInvalid(field: "\(entry.directoryName): \(what)")))
        }
        guard let state else { return invalid("the SHA-256 state is missing") }
        guard state.length == entry.description.compressedSize else {
            return invalid("CSIZE is not the state's length")
        }
        guard state.digest() == entry.description.sha256 else {
            return invalid("the SHA-256 state does not finish to SHA256SUM")
        }
        return .success(AdmittedPackage(entry: entry, state: state))
    }
}
