"""A real mail server for tests (aiosmtpd). Prints its port, then a line of JSON for each mail, read by Python's own parser.

Arguments: none, or a certificate and its key: then it asks for STARTTLS, and for the user `musubi` with the password `p@ss:wörd`.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such user\there"
        if address.startswith("later@"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "count": len(message.keys()),
            "body": message.get_content(),
            "tls": session.ssl is not None,
        }
        print(json.dumps(mail), flush=True)
        return "250 2.0.0 taken as 42"


def authenticate(server, session, envelope, mechanism, data):
    known = (data.login, data.password) == (b"musubi", "p@ss:wörd".encode())
    return AuthResult(success=known, handled=False)


async def main():
    more = {}
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        more = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="localhost", loop=loop, **more), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# Whoever started it holds the other end: when he goes, so does it.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
asyncio.run(main())
