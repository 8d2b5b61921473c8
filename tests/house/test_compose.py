"""The compose file keeps to the specification: a test is the only reader it has before a customer."""

import re

import pytest
import yaml

from tests.house.compose import ROOT, SERVICES, problems

COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def test_the_compose_file_and_its_example_have_no_problem() -> None:
    assert problems(COMPOSE, EXAMPLE) == []
    assert set(yaml.safe_load(COMPOSE)["services"]) == SERVICES


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("    shm_size: 256mb", "    shm_sise: 256mb", "specification: 'shm_sise' does not match"),
        ("condition: service_healthy", "condition: service_well", "specification: "),
        ("${POSTGRES_PASSWORD:?set it in .env}", "${POSTGRES_PASSWORD:-postgres}", "POSTGRES_PASSWORD is a secret"),
        ("${BASE_URL:?set it in .env}", "${BASE_URL}", "BASE_URL has neither a default nor a demand"),
        ("$$REDISCLI_AUTH", "$REDISCLI_AUTH", "$REDISCLI_AUTH is written without braces"),
        ("postgres:/var/lib/postgresql", "postgres:/var/lib/postgresql/data", "postgres:18 keeps its data in"),
        ("--builtin-locale=C.UTF-8", "--builtin-locale=C", "the database's locale differs"),
        ("volumes:\n  postgres: {}", "volumes:", "postgres mounts the volume postgres, which is not declared"),
        ("      BIND: 0.0.0.0:8000", "      BIND: app_owner", "the owner's role is known to migrate, web"),
        (
            "./adoption/roles.sql:/",
            "./adoption/rules.sql:/",
            "postgres mounts ./adoption/rules.sql, which is not there",
        ),
    ],
)
def test_a_mistake_is_found(right: str, wrong: str, problem: str) -> None:
    assert right in COMPOSE
    assert any(found.startswith(problem) for found in problems(COMPOSE.replace(right, wrong), EXAMPLE))


def test_a_variable_that_nobody_explains_and_a_secret_given_away_are_found() -> None:
    assert problems(COMPOSE, EXAMPLE.replace("BEHIND_PROXY=true\n", "")) == [
        "BEHIND_PROXY is in only one of docker-compose.yml and .env.example"
    ]
    assert problems(COMPOSE, EXAMPLE.replace("SECRET_KEY=", "SECRET_KEY=changeme")) == [
        ".env.example gives the secret SECRET_KEY a value"
    ]


def test_the_image_runs_as_nobody_in_particular_and_keeps_no_secret() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    last = dockerfile.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert not re.search(r"^(ENV|ARG).*(SECRET|PASSWORD|TOKEN|_URL)", dockerfile, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", "var", "node_modules"} <= set(ignored)


def test_the_containers_run_the_commands_that_quickstart_runs() -> None:
    services = yaml.safe_load(COMPOSE)["services"]
    quickstart = (ROOT / "adoption/tenancy/management/commands/quickstart.py").read_text()
    for name in ("worker", "beat", "web"):
        for argument in services[name]["command"][1:]:
            assert f'"{argument}"' in quickstart, f"{name}: {argument}"
