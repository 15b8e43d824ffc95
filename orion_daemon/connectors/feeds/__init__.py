"""Reading product feeds of any vendor: bytes in, records with line and hash out.

`source` opens (plain, gzip, zip), `detect` says what it is, `csv_reader` and `xml_reader` cut it into records and
parse those that are wanted, `columns` knows the names, `truncation` judges whether it is whole, `reader` walks through
all of it in batches. `products` makes products of Google Shopping's columns, in which every vendor's rows come so far.
"""
