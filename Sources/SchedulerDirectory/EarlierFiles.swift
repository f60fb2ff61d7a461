import ALPMTypes
import Attestation
import Cryptography
import Glibc
import Publisher
import RepositoryDatabase
import SchedulerCore
import SchedulerStore

/// The JSON records and envelopes that a directory had before it had a database; the database takes them over once.
struct EarlierFiles {
    let layout: DirectoryLayout

    private var removals: String { "\(layout.root)/removals" }
    private var evidence: String { "\(layout.root)/evidence" }
    private var turnedAway: String { "\(layout.root)/turned-away.json" }

    /// Whether there are any.
    func arePresent() throws(SchedulerDirectoryError) -> Bool {
        let paths = [turnedAway, removals, evidence]
        if paths.contains(where: DurableFile.exists) { return true }
        return try !folders().isEmpty
    }

    /// Reads all of them; throws the first that is malformed.
    func records() throws(SchedulerDirectoryError) -> EarlierRecords {
        var records = EarlierRecords()
        for folder in try folders() { records.submissions.append(try submission(in: folder)) }
        for name in try names(in: removals, ending: ".json") {
            if let file = try RecordFile.read(RemovalFile.self, from: "\(removals)/\(name)") {
                records.removals.append(file.request)
            }
        }
        for name in try names(in: evidence, ending: EvidenceStore.suffix) {
            records.evidence.append(try envelope(in: "\(evidence)/\(name)"))
        }
        records.turnedAway = try RecordFile.read([TurnedAwayFile].self, from: turnedAway).map { $0.map(\.record) } ?? []
        records.jobs = try JobStore.earlierRecords(layout)
        records.events = try EventLog.earlierRecords(layout)
        return records
    }

    /// Removes what was taken over; what a crash leaves of it is not looked at again.
    func remove() {
        for folder in (try? folders()) ?? [] { DurableFile.removeIfPresent("\(folder)/record.json") }
        DurableFile.removeIfPresent(turnedAway)
        for (folder, suffix) in [(removals, ".json"), (evidence, EvidenceStore.suffix)] {
            for name in (try? names(in: folder, ending: suffix)) ?? [] {
                DurableFile.removeIfPresent("\(folder)/\(name)")
            }
            _ = unsafe rmdir(folder)
        }
    }

    /// The folders of submissions that have a record of their own.
    private func folders() throws(SchedulerDirectoryError) -> [String] {
        try names(in: layout.submissions, ending: "").map { "\(layout.submissions)/\($0)" }
            .filter { DurableFile.exists("\($0)/record.json") }
    }

    private func names(in folder: String, ending suffix: String) throws(SchedulerDirectoryError) -> [String] {
        try durably { try DurableFile.names(in: folder) }.filter { !$0.hasPrefix(".") && $0.hasSuffix(suffix) }
    }

    private func submission(in folder: String) throws(SchedulerDirectoryError) -> SubmissionRecord {
        let path = "\(folder)/record.json"
        guard let file = try RecordFile.read(SubmissionFile.self, from: path) else {
            throw .missing(file: path, advice: "restore it, or remove the folder and submit the package again")
        }
        guard (try? SHA256State(parsingHex: file.sha256State, length: file.size)) != nil else {
            throw .malformed(file: path, field: "sha256State", expected: "the state over \(file.size) bytes")
        }
        let bytes = try durably { try DurableFile.read("\(folder)/desc", limit: Limits.description) }
        guard let description = try? PackageDescription(parsing: bytes) else {
            throw .malformed(file: "\(folder)/desc", field: "entry", expected: "the entry of the package")
        }
        return SubmissionRecord(
            fileName: file.fileName, base: description.base ?? description.name, sha256: file.sha256, size: file.size,
            sha256State: file.sha256State, acceptedAt: file.acceptedAt, targets: file.targets.mapValues(\.record))
    }

    private func envelope(in path: String) throws(SchedulerDirectoryError) -> KeptEnvelope {
        let bytes = try durably { try DurableFile.read(path, limit: EvidenceStore.maximumEnvelope) }
        guard let envelope = try? Envelope(parsingDSSE: bytes),
            let statement = try? Statement(parsing: envelope.payload, maximumBytes: EvidenceStore.maximumEnvelope)
        else {
            throw .malformed(file: path, field: "envelope", expected: "the evidence that was accepted; remove it")
        }
        return KeptEnvelope(envelope: envelope, statement: statement)
    }
}

/// `submissions/SHA256/record.json`.
private struct SubmissionFile: Decodable {
    @AsText var fileName: PackageFileName
    @AsText var sha256: SHA256Digest
    let size: UInt64
    let sha256State: String
    let acceptedAt: UInt64
    let targets: [String: StateFile]
}

/// `removals/ID.json`.
private struct RemovalFile: Decodable {
    @AsText var repository: RepositoryName
    @AsText var architecture: Architecture
    @AsText var name: PackageName
    @AsText var version: Version
    @AsText var sha256: SHA256Digest
    let target: StateFile

    var request: RemovalRequest {
        RemovalRequest(
            repository: repository, architecture: architecture, name: name, version: version, sha256: sha256,
            target: target.record)
    }
}

/// The state inside of either; one that makes no sense is that of a submission to be checked anew.
private struct StateFile: Decodable {
    let state: String
    let refusals: [RefusalRecord]?
    let job: String?
    let serial: UInt64?
    let refusedAsk: String?
    let notBefore: UInt64?

    var record: StateRecord {
        var record = StateRecord(parsed)
        record.refusedAsk = refusedAsk
        record.notBefore = notBefore
        return record
    }

    private var parsed: SubmissionState {
        let reasons = (refusals ?? []).compactMap(\.refusal)
        switch (state, job.flatMap { SHA256Digest(recordText: $0) }, serial) {
        case ("ready", _, _): return .ready
        case ("asked", let job?, _): return .asked(job: job)
        case ("signed", _, let serial?): return .signed(serial: serial)
        case ("published", _, let serial?): return .published(serial: serial)
        case ("refused", _, _) where !reasons.isEmpty: return .refused(reasons)
        default: return .waiting(missing: reasons)
        }
    }
}

/// One entry of `turned-away.json`.
private struct TurnedAwayFile: Decodable {
    let file: String
    let reason: String
    let at: UInt64

    var record: TurnedAwayRecord { TurnedAwayRecord(file: file, reason: reason, at: at) }
}
