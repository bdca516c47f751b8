"""Puts what is really there into generated calls, so that they get past the look-up of their keys and items.

MUSUBI_RECORDS names a JSON file: lists of ids and linkage values by the member that carries them, and the items of both templates.
The choice follows from the generated value, so the same seed gives the same calls. Of deletions fewer name something that is there: it is
needed by the calls that follow. MUSUBI_EVENTS names the file that gets a line for each call: its path and the status it ended with.
"""

import json
import os
import zlib

import schemathesis

with open(os.environ["MUSUBI_RECORDS"], encoding="utf-8") as file:
    RECORDS = json.load(file)
EVENTS = open(os.environ["MUSUBI_EVENTS"], "a", encoding="utf-8")


def pick(values, value):
    """One of the values, or the generated one: three of four calls name something that is there."""
    at = zlib.crc32(json.dumps(value, sort_keys=True).encode())
    return value if not values or at % 4 == 0 else values[at // 4 % len(values)]


def kind_of(item_type):
    if item_type.startswith("user_"):
        return "user"
    if item_type.startswith("division_"):
        return "organization"
    if item_type.startswith("clientresponsible_"):
        return "clientResponsibleID"
    return "clientID"


def settle_item(item, items):
    known = pick(items, item.get("itemID"))
    # What was generated may be an object, too.
    if not any(known is own for own in items):
        return
    item["itemID"], item["itemType"] = known["itemID"], known["itemType"]
    data = item.get("itemUuidData")
    if isinstance(data, dict) and isinstance(data.get("values"), list):
        ids = RECORDS[kind_of(known["itemType"])]
        data["values"] = [pick(ids, value) for value in data["values"]]
    data = item.get("itemSelectionData")
    if isinstance(data, dict) and isinstance(data.get("values"), list) and known["choices"]:
        data["values"] = [pick(known["choices"], value) for value in data["values"]]


def settle(value):
    if isinstance(value, list):
        for element in value:
            settle(element)
    if not isinstance(value, dict):
        return
    for name, own in value.items():
        if name in ("clientID", "clientResponsibleID", "systemLinkageID", "linkageIDValue") and own is not None:
            value[name] = pick(RECORDS[name], own)
        elif name in ("clientItemList", "clientResponsibleItemList") and isinstance(own, list):
            items = RECORDS[name]
            for item in own:
                if isinstance(item, dict):
                    settle_item(item, items)
        elif name == "OrganizationID" and own is not None:
            value[name] = pick(RECORDS["organization"], own)
        elif name in ("salesPersonUserIDList", "salesPersonDepartmentIDList") and isinstance(own, list):
            ids = RECORDS["user" if "User" in name else "organization"]
            value[name] = [pick(ids, element) for element in own]
        else:
            settle(own)
    # A contact is named with the client that it belongs to.
    pair = RECORDS["clientOf"].get(str(value.get("clientResponsibleID")))
    if pair and "clientID" in value:
        value["clientID"] = pair


def complete(value):
    """Gives a registration the items that must be given. Half of them keep only these, so that they succeed."""
    if not isinstance(value, dict):
        return
    for name, own in value.items():
        if name in ("clientItemList", "clientResponsibleItemList") and isinstance(own, list):
            required = [known for known in RECORDS[name] if known["required"] and known["itemType"] != "client_single"]
            ids = [known["itemID"] for known in required]
            more = [item for item in own if isinstance(item, dict) and item.get("itemID") not in ids]
            is_bare = zlib.crc32(repr(own).encode()) % 2 == 0
            value[name] = [filled(known) for known in required] + ([] if is_bare else more[:1])
            if is_bare:
                value.pop("systemLinkageInfoList", None)
                value.pop("clientResponsibleInquiryRouteDataList", None)
            return
        complete(own)


def shorten(value):
    """Leaves one key in the lists of a deletion: with several, one that is not there is enough to refuse it."""
    if isinstance(value, dict):
        for name, own in value.items():
            if name.startswith("delete") and name.endswith("List") and isinstance(own, list):
                value[name] = own[:1]
            else:
                shorten(own)


def filled(known):
    item = {"itemID": known["itemID"], "itemType": known["itemType"]}
    if known["itemType"] == "text_ruby":
        return item | {"itemTextData": {"value": "名前"}}
    return item | {"itemUuidData": {"values": RECORDS[kind_of(known["itemType"])][:1]}}


@schemathesis.hook
def before_call(context, case, kwargs):
    is_deletion = case.path.endswith("/delete")
    if isinstance(case.body, (dict, list)) and not (is_deletion and zlib.crc32(repr(case.body).encode()) % 2):
        settle(case.body)
        if case.path.endswith("/register"):
            complete(case.body)
        if is_deletion:
            shorten(case.body)


@schemathesis.hook
def after_call(context, case, response):
    EVENTS.write(f"{case.path} {response.status_code}\n")
    EVENTS.flush()
