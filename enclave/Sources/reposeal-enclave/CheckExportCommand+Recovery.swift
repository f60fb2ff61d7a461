import Attestation
import Cryptography
import EnclaveCore

extension CheckExportCommand {
    /// The second contents that everybody approved are exactly those of the leaves.
    func checkEquivocations(in files: UntrustedExport, of replay: Replay) throws {
        let given = try files.lines(ExportedFile.equivocations).map { line in
            let fields = try FieldReader(
                try CanonicalJSON.parse(line, maximumDepth: 1),
                keys: ["architecture", "name", "sha256", "time", "versionClass"])
            return LoggedEquivocation(
                architecture: try fields.architecture("architecture"), name: try fields.packageName("name"),
                versionClass: try fields.text("versionClass"), sha256: try fields.digest("sha256"),
                time: try fields.time("time"))
        }
        guard given.count == replay.equivocations.count, Set(given) == replay.equivocations else {
            throw failure(ExportedFile.equivocations, "expected exactly the contents of which the leaves tell")
        }
    }

    /// The announced policy is the one of the last announcement, unless a policy came into force since.
    func checkRecovery(in files: UntrustedExport, of replay: Replay) throws {
        let given = try files.lines(ExportedFile.recovery).map { line in
            let fields = try FieldReader(
                try CanonicalJSON.parse(line, maximumDepth: 2, maximumBytes: 1 << 25),
                keys: ["digest", "evidence", "policy", "version", "waited"])
            _ = try fields.decimal("waited")
            let digest = SHA256.digest(of: try Base64.decode(try fields.text("policy")))
            guard digest == (try fields.digest("digest")) else {
                throw failure(ExportedFile.recovery, "expected the policy of its digest")
            }
            let evidence = try fields.distinct("evidence", "digests of statements") { text throws(CryptographyError) in
                try SHA256Digest(parsingHex: text)
            }
            return LoggedAnnouncement(version: try fields.decimal("version"), digest: digest, evidence: evidence)
        }
        guard given == [replay.announcement].compactMap(\.self) else {
            throw failure(ExportedFile.recovery, "expected the policy that the leaves announce, if one waits")
        }
    }
}
