/// Which users may ask for signatures (H22).
///
/// From the user who starts a jail, the memory of the jailed process can be read. So a monitor under the broker's own
/// user could reach keys, and is admitted only where no key matters.
struct MonitorAdmission {
    let ownUser: UInt32
    let holdsDemonstrationKeysOnly: Bool

    func admits(user: UInt32) -> Bool { user != ownUser || holdsDemonstrationKeysOnly }
}
