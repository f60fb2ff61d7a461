import Mirrors
import Testing

@Suite struct MirrorAddressTests {
    @Test(
        "an address is a module of a daemon, a folder behind ssh or a folder here",
        arguments: [
            ("rsync://mirror.example/harbour", MirrorAddress.daemon("rsync://mirror.example/harbour")),
            ("rsync://u@[::1]:8730/m/path/", .daemon("rsync://u@[::1]:8730/m/path")),
            ("mirror@host:/srv/http", .shell(host: "mirror@host", path: "/srv/http")),
            ("u@[2001:db8::1]:/srv", .shell(host: "u@[2001:db8::1]", path: "/srv")),
            ("/srv/mirror/", .folder("/srv/mirror")),
        ])
    func forms(text: String, address: MirrorAddress) { #expect(MirrorAddress(text) == address) }

    @Test(
        "what rsync or ssh could take for something else is no address",
        arguments: [
            "", "/", "-e", "-oProxyCommand=x:/srv", "rsync://", "rsync://host", "rsync://host/", "rsync:///module",
            "rsync://-host/m", "rsync://u@/m", "host", "host::module", "host:", "u@:/srv", ":/srv", "host:-x",
            "host:/srv/a b", "rsync://host/m\n", "dir/host:/srv", "rsync://host/m//x", "host:harbour", "host:~/x",
            "u@-oProxyCommand=x:/srv", "-u@host:/srv", "u@v@host:/srv", "ho st:/srv", "host;x:/srv", "$(x):/srv",
            "rsync://u@-host/m", "rsync://host/-m", "rsync://host:x/m", "rsync://host:873:1/m", "[-::1]x:/srv",
            "/srv/a\tb", "/srv/\u{85}", "/srv/\u{202e}x", "host:/srv\u{a0}x", "/srv\0",
        ])
    func refuses(text: String) { #expect(MirrorAddress(text) == nil) }
}
