"""Identity providers for tests: real servers on this machine, which answer as the real ones do.

`Provider` speaks OpenID Connect, WeCom, DingTalk and Feishu. What it says is set on it, and `spoil` makes it lie.
"""

import base64
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _number(value):
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


class Provider:
    """A server in a thread, with the codes that it gave out; each code is good once."""

    def __init__(self):
        self.claims = {"sub": "u-1", "employee_number": "", "email": "", "email_verified": False}
        self.person = {}
        self.spoil = {}
        self.codes = {}
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                outer.answer(self, json.loads(body) if body.startswith("{") else form)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Nobody answers any more."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, data):
        """Answer one request."""
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(parts.path)
        if parts.path in self.spoil:
            status, said = self.spoil[parts.path]
        else:
            status, said = self.say(parts.path, query, data, handler.headers)
        handler.send_response(status)
        if status == 302:
            handler.send_header("Location", said)
            handler.end_headers()
            return
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def say(self, path, query, data, headers):
        """What is said at `path`."""
        pages = {
            "/authorize": self.authorize,
            "/wwlogin/sso/login": self.authorize,
            "/connect/oauth2/authorize": self.authorize,
            "/oauth2/auth": self.authorize,
            "/open-apis/authen/v1/index": self.authorize,
            "/.well-known/openid-configuration": self.discovery,
            "/jwks": self.jwks,
            "/token": self.token,
            "/userinfo": self.userinfo,
            "/cgi-bin/gettoken": self.wecom_token,
            "/cgi-bin/auth/getuserinfo": self.wecom_person,
            "/v1.0/oauth2/userAccessToken": self.dingtalk_token,
            "/v1.0/contact/users/me": self.dingtalk_person,
            "/v1.0/oauth2/accessToken": self.dingtalk_app_token,
            "/topapi/user/getbyunionid": self.dingtalk_user_id,
            "/topapi/v2/user/get": self.dingtalk_entry,
            "/open-apis/auth/v3/app_access_token/internal/": self.feishu_app_token,
            "/open-apis/authen/v1/access_token": self.feishu_token,
            "/open-apis/authen/v1/user_info": self.feishu_person,
        }
        return pages[path](query, data, headers) if path in pages else (404, {})

    def authorize(self, query, data, headers):
        """Whoever comes is somebody already: back with a code and the state."""
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = query
        name = "authCode" if "DingTalk" in query.get("client_id", "") else "code"
        return 302, f"{query['redirect_uri']}?{urlencode({name: code, 'state': query['state']})}"

    def spend(self, code):
        """What was asked for with `code`; None when it was spent."""
        return self.codes.pop(code, None)

    # --- OpenID Connect ---

    def discovery(self, query, data, headers):
        """Where is what."""
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def jwks(self, query, data, headers):
        """The public key."""
        numbers = KEY.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "kid": "k1",
            "use": "sig",
            "alg": "RS256",
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }
        return 200, {"keys": [key]}

    signing_key = KEY
    nonce = None

    def token(self, query, data, headers):
        """A token for a code, to who knows the secret and the verifier."""
        asked = self.spend(data.get("code"))
        if asked is None or data.get("client_secret") != "secret" or "code_verifier" not in data:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "portal",
            "iat": now,
            "exp": now + 300,
            "sub": self.claims["sub"],
            "nonce": asked.get("nonce") if self.nonce is None else self.nonce,
        }
        signed = jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "k1"})
        return 200, {"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def userinfo(self, query, data, headers):
        """The claims."""
        return (200, self.claims) if headers.get("Authorization") == "Bearer at" else (401, {})

    # --- WeCom ---

    def wecom_token(self, query, data, headers):
        """The app's token."""
        if query.get("corpsecret") != "secret":
            return 200, {"errcode": 40001, "errmsg": "invalid credential"}
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": "corp", "expires_in": 7200}

    def wecom_person(self, query, data, headers):
        """Whose code it is."""
        if query.get("access_token") != "corp":
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        if self.spend(query.get("code")) is None:
            return 200, {"errcode": 40029, "errmsg": "invalid code"}
        return 200, {"errcode": 0, "errmsg": "ok", **self.person}

    # --- DingTalk ---

    def dingtalk_token(self, query, data, headers):
        """The person's token."""
        if self.spend(data.get("code")) is None or data.get("clientSecret") != "secret":
            return 400, {"code": "invalidAuthCode"}
        return 200, {"accessToken": "user", "refreshToken": "r", "expireIn": 7200, "corpId": "corp"}

    def dingtalk_person(self, query, data, headers):
        """The person, without a number."""
        if headers.get("x-acs-dingtalk-access-token") != "user":
            return 401, {}
        return 200, {"nick": "某人", "openId": "open-1", "unionId": "union-1"}

    def dingtalk_app_token(self, query, data, headers):
        """The app's token."""
        right = data == {"appKey": "portal-DingTalk", "appSecret": "secret"}
        return (200, {"accessToken": "app", "expireIn": 7200}) if right else (400, {})

    def dingtalk_user_id(self, query, data, headers):
        """The id in the organisation."""
        if query.get("access_token") != "app" or data != {"unionid": "union-1"} or not self.person:
            return 200, {"errcode": 60121, "errmsg": "not found"}
        return 200, {"errcode": 0, "result": {"contact_type": 0, "userid": "d1"}}

    def dingtalk_entry(self, query, data, headers):
        """The entry in the register."""
        return 200, {"errcode": 0, "result": {"userid": data["userid"], **self.person}}

    # --- Feishu ---

    def feishu_app_token(self, query, data, headers):
        """The app's token."""
        return (200, {"code": 0, "app_access_token": "app"}) if data.get("app_secret") == "secret" else (400, {})

    def feishu_token(self, query, data, headers):
        """The person's token."""
        if self.spend(data.get("code")) is None or data.get("app_access_token") != "app":
            return 200, {"code": 20003, "msg": "invalid code"}
        return 200, {"code": 0, "data": {"access_token": "user", "expires_in": 7200}}

    def feishu_person(self, query, data, headers):
        """The person."""
        return 200, {"code": 0, "data": {"open_id": "ou-1", "name": "某人", **self.person}}
