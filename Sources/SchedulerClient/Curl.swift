import Descriptors
import Glibc
import HTTPTypes
import Subprocess
import SystemPackage

/// One request over HTTP, carried by the program curl.
///
/// curl speaks TLS with the certificates and the proxies that the system's administrator has set up, and none of it becomes a
/// part of this program. What the request says goes to curl in a file in memory, so that no token stands on a command line.
struct Curl: Sendable {
    /// The most bytes of its head beside the body.
    private static let maximumHead = 64 << 10

    let method: HTTPRequest.Method
    let url: String
    var fields = HTTPFields()
    /// The most bytes of the answer's body.
    var maximumBody = 8 << 20
    /// What the request carries; nil for nothing.
    var body: OutgoingBytes?

    /// An answer, whatever its status.
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let body: [UInt8]

        /// How long the server wants to be left alone, at most an hour; nil where it does not say so in seconds (RFC 9110
        /// section 10.2.3).
        var retryAfter: Duration? {
            guard let text = headers[.retryAfter], let seconds = UInt32(text) else { return nil }
            return .seconds(min(seconds, 3600))
        }
    }

    /// Asks; while bytes go out, `onProgress` is told at which byte of the file curl is.
    func answer(onProgress: @escaping @Sendable (UInt64) -> Void = { _ in }) async throws -> Answer {
        let configuration = try OutgoingBytes(Array(configurationText.utf8))
        // A file to read from is wanted where nothing is sent, too.
        let source = try body ?? OutgoingBytes([])
        onProgress(source.position)
        let watching = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(100))
                onProgress(source.position)
            }
        }
        defer { watching.cancel() }
        let (bytes, status, complaint) = try await run(under: configuration, reading: source)
        onProgress(source.position)
        let answer = Answer(parsing: bytes)
        // A server may refuse before it has read everything; then curl could not send the rest, but the answer is one.
        if let answer, status.isSuccess || answer.status.code >= 400 { return answer }
        let words = complaint.split(separator: "\n").last.map(String.init)
        throw ServerFailure(sentence: words ?? "curl ended with \(status) and without an answer")
    }

    private func run(
        under configuration: OutgoingBytes, reading source: OutgoingBytes
    ) async throws -> (bytes: [UInt8], status: TerminationStatus, complaint: String) {
        do {
            let result = try await Subprocess.run(
                .name("curl"), arguments: ["--disable", "--config", configuration.path],
                input: .fileDescriptor(
                    FileDescriptor(rawValue: source.descriptor.number), closeAfterSpawningProcess: false),
                output: .bytes(limit: maximumBody + Self.maximumHead), error: .string(limit: 64 << 10))
            return (result.standardOutput, result.terminationStatus, result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw SchedulerClientError.curlMissing
        }
    }

    /// The request in the words of curl(1).
    private var configurationText: String {
        var lines = [
            "silent", "show-error", "include", "suppress-connect-headers", "http1.1", #"proto = "=http,https""#,
            "connect-timeout = 10", "speed-limit = 1", "speed-time = 60", "max-filesize = \(maximumBody)",
            "url = \(Self.quoted(url))", method == .head ? "head" : "request = \(Self.quoted(method.rawValue))",
        ]
        // Plain HTTP is for this machine, whose tokens are nothing for a proxy.
        if url.hasPrefix("http:") { lines.append(#"noproxy = "*""#) }
        var headers = fields.map { "\($0.name.rawName): \($0.value)" }
        if let body {
            // curl would send pieces of unsaid length, and wait to be told to.
            headers += ["Content-Length: \(body.count)", "Transfer-Encoding:", "Expect:"]
            lines.append(#"upload-file = "-""#)
        } else if method == .post {
            headers.append("Content-Length: 0")
        }
        lines += headers.map { "header = \(Self.quoted($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return "\"\(escaped)\""
    }
}

extension Curl.Answer {
    /// Parses what curl prints: heads, of which the last is the answer's, and the body; nil where no head is whole.
    init?(parsing untrustedBytes: [UInt8]) {
        var rest = untrustedBytes[...]
        while true {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            rest = rest[end.upperBound...]
            let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
            guard words.count >= 2, words[0].hasPrefix("HTTP/"), let code = Int(words[1]), (100..<600).contains(code)
            else { return nil }
            // What came before the answer: continue, early hints.
            if code < 200 { continue }
            status = HTTPResponse.Status(code: code, reasonPhrase: words.count == 3 ? String(words[2]) : "")
            var fields = HTTPFields()
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else {
                    return nil
                }
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                fields.append(HTTPField(name: name, value: String(value)))
            }
            headers = fields
            body = Array(rest)
            return
        }
    }
}
