"""What AWS says that a call changes: the emulated account's RDS is only read, so here its document is changed.

Each effect names what says so: members and operations are of the RDS API Reference, pages of the RDS and Aurora
User Guides. What a call refuses is refused: an owner who pastes the next line then would be astray.
"""

import copy
import re
from datetime import datetime, timedelta
from typing import Any

from tests.examples import NOW

type Record = dict[str, Any]

UNVERIFIED = (
    "that a change of CA of a Multi-AZ cluster by --no-apply-immediately waits for its window, with its restart",
)
"""What nobody here could verify, and no page says: it is modelled, told, and not counted."""

LIFE = timedelta(days=365)
"""Of a new server certificate (RDS User Guide, Using SSL/TLS to encrypt a connection to a DB instance)."""


class RefusedError(Exception):
    """What RDS would answer instead of doing it."""


class Account:
    """One Region of the account, and what holds on its servers now, which no call tells."""

    def __init__(self, document: Record) -> None:
        self.document: Record = copy.deepcopy(document)
        self.effective: dict[str, dict[str, str]] = {}
        """By server: parameter to value, of those that the document names."""

        for instance in self.document["DBInstances"]:
            name = instance["DBInstanceIdentifier"]
            waits = self._status(name) != "in-sync"
            self.effective[name] = {} if waits else self._configured(name)

    def run(self, operation: str, parameters: Record) -> None:
        """A call that the AWS CLI makes; RefusedError where RDS would refuse it."""
        if operation.startswith("Describe"):
            return
        getattr(self, f"_{operation}")(**parameters)

    def window(self) -> None:
        """The maintenance window: what waited for it is applied (ModifyDBInstance.ApplyImmediately: "changes to
        the DB instance are applied during the next maintenance window"; ApplyPendingMaintenanceAction.OptInType).
        """
        for record in (*self.document["DBInstances"], *self.document.get("DBClusters", ())):
            self._apply_pending(record)
        for each in self.document.get("PendingMaintenanceActions", ()):
            for action in list(each["PendingMaintenanceActionDetails"]):
                if action.get("OptInStatus") == "next-maintenance":
                    self._maintain(each, action)

    def authority(self, server: str) -> str:
        """The CA that a server's certificate hangs from."""
        authority: str = self._instance(server)["CertificateDetails"]["CAIdentifier"]
        return authority

    def expires(self, server: str) -> datetime:
        """Until when it is valid, UTC."""
        return datetime.fromisoformat(str(self._instance(server)["CertificateDetails"]["ValidTill"]))

    # Parameter groups.

    def _CreateDBParameterGroup(self, **new: str) -> None:  # noqa: N802 - an operation's own name
        self._create("DBParameterGroups", new["DBParameterGroupName"], new)

    def _CreateDBClusterParameterGroup(self, **new: str) -> None:  # noqa: N802
        self._create("DBClusterParameterGroups", new["DBClusterParameterGroupName"], new)

    def _create(self, kind: str, name: str, new: Record) -> None:
        """CreateDBParameterGroup: its constraints on the name; "initially created with the default parameters"."""
        groups = self.document.setdefault(kind, {})
        if name in groups:
            raise RefusedError(f"DBParameterGroupAlreadyExists: {name}")
        if not re.fullmatch(r"[a-z](-?[a-z0-9])*", name) or len(name) > 255 or not new["Description"]:
            raise RefusedError(f"InvalidParameterValue: {name}")
        groups[name] = {"family": new["DBParameterGroupFamily"], "parameters": {}}

    def _ModifyDBParameterGroup(self, **new: Any) -> None:  # noqa: N802
        self._modify("DBParameterGroups", new["DBParameterGroupName"], new["Parameters"])

    def _ModifyDBClusterParameterGroup(self, **new: Any) -> None:  # noqa: N802
        self._modify("DBClusterParameterGroups", new["DBClusterParameterGroupName"], new["Parameters"])

    def _modify(self, kind: str, name: str, parameters: list[Record]) -> None:
        """ModifyDBParameterGroup.Parameters: "You can use the immediate value with dynamic parameters only"; with
        pending-reboot "changes to dynamic and static parameters are applied after a reboot"."""
        if name.startswith("default."):
            raise RefusedError(f"InvalidDBParameterGroupState: {name} is a default group")
        group = self.document.get(kind, {}).get(name)
        if group is None:
            raise RefusedError(f"DBParameterGroupNotFound: {name}")
        for each in parameters:
            known = group["parameters"].setdefault(each["ParameterName"], {})
            at_once = each["ApplyMethod"] == "immediate"
            if at_once and known.get("ApplyType") == "static":
                raise RefusedError("InvalidParameterCombination: a static parameter cannot be applied immediately")
            known["ParameterValue"] = each["ParameterValue"]
            for server in self._servers_on(kind, name):
                if at_once:
                    self.effective[server][each["ParameterName"]] = each["ParameterValue"]
                else:
                    self._set_status(server, "pending-reboot")

    # Instances and clusters.

    def _ModifyDBInstance(self, **new: Any) -> None:  # noqa: N802
        """DBParameterGroupName: "The parameter group name itself is changed immediately, but the actual parameter
        changes are not applied until you reboot". ApplyImmediately: "the modifications in this request and any
        pending modifications"."""
        instance = self._available(new["DBInstanceIdentifier"])
        if group := new.get("DBParameterGroupName"):
            if group not in self.document.get("DBParameterGroups", {}):
                raise RefusedError(f"DBParameterGroupNotFound: {group}")
            status = {"DBParameterGroupName": group, "ParameterApplyStatus": "pending-reboot"}
            instance["DBParameterGroups"] = [status]
        self._later(instance, new)

    def _ModifyDBCluster(self, **new: Any) -> None:  # noqa: N802
        """CreateDBClusterParameterGroup: "When you associate a new DB cluster parameter group with a running
        Aurora DB cluster, reboot the DB instances in the DB cluster ... to take effect"; of a Multi-AZ one, it.
        CACertificateIdentifier: "Valid for Cluster Type: Multi-AZ DB clusters"."""
        cluster = self._cluster(new["DBClusterIdentifier"])
        if "CACertificateIdentifier" in new and cluster["Engine"] != "postgres":
            raise RefusedError("InvalidParameterCombination: the CA of an Aurora cluster is its members'")
        if group := new.get("DBClusterParameterGroupName"):
            if group not in self.document.get("DBClusterParameterGroups", {}):
                raise RefusedError(f"DBClusterParameterGroupNotFound: {group}")
            cluster["DBClusterParameterGroup"] = group
            for each in cluster["DBClusterMembers"]:
                each["DBClusterParameterGroupStatus"] = "pending-reboot"
        self._later(cluster, new)

    def _later(self, record: Record, new: Record) -> None:
        # "A change to the CloudwatchLogsExportConfiguration parameter is always applied ... immediately."
        exports = new.get("CloudwatchLogsExportConfiguration", {}).get("EnableLogTypes", [])
        record["EnabledCloudwatchLogsExports"] = [*record.get("EnabledCloudwatchLogsExports", []), *exports]
        pending = record.setdefault("PendingModifiedValues", {})
        if authority := new.get("CACertificateIdentifier"):
            if "DBClusterMembers" in record:
                pending["CertificateDetails"] = {"CAIdentifier": authority}
            else:
                pending["CACertificateIdentifier"] = authority
        if "EnableIAMDatabaseAuthentication" in new:
            pending["IAMDatabaseAuthenticationEnabled"] = new["EnableIAMDatabaseAuthentication"]
        if new.get("ApplyImmediately"):
            self._apply_pending(record)

    def _apply_pending(self, record: Record) -> None:
        pending = record.pop("PendingModifiedValues", {})
        record["PendingModifiedValues"] = {}
        if "IAMDatabaseAuthenticationEnabled" in pending:
            record["IAMDatabaseAuthenticationEnabled"] = pending["IAMDatabaseAuthenticationEnabled"]
        if authority := pending.get("CACertificateIdentifier"):
            self._issue(record, authority)
        if details := pending.get("CertificateDetails"):
            for each in record["DBClusterMembers"]:
                self._issue(self._instance(each["DBInstanceIdentifier"]), details["CAIdentifier"])

    def _issue(self, instance: Record, authority: str) -> None:
        """RDS User Guide, Rotating your SSL/TLS certificate: a server certificate of that CA."""
        instance["CACertificateIdentifier"] = authority
        valid = (NOW + LIFE).isoformat()
        instance["CertificateDetails"] = {"CAIdentifier": authority, "ValidTill": valid}

    def _RebootDBInstance(self, **new: str) -> None:  # noqa: N802
        """RebootDBInstance: "if you make certain modifications, or if you change the DB parameter group associated
        with the DB instance, you must reboot the instance for the changes to take effect"."""
        self._restart(self._available(new["DBInstanceIdentifier"]))

    def _RebootDBCluster(self, **new: str) -> None:  # noqa: N802
        """RebootDBCluster: "Use this operation only for a non-Aurora Multi-AZ DB cluster"."""
        cluster = self._cluster(new["DBClusterIdentifier"])
        if cluster["Engine"] != "postgres":
            raise RefusedError("InvalidDBClusterStateFault: no Multi-AZ DB cluster")
        for each in cluster["DBClusterMembers"]:
            self._restart(self._instance(each["DBInstanceIdentifier"]))

    def _restart(self, instance: Record) -> None:
        name = instance["DBInstanceIdentifier"]
        # ModifyDBInstance.CertificateRotationRestart: "not updated until the DB instance is restarted".
        if instance["CertificateDetails"]["CAIdentifier"] != instance["CACertificateIdentifier"]:
            self._issue(instance, instance["CACertificateIdentifier"])
        self._set_status(name, "in-sync")
        self.effective[name] = self._configured(name)

    def _StartDBInstance(self, **new: str) -> None:  # noqa: N802
        self._instance(new["DBInstanceIdentifier"])["DBInstanceStatus"] = "available"

    def _StartDBCluster(self, **new: str) -> None:  # noqa: N802
        """StartDBCluster: "Starts an Amazon Aurora DB cluster that was stopped"."""
        cluster = self._cluster(new["DBClusterIdentifier"])
        cluster["Status"] = "available"
        for each in cluster["DBClusterMembers"]:
            self._instance(each["DBInstanceIdentifier"])["DBInstanceStatus"] = "available"

    def _ApplyPendingMaintenanceAction(self, **new: str) -> None:  # noqa: N802
        """ApplyPendingMaintenanceAction.OptInType: "immediate - Apply the maintenance action immediately";
        "next-maintenance - ... during the next maintenance window for the resource"."""
        for each in self.document.get("PendingMaintenanceActions", ()):
            for action in list(each["PendingMaintenanceActionDetails"]):
                if (each["ResourceIdentifier"], action["Action"]) == (
                    new["ResourceIdentifier"],
                    new["ApplyAction"],
                ):
                    action["OptInStatus"] = new["OptInType"]
                    if new["OptInType"] == "immediate":
                        self._maintain(each, action)
                    return
        raise RefusedError(f"ResourceNotFoundFault: no {new['ApplyAction']} waits")

    def _maintain(self, of: Record, action: Record) -> None:
        """RDS User Guide, Rotating your SSL/TLS certificate: server-certificate-rotation keeps the CA."""
        of["PendingMaintenanceActionDetails"].remove(action)
        if not of["PendingMaintenanceActionDetails"]:
            self.document["PendingMaintenanceActions"].remove(of)
        instance = self._instance(of["ResourceIdentifier"].rsplit(":", 1)[1])
        self._issue(instance, instance["CACertificateIdentifier"])

    def _ModifyCertificates(self, **new: str) -> None:  # noqa: N802
        """ModifyCertificates: "the CA certificate for new DB instances"."""
        self.document["DefaultCertificateForNewLaunches"] = new["CertificateIdentifier"]

    # What the document says.

    def _instance(self, name: str) -> Record:
        found = [each for each in self.document["DBInstances"] if each["DBInstanceIdentifier"] == name]
        if not found:
            raise RefusedError(f"DBInstanceNotFound: {name}")
        instance: Record = found[0]
        return instance

    def _available(self, name: str) -> Record:
        instance = self._instance(name)
        if instance["DBInstanceStatus"] != "available":
            raise RefusedError(f"InvalidDBInstanceState: {name} is {instance['DBInstanceStatus']}")
        return instance

    def _cluster(self, name: str) -> Record:
        found: list[Record] = [
            each for each in self.document.get("DBClusters", ()) if each["DBClusterIdentifier"] == name
        ]
        if not found:
            raise RefusedError(f"DBClusterNotFoundFault: {name}")
        return found[0]

    def _member(self, server: str) -> Record | None:
        for cluster in self.document.get("DBClusters", ()):
            for each in cluster["DBClusterMembers"]:
                if each["DBInstanceIdentifier"] == server:
                    found: Record = each
                    return found
        return None

    def _status(self, server: str) -> str:
        of = self._member(server)
        if of is not None:
            return str(of["DBClusterParameterGroupStatus"])
        return str(self._instance(server)["DBParameterGroups"][0]["ParameterApplyStatus"])

    def _set_status(self, server: str, status: str) -> None:
        if of := self._member(server):
            of["DBClusterParameterGroupStatus"] = status
        else:
            self._instance(server)["DBParameterGroups"][0]["ParameterApplyStatus"] = status

    def _servers_on(self, kind: str, name: str) -> list[str]:
        return [server for server in self.effective if self._group(server) == (kind, name)]

    def _group(self, server: str) -> tuple[str, str]:
        instance = self._instance(server)
        if self._member(server) is None:
            return "DBParameterGroups", instance["DBParameterGroups"][0]["DBParameterGroupName"]
        return "DBClusterParameterGroups", self._cluster(instance["DBClusterIdentifier"])[
            "DBClusterParameterGroup"
        ]

    def _configured(self, server: str) -> dict[str, str]:
        kind, name = self._group(server)
        group = self.document.get(kind, {}).get(name, {"parameters": {}})
        named = group["parameters"].items()
        return {each: its["ParameterValue"] for each, its in named if "ParameterValue" in its}


def moment(days: float) -> str:
    """So many days from now, as the API says it."""
    when: datetime = NOW + timedelta(days=days)
    return when.isoformat()
