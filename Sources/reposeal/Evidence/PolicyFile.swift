import Attestation
import Cryptography
import EvidenceSigning
import Policy

/// A policy in its canonical text, as it is signed.
struct PolicyFile {
    let path: String
    let bytes: [UInt8]
    let policy: SigningPolicy

    init(reading path: String) throws {
        self.path = path
        let bytes = try WholeFile.read(path)
        self.bytes = bytes
        do throws(PolicyError) {
            policy = try SigningPolicy(parsing: bytes)
        } catch {
            switch error {
            case .malformed(.malformedJSON(let offset, let expected)):
                let reason = "expected a policy as `reposeal policy compile` writes it: at byte \(offset) \(expected)"
                throw FileProblem(file: path, reason: reason)
            case .malformed(let reason): throw FileProblem(file: path, reason: "\(reason)")
            }
        }
    }

    /// The digest of the distribution's first policy, as far as this policy alone tells it.
    ///
    /// The first policy is itself the answer, and the second names it; later ones do not.
    var distribution: SHA256Digest? {
        switch policy.version {
        case 1: policy.digest
        case 2: policy.previous
        default: nil
        }
    }
}
