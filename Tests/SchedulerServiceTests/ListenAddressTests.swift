import Testing

@testable import SchedulerService

@Suite("Where the service listens")
struct ListenAddressTests {
    @Test(
        "a numeric address and a port are taken, and only this machine's own addresses count as loopback",
        arguments: [
            ("127.0.0.1:7480", true), ("127.8.0.9:1", true), ("[::1]:7480", true), ("0.0.0.0:80", false),
            ("10.0.0.1:65535", false), ("[::]:80", false), ("[::ffff:127.0.0.1]:80", false), ("[fe80::1]:0", false),
        ])
    func taken(text: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(parsing: text))
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(
        "names, half addresses and ports that are none are not taken",
        arguments: [
            "", "7480", ":7480", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.1:80",
            "localhost:80", "::1:7480", "[::1]", "[127.0.0.1]:80", "[::1:80", "unix:/run/x", "127.0.0.1 :80",
        ])
    func notTaken(text: String) {
        #expect(ListenAddress(parsing: text) == nil)
    }
}
