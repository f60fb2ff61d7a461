import Foundation
import SchedulerDirectory
import SchedulerDocuments
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerService

@Suite("Submissions in the API")
struct SubmissionRoutesTests {
    let world: ServiceFixture

    init() throws { world = try ServiceFixture() }

    private func document<Document: Decodable>(_ type: Document.Type, _ path: String) async throws -> Document {
        try await world.document(type, path)
    }

    /// Takes packages in as the scheduler does, which then wait.
    private func submit(_ names: String...) throws {
        _ = try world.directory.home().submit(try names.map { try world.directory.write($0) })
        _ = try world.directory.home().sign()
    }

    @Test("a page of submissions says where to go on, and the pages together are all of them, once each")
    func pages() async throws {
        try submit("d", "a", "c", "b", "e")
        for limit in 1...6 {
            var names: [String] = []
            var path: String? = "/api/v1/submissions?limit=\(limit)"
            while let current = path {
                let page = try await document(SubmissionPage.self, current)
                #expect(page.submissions.count <= limit)
                names += page.submissions.map(\.name)
                path = page.next.map { "/api/v1/submissions?limit=\(limit)&after=\($0)" }
            }
            #expect(names.sorted() == ["a", "b", "c", "d", "e"], "limit \(limit)")
        }
    }

    @Test("submissions are found by state, repository and name")
    func filters() async throws {
        try submit("a", "b")
        let queries: KeyValuePairs = [
            "state=waiting": ["a", "b"], "state=published": [], "name=b": ["b"], "name=x": [], "name=%61": ["a"],
            "repository=core": ["a", "b"], "repository=extra": [], "name=a&state=waiting&limit=1": ["a"],
        ]
        for (query, names) in queries {
            let page = try await document(SubmissionPage.self, "/api/v1/submissions?\(query)")
            #expect(page.submissions.map(\.name).sorted() == names, "\(query)")
        }
    }

    @Test("a package is found by its digest, with what is missing and what the rules say")
    func submission() async throws {
        let package = try world.directory.write("hello")
        let approval = try world.directory.approval(of: package, by: "alice")
        _ = try world.directory.home().submit([package, try world.directory.write(approval, as: "a")])
        _ = try world.directory.home().sign()
        let all = try await document(SubmissionPage.self, "/api/v1/submissions")
        let sha256 = try #require(all.submissions.first?.sha256)
        let page = try await document(SubmissionPage.self, "/api/v1/submissions/\(sha256)")
        #expect(page == all)
        #expect(page.submissions[0].repository == "core")
        #expect(page.submissions[0].reasons.map(\.code) == ["notEnoughApprovals"])
        let list = try await document(ExplanationList.self, "/api/v1/submissions/\(sha256)/explanation")
        #expect(list.explanations.count == 1)
        #expect(
            list.explanations[0].findings.contains {
                !$0.holds && $0.evidence.contains { $0.have == 1 && $0.need == 2 }
            })
    }
}
