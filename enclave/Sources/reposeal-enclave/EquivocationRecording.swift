import ALPMTypes
import Cryptography
import EnclaveCore
import Ledger
import Logging
import TransparencyLog

extension Monitor {
    /// Writes down, once for each content, that everybody approved another one than was signed (H21).
    mutating func record(
        _ equivocations: [EquivocationRecord], of job: SHA256Digest, at time: UInt64
    ) throws {
        var new: [(stored: StoredEquivocation, leaf: [UInt8])] = []
        for equivocation in equivocations {
            let stored = StoredEquivocation(equivocation)
            // Two databases of one job may be asked to take the same.
            guard try !ledger.isRecorded(stored), !new.contains(where: { $0.stored.isSame(as: stored) })
            else { continue }
            new.append((stored, LogEntry.equivocation(equivocation).bytes))
        }
        guard !new.isEmpty else { return }
        let leaves = new.map(\.leaf)
        let (grown, note) = try log.checkpoint(adding: leaves, by: logKey, over: broker, job: job)
        try ledger.record(
            new.map(\.stored), log: LogAppend(firstPosition: log.size, leaves: leaves, checkpoint: note), time: time)
        log = grown
        for (stored, _) in new {
            logger.critical(
                "everybody approved a second content",
                metadata: [
                    "package": "\(stored.architecture)/\(stored.name)-\(stored.version)",
                    "sha256": "\(stored.packageDigest)", "job": "\(job)",
                ])
        }
    }
}

extension StoredEquivocation {
    fileprivate init(_ record: EquivocationRecord) {
        self.init(
            architecture: record.architecture, name: record.name, version: record.version, packageDigest: record.sha256)
    }

    /// Versions that vercmp calls equal are one, as in the ledger.
    fileprivate func isSame(as other: StoredEquivocation) -> Bool {
        architecture == other.architecture && name == other.name && packageDigest == other.packageDigest
            && version.equivalenceKey == other.version.equivalenceKey
    }
}
