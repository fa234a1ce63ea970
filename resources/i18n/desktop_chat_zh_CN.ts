<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DesktopChat</name>
    <message>
        <location filename="desktop_chat/ui/asking.py"/>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/asking.py"/>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/i18n.py"/>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/i18n.py"/>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/i18n.py"/>
        <source>Last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/i18n.py"/>
        <source>Last 30 days</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
