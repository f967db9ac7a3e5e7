"""Stands in for when EventBridge Scheduler starts a rate-based schedule.

On AWS a rate() schedule without a StartDate begins invoking its target at once; ministack waits one whole
interval, and looks every ten seconds only.
"""

from ministack.services import eventbridge, scheduler

_LOOK_EVERY = 1


def fill() -> None:
    """Make a new rate() schedule due at once, and look every second."""
    tick = scheduler._tick_schedules
    scheduler._SCHEDULE_TICK_INTERVAL = _LOOK_EVERY

    def tick_with_first_at_once() -> None:
        for key, schedule in list(scheduler._schedules._data.items()):
            interval = eventbridge._parse_rate_seconds(schedule.get("ScheduleExpression", ""))
            if interval is not None and schedule.get("StartDate") is None:
                created = schedule.get("CreationDate", 0)
                scheduler._schedule_last_fired.setdefault(key, created - interval)
        tick()

    scheduler._tick_schedules = tick_with_first_at_once
