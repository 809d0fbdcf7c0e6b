"""Analyses of a server: durable runs whose heavy stages work in a process of their own, in a folder of their own."""
