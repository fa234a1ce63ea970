"""The Chinese window from its first start, and switching between both languages without a restart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from shown_words import left_in_chinese, left_in_english, words_on_screen

from desktop_chat.core.entities import Connection, Status
from desktop_chat.ui.settings.setting_rows import Choice
from desktop_chat.ui.settings.settings_dialog import PAGES, SettingsDialog


@pytest.fixture
def desk(chinese_desk: Desk) -> Desk:
    return chinese_desk


def shown(*words: str) -> Callable[[], bool]:
    """Return whether all these words are on the screen."""
    return lambda: set(words) <= words_on_screen()


def context_window_of(kind: type[QWidget], desk: Desk) -> QWidget:
    return next(widget for widget in desk.window.findChildren(kind) if widget.isVisible())


async def start_the_demo(desk: Desk) -> None:
    desk.click("开始演示")
    await desk.until(shown("预设回复，没有 AI，任何内容都不会离开这台电脑。"))


async def test_a_first_question_is_answered_in_chinese(desk: Desk) -> None:
    await desk.until(shown("欢迎使用 Desktop Chat", "使用 API 密钥", "试用演示", "还没有对话"))
    await desk.until(lambda: not desk.sees_text("正在查找"), "the search for local servers has ended")
    assert desk.window.windowTitle() == "Desktop Chat"
    assert left_in_english() == []
    await start_the_demo(desk)
    assert {"消息", "发送", "模型", "新标签页", "对话"} <= words_on_screen()
    assert left_in_english() == []
    desk.ask("给我看一个表格")
    reply = await desk.answered()
    assert reply.status is Status.COMPLETE
    assert "行星" in reply.text
    await desk.until(shown("我", "对话记录", "完成", "演示（无 AI）", "今天", "给我看一个表格"))
    assert left_in_english() == []


async def test_a_reply_is_stopped_and_continued(desk: Desk) -> None:
    await start_the_demo(desk)
    desk.ask("长")
    await desk.speaking(characters=40)
    assert left_in_english() == []
    desk.click("停止")
    assert (await desk.answered()).status is Status.CANCELLED
    await desk.until(shown("已停止", "继续"))
    assert left_in_english() == []


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("401", ("“Here”还没有密钥。", "设置 API 密钥", "重试", "详情")),
        ("404-model", ("服务器上没有模型 404-model。", "选择模型", "重试")),
        ("404-html", ("地址可能有误：那里没有模型服务器应答。地址通常以 /v1 结尾。", "打开设置")),
        ("429-seconds", ("请求过于频繁，服务器要求等待 60 分钟。", "重试")),
        ("400-context", ("这个对话太长，超出了模型的上限。", "略去较早的消息", "开始新对话")),
        ("reset", ("连接已断开。", "继续", "重试")),
        ("length", ("达到长度上限，已截断", "继续")),
        ("refusal", ("模型拒绝回答",)),
    ],
)
async def test_errors_are_shown_in_chinese(
    desk: Desk, connection: Connection, model: str, words: tuple[str, ...]
) -> None:
    await desk.with_model(connection, model)
    desk.ask("潮汐是怎么形成的？")
    await desk.answered()
    await desk.until(shown(*words))
    assert left_in_english() == []


async def test_waiting_is_shown_in_chinese(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "silence")
    desk.ask("你好")
    await desk.until(lambda: any(word.startswith("等待首个 token…") for word in words_on_screen()))
    assert left_in_english() == []
    desk.press(Qt.Key.Key_Escape)
    await desk.answered()
    await desk.until(shown("已停止", "重试"))


async def test_every_page_is_in_the_language_of_the_window(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "plain")
    desk.ask("你好")
    await desk.answered()
    for opens, expected in (
        (lambda: desk.window.open_settings("general"), "外观"),
        (lambda: desk.click("回收站"), "清空回收站"),
        (lambda: desk.press(Qt.Key.Key_F1), "第 1 至 8 个标签页"),
        (lambda: desk.click("模型"), "搜索或输入模型"),
        (lambda: desk.click("对话选项"), "系统提示词"),
        (lambda: desk.click("连接"), "连接…"),
    ):
        desk.window.activateWindow()
        opens()
        await desk.until(shown(expected), expected)
        assert left_in_english() == [], expected
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget is not desk.window:
                widget.close()
    for page in PAGES:
        desk.window.open_settings(page)
        assert left_in_english() == [], page


async def test_the_language_can_be_switched_without_a_restart(desk: Desk) -> None:
    await start_the_demo(desk)
    desk.ask("错误")
    await desk.answered()
    await desk.until(shown("服务器出了问题。"))
    desk.click("设置")
    await desk.until(shown("语言"))
    choose(desk, "en")
    await desk.until(
        shown("Language", "Settings", "Conversations", "Message", "The server reported an internal error.", "Continue")
    )
    assert {"Demo (no AI)", "New tab", "Transcript", "Model", "Send"} <= words_on_screen()
    assert left_in_chinese() == []
    for page in PAGES:
        desk.window.open_settings(page)
        assert left_in_chinese() == [], page
    desk.window.open_settings("general")
    choose(desk, "zh_CN")
    await desk.until(shown("语言", "设置", "对话", "消息", "服务器出了问题。", "继续"))
    assert left_in_english() == []
    assert desk.application.preferences.settings.language == "zh_CN"


def choose(desk: Desk, language: str) -> None:
    """Choose a language in its list with the keyboard."""
    dialog = context_window_of(SettingsDialog, desk)
    assert isinstance(dialog, SettingsDialog)
    choice = dialog.findChild(Choice, "language")
    row = choice.findData(language)
    choice.setCurrentIndex(row)
    choice.activated.emit(row)
