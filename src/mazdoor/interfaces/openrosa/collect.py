"""The settings of ODK Collect as its QR code carries them: JSON, compressed by zlib, in base64.

Keys: https://docs.getodk.org/collect-import-export/ . What the code leaves out falls back to Collect's own default.
"""

from __future__ import annotations

import base64
import io
import json
import zlib
from typing import Any

import segno


def settings_of(*, address: str, username: str, secret: str, project: str) -> dict[str, Any]:
    """Settings of one device: forms follow the server, filled ones are sent by any network and then leave the device."""
    return {
        "general": {
            "protocol": "odk_default",
            "server_url": address.rstrip("/"),
            "username": username,
            "password": secret,
            "form_update_mode": "match_exactly",
            "automatic_update": True,
            "autosend": "wifi_and_cellular",
            "delete_send": True,
            "app_language": "ur",
            "metadata_username": username,
        },
        "admin": {"change_server": False, "change_protocol_settings": False},
        "project": {"name": project, "icon": "م", "color": "#0b5a3c"},
    }


def encode(settings: dict[str, Any]) -> str:
    """The text of the code."""
    return base64.b64encode(zlib.compress(json.dumps(settings, ensure_ascii=False).encode())).decode()


def picture(text: str) -> str:
    """The code as SVG for a page: no scripts, no outside, sized by its surroundings."""
    out = io.BytesIO()
    segno.make(text, micro=False, error="l").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff", unit=None
    )
    return out.getvalue().decode()
