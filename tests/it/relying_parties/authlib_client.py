"""A relying party by Authlib: one session from discovery to sign-out. Addresses to open go to standard output, the address to which the
browser was sent back comes on standard input; every fact is a line of JSON."""
import json
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken


def browse(url):
    print(f"open {url}", flush=True)
    return sys.stdin.readline().strip()


def fact(**members):
    print(json.dumps(members, ensure_ascii=False), flush=True)


def claims_of(token, metadata, client_id, nonce=None):
    keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"]).json())
    options = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": client_id},
    }
    params = {"nonce": nonce, "client_id": client_id, "access_token": token["access_token"]}
    claims = jwt.decode(token["id_token"], keys, claims_cls=CodeIDToken, claims_options=options, claims_params=params)
    claims.validate(leeway=5)
    return claims


issuer, client_id, secret, redirect_uri, after_logout, method = sys.argv[1:7]
metadata = requests.get(f"{issuer}/.well-known/openid-configuration").json()
assert metadata["issuer"] == issuer, metadata
session = OAuth2Session(
    client_id,
    secret or None,
    scope="openid profile email offline_access",
    redirect_uri=redirect_uri,
    token_endpoint_auth_method=method,
    code_challenge_method="S256",
)
verifier = "authlib-verifier-0123456789-0123456789-0123456789"
nonce = "a-nonce-of-authlib"
url, state = session.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, prompt="login"
)
back = browse(url)
token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
)
claims = claims_of(token, metadata, client_id, nonce)
fact(step="signed in", sub=claims["sub"], auth_time=claims["auth_time"], scope=token["scope"])
fact(step="userinfo", **session.get(metadata["userinfo_endpoint"]).json())

first = dict(token)
token = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
again = claims_of(token, metadata, client_id)
fact(
    step="refreshed",
    sub=again["sub"],
    same_auth_time=again["auth_time"] == claims["auth_time"],
    new_access_token=token["access_token"] != first["access_token"],
    same_refresh_token=token["refresh_token"] == first["refresh_token"],
)
answer = session.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]) if secret else None
fact(step="introspected", active=answer.json()["active"] if answer is not None else None)
revoked = session.revoke_token(metadata["revocation_endpoint"], token=token["refresh_token"])
fact(step="revoked", status=revoked.status_code)
answer = session.get(metadata["userinfo_endpoint"])
fact(step="after revocation", status=answer.status_code)
out = requests.Request(
    "GET",
    metadata["end_session_endpoint"],
    params={"id_token_hint": token["id_token"], "post_logout_redirect_uri": after_logout, "state": "bye"},
).prepare()
fact(step="signed out", sent_to=browse(out.url))
