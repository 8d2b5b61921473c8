"""docker-compose.yml against its specification and our needs. Run as `python -m tests.house.compose`."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
# The specification's own schema, as docker-compose 1.29.2 carries it (Apache-2.0).
SCHEMA = json.loads(Path(__file__).with_name("compose-spec.json").read_text())
VARIABLE = re.compile(r"(?<!\$)\$(?:\{(?P<name>[A-Z][A-Z0-9_]*)(?P<rest>[^}]*)\}|(?P<bare>[A-Za-z_]\w*))")
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN")
# Empty means that the mail server asks for none.
MAY_BE_EMPTY = {"EMAIL_HOST_PASSWORD"}
SERVICES = {"postgres", "redis", "migrate", "web", "worker", "beat"}
ENDS = {"migrate"}


def problems(text: str, example: str) -> list[str]:
    """What is wrong with a compose file and the .env.example beside it; empty when nothing is."""
    compose = yaml.safe_load(text)
    found = [f"specification: {error.message}" for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(compose)]
    return found or [*_services(compose), *_volumes(compose), *_variables(text, example)]


def _services(compose: dict[str, Any]) -> Iterator[str]:
    services = compose["services"]
    if missing := SERVICES - set(services):
        yield f"no service {', '.join(sorted(missing))}"
    for name, service in services.items():
        if name not in ENDS and "healthcheck" not in service:
            yield f"{name} has no health check"
        for needed, how in service.get("depends_on", {}).items():
            if needed not in services:
                yield f"{name} depends on {needed}, which is not there"
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[needed]:
                yield f"{name} waits for the health of {needed}, which has no health check"
            elif how["condition"] == "service_completed_successfully" and needed not in ENDS:
                yield f"{name} waits for the end of {needed}, which does not end"
    owner = [name for name, service in services.items() if "app_owner" in json.dumps(service)]
    if owner != ["migrate"]:
        yield f"the owner's role is known to {', '.join(owner) or 'nobody'} rather than to migrate alone"
    database = services.get("postgres", {})
    if not any(str(volume).endswith(":/var/lib/postgresql") for volume in database.get("volumes", [])):
        yield "postgres:18 keeps its data in /var/lib/postgresql, where no volume is mounted"
    if "--locale-provider=builtin --builtin-locale=C.UTF-8" not in str(database.get("environment")):
        yield "the database's locale differs from the embedded one"


def _volumes(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                if not (ROOT / source).exists():
                    yield f"{name} mounts {source}, which is not there"
            elif source not in compose.get("volumes", {}):
                yield f"{name} mounts the volume {source}, which is not declared"


def _variables(text: str, example: str) -> Iterator[str]:
    offered = dict(line.split("=", 1) for line in example.splitlines() if "=" in line and not line.startswith("#"))
    used: set[str] = set()
    for match in VARIABLE.finditer("\n".join(line.split(" #")[0] for line in text.splitlines())):
        if match["bare"]:
            yield f"${match['bare']} is written without braces"
            continue
        name, rest = match["name"], match["rest"]
        used.add(name)
        if SECRET.search(name) and name not in MAY_BE_EMPTY and not rest.startswith(":?"):
            yield f"{name} is a secret and must be demanded: ${{{name}:?...}}"
        if not rest.startswith((":?", ":-")):
            yield f"{name} has neither a default nor a demand"
    for name in sorted(used ^ set(offered)):
        yield f"{name} is in only one of docker-compose.yml and .env.example"
    for name, value in offered.items():
        if SECRET.search(name) and value:
            yield f".env.example gives the secret {name} a value"


def main() -> None:
    """Exit code 1 with a line for each problem."""
    found = problems((ROOT / "docker-compose.yml").read_text(), (ROOT / ".env.example").read_text())
    if found:
        sys.exit("\n".join(f"docker-compose.yml: {problem}" for problem in found))


if __name__ == "__main__":
    main()
