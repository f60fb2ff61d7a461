import TestSupport
import Testing

@Suite("A stock of jails", .serialized)
struct StockTests {
    @Test(
        "of two jails that wait the oldest is taken first, and where none is fit a new one is started",
        arguments: [
            ([], ["0", "1", "new"]),
            (["killed"], ["1", "new", "new"]),
            (["killed", "filled"], ["0", "1", "new"]),
            (["old"], ["new", "new", "new"]),
            (["late", "short"], ["0", "1", "new"]),
        ] as [([String], [String])])
    func taking(options: [String], taken: [String]) throws {
        let answers = try ProbedJail().answer(to: "open /x r", options: ["stock"] + options)
        #expect(answers == taken.map { "\($0) open /x r: No such file or directory\n" }.joined())
    }
}
