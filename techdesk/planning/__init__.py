"""Who goes where and when: rotations over weeks, a day's dispatch, plain recurrences and travel times.

Pure: what is planned comes in as values and goes out as values; nothing here knows a database, a screen or the network.
`rotation` and `dispatch` need the extra `plan` (PyVRP, HiGHS) and load it only when they plan; the rest needs no extra.
"""
