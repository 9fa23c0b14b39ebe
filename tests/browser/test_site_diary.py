"""The site diary on a phone: a photo and its position, without network, sent once."""

import io

import pytest
from PIL import Image

PHONE = {"width": 390, "height": 844}
PAGE = "/srm/m/site"
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
AGADIR = {"latitude": 30.4278, "longitude": -9.5981}


def photo() -> dict:
    """What the camera of a phone gives: large, and not square."""
    stream = io.BytesIO()
    Image.new("RGB", (2400, 1800), (90, 120, 60)).save(stream, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def open_page(phone) -> None:
    """Open the page and wait until the phone keeps it."""
    page = phone.page
    phone.goto(PAGE)
    page.wait_for_selector(".card.project")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    page.wait_for_selector(".card.project")


def write_entry(phone, lang: str) -> None:
    page = phone.page
    page.click(".card.project >> nth=0")
    page.fill("textarea", f"Tranchée ouverte {lang}")
    page.set_input_files("input[name=photo]", photo())
    page.wait_for_selector(".photos[data-count='1']")
    page.wait_for_function(
        "document.querySelector('.position').textContent.includes('30.42')"
    )
    phone.screenshot(f"site_entry_{lang}")
    page.click(".bottom .primary")
    page.wait_for_selector(".network[data-waiting='1']")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_photo_without_network(browser_page, lang):
    office = browser_page(lang=lang, login="project.manager")
    phone = browser_page(
        lang=lang,
        login="project.manager",
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        geolocation=AGADIR,
        permissions=["geolocation"],
    )
    open_page(phone)
    phone.screenshot(f"site_projects_{lang}")
    page = phone.page
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".network[data-state=offline]")
    write_entry(phone, lang)
    domain = [["text", "=", f"Tranchée ouverte {lang}"]]
    assert office.call("srm.site.entry", "search_count", [domain]) == 0

    page.context.set_offline(False)
    page.wait_for_selector(".network[data-waiting='0']")
    page.wait_for_selector(".network[data-state=online]")
    names = ["photo_count", "latitude", "longitude", "photo_ids"]
    (entry,) = office.call("srm.site.entry", "search_read", [domain, names])
    assert entry["photo_count"] == 1
    assert round(entry["latitude"], 3) == round(AGADIR["latitude"], 3)
    address = f"{office.server.base_url}/web/image/{entry['photo_ids'][0]}"
    picture = Image.open(io.BytesIO(office.page.request.get(address).body()))
    assert max(picture.size) == 1600
    office.goto("/odoo/action-srm_projects.action_srm_site_entry")
    office.page.wait_for_selector(".o_kanban_view .o_kanban_record img")
    office.screenshot(f"site_diary_{lang}")
    phone.errors[:] = [
        error for error in phone.errors if not any(sign in error for sign in OFFLINE)
    ]
