"""A table in numbers, over every row: columns are read one after the other, sorted or counted, and told.

Quantiles of numbers interpolate linearly between ranks (R type 7), the deviation is that of a sample (n - 1). Memory
is bounded whatever the size of the file: see `ordered` for numbers and `sketch` for words. The way in is
`table.compute`; whoever wants a column of a file only (`columns`, `arrow`) does not load the query engine.
"""
