import CProbe
import Foundation

@testable import Sandbox

/// The one table of what is tried in a jail, and what must come of it.
struct JailChecks: Sendable {
    struct Check: Sendable {
        let probe: String
        let answer: String

        init(_ probe: String, _ answer: String) {
            self.probe = probe
            self.answer = answer
        }
    }

    let profile: JailProfile
    /// The name of an abstract Unix socket on which the tests listen.
    let abstractSocket: String

    private var isGPGME: Bool { profile.kind == .gpgmeVerifier }

    /// What the job says under its filter.
    var filtered: [Check] {
        let limits = profile.limits
        let bounds = [0, limits.addressSpace, limits.processorSeconds, limits.fileSize, limits.descriptors]
        let home = isGPGME ? "GNUPGHOME=/job,HOME=/job,PATH=/usr/bin,PWD=/job" : "PWD=/"
        let absent = ["/proc", "/sys", "/etc", "/dev/zero", "/dev/tty", "/usr/bin/bwrap", "/tmp", "/root", "/home"]
        return [
            Check("pid", "1"), Check("descriptors", "0,1,2"), Check("environment", home),
            Check("limits", bounds.map { "\($0)/\($0)" }.joined(separator: " ")),
            Check("open /dev/null r", "ok"), Check("open /dev/urandom r", "ok"),
            Check("open /x w", Self.readOnly), Check("open /dev/x w", Self.readOnly),
            Check("call 435", "Function not implemented"), Check("call 89", "No such file or directory"),
        ] + absent.map { Check("open \($0) r", "No such file or directory") }
            + (isGPGME ? directory : [Check("open /job/x w", "No such file or directory")])
    }

    /// What the kernel says where the filter lets everything through: the layers below it hold by themselves.
    var unfiltered: [Check] {
        let (chmod, chroot, sethostname, unshare, socket) = (90, 161, 170, 272, 41)
        let (newUser, packet, raw) = (0x1000_0000, 17, 3)
        return [
            Check("parent-death", "signal 9"), Check("hostname", "job"),
            Check("call \(unshare) \(newUser)", "No space left on device"),
            Check("path \(chroot) / 0", "Operation not permitted"),
            Check("call \(sethostname) 0 0", "Operation not permitted"),
            Check("call \(socket) \(packet) \(raw)", "Operation not permitted"),
            Check("abstract \(abstractSocket)", "Connection refused"),
        ] + (["/program"] + profile.files).map { Check("path \(chmod) \($0) 493", Self.readOnly) }
    }

    /// A directory in memory that holds 32 MiB and is only the job's.
    private var directory: [Check] {
        [
            Check("mode /job", "700"), Check("open /job/x r", "No such file or directory"),
            Check("open /job/x w", "ok"),
            Check("fill /job/a 15", "not full"), Check("fill /job/b 15", "not full"),
            Check("fill /job/c 15", "full after 2"),
        ]
    }

    private static let readOnly = "Read-only file system"

    /// What is wrong with a jail; nothing for the jail as it is.
    func findings(in jail: MadeJail) -> [String] {
        do {
            var unfilteredJail = jail
            unfilteredJail.filter = BPFProgram.allowingEverything
            let (outside, answer) = try jail.run(Self.request(filtered))
            let findings = outside == .expected ? [] : ["from outside: \(outside)"]
            return findings + Self.differences(filtered, answer)
                + Self.differences(unfiltered, try unfilteredJail.run(Self.request(unfiltered)).answer)
        } catch { return ["\(error)"] }
    }

    private static func request(_ checks: [Check]) -> String { checks.map { "\($0.probe)\n" }.joined() }

    private static func differences(_ checks: [Check], _ answer: String) -> [String] {
        let lines = answer.split(separator: "\n").map(String.init)
        let expected = checks.map { "\($0.probe): \($0.answer)" }
        return zip(lines, expected).filter { $0 != $1 }.map { "\($0), expected \($1)" }
            + (lines.count == expected.count ? [] : ["\(lines.count) answers instead of \(expected.count)"])
    }
}
