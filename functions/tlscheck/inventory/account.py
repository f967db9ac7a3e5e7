"""The account that tlscheck runs in: what every ARN of ours begins with."""

import re
from dataclasses import dataclass

from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.names import PARTITIONS, Arn


@dataclass(frozen=True, slots=True)
class Account:
    """Partition (`aws`, `aws-us-gov`, `aws-cn`...), twelve-digit account, and the Region that we run in."""

    partition: str
    id: str
    region: str

    @staticmethod
    def of_arn(text: str) -> "Account":
        """The account that an ARN lies in; a door reads its own from `context.invoked_function_arn`."""
        arn = Arn.parse(text)
        if arn is None:
            raise ValueError(f"no ARN: {text!r}")
        return Account(arn.partition, arn.account, arn.region)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account, in its Region."""
        return str(Arn(self.partition, service, self.region, self.id, resource))

    def region_arn(self, region: str) -> str:
        """Our name for a Region as a resource: `arn:<partition>:rds:<region>:<account>:region`."""
        return str(Arn(self.partition, "rds", region, self.id, "region"))


def named_role(field: str, value: str) -> str:
    """The ARN of a role of IAM's that a field of a request names. Raises BadRequest."""
    arn = Arn.parse(value)
    is_of_iam = arn and (arn.service, arn.region) == ("iam", "") and re.fullmatch("[0-9]{12}", arn.account)
    if arn and is_of_iam and re.fullmatch(r"role/[A-Za-z0-9+=,.@_/-]{1,576}", arn.resource):
        return value
    example = Arn(PARTITIONS[0].name, "iam", "", "123456789012", "role/audit")
    raise not_allowed(field, value, f"the ARN of a role, such as {example}")
