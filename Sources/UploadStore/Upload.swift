import ALPMTypes
import BuilderTokens
import Cryptography
import Descriptors
import Publisher
import Synchronization

/// One upload: its two files, and who writes to them now.
///
/// Its lock is held during every change of the files, so that all see each other's changes whole.
final class Upload: Sendable {
    static let partSuffix = ".part"

    /// The builder's folder.
    let folder: String
    private let part: String
    private let recordFile: String
    private let incoming: String
    private let limits: UploadLimits
    private let writing = Mutex(Writing())

    private struct Writing {
        /// Whose turn it is to write; each turn ends the one before.
        var turn: UInt64 = 0
        var open: OpenPart?
    }

    init(id: SHA256Digest, folder: String, incoming: String, limits: UploadLimits) {
        self.folder = folder
        self.incoming = incoming
        self.limits = limits
        part = "\(folder)/\(id)\(Self.partSuffix)"
        recordFile = "\(folder)/\(id).json"
    }

    /// Makes the files of an upload that has no byte yet; one that is under way stays.
    func begin(_ package: UploadedPackage, now: UInt64) throws(UploadStoreError) -> UploadProgress {
        try writing.withLock { writing throws(UploadStoreError) in
            // What is whole but not yet handed in is not begun anew either.
            if let known = try progress(writing), !known.isComplete || writing.open != nil { return known }
            let record = UploadRecord(of: package, expiresAt: now + limits.lifetime)
            // A record without a part is no upload; an empty part beside a whole record would look like one.
            try record.write(to: recordFile)
            try onDisk { () throws(DescriptorError) in try DurableFile.write([], to: part) }
            return record.progress
        }
    }

    /// How far the upload is; nil if there is none.
    func progress() throws(UploadStoreError) -> UploadProgress? {
        try writing.withLock { writing throws(UploadStoreError) in try progress(writing) }
    }

    private func progress(_ writing: Writing) throws(UploadStoreError) -> UploadProgress? {
        guard let open = writing.open else { return try atRest()?.progress }
        return try open.durableProgress()
    }

    /// Lets somebody write from where the upload stands, and nobody else any more.
    func takeTurn(at offset: UInt64, now: UInt64) throws(UploadStoreError) -> UInt64 {
        try writing.withLock { writing throws(UploadStoreError) in
            let open: OpenPart
            if let present = writing.open {
                open = present
            } else {
                guard let record = try atRest() else { throw .notFound }
                guard record.offset == offset, offset < record.size else {
                    throw .offsetMismatch(expected: record.offset)
                }
                open = try OpenPart(part, record, at: recordFile, limits: limits)
            }
            guard open.progress.offset == offset else {
                throw .offsetMismatch(expected: try open.durableProgress().offset)
            }
            open.touch(now: now)
            writing.open = open
            writing.turn += 1
            return writing.turn
        }
    }

    /// Adds bytes at the end.
    func append(_ bytes: [UInt8], inTurn turn: UInt64) throws(UploadStoreError) {
        try writing.withLock { writing throws(UploadStoreError) in
            guard writing.turn == turn, let open = writing.open else { throw .superseded }
            try open.append(bytes)
        }
    }

    /// Closes the part; hands the package in if everything is there.
    func end(turn: UInt64) throws(UploadStoreError) -> UploadProgress {
        try writing.withLock { writing throws(UploadStoreError) in
            guard writing.turn == turn, let open = writing.open else { throw .superseded }
            writing.open = nil
            try open.checkpoint()
            if open.progress.isComplete { try handIn(open.record) }
            return open.progress
        }
    }

    /// Removes the upload if its time is over and nobody writes to it; false if there is none or it stays.
    func removeIfExpired(now: UInt64) throws(UploadStoreError) -> Bool {
        guard !writing.withLock({ $0.open != nil }) else { return false }
        return try remove { $0.expiresAt <= now }
    }

    /// Removes the upload if a condition holds, but not what was handed in; false if there is none or it does not.
    func remove(where condition: (UploadProgress) -> Bool) throws(UploadStoreError) -> Bool {
        try writing.withLock { writing throws(UploadStoreError) in
            var known = writing.open?.progress
            if known == nil { known = try atRest()?.progress }
            guard let progress = known else {
                removeFiles()
                return false
            }
            guard condition(progress) else { return false }
            writing.turn += 1
            writing.open = nil
            removeFiles()
            return true
        }
    }

    /// What the files say while nobody writes; an end that a crash cut short is brought to its end.
    private func atRest() throws(UploadStoreError) -> UploadRecord? {
        guard let record = try UploadRecord.read(recordFile) else { return nil }
        let kept = DurableFile.size(of: part)
        if record.progress.isComplete {
            // Whatever else lies there is no package.
            if kept == record.size { try handIn(record) } else { DurableFile.removeIfPresent(part) }
            return record
        }
        guard let kept, kept >= record.offset else {
            removeFiles()
            return nil
        }
        return record
    }

    /// Gives a whole part its name in `incoming`, or removes it if it is not what was promised.
    private func handIn(_ record: UploadRecord) throws(UploadStoreError) {
        guard record.state?.digest().hex == record.sha256 else {
            removeFiles()
            throw .digestMismatch
        }
        let target = "\(incoming)/\(record.sha256)"
        try onDisk { () throws(DescriptorError) in
            try DurableFile.put(into: target) { () throws(DescriptorError) in
                try DurableFile.rename(part, to: "\(target)/\(record.fileName)")
            }
        }
    }

    private func removeFiles() {
        DurableFile.removeIfPresent(recordFile)
        DurableFile.removeIfPresent(part)
    }
}
