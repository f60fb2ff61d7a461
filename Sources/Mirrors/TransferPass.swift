/// One run of rsync to a mirror: what it takes from where, and how.
///
/// A mirror's readers see the file system between any two system calls of rsync, which renames each finished file into its
/// place. So what must appear together appears by one rename: the link `current` of a database's folder, through which both
/// databases and both signatures are reached, in a pass after the one that brought what it leads to.
struct TransferPass: Hashable, Sendable {
    /// What it brings, for people.
    let name: String
    /// The folder whose content it takes.
    let source: String
    /// What it takes and what it leaves; the first rule that matches counts (rsync(1), FILTER RULES).
    let filters: [String]
    /// Further options.
    let options: [String]

    /// The passes that bring a mirror to a snapshot, in order.
    static func all(for snapshot: MirrorSnapshot) -> [TransferPass] {
        let folders = snapshot.databases.map(\.folder)
        let switches = snapshot.switches.enumerated().map { index, step in
            switching(step.map { snapshot.databases[$0] }, number: index + 1, in: snapshot.path)
        }
        return [packages(of: folders, in: snapshot.published), databases(in: snapshot.path)] + switches + [
            finishing(in: snapshot.path), removal(of: folders, in: snapshot.published),
        ]
    }

    /// Packages and the links to them; nothing is removed.
    private static func packages(of folders: [String], in published: String) -> TransferPass {
        TransferPass(
            name: "packages", source: published, filters: packageFilters(folders),
            options: ["--partial-dir=.rsync-partial"])
    }

    /// Generations, each in a folder named by what it holds, which nobody reads yet; and names that are not there yet.
    private static func databases(in snapshot: String) -> TransferPass {
        TransferPass(
            name: "databases", source: snapshot,
            filters: ["current", "previous"].map { "- /*/os/*/.reposeal/*/\($0)" }
                + ["- /lastupdate", "- /lastsync"],
            options: ["--ignore-existing"])
    }

    /// The link of each of these databases, whose rename switches it.
    private static func switching(
        _ databases: [MirrorSnapshot.Database], number: Int, in snapshot: String
    ) -> TransferPass {
        let links = databases.flatMap { ["\($0.folder)/.reposeal", "\($0.folder)/.reposeal/\($0.name)"] }
        let filters =
            above(databases.map(\.folder)) + links.map { "+ /\($0)/" }
            + databases.map { "+ /\($0.folder)/.reposeal/\($0.name)/current" } + ["- *"]
        return TransferPass(name: "switch \(number)", source: snapshot, filters: filters, options: [])
    }

    /// The rest of the snapshot, after which generations that are in it no more go.
    private static func finishing(in snapshot: String) -> TransferPass {
        TransferPass(
            name: "names", source: snapshot,
            filters: ["/*", "/*/*", "/*/os/*", "/*/os/*/*", "/*/os/*/.reposeal/*"].map { "P \($0)" },
            options: ["--delete-delay"])
    }

    /// What was cleaned away here goes there, now that no database names it.
    private static func removal(of folders: [String], in published: String) -> TransferPass {
        TransferPass(
            name: "removals", source: published, filters: packageFilters(folders),
            options: ["--delete-delay", "--existing", "--ignore-existing"])
    }

    private static func packageFilters(_ folders: [String]) -> [String] {
        // What begins with a dot is unfinished, or the databases.
        ["- .*"] + above(["pool/packages"] + folders) + ["+ /pool/packages/*.pkg.tar*"]
            + folders.map { "+ /\($0)/*.pkg.tar*" } + ["- *"]
    }

    /// Rules that take the folders on the way to these, and these.
    private static func above(_ folders: [String]) -> [String] {
        var rules: [String] = []
        for folder in folders {
            let parts = folder.split(separator: "/")
            for count in 1...parts.count {
                let rule = "+ /\(parts.prefix(count).joined(separator: "/"))/"
                if !rules.contains(rule) { rules.append(rule) }
            }
        }
        return rules
    }
}
