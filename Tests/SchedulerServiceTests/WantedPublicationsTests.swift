import ALPMTypes
import Testing

@testable import SchedulerDirectory
@testable import SchedulerService

@Suite("What is to be published")
struct WantedPublicationsTests {
    /// What is found to be wrong with what was published.
    enum Trouble: CaseIterable { case damage, missing }

    private func trouble(_ trouble: Trouble, in publications: inout WantedPublications) throws {
        switch trouble {
        case .damage: publications.damage()
        case .missing:
            _ = publications.miss([
                UnpublishedDatabase(
                    repository: try RepositoryName(parsing: "extra"), architecture: try Architecture(parsing: "x86_64"),
                    signed: 2, published: 1, since: 0)
            ])
        }
    }

    @Test("is what was signed and not published yet")
    func signed() throws {
        var publications = WantedPublications()
        #expect(publications.attempt == nil)
        let isNew = publications.want(["extra/x86_64": 2])
        #expect(isNew)
        let attempt = try #require(publications.attempt)
        #expect(attempt.serials == ["extra/x86_64": 2])
        publications.end(attempt)
        #expect(publications.attempt == nil)
        let isStillNew = publications.want(["extra/x86_64": 2])
        #expect(!isStillNew)
    }

    @Test("is again what was published and is not as it was", arguments: Trouble.allCases)
    func again(found: Trouble) throws {
        var publications = WantedPublications()
        _ = publications.want(["extra/x86_64": 2])
        publications.end(try #require(publications.attempt))
        try trouble(found, in: &publications)
        #expect(publications.attempt?.serials == ["extra/x86_64": 2])
    }

    @Test(
        "stays what it is when a publication ends that may have passed what was found since",
        arguments: Trouble.allCases)
    func meanwhile(found: Trouble) throws {
        var publications = WantedPublications()
        _ = publications.want(["extra/x86_64": 2])
        let attempt = try #require(publications.attempt)
        try trouble(found, in: &publications)
        publications.end(attempt)
        let next = try #require(publications.attempt)
        publications.end(next)
        #expect(publications.attempt == nil)
    }
}
