import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import SchedulerService

@Suite("The OpenAPI document")
struct RouteDocumentTests {
    private func document() throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(PackageResources.openapi_json)) as? [String: Any])
    }

    @Test("every route but those of pages is in the document, and every path of the document is a route")
    func routes() throws {
        let service = try ServiceFixture.untouched().routes()
        let pages = Router(context: ServiceContext.self)
        service.pages.add(to: pages)
        let paths = Set(pages.routes.map(\.path.description))
        let routes = service.router().routes.filter { !paths.contains($0.path.description) }
            .map { "\($0.method.rawValue.lowercased()) \($0.path.description)" }
            .filter { !$0.hasPrefix("head ") }
        let documents = try #require(try document()["paths"] as? [String: [String: Any]])
        let documented = documents.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } }
            .filter { !$0.hasPrefix("head ") }
        #expect(Set(routes) == Set(documented))
        #expect(routes.count == documented.count)
    }

    @Test("the states of a submission are the same in the document and in the program")
    func states() throws {
        let components = try document()["components"] as? [String: Any]
        let schemas = components?["schemas"] as? [String: Any]
        let submission = (schemas?["Submission"] as? [String: Any])?["properties"] as? [String: Any]
        let states = (submission?["state"] as? [String: Any])?["enum"] as? [String]
        #expect(states.map(Set.init) == ReadRoutes.states)
    }
}
