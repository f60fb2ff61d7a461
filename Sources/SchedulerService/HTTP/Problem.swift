public import HTTPTypes
public import Hummingbird
import NIOCore
import SchedulerDocuments

/// A kind of problem that a request can end with; its name is stable.
public enum ProblemKind: String, CaseIterable, Sendable {
    /// Nothing lies at this path.
    case notFound = "not-found"
    /// The path is known, but not with this method.
    case methodNotAllowed = "method-not-allowed"
    /// A part of the path or the query is not what it must be.
    case invalidParameter = "invalid-parameter"
    /// The request is not valid HTTP.
    case malformedRequest = "malformed-request"
    /// The head of the request is larger than is taken.
    case headTooLarge = "head-too-large"
    /// The body of the request is larger than is taken.
    case bodyTooLarge = "body-too-large"
    /// The body is of another type than is taken.
    case unsupportedType = "unsupported-type"
    /// The request did not arrive in time.
    case requestTimeout = "request-timeout"
    /// There is no token, or one that gives no right to anybody now.
    case tokenInvalid = "token-invalid"
    /// The token is good, but for something else.
    case tokenForSomethingElse = "token-for-something-else"
    /// The request speaks another version of tus.
    case tusVersion = "tus-version"
    /// The upload stands elsewhere.
    case uploadOffset = "upload-offset"
    /// A later request goes on with the upload.
    case uploadSuperseded = "upload-superseded"
    /// The builder has too many unfinished uploads.
    case tooManyUploads = "too-many-uploads"
    /// A file came whole, but is not what was promised.
    case digestMismatch = "digest-mismatch"
    /// The disk has too little room.
    case diskFull = "disk-full"
    /// The bytes are no evidence.
    case evidenceMalformed = "evidence-malformed"
    /// The evidence counts for nothing.
    case evidenceRefused = "evidence-refused"
    /// What was asked for is larger than is put together for whoever asks.
    case recordsTooLarge = "records-too-large"
    /// Others are answered just now.
    case busy = "busy"
    /// The scheduler's directory cannot be read.
    case unreadable = "unreadable"
    /// What the enclave signed minutes ago is not published.
    case notPublished = "not-published"
    /// The program itself is at fault.
    case internalError = "internal-error"

    /// The status of the answer.
    public var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .invalidParameter, .malformedRequest: .badRequest
        case .headTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge, .recordsTooLarge: .contentTooLarge
        case .unsupportedType: .unsupportedMediaType
        case .requestTimeout: .requestTimeout
        case .tokenInvalid: .unauthorized
        case .tokenForSomethingElse, .evidenceRefused: .forbidden
        case .tusVersion: .preconditionFailed
        case .uploadOffset, .uploadSuperseded: .conflict
        case .tooManyUploads: .tooManyRequests
        case .digestMismatch: .unprocessableContent
        case .diskFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .evidenceMalformed: .badRequest
        case .busy, .unreadable, .notPublished: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }

    /// The kind in words, always the same.
    public var title: String {
        switch self {
        case .notFound: "Nothing lies at this path."
        case .methodNotAllowed: "The path is not used with this method."
        case .invalidParameter: "A parameter is not what it must be."
        case .malformedRequest: "The request is not valid HTTP."
        case .headTooLarge: "The head of the request is too large."
        case .bodyTooLarge: "The body of the request is too large."
        case .unsupportedType: "The body is of a type that is not taken here."
        case .requestTimeout: "The request did not arrive in time."
        case .tokenInvalid: "The request has no valid token."
        case .tokenForSomethingElse: "The token is for something else."
        case .tusVersion: "Uploads speak tus 1.0.0 here."
        case .uploadOffset: "The upload stands elsewhere."
        case .uploadSuperseded: "A later request goes on with the upload."
        case .tooManyUploads: "The builder has too many unfinished uploads."
        case .digestMismatch: "The file is not what was promised."
        case .diskFull: "The disk has too little room."
        case .evidenceMalformed: "The bytes are no evidence."
        case .evidenceRefused: "The evidence counts for nothing here."
        case .recordsTooLarge: "The records are too large to be asked for."
        case .busy: "Others are answered just now."
        case .unreadable: "The scheduler's directory cannot be read now."
        case .notPublished: "What was signed is not published."
        case .internalError: "The program made a mistake."
        }
    }

    /// The reference that names the kind; it can be fetched.
    public var reference: String { "/problems/\(rawValue)" }
}

/// Why a request was not answered as asked.
public struct Problem: Error, HTTPResponseError {
    /// What an answer with a problem says that it is.
    static let mediaType = "application/problem+json"

    /// The kind.
    public let kind: ProblemKind
    /// What is wrong with this request; one sentence.
    public let detail: String?
    /// Further fields of the answer, such as `Allow`.
    public var headers: HTTPFields

    /// A problem with one request.
    public init(_ kind: ProblemKind, detail: String? = nil, headers: HTTPFields = [:]) {
        self.kind = kind
        self.detail = detail
        self.headers = headers
    }

    /// The status of the answer.
    public var status: HTTPResponse.Status { kind.status }

    /// The body of the answer.
    var body: [UInt8] {
        let document = ProblemDocument(
            type: kind.reference, title: kind.title, status: kind.status.code, detail: detail)
        return (try? APIDocument(value: document).encoded()) ?? []
    }

    /// The whole answer.
    public var response: Response {
        var headers = headers
        headers[.contentType] = Self.mediaType
        return Response(status: kind.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The whole answer, which depends on nothing else.
    public func response(from request: Request, context: some RequestContext) throws -> Response { response }
}
