import ALPMTypes
import Cryptography
import OpenPGPFormat
import RepositoryDatabase

/// Who looks at the signatures of packages.
public enum PackageReaders: Hashable, Sendable {
    /// Our own reader and gpg.
    case both
    /// Our own reader, where both looked when the packages were published: gpg takes a process for each.
    case ours
}

/// Reads one published package as clients do.
struct PackageAudit {
    let verifiers: TwoVerifiers
    let readers: PackageReaders
    let now: UInt64

    /// What is wrong with the file of an entry and its signature; nothing if both are good.
    func findings(of entry: RepositoryEntry, in directory: String) throws(PublisherError) -> [Finding] {
        let name = entry.description.fileName.text
        let path = "\(directory)/\(name)"
        let state = try publishing { try DurableFile.state(of: path) }
        guard state.length == entry.description.compressedSize, state.digest() == entry.description.sha256 else {
            return [Finding(file: name, problem: "its size or SHA-256 is not that of its entry")]
        }
        let limit = SignaturePacket.maximumByteCount
        guard let signature = try UntrustedFolder(path: directory).bytes(of: "\(name).sig", limit: limit) else {
            return [Finding(file: "\(name).sig", problem: "there is no such file")]
        }
        guard let problem = try verification(of: signature, over: path, state).problem else { return [] }
        return [Finding(file: "\(name).sig", problem: "the signature is \(problem)")]
    }

    private func verification(
        of signature: [UInt8], over path: String, _ state: SHA256State
    ) throws(PublisherError) -> SignatureVerification {
        if readers == .ours {
            let own = verifiers.ownOpinion(of: signature, state: state, at: now)
            // What is signed with another hash than SHA-256 is read whole.
            if own != .unsupportedAlgorithm { return own }
        }
        return try verifiers.verify(signature, overFile: path, state: state, at: now)
    }
}
