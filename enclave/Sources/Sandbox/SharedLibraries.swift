import Descriptors

/// The libraries that the dynamic loader would load for one of our own programs (ld.so(8), `--list`).
func sharedLibraries(of program: String) throws(SandboxError) -> [String] {
    let output: [UInt8]
    do {
        let pipe = try Pipe()
        let nothing = try Descriptor.reading("/dev/null")
        let loader = try ChildProcess(
            arguments: [JailProfile.loader, "--list", program],
            descriptors: [nothing.number, pipe.writer.number, nothing.number])
        let reader = pipe.takeReader()
        let deadline = Deadline(milliseconds: 10_000)
        output = try reader.readToEnd(limit: 1 << 16, deadline: deadline)
        guard try loader.wait(until: deadline) == 0 else { throw SandboxError.librariesUnknown(program: program) }
    } catch let error as DescriptorError {
        throw .system(error)
    } catch {
        throw .librariesUnknown(program: program)
    }
    var libraries: [String] = []
    for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
        let words = line.split { $0 == " " || $0 == "\t" }
        switch words.count {
        case 2 where words[0].hasPrefix("/"): libraries.append(String(words[0]))  // the loader itself
        case 2 where words[0].hasPrefix("linux-vdso."): continue  // part of the kernel
        case 4 where words[1] == "=>" && words[2].hasPrefix("/"): libraries.append(String(words[2]))
        default: throw .librariesUnknown(program: program)
        }
    }
    return libraries
}
