import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON document as an answer.
struct APIDocument<Value: Encodable>: ResponseGenerator {
    let value: Value

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let bytes = try encoded()
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension APIDocument {
    /// The document's bytes: one line, its members in the order of their names.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
