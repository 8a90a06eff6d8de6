"""What `openvisit up` says once it is ready."""

from pathlib import Path

from openvisit.settings import Settings

DEMO_ACCOUNTS = ("patient@demo.test", "provider@demo.test", "staff@demo.test", "admin@demo.test")
DEMO_PASSWORD = "openvisit-demo"  # noqa: S105 - published on purpose, for the development profile alone
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def summary(settings: Settings, seconds: float, *, demo: bool) -> str:
    """Address, demo accounts where they were made, mail, data, how to stop."""
    address = settings.public_url
    rows = [("Open", address)]
    if demo:
        rows += [("Sign in as", ", ".join(DEMO_ACCOUNTS)), ("", f"password {DEMO_PASSWORD}")]
    if settings.development:
        rows += [("Mail", f"{address}/dev/mail")]
    rows += [("API", f"{address}/api/docs"), ("Data", settings.openvisit_data_dir)]
    rows += [("Logs", str(Path(settings.openvisit_data_dir) / "log")), ("Stop", "Ctrl-C")]
    if demo and settings.host not in _LOOPBACK:
        rows.append(("Careful", "others on the network can reach this, and the demo passwords are public"))
    lines = [f"  {name:<11}{value}" for name, value in rows]
    return "\n".join([f"\nReady in {seconds:.1f} s\n", *lines])
