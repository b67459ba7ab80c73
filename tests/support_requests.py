"""Requests as a page sends them, and what the server says."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid

JSON = {"Content-Type": "application/json"}


def answer(comfy, path, body=None, headers=None):
    """Status, content type and content of what the server says."""
    request = urllib.request.Request(comfy.url + path, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers.get_content_type(), response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


def refusal(comfy, path, body=None, headers=None):
    """Status and code of an answer that must be a refusal in words."""
    status, kind, content = answer(comfy, path, body, headers)
    assert kind == "application/json"
    refused = json.loads(content)
    assert set(refused) == {"code", "message"}
    assert refused["message"].count(". ") >= 1, "A fact, then what to do."
    return status, refused["code"]


def form(**fields):
    """A form in the bytes that a browser sends, and its content type. A file is a pair of its name and content."""
    boundary = uuid.uuid4().hex
    body = b""
    for name, value in fields.items():
        file, content = value if isinstance(value, tuple) else (None, value.encode())
        disposition = f'form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
        body += f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
