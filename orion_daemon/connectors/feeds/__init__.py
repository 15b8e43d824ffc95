"""Reading product feeds of any vendor: bytes in, records with line and hash out.

`source` opens (plain, gzip, zip), `detect` says what it is, `csv_reader` and `xml_reader` cut it into records and
parse those that are wanted, `columns` knows the names, `truncation` judges whether it is whole, `reader` walks through
all of it in batches. What a column means for a vendor is said in that vendor's folder (`letzshop/feed.py`).
"""
