import ALPMTypes
import Cryptography
import PackageArchive
import Publisher
import RepositoryDatabase
import SchedulerCore

/// A submitted package with its record.
struct Submission {
    var record: SubmissionRecord
    let package: SubmittedPackage

    var description: PackageDescription { package.entry.description }
    var base: PackageName { description.base ?? description.name }
}

/// The folders under `submissions/`, one for each package, by its SHA-256.
struct SubmissionStore {
    let layout: DirectoryLayout

    /// Every submission, in the order of their digests.
    func all() throws(SchedulerDirectoryError) -> [Submission] {
        var found: [Submission] = []
        for name in try durably({ try DurableFile.names(in: layout.submissions) }) where !name.hasPrefix(".") {
            found.append(try submission(in: "\(layout.submissions)/\(name)"))
        }
        return found
    }

    /// Keeps a package whose contents were read; false if these bytes are known already.
    func keep(_ contents: PackageContents, from path: String, at now: UInt64) throws(SchedulerDirectoryError) -> Bool {
        let entry = try Self.entry(of: contents)
        let folder = layout.submission(contents.sha256)
        if DurableFile.exists(folder) { return false }
        let staging = "\(layout.submissions)/.new-\(contents.sha256.hex)"
        let record = SubmissionRecord(
            fileName: entry.description.fileName, sha256: contents.sha256, size: contents.size,
            sha256State: contents.state.hex, acceptedAt: now, targets: [:])
        DurableFile.removeIfPresent(staging)
        try durably {
            try DurableFile.makeDirectory(staging)
            guard try DurableFile.copy(path, to: "\(staging)/\(record.fileName)") == contents.sha256 else {
                throw SchedulerDirectoryError.turnedAway(
                    file: contents.file, reason: "it changed while it was read; put it there by renaming it")
            }
            try DurableFile.write(entry.descBytes, to: "\(staging)/desc")
            try DurableFile.write(entry.filesBytes ?? [], to: "\(staging)/files")
            try RecordFile.write(record, to: "\(staging)/record.json")
            try DurableFile.rename(staging, to: folder)
        }
        return true
    }

    /// Lets a known package that is handed in again be asked for again, wherever it was settled and is not there now.
    func reopen(_ sha256: SHA256Digest, isPresent: (RepositoryName) throws -> Bool) throws(SchedulerDirectoryError) {
        var record = try submission(in: layout.submission(sha256)).record
        for (name, target) in record.targets where target.state.isFinal {
            guard let repository = try? RepositoryName(parsing: name) else { continue }
            if try durably({ try isPresent(repository) }) { continue }
            record.targets[name] = StateRecord(.waiting(missing: []))
        }
        try update(record)
    }

    /// Replaces a submission's record.
    func update(_ record: SubmissionRecord) throws(SchedulerDirectoryError) {
        try RecordFile.write(record, to: "\(layout.submission(record.sha256))/record.json")
    }

    private func submission(in folder: String) throws(SchedulerDirectoryError) -> Submission {
        let path = "\(folder)/record.json"
        guard let record = try RecordFile.read(SubmissionRecord.self, from: path) else {
            throw .missing(file: path, advice: "restore it, or remove the folder and submit the package again")
        }
        guard let state = record.state else {
            throw .malformed(file: path, field: "sha256State", expected: "the state over \(record.size) bytes")
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
