"""A month's quantities from counted sweeps, and what they come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from tests.costing.prices import Prices
from tests.costing.setting import SAMPLES_A_DAY, Setting, chunks, month_of_batches
from tests.costing.sweeps import DoorRun, Swept

GB = 1024**3
HOURS_A_DAY = 24
EXPIRY = "sweeps"


@dataclass(frozen=True, slots=True)
class Line:
    """What is paid for, of which service, and its price's name."""

    service: str
    what: str
    price: str


LINES = {
    "discover": Line("Lambda", "Discover, GB-seconds", "lambda_gb_second"),
    "observe": Line("Lambda", "Observe, GB-seconds", "lambda_gb_second"),
    "probe": Line("Lambda", "Probe, GB-seconds", "lambda_gb_second"),
    "report": Line("Lambda", "Report, GB-seconds", "lambda_gb_second"),
    "deliver": Line("Lambda", "Deliver, GB-seconds", "lambda_gb_second"),
    "invocations": Line("Lambda", "requests", "lambda_request"),
    "transitions": Line("Step Functions", "transitions of Standard executions", "states_transition"),
    "express": Line("Step Functions", "Express executions", "states_express_request"),
    "express_time": Line("Step Functions", "Express executions, GB-seconds", "states_express_gb_second"),
    "writes": Line("DynamoDB", "write units", "dynamodb_write_unit"),
    "index_writes": Line("DynamoDB", "write units of its indexes", "dynamodb_write_unit"),
    "reads": Line("DynamoDB", "read units", "dynamodb_read_unit"),
    "table": Line("DynamoDB", "GB kept", "dynamodb_gb_month"),
    "recovery": Line("DynamoDB", "GB that can be recovered to any point in time", "dynamodb_pitr_gb_month"),
    "puts": Line("S3", "objects written", "s3_put"),
    "gets": Line("S3", "objects read", "s3_get"),
    "objects": Line("S3", "GB kept", "s3_gb_month"),
    "logs": Line("CloudWatch Logs", "GB written", "logs_gb"),
    "kept_logs": Line("CloudWatch Logs", "GB kept", "logs_gb_month"),
    "metrics": Line("CloudWatch", "metrics, by the hours in which they are sent", "metric_month"),
    "asked_metrics": Line("CloudWatch", "metrics asked for", "get_metric_data"),
    "alarms": Line("CloudWatch", "metrics of alarms", "alarm_metric_month"),
    "dashboards": Line("CloudWatch", "dashboards", "dashboard_month"),
    "keys": Line("KMS", "keys", "kms_key_month"),
    "key_requests": Line("KMS", "requests", "kms_request"),
    "traces": Line("X-Ray", "traces", "xray_trace"),
    "findings": Line("Security Hub CSPM", "findings sent", "security_hub_finding"),
    "messages": Line("SNS", "messages", "sns_publish"),
    "mails": Line("SNS", "mails", "sns_email"),
    "schedules": Line("EventBridge Scheduler", "invocations", "scheduler_invocation"),
}
"""In the order in which the page has them."""

type Quantities = dict[str, float]
"""Of a month, by the names of LINES."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a server costs the probe."""

    cpu: float
    """Seconds of processor time."""

    at_once: int
    """Servers that it looks at side by side."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An account's sweeps: those of an hour, a full one, and what Deliver did."""

    samples: Sequence[Swept]
    full: Swept
    delivery: Swept


@dataclass(frozen=True, slots=True)
class Month:
    """How counted sweeps become a month."""

    prices: Prices
    setting: Setting
    look: Look

    def quantities(self, counted: Counted) -> Quantities:
        """Of everything that is paid for."""
        found = dict.fromkeys(LINES, 0.0)
        days = self.prices.days
        for weight, swept in self._weighed(counted):
            for name, quantity in self._of_sweep(swept).items():
                found[name] += weight * quantity
        found["schedules"] = days * (SAMPLES_A_DAY + 1)
        found["metrics"] = self._metrics(counted)
        found["alarms"], found["dashboards"] = self.setting.alarm_metrics, self.setting.dashboards
        found["keys"] = self.setting.keys
        found["key_requests"] = self.prices.assumed["kms_requests_an_hour"] * HOURS_A_DAY * days
        found["mails"] = self.prices.assumed["mails"]
        found["table"] = found["recovery"] = counted.full.table_bytes / GB
        found["kept_logs"] = found["logs"] * self.setting.log_days / days
        found["objects"] = self._objects(counted)
        return found

    def _weighed(self, counted: Counted) -> Iterable[tuple[float, Swept]]:
        """Each sweep, and how often a month has one like it."""
        days, delivery = self.prices.days, counted.delivery
        yield from ((SAMPLES_A_DAY * days / len(counted.samples), each) for each in counted.samples)
        yield days, counted.full
        if delivery.findings_sent:
            often = self.prices.assumed["announcements"] * delivery.announced
            yield often / delivery.findings_sent, delivery

    def _of_sweep(self, swept: Swept) -> Quantities:
        setting, assumed = self.setting, self.prices.assumed
        found: Quantities = {
            "transitions": 0.0 + swept.machine.get("standard_states", 0),
            "express": swept.machine.get("express_executions", 0),
            "writes": swept.write_units,
            "index_writes": swept.index_write_units,
            "reads": swept.read_units,
            "findings": swept.findings_sent,
        }
        standard = swept.machine.get("standard_executions", 0)
        found["transitions"] += standard * assumed["started_transitions"]
        logged = swept.machine.get("event_bytes", 0) if setting.logs_every_state else 0
        for door, run in swept.doors.items():
            seconds = self._seconds(run, setting.memory[door])
            cold = self._cold(door, run, swept)
            found[door.lower()] = (seconds + cold) * setting.memory[door] / 1024
            if door == "Observe" and found["express"]:
                each = seconds / run.invocations + self.prices.waits["stepfunctions"]
                found["express_time"] = chunks(each) * found["express"] * assumed["express_gb"]
            logged += run.log_bytes + run.invocations * assumed["platform_log_bytes"]
        looks = _asked(swept, "lambda:Invoke")
        targets = sum(run.targets for run in swept.doors.values())
        if looks:
            memory = setting.memory["Probe"]
            cold = month_of_batches(looks, setting.batch_concurrency) * self._init("probe_initialisation", memory)
            found["probe"] = (looks * self._look_seconds(targets / looks) + cold) * memory / 1024
            logged += targets * assumed["probe_log_bytes_a_server"] + looks * assumed["platform_log_bytes"]
        found["logs"] = logged / GB
        found["invocations"] = looks + sum(run.invocations for run in swept.doors.values())
        found["traces"] = standard + found["express"]
        found["traces"] += sum(run.invocations for door, run in swept.doors.items() if door in setting.traced)
        found["traces"] += looks if "Probe" in setting.traced else 0
        found["puts"] = _asked(swept, "s3:PutObject") + _asked(swept, "s3:ListObjectsV2")
        found["gets"] = _asked(swept, "s3:GetObject") + (1 if standard else 0)
        found["asked_metrics"] = swept.metrics_asked
        found["messages"] = _asked(swept, "sns:Publish")
        return found

    def _seconds(self, run: DoorRun, memory: int) -> float:
        """Of all its invocations: processor time at its share, and waiting; for a probe as long as that takes."""
        seconds = run.cpu / self._share(memory)
        for name, count in run.calls.items():
            seconds += count * self.prices.waits.get(name.split(":")[0], self.prices.waits["other"])
        asked = run.calls.get("lambda:Invoke", 0)
        return seconds + (asked * self._look_seconds(run.targets / asked) if asked else 0)

    def _look_seconds(self, servers: float) -> float:
        """Of one invocation of the probe."""
        turns = -(-servers // self.look.at_once)
        return (
            servers * self.look.cpu / self._share(self.setting.memory["Probe"]) + turns * self.prices.waits["look"]
        )

    def _cold(self, door: str, run: DoorRun, swept: Swept) -> float:
        often = month_of_batches(run.invocations, self.setting.batch_concurrency if door == "Observe" else 1)
        return often * self._init("initialisation", self.setting.memory[door]) if swept.kind != "delivery" else 0

    def _init(self, name: str, memory: int) -> float:
        return float(self.prices.assumed[f"{name}_cpu_seconds"]) / self._share(memory)

    def _share(self, memory: int) -> float:
        return min(1.0, memory / float(self.prices.assumed["functions_full_vcpu_mb"]))

    def _metrics(self, counted: Counted) -> float:
        """A metric is paid for the hours in which it is sent: samples send in each, a full sweep in one a day."""
        hourly = {name for each in counted.samples for name in each.metrics}
        daily = {*counted.full.metrics, *counted.delivery.metrics} - hourly
        return len(hourly) + len(daily) / HOURS_A_DAY

    def _objects(self, counted: Counted) -> float:
        """What lies in the bucket once as much expires as comes."""
        kept = 0.0
        for often, bytes_of in (
            (SAMPLES_A_DAY, _mean_objects(counted.samples)),
            (1.0, counted.full.objects),
        ):
            kept += sum(often * size * self.setting.kept_days[top] for top, size in bytes_of.items())
        return kept / GB


def usd(quantities: Quantities, prices: Prices) -> dict[str, float]:
    """What each line comes to."""
    return {name: quantities[name] * prices.usd[line.price] for name, line in LINES.items()}


def by_service(each: Mapping[str, float]) -> dict[str, float]:
    """The same summed up."""
    found: dict[str, float] = {}
    for name, line in LINES.items():
        found[line.service] = found.get(line.service, 0) + each[name]
    return found


ONCE = frozenset({"metrics", "alarms", "dashboards", "keys", "key_requests", "mails", "schedules"})
"""What there is as much of, however many databases there are."""


def ten_times(thousand: Quantities, none: Quantities) -> Quantities:
    """An account ten times as large: what databases cost ten times, and once what is there without any."""
    return {
        name: thousand[name] if name in ONCE else none[name] + 10 * (thousand[name] - none[name]) for name in LINES
    }


def _asked(swept: Swept, name: str) -> int:
    return sum(run.calls.get(name, 0) for run in swept.doors.values())


def _mean_objects(samples: Sequence[Swept]) -> dict[str, float]:
    tops = {top for each in samples for top in each.objects}
    return {top: mean(each.objects.get(top, 0) for each in samples) for top in tops}
