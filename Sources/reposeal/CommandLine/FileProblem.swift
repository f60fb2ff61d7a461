/// What is wrong with a file, as one sentence that begins with its name.
struct FileProblem: Error, CustomStringConvertible {
    let file: String
    let reason: String

    var description: String { "\(file): \(reason)" }
}

/// Does work on a file and puts the file's name before whatever goes wrong.
func naming<Value, Failure: Error>(_ file: String, _ work: () throws(Failure) -> Value) throws(FileProblem) -> Value {
    do throws(Failure) {
        return try work()
    } catch {
        throw FileProblem(file: file, reason: "\(error)")
    }
}
