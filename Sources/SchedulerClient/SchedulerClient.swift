import Cryptography
import FoundationEssentials
import HTTPTypes
public import SchedulerDocuments

/// Asks one of several schedulers, and the next one where one fails.
///
/// What fails because of the network or of the server is asked again, around all servers, until patience ends; a server that
/// says no for a reason is believed at once, and one that says when to come again is asked no earlier (`Retry-After`).
public struct SchedulerClient: Sendable {
    /// More than any scheduler has, so that pages without end are not read for ever.
    private static let mostSubmissions = 1_000_000

    private let servers: [ServerAddress]
    private let patience: Duration

    /// A client for these servers, which without success goes on for `patience`.
    public init(_ servers: [ServerAddress], patience: Duration = .seconds(60)) {
        self.servers = servers
        self.patience = patience
    }

    /// Sends evidence.
    public func send(evidence: [UInt8]) async throws -> EvidenceDocument {
        try await trying { server, _ in
            let request = Curl(
                method: .post, url: "\(server)/api/v1/evidence", fields: [.contentType: "application/json"],
                body: try OutgoingBytes(evidence))
            return try await document(EvidenceDocument.self, of: answer(to: request, by: server))
        }
    }

    /// Every submission that a scheduler has, perhaps only of packages with a name.
    public func submissions(named name: String? = nil) async throws -> [SubmissionDocument] {
        let filter = name.map { "&name=\(Self.percentEncoded($0))" } ?? ""
        return try await trying { server, _ in
            var found: [SubmissionDocument] = []
            var after = ""
            while true {
                let request = Curl(method: .get, url: "\(server)/api/v1/submissions?limit=1000\(filter)\(after)")
                let page = try await document(SubmissionPage.self, of: answer(to: request, by: server))
                found += page.submissions
                guard let next = page.next else { return found }
                guard !page.submissions.isEmpty, found.count < Self.mostSubmissions else {
                    throw ServerFailure(sentence: "its pages of submissions do not end")
                }
                after = "&after=\(Self.percentEncoded(next))"
            }
        }
    }

    /// Text as a part of a query (RFC 3986 section 2).
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isUnreserved =
                character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
            return isUnreserved ? String(character) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }

    // MARK: Asking

    /// Tries servers in turn; the body gets what it renews when something was achieved, from which patience counts.
    func trying<Value: Sendable>(
        _ body: (_ server: ServerAddress, _ achieved: Achievement) async throws -> Value
    ) async throws -> Value {
        let achieved = Achievement()
        var pause = Duration.milliseconds(250)
        var rotation = Rotation(count: servers.count)
        var failure = ""
        while true {
            let (index, time) = rotation.next(at: .now)
            if let time {
                guard time - achieved.time < patience else {
                    throw SchedulerClientError.unreachable(servers: servers.map(\.text), last: failure)
                }
                try await Task.sleep(until: time, clock: .continuous)
            }
            let server = servers[index]
            let before = achieved.time
            do {
                return try await body(server, achieved)
            } catch let error as SchedulerClientError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                let serverFailure = error as? ServerFailure
                failure = "\(server): \(serverFailure?.sentence ?? "\(error)")"
                rotation.note(failureOf: index, notBefore: serverFailure?.retryAfter.map { .now + $0 })
            }
            if achieved.time > before { pause = .milliseconds(250) }
            guard ContinuousClock.now - achieved.time < patience else {
                throw SchedulerClientError.unreachable(servers: servers.map(\.text), last: failure)
            }
            if rotation.failures.isMultiple(of: servers.count) {
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(8))
            }
        }
    }

    /// One answer; what another server or a later time could do better is a `ServerFailure`, other refusals are final.
    func answer(
        to request: Curl, by server: ServerAddress, besides statuses: Set<HTTPResponse.Status> = [],
        onProgress: @escaping @Sendable (UInt64) -> Void = { _ in }
    ) async throws -> Curl.Answer {
        let answer = try await request.answer(onProgress: onProgress)
        let status = answer.status
        if status.kind == .successful || statuses.contains(status) { return answer }
        let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(answer.body))
        let sentence = problem.map { $0.detail ?? $0.title } ?? status.reasonPhrase
        if status.code >= 500 || [408, 425, 429].contains(status.code) {
            throw ServerFailure(sentence: "\(status.code), \(sentence)", retryAfter: answer.retryAfter)
        }
        throw SchedulerClientError.problem(server: server.text, status: UInt(status.code), sentence: sentence)
    }

    func document<Document: Decodable>(
        _ type: Document.Type, of answer: Curl.Answer
    ) throws -> Document {
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body))
        } catch {
            throw ServerFailure(sentence: "the answer is not the document that was asked for")
        }
    }
}

/// What a server could not do now, although the request is in order.
struct ServerFailure: Error {
    let sentence: String
    /// How long the server wants to be left alone.
    var retryAfter: Duration?
}
