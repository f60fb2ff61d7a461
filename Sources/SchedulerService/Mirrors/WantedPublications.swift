import SchedulerDirectory

/// Which serials are to be published, and which are; what is found missing while a publication goes on is not lost with its end.
struct WantedPublications {
    /// A publication that began.
    struct Attempt {
        /// What it publishes, by database.
        let serials: [String: UInt64]
        fileprivate let damages: Int
    }

    private var wanted: [String: UInt64] = [:]
    private var done: [String: UInt64] = [:]
    /// How often something was found missing or damaged.
    private var damages = 0

    /// Everything that is signed; whether any of it is still to be published.
    mutating func want(_ serials: [String: UInt64]) -> Bool {
        wanted = serials
        return wanted != done
    }

    /// What is signed and was looked for in vain; whether it was thought to be there, or not known to be signed.
    mutating func miss(_ unpublished: [UnpublishedDatabase]) -> Bool {
        var isNews = false
        for database in unpublished {
            let name = "\(database.repository)/\(database.architecture)"
            // What failed is tried again anyway.
            isNews = isNews || wanted[name] != database.signed || done[name] == database.signed
            (wanted[name], done[name]) = (database.signed, nil)
            damages += 1
        }
        return isNews
    }

    /// Something that was published is not as it was.
    mutating func damage() {
        done = [:]
        damages += 1
    }

    /// What is to be published now; nil if there is nothing.
    var attempt: Attempt? { wanted == done ? nil : Attempt(serials: wanted, damages: damages) }

    /// A publication ended well; what was found missing since it began may have been so behind it.
    mutating func end(_ attempt: Attempt) {
        if attempt.damages == damages { done = attempt.serials }
    }
}
