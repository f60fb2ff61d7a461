import ALPMTypes
import Ledger
import Testing

@Test("packages are found by name in all databases of an architecture, and by source and version in one, while there")
func presentPackages() throws {
    let folder = try LedgerFolder()
    var ledger = try EnclaveLedger(path: folder.path)
    let (extra, x86) = try (RepositoryName(parsing: "extra"), Architecture(parsing: "x86_64"))
    let tide = try PackageName(parsing: "tide")
    var first = try emptyCommit("first", serial: 1, logSize: 0)
    var tools = try admission("tide-tools", "1-1", content: "tools")
    tools.claim.base = tide
    first.updates[0].admissions = [try admission("tide", "1-1"), tools]
    try ledger.perform(first)
    var other = try emptyCommit("other", serial: 1, logSize: 1)
    other.updates[0].repository = try RepositoryName(parsing: "core")
    other.updates[0].admissions = [try admission("tide", "2-1", content: "newer")]
    try ledger.perform(other)
    #expect(
        try ledger.packages(named: tide, architecture: x86).map { "\($0.repository) \($0.version)" } == [
            "core 2-1", "extra 1-1",
        ])
    #expect(try ledger.packages(named: tide, architecture: Architecture(parsing: "i686")).isEmpty)
    let version = try Version(parsing: "1-1")
    let built = { (ledger: borrowing EnclaveLedger) in
        try ledger.packages(builtFrom: tide, version: version, repository: extra, architecture: x86).map(\.name.text)
    }
    #expect(try built(ledger) == ["tide", "tide-tools"])
    var second = try emptyCommit("second", serial: 2, logSize: 2)
    second.updates[0].admissions = [try admission("tide", "2-1", content: "newer")]
    second.updates[0].removals = [try PackageName(parsing: "tide-tools")]
    try ledger.perform(second)
    #expect(try built(ledger) == [])
}
