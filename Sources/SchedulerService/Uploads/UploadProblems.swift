import BuilderTokens
import HTTPTypes
import SchedulerDocuments
import UploadStore

extension UploadStoreError {
    /// Whether the scheduler's disk is at fault, and not who uploads.
    var isOurs: Bool {
        switch self {
        case .diskFull, .malformed, .system: true
        case .notFound, .offsetMismatch, .superseded, .tooManyBytes, .packageTooLarge, .tooManyUploads, .digestMismatch:
            false
        }
    }
}

extension Problem {
    /// The problem of an upload that cannot begin or go on.
    init(upload error: UploadStoreError) {
        switch error {
        case .notFound: self.init(.notFound, detail: "\(error)")
        case .offsetMismatch(let expected):
            self.init(
                .uploadOffset, detail: "\(error)",
                headers: [Tus.offset: "\(expected)", Tus.resumable: Tus.version])
        case .superseded: self.init(.uploadSuperseded, detail: "\(error)")
        case .tooManyBytes, .packageTooLarge: self.init(.bodyTooLarge, detail: "\(error)")
        case .tooManyUploads: self.init(.tooManyUploads, detail: "\(error)")
        case .diskFull: self.init(.diskFull, detail: "\(error)")
        case .digestMismatch: self.init(.digestMismatch, detail: "\(error)")
        case .malformed, .system: self.init(.unreadable)
        }
    }

    /// The problem of a token that gives no right here.
    init(token refusal: TokenRefusal) {
        let kind: ProblemKind =
            switch refusal {
            case .unknownBuilder, .signatureInvalid, .windowTooLong, .notYetValid, .expired: .tokenInvalid
            case .anotherDistribution, .anotherScope, .anotherMethod: .tokenForSomethingElse
            }
        self.init(kind, detail: "\(refusal.code): \(refusal.sentence)", headers: Self.challenge)
    }

    /// The problem of a request without a token that can be read.
    init(tokenExpected expected: String) { self.init(.tokenInvalid, detail: expected, headers: Self.challenge) }

    private static let challenge: HTTPFields = [.wwwAuthenticate: "Bearer realm=\"reposeal\", scope=\"upload\""]
}
