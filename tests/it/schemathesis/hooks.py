"""Puts what is really there into generated calls, so that they get past the look-up of their keys and items.

MUSUBI_RECORDS names a JSON file: lists of ids and linkage values by the member that carries them, and the items of both templates.
The choice follows from the generated value, so the same seed gives the same calls.
"""

import json
import os
import zlib

import schemathesis

with open(os.environ["MUSUBI_RECORDS"], encoding="utf-8") as file:
    RECORDS = json.load(file)


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
    if not isinstance(known, dict):
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
        elif name in ("salesPersonUserIDList", "salesPersonDepartmentIDList") and isinstance(own, list):
            ids = RECORDS["user" if "User" in name else "organization"]
            value[name] = [pick(ids, element) for element in own]
        else:
            settle(own)
    # A contact is named with the client that it belongs to.
    pair = RECORDS["clientOf"].get(str(value.get("clientResponsibleID")))
    if pair and "clientID" in value:
        value["clientID"] = pair


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, (dict, list)):
        settle(case.body)
