import ByteCoding

/// A hello with what ties the two of a session together: the payload of a HELLO frame.
package struct Greeting: Hashable, Sendable {
    /// What the side says of itself.
    package var hello: Hello
    /// What the side chose for this session; its first four bytes number its first data frame.
    package var nonce: UInt64
    /// The nonce of the hello that this one answers; 0 in the scheduler's.
    package var echo: UInt64

    package init(hello: Hello, nonce: UInt64, echo: UInt64) {
        self.hello = hello
        self.nonce = nonce
        self.echo = echo
    }

    /// The number of the side's first data frame.
    var firstNumber: UInt32 { UInt32(nonce >> 32) }

    /// The payload of the frame; texts that are too long are cut, since they only inform.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        hello.encode(into: &writer, nonce: nonce, echo: echo)
        return writer.bytes
    }

    /// Reads the other side's; throws `version` if there is none in common.
    package init(decoding untrustedBytes: [UInt8]) throws(LinkError) {
        let theirs = try reading(untrustedBytes) { reader throws(ByteCodingError) in try Hello.versions(from: &reader) }
        guard theirs.overlaps(Hello.versions) else { throw .version(ours: Hello.versions, theirs: theirs) }
        self = try reading(untrustedBytes) { reader throws(ByteCodingError) in
            var (nonce, echo): (UInt64, UInt64) = (0, 0)
            let hello = try Hello(from: &reader, nonce: &nonce, echo: &echo)
            return Greeting(hello: hello, nonce: nonce, echo: echo)
        }
    }
}
