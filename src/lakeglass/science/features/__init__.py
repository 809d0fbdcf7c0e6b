"""Columns made into numbers that models take, fitted on the rows of one fold only."""
