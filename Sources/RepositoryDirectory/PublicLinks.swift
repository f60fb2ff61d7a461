import RepositoryDatabase

/// The public names of one database and where each points; they change only when files of other tools are taken over.
struct PublicLinks {
    /// A public name with its target, relative to the directory.
    struct Link: Equatable {
        let name: String
        let target: String
    }

    let names: DatabaseFileNames
    let kind: DatabaseKind

    /// The full name and its signature's, which comes first.
    var full: [Link] { links(names.name(of: kind), through: "current") }

    /// The name that clients ask for.
    var short: Link { Link(name: names.shortName(of: kind), target: names.name(of: kind)) }

    /// The signature of that.
    var shortSignature: Link { Link(name: "\(short.name).sig", target: "\(short.target).sig") }

    /// The names of the generation before.
    var previous: [Link] { links(names.previousName(of: kind), through: "previous") }

    /// Every public name.
    var all: [Link] { full + [shortSignature, short] + previous }

    private func links(_ name: String, through generation: String) -> [Link] {
        let target = ".reposeal/\(names.name(of: .db))/\(generation)/\(names.name(of: kind))"
        return [Link(name: "\(name).sig", target: "\(target).sig"), Link(name: name, target: target)]
    }
}
