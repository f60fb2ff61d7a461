import Foundation
import HTTPTypes
import SchedulerDirectory
import SchedulerDocuments
import SchedulerSamples
import TestSupport
import Testing

@testable import Mirrors
@testable import SchedulerService

@Suite("What the API answers")
struct ReadRoutesTests {
    let world: ServiceFixture

    init() throws { world = try .untouched() }

    private func answer(_ path: String, _ method: HTTPRequest.Method = .get) async throws -> ServiceFixture.Answer {
        try await world.answer(path, method)
    }

    private func document<Document: Decodable>(_ type: Document.Type, _ path: String) async throws -> Document {
        try await world.document(type, path)
    }

    @Test("the repositories of the policy are there before anything is signed")
    func repositories() async throws {
        let list = try await document(RepositoryList.self, "/api/v1/repositories")
        #expect(list.repositories.map(\.name) == ["core"])
        #expect(list.repositories[0].databases.map(\.architecture) == ["x86_64"])
        #expect(list.repositories[0].databases[0].serial == nil)
        #expect(try await document(RepositoryDocument.self, "/api/v1/repositories/core") == list.repositories[0])
    }

    @Test("log, jobs and health answer before anything happened")
    func empty() async throws {
        #expect(try await document(LogHeadDocument.self, "/api/v1/log").size == 0)
        #expect(try await document(JobPage.self, "/api/v1/jobs").jobs.isEmpty)
        let health = try await document(HealthDocument.self, "/api/v1/health")
        #expect(health.policyExpiresAt == "2099-01-01T00:00:00Z")
        #expect(health.status == "ok")
        #expect(health.lastPass == nil)
        let alive = try await answer("/healthz")
        #expect(alive.text == "ok\n")
    }

    @Test("mirrors are what was last known of each that is configured") func mirrors() async throws {
        #expect(try await document(MirrorList.self, "/api/v1/mirrors").mirrors.isEmpty)
        let world = try ServiceFixture()
        try world.directory.folder.write(
            "mirrors.json",
            text:
                #"{"published": "p", "mirrors": [{"name": "north", "address": "/a"}, {"name": "south", "address": "/b"}]}"#
        )
        var status = MirrorStatus(mirror: "south")
        status.find(.lagging, "core/os/x86_64: shows serial 1, published is 2")
        status.serials["core/os/x86_64"] = 1
        _ = try world.directory.home().keep(status, from: 1_700_000_000)
        let found = try await world.document(MirrorList.self, "/api/v1/mirrors").mirrors
        #expect(found.map(\.name) == ["north", "south"])
        #expect(found.map(\.state) == [nil, "lagging"])
        #expect(found[1].serials == ["core/os/x86_64": 1])
        #expect(found[1].behindSince == "2023-11-14T22:13:20Z" && found[1].currentAt == nil)
        #expect(found[1].findings.map(\.sentence) == ["core/os/x86_64: shows serial 1, published is 2"])
    }

    @Test("health says so while passes fail")
    func failing() async throws {
        world.health.note(HealthDocument.Pass(endedAt: 1_700_000_000, succeeded: false, milliseconds: 5))
        let health = try await document(HealthDocument.self, "/api/v1/health")
        #expect(health.status == "failing")
        #expect(health.lastPass?.endedAt == "2023-11-14T22:13:20Z")
    }

    private static let digest = String(repeating: "0", count: 64)

    @Test(
        "a bad request gets a problem of the right kind",
        arguments: [
            ("GET", "/none", ProblemKind.notFound), ("GET", "/api/v1/none", .notFound), ("GET", "/api/v1", .notFound),
            ("GET", "/api/v1/submissions/\(digest)", .notFound), ("GET", "/api/v1/jobs/\(digest)", .notFound),
            ("GET", "/api/v1/submissions/\(digest)/explanation", .notFound),
            ("GET", "/api/v1/submissions/\(digest)/custody", .notFound),
            ("GET", "/api/v1/evidence/\(digest)", .notFound), ("GET", "/api/v1/evidence/x", .invalidParameter),
            ("GET", "/api/v1/repositories/none", .notFound), ("GET", "/api/v1/repositories/none%2B", .notFound),
            ("GET", "/api/v1/repositories/..", .invalidParameter),
            ("GET", "/api/v1/submissions/..%2f..%2fetc", .invalidParameter),
            ("GET", "/api/v1/submissions/ABC", .invalidParameter), ("GET", "/problems/none", .invalidParameter),
            ("GET", "/api/v1/submissions?state=lost", .invalidParameter),
            ("GET", "/api/v1/submissions?limit=0", .invalidParameter),
            ("GET", "/api/v1/submissions?limit=1001", .invalidParameter),
            ("GET", "/api/v1/submissions?limit=1&limit=2", .invalidParameter),
            ("GET", "/api/v1/submissions?after=x", .invalidParameter),
            ("GET", "/api/v1/submissions?name=-x", .invalidParameter),
            ("GET", "/api/v1/submissions?repository=local", .invalidParameter),
            ("GET", "/api/v1/submissions?colour=red", .invalidParameter),
            ("GET", "/api/v1/log?x", .invalidParameter), ("GET", "/api/v1/jobs?after=%00", .invalidParameter),
            ("DELETE", "/api/v1/submissions", .methodNotAllowed), ("POST", "/healthz", .methodNotAllowed),
            ("TRACE", "/api/v1/jobs/\(digest)", .methodNotAllowed), ("BREW", "/metrics", .methodNotAllowed),
            ("DELETE", "/none", .notFound),
        ])
    func problems(method: String, path: String, kind: ProblemKind) async throws {
        let response = try await answer(path, try #require(HTTPRequest.Method(method)))
        #expect(response.status == kind.status)
        #expect(response.headers[.contentType] == "application/problem+json")
        let problem = try JSONDecoder().decode(ProblemDocument.self, from: Data(response.body))
        #expect(problem.type == kind.reference)
        #expect(problem.title == kind.title)
        #expect(problem.status == kind.status.code)
    }

    @Test("what is not allowed says what is")
    func allowed() async throws {
        let response = try await answer("/api/v1/submissions/\(Self.digest)", .delete)
        #expect(response.headers[.allow] == "GET, HEAD")
    }

    @Test("every kind of problem can be looked up", arguments: ProblemKind.allCases)
    func lookUp(kind: ProblemKind) async throws {
        let response = try await answer(kind.reference)
        #expect(response.status == .ok)
        #expect(response.text == "\(kind.status.code) \(kind.title)\n")
    }

    @Test("a directory that cannot be read is a problem of ours, and its paths stay here")
    func unreadable() async throws {
        let world = try ServiceFixture()
        try FileManager.default.removeItem(atPath: world.directory.folder.path("policy.json"))
        let response = try await world.answer("/api/v1/repositories")
        #expect(response.status == .serviceUnavailable)
        #expect(response.text.contains("/problems/unreadable"))
        #expect(!response.text.contains(world.directory.folder.path))
        #expect(response.logged.contains { $0.contains("policy.json: there is no such file") })
    }

    @Test(
        "every answer tells browsers to be careful", arguments: ["/healthz", "/api/v1/log", "/none", "/api/v1/log?x"])
    func careful(path: String) async throws {
        let headers = try await answer(path).headers
        #expect(headers[.xContentTypeOptions] == "nosniff")
        #expect(headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(headers[.cacheControl] == "no-store")
        #expect(headers[.strictTransportSecurity] == nil)
    }

    @Test("HEAD is GET without the body")
    func head() async throws {
        let get = try await answer("/api/v1/log")
        let head = try await answer("/api/v1/log", .head)
        #expect(head.status == .ok)
        #expect(head.body.isEmpty)
        #expect(head.headers[.contentLength] == get.headers[.contentLength])
    }

    @Test("requests are counted by route, whatever paths and methods people make up")
    func counted() async throws {
        _ = try await answer("/api/v1/jobs/\(Self.digest)")
        _ = try await answer("/none/\(Self.digest)")
        _ = try await answer("/metrics", try #require(HTTPRequest.Method("BREW")))
        let text = try await answer("/metrics").text
        let families = try #require(PrometheusFamilies(parsing: text))
        let name = "reposeal_http_requests_total"
        #expect(families.value(name, ["method": "GET", "route": "/api/v1/jobs/{hash}", "status": "404"]) == 1)
        #expect(families.value(name, ["method": "GET", "route": "NotFound", "status": "404"]) == 1)
        #expect(families.value(name, ["method": "other", "route": "NotFound", "status": "405"]) == 1)
        #expect(!text.contains(Self.digest))
    }
}
