"""Configurations: of files, values and the environment, with all that is wrong told at once."""

from __future__ import annotations

import json
import logging
import random
import sys
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from kryten_protocol import Client, ProtocolError, Retry, ServiceInfo
from kryten_protocol.config import KRYTEN_CLIENT_CONFIG, Configuration, Environment, Value, load_configuration
from kryten_protocol.http import serve_http
from kryten_protocol.models import ClientConfig
from kryten_protocol.runtime.config.load import Source
from nats_server import NatsServer

VALUE: dict[str, Any] = {
    "nats": {"servers": ["nats://a", "nats://b"], "user": "bot", "password": "${PASSWORD}", "connect_timeout": 5},
    "channels": [{"domain": "cytu.be", "channel": "lounge"}],
    "service": None,
    "log_level": "DEBUG",
}
YAML = """# A comment.
nats:
  servers: [nats://a, "nats://b"]
  user: bot
  password: ${PASSWORD}
  connect_timeout: 5
channels:
  - { domain: cytu.be, channel: lounge }
service:
log_level: DEBUG
"""
LEAST = "nats: { servers: [nats://a] }\nchannels: [{ domain: cytu.be, channel: lounge }]\n"
PASSWORD = {"PASSWORD": "secret"}


def load(
    source: Source, variables: Mapping[str, str] | None = None, own: tuple[str, ...] = ()
) -> Configuration[ClientConfig]:
    return load_configuration(KRYTEN_CLIENT_CONFIG, source, variables=variables or {}, own=own)


def findings(source: Source, variables: Mapping[str, str] | None = None) -> list[str]:
    """What a refusal says, without its folder, line by line."""
    with pytest.raises(ProtocolError) as refused:
        load(source, variables)
    assert (refused.value.code, refused.value.ref) == ("invalid_configuration", "kryten/config/client")
    first, *lines = refused.value.raw_message.split("\n  ")
    assert first == "this is no configuration of the form kryten/config/client:"
    folder = f"{Path(source).parent}/" if isinstance(source, str | Path) else "\0"
    return [line.replace(folder, "") for line in lines]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.yaml"


def written(file: Path, content: str | bytes) -> Path:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("how", ["YAML", "JSON", "value"])
def test_it_is_read_from_a_file_or_a_value_which_stays_as_it_is(tmp_path: Path, how: str) -> None:
    before = deepcopy(VALUE)
    source: Source = Value(VALUE)
    if how == "YAML":
        source = written(tmp_path / "bot.yaml", YAML)
    elif how == "JSON":
        source = str(written(tmp_path / "bot.json", json.dumps(VALUE)))
    value = load(source, PASSWORD).value
    assert (value.nats.servers, value.nats.user, value.nats.password) == (["nats://a", "nats://b"], "bot", "secret")
    assert (value.nats.connect_timeout, value.nats.ping_interval) == (5, 120)
    assert (value.channels[0].channel, value.service, value.log_level) == ("lounge", None, "DEBUG")
    assert before == VALUE


def test_it_is_read_from_the_environment_each_setting_from_a_variable_of_its_own() -> None:
    environment = {
        "PATH": "/bin",
        "KRYTEN_NATS_SERVERS": "nats://a, nats://b",
        "KRYTEN_NATS_PASSWORD": "${not replaced}",
        "KRYTEN_NATS_PING_INTERVAL": "60",
        "KRYTEN_NATS_USER": "",
        "KRYTEN_CHANNELS": '[{ "domain": "cytu.be", "channel": "lounge" }]',
        "KRYTEN_SERVICE_NAME": "bot",
        "KRYTEN_SERVICE_ENABLE_HEARTBEAT": "false",
        "KRYTEN_CHAT_JITTER": "0.25",
        "KRYTEN_LOG_LEVEL": "ERROR",
    }
    value = load(Environment(environment)).value
    assert (value.nats.servers, value.nats.password, value.nats.user) == (
        ["nats://a", "nats://b"],
        "${not replaced}",
        None,
    )
    assert (value.nats.ping_interval, value.chat_jitter, value.log_level) == (60, 0.25, "ERROR")
    assert value.service is not None
    assert (value.service.name, value.service.enable_heartbeat) == ("bot", False)
    other = {name.replace("KRYTEN_", "BOT_"): text for name, text in environment.items()} | {"KRYTEN_NONSENSE": "x"}
    assert load(Environment(other, "BOT_")).value == value


def test_it_sets_options_in_their_own_units_and_what_is_null_sets_none(file: Path) -> None:
    text = """
nats: { servers: [nats://a], user: null, creds: bot.creds, tls_ca: ca.pem, reconnect_time_wait: 3 }
channels: [{ domain: cytu.be, channel: lounge }]
service: { name: bot, version: 2.0.0, heartbeat_interval: 15, health_port: 80, enable_discovery: false }
metrics: { port: 8081, health_path: /alive }
retry_attempts: 2
retry_delay: 0.7
handler_timeout: 20
chat_min_delay: 0.5
log_level: WARNING
"""
    configuration = load(written(file, text))
    service = configuration.connect.pop("service")
    assert configuration.connect == {
        "servers": ["nats://a"],
        "nats": {
            "credentials_file": "bot.creds",
            "tls": {"ca_file": "ca.pem"},
            "connect_timeout": 10,
            "reconnect_time_wait": 3,
            "max_reconnect_attempts": -1,
            "ping_interval": 120,
        },
        "channels": [{"domain": "cytu.be", "channel": "lounge"}],
        "retry": Retry(times=2, delay=0.7),
        "handler_timeout": 20,
        "max_concurrent_handlers": 1000,
        "pace": {"chat": {"delay": 0.5, "jitter": 0.5}},
    }
    assert (service.name, service.version, service.heartbeat_interval) == ("bot", "2.0.0", 15)
    assert service.endpoints["health"]["port"] == 80
    assert (service.plays("poll"), service.plays("heartbeat")) == (False, True)
    assert configuration.http == {"port": 8081, "paths": {"health": "/alive", "metrics": "/metrics"}}
    assert configuration.log_level == logging.WARNING


def test_a_service_may_be_told_to_say_nothing() -> None:
    service = {"name": "bot", "enable_lifecycle": False, "enable_heartbeat": True}
    assert load(Value({**VALUE, "service": service}), PASSWORD).connect["service"].lifecycle is False


async def test_a_client_and_its_endpoint_take_what_it_sets(nats_server: NatsServer) -> None:
    value = {
        "nats": {"servers": [nats_server.url]},
        "channels": [{"domain": "cytu.be", "channel": "lounge"}],
        "service": {"name": "bot"},
        "metrics": {"port": 8081},
    }
    configuration = load(Value(value))
    async with await Client.connect(**configuration.connect) as client:
        assert configuration.http is not None
        endpoint = await serve_http(client, **{**configuration.http, "port": 0})
        assert endpoint.port > 0
        assert [channel.address["channel"] for channel in client.channels] == ["lounge"]
        health = client.health()
        assert health.service is not None
        assert (health.service.name, health.service.version) == ("bot", "1.0.0")


def test_it_has_settings_of_the_programs_own_beside_it(file: Path) -> None:
    path = written(file, f"{LEAST}greeting: {{ text: '${{WHO:-nobody}}' }}\n")
    assert load(path, {"WHO": "Ola"}, own=("greeting",)).own == {"greeting": {"text": "Ola"}}
    assert "bot.yaml:3:1 /greeting is not a known field" in findings(path)


def test_it_shows_no_secret_when_it_is_printed() -> None:
    value = {**VALUE, "nats": {"servers": ["nats://ola:hunter2@a"], "password": "hunter2"}}
    configuration = load(Value(value), own=("extra",))
    assert "hunter2" not in f"{configuration} {configuration!r}"
    assert "nats://[redacted]@a" in str(configuration)
    assert configuration.connect["nats"]["password"] == "hunter2"


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("${A}", {"A": "x"}, "x"),
        ("<${A}${B}>", {"A": "x", "B": "y"}, "<xy>"),
        ("${A:-usual}", {}, "usual"),
        ("${A:-usual}", {"A": ""}, "usual"),
        ("${A:-}", {}, ""),
        ("${A}", {"A": ""}, ""),
        ("${A}", {"A": "${B}", "B": "never"}, "${B}"),
        ("$${A} $A {A} $", {"A": "x"}, "${A} $A {A} $"),
    ],
)
def test_variables_are_replaced(text: str, variables: dict[str, str], expected: str) -> None:
    value = {**VALUE, "nats": {"servers": ["a"], "user": text}}
    assert load(Value(value), variables).value.nats.user == expected


def test_they_are_replaced_in_texts_alone_neither_in_names_nor_in_the_text_of_the_file(file: Path) -> None:
    path = written(file, f"{LEAST}# ${{NOWHERE}}\n'${{A}}': 1\n")
    assert findings(path, {"A": "log_level"}) == ["bot.yaml:4:1 /${A} is not a known field"]
    hostile = '", "password": "x'
    value = load(written(file, LEAST.replace("}", ", user: '${A}' }", 1)), {"A": hostile}).value
    assert (value.nats.user, value.nats.password) == (hostile, None)


def test_they_may_stand_for_numbers_switches_and_lists_where_the_setting_is_one(file: Path) -> None:
    text = "nats: { servers: '${U}' }\nchannels: '${C}'\nchat_jitter: ${J}\nservice: { name: a, enable_lifecycle: '${S}' }\n"
    channels = '[{"domain": "cytu.be", "channel": "lounge"}]'
    value = load(written(file, text), {"U": "a,b", "C": channels, "J": "0.25", "S": "false"}).value
    assert (value.nats.servers, value.channels[0].channel, value.chat_jitter) == (["a", "b"], "lounge", 0.25)
    assert value.service is not None
    assert value.service.enable_lifecycle is False


def test_variables_that_are_not_set_are_findings_that_name_them_and_where(file: Path) -> None:
    text = f"""
nats:
  servers: ['${{HOST}}']
  ping_interval: ${{TIME}}
  user: '${{USER:-${{OTHER}}}}'
{LEAST.splitlines()[1]}
log_level: ${{}}
"""
    assert findings(written(file, text)) == [
        "bot.yaml:3:13 /nats/servers/0 names the variable HOST, which is not set; set it, or give a default",
        "bot.yaml:4:3 /nats/ping_interval names the variable TIME, which is not set; set it, or give a default",
        "bot.yaml:5:3 /nats/user has a ${ within the default of USER; a default is plain text",
        "bot.yaml:7:1 /log_level has a ${ that begins neither ${NAME} nor ${NAME:-default}; write $${ for a plain one",
    ]


def test_by_default_the_environment_of_the_process_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "from the process")
    loaded = load_configuration(KRYTEN_CLIENT_CONFIG, Value(VALUE))
    assert loaded.value.nats.password == "from the process"


def test_what_is_wrong_is_told_at_once_with_line_and_column_and_what_was_meant(file: Path) -> None:
    text = "nat:\n  servers: []\nmetrics: { prot: 80, port: -1 }\nhandler_timeout: nearly\nchannels: []\n"
    assert findings(written(file, text)) == [
        'bot.yaml:1:1 /nat is not a known field; did you mean "nats"?',
        "bot.yaml:1:1 /nats is missing",
        "bot.yaml:3:12 /metrics/prot is not a known field",
        "bot.yaml:3:22 /metrics/port must be at least 1, not -1",
        'bot.yaml:4:1 /handler_timeout must be a number, not "nearly"',
        "bot.yaml:5:1 /channels must have at least 1 item, not 0",
    ]


def test_in_a_value_it_is_told_by_its_place() -> None:
    assert findings(Value({"nats": {"servers": []}, "channels": "lounge"})) == [
        '/channels must be an array, not "lounge"',
        "/nats/servers must have at least 1 item, not 0",
    ]
    assert findings(Value(None)) == ["the value must be an object, not null"]


def test_in_the_environment_it_is_told_by_the_variable() -> None:
    environment = {"KRYTEN_NATS_SERVER": "a", "KRYTEN_CHAT_JITTER": "some", "KRYTEN_CHANNELS": "["}
    assert findings(Environment(environment)) == [
        'KRYTEN_CHANNELS must be an array, not "["',
        'KRYTEN_CHAT_JITTER must be a number, not "some"',
        "KRYTEN_NATS_SERVERS is missing",
        'the environment has KRYTEN_NATS_SERVER, which is no setting; did you mean "KRYTEN_NATS_SERVERS"?',
    ]


def test_it_is_told_without_showing_a_secret(file: Path) -> None:
    text = LEAST.replace("[nats://a]", "[{ url: 'nats://ola:hunter2@a' }], password: 12345")
    said = findings(written(file, text))
    assert [line.split(" must ")[0] for line in said] == [
        "bot.yaml:1:19 /nats/servers/0",
        "bot.yaml:1:53 /nats/password",
    ]
    assert not {"hunter2", "12345"} & set("".join(said).replace("@", " ").replace(":", " ").split())


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("missing.yaml", None, "missing.yaml cannot be read: No such file or directory"),
        ("bot.yaml", b"a\xff", "bot.yaml cannot be read: 'utf-8' codec can't decode"),
        ("bot.json", '{\n  "nats": {\n', "bot.json:3:1 cannot be read: Expecting property name"),
        ("bot.json", "[" * 200 + "]" * 200, "bot.json cannot be read: the message nests deeper than 100 levels"),
        ("bot.yaml", "nats:\n  servers: [a\nchannels:\n", "bot.yaml:3:9 cannot be read: while parsing a flow sequence"),
        ("bot.yaml", "a: 1\na: 2\n", "bot.yaml:2:1 cannot be read: names in a group must be unique"),
        ("bot.yaml", "? [a]\n: 2\n", "bot.yaml:1:3 cannot be read: the name of a setting is a text"),
        ("bot.yaml", "nats: *nothing\n", "bot.yaml:1:7 cannot be read: found undefined alias"),
        (
            "bot.yaml",
            "nats: { user: ${USER} }\n",
            "bot.yaml:1:16 cannot be read: within { } and [ ], a variable has quotes",
        ),
        ("bot.yaml", "a: 1\n---\nb: 2\n", "bot.yaml:2:1 cannot be read: it holds several documents, and is to be one"),
        (
            "bot.yaml",
            "nats: &all\n  a: *all\n",
            "bot.yaml cannot be read: it nests deeper than 100 levels, or contains",
        ),
        (
            "bot.yaml",
            "nats: !!python/name:os.system x\n",
            "bot.yaml:1:7 cannot be read: the tag tag:yaml.org,2002:python",
        ),
        ("bot.yaml", "a: \x01\n", "bot.yaml cannot be read: unacceptable character"),
        ("bot.yaml", "", "bot.yaml:1:1 must be an object, not null"),
    ],
)
def test_what_cannot_be_read_is_told_as_such(
    tmp_path: Path, name: str, content: str | bytes | None, expected: str
) -> None:
    path = tmp_path / name
    if content is not None:
        written(path, content)
    (only,) = findings(path)
    assert only.startswith(expected)


def test_a_few_lines_that_stand_for_millions_are_told_as_such(file: Path) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (only,) = findings(written(file, "\n".join(lines)))
    assert "cannot be read: it says more than anybody writes" in only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"),
        ("2026-01-31", "2026-01-31"),
        ("1:30", "1:30"),
        ("true", True),
        ("~", None),
        ("010", 10),
        ("0x10", 16),
        ("1e3", 1000.0),
        ("'1'", "1"),
        ("<<", "<<"),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(file: Path, text: str, expected: object) -> None:
    path = written(file, f"{LEAST}mine: {text}\n")
    assert load(path, own=("mine",)).own == {"mine": expected}


def test_without_the_library_for_yaml_the_error_says_what_to_install(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.delitem(sys.modules, "kryten_protocol.runtime.config.yaml_document", raising=False)
    (only,) = findings(written(file, LEAST))
    assert "install this package with its extra `yaml`" in only
    assert load(written(tmp_path / "bot.json", json.dumps(VALUE)), PASSWORD).value.nats.user == "bot"


@pytest.mark.parametrize("seed", range(200))
def test_whatever_the_text_of_a_file_is_it_is_a_configuration_or_a_finding(file: Path, seed: int) -> None:
    choose = random.Random(seed)
    pieces = [
        "nats:",
        "\n",
        "  ",
        "servers",
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "&a",
        "*a",
        "${",
        '"',
        "1",
        "%",
        "!!binary ",
    ]
    path = written(file, "".join(choose.choices(pieces, k=choose.randrange(20))))
    try:
        load(path)
    except ProtocolError as error:
        assert error.code == "invalid_configuration"


def test_service_info_says_what_it_does_by_itself() -> None:
    some = ServiceInfo("bot", lifecycle={"heartbeat": False})
    assert (some.plays("heartbeat"), some.plays("startup")) == (False, True)
