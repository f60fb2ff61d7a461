import HTTPTypes
public import SchedulerDocuments

extension SchedulerClient {
    /// How a scheduler says that it is.
    public func health() async throws -> HealthDocument { try await document(HealthDocument.self, at: "health") }

    /// The repositories of a scheduler's policy with their databases.
    public func repositories() async throws -> [RepositoryDocument] {
        try await document(RepositoryList.self, at: "repositories").repositories
    }

    private func document<Document: Decodable & Sendable>(
        _ type: Document.Type, at path: String
    ) async throws -> Document {
        try await trying { server, _ in
            let request = Curl(method: .get, url: "\(server)/api/v1/\(path)")
            return try document(type, of: await answer(to: request, by: server))
        }
    }
}
