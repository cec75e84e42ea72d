"""Who goes where and when: rotations over weeks, a day's dispatch, plain recurrences and travel times.

The planners are pure: what is planned comes in as values and goes out as values. `requests`, `planbook` and `rebooking` read
these from the store; nothing here writes to it, or knows a screen or the network.
`rotation` and `dispatch` need the extra `plan` (PyVRP, HiGHS) and load it only when they plan; the rest needs no extra.
"""
