import Glibc

extension ObsoleteFile {
    /// Deletes the package file and its signature, if the name is safe; one that is not there is no matter.
    func delete(tell: (UpdateEvent) -> Void) {
        guard isSafe else {
            return tell(.keeps(fileName: fileName, reason: "its entry does not name the file as makepkg would"))
        }
        for path in ["\(directory)/\(fileName)", "\(directory)/\(fileName).sig"] {
            let result = unsafe unlink(path)
            let code = errno
            if result == 0 {
                tell(.deleted(path: path))
            } else if code != ENOENT {
                tell(.keeps(fileName: path, reason: Self.reason(code)))
            }
        }
    }

    private static func reason(_ code: CInt) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
