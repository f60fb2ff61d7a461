import Testing

@testable import Link

@Suite("Addresses of the link")
struct AddressTests {
    @Test(
        "an address says what carries the bytes",
        arguments: [
            ("unix:/run/link", "unix:/run/link"), ("unix:a?b:c", "unix:a?b:c"),
            ("tty:/dev/ttyS0", "tty:/dev/ttyS0?baud=115200&flow=none"),
            ("tty:/dev/ttyS0?", "tty:/dev/ttyS0?baud=115200&flow=none"),
            ("tty:/dev/ttyUSB0?baud=3000000&flow=rtscts", "tty:/dev/ttyUSB0?baud=3000000&flow=rtscts"),
            ("tty:ttyS0?flow=none&baud=1200", "tty:ttyS0?baud=1200&flow=none"),
        ])
    func parsing(text: String, description: String) throws {
        #expect(try LinkAddress(parsing: text).description == description)
        #expect(try LinkAddress(parsing: description).description == description)
    }

    @Test(
        "what is no address is refused with the part that is wrong",
        arguments: [
            ("", "address"), ("/run/link", "address"), ("link", "address"), ("tcp:host", "address"),
            ("unix:", "address"), ("tty:", "address"), ("tty:?baud=9600", "address"), ("tty:/d\0v", "address"),
            ("tty:/dev/ttyS0?speed=9600", "address"), ("tty:/dev/ttyS0?baud", "address.baud"),
            ("tty:/dev/ttyS0?baud=9601", "address.baud"), ("tty:/dev/ttyS0?baud=4000000", "address.baud"),
            ("tty:/dev/ttyS0?baud=-9600", "address.baud"), ("tty:/dev/ttyS0?flow=xonxoff", "address.flow"),
        ])
    func refusal(text: String, field: String) {
        guard
            case .malformed(let found, _) = #expect(
                throws: LinkError.self, performing: { try LinkAddress(parsing: text) })
        else {
            Issue.record("no field was named")
            return
        }
        #expect(found == field)
    }

    @Test("a path alone is a socket only where that was asked for", arguments: ["/run/a:b", "link", "./link"])
    func barePath(text: String) throws {
        #expect(try LinkAddress(parsing: text, bare: true) == LinkAddress(socket: text))
        #expect(throws: LinkError.self) { try LinkAddress(parsing: "serial:/dev/ttyS0", bare: true) }
    }
}
