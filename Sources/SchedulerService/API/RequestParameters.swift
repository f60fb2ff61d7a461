import ALPMTypes
import Cryptography
import FoundationEssentials
import Hummingbird

/// The parameters of one request, each of which must be known and parse.
struct RequestParameters {
    private let query: [String: String]
    private let path: Parameters

    /// Refuses a parameter of the query that the route does not have, or has twice.
    ///
    /// An empty value counts as none where a form sends it for every field that nobody filled in.
    init(
        of request: Request, _ context: ServiceContext, query names: Set<String> = [], fromForm: Bool = false
    ) throws(Problem) {
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard names.contains(name) else { throw Self.problem(name, "one of the parameters of this path") }
            guard query[name] == nil else { throw Self.problem(name, "to be there once") }
            if !fromForm || !value.isEmpty { query[name] = String(value) }
        }
        self.query = query
        path = context.parameters
    }

    /// An optional parameter of the query.
    func value<Value>(_ name: String, _ expected: String, _ parse: (String) throws -> Value?) throws(Problem) -> Value?
    {
        guard let untrustedText = query[name] else { return nil }
        guard let value = try? parse(untrustedText) else { throw Self.problem(name, expected) }
        return value
    }

    /// A part of the path, which may be percent-encoded (RFC 3986 section 2.1).
    func part<Value>(_ name: String, _ expected: String, _ parse: (String) throws -> Value?) throws(Problem) -> Value {
        let decoded = path.get(name).flatMap { (text: String) -> String? in
            // Only the path of a whole URI is decoded without all of Foundation.
            guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
            return (URLComponents(string: "/\(text)")?.path.dropFirst()).map(String.init)
        }
        guard let untrustedText = decoded, let value = try? parse(untrustedText) else {
            throw Self.problem(name, expected)
        }
        return value
    }

    /// A digest in the path.
    func digest(_ name: String) throws(Problem) -> SHA256Digest {
        try part(name, "64 lower-case hexadecimal digits") { try SHA256Digest(parsingHex: $0) }
    }

    /// How many are asked for.
    func limit() throws(Problem) -> Int {
        let range = 1...SubmissionQuery.maximumLimit
        return try value("limit", "a whole number from 1 to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? SubmissionQuery.standardLimit
    }

    private static func problem(_ name: String, _ expected: String) -> Problem {
        Problem(.invalidParameter, detail: "\(name): expected \(expected)")
    }
}
