"""Rows of Google Shopping's columns (CSV or XML, Google Ads CSV) read into incoming products, whoever wrote them.

A row is rejected when it cannot be sold from: no id, no title, a price that nobody can read, zero or negative. Any
other field that is wrong is dropped and reported on the product, which stays for sale. What a feed has no column for
is None. Prices without a currency take the channel's; sale prices that are not lower, or whose dates nobody can read,
are left out.

    with read_feed(path, vendor="letzshop", language="fr", currency="EUR") as reader:
        for batch in reader.batches(known):
            ...
        verdict = reader.finish()

The generic walk: `reader.py`; single columns: `product_fields.py`; many rows at once: `product_columns.py`. A vendor
whose products come in these words names itself (`letzshop/feed.py`, `actors/import_reading.py`).
"""

from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path

from orion_daemon.connectors.feeds import product_fields
from orion_daemon.connectors.feeds.columns import FIELDS
from orion_daemon.connectors.feeds.detect import Detected
from orion_daemon.connectors.feeds.product_columns import NO_SALE, Columns, Memo, Priced, kind_of
from orion_daemon.connectors.feeds.reader import FeedReader, Mapper, RowMapper
from orion_daemon.connectors.feeds.source import FeedRefused, Limits
from orion_daemon.domain import gtin
from orion_daemon.domain.money import exponent
from orion_daemon.domain.prices import PriceError, currency_of, parse_price
from orion_daemon.domain.products import (
    FieldProblem,
    IncomingProduct,
    ProductType,
    RowProblem,
    excerpt,
    key_problem,
    sale_price_problem,
)
from orion_daemon.domain.sales import ALWAYS
from orion_daemon.domain.text import clean_line, clean_text

_NOTES = {
    "price_ambiguous": "one mark before three digits is taken for a thousands mark",
    "price_rounded": "more decimals than the currency has; rounded half up",
}
_TOTALS = frozenset({"total", "totals", "totaux", "summe", "gesamt", "gesamtsumme", "grand total", "total général"})


def read_feed(
    path: Path,
    *,
    vendor: str,
    language: str,
    currency: str | None = "EUR",
    limits: Limits | None = None,
    announced_size: int | None = None,
    zone: tzinfo = UTC,
    names_products: bool = False,
) -> FeedReader:
    """Open a feed of `vendor`; the same bytes from another vendor are another feed. `names_products`: what is wrong
    with a row is said of its product, for files that nobody can look a line up in.

    `currency` stands in where a price names none (None: such rows are rejected), `zone` where a time names no offset;
    `announced_size` is the Content-Length of the download, when there was one. Raises `FeedRefused` for what is no
    product feed.
    """
    if currency is not None:
        exponent(currency)

    def compile_for(detected: Detected) -> Mapper:
        return compile_mapper(detected, language=language, currency=currency, zone=zone, names_products=names_products)

    reader = FeedReader(
        path,
        compile_for,
        context=f"{vendor}|{language}|{currency}|{zone}",
        limits=limits,
        announced_size=announced_size,
    )
    if not reader.detected.names_currency and currency is not None:
        text = f"the prices name no currency and are taken for {currency}, the currency of the channel"
        reader.warn(FieldProblem("price", "currency_assumed", text))
    if reader.detected.columns and "price" not in reader.detected.columns:
        reader.warn(FieldProblem("price", "no_price_column", "the feed has no prices; stored prices stay as they are"))
    return reader


def compile_mapper(
    detected: Detected, *, language: str, currency: str | None, zone: tzinfo, names_products: bool = False
) -> Mapper:
    """Made for exactly these columns: positions instead of lookups, and repeated texts read once."""
    columns = detected.columns
    if "id" not in columns or "title" not in columns:
        missing = " and ".join([name for name in ("id", "title") if name not in columns])
        listed = ", ".join(detected.headers[:30]) or "none"
        raise FeedRefused("columns_missing", f"The feed has no column for {missing}. Its columns are: {listed}.")

    def place_of(name: str) -> int:
        return columns.index(name) if name in columns else -1  # the last cell, an empty one added to each row

    def price_memo(beside: str) -> Memo[Priced]:
        named = (currency_of(beside) or beside.upper()) if beside else detected.currency
        return Memo(partial(_read_price, named or currency, detected.decimal_mark, "price", named))

    def sale_memo(beside: str) -> Memo[Priced]:
        return Memo(partial(_read_price, beside, detected.decimal_mark, "sale_price", None))

    i_id, i_title, i_description = place_of("id"), place_of("title"), place_of("description")
    i_price, i_sale, i_currency = place_of("price"), place_of("sale_price"), place_of("currency")
    i_dates = place_of("sale_price_effective_date")
    i_gtin, i_mpn, i_brand, i_group = (place_of(name) for name in ("gtin", "mpn", "brand", "item_group_id"))
    i_availability, i_quantity, i_condition = (place_of(name) for name in ("availability", "quantity", "condition"))
    i_link, i_image, i_more = (place_of(name) for name in ("link", "image_link", "additional_image_link"))
    i_google, i_type, i_tax = (place_of(name) for name in ("google_product_category", "product_type", "tax_rate"))
    i_digital = place_of("is_digital")
    extra = [(place, name) for place, name in enumerate(columns) if name not in FIELDS]
    prices: Memo[Memo[Priced]] = Memo(price_memo)
    sales: Memo[Memo[Priced]] = Memo(sale_memo)
    dates_of = Memo(partial(product_fields.sale_dates, zone))
    description_of = Memo(clean_text, 2_000)
    availability_of = Memo(product_fields.availability)
    tax_of = Memo(product_fields.tax_rate)
    condition_of = Memo(product_fields.condition)
    category_of = Memo(clean_line)
    attribute_of = Memo(clean_line)
    quantity_of = Memo(product_fields.quantity)
    brand_of = Memo(partial(product_fields.key, "brand"))
    group_of = Memo(partial(product_fields.key, "item_group_id"))
    is_yes = Memo(product_fields.is_yes)

    def map_row(cells: list[str], line: int) -> IncomingProduct | RowProblem:
        cells.append("")
        key = cells[i_id].strip()
        trouble = key_problem("id", key)
        if trouble is not None:
            return RowProblem(line, *trouble)
        title = clean_line(cells[i_title])
        if key.lower() in _TOTALS and not (cells[i_link] or cells[i_image] or cells[i_gtin] or cells[i_availability]):
            text = "a line of totals and not a product"
            return RowProblem(line, "id", "totals_row", text, excerpt(key), "skipped")
        if not title:
            return RowProblem(line, "title", "title_missing", "the record has no title", excerpt(key))
        warnings: list[FieldProblem] = []
        price: int | None = None
        sale: int | None = None
        dates = ALWAYS
        price_currency: str | None = None
        if i_price >= 0:
            price, price_currency, notes, trouble = prices[cells[i_currency].strip()][cells[i_price]]
            if trouble is not None:
                return RowProblem(line, *trouble)
            if notes:
                warnings += notes
            if cells[i_sale] and cells[i_sale].strip().lower() not in NO_SALE:
                sale, notes = _judge_sale(price, price_currency, cells[i_sale], sales[price_currency][cells[i_sale]])
                warnings += notes
                if sale is not None and cells[i_dates]:
                    dates, trouble = dates_of[cells[i_dates]]
                    if trouble is not None:
                        warnings.append(trouble)
                        sale = None
        number: str | None = cells[i_gtin]
        if number and not gtin.is_valid(number):
            try:
                number = gtin.normalise(number)
            except gtin.GtinError as error:
                warnings.append(FieldProblem("gtin", error.code, error.message, excerpt(cells[i_gtin])))
                number = None
        availability, trouble = availability_of[cells[i_availability]]
        if trouble is not None:
            warnings.append(trouble)
        quantity, trouble = quantity_of[cells[i_quantity]]
        if trouble is not None:
            warnings.append(trouble)
        condition, trouble = condition_of[cells[i_condition]]
        if trouble is not None:
            warnings.append(trouble)
        mpn, trouble = product_fields.key("mpn", cells[i_mpn]) if cells[i_mpn] else (None, None)
        if trouble is not None:
            warnings.append(trouble)
        brand, trouble = brand_of[cells[i_brand]]
        if trouble is not None:
            warnings.append(trouble)
        group, trouble = group_of[cells[i_group]]
        if trouble is not None:
            warnings.append(trouble)
        link, trouble = product_fields.link("link", cells[i_link])
        if trouble is not None:
            warnings.append(trouble)
        image, trouble = product_fields.link("image_link", cells[i_image])
        if trouble is not None:
            warnings.append(trouble)
        more: tuple[str, ...] = ()
        if cells[i_more]:
            more, trouble = product_fields.links("additional_image_link", cells[i_more])
            if trouble is not None:
                warnings.append(trouble)
        tax, trouble = tax_of[cells[i_tax]]
        if trouble is not None:
            warnings.append(trouble)
        google = category_of[cells[i_google]] or None
        kind: ProductType = "digital" if cells[i_digital] and is_yes[cells[i_digital]] else kind_of(google or "")
        attributes = {}
        for place, name in extra:
            value = attribute_of[cells[place]]
            if value:
                attributes[name] = value
        return IncomingProduct(
            key,
            language,
            title,
            description_of[cells[i_description]],
            number or None,
            mpn,
            brand,
            kind,
            group,
            price,
            sale,
            *dates,
            price_currency,
            availability,
            quantity,
            condition,
            link,
            image,
            more,
            google,
            category_of[cells[i_type]] or None,
            tax,
            attributes,
            tuple(warnings),
        )

    one_row = partial(_map_named, map_row, i_id) if names_products else map_row
    together = Columns(place_of, extra, language, zone, one_row, prices, sales, _TOTALS)
    return Mapper(one_row, together.map_rows)


def _map_named(map_row: RowMapper, i_id: int, cells: list[str], line: int) -> IncomingProduct | RowProblem:
    """The same with the id in front of whatever is said of the row."""
    key = excerpt(cells[i_id].strip())
    found = map_row(cells, line)
    if isinstance(found, RowProblem):
        return found._replace(message=f"{key}: {found.message}") if key else found
    if found.warnings:
        named = [warning._replace(message=f"{key}: {warning.message}") for warning in found.warnings]
        found = found._replace(warnings=tuple(named))
    return found


def _judge_sale(price: int, currency: str, text: str, read: Priced) -> tuple[int | None, tuple[FieldProblem, ...]]:
    """What was read as a sale price, where it is one: of the price's currency and lower. Equal says "no sale"."""
    amount, sale_currency, notes, trouble = read
    if trouble is not None:
        return None, (*notes, trouble)
    if sale_currency != currency:
        message = f"in {sale_currency} while the price is in {currency}; left out"
        return None, (*notes, FieldProblem("sale_price", "sale_price_currency", message, excerpt(text)))
    if amount == price:
        return None, notes
    trouble = sale_price_problem(price, amount)
    if trouble is not None:
        return None, (*notes, trouble._replace(value=excerpt(text)))
    return amount, notes


def _read_price(currency: str | None, decimal_mark: str | None, field: str, named: str | None, text: str) -> Priced:
    """(minor units, currency, warnings, what is wrong with it). `named`: the currency beside or above the price."""
    try:
        price = parse_price(text, default_currency=currency, decimal_mark=decimal_mark)
    except PriceError as error:
        code, message = error.code, error.message
        if field == "sale_price":
            code, message = code.replace("price_", "sale_price_"), f"{message}; the sale price is left out"
        return 0, "", (), FieldProblem(field, code, message, excerpt(text))
    is_other = named is not None and named != price.currency
    if (len(price.notes) == 0 or price.notes == ("currency_assumed",)) and not is_other:
        return price.minor, price.currency, (), None
    notes = [FieldProblem(field, note, _NOTES[note], excerpt(text)) for note in price.notes if note in _NOTES]
    if is_other:
        notes.append(FieldProblem(field, "currency_contradicts", f"in {price.currency} beside {named}", excerpt(text)))
    return price.minor, price.currency, tuple(notes), None
