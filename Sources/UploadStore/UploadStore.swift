public import BuilderTokens
import Cryptography
import Descriptors
import Publisher
import Synchronization

/// The uploads of a scheduler: bytes on their way into its `incoming` folder.
///
/// Each builder has a folder, and each upload two files in it: `ID.json` says how far it is, `ID.part` holds the bytes. A part
/// that is whole and has the right digest is renamed into `incoming/SHA256/NAME`, where it appears at once; a record without a
/// part is therefore an upload that came to its end. One process works on the folder.
///
/// Every method may be called from any thread and waits for the disk.
public final class UploadStore: Sendable {
    private let folder: String
    private let incoming: String
    private let limits: UploadLimits
    private let uploads = Mutex<[SHA256Digest: Present]>([:])

    /// Keeps uploads in a folder, which must be on the disk of `incoming`; neither need be there.
    public init(folder: String, incoming: String, limits: UploadLimits = UploadLimits()) {
        self.folder = folder
        self.incoming = incoming
        self.limits = limits
    }

    /// Begins an upload, or says how far one is that was begun before; one that came to its end begins anew.
    public func begin(_ package: UploadedPackage, now: UInt64) throws(UploadStoreError) -> UploadProgress {
        guard package.size <= limits.packageSize else { throw .packageTooLarge(limit: limits.packageSize) }
        let upload = upload(of: package)
        if let known = try upload.progress(), !known.isComplete { return known }
        try onDisk { () throws(DescriptorError) in try DurableFile.makeDirectory(upload.folder) }
        guard
            try names(in: upload.folder).count(where: { $0.hasSuffix(Upload.partSuffix) }) < limits.unfinishedPerBuilder
        else { throw .tooManyUploads(limit: limits.unfinishedPerBuilder) }
        try Disk.expectRoom(for: package.size, at: upload.folder, sparing: limits.spareBytes)
        return try upload.begin(package, now: now)
    }

    /// How far an upload is; nil if there is none.
    public func progress(of package: UploadedPackage) throws(UploadStoreError) -> UploadProgress? {
        try upload(of: package).progress()
    }

    /// Goes on with an upload where it stands; whoever was writing to it is cut off.
    public func resume(
        _ package: UploadedPackage, at offset: UInt64, now: UInt64
    ) throws(UploadStoreError) -> UploadSession {
        let upload = upload(of: package)
        return UploadSession(upload: upload, turn: try upload.takeTurn(at: offset, now: now))
    }

    /// Removes an upload, but no package that was handed in; false if there is none.
    public func cancel(_ package: UploadedPackage) throws(UploadStoreError) -> Bool {
        try upload(of: package).remove { _ in true }
    }

    /// Removes what nobody went on with in time, and returns how many uploads that were.
    ///
    /// One that cannot be read stops no other; the first such error is thrown at the end.
    public func removeExpired(now: UInt64) throws(UploadStoreError) -> Int {
        var count = 0
        var failure: UploadStoreError?
        for builder in try names(in: folder) {
            do throws(UploadStoreError) {
                let folder = "\(folder)/\(builder)"
                try onDisk { () throws(DescriptorError) in
                    try DurableFile.removeUnfinished(in: folder, unchangedSince: now - min(now, limits.lifetime))
                }
                for id in Set(try names(in: folder).compactMap(Self.uploadID)) {
                    do throws(UploadStoreError) {
                        if try upload(id, in: folder).removeIfExpired(now: now) { count += 1 }
                    } catch { failure = failure ?? error }
                }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        return count
    }

    private static func uploadID(of fileName: String) -> SHA256Digest? {
        fileName.split(separator: ".").first.flatMap { try? SHA256Digest(parsingHex: $0) }
    }

    private func names(in path: String) throws(UploadStoreError) -> [String] {
        try onDisk { () throws(DescriptorError) in try DurableFile.names(in: path) }
    }

    private func upload(of package: UploadedPackage) -> Upload {
        upload(package.uploadID, in: "\(folder)/\(package.builder)")
    }

    /// The one value for an upload in this process, so that its lock is one.
    private func upload(_ id: SHA256Digest, in folder: String) -> Upload {
        uploads.withLock { uploads in
            if let known = uploads[id]?.upload { return known }
            uploads = uploads.filter { $0.value.upload != nil }
            let upload = Upload(id: id, folder: folder, incoming: incoming, limits: limits)
            uploads[id] = Present(upload: upload)
            return upload
        }
    }

    /// An upload that somebody works with, for as long as they do.
    private struct Present {
        weak var upload: Upload?
    }
}
