public import BuilderTokens
import Descriptors
import HTTPTypes
import SchedulerDocuments

/// How far the sending of a package is.
public struct UploadStep: Hashable, Sendable {
    /// The server that gets it now.
    public let server: ServerAddress
    /// How many bytes it has, or is about to get.
    public let sent: UInt64
    /// How many there are.
    public let size: UInt64
}

extension SchedulerClient {
    /// Sends a package, going on where a server stands, until one has all of it.
    ///
    /// `authorize` makes the token for a method; it is asked anew for every request, so that none is late.
    public func upload(
        _ path: String, as package: UploadedPackage,
        authorize: @escaping @Sendable (_ method: String) throws -> SignedUploadToken,
        progress: @escaping @Sendable (UploadStep) -> Void = { _ in }
    ) async throws {
        let sentAll = Sent()
        try await trying { server, achieved in
            let sender = UploadSender(
                client: self, server: server, path: path, package: package, authorize: authorize,
                onProgress: { sent in
                    progress(UploadStep(server: server, sent: sent, size: package.size))
                })
            // The answer to the last byte may have been lost.
            if sentAll.contains(server), try await sender.progress() == package.size { return }
            var offset = try await sender.begin()
            while offset < package.size {
                sentAll.insert(server)
                let next = try await sender.send(from: offset)
                // A server that says so without end would be sent to without end.
                guard next > offset else {
                    throw ServerFailure(
                        sentence: "took the bytes from \(offset) on, but stands at \(next) all the same")
                }
                achieved.renew()
                offset = next
            }
        }
    }
}

/// Sends one package to one server.
struct UploadSender: Sendable {
    let client: SchedulerClient
    let server: ServerAddress
    let path: String
    let package: UploadedPackage
    let authorize: @Sendable (String) throws -> SignedUploadToken
    let onProgress: @Sendable (UInt64) -> Void

    /// Begins the upload, or goes on with it; says where it stands.
    func begin() async throws -> UInt64 {
        var request = try request(.post, "/api/v1/uploads")
        request.fields[Tus.length] = "\(package.size)"
        return try offset(of: await client.answer(to: request, by: server))
    }

    /// Where the upload stands; nil if there is none.
    func progress() async throws -> UInt64? {
        let answer = try await client.answer(to: try request(.head, address), by: server, besides: [.notFound])
        return answer.status == .notFound ? nil : try offset(of: answer)
    }

    /// Sends all bytes from a place on; says where the upload stands then.
    func send(from offset: UInt64) async throws -> UInt64 {
        var request = try request(.patch, address)
        request.fields[.contentType] = Tus.mediaType
        request.fields[Tus.offset] = "\(offset)"
        do throws(DescriptorError) {
            request.body = try OutgoingBytes(of: path, from: offset, to: package.size)
        } catch {
            throw SchedulerClientError.file(path, error)
        }
        let answer = try await client.answer(
            to: request, by: server, besides: [.notFound, .conflict], onProgress: onProgress)
        // Another request took over, or the upload expired: what there is now, the server says.
        guard answer.status == .noContent else { throw ServerFailure(sentence: "the upload stands elsewhere") }
        return try self.offset(of: answer)
    }

    private var address: String { "/api/v1/uploads/\(package.uploadID)" }

    private func request(_ method: HTTPRequest.Method, _ path: String) throws -> Curl {
        Curl(
            method: method, url: "\(server)\(path)",
            fields: [Tus.resumable: Tus.version, .authorization: "Bearer \(try authorize(method.rawValue).text)"])
    }

    private func offset(of answer: Curl.Answer) throws -> UInt64 {
        guard let text = answer.headers[Tus.offset], let offset = UInt64(text), offset <= package.size else {
            throw SchedulerClientError.unexpected(server: server.text, expected: "Upload-Offset")
        }
        return offset
    }
}
