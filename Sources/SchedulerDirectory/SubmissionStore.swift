import ALPMTypes
import Cryptography
import PackageArchive
import Publisher
import RepositoryDatabase
import SchedulerCore
import SchedulerStore

/// A submitted package with its record.
struct Submission {
    var record: SubmissionRecord
    let package: SubmittedPackage

    var description: PackageDescription { package.entry.description }
    var base: PackageName { record.base }
}

/// The submitted packages: rows of the database, and the folders under `submissions/` with the bytes, by the SHA-256.
struct SubmissionStore {
    let layout: DirectoryLayout
    let store: SchedulerStore

    /// Keeps a package whose contents were read; false if these bytes are known already.
    func keep(_ contents: PackageContents, from path: String, at now: UInt64) throws(SchedulerDirectoryError) -> Bool {
        if try durably({ try store.hasSubmission(contents.sha256) }) { return false }
        let entry = try Self.entry(of: contents)
        let record = SubmissionRecord(
            fileName: entry.description.fileName, base: entry.description.base ?? entry.description.name,
            sha256: contents.sha256, size: contents.size, sha256State: contents.state.hex, acceptedAt: now)
        // A folder that is there without a row was left whole by a crash.
        if !DurableFile.exists(layout.submission(contents.sha256)) {
            try keepBytes(of: contents, entry, as: record, from: path)
        }
        return try durably { try store.keep(record) }
    }

    private func keepBytes(
        of contents: PackageContents, _ entry: RepositoryEntry, as record: SubmissionRecord, from path: String
    ) throws(SchedulerDirectoryError) {
        let staging = "\(layout.submissions)/.new-\(contents.sha256.hex)"
        DurableFile.removeIfPresent(staging)
        try durably {
            try DurableFile.makeDirectory(staging)
            guard try DurableFile.copy(path, to: "\(staging)/\(record.fileName)") == contents.sha256 else {
                throw SchedulerDirectoryError.turnedAway(
                    file: contents.file, reason: "it changed while it was read; put it there by renaming it")
            }
            try DurableFile.write(entry.descBytes, to: "\(staging)/desc")
            try DurableFile.write(entry.filesBytes ?? [], to: "\(staging)/files")
            if let bytes = contents.untrustedBuildInfo {
                try DurableFile.write(bytes, to: "\(staging)/buildinfo")
            }
            try DurableFile.rename(staging, to: layout.submission(contents.sha256))
        }
    }

    /// Lets a known package that is handed in again be asked for again, wherever it was settled and is not there now.
    func reopen(_ sha256: SHA256Digest, isPresent: (RepositoryName) throws -> Bool) throws(SchedulerDirectoryError) {
        var reopened: [Target] = []
        for var target in try durably({ try store.targets(of: sha256) })
        where target.kind == .package && target.record.state.isFinal {
            if let repository = target.repository, try durably({ try isPresent(repository) }) { continue }
            target.record = StateRecord(.waiting(missing: []))
            reopened.append(target)
        }
        let targets = reopened
        try durably { try store.update(targets) }
    }

    /// A record with the package's entry, which lies beside the package.
    func submission(_ record: SubmissionRecord) throws(SchedulerDirectoryError) -> Submission {
        let folder = layout.submission(record.sha256)
        guard let state = record.state else {
            throw .malformed(file: folder, field: "state", expected: "the state over \(record.size) bytes")
        }
        let bytes = try durably {
            (
                try DurableFile.read("\(folder)/desc", limit: Limits.description),
                try DurableFile.read("\(folder)/files", limit: Limits.fileList)
            )
        }
        do throws(RepositoryDatabaseError) {
            let entry = RepositoryEntry(
                description: try PackageDescription(parsing: bytes.0), files: try FileList(parsing: bytes.1))
            return Submission(record: record, package: SubmittedPackage(entry: entry, state: state))
        } catch {
            throw .malformed(file: folder, field: "entry", expected: "the entry of the package; \(error)")
        }
    }

    /// The entry that the enclave will accept for a package, or why there can be none.
    private static func entry(of contents: PackageContents) throws(SchedulerDirectoryError) -> RepositoryEntry {
        do throws(RepositoryDatabaseError) {
            return RepositoryEntry(
                description: try PackageDescription(parsing: contents.stockDescription()),
                files: try FileList(parsing: contents.stockFileList()))
        } catch {
            throw .turnedAway(file: contents.file, reason: "\(error)")
        }
    }
}
