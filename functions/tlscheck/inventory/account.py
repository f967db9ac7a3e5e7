"""The account that tlscheck runs in: what every ARN of ours begins with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Partition (`aws`, `aws-us-gov`, `aws-cn`...), twelve-digit account, and the Region that we run in."""

    partition: str
    id: str
    region: str

    @staticmethod
    def of_arn(arn: str) -> "Account":
        """The account that an ARN lies in; a door reads its own from `context.invoked_function_arn`."""
        _, partition, _, region, account, *_ = arn.split(":")
        return Account(partition, account, region)

    def region_arn(self, region: str) -> str:
        """Our name for a Region as a resource: `arn:<partition>:rds:<region>:<account>:region`."""
        return f"arn:{self.partition}:rds:{region}:{self.id}:region"
