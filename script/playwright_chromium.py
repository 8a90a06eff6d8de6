"""Print the path of the Chromium that Playwright has downloaded, where it has."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = Path(playwright.chromium.executable_path)
if not path.is_file():
    sys.exit(1)
print(path)
