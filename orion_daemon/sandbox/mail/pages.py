"""Two pages on which a person reads the mail that the sandbox kept: a list, and a message in all its forms.

A message's HTML is shown in a frame that may run and load nothing, as a mail program would.
"""

from html import escape

from orion_daemon.sandbox.mail.messages import Kept, attachments, head

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}"
    "table{width:100%;border-collapse:collapse}"
    "th,td{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8886;vertical-align:top}"
    "th{font-weight:600}td.at{white-space:nowrap}"
    "iframe{width:100%;height:34rem;border:1px solid #8886;border-radius:6px}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;border-radius:6px;padding:1rem}"
)


def _page(title: str, body: str, *, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def listing(kept: list[Kept]) -> str:
    """The newest first."""
    rows = []
    for one in reversed(kept):
        facts = one.facts()
        rows.append(
            f'<tr><td class="at">{one.at:%Y-%m-%d %H:%M:%S}</td><td>{escape(", ".join(one.recipients))}</td>'
            f'<td><a href="/mail/{one.id}">{escape(facts["subject"] or "(no subject)")}</a></td>'
            f"<td>{len(facts['attachments']) or ''}</td></tr>"
        )
    said = f"{len(kept)} messages; " if kept else "No message has come yet; "
    table = (
        "<table><thead><tr><th>At (UTC)</th><th>To</th><th>Subject</th><th>Files</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    note = f"<p>{said}the sandbox keeps the newest thousand and sends none on. This page looks again every 5 s.</p>"
    return _page("Mail in the sandbox", f"<h1>Mail in the sandbox</h1>{note}{table if kept else ''}", refresh=True)


def reading(kept: Kept) -> str:
    facts = kept.facts()
    message = kept.parsed()
    heads = [("From", head(message, "From") or kept.sender), ("To", ", ".join(kept.recipients))]
    heads += [(name, said) for name in ("Reply-To", "Date", "Message-ID") if (said := head(message, name))]
    table = "".join(f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in heads)
    files = "".join(
        f'<li><a href="/mail/{kept.id}/attachments/{number}">{escape(name)}</a> ({escape(kind)}, {len(content)} bytes)'
        "</li>"
        for number, (name, kind, content) in enumerate(attachments(message))
    )
    html = f'<h2>HTML</h2><iframe sandbox title="The message" srcdoc="{escape(facts["html"])}"></iframe>'
    parts = [
        f'<p><a href="/mail">All mail</a> · <a href="/control/mail/{kept.id}/raw">As it came</a></p>',
        f"<h1>{escape(facts['subject'] or '(no subject)')}</h1><table>{table}</table>",
        f"<h2>Files</h2><ul>{files}</ul>" if files else "",
        html if facts["html"] else "",
        f"<h2>Text</h2><pre>{escape(facts['text'])}</pre>" if facts["text"] else "",
    ]
    return _page(facts["subject"] or "A message", "".join(parts))
