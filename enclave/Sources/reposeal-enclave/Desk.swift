import ByteCoding
import Descriptors
import SigningProtocol

/// The socket beside the link by which the running monitor is asked at its own console.
///
/// It gives nobody a right: a motion is decided as if it had come over the link. Only root and the monitor's own user are
/// heard, who reach its memory anyway.
struct Desk: ~Copyable {
    private let listener: UnixSocketListener

    /// How long a visitor, who keeps the link waiting, may take to say what it wants, and to take the answer.
    private static let visitMilliseconds: UInt64 = 3_000

    /// Listens at a path; the socket is for the monitor's user alone.
    init(path: String) throws(DescriptorError) {
        // A visitor that goes before its answer must not end the monitor.
        ThisProcess.ignoreBrokenPipeSignal()
        listener = try UnixSocketListener(path: path, permissions: 0o600)
    }

    /// The number to poll for visitors; valid only while this value lives.
    var number: CInt { listener.number }

    /// Serves the visitor that waits, if one does: one request, one answer.
    func serveVisitor(_ answer: (RequestBody) -> DeskAnswer) throws {
        do throws(DescriptorError) { try listener.wait(until: Deadline(milliseconds: 0)) } catch {
            if error == .timedOut { return }
            throw error
        }
        let visitor = try listener.accept()
        guard Self.admits(user: try visitor.peerCredentials().user) else { return }
        try visitor.setNonblocking()
        let request = try DeskMessage.read(from: visitor, deadline: Deadline(milliseconds: Self.visitMilliseconds))
        let answered: DeskAnswer
        do throws(ByteCodingError) { answered = answer(try Self.request(request)) } catch {
            answered = .failed("\(error)")
        }
        try DeskMessage.write(
            answered.bytes, to: visitor, deadline: Deadline(milliseconds: Self.visitMilliseconds))
    }

    /// Whether a user is heard.
    static func admits(user: UInt32) -> Bool { user == 0 || user == ThisProcess.user }

    /// Reads the kind and the body; there are no others at the desk than status and motion.
    private static func request(_ untrustedBytes: [UInt8]) throws(ByteCodingError) -> RequestBody {
        guard let kind = untrustedBytes.first, kind == RequestBody.status.kind || kind == motionKind else {
            throw .malformed(field: "kind", expected: "1 (status) or 5 (motion)")
        }
        return try RequestBody(
            decoding: Array(untrustedBytes.dropFirst()), kind: kind,
            limits: JobLimits(maximumBytes: 0, maximumPackages: 0))
    }

    private static let motionKind: UInt8 = 5
}

/// A visit to the desk of a running monitor.
enum DeskVisit {
    /// A motion may have jails verify many statements, and wait for jobs to be finished.
    private static let answerMilliseconds: UInt64 = 600_000

    /// Asks once; throws where nobody answers or the request was not taken.
    static func ask(_ request: RequestBody, at path: String) throws -> AnswerBody {
        ThisProcess.ignoreBrokenPipeSignal()
        let desk: Descriptor
        do throws(DescriptorError) { desk = try Descriptor.connecting(toUnixSocket: path) } catch {
            throw MonitorError.file(path, "no monitor answers here: \(error)")
        }
        try desk.setNonblocking()
        let deadline = Deadline(milliseconds: answerMilliseconds)
        try DeskMessage.write([request.kind] + request.encoded, to: desk, deadline: deadline)
        let bytes: [UInt8]
        do { bytes = try DeskMessage.read(from: desk, deadline: deadline) } catch {
            throw MonitorError.file(path, "the monitor gave no answer, which only root and its own user get: \(error)")
        }
        switch try DeskAnswer(decoding: bytes) {
        case .answer(let body): return body
        case .failed(let reason): throw MonitorError.file(path, reason)
        }
    }
}
