"""The parts of an explanation: watching the reference engine, finding what would have to change, and saying it.

Called through :mod:`mazdoor.rules.explanation`.
"""
