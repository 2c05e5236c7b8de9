"""Tables from files: stock and catalogue. Every row is looked at and answered; a file is written whole or not at all.

`run.import_table` is the entry; each kind of table is one file that says its columns, reads its rows and writes them.
"""
