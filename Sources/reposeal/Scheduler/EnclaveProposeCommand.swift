import ArgumentParser
import SchedulerDirectory

extension EnclaveCommand {
    /// `reposeal enclave propose`.
    struct Propose: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand the enclave what sysops state about itself.",
            discussion: """
                After a start, under a policy that says so, an enclave waits until the policy quorum confirms the head of \
                its log. Clock confirmations by the policy's clock quorum make a suspect clock trusted again; they must arrive within \
                ten minutes of the time that they name, and name the head that the log has. Revocations by the revocation \
                quorum keep contents out for ever. All files must state the same.

                    $ reposeal enclave propose erin.dsse.json frank.dsse.json --scheduler /srv/reposeal
                """)

        @Argument(help: ArgumentHelp("The statements.", valueName: "file"), completion: .file())
        var evidence: [String]

        @OptionGroup var scheduler: AskingOptions

        @Flag(help: "Print the result as JSON.")
        var json = false

        func run() throws {
            try scheduler.home().propose(evidence: evidence).show("motion", json: json)
        }
    }
}
