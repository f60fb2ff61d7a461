import Hummingbird

/// Answers requests that only read, with what was made before where it would be made of the same.
///
/// No answer shows less than what led to an answer that was given before: what it is made of is looked at after it is asked
/// for, and while anything of that is new or unknown it is made anew.
struct Answers: Sendable {
    /// What makes an answer of what is read, on a thread that may block.
    typealias Making = @Sendable (any SchedulerReading) throws -> KeptAnswer

    private let reading: any SchedulerReading
    private let kept: KeptAnswers<AnswerBasis>
    private let directory: SharedLook<AnswerBasis?>
    private let health: SharedLook<AnswerBasis?>

    init(
        _ reading: any SchedulerReading, _ health: ServiceHealth, kept: KeptAnswers<AnswerBasis> = KeptAnswers()
    ) {
        self.reading = reading
        self.kept = kept
        directory = SharedLook(on: .reads) { AnswerBasis(of: reading, health, forHealth: false) }
        self.health = SharedLook(on: .reads) { AnswerBasis(of: reading, health, forHealth: true) }
    }

    /// Answers a request with what was kept, or with what is made now and kept.
    func kept(_ request: Request, aboutHealth: Bool = false, _ make: @escaping Making) async throws -> Response {
        let (look, key) = (aboutHealth ? health : directory, request.uri.string)
        if let basis = await look.found(), let answer = kept.answer(to: key, on: basis) {
            return answer.response(to: request)
        }
        let (kept, reading) = (kept, reading)
        return try await BlockingThreads.reads.run {
            try kept.answer(to: key, on: look.now) { try make(reading) }
        }.response(to: request)
    }

    /// Answers a request with what is made now.
    func fresh(_ request: Request, _ make: @escaping Making) async throws -> Response {
        let reading = reading
        return try await BlockingThreads.reads.run { try make(reading) }.response(to: request)
    }
}
