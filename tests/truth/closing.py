"""Does the advice do what it promises? States that fail, mended as printed, and looked at again.

A test owner moves the clients that the finding names, and no others; pastes what is printed, which the AWS CLI's
own code reads; waits for a maintenance window; and sweeps again: RDS's API is asked, of the emulated account, by
the sweep's own code, and its own code judges. What each call does to the account is in effects.py, with what says
so.

A state is closed when the finding is gone and nobody is cut off who was not before. Where the remedy ends
plaintext, servers and clients are real: PostgreSQL, with sessions as libpq has them. Elsewhere `cut_off` says who
would be.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import psycopg
from tlscheck.edges.aws import rds
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.batch import Batch, Depth, Sweep, with_groups
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.sharing import group_name, group_of
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.in_hand import InHand, Known, Member, Rules
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.regional import judge_region
from tlscheck.verdict.remembered import Remembered
from tlscheck.wire.observation import LookOutcome, Observation

from tests.answers import ACCOUNT, REGION
from tests.examples import NOW, handshake, leaf, look, observation, sessions
from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.servers import Server, Servers
from tests.truth.aws_cli import AwsCli, aws_cli
from tests.truth.effects import UNVERIFIED, Account, RefusedError
from tests.truth.printable import HOW_MANY, ORDINARY, printed
from tests.truth.states import Client, State, states

MOST_ROUNDS = 3
"""Sweeps in which an owner does what is printed: one step may open the next."""

WELL = {Status.PASSED, Status.INFORMATIONAL}
ROLE = "orders_app"
OUTDATED = ("TLSv1", "TLSv1.1")


@dataclass(slots=True)
class Owner:
    """Whoever reads the findings, and what they have done."""

    cli: AwsCli
    account: Account
    clients: tuple[Client, ...]
    pasted: list[str] = field(default_factory=list)

    def follow(self, finding: Finding, told: Sequence[Finding]) -> None:
        """Do what a finding says: words first, then the commands, each when the one before it succeeded."""
        named = " ".join((finding.next_step, *(each.reason for each in _referred(finding, told))))
        roots = tuple(re.findall(r'"(Amazon RDS [^"]*)"', finding.next_step))
        for client in self.clients:
            if client.name not in named:
                continue
            if "Move to TLS first" in finding.next_step:
                client.tls = True
            if "Move to TLSv1.2" in finding.next_step:
                client.protocol = "TLSv1.3"
            if client.trusts is not None:
                client.trusts += roots
        for line in finding.commands:
            ended = self.cli.run(shlex.split(line))
            if ended.code != 0:
                raise RefusedError(ended.told)
            self.pasted.append(line)
            for operation, parameters in ended.asked:
                self.account.run(operation, parameters)


def _referred(finding: Finding, told: Sequence[Finding]) -> list[Finding]:
    """The findings that its words send the reader to."""
    return [each for each in told if each.check in finding.next_step]


def measure() -> None:
    """Print how many in a hundred states are closed by what is printed of them, and those that are not."""
    with closer() as close:
        found = [(state, close.why_not(state)) for state in states()]
        untried = sorted(forms(printed(ORDINARY, HOW_MANY).lines) - forms(close.pasted))
    for state, why in found:
        if why:
            print(f"not closed: {state.name}: {why}")
    counted = [why for state, why in found if state.is_verified]
    counted += [f"no state calls for {form}" for form in untried]
    for form in untried:
        print(f"no state calls for {form}")
    for effect in UNVERIFIED:
        print(f"not counted, since nobody could verify it: {effect}")
    others = sum(not state.is_verified for state, _ in found)
    print(f"{len(found) - others} failing states, {others} more not counted", flush=True)
    print(f"figure truth.advice_closed {100 * counted.count('') / len(counted):.4g} percent", flush=True)


def forms(lines: Iterable[str]) -> set[str]:
    """The commands of `aws rds` that these lines are."""
    return {shlex.split(line)[2] for line in lines}


@contextmanager
def closer() -> Iterator["Closer"]:
    """What closes states: an emulated account, the AWS CLI, and room for servers."""
    with ExitStack() as entered:
        emulated = entered.enter_context(EmulatedAccount())
        cli = entered.enter_context(aws_cli())
        yield Closer(emulated, cli, entered.enter_context(Servers()))


class NotClosedError(Exception):
    """What became of a state instead."""


def _calls_for_more(finding: Finding) -> bool:
    """What is only told calls for something where it prints it: a log that nobody keeps."""
    return finding.status not in WELL or bool(finding.commands)


class Closer:
    """Closes one state after the other."""

    def __init__(self, emulated: EmulatedAccount, cli: AwsCli, servers: Servers) -> None:
        self._emulated, self._cli, self._servers = emulated, cli, servers
        self.pasted: list[str] = []

    def why_not(self, state: State) -> str:
        """Why what is printed does not close a state; empty where it does."""
        fleet = Fleet(self._servers, state) if state.is_enforcing else None
        owner = Owner(self._cli, Account(state.document), tuple(replace(each) for each in state.clients))
        try:
            self._close(state, owner, fleet)
        except (NotClosedError, RefusedError) as why:
            return str(why)
        finally:
            self.pasted += owner.pasted
            if fleet:
                fleet.stop()
        return ""

    def _close(self, state: State, owner: Owner, fleet: "Fleet | None") -> None:
        """Raises NotClosedError, or RefusedError where RDS or the CLI would refuse what is printed."""
        broken = cut_off(owner.account, owner.clients)
        finding, told = self._found(state, owner, fleet)
        if not _calls_for_more(finding):
            raise NotClosedError(f"it does not fail: {finding.reason}")
        for _ in range(MOST_ROUNDS):
            before = finding.commands
            owner.follow(finding, told)
            owner.account.window()
            if cut := cut_off(owner.account, owner.clients) - broken:
                raise NotClosedError(f"cut off: {sorted(cut)} by {owner.pasted}")
            if fleet and (refused := fleet.restarted(owner)):
                raise NotClosedError(f"really cut off: {refused}")
            finding, told = self._found(state, owner, fleet)
            if not _calls_for_more(finding):
                return
            if before == finding.commands:
                break
        raise NotClosedError(f"still said: {finding.reason} {finding.told_step}")

    def _found(self, state: State, owner: Owner, fleet: "Fleet | None") -> tuple[Finding, list[Finding]]:
        told = self._sweep(owner, fleet)
        (finding,) = (each for each in told if each.check == state.check and _names(each, state.of))
        return finding, told

    def _sweep(self, owner: Owner, fleet: "Fleet | None") -> list[Finding]:
        """A full sweep: what it says of each database and of the Region."""
        self._emulated.set_rds({REGION: owner.account.document})
        inventory = assemble(ACCOUNT, [rds.describe(self._emulated.client("rds", REGION))], at=NOW)
        batch = Batch(REGION, None, tuple(inventory.databases))
        (batch,) = with_groups([batch], inventory.databases)
        seen = {each.arn: _seen(each, owner, fleet) for each in inventory.databases}
        judged: dict[str, tuple[RememberedFinding, ...]] = {}
        # Twice: the first time as if it were the sweep before, by which each knows of the others on its group.
        for _ in range(2):
            remembered, members = dict(judged), dict[str, Member]()
            for database in sorted(inventory.databases, key=lambda each: each.kind is Kind.CLUSTER):
                hand = InHand(
                    Sweep("closing", NOW, Depth.FULL),
                    Rules("tlscheck", timedelta(days=90), timedelta(days=35)),
                    database,
                    seen[database.arn],
                    NOW,
                    members=members if database.kind is Kind.CLUSTER else {},
                    group=batch.groups.get(group_name(of)) if (of := group_of(database)) else None,
                    judged=judged,
                )
                judgement = judge(hand, Known(Remembered(database.key), sharing=remembered))
                assert judgement is not None
                judged[database.key] = found = judgement.findings
                members[database.identifier] = Member(
                    judgement.look, judgement.clients, is_absent=False, findings=found
                )
        regional_findings = [each for listing in inventory.listings for each in judge_region(listing, {}, NOW)]
        return [*(each.finding for some in judged.values() for each in some), *regional_findings]


def _names(finding: Finding, identifier: str) -> bool:
    return finding.resource.rsplit(":", 1)[1].removeprefix("prx-") == (identifier or "region")


def _seen(database: Database, owner: Owner, fleet: "Fleet | None") -> Observation:
    """What a probe says of a server: who is connected, and what it presents."""
    if not database.kind.is_server:
        return observation(database.arn, look=look(outcome=LookOutcome.NOT_TRIED))
    name = database.identifier
    expires = database.server_certificate_expires or NOW
    shaken = handshake(
        chain=(leaf(not_after=expires),),
        authority=owner.account.authority(name),
    )
    if not database.iam_authentication:
        return observation(database.arn, shaken, look(outcome=LookOutcome.NOT_TRIED))
    own = [each for each in owner.clients if each.server == name]
    groups = fleet.sessions(name, own) if fleet else [sessions(each.name, tls=each.tls) for each in own]
    by_name = {each.name: each for each in own}
    told = (replace(each, protocol=by_name[each.application].protocol if each.tls else None) for each in groups)
    return observation(database.arn, shaken, look(*told))


def cut_off(account: Account, clients: Sequence[Client]) -> set[str]:
    """Names of the clients that a new connection is refused to, or that refuse it."""
    return {each.name for each in clients if _is_cut_off(account, each)}


def _is_cut_off(account: Account, client: Client) -> bool:
    """By what holds on its server now.

    RDS User Guide, Requiring an SSL connection to a PostgreSQL DB instance (rds.force_ssl); PostgreSQL, Connection
    and authentication (ssl, ssl_min_protocol_version); RDS User Guide, Rotating your SSL/TLS certificate (a client
    that verifies needs the root of the CA, and a certificate in date).
    """
    values = account.effective[client.server]
    if not client.tls:
        return values.get("rds.force_ssl") == "1"
    if values.get("ssl") == "0" or client.protocol < values.get("ssl_min_protocol_version", ""):
        return True
    if client.trusts is not None and account.expires(client.server) <= NOW:
        return True
    kind = account.authority(client.server).removeprefix("rds-ca-").removesuffix("-g1").upper()
    return client.trusts is not None and not any(f" {kind} " in each for each in client.trusts)


class Fleet:
    """Real servers in the place of a state's, and its clients' real sessions."""

    def __init__(self, servers: Servers, state: State) -> None:
        self._servers = servers
        self._names = sorted({each.server for each in state.clients})
        self._certificate = regional("eu-central-1").issue("localhost")
        self._running: dict[str, Server] = {}
        for name in self._names:
            self._start(name, enforced=False)

    def _start(self, name: str, *, enforced: bool) -> None:
        room = f"{name}-{len(self._servers.running)}"
        self._running[name] = self._servers.start(room, self._certificate, enforced=enforced)

    def sessions(self, name: str, clients: Sequence[Client]) -> list[Any]:
        """What the server itself says of who is connected: each client connects as it is configured."""
        with ExitStack() as entered:
            for each in clients:
                entered.enter_context(self._connect(name, each))
            watching = entered.enter_context(self._connect(name, Client("watching", name)))
            rows = watching.execute(
                "SELECT application_name, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                "WHERE application_name <> 'watching' AND backend_type = 'client backend' ORDER BY 1"
            ).fetchall()
        return [sessions(application, tls=tls) for application, tls in rows]

    def restarted(self, owner: Owner) -> list[str]:
        """The clients that are refused once every server does what the account says of it."""
        refused = []
        for name in self._names:
            self._running[name].stop()
            self._start(name, enforced=owner.account.effective[name].get("rds.force_ssl") == "1")
            for each in owner.clients:
                if each.server == name:
                    try:
                        self._connect(name, each).close()
                    except psycopg.OperationalError as error:
                        refused.append(f"{each.name}: {error}")
        return refused

    def stop(self) -> None:
        """All servers of it."""
        for each in self._running.values():
            each.stop()

    def _connect(self, name: str, client: Client) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self._running[name].port,
            user=ROLE,
            password=self._servers.passwords[ROLE],
            dbname="postgres",
            sslmode="require" if client.tls else "disable",
            application_name=client.name,
        )
