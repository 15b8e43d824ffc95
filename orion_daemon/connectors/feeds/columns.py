"""Names of feed columns: Google Shopping, its `atalanda:` additions, Google Ads, and what shops write instead.

`resolve` turns a header as written into the name that the rest of Orion uses; case, accents, spaces, underscores,
hyphens and prefixes like `g:` do not matter. Names with a field of their own are in `FIELDS`; the other known ones and
everything unknown end in a product's attributes, the unknown ones under the name as written and listed for the
operator.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from orion_daemon.domain.prices import currency_of

FIELDS = frozenset(
    {
        "id", "title", "description", "gtin", "mpn", "brand", "item_group_id", "price", "sale_price", "currency",
        "availability", "quantity", "condition", "link", "image_link", "additional_image_link",
        "google_product_category", "product_type", "tax_rate", "is_digital", "sale_price_effective_date",
    }
)  # fmt: skip
"""Columns that have their own place in an incoming product."""

_ATTRIBUTES = """
adult adult_only age_group ads_redirect availability_date auto_pricing_min_price boost_sort bundle_contents
certification color cost_of_goods_sold custom_label_0 custom_label_1 custom_label_2 custom_label_3 custom_label_4
delivery_method display_ads_id display_ads_link display_ads_similar_ids display_ads_title display_ads_value
disclosure_date energy_efficiency_class expiration_date excluded_destination external_seller_id gender
identifier_exists included_destination installment is_bundle lifestyle_image_link loyalty_points loyalty_program
material max_energy_efficiency_class max_handling_time min_energy_efficiency_class min_handling_time mobile_link
multipack options pattern pause pickup_method pickup_sla preorder_days product_detail product_height product_highlight
product_length product_weight product_width promotion_id return_policy_label
sell_on_google_quantity shipping shipping_height shipping_label shipping_length shipping_weight shipping_width
ships_from_country short_title size size_system size_type subscription_cost tax tax_category transit_time_label
unit_pricing_base_measure unit_pricing_measure virtual_model_link
additional_product_type_1 additional_product_type_2 additional_product_type_3
subtitle item_address item_category id2 formatted_price formatted_sale_price contextual_keywords final_mobile_url
tracking_template custom_parameter android_app_link ios_app_link ios_app_store_id similar_ids author updated published
"""

_ALIASES = {
    "id": "product_id item_id offer_id sku artikelnummer artikel_nr artikelnr artnr produkt_id reference ref"
    " identifiant id_produit code_produit marketplace_product_id unique_id",
    "title": "item_title name product_name product_title titel artikelname produktname bezeichnung titre nom"
    " nom_produit nom_du_produit libelle designation productname produkttitel",
    "description": "item_description desc product_description beschreibung artikelbeschreibung produktbeschreibung"
    " summary content long_description description_produit descriptif langbeschreibung",
    "price": "preis prix prix_ttc verkaufspreis bruttopreis regular_price price_incl_tax price_incl_vat price_tax_incl"
    " price_vat",
    "sale_price": "angebotspreis aktionspreis sonderpreis prix_solde prix_promo prix_promotionnel discount_price"
    " special_price",
    "currency": "currency_code currency_id currencyid waehrung wahrung devise",
    "availability": "verfugbarkeit verfugbar verfuegbarkeit disponibilite stock_status availability_status in_stock"
    " is_in_stock available",
    "quantity": "atalanda_quantity qty menge anzahl bestand lagerbestand lagermenge quantite inventory"
    " stock_quantity available_quantity stock inventory_quantity quantity_to_sell_on_facebook",
    "condition": "zustand etat",
    "link": "final_url url product_url product_link produkt_url lien lien_produit url_produit deeplink produktlink",
    "image_link": "image_url image img_url picture bild bild_url bildlink hauptbild lien_image url_image picture_url"
    " image_principale main_image main_image_url",
    "additional_image_link": "additional_image_links additional_images additional_image_url weitere_bilder"
    " images_supplementaires lien_image_supplementaire images image_urls",
    "google_product_category": "google_category google_kategorie categorie_de_produits_google"
    " categorie_google google_produktkategorie",
    "product_type": "product_category category kategorie kategoriepfad produkttyp categorie type_de_produit"
    " category_path categories kategorien",
    "gtin": "gtin_upc_ean_or_isbn ean ean13 ean_13 ean_code upc barcode strichcode code_barres isbn isbn13 gtin13"
    " gtin14 gtin12 gtin8 jan code_ean gtin_ean ean_gtin",
    "mpn": "herstellernummer hersteller_nr herstellerartikelnummer reference_fabricant manufacturer_part_number"
    " part_number",
    "brand": "marke hersteller manufacturer marque fabricant",
    "item_group_id": "group_id groupid parent_id parent_sku variantengruppe id_groupe identifiant_groupe",
    "tax_rate": "atalanda_tax_rate vat_rate vat steuersatz mwst mwst_satz tva taux_tva",
    "is_digital": "digital downloadable is_virtual virtual digital_product",
    "color": "colour farbe couleur",
    "size": "grosse groesse taille",
    "gender": "geschlecht sexe genre",
    "age_group": "altersgruppe tranche_age groupe_age",
    "material": "materiau matiere",
    "pattern": "muster motif",
    "subtitle": "item_subtitle untertitel",
    "preorder_days": "atalanda_preorder_days",
    "boost_sort": "atalanda_boost_sort",
    "delivery_method": "atalanda_delivery_method",
    "options": "atalanda_options",
    "additional_product_type_1": "atalanda_additional_product_type_1",
    "additional_product_type_2": "atalanda_additional_product_type_2",
    "additional_product_type_3": "atalanda_additional_product_type_3",
}
_KNOWN: dict[str, str] = {name: name for name in (*FIELDS, *_ATTRIBUTES.split())}
_KNOWN |= {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
_SEPARATORS = re.compile(r"[\s_\-.:/,]+")
_PREFIX = re.compile(r"[a-z][a-z0-9]{0,11}:(?=\S)")
_MANGLED_PREFIX = re.compile(r"(?:g|c|gmc)_")
_MARKS = "'\"*#?!\ufeff\u200b"
_REMARK = re.compile(r"[(\[]([^)\]]*)[)\]]?\s*\Z")
_NET = re.compile(r"\b(?:ht|hors|excl?|excluding|net|netto|ohne|without|zzgl)\b")
_PRICED = ("price", "sale_price")
_LONGEST = 200  # characters of a header, with its remark
_WRITTEN_OUT = frozenset(
    ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "JPY", "CAD", "AUD")
)


def simplify(header: str) -> str:
    """`" Google-Product Category*"` → `google_product_category`, `Désignation (FR)` → `designation`."""
    text = unicodedata.normalize("NFKD", header.strip().strip(_MARKS).strip().lower().replace("ß", "ss"))
    text = "".join([char for char in text if not unicodedata.combining(char)]).removeprefix("g:")
    text = _SEPARATORS.sub("_", text).strip("_")
    return text.split("[")[0].split("(")[0].strip("_" + _MARKS) or text


def resolve(header: str) -> str | None:
    """Orion's name of a column, or None when nobody knows it. `g:title`, `Item title` and `titre` are `title`."""
    name = _KNOWN.get(simplify(header))
    if name is None:
        bare = _PREFIX.sub("", header.strip().strip(_MARKS).lower(), count=1)
        name = _KNOWN.get(simplify(bare)) or _KNOWN.get(_MANGLED_PREFIX.sub("", simplify(bare), count=1))
    if name is None and currency_named(header) is not None:
        name = _KNOWN.get(simplify(header).rpartition("_")[0].removesuffix("_in"))
        name = name if name in _PRICED else None
    if name in _PRICED and (remark := _REMARK.search(header.lower())) and _NET.search(remark[1]):
        return None  # `Price (tax excl.)` is not what a buyer pays
    return name


def currency_named(header: str) -> str | None:
    """The currency in the header of a price: `Price (USD)`, `preis_eur`, `Prix [€]`."""
    remark = _REMARK.search(header.strip())
    if remark is not None:
        found = [currency_of(word) for word in remark[1].split()]
        return next((code for code in found if code is not None), None)
    last = re.split(r"[\s_\-.:/]+", header.strip().strip(_MARKS))[-1].upper()
    return last if last in _WRITTEN_OUT else currency_of(last) if not last.isalpha() else None


def resolve_all(headers: Sequence[str]) -> tuple[list[str], list[str]]:
    """A name for each column, all different, and the headers that were not recognised.

    When two headers mean the same, one that is written exactly like it goes before, else the first; the other is kept
    under its own name as unknown. A column without a name is called `column_7` by its place.
    """
    names: list[str | None] = [resolve(header) for header in headers]
    for name in {name for name in names if name is not None and names.count(name) > 1}:
        places = [place for place, found in enumerate(names) if found == name]
        best = min(places, key=lambda place: (simplify(headers[place]) != name, place))
        for place in places:
            if place != best:
                names[place] = None
    unknown = [header.strip() for header, name in zip(headers, names, strict=True) if name is None and header.strip()]
    taken = {name for name in names if name is not None}
    result: list[str] = []
    for place, (header, known) in enumerate(zip(headers, names, strict=True), 1):
        if known is not None:
            result.append(known)
            continue
        wanted = header.strip() or f"column_{place}"
        final, number = wanted, 2
        while final in taken:
            final, number = f"{wanted} ({number})", number + 1
        taken.add(final)
        result.append(final)
    return result, unknown


def count_known(headers: Iterable[str]) -> int:
    """How many of these cells are names of columns: tells a header row from data."""
    short = [header for header in headers if len(header.strip()) <= _LONGEST]
    return len({name for name in map(resolve, short) if name is not None})
