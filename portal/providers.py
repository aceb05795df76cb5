"""Accounts that people have at work: each way of signing in is there when its settings are.

Which field of what a provider tells is the employee number can be set; of several the first that says something counts.
"""

from portal import environment as env


def from_environment(*, production):
    """What allauth is told of OpenID Connect, WeCom, DingTalk and Feishu. Raises BadSetting for a half-set one."""
    found = {}
    if oidc := env.together("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        found["openid_connect"] = {
            "APPS": [
                {
                    "provider_id": "bureau",
                    "name": env.text("OIDC_NAME", "统一身份认证"),
                    "client_id": oidc["OIDC_CLIENT_ID"],
                    "secret": oidc["OIDC_CLIENT_SECRET"],
                    "settings": {
                        "server_url": env.address(
                            "OIDC_SERVER_URL", None, *(("https",) if production else ("https", "http"))
                        ).rstrip("/"),
                        "number": env.words("OIDC_NUMBER_CLAIM", ("employee_number", "preferred_username")),
                        "oauth_pkce_enabled": True,
                    },
                }
            ]
        }
    elif env.text("OIDC_NAME", ""):
        raise env.BadSetting("OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET", "must be set along with OIDC_NAME")
    if wecom := env.together("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET"):
        found["wecom"] = {
            "APPS": [
                {
                    "client_id": wecom["WECOM_CORP_ID"],
                    "key": wecom["WECOM_AGENT_ID"],
                    "secret": wecom["WECOM_SECRET"],
                    "settings": {
                        "number": env.words("WECOM_NUMBER_FIELD", ("userid",)),
                        "api_url": "https://qyapi.weixin.qq.com",
                        "login_url": "https://login.work.weixin.qq.com",
                        "open_url": "https://open.weixin.qq.com",
                    },
                }
            ]
        }
    if dingtalk := env.together("DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET"):
        found["dingtalk"] = {
            "APPS": [
                {
                    "client_id": dingtalk["DINGTALK_CLIENT_ID"],
                    "secret": dingtalk["DINGTALK_CLIENT_SECRET"],
                    "settings": {
                        "number": env.words("DINGTALK_NUMBER_FIELD", ("job_number",)),
                        "api_url": "https://api.dingtalk.com",
                        "login_url": "https://login.dingtalk.com",
                        "register_url": "https://oapi.dingtalk.com",
                    },
                }
            ]
        }
    if feishu := env.together("FEISHU_CLIENT_ID", "FEISHU_CLIENT_SECRET"):
        found["feishu"] = {
            "APPS": [
                {
                    "client_id": feishu["FEISHU_CLIENT_ID"],
                    "secret": feishu["FEISHU_CLIENT_SECRET"],
                    "settings": {
                        "number": env.words("FEISHU_NUMBER_FIELD", ("employee_no",)),
                        "api_url": env.address("FEISHU_URL", "https://open.feishu.cn", "https").rstrip("/"),
                    },
                }
            ]
        }
    return found
