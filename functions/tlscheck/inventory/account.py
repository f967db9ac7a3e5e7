"""The account that tlscheck runs in: what every ARN of ours begins with."""

from dataclasses import dataclass

from tlscheck.inventory.names import Arn


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
