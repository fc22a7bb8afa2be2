"""Every kind of credentials, on servers that want them: right, wrong and missing."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bus import until
from certificates import Authority
from kryten_protocol import ProtocolError
from kryten_protocol.runtime.nats.connect import connect_nats
from kryten_protocol.runtime.transport.transport import TransportStatus
from nats_accounts import Accounts, new_seed, public_key
from nats_server import NatsServer

Serve = Callable[[str], NatsServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers with a configuration, and stops them after the test."""
    servers: list[NatsServer] = []

    def start(configuration: str) -> NatsServer:
        servers.append(NatsServer(configuration=configuration, jetstream=False))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


async def let_in(servers: str | list[str], **options: Any) -> None:
    transport = await connect_nats(servers, **options)
    await transport.flush()
    await transport.close()


async def refusal(servers: str, **options: Any) -> str:
    """What the refusal says."""
    with pytest.raises(ProtocolError) as refused:
        await connect_nats(servers, **options)
    assert refused.value.code == "connection_failed"
    return str(refused.value)


async def test_a_password_is_asked_for_taken_and_refused_without_being_shown(serve: Serve) -> None:
    url = serve('authorization { user: "alice", password: "right horse" }').url
    await let_in(url, user="alice", password="right horse")
    at = f"[connection_failed] cannot connect to {url}: the server"
    said = await refusal(url, user="alice", password="battery")
    assert said == f'{at} refuses the password of the user "alice"; check it, and that it is meant for this server'
    assert await refusal(url) == f"{at} wants credentials; give user and password, token, credentials_file or nkey"


async def test_a_token_is_asked_for_taken_and_refused_without_being_shown(serve: Serve) -> None:
    url = serve('authorization { token: "right" }').url
    await let_in(url, token="right")
    said = await refusal(url, token="battery")
    assert "the server refuses the token; check it" in said
    assert "battery" not in said


async def test_an_address_may_hold_a_password_or_a_token_which_errors_leave_out(serve: Serve) -> None:
    url, other = (serve(f"authorization {{ {what} }}").url for what in ("user: a, password: right", "token: right"))
    await let_in(url.replace("//", "//a:right@"))
    await let_in(["nats://127.0.0.1:1", other.replace("//", "//right@")])
    said = await refusal(url.replace("//", "//a:battery@"))
    assert f'cannot connect to {url}: the server refuses the password of the user "a"' in said
    assert f"cannot connect to {other}: the server refuses the token" in await refusal(other.replace("//", "//x@"))


async def test_an_nkey_is_asked_for_taken_and_refused_without_being_shown(serve: Serve) -> None:
    seed, stranger = new_seed(), new_seed()
    url = serve(f"authorization {{ users: [{{ nkey: {public_key(seed)} }}] }}").url
    await let_in(url, nkey=f"{seed}\n")
    said = await refusal(url, nkey=stranger)
    assert "the server refuses the nkey; check it" in said
    assert stranger not in said
    fault = "`nkey` is not the seed of an nkey, which begins with SU; check the path and the content"
    assert await refusal(url, nkey="SUBROKEN") == f"[connection_failed] {fault}"


async def test_a_credentials_file_is_asked_for_taken_and_refused_by_its_name(serve: Serve, tmp_path: Path) -> None:
    accounts = Accounts()
    url = serve(accounts.configuration).url

    def write(name: str, content: str) -> str:
        (tmp_path / name).write_text(content)
        return str(tmp_path / name)

    await let_in(url, credentials_file=write("bot.creds", accounts.credentials()))
    stranger = write("stranger.creds", Accounts().credentials())
    assert f"the server refuses the credentials in {stranger}; check it" in await refusal(
        url, credentials_file=stranger
    )
    assert "the server wants credentials" in await refusal(url)
    for content in ("nothing of the kind", accounts.credentials().replace("\nSU", "\nSX")):
        broken = write("broken.creds", content)
        fault = f"{broken} is not a credentials file, which holds a JWT and a seed; check the path and the content"
        assert fault in await refusal(url, credentials_file=broken)
    missing = str(tmp_path / "missing.creds")
    assert f"the credentials file {missing} cannot be read" in await refusal(url, credentials_file=missing)


async def test_without_the_library_that_signs_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bot.creds").write_text(Accounts().credentials())
    monkeypatch.setitem(sys.modules, "nkeys", None)
    for options in ({"nkey": "SU"}, {"credentials_file": str(tmp_path / "bot.creds")}):
        assert "install this package with its extra `nkeys`" in await refusal("nats://127.0.0.1:1", **options)


async def test_certificates_are_asked_for_on_both_sides_taken_and_refused(serve: Serve, tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "one"), Authority(tmp_path / "other")
    own, bot, stranger = authority.issue("server"), authority.issue("bot"), other.issue("stranger")
    trusted = authority.identity.certificate
    files = f'cert_file: "{own.certificate}", key_file: "{own.key}", ca_file: "{trusted}"'
    url = serve(f"tls {{ {files}, verify: true }}").url
    tls = {"ca_file": trusted, "cert_file": bot.certificate, "key_file": bot.key}
    await let_in(url, tls=tls)
    for chosen in (
        {"ca_file": trusted, "cert_file": stranger.certificate, "key_file": stranger.key},
        {"ca_file": trusted},
    ):
        assert "does not accept our certificate; check cert_file of tls, or give one" in await refusal(url, tls=chosen)
    assert "the server's certificate is signed by nobody we trust; give its authority in ca_file of tls" in (
        await refusal(url, tls={**tls, "ca_file": other.identity.certificate})
    )
    assert "the key in key_file of tls is not that of the certificate in cert_file" in (
        await refusal(url, tls={**tls, "key_file": stranger.key})
    )
    for option in ("ca_file", "cert_file"):
        said = await refusal(url, tls={**tls, option: "/nowhere.pem"})
        assert "/nowhere.pem" in said
        assert f"{option} of tls, cannot be used: No such file or directory; check the path and the content" in said


async def test_a_server_without_tls_is_told_from_one_whose_certificate_is_bad(serve: Serve) -> None:
    url = serve("").url
    for servers, options in ((url, {"tls": {}}), (url.replace("nats://", "tls://"), {})):
        assert "the server does not speak TLS; leave out tls" in await refusal(servers, **options)


# The NATS client leaves connections that were refused to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*StreamWriter:pytest.PytestUnraisableExceptionWarning")
async def test_a_credentials_file_is_read_again_for_each_connection_so_that_it_may_be_renewed_even_late(
    serve: Serve, tmp_path: Path
) -> None:
    before, after, file = Accounts(), Accounts(), tmp_path / "bot.creds"
    file.write_text(before.credentials())
    server = serve(before.configuration)
    transport = await connect_nats(server.url, credentials_file=str(file), reconnect_time_wait=0)
    statuses: list[TransportStatus] = []
    transport.on_status(statuses.append)
    server.crash()
    file.unlink()
    server.reconfigure(after.configuration)
    server.restart()
    await until(lambda: [status for status in statuses if status.kind == "refused"])
    refused = next(status for status in statuses if status.kind == "refused")
    assert f"the server refuses the credentials in {file}; check it" in str(refused.error)
    (tmp_path / "new.creds").write_text(after.credentials())
    await asyncio.to_thread((tmp_path / "new.creds").rename, file)
    await until(lambda: statuses[-1].kind == "reconnected")
    await transport.flush()
    await transport.close()
    # Here and not in the test after it.
    gc.collect()
