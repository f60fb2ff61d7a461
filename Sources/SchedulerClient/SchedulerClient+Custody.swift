import ALPMTypes
public import Cryptography
public import Custody
import HTTPTypes
import SchedulerDocuments

extension SchedulerClient {
    /// More than the 128 MiB that a scheduler gives have in Base64.
    private static let mostBytesOfRecords = 256 << 20

    /// The records of a package's way, which nobody has verified; nil if a scheduler's log says nothing of the package.
    ///
    /// A scheduler that gives them to somebody else just now is asked again when it says.
    public func custodyRecords(of package: SHA256Digest) async throws -> CustodyRecords? {
        try await trying { server, _ -> CustodyRecords? in
            var request = Curl(method: .get, url: "\(server)/api/v1/submissions/\(package)/custody/records")
            request.maximumBody = Self.mostBytesOfRecords
            let answer = try await answer(to: request, by: server, besides: [.notFound])
            if answer.status == .notFound { return nil }
            do {
                return try document(CustodyRecordsDocument.self, of: answer).decoded()
            } catch {
                throw SchedulerClientError.unexpected(server: server.text, expected: "records of custody")
            }
        }
    }

    /// The packages that were submitted under a name, or under a name and version joined by a dash.
    public func packages(called word: String) async throws -> Set<SHA256Digest> {
        let exact = try? DirectoryName(parsing: word)
        var found: Set<SHA256Digest> = []
        for name in Set([word, exact?.name.text].compactMap(\.self)) where (try? PackageName(parsing: name)) != nil {
            for submission in try await submissions(named: name)
            where submission.name == word || "\(submission.name)-\(submission.version)" == word {
                if let digest = try? SHA256Digest(parsingHex: submission.sha256) { found.insert(digest) }
            }
        }
        return found
    }
}
