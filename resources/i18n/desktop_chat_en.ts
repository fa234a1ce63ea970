<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>DesktopChat</name>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Attach %n file(s)</source>
        <translation><numerusform>Attach %n file</numerusform><numerusform>Attach %n files</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>%n file(s) could not be read. Remove them or try again before you send.</source>
        <translation><numerusform>%n file could not be read. Remove it or try again before you send.</numerusform><numerusform>%n files could not be read. Remove them or try again before you send.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>Your message will be sent as soon as %n file(s) are read.</source>
        <translation><numerusform>Your message will be sent as soon as %n file is read.</numerusform><numerusform>Your message will be sent as soon as %n files are read.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>Reading %n file(s)...</source>
        <translation><numerusform>Reading %n file...</numerusform><numerusform>Reading %n files...</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>%n file(s)</source>
        <translation><numerusform>%n file</numerusform><numerusform>%n files</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>%n event(s)</source>
        <translation><numerusform>%n event</numerusform><numerusform>%n events</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/message_actions.py"/>
        <source>%n message(s) deleted.</source>
        <translation><numerusform>%n message deleted.</numerusform><numerusform>%n messages deleted.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Leave out %n earlier message(s)</source>
        <translation><numerusform>Leave out %n earlier message</numerusform><numerusform>Leave out %n earlier messages</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>%n tool(s)</source>
        <translation><numerusform>%n tool</numerusform><numerusform>%n tools</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>%n chosen</source>
        <translation><numerusform>%n chosen</numerusform><numerusform>%n chosen</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/tools_button.py"/>
        <source>%n tool(s) chosen</source>
        <translation><numerusform>%n tool chosen</numerusform><numerusform>%n tools chosen</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/usage_button.py"/>
        <source>%n token(s)</source>
        <translation><numerusform>%n token</numerusform><numerusform>%n tokens</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>%n model server(s) found.</source>
        <translation><numerusform>%n model server found.</numerusform><numerusform>%n model servers found.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>The connection works. The server lists %n model(s).</source>
        <translation><numerusform>The connection works. The server lists %n model.</numerusform><numerusform>The connection works. The server lists %n models.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>%n model(s)</source>
        <translation><numerusform>%n model</numerusform><numerusform>%n models</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/connections/preset_picker.py"/>
        <source>%n provider(s)</source>
        <translation><numerusform>%n provider</numerusform><numerusform>%n providers</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>%n conversation(s)</source>
        <translation><numerusform>%n conversation</numerusform><numerusform>%n conversations</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>%n message(s)</source>
        <translation><numerusform>%n message</numerusform><numerusform>%n messages</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Removing from disk: %n conversation(s) left. You can close this window; removal continues.</source>
        <translation><numerusform>Removing from disk: %n conversation left. You can close this window; removal continues.</numerusform><numerusform>Removing from disk: %n conversations left. You can close this window; removal continues.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>%n conversations and all their messages will be deleted. This cannot be undone.</source>
        <translation><numerusform>%n conversation and all its messages will be deleted. This cannot be undone.</numerusform><numerusform>%n conversations and all their messages will be deleted. This cannot be undone.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Import %n conversation(s)</source>
        <translation><numerusform>Import %n conversation</numerusform><numerusform>Import %n conversations</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>And %n more</source>
        <translation><numerusform>And %n more</numerusform><numerusform>And %n more</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>%n request(s)</source>
        <translation><numerusform>%n request</numerusform><numerusform>%n requests</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>%n byte(s)</source>
        <translation><numerusform>%n byte</numerusform><numerusform>%n bytes</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>%n conversation(s), the settings and the usage were backed up to {file}, encrypted.</source>
        <translation><numerusform>%n conversation, the settings and the usage were backed up to {file}, encrypted.</numerusform><numerusform>%n conversations, the settings and the usage were backed up to {file}, encrypted.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>%n conversation(s), the settings and the usage were backed up to {file}.</source>
        <translation><numerusform>%n conversation, the settings and the usage were backed up to {file}.</numerusform><numerusform>%n conversations, the settings and the usage were backed up to {file}.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>Use a passphrase of at least %n character(s).</source>
        <translation><numerusform>Use a passphrase of at least %n character.</numerusform><numerusform>Use a passphrase of at least %n characters.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) answered</source>
        <translation><numerusform>%n row answered</numerusform><numerusform>%n rows answered</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) cut off or filtered</source>
        <translation><numerusform>%n row cut off or filtered</numerusform><numerusform>%n rows cut off or filtered</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) failed</source>
        <translation><numerusform>%n row failed</numerusform><numerusform>%n rows failed</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) not asked yet</source>
        <translation><numerusform>%n row not asked yet</numerusform><numerusform>%n rows not asked yet</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) in all</source>
        <translation><numerusform>%n row in all</numerusform><numerusform>%n rows in all</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) to ask</source>
        <translation><numerusform>%n row to ask</numerusform><numerusform>%n rows to ask</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n image(s)</source>
        <translation><numerusform>%n image</numerusform><numerusform>%n images</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>%n second(s)</source>
        <translation><numerusform>%n second</numerusform><numerusform>%n seconds</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>%n minute(s)</source>
        <translation><numerusform>%n minute</numerusform><numerusform>%n minutes</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>%n hour(s)</source>
        <translation><numerusform>%n hour</numerusform><numerusform>%n hours</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>%n conversation(s) exported to {file}.</source>
        <translation><numerusform>%n conversation exported to {file}.</numerusform><numerusform>%n conversations exported to {file}.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>%n attachment(s) were missing.</source>
        <translation><numerusform>%n attachment were missing.</numerusform><numerusform>%n attachments were missing.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n connection(s), without the keys; enter these in the settings</source>
        <translation><numerusform>%n connection, without the keys; enter these in the settings</numerusform><numerusform>%n connections, without the keys; enter these in the settings</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n tool server(s), off until you switch them on</source>
        <translation><numerusform>%n tool server, off until you switch them on</numerusform><numerusform>%n tool servers, off until you switch them on</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n other setting(s)</source>
        <translation><numerusform>%n other setting</numerusform><numerusform>%n other settings</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n caller(s) of the local endpoint</source>
        <translation><numerusform>%n caller of the local endpoint</numerusform><numerusform>%n callers of the local endpoint</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n new message(s)</source>
        <translation><numerusform>%n new message</numerusform><numerusform>%n new messages</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/summary_text.py"/>
        <source>Summary of %n earlier message(s)</source>
        <translation><numerusform>Summary of %n earlier message</numerusform><numerusform>Summary of %n earlier messages</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/summary_text.py"/>
        <source>Summary of %n earlier message(s), not sent</source>
        <translation><numerusform>Summary of %n earlier message, not sent</numerusform><numerusform>Summary of %n earlier messages, not sent</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>%n event(s) of the reply could not be read.</source>
        <translation><numerusform>%n event of the reply could not be read.</numerusform><numerusform>%n events of the reply could not be read.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>%n cannot be used</source>
        <translation><numerusform>%n cannot be used</numerusform><numerusform>%n cannot be used</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/blocks/block_layout.py"/>
        <source>%n line(s)</source>
        <translation><numerusform>%n line</numerusform><numerusform>%n lines</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>%n more character(s) on this line not shown. Copy and Save include them all.</source>
        <translation><numerusform>%n more character on this line not shown. Copy and Save include them all.</numerusform><numerusform>%n more characters on this line not shown. Copy and Save include them all.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Show all %n source(s)</source>
        <translation><numerusform>Show all %n source</numerusform><numerusform>Show all %n sources</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/calls/tool_card.py"/>
        <source>Show all %n line(s)</source>
        <translation><numerusform>Show all %n line</numerusform><numerusform>Show all %n lines</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/images/image_row.py"/>
        <source>%n page(s)</source>
        <translation><numerusform>%n page</numerusform><numerusform>%n pages</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Prompt: %n token(s)</source>
        <translation><numerusform>Prompt: %n token</numerusform><numerusform>Prompt: %n tokens</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Cached: %n token(s)</source>
        <translation><numerusform>Cached: %n token</numerusform><numerusform>Cached: %n tokens</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Reasoning: %n token(s)</source>
        <translation><numerusform>Reasoning: %n token</numerusform><numerusform>Reasoning: %n tokens</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Reply: %n token(s)</source>
        <translation><numerusform>Reply: %n token</numerusform><numerusform>Reply: %n tokens</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>%n request(s) with tokens that were not counted</source>
        <translation><numerusform>%n request with tokens that were not counted</numerusform><numerusform>%n requests with tokens that were not counted</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>%n request(s) of unknown price</source>
        <translation><numerusform>%n request of unknown price</numerusform><numerusform>%n requests of unknown price</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>%n request(s) saved as {file}</source>
        <translation><numerusform>%n request saved as {file}</numerusform><numerusform>%n requests saved as {file}</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Saving: %n request(s)</source>
        <translation><numerusform>Saving: %n request</numerusform><numerusform>Saving: %n requests</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Desktop Chat quit unexpectedly last time. %n partial replies were kept.</source>
        <translation><numerusform>Desktop Chat quit unexpectedly last time. %n partial reply was kept.</numerusform><numerusform>Desktop Chat quit unexpectedly last time. %n partial replies were kept.</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/window/tray.py"/>
        <source>%n reply(ies) running</source>
        <translation><numerusform>%n reply running</numerusform><numerusform>%n replies running</numerusform></translation>
    </message>
</context>
</TS>
