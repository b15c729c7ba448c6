"""Trajectories of agents, read in parts: a file of any size, whole or cut off, whatever else it holds.

A scan finds where each step begins and ends (``scanning``) and notes a row for each (``rows``); both go on no
further than asked and are kept as an index (``indexes``). Steps are read by their place and made into records
(``steps``). All of it together is a ``Document`` (``documents``).
"""
