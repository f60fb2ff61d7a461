import Mirrors
import Publisher
import TestSupport
import Testing

@Suite struct MirrorConfigurationTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func read(_ text: String) throws -> MirrorConfiguration {
        try MirrorConfiguration(reading: folder.write("mirrors.json", text: text))
    }

    @Test("what is left out has the documented value, and relative paths start from the file's folder")
    func defaults() throws {
        let configuration = try read(
            #"""
            {"published": "public", "mirrors": [
              {"name": "north", "address": "rsync://north.example/harbour", "passwordFile": "north.password"},
              {"name": "south", "address": "m@south.example:/srv/harbour", "readBack": "https://south.example/harbour",
               "ssh": {"port": 2222, "identity": "/keys/id", "knownHosts": "hosts"}, "timeoutSeconds": 9, "attempts": 2}]}
            """#)
        #expect(configuration.published.path == folder.path("public"))
        #expect(configuration.keep == 14 * 86_400)
        #expect(configuration.lag == 3600)
        #expect(configuration.retry == 60)
        let (north, south) = (configuration.mirrors[0], configuration.mirrors[1])
        #expect(north.passwordFile == folder.path("north.password"))
        #expect(north.readBack == nil)
        #expect(north.timeout == 60)
        #expect(north.backoff == Backoff(attempts: 5))
        #expect(south.readBack == "https://south.example/harbour")
        #expect(south.shell.port == 2222)
        #expect(south.shell.identity == "/keys/id")
        #expect(south.shell.knownHosts == folder.path("hosts"))
        #expect(south.timeout == 9)
        #expect(south.backoff == Backoff(attempts: 2))
        #expect(try configuration.mirrors(named: ["south"]) == [south])
        #expect(throws: MirrorsError.unknownMirror("west", file: configuration.file)) {
            try configuration.mirrors(named: ["west"])
        }
    }

    @Test("a folder with a space in its name is no word of ssh's, wherever the file says nothing of it")
    func spaceAbove() throws {
        let text = Self.mirror(#", "ssh": {"identity": "id"}"#)
        let file = try folder.write("a b/mirrors.json", text: text)
        let error = #expect(throws: MirrorsError.self) { try MirrorConfiguration(reading: file) }
        #expect("\(try #require(error))".contains("published: expected the path to it, \(folder.path("a b/p"))"))
    }

    /// A mirror with this beside or instead of its name and address.
    private static func mirror(_ fields: String, name: String = "north", address: String = "/srv/a") -> String {
        #"{"published": "p", "mirrors": [{"name": "\#(name)", "address": "\#(address)"\#(fields)}]}"#
    }

    @Test(
        "a field that is wrong or unknown is named",
        arguments: [
            ("nothing", "document"), ("[]", "document"), (#"{"mirrors": []}"#, "published"),
            (#"{"published": 1, "mirrors": []}"#, "published"),
            (#"{"published": "p", "mirrors": [], "keep": 1}"#, "keep"),
            (#"{"published": "p", "mirrors": [], "keepSeconds": -1}"#, "keepSeconds"),
            (#"{"published": "p", "mirrors": [], "lagSeconds": 0}"#, "lagSeconds"),
            (#"{"published": "p", "mirrors": [], "retrySeconds": 0}"#, "retrySeconds"),
            (#"{"published": "", "mirrors": []}"#, "published"), (#"{"published": "-e", "mirrors": []}"#, "published"),
            (#"{"published": "a b", "mirrors": []}"#, "published"),
            (#"{"published": "a\u001bb", "mirrors": []}"#, "published"),
            (mirror("", name: "-e"), "mirrors[0].name"), (mirror("", name: ".."), "mirrors[0].name"),
            (mirror("", address: "u@-oProxyCommand=x:/srv"), "mirrors[0].address"),
            (mirror("", address: "host:srv"), "mirrors[0].address"),
            (mirror(#", "ssh": {"identity": "-oProxyCommand=x"}"#), "mirrors[0].ssh.identity"),
            (mirror(#", "ssh": {"knownHosts": "a\nb"}"#), "mirrors[0].ssh.knownHosts"),
            (mirror(#", "passwordFile": "-e""#), "mirrors[0].passwordFile"),
            (mirror("", name: "a b"), "mirrors[0].name"), (mirror("", name: ""), "mirrors[0].name"),
            (mirror("", address: "-e"), "mirrors[0].address"), (mirror(#", "port": 1"#), "mirrors[0].port"),
            (mirror(#", "readBack": "ftp://x""#), "mirrors[0].readBack"),
            (mirror(#", "readBack": "http://x/""#), "mirrors[0].readBack"),
            (mirror(#", "readBack": "http://x\"y""#), "mirrors[0].readBack"),
            (mirror(#", "ssh": {"port": 0}"#), "mirrors[0].ssh.port"),
            (mirror(#", "ssh": {"user": "x"}"#), "mirrors[0].ssh.user"),
            (mirror(#", "ssh": {"identity": "a b"}"#), "mirrors[0].ssh.identity"),
            (mirror(#", "ssh": {"knownHosts": "%h"}"#), "mirrors[0].ssh.knownHosts"),
            (mirror(#", "passwordFile": "a'b""#), "mirrors[0].passwordFile"),
            (mirror(#", "timeoutSeconds": 0"#), "mirrors[0].timeoutSeconds"),
            (mirror(#", "attempts": 101"#), "mirrors[0].attempts"),
            (
                #"{"published": "p", "mirrors": [{"name": "a", "address": "/a"}, {"name": "a", "address": "/b"}]}"#,
                "mirrors[1].name"
            ),
        ])
    func refuses(text: String, field: String) throws {
        let error = try #require(throws: MirrorsError.self) { try read(text) }
        guard case .malformed(let file, let named, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(file == folder.path("mirrors.json"))
        #expect(named == field)
    }
}
