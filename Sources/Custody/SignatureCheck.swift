import ALPMTypes
package import Cryptography
import EnclaveCore
import OpenPGPFormat
import Policy
import Publisher

/// Verifies signatures of the enclave that leaves name by their digests, from SHA-256 states and without what is signed.
///
/// A state that finishes to the digest of the content and verifies the signature shows that the signature is over that
/// content.
struct SignatureCheck {
    let policy: SigningPolicy
    let location: DatabaseLocation
    /// When the leaf was written, in Unix seconds.
    let time: UInt64

    /// The signature over a package; one that was made before, perhaps with an earlier key, stays good.
    func package(
        _ digest: SHA256Digest, over state: SHA256State, named file: String, _ whole: inout CustodyVerification
    ) -> [CustodyChain.Signature] {
        guard let (packet, record) = packet(digest, of: file, &whole) else { return [] }
        return shown(packet, record, over: state, named: file, by: policy.enclave.repositoryKeys, &whole)
    }

    /// The signatures over both files of a database's serial, which must be made for just that.
    func databases(_ database: LoggedDatabase, _ whole: inout CustodyVerification) -> [CustodyChain.Signature] {
        let key = policy.repository(location.repository).flatMap { policy.enclave.repositoryKey($0.key) }
        let own = key.map { [$0] } ?? []
        let parts = [
            ("db", database.database, database.databaseSignature),
            ("files", database.filesDatabase, database.filesSignature),
        ]
        return parts.flatMap { suffix, content, digest -> [CustodyChain.Signature] in
            let file = "\(location.repository).\(suffix)"
            guard let state = state(of: content, named: file, serial: database.serial, &whole),
                let (packet, record) = packet(digest, of: file, &whole)
            else { return [] }
            if let certificate = key?.stated.certificate {
                let trust = DatabaseTrust(
                    repository: location.repository, architecture: location.architecture, certificate: certificate,
                    notationDomain: policy.notationDomain)
                for problem in trust.problems(in: packet, serial: database.serial) {
                    whole.findings.append(.wrong(record, "a signature for serial \(database.serial), but \(problem)"))
                }
            }
            return shown(packet, record, over: state, named: file, by: own, &whole)
        }
    }

    private func packet(
        _ digest: SHA256Digest, of file: String, _ whole: inout CustodyVerification
    ) -> (SignaturePacket, record: String)? {
        let name = CustodyRecords.signature(digest)
        guard let bytes = whole.record(name, "the signature over \(file) that the log names") else { return nil }
        guard SHA256.digest(of: bytes) == digest, let packet = try? SignaturePacket(parsing: bytes) else {
            whole.findings.append(.wrong(name, "the signature over \(file) that the log names"))
            return nil
        }
        return (packet, name)
    }

    private func state(
        of content: SHA256Digest, named file: String, serial: UInt64, _ whole: inout CustodyVerification
    ) -> SHA256State? {
        let name = CustodyRecords.state(content)
        let what = "the SHA-256 state over \(file) of serial \(serial)"
        guard let bytes = whole.record(name, what) else { return nil }
        guard let state = SHA256State(record: bytes), state.digest() == content else {
            whole.findings.append(.wrong(name, what))
            return nil
        }
        return state
    }

    private func shown(
        _ packet: SignaturePacket, _ record: String, over state: SHA256State, named file: String,
        by keys: [RepositoryKey], _ whole: inout CustodyVerification
    ) -> [CustodyChain.Signature] {
        var problem = "by another key than the policy names"
        for key in keys {
            let verification = key.stated.certificate.verify(packet, over: .state(state), at: time)
            if case .valid(let verdict) = verification {
                guard key.made(verdict) else { continue }
                return [
                    CustodyChain.Signature(
                        file: file, content: state.digest().hex, key: verdict.signingFingerprint.hex,
                        signedAt: verdict.creationTime.timestamp, expiresAt: verdict.expirationTime?.timestamp,
                        record: record)
                ]
            }
            if verification != .unknownKey { problem = verification.problem ?? problem }
        }
        whole.findings.append(.wrong(record, "a good signature over \(file), but it is \(problem)"))
        return []
    }
}

extension SHA256State {
    /// The record of a state: its words and tail in hexadecimal, a space, its length in decimal, and a line feed.
    package var record: [UInt8] { Array("\(hex) \(length)\n".utf8) }

    /// Reads such a record; nil for anything else.
    package init?(record untrustedBytes: [UInt8]) {
        let words = String(decoding: untrustedBytes.dropLast(), as: UTF8.self).split(
            separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let length = UInt64(words[1]),
            let state = try? SHA256State(parsingHex: words[0], length: length), state.record == untrustedBytes
        else { return nil }
        self = state
    }
}
