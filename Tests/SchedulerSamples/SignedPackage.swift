// What an enclave does to a directory is no interface of the scheduler: this looks inside, as only a debug build can.
#if DEBUG
    import ALPMTypes
    import Attestation
    package import Cryptography
    import EnclaveCore
    import Foundation
    import JailRecords
    import OpenPGPFormat
    import PackageArchive
    import Policy
    import RepositoryDatabase
    import RepositoryDirectory
    import SchedulerCore
    import SchedulerStore
    import SigningProtocol
    import TestSupport
    import TransparencyLog

    package import Custody
    @testable import SchedulerDirectory

    /// A directory in which a package is signed, as an enclave would have done it: two developers approved it, gpg signs.
    package struct SignedPackage: Sendable {
        package let fixture: SchedulerFixture
        package let sha256: SHA256Digest
        package let records: CustodyRecords

        /// What differs from an honest history.
        package struct Variant: Sendable {
            package var signers: [String]
            /// When the statements stop counting, in seconds from now.
            package var notAfter: Int64
            /// How much later than now the leaves say that they were written, in seconds.
            package var delay: UInt64
            package var packageKey: String
            package var databaseSerial: Int
            /// Leaves of others before the package's.
            package var earlierLeaves: Int
            package var logSeed: UInt8

            package init(
                signers: [String] = ["alice", "bob"], notAfter: Int64 = 3600, delay: UInt64 = 0,
                packageKey: String = "repository", databaseSerial: Int = 1, earlierLeaves: Int = 0, logSeed: UInt8 = 41
            ) {
                self.signers = signers
                self.notAfter = notAfter
                self.delay = delay
                self.packageKey = packageKey
                self.databaseSerial = databaseSerial
                self.earlierLeaves = earlierLeaves
                self.logSeed = logSeed
            }
        }

        package init(_ variant: Variant = Variant()) throws {
            fixture = try SchedulerFixture()
            let home = try fixture.home()
            let path = try fixture.write("a")
            _ = try home.submit([path])
            _ = try home.sign()
            sha256 = try PackageArchive.read(path).sha256
            let layout = DirectoryLayout(root: fixture.folder.path)
            let lock = try DirectoryLock(of: layout, patience: 1)
            let store = try home.stores.store(of: layout, under: lock)
            let (fixture, sha256, now) = (fixture, sha256, UInt64(Date().timeIntervalSince1970) + variant.delay)
            let evidence = try variant.signers.map {
                try fixture.approval(of: path, by: $0, header: fixture.header($0, to: variant.notAfter))
            }
            for envelope in evidence {
                _ = try store.keep(envelope, stating: Statement(parsing: envelope.payload), at: now)
            }
            let job = try Self.job(sha256, layout, store, evidence)
            let (before, change) = (
                DatabaseMirror(repository: job.changes[0].repository, architecture: job.changes[0].architecture),
                job.changes[0]
            )
            let encoded = try before.after(change).encoded()
            let package = try fixture.gpg.sign(
                Array(Data(contentsOf: URL(filePath: path))), by: fixture.people[variant.packageKey] ?? "")
            let databases = try SignedDatabases(
                database: encoded.database.bytes,
                databaseSignature: Self.sign(encoded.database.bytes, variant, fixture),
                files: encoded.files.bytes, filesSignature: Self.sign(encoded.files.bytes, variant, fixture))
            let entry = try change.additions[0].entry()
            let earlier = (0..<variant.earlierLeaves).map { number in
                LogEntry.policy(PolicyRecord(version: 1000 + UInt64(number), digest: sha256, evidence: [], time: now))
                    .bytes
            }
            let first = LogEntry.policy(
                PolicyRecord(version: 1, digest: fixture.policy.digest, evidence: [], time: now)
            ).bytes
            let own = [
                Self.admission(entry, of: job, signature: package, at: now),
                Self.database(databases, encoded, of: job, at: now),
            ]
            let leaves = [first] + earlier + own
            let note = try Self.note(leaves, variant.logSeed, origin: fixture.policy.enclave.logOrigin)
            let jobs = JobStore(layout: layout, store: store)
            try jobs.keep(job)
            try jobs.keepStates(of: [databases], to: job.hash)
            try jobs.keepAnswer(
                Self.answer(job, databases, encoded, package, entry, Array(own), at: UInt64(1 + earlier.count), note),
                to: job.hash)
            try jobs.markApplied(job.hash)
            let logs = LogStore(layout: layout)
            if let checked = try? logs.checked(leaves, first: 0, note: note, policy: fixture.policy) {
                try logs.keep(checked)
            }
            _ = lock
            records = try home.custodyRecords(of: sha256) ?? CustodyRecords()
        }

        /// The chain as somebody verifies it who trusts the policy, or something else.
        package func chain(
            _ records: CustodyRecords? = nil, trusting pin: CustodyPin? = nil, askingGPG: Bool = false
        ) throws -> CustodyChain {
            try CustodyVerification(
                of: records ?? self.records, trusting: pin ?? .policy(fixture.policy), askingGPG: askingGPG
            ).chain(of: sha256)
        }

        private static func sign(_ bytes: [UInt8], _ variant: Variant, _ fixture: SchedulerFixture) throws -> [UInt8] {
            let notations = [
                "serial@reposeal.example=\(variant.databaseSerial)", "repo@reposeal.example=core",
                "arch@reposeal.example=x86_64",
            ]
            return try fixture.gpg.sign(
                bytes, by: fixture.people["repository"] ?? "",
                options: notations.flatMap { ["--sig-notation", $0] } + ["--default-sig-expire", "seconds=86400"])
        }

        private static func job(
            _ sha256: SHA256Digest, _ layout: DirectoryLayout, _ store: SchedulerStore, _ evidence: [Envelope]
        ) throws -> Job {
            guard let record = try store.submission(sha256) else { throw TestSupportError("nothing was submitted") }
            let submission = try SubmissionStore(layout: layout, store: store).submission(record)
            let (repository, architecture) = (try RepositoryName(parsing: "core"), try Architecture(parsing: "x86_64"))
            let change = PendingChange(
                repository: repository, architectures: [architecture], name: submission.description.name,
                version: submission.description.version, action: .add(sha256), byteCount: 1)
            return try Job.update(
                Batching.groups(of: [change])[0], packages: [sha256: submission.package],
                mirrors: [DatabaseMirror(repository: repository, architecture: architecture)], evidence: evidence)
        }

        // The leaves as docs/spec/log.md has them.

        private static func leaf(
            _ job: Job, at time: UInt64, _ members: [String: String], _ evidence: [Envelope]? = nil
        )
            -> [UInt8]
        {
            var all: [String: JSONValue] = members.mapValues { .string($0) }
            all["repository"] = .string(job.changes[0].repository.text)
            all["architecture"] = .string(job.changes[0].architecture.text)
            all["job"] = .string(job.hash.hex)
            all["time"] = .string(Timestamp(seconds: time)?.text ?? "")
            if let evidence { all["evidence"] = .array(evidence.map(\.digest).sorted().map { .string($0.hex) }) }
            return CanonicalJSON.encode(.object(all))
        }

        private static func admission(_ entry: RepositoryEntry, of job: Job, signature: [UInt8], at time: UInt64)
            -> [UInt8]
        {
            leaf(
                job, at: time,
                [
                    "kind": "admission", "name": entry.name.text, "version": entry.description.version.text,
                    "fileName": entry.description.fileName.text, "sha256": entry.description.sha256.hex,
                    "base": entry.description.base?.text ?? "", "desc": entry.descDigest.hex,
                    "files": entry.filesDigest.hex, "signature": SHA256.digest(of: signature).hex,
                ], job.evidence)
        }

        private static func database(
            _ databases: SignedDatabases, _ encoded: (database: EncodedDatabase, files: EncodedDatabase), of job: Job,
            at time: UInt64
        ) -> [UInt8] {
            leaf(
                job, at: time,
                [
                    "kind": "database", "serial": "1", "db": encoded.database.digest.hex,
                    "files": encoded.files.digest.hex, "entrySet": job.hash.hex, "policyVersion": "1",
                    "expires": Timestamp(seconds: time + 86_400)?.text ?? "",
                    "dbSignature": SHA256.digest(of: databases.databaseSignature).hex,
                    "filesSignature": SHA256.digest(of: databases.filesSignature).hex,
                ])
        }

        private static func note(_ leaves: [[UInt8]], _ seed: UInt8, origin: String) throws -> [UInt8] {
            let range = CompactRange(leaves.map(MerkleTree.leafHash))
            let text = try Checkpoint(origin: origin, size: range.size, root: range.root).text
            let key = try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
            let signature = NoteSignature(
                by: try NoteKey(name: origin, key: key.publicKey), try key.sign(Array(text.utf8)))
            return try SignedNote(text: text, signatures: [signature]).bytes
        }

        private static func answer(
            _ job: Job, _ databases: SignedDatabases, _ encoded: (database: EncodedDatabase, files: EncodedDatabase),
            _ package: [UInt8], _ entry: RepositoryEntry, _ leaves: [[UInt8]], at first: UInt64, _ note: [UInt8]
        ) throws -> SignedAnswer {
            let outcome = JobOutcome(
                jobHash: job.hash,
                repositories: [
                    RepositoryOutcome(
                        repository: job.changes[0].repository, architecture: job.changes[0].architecture, serial: 1,
                        database: encoded.database.digest, files: encoded.files.digest,
                        databaseSignature: databases.databaseSignature, filesSignature: databases.filesSignature,
                        createdAt: 0, expiresAt: 0)
                ],
                packageSignatures: [PackageSignature(fileName: entry.description.fileName, signature: package)],
                firstLeafIndex: first, leaves: leaves, checkpointNote: note)
            let body = AnswerBody.outcome(outcome).encoded
            let record = AnswerRecord(
                body: SHA256.digest(of: body), job: job.hash, nonce: [UInt8](repeating: 0, count: 32),
                request: job.hash,
                logSize: 0, logRoot: job.hash, time: 0)
            return SignedAnswer(
                body: body, record: record, signature: try SchedulerFixture.logSigner().sign(record.signedBytes))
        }
    }
#endif
