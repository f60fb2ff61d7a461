import Foundation
import Refusals
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite struct DirectoryTests {
    let fixture: SchedulerFixture

    init() throws { fixture = try SchedulerFixture() }

    @Test("a file that is missing is named", arguments: ["scheduler.json", "policy.json", "request.key"])
    func missing(name: String) throws {
        try FileManager.default.removeItem(atPath: fixture.folder.path(name))
        let error = #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        #expect("\(String(describing: error))".contains(name))
    }

    @Test(
        "a malformed scheduler.json is refused by the name of its field",
        arguments: [
            ("{", "record"), ("[]", "record"), (#"{"enclave": "unix:x"}"#, "policy"),
            (#"{"enclave":"tcp:x","policy":"p","schedulerID":"s","requestKey":"k"}"#, "enclave"),
            (#"{"enclave":"unix:","policy":"p","schedulerID":"s","requestKey":"k"}"#, "enclave"),
            (#"{"enclave":"unix:x","policy":"p","schedulerID":"A","requestKey":"k"}"#, "schedulerID"),
            (#"{"enclave":"unix:x","policy":1,"schedulerID":"s","requestKey":"k"}"#, "policy"),
        ])
    func malformedConfiguration(text: String, field: String) throws {
        try fixture.folder.write("scheduler.json", text: text)
        let error = #expect(throws: SchedulerDirectoryError.self) { try fixture.home() }
        #expect("\(String(describing: error))".contains(field))
    }

    @Test("a policy that does not know this scheduler, or not its key, is refused") func strangers() throws {
        try fixture.folder.write(
            "scheduler.json",
            text: #"{"enclave":"unix:x","policy":"policy.json","schedulerID":"other","requestKey":"request.key"}"#)
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        let other = try SchedulerFixture()
        try FileManager.default.removeItem(atPath: other.folder.path("request.key"))
        try FileManager.default.copyItem(
            atPath: fixture.folder.path("request.key"), toPath: other.folder.path("request.key"))
        #expect(throws: SchedulerDirectoryError.self) { try other.home().sign() }
    }

    @Test("who reads while the database is made waits for it, and not for the end of what goes on")
    func readsBesideTheFirstPass() async throws {
        let layout = DirectoryLayout(root: fixture.folder.path)
        let pass = try DirectoryLock(of: layout, patience: 0)
        try fixture.folder.write("scheduler.sqlite", text: "")
        let error = #expect(throws: SchedulerDirectoryError.self) {
            try StoreAccess().store(reading: layout, patience: 0)
        }
        #expect(error == .locked(directory: fixture.folder.path, holder: "\(getpid())"))
        let reader = Background { try StoreAccess().store(reading: layout, patience: 600).file }
        _ = try StoreAccess().store(of: layout, under: pass)
        #expect(try await reader.value == layout.store)
        _ = pass
    }

    @Test("one process at a time works on a directory, and the error names the other") func lockHeld() throws {
        let layout = DirectoryLayout(root: fixture.folder.path)
        do {
            let lock = try DirectoryLock(of: layout, patience: 0)
            let error = #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
            #expect(error == .locked(directory: fixture.folder.path, holder: "\(getpid())"))
            _ = lock
        }
        #expect(throws: Never.self) { try fixture.home().sign() }
    }

    @Test("status needs no lock and changes nothing") func statusWhileLocked() throws {
        let lock = try DirectoryLock(of: DirectoryLayout(root: fixture.folder.path), patience: 0)
        #expect(try fixture.home().status().submissions.isEmpty)
        _ = lock
    }

    @Test("what is handed in under a wrong name is refused at once") func wrongName() throws {
        let path = try fixture.folder.write("outside/notes.txt", text: "x")
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().submit([path]) }
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().submit(["/nowhere/x.dsse.json"]) }
        #expect(try fixture.names(in: "incoming") == [])
    }

    @Test("a record that makes no sense stops the pass and is named") func brokenRecord() throws {
        _ = try fixture.home().submit([try fixture.write("a")])
        _ = try fixture.home().sign()
        try fixture.alter("UPDATE submission SET file_name = '../x'")
        let error = #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        #expect("\(String(describing: error))".contains("scheduler.sqlite: file_name"))
    }

    @Test("a package that left again, or was refused, is asked for anew when it is handed in anew") func reopened()
        throws
    {
        let package = try fixture.write("a")
        for settled in [SubmissionState.published(serial: 4), .refused([.revoked])] {
            _ = try fixture.home().submit([package])
            _ = try fixture.home().sign()
            let store = try fixture.home().readingStore()
            var record = try #require(try store.submissions().first)
            record.targets["core"] = StateRecord(settled)
            try store.update([record])
            #expect(try fixture.home().sign().submissions.isEmpty)
            _ = try fixture.home().submit([package])
            #expect(try fixture.home().sign().submissions.map(\.state.name) == ["waiting"])
        }
    }

    @Test("a submission whose job is nowhere is checked anew") func forgottenJob() throws {
        _ = try fixture.home().submit([try fixture.write("a")])
        _ = try fixture.home().sign()
        let store = try fixture.home().readingStore()
        var record = try #require(try store.submissions().first)
        record.targets["core"] = StateRecord(.asked(job: record.sha256))
        try store.update([record])
        #expect(try fixture.home().sign().submissions.map(\.state.name) == ["waiting"])
    }
}
