import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The least that Hummingbird can do, against which the bench measures the service: `bare-handler PORT` answers `/SIZE`
/// with so many bytes that it has ready.
@main struct BareHandler {
    static func main() async throws {
        guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
            FileHandle.standardError.write(Data("usage: bare-handler PORT\n".utf8))
            exit(2)
        }
        let router = Router()
        let ready = Mutex<[Int: ByteBuffer]>([:])
        router.get("{size}") { _, context in
            let size = try context.parameters.require("size", as: Int.self)
            let body = ready.withLock { ready in
                let body = ready[size] ?? ByteBuffer(repeating: UInt8(ascii: "b"), count: size)
                ready[size] = body
                return body
            }
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
        }
        try await Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port))
        ).run()
    }
}
