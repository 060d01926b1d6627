"""What a soak has shown, and whether anything of it must not be."""
import dataclasses
import statistics

# Growth of the resident memory's floor from the first fifth after the warm-up to the last fifth of the run.
WARM_UP = 60
MOST_GROWTH_SHARE, MOST_GROWTH = 0.10, 8.0
RIGHT = ("right", "alive")


@dataclasses.dataclass
class Sample:
    at: float
    megabytes: float
    cpu: float
    descriptors: int
    sockets: int
    # By listener.
    latencies: dict

    @property
    def all_latencies(self):
        return [latency for each in self.latencies.values() for latency in each]

    def __str__(self):
        return (
            f"{self.at:6.0f} s  RSS {self.megabytes:6.1f} MB  CPU {self.cpu:4.0f} %  fds {self.descriptors:5}  "
            f"sockets {self.sockets:5}  good calls {len(self.all_latencies):5}  {percentiles(self.all_latencies)}")


def percentiles(latencies):
    if not latencies:
        return "no calls"
    ordered = sorted(latencies)
    pick = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
    return f"p50 {pick(0.5):.1f} ms  p99 {pick(0.99):.1f} ms  max {ordered[-1] * 1000:.0f} ms"


class Report:
    def __init__(self, soak):
        self.soak = soak
        self.violations = list(soak.violations)
        self.judge_calls()
        self.judge_memory()

    def judge_calls(self):
        called = self.soak.called
        for (name, service), counts in called["outcomes"].items():
            for outcome, count in counts.items():
                allowed = outcome in RIGHT or service == "faulty" and (outcome.startswith("error ") or outcome == "cut")
                if not allowed:
                    self.violations.append(f"{name}, {service} servers: {count} calls {outcome}")
            if not counts.get("right"):
                self.violations.append(f"{name}, {service} servers: no call was answered")
        for name, counts in called["half"].items():
            for outcome, count in counts.items():
                if outcome not in RIGHT:
                    self.violations.append(f"{name}, half-closing: {count} calls {outcome}")

    def judge_memory(self):
        self.growth = None
        samples = [sample for sample in self.soak.samples if sample.at >= WARM_UP]
        if len(samples) < 10:
            return
        fifth = len(samples) // 5
        first = min(sample.megabytes for sample in samples[:fifth])
        last = min(sample.megabytes for sample in samples[-fifth:])
        self.growth = (first, last)
        if last > first * (1 + MOST_GROWTH_SHARE) + MOST_GROWTH:
            self.violations.append(f"memory grew from {first:.1f} MB to {last:.1f} MB after the warm-up")

    def text(self):
        soak = self.soak
        lines = ["", "Calls by listener, service and outcome:"]
        for (name, service), counts in soak.called["outcomes"].items():
            lines.append(f"  {name:9} {service:7} {tally(counts)}")
        for name, counts in soak.called["half"].items():
            lines.append(f"  {name:9} steady, FIN behind the request: {tally(counts)}")
        for name, faults in soak.called["faults"].items():
            lines += [f"  ! {name}: {fault}" for fault in faults]
        lines.append("Latency with steady servers:")
        for name in soak.called["half"]:
            lines.append(f"  {name:9} {percentiles([each for s in soak.samples for each in s.latencies[name]])}")
        lines.append(f"  together  {percentiles([each for s in soak.samples for each in s.all_latencies])}")
        samples = soak.samples
        if samples:
            named = {"at 1 min": next((s for s in samples if s.at >= 60), samples[-1]),
                     "in the middle": samples[len(samples) // 2], "at the end": samples[-1]}
            lines.append("RSS " + ", ".join(f"{s.megabytes:.1f} MB {when}" for when, s in named.items())
                         + f", at most {max(s.megabytes for s in samples):.1f} MB")
        if self.growth:
            first, last = self.growth
            lines.append(f"floor of the RSS after the warm-up {first:.1f} MB, at the end {last:.1f} MB; "
                         f"slope {slope(samples):+.2f} MB a minute")
        if hasattr(soak, "left"):
            lines.append(f"descriptors {soak.baseline} before, at most {max(s.descriptors for s in samples)}, "
                         f"{soak.left} after everything was closed (RSS {soak.after:.1f} MB); "
                         f"stopped with status {soak.status}")
            lines.append(f"CPU {statistics.mean(s.cpu for s in samples):.0f} % of one core on average")
        lines.append(f"reloads by exit status: {tally(soak.reloads)}")
        lines.append(f"moods of faulty servers: {tally(soak.failed['moods'])}")
        lines.append(f"vandals: {tally(soak.raged)}")
        lines += ["", "All as it must be." if not self.violations else "VIOLATIONS:"]
        return "\n".join(lines + [f"  {violation}" for violation in self.violations])


def tally(counts):
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda each: str(each[0])))


def slope(samples):
    """Megabytes a minute after the warm-up, by least squares."""
    points = [(sample.at / 60, sample.megabytes) for sample in samples if sample.at >= WARM_UP]
    return statistics.linear_regression(*zip(*points)).slope
