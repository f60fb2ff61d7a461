import Cryptography
import Descriptors
import OpenPGPFormat
import Publisher
import RepositoryDatabase

/// Looks for packages that a scheduler lacks in folders that anybody may have written.
struct PackageSearch {
    /// What became of one package.
    enum Outcome {
        case present
        case restored
        /// Nowhere; with what was found under its name, but is not to be trusted.
        case absent([Finding])
    }

    let layout: DirectoryLayout
    /// Where to look, in this order.
    let folders: [String]
    /// Signatures that are in no file of their own.
    let signatures: ExportedSignatures
    let verifiers: TwoVerifiers
    /// The time as of which signatures must be good, in Unix seconds.
    let now: UInt64

    /// Copies the package of an entry and its signature to the scheduler's, if they are not there and a folder has them.
    func restore(_ entry: RepositoryEntry) throws(SchedulerDirectoryError) -> Outcome {
        let fileName = entry.description.fileName
        let target = layout.package(fileName)
        let isPresent = try durably {
            try FileStatus(of: target)?.size == entry.description.compressedSize
                && FileStatus(of: "\(target).sig") != nil
        }
        if isPresent { return .present }
        var findings: [Finding] = []
        for folder in folders {
            let path = "\(folder)/\(fileName)"
            guard let status = try durably({ try FileStatus(of: path) }) else { continue }
            if let problem = try take(path, status, as: entry, to: target) {
                findings.append(Finding(file: path, problem: problem))
            } else {
                return .restored
            }
        }
        return .absent(findings)
    }

    /// Takes one file; else says what is wrong with it.
    private func take(
        _ path: String, _ status: FileStatus, as entry: RepositoryEntry, to target: String
    ) throws(SchedulerDirectoryError) -> String? {
        let other = "its size or SHA-256 is not that of its entry"
        let sha256 = entry.description.sha256
        guard status.size == entry.description.compressedSize else { return other }
        let state: SHA256State
        do throws(DescriptorError) {
            state = try DurableFile.state(of: path)
        } catch {
            return "it cannot be read: \(error)"
        }
        guard state.digest() == sha256 else { return other }
        var problem = "it has no signature"
        for signature in candidates(of: sha256, beside: path) {
            let verification = try durably { try verifiers.verify(signature, overFile: path, state: state, at: now) }
            if let found = verification.problem {
                problem = "its signature is \(found)"
                continue
            }
            // Whoever finds the package finds its signature.
            try durably { try DurableFile.write(signature, to: "\(target).sig") }
            return try durably { try DurableFile.copy(path, to: target, expecting: sha256) } ? nil : other
        }
        return problem
    }

    /// What may be the signature of a package: the file beside it, and what the export has.
    private func candidates(of sha256: SHA256Digest, beside path: String) -> [[UInt8]] {
        let limit = SignaturePacket.maximumByteCount
        // One that cannot be read is as good as none.
        guard let status = try? FileStatus(of: "\(path).sig"), status.size <= limit,
            let beside = try? DurableFile.read("\(path).sig", limit: limit)
        else { return signatures.of(sha256) }
        return [beside] + signatures.of(sha256)
    }
}
