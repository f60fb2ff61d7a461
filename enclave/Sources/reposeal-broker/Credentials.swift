import Glibc

/// Where systemd put the credentials of this service (systemd.exec(5)); nil for whoever has none.
var credentialsDirectory: String? { unsafe getenv("CREDENTIALS_DIRECTORY").map { unsafe String(cString: $0) } }
