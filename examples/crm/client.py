#!/usr/bin/env python3
"""取引先 API を呼び出すプログラムの例です。Python 3 の標準ライブラリーだけで動きます。

    export MUSUBI_URL=http://127.0.0.1:8080 MUSUBI_TOKEN=...
    python3 client.py template
    python3 client.py list [名前の一部]
    python3 client.py detail 取引先ID
    python3 client.py register 名前 フリガナ 部署ID ユーザーID
    python3 client.py update 取引先ID 項目名=値 ...
    python3 client.py delete 取引先ID ...
    python3 client.py sync FILE.csv

sync は CSV を連携IDで突き合わせます。連携IDの取引先があれば更新し、なければ登録します。
CSV の 1 行目は見出しで、「連携ID」のほかは項目名です(UTF-8)。
"""

import csv
import json
import os
import sys
import time
import urllib.error
import urllib.request

NAME = "取引先正式名称"
SLOT = 999000001
TRIES = 5


class CallFailed(Exception):
    """appStatus が成功でなかった呼び出し。"""

    def __init__(self, http, status):
        self.http = http
        self.code = status.get("code", "")
        self.details = status.get("details", [])
        reasons = [f"{detail['path']}: {detail['reason']}" for detail in self.details]
        request = status.get("requestID")
        self.lines = reasons + ([f"requestID {request}"] if request else [])
        super().__init__("\n  ".join([f"{self.code} {status.get('message', '')}", *self.lines]))


class Musubi:
    """取引先 API の呼び出し。テンプレートを先に読み、項目を名前で扱います。"""

    def __init__(self, url, token):
        self.url = url.rstrip("/")
        self.token = token
        self._items = None

    def call(self, path, param=None):
        """1 つの API を呼び出し、応答を返します。503 のときは Retry-After だけ待って、もう一度呼び出します。"""
        body = json.dumps({"param": param or {}}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        for left in reversed(range(TRIES)):
            request = urllib.request.Request(f"{self.url}/api/crm/{path}", body, headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    http, wait, text = answer.status, None, answer.read()
            except urllib.error.HTTPError as error:
                http, wait, text = error.code, error.headers.get("Retry-After"), error.read()
            if http != 503 or left == 0:
                break
            time.sleep(int(wait or 1))
        try:
            answer = json.loads(text)
            status = answer["appStatus"]
        except (ValueError, KeyError, TypeError):
            raise CallFailed(http, {"code": f"HTTP {http}", "message": text[:200].decode(errors="replace")}) from None
        # HTTP ステータスではなく appStatus で判断します。失敗を 200 で返す設定でも同じように動きます。
        if status["code"] != "S000":
            raise CallFailed(http, status)
        return answer

    def items(self):
        """テンプレートの項目を、名前で引けるようにしたもの。"""
        if self._items is None:
            info = self.call("get-client-template")["clientTemplateInfo"]
            self._items = {item["itemName"]: item for item in info["templateList"]}
        return self._items

    def item(self, name, value):
        """項目名と文字列から、API に渡す項目を作ります。"" は値なしです。"""
        try:
            item = self.items()[name]
        except KeyError:
            raise SystemExit(f"テンプレートに項目「{name}」がありません") from None
        kind = item["itemType"]
        given = {"itemID": item["itemID"], "itemType": kind}
        values = [part for part in value.split("/") if part]
        if kind in ("number", "amount_integer", "amount_decimal"):
            given["itemNumericData"] = {"value": value}
        elif kind in ("pulldown", "checkbox"):
            given["itemSelectionData"] = {"values": [chosen(item["selectionValues"], label)["value"] for label in values]}
        elif kind == "linkage_pulldown":
            given["itemSelectionData"] = {"values": path_of(item["linkageSelectionValues"], values)}
        elif kind.endswith(("_single", "_multiple")) and not kind.startswith("text_"):
            given["itemUuidData"] = {"values": values}
        elif kind == "text_ruby":
            text, _, ruby = value.partition("/")
            given["itemTextData"] = {"value": text, "ruby": ruby}
        else:
            given["itemTextData"] = {"value": value}
        return given

    def register(self, values, linkage_value=None):
        """登録して、取引先IDを返します。values は項目名と文字列の dict です。"""
        info = {"clientItemList": [self.item(name, value) for name, value in values.items()]}
        if linkage_value:
            info["systemLinkageInfoList"] = [{"systemLinkageID": SLOT, "linkageIDValue": linkage_value}]
        answer = self.call("client/register", {"toData": {"clientRegisterInfo": info}})
        return answer["registerClientResult"]["clientID"]

    def update(self, key, values):
        """渡した項目だけを更新します。key は client_id() か linkage_id() です。"""
        key = {"clientInfo": key} if "clientID" in key else {"systemLinkageInfo": key}
        info = key | {"clientItemList": [self.item(name, value) for name, value in values.items()]}
        answer = self.call("client/update", {"toData": {"clientUpdateInfo": info}})
        return answer["updateClientResult"]["clientID"]

    def detail(self, key):
        """1 件の詳細。なければ None です。"""
        try:
            return self.call("get-client-detail", key)["clientDetailInfo"]
        except CallFailed as failed:
            if failed.code == "E051":
                return None
            raise

    def list(self, conditions=None, limit=100):
        """条件に合う取引先を、最後の 1 件まで順に返します。"""
        offset = 0
        while True:
            pagination = {"offset": offset, "limit": limit}
            param = {
                "requiredConditions": {"pagination": pagination},
                "optionalConditions": {"searchConditions": conditions or {}},
            }
            info = self.call("get-client-list", param)["clientListInfo"]
            yield from info["clientList"]
            if not info["getMoreFlag"]:
                return
            offset += limit

    def delete(self, client_ids, force=False):
        """まとめて削除し、削除したIDを返します。1 件でもなければ、何も削除しません。"""
        info = {"deleteClientList": [client_id(one) for one in client_ids], "forceDeleteFlag": force}
        answer = self.call("client/delete", {"toData": {"deleteClientInfo": info}})
        return [row["clientID"] for row in answer["deletedClientList"]]

    def sync(self, rows):
        """連携IDのある行を順に取り込みます。あれば更新し、なければ登録して、(何をしたか, ID) を返します。"""
        for row in rows:
            values = dict(row)
            linkage_value = values.pop("連携ID")
            try:
                yield "更新", self.update(linkage_id(linkage_value), values)
            except CallFailed as failed:
                if failed.code != "E051":
                    raise
                # 登録では、空の項目は指定しません。
                given = {name: value for name, value in values.items() if value}
                yield "登録", self.register(given, linkage_value)


def client_id(value):
    return {"clientID": value}


def linkage_id(value):
    return {"systemLinkageID": SLOT, "linkageIDValue": value}


def chosen(choices, label):
    """名前が label の選択肢。"""
    for choice in choices:
        if choice["label"] == label:
            return choice
    labels = "、".join(choice["label"] for choice in choices)
    raise SystemExit(f"選択肢「{label}」がありません(あるのは {labels})")


def path_of(choices, labels):
    """連携プルダウンの選択肢の名前を、上の階層から番号に直します。"""
    values = []
    for label in labels:
        choice = chosen(choices, label)
        values.append(choice["value"])
        choices = choice["children"]
    return values


def main(words):
    if not words or words[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    musubi = Musubi(os.environ.get("MUSUBI_URL", "http://127.0.0.1:8080"), os.environ["MUSUBI_TOKEN"])
    command, rest = words[0], words[1:]
    if command == "template":
        for name, item in musubi.items().items():
            print(item["itemID"], item["itemType"], name, "必須" if item["requiredFlag"] else "")
    elif command == "list":
        for row in musubi.list({"clientName": rest[0]} if rest else {}):
            print(row["clientID"], row["clientName"])
    elif command == "detail":
        print(json.dumps(musubi.detail(client_id(rest[0])), ensure_ascii=False, indent=2))
    elif command == "register":
        name, ruby, department, person = rest
        values = {NAME: f"{name}/{ruby}", "営業主担当部署": department, "営業主担当者": person}
        print(musubi.register(values))
    elif command == "update":
        print(musubi.update(client_id(rest[0]), dict(word.split("=", 1) for word in rest[1:])))
    elif command == "delete":
        print(*musubi.delete(rest), sep="\n")
    elif command == "sync":
        with open(rest[0], encoding="utf-8-sig", newline="") as file:
            for done, own in musubi.sync(csv.DictReader(file)):
                print(done, own)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CallFailed as failed:
        print(failed, file=sys.stderr)
        sys.exit(1)
