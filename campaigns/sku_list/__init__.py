"""Lists of SKUs with price, stock and limit, as people keep them in spreadsheets: read, judged row by row, written.

`reading` turns a file or pasted text into rows of text, `judging` holds them against the catalogue, `writing` makes
CSV of them.
"""
