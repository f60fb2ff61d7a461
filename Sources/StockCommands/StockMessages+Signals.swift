import Glibc

extension StockMessages {
    /// Says what repo-add says when a signal asks it to end, and ends with its exit status.
    func sayFarewell(after number: Int32) -> Never {
        let names = [SIGTERM: "TERM", SIGHUP: "HUP", SIGQUIT: "QUIT"]
        error(names[number].map { "\($0) signal caught. Exiting..." } ?? "Aborted by user! Exiting...")
        _exit(1)
    }
}
