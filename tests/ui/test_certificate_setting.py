"""Private certificates: checked before they are chosen, rejected with a message, and removable."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from desktop_chat.core.reports import CertificatesUnconfirmed
from desktop_chat.ui.dialogs.certificate_question import ask_to_trust
from desktop_chat.ui.settings.certificate_setting import CertificateChoice
from desktop_chat.ui.settings.connections_page import ConnectionList
from desktop_chat.ui.widgets.async_dialog import Question

CA = Path(__file__).parents[1] / "data" / "tls" / "ca.pem"


@pytest.fixture
async def page(here: World) -> ConnectionList:
    return here.show(ConnectionList(here.context))


async def choose(page: ConnectionList, file: Path) -> None:
    page.certificates.choose_button.click()
    await until(lambda: page.findChildren(QFileDialog))
    [chooser] = page.findChildren(QFileDialog)
    chooser.findChildren(QLineEdit)[0].setText(str(file))
    chooser.accept()
    await until(lambda: not page.findChildren(QFileDialog))


async def test_a_file_is_chosen_and_removed(here: World, page: ConnectionList) -> None:
    choice = page.certificates
    assert not choice.remove_button.isVisible()
    await choose(page, CA)
    await until(lambda: here.preferences.settings.ca_file == str(CA))
    assert here.secrets.fingerprint == hashlib.sha256(CA.read_bytes()).hexdigest()
    assert choice.remove_button.isVisible()
    assert not choice.problem.isVisible()
    assert "ca.pem" in choice._hint()
    choice.remove_button.click()
    assert here.preferences.settings.ca_file == ""
    assert not choice.remove_button.isVisible()
    assert page.focusWidget() is choice.choose_button


async def test_a_file_without_certificates_is_rejected(here: World, page: ConnectionList, tmp_path: Path) -> None:
    file = tmp_path / "letter.pem"
    file.write_text("Dear friend")
    await choose(page, file)
    await until(page.certificates.problem.isVisible)
    assert page.certificates.problem.text() == "This file contains no certificate. It must be a PEM file."
    assert here.preferences.settings.ca_file == ""
    await choose(page, CA)
    await until(lambda: not page.certificates.problem.isVisible())


async def test_a_missing_chosen_file_is_reported(here: World, page: ConnectionList, tmp_path: Path) -> None:
    here.preferences.update(ca_file=str(tmp_path / "gone.pem"))
    later = here.show(ConnectionList(here.context))
    await until(later.certificates.problem.isVisible)
    assert later.certificates.problem.text() == "The certificate file cannot be read."


async def test_changed_certificates_are_trusted_after_a_question_that_names_them(
    here: World, page: ConnectionList
) -> None:
    report = CertificatesUnconfirmed("/somewhere/mine.pem", "ab12" * 16, ("CN=Mine", "CN=Theirs"))
    for accept in (False, True):
        asking = asyncio.ensure_future(ask_to_trust(page, here.context, report))
        await until(lambda: page.findChildren(Question))
        [question] = page.findChildren(Question)
        texts = " ".join(label.text() for label in question.findChildren(QLabel))
        for part in ("/somewhere/mine.pem", "CN=Mine\nCN=Theirs", "ab12 ab12"):
            assert part in texts
        if accept:
            question._accept.click()
        else:
            QTest.keyClick(question, Qt.Key.Key_Return)
        await asking
        assert here.secrets.fingerprint == (report.fingerprint if accept else None)
    assert here.preferences.settings.ca_file == "/somewhere/mine.pem"


async def test_its_buttons_have_distinct_names(page: ConnectionList) -> None:
    choice: CertificateChoice = page.certificates
    assert choice.choose_button.accessibleName() == "Choose certificates"
    assert choice.remove_button.accessibleName() == "Remove certificates"
