"""The walls around a worker: memory, files, processes and network, closed before it reads a stranger's query.

Resource limits are setrlimit(2). The rest is a seccomp filter (seccomp(2)): no new sockets, no programs, no
files opened for writing. Where the filter is not to be had (another kernel or machine), `seal` says so.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
from pathlib import Path

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO | EPERM
_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# machine -> (audit architecture, refused syscalls, syscalls that open files and where their flags stand).
# Refused: socket, socketpair, bind, connect, execve, execveat, fork, vfork, ptrace, kill, unlink*, rename*,
# mkdir*, rmdir, link*, symlink*, truncate, chmod, creat, openat2, io_uring_setup.
_MACHINES: dict[str, tuple[int, tuple[int, ...], dict[int, int]]] = {
    "x86_64": (
        0xC000003E,
        (
            *(41, 53, 49, 42, 59, 322, 57, 58, 101, 62, 87, 263, 82, 264, 316, 83, 258, 84, 86, 265, 88, 266),
            *(76, 90, 85, 437, 425),
        ),
        {2: 1, 257: 2},
    ),
    "aarch64": (
        0xC00000B7,
        (198, 199, 200, 203, 221, 281, 117, 129, 35, 38, 276, 34, 37, 36, 45, 437, 425),
        {56: 2},
    ),
}


def limit_memory(megabytes: int) -> None:
    """Let the address space grow by `megabytes` from what it is now; the process aborts beyond that."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def limit_files(result_bytes: int) -> None:
    """No core dumps, few open files, no written file longer than a result may be."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
    resource.setrlimit(resource.RLIMIT_FSIZE, (result_bytes + 65536, result_bytes + 65536))


def seal() -> bool:
    """Close the process off from network, programs and writing. False where the kernel offers no filter."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _filter(*machine)
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(program)
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    fprog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return int(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, fprog, 0, 0)) == 0


def _filter(architecture: int, refused: tuple[int, ...], opening: dict[int, int]) -> bytes:
    """A classic BPF program over struct seccomp_data: number at 0, architecture at 4, arguments from 16."""
    code = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, 0)]
    for number in refused:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    for number, argument in opening.items():
        code += [
            (_JUMP_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, 16 + 8 * argument),
            (_JUMP_SET, 0, 1, _WRITING),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in code)
