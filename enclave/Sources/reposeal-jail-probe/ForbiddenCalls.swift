import CLinux
import Glibc
import JailEscapes

/// Makes a system call that a filter must answer with the end of this process; without a filter it does no harm.
func makeForbiddenCall(_ escape: Escape) {
    let (vsock, netlink, stream, raw) = (40, 16, 1, 3)
    switch escape {
    case .hostSockets: call(SYS_socket, vsock, stream)
    case .kernelSockets: call(SYS_socket, netlink, raw)
    case .keyrings: call(SYS_keyctl, 0, -3)
    case .asynchronousCalls: call(SYS_io_uring_setup, 1)
    case .tracing: call(SYS_ptrace, -1)
    case .pageFaults: call(SYS_userfaultfd, 0)
    // The kernel looks at the low 32 bits alone (CVE-2019-10063).
    case .terminalInput: call(SYS_ioctl, 0, 1 << 32 | 0x5412)
    case .namespaces: call(SYS_unshare, 0x1000_0000)
    case .writableCode: _ = unsafe mmap(nil, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    case .otherArchitecture: call(0x4000_0000 + SYS_getpid)
    default: break
    }
}

private func call(_ number: Int, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0) {
    _ = creposeal_system_call(number, first, second, third)
}

private func call(_ number: Int32, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0) {
    call(Int(number), first, second, third)
}
