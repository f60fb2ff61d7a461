import ALPMTypes

/// The vocabulary of packages.
extension FieldReader {
    func packageName(_ key: String) throws(AttestationError) -> PackageName {
        try parsed(key, "a package name") { text throws(ALPMError) in try PackageName(parsing: text) }
    }

    func version(_ key: String) throws(AttestationError) -> Version {
        try parsed(key, "a version such as 1:2.3-4") { text throws(ALPMError) in try Version(parsing: text) }
    }

    func architecture(_ key: String) throws(AttestationError) -> Architecture {
        try parsed(key, "an architecture") { text throws(ALPMError) in try Architecture(parsing: text) }
    }

    func repository(_ key: String) throws(AttestationError) -> RepositoryName {
        try parsed(key, "a repository name") { text throws(ALPMError) in try RepositoryName(parsing: text) }
    }

    func fileName(_ key: String) throws(AttestationError) -> PackageFileName {
        try parsed(key, "a file name such as NAME-VERSION-ARCH.pkg.tar.zst") { text throws(ALPMError) in
            try PackageFileName(parsing: text)
        }
    }
}
