import Cryptography
import HTTPTypes
import Hummingbird
import NIOCore
import SchedulerPages

/// An answer whose bytes are ready, to be sent as often as it is asked for.
struct KeptAnswer: Sendable {
    let body: ByteBuffer
    /// Names the bytes (RFC 9110 section 8.8.3): others have another tag.
    let tag: String
    private let headers: HTTPFields

    private init(_ bytes: [UInt8], _ headers: HTTPFields) {
        body = ByteBuffer(bytes: bytes)
        tag = "\"\(SHA256.digest(of: bytes).hex.prefix(32))\""
        var headers = headers
        headers[.eTag] = tag
        headers[.contentLength] = "\(bytes.count)"
        self.headers = headers
    }

    /// JSON that is there as bytes.
    init(json bytes: [UInt8]) { self.init(bytes, [.contentType: "application/json"]) }

    /// A document of the API.
    init<Document: Encodable>(_ document: Document) throws {
        self.init(json: try APIDocument(value: document).encoded())
    }

    /// A page for people.
    init(_ page: Page) {
        self.init(
            page.bytes, [.contentType: Page.mediaType, .contentSecurityPolicy: Page.securityPolicy])
    }

    /// The answer to a request, without the bytes for whoever has them.
    func response(to request: Request) -> Response {
        if let untrustedTags = request.headers[.ifNoneMatch], isAmong(untrustedTags) {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }

    /// Whether a list of tags has that of this answer, by the weak comparison: a server in front that compresses makes tags weak.
    private func isAmong(_ untrustedTags: String) -> Bool {
        untrustedTags.utf8.split(separator: UInt8(ascii: ",")).contains { item in
            var item = item
            while let first = item.first, first == 0x20 || first == 0x09 { item = item.dropFirst() }
            while let last = item.last, last == 0x20 || last == 0x09 { item = item.dropLast() }
            if item.starts(with: "W/".utf8) { item = item.dropFirst(2) }
            return item.elementsEqual(tag.utf8) || item.elementsEqual("*".utf8)
        }
    }
}
