import ArgumentParser
import SchedulerDirectory

/// `reposeal submit`: hands packages and evidence to a scheduler.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Hand packages and evidence to a scheduler.",
        discussion: """
            Copies each file into the scheduler's incoming folder, where it appears whole or not at all; the originals stay. \
            The next pass (reposeal sign, or reposeal-scheduler) reads it and accepts it, or turns it away with a reason \
            that reposeal status shows.

            A package whose file name is known but whose bytes are not is another submission: the enclave, which never \
            signs one version with two contents, decides between them.

                $ reposeal submit hello-1.0-1-any.pkg.tar.zst alice.dsse.json bob.dsse.json --scheduler /srv/reposeal
            """)

    @Argument(
        help: ArgumentHelp("Packages (*.pkg.tar.*) and evidence (*.dsse.json).", valueName: "file"),
        completion: .file())
    var files: [String]

    @OptionGroup var scheduler: SchedulerOptions

    func run() throws {
        for name in try scheduler.home().submit(files) { print("submitted \(name)") }
    }
}
