import ALPMTypes
import Cryptography
import EnclaveCore
import Publisher
import SchedulerStore
import TransparencyLog

/// The revoked contents among the first leaves of the log: `log/revoked.json`, so that each leaf is read once.
private struct RevocationRecord: Codable {
    /// How many leaves were read.
    var size: UInt64 = 0
    /// The SHA-256 of what they revoke, in hexadecimal.
    var sha256s: Set<String> = []
}

extension LogStore {
    private var revocationFile: String { "\(layout.log)/revoked.json" }

    /// What the kept leaves revoke; changes nothing.
    ///
    /// What another scheduler had revoked is among them once an answer brought the leaves up to there.
    func revoked() throws(SchedulerDirectoryError) -> Set<SHA256Digest> {
        Set(try revocations().sha256s.compactMap { SHA256Digest(recordText: $0) })
    }

    /// Notes what was read, so that later only the leaves that follow are.
    func keepRevocations() throws(SchedulerDirectoryError) {
        try RecordFile.write(try revocations(), to: revocationFile)
    }

    private func revocations() throws(SchedulerDirectoryError) -> RevocationRecord {
        var record = try RecordFile.read(RevocationRecord.self, from: revocationFile) ?? RevocationRecord()
        let size = try range().size
        while record.size < size {
            let path = layout.leaf(record.size)
            let leaf = try durably { try DurableFile.read(path, limit: Self.maximumLeaf) }
            // Leaves of kinds that only a later version knows revoke nothing that this one could tell.
            if case .revocation(let sha256, _)? = try? LoggedEvent(parsing: leaf) { record.sha256s.insert(sha256.hex) }
            record.size += 1
        }
        return record
    }
}
