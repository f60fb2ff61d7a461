"""The rows about the line: what of its rate arrives at the other end, over the real programs on a simulated line."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from enclave import Enclave
from rows import Bench, row

BAUD = 115_200
SECONDS = 60
# The probability that a bit is flipped, and the share of the line's rate that is wanted; none: that it is done.
LINES = ((0.0, 0.9), (1e-6, 0.8), (1e-5, 0.6), (1e-4, None))


class LineEnclave(Enclave):
    """An enclave at the other end of a simulated line."""

    def on_line(self, bit_errors: float) -> None:
        """Serves a line with errors from now on, instead of whatever it served."""
        while len(self.processes) > 1:
            self.end(self.processes.pop())
        with open(self.home / "line.log", "ab") as log:
            self.processes.append(subprocess.Popen(
                ["line-simulator", "line-a", "line-b", "--baud", str(BAUD), "--bit-errors", str(bit_errors)],
                cwd=self.home, env=self.environment, stdout=log, stderr=log, **self.user))
        while not (self.home / "line-b").exists():
            time.sleep(0.02)
        configuration = self.home / "scheduler/scheduler.json"
        document = json.loads(configuration.read_text())
        document["enclave"] = f"tty:../line-a?baud={BAUD}"
        configuration.write_text(json.dumps(document))
        words = [*self.monitor_words[:-1], f"tty:{self.home}/line-b?baud={BAUD}"]
        with open(self.home / "reposeal-enclave.log", "ab") as log:
            self.processes.append(subprocess.Popen(
                ["reposeal-enclave", "serve", *words], cwd=self.home, env=self.environment, stdout=log, stderr=log,
                **self.user))
        self.call("reposeal", "enclave", "resume", "--scheduler", "scheduler")

    @staticmethod
    def end(process: subprocess.Popen) -> None:
        process.send_signal(signal.SIGTERM)
        process.wait()

    def link_test(self, seconds: int) -> dict:
        done = subprocess.run(
            ["reposeal", "link", "test", "--scheduler", "scheduler", "--seconds", str(seconds), "--json"],
            cwd=self.home, env=self.environment, capture_output=True, check=False, **self.user)
        # 2 says that there is advice, as there should be for a bad line.
        if done.returncode not in (0, 2):
            sys.exit(f"bench: reposeal link test ended with {done.returncode}:\n{done.stderr.decode()[-2000:]}")
        return json.loads(done.stdout)


def link_goodput(bench: Bench) -> Iterator[str]:
    """Bytes of messages a second, as a share of what the line carries, each way, for at least a minute."""
    enclave = LineEnclave(bench.programs)
    try:
        for bit_errors, wanted in LINES:
            enclave.on_line(bit_errors)
            found = enclave.link_test(SECONDS)
            rates = [found[f"{way}BytesPerSecond"] for way in ("request", "answer")]
            share = min(rates) / found["lineBytesPerSecond"]
            yield row(
                f"link test, {SECONDS} s at {BAUD} baud, bit errors {bit_errors:g}: {found['bytes']} bytes each way in "
                f"{found['rounds']} rounds",
                f"{rates[0]:.0f} and {rates[1]:.0f} bytes/s; {found['framesRepeated']} of {found['framesSent']} frames "
                f"repeated, {found['framesDamaged']} damaged ones read; round trip {found['roundTripSeconds']:.2f} s",
                f"the line: {found['lineBytesPerSecond']:.0f} bytes/s", f"{share:.1%}",
                f"at least {wanted:.0%}" if wanted else "done", wanted is None or share >= wanted, None)
    finally:
        enclave.close()
