#!/usr/bin/env python3
"""RobotID と同じ手順で利用者をサインインさせる例 (Python 3 の標準ライブラリだけで動きます)

  export MUSUBI_URL=http://127.0.0.1:8080
  export CLIENT_ID=... CLIENT_SECRET=... REDIRECT_URI=https://example.com/home

  robotid.py authorize [スコープ]     利用者のブラウザーで開く URL を表示します
  robotid.py token コールバックURL    戻ってきた URL の認可コードをトークンに交換します
  robotid.py refresh トークン         リフレッシュトークンでアクセストークンを再発行します
  robotid.py userinfo トークン        アクセストークンの利用者の情報を表示します
  robotid.py revoke トークン          トークンを無効にし、HTTP ステータスを表示します

クライアントの認証は Authorization ヘッダーで行います。CLIENT_AUTH=body とすると、本文の client_id と client_secret で行います。
"""
import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

SCOPE = "ks3_user_tenant ks3_custom_attribute address phone openid profile email offline_access"


def setting(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"環境変数 {name} を設定してください")
    return value


def authorize_url(scope, state, nonce):
    """利用者のブラウザーで開く、認可エンドポイントの URL"""
    query = {
        "client_id": setting("CLIENT_ID"),
        "redirect_uri": setting("REDIRECT_URI"),
        "response_type": "code",
        "scope": scope,
        "state": state,
        "nonce": nonce,
    }
    return setting("MUSUBI_URL") + "/oidc-auth/authorize?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)


def call(path, form):
    """クライアントを認証して POST します。(ステータス, 本文)"""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    client_id, secret = setting("CLIENT_ID"), setting("CLIENT_SECRET")
    if os.environ.get("CLIENT_AUTH") == "body":
        form = {**form, "client_id": client_id, "client_secret": secret}
    else:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return send(urllib.request.Request(setting("MUSUBI_URL") + path, urllib.parse.urlencode(form).encode(), headers))


def send(request):
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def token(callback):
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback).query))
    if "code" not in query:
        sys.exit(f"認可されませんでした: {query.get('error')}")
    form = {"grant_type": "authorization_code", "code": query["code"], "redirect_uri": setting("REDIRECT_URI")}
    return call("/oidc-auth/token", form)


def refresh(refresh_token):
    return call("/oidc-auth/token", {"grant_type": "refresh_token", "refresh_token": refresh_token})


def userinfo(access_token):
    headers = {"Authorization": f"Bearer {access_token}"}
    return send(urllib.request.Request(setting("MUSUBI_URL") + "/oidc-auth/userinfo", headers=headers))


def revoke(some_token):
    return call("/oidc-auth/revoke", {"token": some_token})


def main(words):
    match words:
        case ["authorize", *scope]:
            # state と nonce は、呼び出しごとに推測できない値を作り、戻ってきた値と比べます
            print(authorize_url(scope[0] if scope else SCOPE, "bd83xwghJW", "roWfwEbRU0G8HO0WpuR7R2GTCE5uru"))
        case ["token", callback]:
            show(*token(callback))
        case ["refresh", refresh_token]:
            show(*refresh(refresh_token))
        case ["userinfo", access_token]:
            show(*userinfo(access_token))
        case ["revoke", some_token]:
            print(revoke(some_token)[0])
        case _:
            sys.exit(__doc__)


def show(status, body):
    if status != 200:
        sys.exit(f"{status} {body}")
    print(json.dumps(json.loads(body), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
