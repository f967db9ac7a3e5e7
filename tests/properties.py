"""How properties are tried: the same examples in each run of the tests, others in each round of `make fuzz`."""

import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

FINDS = Path(os.environ.get("FUZZ_FINDS", Path(__file__).parent.parent / ".local" / "fuzz"))
"""What a random search found is kept here until its property holds: nothing is lost when it is cut short."""

EXAMPLES = "hypothesis examples"
"""What a report calls the number of examples that a property was tried with."""

USUAL = 100
"""Examples of a property that says nothing else: hypothesis's own number."""

# How fast a machine is, or how busy, is nothing that a property is about.
settings.register_profile(
    "tlscheck",
    max_examples=USUAL,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

settings.register_profile("fast", settings.get_profile("tlscheck"), max_examples=USUAL // 10)

FIXTURE_MAY_LAST = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""For `suppress_health_check`, where a fixture that lives through all examples is what a property wants."""

settings.register_profile(
    "fuzz",
    settings.get_profile("tlscheck"),
    max_examples=5 * USUAL,
    derandomize=False,
    database=DirectoryBasedExampleDatabase(FINDS),
    print_blob=True,
)
settings.register_profile("glance", settings.get_profile("fuzz"), max_examples=USUAL)
"""Of a search's first round: each property is looked at before any is looked at long."""

settings.register_profile("replay", settings.get_profile("fuzz"), phases=[Phase.explicit, Phase.reuse])


def use(profile: str) -> None:
    """Load a profile. Where examples must be the same, none is drawn from what happens to be imported by then."""
    settings.load_profile(profile)
    if settings.default and settings.default.derandomize:
        # Derandomised alone, a property's examples would change with the tests that ran before it.
        providers._get_local_constants = Constants


def tries(usually: int) -> int:
    """For `max_examples`: so many in `make test`, more in the same proportion in a random search."""
    assert settings.default
    return max(1, usually * settings.default.max_examples // USUAL)
