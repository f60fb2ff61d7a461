import Descriptors
import OpenPGPFormat
import RepositoryDatabase
import RepositoryDirectory

/// Compares what clients see after a publication with what was verified before it, byte for byte.
struct ReadBack {
    let trust: DatabaseTrust
    let packages: PackageAudit

    /// What is not as it was verified: of the databases, and of the packages that this publication put there.
    func findings(
        of databases: SignedDatabases, and entries: [RepositoryEntry], in directory: String
    ) throws(PublisherError) -> [Finding] {
        let (database, files) = ("\(trust.repository).db", "\(trust.repository).files")
        let parts = [
            (database, databases.database), ("\(database).sig", databases.databaseSignature),
            (files, databases.files), ("\(files).sig", databases.filesSignature),
        ]
        var findings: [Finding] = []
        for (name, expected) in parts {
            let found = try publishing {
                try DurableFile.readIfPresent("\(directory)/\(name)", limit: Limits.database)
            }
            switch found {
            case nil: findings.append(Finding(file: name, problem: "there is no such file"))
            case let found? where found != expected:
                findings.append(Finding(file: name, problem: "it is not what was verified"))
            default: continue
            }
        }
        for entry in entries { findings += try packages.findings(of: entry, in: directory) }
        return findings
    }
}
