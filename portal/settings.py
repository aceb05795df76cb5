"""Settings of the portal, read from the environment; the README lists each with its default."""

from pathlib import Path

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import pgettext_lazy

from portal import environment as env
from portal import providers

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "data")))

# One machine without settings is a trial on this computer: anything that listens to others must say who it is.
PRODUCTION = env.flag("PRODUCTION", False)
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else "trial-on-this-machine-only-" + "0" * 40)
if PRODUCTION and len(SECRET_KEY) < 50:
    raise env.BadSetting("SECRET_KEY", "must be at least 50 random characters")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# What encrypts secrets in the database, the newest first; without it a key made from SECRET_KEY.
SECRETS_KEY = env.words("SECRETS_KEY")
if any(len(key) < 32 for key in SECRETS_KEY):
    raise env.BadSetting("SECRETS_KEY", "each key must be at least 32 random characters")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", () if PRODUCTION else ("127.0.0.1", "localhost", "[::1]", "testserver"))
if PRODUCTION and not ALLOWED_HOSTS:
    raise env.BadSetting("ALLOWED_HOSTS", "must name the hosts that the portal answers for")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BASE_URL = env.address(
    "BASE_URL", None if PRODUCTION else f"http://127.0.0.1:{env.number('PORT', 8000)}", "http", "https"
).rstrip("/")
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "zerentian-demo")

INSTALLED_APPS = [
    "portal",
    "home",
    "activities",
    "staff",
    "staff.social",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.sites",
    "staff.users_app.StaffUsersConfig",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "import_export",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.public.PublicPages",
    "portal.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.IdleSignOut",
    "staff.door.AdminDoor",
    "home.middleware.PreferenceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.own.OwnPages",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.frame",
            ],
            "builtins": ["staff.templatetags.look"],
        },
    },
]

# --- data -------------------------------------------------------------------------------------------------------------

DATABASE_URL = env.address(
    "DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}", "sqlite", "postgres", "postgresql"
)
DATABASES = {
    "default": env.parsed(
        "DATABASE_URL",
        DATABASE_URL,
        lambda url: dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True),
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # Tests use a file too: several threads write to it as several processes do in service.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}
else:
    # A page's questions are short: compiling one, as PostgreSQL does when it expects much work, takes it far longer
    # than the answer. What the address itself says of `options` stands.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")

REDIS_URL = env.address("REDIS_URL", "", "redis", "rediss", "unix")
CACHES = {
    name: (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": name}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": table}
    )
    # Pages of signed-out readers stand apart, so that a flood of them never pushes out a limit of sign-in attempts.
    for name, table in (("default", "portal_cache"), ("pages", "portal_pages"))
} | {
    # Wagtail writes each rendition to its cache whenever a page shows it; lists prefetch them from the database.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    # What signed-in readers were shown stays in the memory of the process: it is theirs, and is written nowhere.
    "own": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "own",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
PUBLIC_PAGE_SECONDS = OWN_PAGE_SECONDS = 60

TASKS = {
    "default": {
        "BACKEND": (
            "django_tasks_db.DatabaseBackend"
            if env.flag("TASK_WORKER", PRODUCTION)
            else "django_tasks.backends.immediate.ImmediateBackend"
        )
    }
}

# Without a mail server the mails of a trial are files in a folder: a log full of them would be read by nobody.
EMAIL_URL = env.address(
    "EMAIL_URL", None if PRODUCTION else "file://", "smtp", "submission", "file", "console", "dummy"
)
EMAIL = env.parsed("EMAIL_URL", EMAIL_URL, dj_email_url.parse)
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@localhost")

# The bureau's group robot where the system administrator has entered none; hosts whose robots the portal may call.
ROBOT_SERVICE = env.choice("ROBOT_SERVICE", "dingtalk", ("dingtalk", "wecom", "feishu"))
ROBOT_URL = env.address("ROBOT_URL", "", "https")
ROBOT_SECRET = env.text("ROBOT_SECRET", "")
ROBOT_HOSTS = env.words(
    "ROBOT_HOSTS", ("oapi.dingtalk.com", "qyapi.weixin.qq.com", "open.feishu.cn", "open.larksuite.com")
)

# --- people -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["staff.signin.PortalBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "staff.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "责任田"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the bureau enters the address, so nobody is sent a link to confirm it
USERSESSIONS_TRACK_ACTIVITY = False
INVITATION_DAYS = env.number("INVITATION_DAYS", 7)

SOCIALACCOUNT_ADAPTER = "staff.social.adapter.SocialAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
# The buttons are links: a form that is led on to another host would need that host in the policy's form-action.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = providers.from_environment(production=PRODUCTION)
IDLE_MINUTES = env.number("IDLE_MINUTES", 120)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db" if REDIS_URL else "django.contrib.sessions.backends.db"

# --- language and days ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
FORMAT_MODULE_PATH = "portal.formats"
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "portal" / "framework_locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

# --- files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = []
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
# The folder below which nginx serves what the portal has allowed (an `internal` location); empty: the portal sends it.
MEDIA_ACCEL_PREFIX = env.text("MEDIA_ACCEL_PREFIX", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.storage.StaticFiles"},
}
STATIC_BROTLI = env.flag("STATIC_BROTLI", PRODUCTION)
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Wagtail ----------------------------------------------------------------------------------------------------------

WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "portal.search"}}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gif"]
# Videos are documents, too: half a minute from a phone is 60 MB.
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "mp4", "pdf", "pptx", "txt", "vtt", "webm", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# --- deployment -------------------------------------------------------------------------------------------------------

# After so many days on shift in a row a day of rest is due (劳动法第三十八条: at least one day of rest a week).
SHIFT_DAYS_IN_A_ROW = env.number("SHIFT_DAYS_IN_A_ROW", 6)

# --- print ------------------------------------------------------------------------------------------------------------

# GB/T 9704-2012; a bureau's own printer may want others.
PRINT_MARGINS_MM = {
    "top": env.number("PRINT_MARGIN_TOP", 37),
    "right": env.number("PRINT_MARGIN_RIGHT", 26),
    "bottom": env.number("PRINT_MARGIN_BOTTOM", 35),
    "left": env.number("PRINT_MARGIN_LEFT", 28),
}
# Fonts by name only, as official papers want them; behind each what stands in where it is not installed.
PRINT_FONTS = {
    "title": ["方正小标宋简体", "方正小标宋_GBK", "华文中宋", "SimSun", "Noto Serif CJK SC"],
    "heading": ["黑体", "SimHei", "Noto Sans CJK SC"],
    "subheading": ["楷体_GB2312", "楷体", "KaiTi", "Noto Serif CJK SC"],
    "body": ["仿宋_GB2312", "仿宋", "FangSong", "Noto Serif CJK SC"],
    "song": ["宋体", "SimSun", "Noto Serif CJK SC"],
}
PRINT_LATIN_FONT = "Times New Roman"

# --- security ---------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Wagtail's admin prints inline scripts and styles (date choosers, editors); nothing outside /admin/ may.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # nginx says who asks: sign-in is limited by the reader's address, not by nginx's
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

# Requests are logged by path without the query, which may hold a name somebody searched for, and without keys.
LOG_LEVEL = env.choice("LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "portal.logs.Formatter", "fmt": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {
        # The level is the handler's too: the task worker lowers its loggers' own.
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "level": LOG_LEVEL,
        },
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["stdout"], "level": LOG_LEVEL, "propagate": False},
        # Its debug lines hold whatever a page is made from, people's names among it.
        "django.template": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        # Its debug lines hold whole addresses, and WeCom wants its secret in one.
        "urllib3": {"handlers": ["stdout"], "level": "WARNING", "propagate": False},
    },
}

SITE_NAME = WAGTAIL_SITE_NAME = pgettext_lazy("brand", "责任田")
