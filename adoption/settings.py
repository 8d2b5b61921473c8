"""Every setting, read once from the environment. Nothing else in the house reads the environment."""

import tomllib
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from adoption import embedded, logs

BASE_DIR = Path(__file__).resolve().parent.parent

# A filled `.env` beside it is for Docker compose, which reads it itself: the demo and the tests of this clone need none of it.
env = environ.Env()

MOST_PORT = 65535


def _port(name: str, default: int) -> int:
    """A port of the environment. What cannot be one is said in a line, before anything starts."""
    said = env.str(name, default=str(default))
    if not (said.isascii() and said.isdecimal() and 0 < int(said) <= MOST_PORT):
        raise ImproperlyConfigured(
            f"{name}={said} is no port: choose a number from 1 to {MOST_PORT}, for example {name}={default}"
        )
    return int(said)


DATA = Path(env.str("DATA", default=str(BASE_DIR / "var"))).resolve()
DEMO = env.bool("DEMO", default=False)
# What this installation calls the code it runs; frozen figures say which one computed them.
RELEASE = env.str("RELEASE", default="") or str(
    tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
)
DEBUG = env.bool("DEBUG", default=False)
PORT = _port("PORT", 8000)

# The one address that mails and calendar files carry. Never taken from a request: a forged Host header must not reach a mail.
BASE_URL = env.str("BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
HTTPS = BASE_URL.startswith("https://")

# --- stores ----------------------------------------------------------------------------------------------------------
# With DATABASE_URL the application uses a server it is given; without it the embedded one of DATA.
if env.str("DATABASE_URL", default=""):
    _database = env.db_url("DATABASE_URL")
    _owner = env.db_url("DATABASE_OWNER_URL", default="postgres://")
    DATABASE_OWNER = {key: _owner.get(key) or _database[key] for key in ("USER", "PASSWORD")}
    SECRET_KEY = env.str("SECRET_KEY")
else:
    _credentials = embedded.credentials(DATA)
    _addresses = embedded.addresses(DATA)
    _database = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _addresses.postgres_host,
        "PORT": _addresses.postgres_port,
        "NAME": "murmuration",
        "USER": "app_user",
        "PASSWORD": _credentials.user_password,
    }
    DATABASE_OWNER = {"USER": "app_owner", "PASSWORD": _credentials.owner_password}
    SECRET_KEY = env.str("SECRET_KEY", default=_credentials.secret_key)

DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # A request that dies inside a transaction must not hold its locks: the server ends the session.
        "OPTIONS": {"options": "-c idle_in_transaction_session_timeout=60000 -c lock_timeout=20000"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if env.str("REDIS_URL", default=""):
    REDIS_URL = env.str("REDIS_URL")
    CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
    CACHE_URL = env.str("CACHE_URL", default=REDIS_URL)
else:
    _addresses = embedded.addresses(DATA)
    REDIS_URL = _addresses.redis_url(0)
    CELERY_BROKER_URL = _addresses.celery_broker_url
    CACHE_URL = _addresses.redis_url(1)

# Redis counts and rings, and whatever it keeps may be lost: without it pages and sign-in go on, from PostgreSQL.
REDIS_PATIENCE_SECONDS = 1
CACHES = {
    "default": {
        "BACKEND": "adoption.cache.Forgetful",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "mm",
        "OPTIONS": {"socket_timeout": REDIS_PATIENCE_SECONDS, "socket_connect_timeout": REDIS_PATIENCE_SECONDS},
    }
}

# --- clock -----------------------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Whoever rings the doorbell from a page does not wait for a broker that is gone.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": REDIS_PATIENCE_SECONDS}
# PostgreSQL is the only truth and Celery its doorbell: one beat entry, everything else is a due row of the agenda.
HEARTBEAT_SECONDS = 10
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "adoption.tenancy.tasks.heartbeat", "schedule": HEARTBEAT_SECONDS, "options": {"expires": 30}}
}

# --- the house -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "metrics",
    "surveys",
    "pods",
    "champions",
    "adoption.programs",
    "adoption.outbox",
    "adoption.disclosure",
    "adoption.tenancy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "adoption.compression.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "adoption.tenancy.middleware.WhereMiddleware",
]

ROOT_URLCONF = "adoption.urls"
WSGI_APPLICATION = "adoption.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "adoption.tenancy.middleware.place",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- words -----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- static ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA / "static")))
# Only what was built is served; the sources stay out of the address space.
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / "files")}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Who may bring an organisation aboard by themselves: mail addresses, whole domains as "@company.com", or "*" for everybody.
# Nobody unless said so: then `manage.py create_organization` does it.
ORGANIZATIONS_BY = env.list("ORGANIZATIONS_BY", default=["*"] if DEMO else [])

# --- the door --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.Identity"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "adoption.tenancy.access.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Sign-up is by invitation; that a password is known here, if only as optional, is what lets the sign-in page take one.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Murmuration"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Not cached beside it: a copy in Redis would outlive a sign-out while Redis cannot be reached.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
# Whoever watches the process asks it directly, without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_CONTENT_TYPE_NOSNIFF = True
# "no-referrer" would make Chromium send "Origin: null", which Django refuses on every plain form.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- limits on what may come in --------------------------------------------------------------------------------------
# Of a file, unless a view says that it `takes` more. Files above the last number below are read into one on the disk.
MOST_UPLOAD_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- the machine's face ----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "adoption.tenancy.api.authentication.TokenAuthentication",
        "adoption.tenancy.api.authentication.SignedIn",
    ],
    # Without a permission of its own a view opens to nobody.
    "DEFAULT_PERMISSION_CLASSES": ["adoption.tenancy.api.permission.Door"],
    "DEFAULT_THROTTLE_CLASSES": ["adoption.tenancy.api.throttling.PerKey"],
    # A minute: of one token or member, and tokens that open nothing from one address.
    "DEFAULT_THROTTLE_RATES": {"requests": 600, "refusals": 60},
    "NUM_PROXIES": 1 if SECURE_PROXY_SSL_HEADER else 0,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["adoption.tenancy.api.parsers.StrictJSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "adoption.tenancy.api.schema.AddressSchema",
    "EXCEPTION_HANDLER": "adoption.tenancy.api.errors.answer",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Murmuration",
    "DESCRIPTION": _(
        "People and programmes of one organisation, for the systems around it. Every address names its organisation; a token "
        "opens one organisation and shows nothing of another. Errors are problem details (RFC 9457), lists are walked by cursor, "
        "and writes may carry an idempotency key. This document holds nothing of any organisation and needs no token."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1/o/{org}",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "AnsweredBy": "pods.api.questions.ANSWERED_BY",
        "Assigned": "metrics.api.evidence.ASSIGNED",
        "ExportKind": "metrics.api.exports.EXPORT_KINDS",
        "LessonKind": "adoption.programs.api.lessons.KINDS",
        "MoveKind": "pods.api.moves.MOVE_KINDS",
        "PackState": "adoption.programs.api.packs.PACK_STATES",
        "PackVerdict": "adoption.programs.api.packs.TEST_VERDICTS",
        "PersonState": "adoption.tenancy.api.people.State",
        "PodWeekState": "metrics.api.weeks.STATES_IN_POD",
        "ProgrammeState": "adoption.programs.api.programs.STATES",
        "PromptVerdict": "champions.api.prompts.PROMPT_VERDICTS",
        "ReadinessState": "adoption.programs.api.readiness.LINE_STATES",
        "SessionKind": "pods.api.SESSION_KINDS",
        "SolvedBy": "pods.api.questions.SOLVED_BY",
        "SurveyKind": "surveys.api.surveys.KINDS",
        "TalkState": "champions.api.objections.TALK_STATES",
        "ToolVerdict": "champions.api.tools.TOOL_VERDICTS",
        "WeekState": "metrics.api.weeks.STATES",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "adoption.tenancy.api.schema.add_problems",
    ],
}

# --- speech ----------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Murmuration <hello@murmuration.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
# The demo's mail server stands beside its web server.
EMAIL_PORT = _port("EMAIL_PORT", (PORT + 25 if PORT + 25 <= MOST_PORT else PORT - 25) if DEMO else 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
# The keys of a provider, under Anymail's own names: ANYMAIL_POSTMARK_SERVER_TOKEN and the like.
ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in env.ENVIRON.items() if name.startswith("ANYMAIL_")}
# Where the demo's loopback mail server keeps what was sent, for the mailbox page.
MAIL_FOLDER = DATA / "mail"

# --- logs ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
_shared_processors: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    logs.scrub,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        logs.worth_a_line,
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer()
            if env.bool("LOG_JSON", default=False)
            # The default prints the values of local variables where rich is installed: names and secrets stay out of logs.
            else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            "foreign_pre_chain": _shared_processors,
        }
    },
    "filters": {"nameless": {"()": logs.Nameless}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["nameless"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django_structlog": {"level": LOG_LEVEL},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
