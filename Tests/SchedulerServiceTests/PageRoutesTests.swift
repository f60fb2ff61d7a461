import Foundation
import FoundationXML
import HTTPTypes
import SchedulerDocuments
import SchedulerPages
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerService

@Suite("The pages")
struct PageRoutesTests {
    let world: PagesFixture
    var service: ServiceFixture { world.service }

    init() throws { world = try .untouched() }

    private func page(_ path: String, of world: PagesFixture? = nil) async throws -> String {
        let answer = try await (world ?? self.world).service.answer(path)
        #expect(answer.status == .ok, "\(path): \(answer.text)")
        return answer.text
    }

    @Test("every page is well-formed, small, and lets a browser load and send nothing elsewhere")
    func wellFormed() async throws {
        let world = try PagesFixture()
        try world.wait(300)
        for path in world.paths {
            let answer = try await world.service.answer(path)
            #expect(answer.status == .ok, "\(path)")
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            #expect(answer.headers[values: .contentSecurityPolicy] == [Page.securityPolicy], "\(path)")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.body.count < 128 << 10, "\(path): \(answer.body.count) bytes")
            try Markup(answer.text, path).check()
        }
    }

    @Test("a package's words are words, in whatever they are written")
    func hostile() async throws {
        for path in ["/submissions/\(world.hostile)", "/"] {
            let text = try await page(path)
            #expect(text.contains("hostile"))
            #expect(!text.contains("<script>") && !text.contains("<img"))
        }
        let text = try await page("/submissions/\(world.hostile)")
        #expect(text.contains("&lt;script&gt;document.title = &quot;owned&quot;&lt;/script&gt;&lt;img src=x"))
        #expect(text.contains("&quot;\u{301} onmouseover=owned {{{sha256}}} {{&gt; state}}"))
    }

    @Test("the queue says who could give what is missing, and can be filtered")
    func queue() async throws {
        let all = try await page("/")
        #expect(all.contains("1 more package approval by developer: bob"))
        #expect(all.contains(">hello</a>") && all.contains("published"))
        let published = try await page("/?state=published&repository=&name=")
        #expect(published.contains(">acl</a>") && !published.contains(">hello</a>"))
        #expect(try await page("/?name=none").contains("No submission is like that."))
    }

    @Test("a list that is longer than a page goes on where the page ended, with the same filter")
    func paging() async throws {
        let world = try PagesFixture()
        try world.wait(60)
        let first = try await page("/?state=waiting&repository=core", of: world)
        let next = try #require(first.firstMatch(of: /href="(\/\?state=waiting&amp;repository=core&amp;after=[0-9]+)"/))
        let second = try await page(String(next.1).replacing("&amp;", with: "&"), of: world)
        #expect(second.contains("made60</a>") && !second.contains("made1</a>") && second.contains("First page"))
    }

    @Test("a package's page has its evidence and where it stands")
    func submission() async throws {
        let text = try await page("/submissions/\(world.hostile)")
        #expect(text.contains("package approval") && text.contains("alice"))
        #expect(text.contains("Who could give it") && text.contains(">bob</td>"))
        #expect(text.contains("hostile-1.0-1-x86_64.pkg.tar"))
        let link = try #require(text.firstMatch(of: /href="(\/api\/v1\/evidence\/[0-9a-f]{64})"/))
        #expect(try await world.service.answer(String(link.1)).status == .ok)
    }

    @Test("the update's page tells what is new from what is higher")
    func update() async throws {
        let text = try await page("/repositories/core/update")
        #expect(text.contains("1 added, 1 upgraded."))
        #expect(text.contains(">1.0-1</td>") && text.contains(">2.0-1</td>"))
    }

    @Test("the history has every serial of the log, newest first, with what changed in it")
    func history() async throws {
        let text = try await page("/repositories/core/history")
        let serials = text.matches(of: /rowheader" class="number">([0-9]+)/).map(\.1)
        #expect(serials == ["3", "2", "1"])
        #expect(text.contains("curl-8.0-2") && text.contains("/jobs/\(PagesFixture.job)"))
        let older = try await page("/repositories/core/history?before=5")
        #expect(!older.contains("curl-8.0-2") && older.contains("acl-1.0-1"))
        #expect(try await page("/log").contains("core/x86_64 serial 3"))
    }

    @Test("health shows charts of what happened")
    func health() async throws {
        let world = try PagesFixture()
        world.service.health.note(.init(endedAt: 1, succeeded: false, milliseconds: 1))
        let text = try await page("/health", of: world)
        #expect(text.contains("failing"))
        #expect(text.contains("Jobs in 24 hours") && text.contains("51 signed, 9 refused"))
        #expect(text.contains("2 packages wait") || text.contains("4 packages wait"))
    }

    @Test("without mirrors their page says so")
    func mirrors() async throws { #expect(try await page("/mirrors").contains("No mirrors are configured.")) }

    static let digest = String(repeating: "0", count: 64)

    @Test(
        "what there is no page of gets one that says so",
        arguments: [
            ("/submissions/\(digest)", 404), ("/submissions/x", 400), ("/jobs/\(digest)", 404),
            ("/repositories/none/update", 404), ("/repositories/none/history", 404), ("/repositories/../update", 400),
            ("/?state=lost", 400), ("/?name=%3Cscript%3E", 400), ("/?colour=red", 400), ("/?after=-1", 400),
            ("/repositories/core/history?before=x", 400), ("/log?x=1", 400),
        ])
    func problems(path: String, status: Int) async throws {
        let answer = try await service.answer(path)
        #expect(answer.status.code == status)
        #expect(answer.headers[.contentType] == Page.mediaType)
        try Markup(answer.text, path).check()
        #expect(!answer.text.contains("script>alert") && !answer.text.contains("red"))
    }

    @Test("a directory that cannot be read is said without its path")
    func unreadable() async throws {
        let world = try PagesFixture()
        try FileManager.default.removeItem(atPath: world.directory.folder.path("policy.json"))
        let answer = try await world.service.answer("/")
        #expect(answer.status == .serviceUnavailable)
        #expect(!answer.text.contains(world.directory.folder.path))
    }

    @Test("the files that pages refer to may be kept for ever, and no others are there")
    func assets() async throws {
        let names = try await page("/").matches(of: /"(\/assets\/[^"]+)"/).map { String($0.1) }
        #expect(Set(names).count == 3)
        for name in names {
            let answer = try await service.answer(name)
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(answer.body.count < 32 << 10)
        }
        #expect(try await service.answer("/assets/style.css").status == .notFound)
        #expect(try await service.answer("/assets/..%2Fpolicy.json").status == .notFound)
    }
}

/// A page read by a parser of XML, to which HTML's own elements without an end are given one.
private struct Markup {
    let text: String
    let path: String

    init(_ text: String, _ path: String) { (self.text, self.path) = (text, path) }

    func check() throws {
        let ended = text.replacing(/<(meta|link|input)\b([^>]*)>/) { "<\($0.1)\($0.2)/>" }
            .replacing(/\s(hidden|selected|defer)(?=[ >])/) { " \($0.1)=\"\"" }
            .replacing("<!DOCTYPE html>", with: "")
        let parser = XMLParser(data: Data(ended.utf8))
        let reader = Reader()
        parser.delegate = reader
        #expect(parser.parse(), "\(path): \(parser.parserError.debugDescription) in line \(parser.lineNumber)")
        #expect(Set(reader.ids).count == reader.ids.count, "\(path): an id is there twice")
        #expect(reader.forbidden == [], "\(path)")
        #expect(reader.headings.first == "h1" && reader.headings.count { $0 == "h1" } == 1, "\(path)")
        #expect(reader.unscoped == 0, "\(path): a heading of a table has no scope")
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var (ids, forbidden, headings): ([String], [String], [String]) = ([], [], [])
        var unscoped = 0

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            if let id = attributes["id"] { ids.append(id) }
            if name == "th", attributes["scope"] == nil { unscoped += 1 }
            if ["h1", "h2", "h3"].contains(name) { headings.append(name) }
            forbidden += attributes.keys.filter { $0.hasPrefix("on") || $0 == "style" }
            forbidden += [attributes["href"], attributes["src"]].compactMap(\.self).filter {
                !$0.hasPrefix("/") && !$0.hasPrefix("#") || $0.hasPrefix("//")
            }
        }
    }
}
