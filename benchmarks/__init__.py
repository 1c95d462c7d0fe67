"""Measurements, one command each. They measure and never extrapolate; a figure that is missed is printed as missed."""
