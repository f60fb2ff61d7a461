// swift-tools-version: 6.2
import PackageDescription

// One static library for each fuzzer, which ./run links with libFuzzer by hand: an executable target would lose either its
// coverage or its address checks.

let parsers = [
    "Packages", "PackageInfo", "CanonicalDatabases", "SyncDatabases", "DatabaseUpdates", "Entries", "Versions",
    "Statements", "Envelopes", "Policies", "Requests", "Frames", "Messages", "Bodies", "Sessions", "OpenPGP", "Notes",
    "Records", "Backups",
]

let package = Package(
    name: "reposeal-fuzz",
    products: parsers.map { .library(name: "Fuzz\($0)", type: .static, targets: ["Fuzz\($0)"]) },
    dependencies: [.package(name: "reposeal", path: "../..")],
    targets: parsers.map {
        .target(
            name: "Fuzz\($0)", dependencies: [.product(name: "ParserProperties", package: "reposeal")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)])
    },
    swiftLanguageModes: [.v6]
)
