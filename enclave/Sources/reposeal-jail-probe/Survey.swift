import CLinux
import Glibc
import JailEscapes

/// Which ways out are open, of those that a jail denies without killing.
///
/// Not in `main`: a closure there belongs to the main actor, and with it comes a library that makes more system calls.
func survey() -> Set<Escape> { Set(Escape.allCases.filter { !$0.mustKill && isOpen($0) }) }

private func isOpen(_ escape: Escape) -> Bool {
    switch escape {
    case .hostFiles: canOpenAny(hostFiles, O_RDONLY)
    case .processes: canOpenAny(["/proc", "/proc/self/status", "/proc/1/environ", "/proc/sys/kernel"], O_RDONLY)
    case .kernelSettings: canOpenAny(["/sys", "/sys/kernel", "/sys/fs/cgroup"], O_RDONLY)
    case .devices: canOpenAny(devices, O_RDONLY)
    case .writing:
        canOpenAny(["/x", "/dev/x", "/lib64/x", "/usr/lib/x"], O_WRONLY | O_CREAT) || canOpenAny(["/program"], O_WRONLY)
    case .descriptors: (3..<4096).contains { isOpenDescriptor($0) }
    case .environment: !environmentEntries().allSatisfy(ownEnvironment.contains)
    case .unlimited: isUnlimited()
    case .processNumbers: getpid() != 1
    case .hiddenFlags: creposeal_system_call(435, 0, 0, 0) != -1 || errno != ENOSYS
    default: false
    }
}

private let hostFiles = [
    "/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/machine-id", "/home", "/root", "/run", "/tmp", "/var", "/boot",
    "/opt", "/srv", "/mnt", "/bin/sh", "/usr/bin/env", "/usr/bin/bwrap", "/usr/share",
]

private let devices = [
    "/dev/zero", "/dev/full", "/dev/random", "/dev/tty", "/dev/console", "/dev/ttyS0", "/dev/mem", "/dev/kmsg",
    "/dev/shm", "/dev/pts", "/dev/ptmx", "/dev/fuse", "/dev/kvm", "/dev/vsock", "/dev/tpm0",
]

/// What bubblewrap sets itself.
private let ownEnvironment: Set = ["PWD=/", "PWD=/job", "HOME=/job", "GNUPGHOME=/job", "PATH=/usr/bin"]

private func canOpenAny(_ paths: [String], _ flags: CInt) -> Bool {
    paths.contains { path in
        let descriptor = unsafe creposeal_open(path, flags, 0o600)
        if descriptor != -1 { close(descriptor) }
        return descriptor != -1
    }
}

private func isOpenDescriptor(_ number: CInt) -> Bool {
    var status = stat()
    return unsafe fstat(number, &status) == 0
}

private func environmentEntries() -> [String] {
    var entries: [String] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
        unsafe entries.append(String(cString: entry))
        unsafe next += 1
    }
    return entries
}

private func isUnlimited() -> Bool {
    var core: UInt = 0
    guard unsafe creposeal_limit(CInt(CREPOSEAL_LIMIT_CORE), &core) == 0, core == 0 else { return true }
    return [
        CREPOSEAL_LIMIT_MEMORY, CREPOSEAL_LIMIT_TIME, CREPOSEAL_LIMIT_FILE, CREPOSEAL_LIMIT_DESCRIPTORS,
    ].contains { resource in
        var limit: UInt = 0
        return unsafe creposeal_limit(CInt(resource), &limit) != 0 || limit == UInt.max
    }
}
