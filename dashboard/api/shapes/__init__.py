"""What the API tells, typed. Every module has the shapes of one kind of record and the function that fills them.

Times are ISO 8601 in UTC; durations are seconds; money is US dollars; rates and the ends of their intervals are
fractions from 0 to 1. What is not known is ``null``, never zero.
"""
