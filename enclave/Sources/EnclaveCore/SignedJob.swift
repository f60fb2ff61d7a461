import Attestation
public import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol

/// What a job has become once every signature of its plan was made.
public struct SignedJob: Sendable {
    /// A database at its new serial with its signatures.
    public struct Database: Sendable {
        /// What was planned.
        public let plan: DatabasePlan
        /// The signature packet over the `.db`.
        public let databaseSignature: [UInt8]
        /// The signature packet over the `.files`.
        public let filesSignature: [UInt8]
        /// The key that made them, and the signatures over the packages.
        public let key: Fingerprint
        /// When both stop being valid, in Unix seconds.
        public let expires: UInt64
        /// The signature packets over the admitted packages, in the plan's order; empty for what an import brings.
        public let packageSignatures: [[UInt8]]
    }

    /// The databases in the job's order.
    public let databases: [Database]
    /// The leaves that the job adds to the log, in order.
    public let leaves: [[UInt8]]

    /// Joins a plan with its signature packets, one per request and in the same order.
    public init(_ plan: SigningPlan, packets: [[UInt8]]) {
        precondition(packets.count == plan.requests.count, "one signature per request")
        var signatures = plan.stored
        for (request, packet) in zip(plan.requests, packets) { signatures[request.subject] = packet }
        var databases: [Database] = []
        var leaves: [[UInt8]] = []
        for (index, database) in plan.admission.databases.enumerated() {
            let signed = Database(
                plan: database, databaseSignature: signatures[.database(index)] ?? [],
                filesSignature: signatures[.filesDatabase(index)] ?? [], key: plan.keys[index],
                expires: plan.time + plan.validity[index],
                packageSignatures: database.admitted.indices.map { signatures[.package($0, plan: index)] ?? [] })
            databases.append(signed)
            leaves += Self.entries(of: signed, plan: plan).map(\.bytes)
        }
        self.databases = databases
        self.leaves = leaves
    }

    private static func entries(of signed: Database, plan: SigningPlan) -> [LogEntry] {
        let database = signed.plan
        func context(_ counts: (Statement) -> Bool) -> LogContext {
            LogContext(
                location: database.location, job: plan.jobHash,
                evidence: plan.admission.evidence.filter { counts($0.statement) }.map(\.digest).sorted(),
                time: plan.time)
        }
        let content = database.content
        let arrivals = plan.admission.databases.arrivals
        let packages = zip(database.admitted, signed.packageSignatures)
        let changes: [LogEntry]
        switch database.kind {
        case .repositoryImport:
            let record = ImportRecord(
                context: context { $0.begins(database.location) }, entries: content.listing.count,
                entrySet: content.listing.digest)
            changes = [.imported(record)]
        case .resign:
            changes = packages.map { package, signature in
                .signature(
                    SignatureRecord(context: context { _ in false }, entry: package.entry, signature: signature))
            }
        case .update, .refresh:
            changes =
                database.removed.map { entry in
                    .removal(
                        RemovalRecord(
                            context: context { $0.removes(entry, at: database.location, amid: arrivals) }, entry: entry)
                    )
                }
                + database.overridden.map { entry in
                    .override(
                        OverrideRecord(
                            context: context { $0.overrides(entry, at: database.location) },
                            package: PackageArtefact(entry)))
                }
                + packages.map { package, signature in
                    .admission(
                        AdmissionRecord(
                            context: context { $0.admits(package.entry) }, entry: package.entry, signature: signature))
                }
        }
        let digests = DatabaseDigests(
            serial: database.serial, database: content.database.digest,
            filesDatabase: content.filesDatabase.digest, entrySet: content.listing.digest)
        return changes + [
            .database(
                DatabaseRecord(
                    context: context { _ in false }, plan: digests, policyVersion: plan.policyVersion,
                    expires: signed.expires,
                    databaseSignature: signed.databaseSignature, filesSignature: signed.filesSignature))
        ]
    }
}
