import Foundation
import SchedulerDirectory
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerService

@Suite("The service against its own document, judged by others", .timeLimit(.minutes(10)))
struct ConformanceTests {
    private static let python = "\(RepositoryRoot.path)/.build/venv/bin"

    let world: ServiceFixture

    init() throws {
        world = try ServiceFixture()
        let package = try world.directory.write("hello")
        let approval = try world.directory.write(world.directory.approval(of: package, by: "alice"), as: "a")
        _ = try world.directory.home().submit([package, approval])
        _ = try world.directory.home().sign()
    }

    @Test("schemathesis finds no answer that the document does not have")
    func document() async throws {
        // Whatever else the machine does meanwhile, no request is late.
        try await world.serving(["http.idleSeconds=3600"]) { port in
            let folder = world.directory.folder.path
            let hooks = try world.directory.folder.write(
                "hooks.py",
                text: """
                    import schemathesis

                    @schemathesis.serializer("application/offset+octet-stream")
                    def bytes_of_a_package(context, value):
                        return value if isinstance(value, bytes) else str(value).encode()

                    """)
            // What has the form of evidence is hardly ever evidence.
            let exceptions = try world.directory.folder.write(
                "schemathesis.toml",
                text: """
                    hooks = "\(hooks)"

                    [[operations]]
                    include-operation-id = "sendEvidence"
                    checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "413", "415"]

                    """)
            let result = try await Background {
                try Tool(
                    "\(Self.python)/schemathesis", "--config-file", exceptions, "run",
                    "http://127.0.0.1:\(port)/api/v1/openapi.json",
                    "--checks", "all", "--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "1",
                    "--request-timeout", "300", "--no-color"
                ).run(environment: ["HOME": folder, "TMPDIR": folder])
            }.value
            // What follows the failures warns of what five examples did not reach.
            let found = result.text.components(separatedBy: " FAILURES ").last ?? ""
            let failures = found.components(separatedBy: " WARNINGS ")[0]
            #expect(result.status == 0, "\(failures)\(result.complaint)")
        }
    }

    @Test("Prometheus' own client reads the metrics")
    func metrics() async throws {
        try await world.serving { port in
            let script = """
                import sys, urllib.request
                from prometheus_client.parser import text_string_to_metric_families
                answer = urllib.request.urlopen("http://127.0.0.1:\(port)/metrics")
                urllib.request.urlopen("http://127.0.0.1:\(port)/healthz").read()
                answer = urllib.request.urlopen("http://127.0.0.1:\(port)/metrics")
                print(answer.headers["Content-Type"])
                for family in text_string_to_metric_families(answer.read().decode()):
                    print(family.name, family.type)
                """
            let result = try await Background { try Tool("\(Self.python)/python3", "-c", script).run() }.value
            #expect(result.status == 0, "\(result.complaint)")
            #expect(
                result.text == """
                    text/plain; version=0.0.4; charset=utf-8
                    reposeal_http_request_seconds histogram
                    reposeal_http_requests counter

                    """)
        }
    }
}
