import Descriptors
import Glibc
import RepositoryDirectory
import RepositoryUpdate
import SyncDatabase
import Synchronization
import Testing

@testable import StockCommands

@Suite struct StockMessagesTests {
    private static func refused(_ subject: String) -> SystemCallError {
        SystemCallError(call: "open", number: EACCES, subject: subject)
    }

    @Test(
        "what may not be opened is named for what it is, with the reason below",
        arguments: [
            (
                RepositoryUpdateError.directory(.system(refused("os/x.db.tar.gz.lck"))),
                """
                ==> ERROR: Failed to acquire lockfile: os/x.db.tar.gz.lck.
                    open on os/x.db.tar.gz.lck failed: Permission denied

                """
            ),
            (
                .database(file: "os/x.db.tar.gz", .system(.systemCall(refused("os/x.db.tar.gz")))),
                """
                ==> ERROR: Cannot open repository file 'os/x.db.tar.gz'.
                    open on os/x.db.tar.gz failed: Permission denied

                """
            ),
        ])
    func permission(_ failure: RepositoryUpdateError, _ expected: String) {
        let said = Mutex("")
        let messages = StockMessages(
            isQuiet: false, isColourful: false, output: { _ in },
            complaint: { text in said.withLock { $0 += text } })
        #expect(messages.tell(failure) == 1)
        #expect(said.withLock { $0 } == expected)
    }
}
