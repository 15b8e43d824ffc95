"""What is not selling: who the seller is, quotas, signing keys, notifications.

Each operation with its contract's name, path, quota and scopes, as in `operations`.
"""

from orion_daemon.sandbox.ebay import notifications, quotas, signatures
from orion_daemon.sandbox.ebay.accounts import SigningKey
from orion_daemon.sandbox.ebay.answers import EbayError, entry
from orion_daemon.sandbox.ebay.endpoint import Call, Handler, Operation, Reply
from orion_daemon.sandbox.ebay.tokens import BASE_SCOPE

_NOTIFY, _KEYS, _RATES = "/commerce/notification/v1", "/developer/key_management/v1", "/developer/analytics/v1_beta"
_SUBSCRIPTION = f"{BASE_SCOPE}/commerce.notification.subscription"
_USER_RATES = (f"{BASE_SCOPE}/sell.inventory", f"{BASE_SCOPE}/sell.inventory.readonly")


def _user(call: Call) -> Reply:
    seller = call.seller
    business = {"name": seller.business, "email": seller.email, "address": {"country": seller.country}}
    shown = {"userId": seller.user_id, "username": seller.username, "accountType": "BUSINESS", "status": "CONFIRMED"}
    return Reply({**shown, "registrationMarketplaceId": seller.site, "businessAccount": business})


def _rates(call: Call) -> Reply:
    return _limits(call, None)


def _user_rates(call: Call) -> Reply:
    return _limits(call, call.seller.username)


def _limits(call: Call, seller: str | None) -> Reply:
    wanted = (call.query.get("api_context"), call.query.get("api_name"))
    found = quotas.rate_limits(call.shop, call.application.client_id, seller, *wanted)
    return Reply({"rateLimits": found}) if found else Reply(status=204)


def _make_key(call: Call) -> Reply:
    cipher = call.body.get("signingKeyCipher") if isinstance(call.body, dict) else None
    if cipher not in ("ED25519", "RSA"):
        text = "You must supply a valid signing key cipher. Allowed values are ED25519 and RSA."
        raise EbayError(400, entry(210001, "API_KEYS", text))
    key, secret = signatures.create_key(call.shop, call.application.client_id, cipher)
    return Reply({**_key_document(key), "privateKey": secret})


def _keys(call: Call) -> Reply:
    mine = [k for k in call.shop.world.signing_keys.values() if k.client_id == call.application.client_id]
    return Reply({"signingKeys": [_key_document(key) for key in mine]})


def _key(call: Call) -> Reply:
    key = call.shop.world.signing_keys.get(call.match["signing_key_id"])
    if key is None or key.client_id != call.application.client_id:
        text = f"The signing key with id {call.match['signing_key_id']} was not found."
        raise EbayError(404, entry(210002, "API_KEYS", text))
    return Reply(_key_document(key))


def _key_document(key: SigningKey) -> dict[str, object]:
    shown = {"signingKeyId": key.id, "signingKeyCipher": key.cipher, "publicKey": key.public, "jwe": key.jwe}
    return {**shown, "creationTime": key.created, "expirationTime": key.expires}


def _public_key(call: Call) -> Reply:
    seed = call.shop.world.seed
    if call.match["public_key_id"] != signatures.event_key_id(seed):
        raise EbayError(404, entry(195001, "API_NOTIFICATION", "The specified key id is invalid."))
    digest = call.shop.world.settings.event_digest
    return Reply({"key": signatures.event_public_key(seed), "algorithm": "ECDSA", "digest": digest})


def _topics(call: Call) -> Reply:
    found = [topic.document() for topic in notifications.TOPICS.values()]
    return Reply(notifications.listing("topics", found, call.query, f"{call.base}{_NOTIFY}/topic"))


def _topic(call: Call) -> Reply:
    return Reply(notifications.topic_of(call.match["topic_id"]).document())


def _config(call: Call) -> Reply:
    if call.application.alert_email is None:
        text = "Configuration Not Found."
        raise EbayError(404, entry(195026, "API_NOTIFICATION", text, category="APPLICATION"))
    return Reply({"alertEmail": call.application.alert_email})


def _put_config(call: Call) -> Reply:
    email = call.body.get("alertEmail") if isinstance(call.body, dict) else None
    if not isinstance(email, str) or "@" not in email:
        raise EbayError(400, entry(195025, "API_NOTIFICATION", "Invalid or missing email."))
    call.application.alert_email = email
    return Reply(status=204)


def _destinations(call: Call) -> Reply:
    mine = [d for d in call.shop.world.destinations.values() if d.client_id == call.application.client_id]
    found = [notifications.destination_document(destination) for destination in mine]
    return Reply(notifications.listing("destinations", found, call.query, f"{call.base}{_NOTIFY}/destination"))


async def _make_destination(call: Call) -> Reply:
    made = await notifications.create_destination(call.shop, call.application, call.body, call.session)
    return Reply({}, 201, {"Location": f"{call.base}{_NOTIFY}/destination/{made.id}"})


def _destination(call: Call) -> Reply:
    found = notifications.destination(call.shop, call.application, call.match["destination_id"])
    return Reply(notifications.destination_document(found))


async def _put_destination(call: Call) -> Reply:
    old = notifications.destination(call.shop, call.application, call.match["destination_id"])
    await notifications.create_destination(call.shop, call.application, call.body, call.session, old)
    return Reply(status=204)


def _delete_destination(call: Call) -> Reply:
    notifications.delete_destination(call.shop, call.application, call.match["destination_id"])
    return Reply(status=204)


def _subscriptions(call: Call) -> Reply:
    key = (call.access.client_id, call.access.seller)
    mine = [s for s in call.shop.world.subscriptions.values() if (s.client_id, s.seller) == key]
    found = [notifications.subscription_document(subscription) for subscription in mine]
    return Reply(notifications.listing("subscriptions", found, call.query, f"{call.base}{_NOTIFY}/subscription"))


def _subscribe_to(call: Call) -> Reply:
    made = notifications.subscribe(call.shop, call.application, call.access, call.body)
    return Reply({}, 201, {"Location": f"{call.base}{_NOTIFY}/subscription/{made.id}"})


def _subscription(call: Call) -> Reply:
    found = notifications.subscription(call.shop, call.access, call.match["subscription_id"])
    return Reply(notifications.subscription_document(found))


def _put_subscription(call: Call) -> Reply:
    found = notifications.subscription(call.shop, call.access, call.match["subscription_id"])
    notifications.change_subscription(call.shop, call.application, found, call.body)
    return Reply(status=204)


def _delete_subscription(call: Call) -> Reply:
    found = notifications.subscription(call.shop, call.access, call.match["subscription_id"])
    del call.shop.world.subscriptions[found.id]
    return Reply(status=204)


def _enable(call: Call) -> Reply:
    found = notifications.subscription(call.shop, call.access, call.match["subscription_id"])
    found.enabled = True
    return Reply(status=204)


def _disable(call: Call) -> Reply:
    found = notifications.subscription(call.shop, call.access, call.match["subscription_id"])
    found.enabled = False
    return Reply(status=204)


def _test(call: Call) -> Reply:
    found = notifications.subscription(call.shop, call.access, call.match["subscription_id"])
    notifications.announce_test(call.shop, found)
    return Reply(status=202)


def _notify(name: str, method: str, path: str, handler: Handler) -> Operation:
    scopes: tuple[str, ...] = (BASE_SCOPE,)
    if path.startswith("/subscription"):
        scopes = (BASE_SCOPE, _SUBSCRIPTION, *((f"{_SUBSCRIPTION}.readonly",) if method == "GET" else ()))
    body = method == "PUT" or name in ("createDestination", "createSubscription")
    return Operation(name, method, f"{_NOTIFY}{path}", "commerce.notification", scopes, handler, body=body)


def _signing(name: str, method: str, path: str, handler: Handler) -> Operation:
    path = f"{_KEYS}/signing_key{path}"
    return Operation(name, method, path, "developer.key_management", (BASE_SCOPE,), handler, body=method == "POST")


_DESTINATION, _SUBSCRIBED = "/destination/{destination_id}", "/subscription/{subscription_id}"
OPERATIONS = [
    Operation(
        "getUser",
        "GET",
        "/commerce/identity/v1/user/",
        "commerce.identity",
        (f"{BASE_SCOPE}/commerce.identity.readonly",),
        _user,
    ),
    Operation("getRateLimits", "GET", f"{_RATES}/rate_limit/", "developer.analytics", (BASE_SCOPE,), _rates),
    Operation(
        "getUserRateLimits", "GET", f"{_RATES}/user_rate_limit/", "developer.analytics", _USER_RATES, _user_rates
    ),
    _signing("createSigningKey", "POST", "", _make_key),
    _signing("getSigningKeys", "GET", "", _keys),
    _signing("getSigningKey", "GET", "/{signing_key_id}", _key),
    _notify("getPublicKey", "GET", "/public_key/{public_key_id}", _public_key),
    _notify("getTopics", "GET", "/topic", _topics),
    _notify("getTopic", "GET", "/topic/{topic_id}", _topic),
    _notify("getConfig", "GET", "/config", _config),
    _notify("updateConfig", "PUT", "/config", _put_config),
    _notify("getDestinations", "GET", "/destination", _destinations),
    _notify("createDestination", "POST", "/destination", _make_destination),
    _notify("getDestination", "GET", _DESTINATION, _destination),
    _notify("updateDestination", "PUT", _DESTINATION, _put_destination),
    _notify("deleteDestination", "DELETE", _DESTINATION, _delete_destination),
    _notify("getSubscriptions", "GET", "/subscription", _subscriptions),
    _notify("createSubscription", "POST", "/subscription", _subscribe_to),
    _notify("getSubscription", "GET", _SUBSCRIBED, _subscription),
    _notify("updateSubscription", "PUT", _SUBSCRIBED, _put_subscription),
    _notify("deleteSubscription", "DELETE", _SUBSCRIBED, _delete_subscription),
    _notify("enableSubscription", "POST", f"{_SUBSCRIBED}/enable", _enable),
    _notify("disableSubscription", "POST", f"{_SUBSCRIBED}/disable", _disable),
    _notify("testSubscription", "POST", f"{_SUBSCRIBED}/test", _test),
]
