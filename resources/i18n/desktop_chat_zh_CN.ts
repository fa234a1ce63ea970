<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DesktopChat</name>
    <message>
        <location filename="desktop_chat/ui/batch/batch_budgets.py"/>
        <source>Start all the same?</source>
        <translation>仍然开始吗？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_budgets.py"/>
        <source>Start</source>
        <comment>a batch</comment>
        <translation>开始</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>JSONL or CSV file, or a folder of files</source>
        <translation>JSONL 或 CSV 文件，或存放文件的文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>With {column} for each column of a table, or {text} and {name} for files</source>
        <translation>用 {column} 表示表格中名为 column 的列，文件则用 {text} 和 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>As in the file</source>
        <translation>以文件中的为准</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>None: answers are text</source>
        <translation>无：回答为普通文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Stream replies</source>
        <translation>流式输出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>More options</source>
        <translation>更多选项</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>File...</source>
        <translation>文件…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Folder...</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Choose...</source>
        <translation>选择…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Choose a JSON schema</source>
        <translation>选择 JSON Schema</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Choose where to write the answers</source>
        <translation>选择回答的保存位置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Tables and requests ({pattern})</source>
        <translation>表格和请求（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>All files ({pattern})</source>
        <translation>所有文件（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Answers ({pattern})</source>
        <translation>回答（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Where to write the answers</source>
        <translation>回答写入的位置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>JSON schemas ({pattern})</source>
        <translation>JSON Schema（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>At the same time</source>
        <translation>并发数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Requests a minute</source>
        <translation>每分钟请求数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Retries a row</source>
        <translation>每行重试次数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>JSON schema that answers must fit</source>
        <translation>回答须符合的 JSON Schema</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>File or folder</source>
        <translation>文件或文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_form.py"/>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Batch</source>
        <translation>批量任务</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Show settings</source>
        <translation>显示设置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Show rows</source>
        <translation>显示各行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>First rows</source>
        <translation>前几行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Ask failed rows again</source>
        <translation>重新发送失败的行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_frame.py"/>
        <source>Save as CSV...</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_page.py"/>
        <source>{percent}% {name}</source>
        <translation>{percent}% {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_page.py"/>
        <source>{name} is still being asked. The answers so far are in {file}, and the batch can go on later.</source>
        <translation>{name} 还在运行。已有的回答保存在 {file} 中，以后可以继续这个批量任务。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_page.py"/>
        <source>Stop this batch?</source>
        <translation>停止这个批量任务？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_page.py"/>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/batch_page.py"/>
        <source>Reading {name}...</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_model.py"/>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_model.py"/>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_model.py"/>
        <source>Tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_model.py"/>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_model.py"/>
        <source>{state}: {problem}</source>
        <translation>{state}：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Rows, failures first</source>
        <translation>各行，失败的在前</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Save answers</source>
        <translation>保存回答</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Tables ({pattern})</source>
        <translation>表格（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Could not write {name}: {problem}</source>
        <translation>无法写入 {name}：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Saved as {file}</source>
        <translation>已保存为 {file}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>There is no answer yet.</source>
        <translation>尚无回答。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/batch/rows_view.py"/>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>Send as</source>
        <translation>发送形式</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>Pages from the first on</source>
        <translation>从第一页起的页数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>Text of the document</source>
        <translation>文档文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>Images of its pages</source>
        <translation>页面图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>The preview shows the beginning of the text.</source>
        <translation>预览只显示文本的开头部分。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/document_preview.py"/>
        <source>{notice} {note}</source>
        <translation>{notice}{note}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Attach files</source>
        <translation>添加附件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Which files do you want to attach?</source>
        <translation>要添加哪些文件？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Filter by name</source>
        <translation>按名称筛选</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Select none</source>
        <translation>全不选</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Attach %n file(s)</source>
        <translation><numerusform>添加 %n 个文件</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Attach</source>
        <translation>添加</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>Looking for files...</source>
        <translation>正在查找文件……</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>{chosen} of {count} files, {size}</source>
        <translation>已选 {chosen} 个，共 {count} 个文件，{size}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_choice.py"/>
        <source>{words}. There are more files than are listed.</source>
        <translation>{words}。还有更多文件未列出。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_intake.py"/>
        <source>pasted image</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_intake.py"/>
        <source>pasted text</source>
        <translation>粘贴的文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_intake.py"/>
        <source>The long text was attached as a file.</source>
        <translation>较长的文本已作为文件添加。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_intake.py"/>
        <source>Insert as text instead</source>
        <translation>改为插入文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_table.py"/>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_table.py"/>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_table.py"/>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/file_table.py"/>
        <source>This file cannot be read.</source>
        <translation>无法读取此文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/page_images.py"/>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/page_images.py"/>
        <source>Page {number}</source>
        <translation>第 {number} 页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>{name} was removed.</source>
        <translation>已移除 {name}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>%n file(s) could not be read. Remove them or try again before you send.</source>
        <translation><numerusform>有 %n 个文件无法读取。请先移除或重试，再发送。</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>Your message will be sent as soon as %n file(s) are read.</source>
        <translation><numerusform>读完 %n 个文件后将立即发送。</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>Reading %n file(s)...</source>
        <translation><numerusform>正在读取 %n 个文件……</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/attachments/panel.py"/>
        <source>%n file(s)</source>
        <translation><numerusform>%n 个文件</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>{name}, {place} of {count}</source>
        <translation>{name}，第 {place} 个，共 {count} 个</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>Move left</source>
        <translation>左移</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>Move right</source>
        <translation>右移</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/attachments/strip.py"/>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/budget_guard.py"/>
        <source>Budgets...</source>
        <translation>预算…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/budget_guard.py"/>
        <source>Allow this month</source>
        <translation>本月允许</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/budget_guard.py"/>
        <source>Allow today</source>
        <translation>今天允许</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/budget_guard.py"/>
        <source>{problem} It has not been sent.</source>
        <translation>{problem}消息尚未发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/budget_guard.py"/>
        <source>Send once</source>
        <translation>仅发送一次</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/budget_guard.py"/>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>Ask anything...</source>
        <translation>输入问题…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>A reply is still in progress. Send your message when it ends, or press {shortcut} to stop the reply.</source>
        <translation>回复还没有写完。消息会留在这里，请在回复结束后再发送，或按 {shortcut} 停止回复。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>The key is kept only until you quit because the keyring did not save it.</source>
        <translation>密钥环没有保存密钥，密钥只保留到退出为止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>Editing an earlier message</source>
        <translation>正在修改之前的问题</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>You can send once your conversations are loaded</source>
        <translation>对话打开后即可发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>Choose a connection</source>
        <translation>选择连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>{name}: {words}</source>
        <translation>{name}：{words}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/composer.py"/>
        <source>Conversation options</source>
        <translation>对话选项</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/condition_bars.py"/>
        <source>Enter API key...</source>
        <translation>设置 API 密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/condition_bars.py"/>
        <source>{problem} What you see is kept in memory, and saving will be retried.</source>
        <translation>{problem}屏幕上的内容仍然保留，稍后会再次尝试保存。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/condition_bars.py"/>
        <source>Save a copy...</source>
        <translation>保存副本…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/connection_menu.py"/>
        <source>Connections...</source>
        <translation>连接…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Explain something</source>
        <translation>解释一件事</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Explain in simple terms: </source>
        <translation>请用简单的话解释：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Summarize text</source>
        <translation>总结一段文字</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Summarize this text in a few sentences:</source>
        <translation>请用几句话总结这段文字：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Improve my writing</source>
        <translation>润色我的文字</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Improve the wording of this text:</source>
        <translation>请润色下面这段文字：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Write some code</source>
        <translation>写一段代码</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Write a Python function that </source>
        <translation>写一个 Python 函数：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Show a table</source>
        <translation>显示表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Show me a table</source>
        <translation>给我看一个表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Show some code</source>
        <translation>显示代码</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Show me some code</source>
        <translation>给我看一段代码</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Think first</source>
        <translation>先思考再回答</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Think about it first</source>
        <translation>请先思考一下</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>A long reply</source>
        <translation>一条长回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Something long, please</source>
        <translation>写一篇长文</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>A reply cut short</source>
        <translation>被截断的回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Reach the length limit</source>
        <translation>演示被截断的回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>A server error</source>
        <translation>服务器错误</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>Show me an error</source>
        <translation>演示一个错误</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/empty_state.py"/>
        <source>What would you like to know?</source>
        <translation>想了解什么？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/find_bar.py"/>
        <source>No results</source>
        <translation>无结果</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/find_bar.py"/>
        <source>Searching...</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/find_bar.py"/>
        <source>{number} of {count}</source>
        <translation>{number}/{count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/find_bar.py"/>
        <source>Find in this conversation</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_guard.py"/>
        <source>{model} cannot read images.</source>
        <translation>{model} 无法读取图片。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_guard.py"/>
        <source>Choose a model...</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_guard.py"/>
        <source>Send without the images</source>
        <translation>不带图片发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_guard.py"/>
        <source>Send anyway</source>
        <translation>仍然发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_viewing.py"/>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_viewing.py"/>
        <source>Image</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_viewing.py"/>
        <source>Save image as...</source>
        <translation>图片另存为…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/image_viewing.py"/>
        <source>Could not write {name}: {reason}</source>
        <translation>无法写入 {name}：{reason}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/event_table.py"/>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/event_table.py"/>
        <source>Gap</source>
        <translation>间隔</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/event_table.py"/>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/event_table.py"/>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/event_table.py"/>
        <source>Selected event</source>
        <translation>所选事件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Request inspector</source>
        <translation>请求检查器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Answer</source>
        <translation>响应</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>There is no record of this reply's requests. It is kept in memory for the last replies until Desktop Chat ends, or on disk if you want that (Settings, Data).</source>
        <translation>没有这条回复的请求记录。最近几条回复的记录保存在内存中，直到 Desktop Chat 退出；也可以保存到磁盘（“设置”→“数据”）。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Copy as</source>
        <translation>复制为</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Save as HAR...</source>
        <translation>另存为 HAR…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Send again</source>
        <translation>再次发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Send exactly this request again. The answer becomes another version of the reply.</source>
        <translation>原样再次发送此请求，得到的响应成为该回复的另一个版本。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>JSON of the request</source>
        <translation>请求的 JSON</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Copied as {name}. Put your key into the variable API_KEY.</source>
        <translation>已复制为 {name}。请把密钥放入变量 API_KEY。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>HTTP archive ({pattern})</source>
        <translation>HTTP 存档 ({pattern})</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Save as HAR</source>
        <translation>另存为 HAR</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>The file could not be saved: {detail}.</source>
        <translation>无法保存文件：{detail}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Saved to {file}. It has the whole conversation in it, but no key.</source>
        <translation>已保存到 {file}。其中包含整段对话，但不含密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>No answer</source>
        <translation>无响应</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/inspector.py"/>
        <source>Request {place} of {count}</source>
        <translation>第 {place} 个请求，共 {count} 个</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Phases</source>
        <translation>阶段</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Gaps between events</source>
        <translation>事件间隔</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>The longest gap was {time}. Fast streams are read 25 to 40 times a second.</source>
        <translation>最长间隔为 {time}。快速的数据流每秒读取 25 到 40 次。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Everything arrived at once.</source>
        <translation>全部内容一次到达。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>%n event(s)</source>
        <translation><numerusform>%n 个事件</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Sent at</source>
        <translation>发送时间</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Request ID</source>
        <translation>请求 ID</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>The server gave none.</source>
        <translation>服务器未提供。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Finish reason</source>
        <translation>结束原因</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/inspector/overview.py"/>
        <source>Received</source>
        <translation>已接收</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/link_bar.py"/>
        <source>A link from outside Desktop Chat filled this in. Check the message, the connection and the model before you send it.</source>
        <translation>这是由 Desktop Chat 之外的链接填入的。发送前请检查消息、连接和模型。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/link_bar.py"/>
        <source>{notice} Its end was left out because it is too long.</source>
        <translation>{notice}文本过长，末尾已省略。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/load_error.py"/>
        <source>Could not open this conversation</source>
        <translation>无法打开这个对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/load_error.py"/>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/loading_page.py"/>
        <source>Loading your conversations. You can start writing now and send once they are loaded.</source>
        <translation>正在打开您的对话。现在就可以输入，打开后即可发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/loading_page.py"/>
        <source>Loading conversation...</source>
        <translation>正在打开对话…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/message_actions.py"/>
        <source>There are no earlier messages to summarise yet.</source>
        <translation>还没有可以总结的较早消息。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/message_actions.py"/>
        <source>%n message(s) deleted.</source>
        <translation><numerusform>已删除 %n 条消息。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Minimal</source>
        <translation>最低</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Medium</source>
        <translation>中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Extra high</source>
        <translation>最高</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Max tokens</source>
        <translation>回复上限（token）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Reasoning effort</source>
        <translation>思考强度</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>How the model should behave in this conversation, and what it should know</source>
        <translation>模型在这个对话中的角色，或需要了解的背景</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Reset to default</source>
        <translation>恢复默认</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/options_popup.py"/>
        <source>Leave out %n earlier message(s)</source>
        <translation><numerusform>略去较早的 %n 条消息</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/page.py"/>
        <source>Canned replies, no AI. Nothing leaves this computer.</source>
        <translation>预设回复，没有 AI，任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/presenter.py"/>
        <source>Sent</source>
        <translation>已发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/refusal_popup.py"/>
        <source>Refuse this call</source>
        <translation>拒绝此次调用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/refusal_popup.py"/>
        <source>Tell the model why (optional)</source>
        <translation>告诉模型原因（可选）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/refusal_popup.py"/>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/save_copy.py"/>
        <source>Markdown ({pattern})</source>
        <translation>Markdown（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/save_copy.py"/>
        <source>Save a copy</source>
        <translation>保存副本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/save_copy.py"/>
        <source>Export selection</source>
        <translation>导出所选内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/save_copy.py"/>
        <source>The copy could not be saved: {detail}.</source>
        <translation>副本无法保存：{detail}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/save_copy.py"/>
        <source>Copy saved to {file}.</source>
        <translation>副本已存为 {file}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/secret_guard.py"/>
        <source>This message seems to contain a secret key. It has not been sent.</source>
        <translation>这里似乎含有密钥，尚未发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/secret_guard.py"/>
        <source>Send and don't warn again</source>
        <translation>发送，且不再提醒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/size_guard.py"/>
        <source>Summarise earlier messages</source>
        <translation>总结较早的消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/size_guard.py"/>
        <source>Leave out earlier messages</source>
        <translation>略去较早的消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/size_guard.py"/>
        <source>This request is about {size} tokens, but {model} accepts only about {window}. It has not been sent.</source>
        <translation>这次请求约有 {size} 个 token，而 {model} 大约只能接收 {window} 个。尚未发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/size_guard.py"/>
        <source>This request is about {size} tokens; the last one here was about {before}. It has not been sent.</source>
        <translation>这次请求约有 {size} 个 token，而这里上一次约为 {before} 个。尚未发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/size_guard.py"/>
        <source>This request is about {size} tokens. It has not been sent.</source>
        <translation>这次请求约有 {size} 个 token。尚未发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/suspect_page.py"/>
        <source>This conversation was not opened</source>
        <translation>未自动打开此对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/suspect_page.py"/>
        <source>The last time this conversation was shown, Desktop Chat stopped responding or crashed. Nothing in it is lost.</source>
        <translation>上次显示此对话时，Desktop Chat 停止响应或意外退出。对话内容没有丢失。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/suspect_page.py"/>
        <source>Open as plain text</source>
        <translation>以纯文本打开</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/suspect_page.py"/>
        <source>Open anyway</source>
        <translation>仍然打开</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/suspect_page.py"/>
        <source>Plain text. Long lines are wrapped; nothing else is changed.</source>
        <translation>纯文本。仅对过长的行做了换行，其余内容未改动。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/suspect_page.py"/>
        <source>Conversation as plain text</source>
        <translation>纯文本形式的对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tab_dialogs.py"/>
        <source>The key for “{name}” was saved by an earlier version, which did not record its server. If you agree, it will be sent to {host} from now on, and to no other server.</source>
        <translation>“{name}”的密钥由早期版本保存，当时没有记录它属于哪个服务器。如果您同意，今后它只会发送到 {host}，不会发送到其他服务器。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tab_dialogs.py"/>
        <source>Send key to {host}?</source>
        <translation>要把密钥发送到 {host} 吗？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tab_dialogs.py"/>
        <source>Send key</source>
        <translation>发送密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tab_dialogs.py"/>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tab_dialogs.py"/>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>Search tools</source>
        <translation>搜索工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>Tools...</source>
        <translation>工具…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>Settings of tools</source>
        <translation>工具设置</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>%n tool(s)</source>
        <translation><numerusform>%n 个工具</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>No tools chosen</source>
        <translation>未选择工具</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>%n chosen</source>
        <translation><numerusform>已选 %n 个</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>{count}, about {tokens} tokens</source>
        <translation>{count}，约 {tokens} 个 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>chosen</source>
        <translation>已选</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>not chosen</source>
        <translation>未选</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>Built in</source>
        <translation>内置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>{name}, {state}, {server}</source>
        <translation>{name}，{state}，{server}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>All tools of {server}</source>
        <translation>{server} 的全部工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>{name} (no longer available)</source>
        <translation>{name}（已不可用）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/tool_picker.py"/>
        <source>{sentence} Open settings</source>
        <translation>{sentence}打开设置</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/tools_button.py"/>
        <source>%n tool(s) chosen</source>
        <translation><numerusform>已选择 %n 个工具</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/usage_button.py"/>
        <source>Usage of this conversation</source>
        <translation>本对话的用量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/usage_button.py"/>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/usage_button.py"/>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/usage_button.py"/>
        <source>{percent} of the context</source>
        <translation>上下文已用 {percent}</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/usage_button.py"/>
        <source>%n token(s)</source>
        <translation><numerusform>%n 个 token</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/usage_popup.py"/>
        <source>All usage...</source>
        <translation>全部用量…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/usage_popup.py"/>
        <source>With messages that were deleted or replaced, at the prices of their days.</source>
        <translation>包括已删除或已替换的消息，按当时的价格计算。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/use_v1.py"/>
        <source>No model server responds at {address}/v1 either. Check the address.</source>
        <translation>{address}/v1 也没有模型服务器应答，请检查地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/use_v1.py"/>
        <source>Address not changed</source>
        <translation>地址保持不变</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/use_v1.py"/>
        <source>Open settings</source>
        <translation>打开设置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Welcome to Desktop Chat</source>
        <translation>欢迎使用 Desktop Chat</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Choose how to start. You can add more connections at any time.</source>
        <translation>选择如何开始，以后可以随时添加更多连接。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Use an API key</source>
        <translation>使用 API 密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>OpenAI, or any OpenAI-compatible server.</source>
        <translation>OpenAI，或任何兼容其接口的服务器。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Use a local model</source>
        <translation>使用这台电脑上的模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Try the demo</source>
        <translation>试用演示</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Search for local servers</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Start demo</source>
        <translation>开始演示</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Searching for model servers...</source>
        <translation>正在查找模型服务器…</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>%n model server(s) found.</source>
        <translation><numerusform>找到 %n 个模型服务器。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>None found. Start Ollama, LM Studio, or another server, then search again.</source>
        <translation>没有找到。请启动 Ollama、LM Studio 或其他服务器，然后重新查找。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Use {server}</source>
        <translation>使用 {server}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/chat/welcome.py"/>
        <source>Models on {server}</source>
        <translation>{server} 的模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Tabs</source>
        <translation>标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>New tab</source>
        <translation>新标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Quick question</source>
        <translation>快速提问</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Close tab</source>
        <translation>关闭标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Reopen closed tab</source>
        <translation>重新打开关闭的标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Next tab</source>
        <translation>下一个标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Previous tab</source>
        <translation>上一个标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Tabs 1 to 8</source>
        <translation>第 1 至 8 个标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Last tab</source>
        <translation>最后一个标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Close tab (in the tab bar)</source>
        <translation>关闭标签页（焦点在标签栏时）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Search conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Next match</source>
        <translation>下一处</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Previous match</source>
        <translation>上一处</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Export...</source>
        <translation>导出…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Import...</source>
        <translation>导入…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Copy as web page</source>
        <translation>复制为网页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Back up...</source>
        <translation>备份…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Move to trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Restore from trash</source>
        <translation>从回收站恢复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Open or close a folder</source>
        <translation>展开或收起文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Delete permanently (in the trash)</source>
        <translation>永久删除（在回收站中）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Write a message</source>
        <translation>转到输入框</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>New line</source>
        <translation>换行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Recall an earlier message (in an empty composer)</source>
        <translation>调出之前的问题（输入框为空时）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Recall a later message</source>
        <translation>调出之后的消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Attach files...</source>
        <translation>添加附件…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Batch...</source>
        <translation>批量任务…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Stop reply</source>
        <translation>停止回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Regenerate last reply</source>
        <translation>重新生成最后一条回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Copy last reply</source>
        <translation>复制最后一条回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Allow tool call once</source>
        <translation>允许一次工具调用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Refuse tool call...</source>
        <translation>拒绝工具调用…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Next message</source>
        <translation>下一条消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Previous message</source>
        <translation>上一条消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Scroll conversation</source>
        <translation>滚动对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Show or hide sidebar</source>
        <translation>显示或隐藏侧边栏</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Local endpoint...</source>
        <translation>本地接口…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Usage...</source>
        <translation>用量…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>About Desktop Chat</source>
        <translation>关于 Desktop Chat</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Insert what is selected or copied</source>
        <translation>插入选中或复制的内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Ask something else</source>
        <translation>换个问题</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Continue in the main window</source>
        <translation>在主窗口中继续</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Hide (the reply continues)</source>
        <translation>隐藏（回复会继续）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Reading and selecting</source>
        <translation>阅读与选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Scroll by a line</source>
        <translation>滚动一行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Scroll by a page</source>
        <translation>滚动一页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Go to the start or end</source>
        <translation>转到开头或末尾</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Scroll wide code or a wide table</source>
        <translation>左右滚动过宽的代码或表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Press a button or link</source>
        <translation>按下按钮或链接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Open the context menu</source>
        <translation>打开右键菜单</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select by character</source>
        <translation>逐字选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select by word</source>
        <translation>逐词选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select by line</source>
        <translation>逐行选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select to the line's start or end</source>
        <translation>选择到行首或行尾</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select by paragraph</source>
        <translation>逐段选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select by page</source>
        <translation>逐页选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Select to the start or end</source>
        <translation>选择到开头或末尾</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Copy selection</source>
        <translation>复制所选内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Paste into the message</source>
        <translation>粘贴到消息中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Match case</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Match whole words</source>
        <translation>全词匹配</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Images</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Previous image</source>
        <translation>上一张图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Next image</source>
        <translation>下一张图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Fit to window</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Copy image</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Move left or right</source>
        <translation>左移或右移</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Lists and dialogs</source>
        <translation>列表与对话框</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Close or go back</source>
        <translation>关闭或返回</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Choose</source>
        <translation>选定</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Go through a list</source>
        <translation>在列表中移动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>Open a drop-down list</source>
        <translation>打开下拉列表</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/commands.py"/>
        <source>{command} ({shortcut})</source>
        <translation>{command}（{shortcut}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>No model server responds at this address, but one does at {address}.</source>
        <translation>这个地址没有模型服务器应答，有应答的是 {address}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>This server does not list its models, so enter a model name. The key was not checked.</source>
        <translation>这个服务器不提供模型列表，请直接输入模型名称。密钥未经验证。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>The connection works. The model is your deployment {name}.</source>
        <translation>连接正常，模型就是您的部署“{name}”。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>The connection works. Azure lists the models it can deploy, so enter the name of your own deployment as the model.</source>
        <translation>连接正常。Azure 列出的是可以部署的模型，请在模型一栏输入您自己的部署名称。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>The connection works. The server lists %n model(s).</source>
        <translation><numerusform>连接正常，服务器提供 %n 个模型。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_check.py"/>
        <source>The connection works, but the server lists no models, so enter a model name.</source>
        <translation>连接正常，但服务器没有列出模型，请自行输入模型名称。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>Your deployment name</source>
        <translation>您的部署名称</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>Choose in each conversation</source>
        <translation>在每个对话中选择</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>Contacting the server...</source>
        <translation>正在询问服务器…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>{problem} You can keep the key until you quit instead.</source>
        <translation>{problem}也可以让密钥只保留到退出为止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>Keep until I quit</source>
        <translation>保留到退出为止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form.py"/>
        <source>Saving...</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Usually not needed</source>
        <translation>通常不需要</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Default model</source>
        <translation>默认模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Extra headers</source>
        <translation>附加请求头</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Get a key</source>
        <translation>获取密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>One per line, as Name: value</source>
        <translation>每行一个，格式为 Name: value</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/connection_form_fields.py"/>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>Enter the server's address.</source>
        <translation>请输入服务器地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>This address is not valid. It should look like https://example.com/v1.</source>
        <translation>地址格式不正确，应类似 https://example.com/v1。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>Remove the user name and password from the address.</source>
        <translation>地址中请勿包含用户名和密码。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>{name} in the address looks like a key. Enter keys in the API key field.</source>
        <translation>地址中的 {name} 看起来是密钥。密钥请填入“API 密钥”一栏。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>Replace {placeholder} in the address with the name of your resource.</source>
        <translation>请把地址中的 {placeholder} 换成您自己的资源名称。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>Without https, others on the network can read your key and messages.</source>
        <translation>不使用 https 时，网络中的其他人可以读到密钥和消息。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>Write each header as Name: value.</source>
        <translation>请求头的格式为 Name: value。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>{name} looks like a key. Enter keys in the API key field, because headers are saved as plain text.</source>
        <translation>{name} 看起来是密钥。请求头以明文保存，密钥请填入“API 密钥”一栏。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>{name} is set automatically for each request and cannot be changed.</source>
        <translation>{name} 由每次请求自动设置，不能更改。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/field_validation.py"/>
        <source>The value of {name} contains invalid characters.</source>
        <translation>{name} 的值含有不允许的字符。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>Send it to {host} from now on</source>
        <translation>今后发送到 {host}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>Keep saved key</source>
        <translation>保留原有密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>Replace</source>
        <translation>更换</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>The saved key will be removed when you save.</source>
        <translation>保存后，原有密钥将被移除。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>The key was saved by an earlier version, which did not record its server. It is not sent until you allow it.</source>
        <translation>这个密钥由早期版本保存，没有记录它属于哪个服务器。在您允许之前不会发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>The saved key belongs to {host}. Unless you allow it here, it will be removed when you save.</source>
        <translation>原有密钥属于 {host}。除非允许继续使用，否则保存后将被移除。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>The key is kept until you quit.</source>
        <translation>密钥保留到退出为止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>A key is saved in {keyring}.</source>
        <translation>密钥已保存在“{keyring}”中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>A key is saved.</source>
        <translation>密钥已保存。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>Hide key</source>
        <translation>隐藏密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/key_field.py"/>
        <source>Show key</source>
        <translation>显示密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/keyring_bar.py"/>
        <source>Waiting for your keyring. It may be asking for your password in another window.</source>
        <translation>正在等待密钥环响应，它可能在另一个窗口中询问密码。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>Search or enter a model</source>
        <translation>搜索或输入模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>%n model(s)</source>
        <translation><numerusform>%n 个模型</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>reads images</source>
        <translation>可读取图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>Use {model}</source>
        <translation>使用 {model}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>Load models</source>
        <translation>显示模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>Loading models...</source>
        <translation>正在获取模型列表…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/model_picker.py"/>
        <source>The server lists no models. Enter a name above.</source>
        <translation>服务器没有列出模型，请在上方输入名称。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/preset_picker.py"/>
        <source>Other server</source>
        <translation>其他服务器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/preset_picker.py"/>
        <source>Providers</source>
        <translation>服务商</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/preset_picker.py"/>
        <source>Search providers</source>
        <translation>搜索服务商</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/connections/preset_picker.py"/>
        <source>No matching provider. Close the list and enter the address; any OpenAI-compatible server works.</source>
        <translation>列表中没有。请关闭列表，直接输入地址；任何兼容 OpenAI 的服务器都可以使用。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/connections/preset_picker.py"/>
        <source>%n provider(s)</source>
        <translation><numerusform>%n 个服务商</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>The licenses of everything inside, including Qt, are in {folder}.</source>
        <translation>所含全部组件（包括 Qt）的许可证位于 {folder}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Free software under the MIT license, with no warranty.</source>
        <translation>自由软件，采用 MIT 许可证，不附带任何担保。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Built with:</source>
        <translation>使用的项目：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Copy system information</source>
        <translation>复制系统信息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Installed from the Debian package (.deb)</source>
        <translation>通过 Debian 软件包（.deb）安装</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Installed from the RPM package (.rpm)</source>
        <translation>通过 RPM 软件包（.rpm）安装</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Unpacked from the portable archive</source>
        <translation>由便携版压缩包解压而来</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Installed as a Flatpak</source>
        <translation>以 Flatpak 方式安装</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Installed by the Windows installer</source>
        <translation>通过 Windows 安装程序安装</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>The macOS application</source>
        <translation>macOS 应用程序</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Installed as a Python package</source>
        <translation>以 Python 软件包方式安装</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>Runs from its source tree</source>
        <translation>从源代码目录运行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/about.py"/>
        <source>{kind}, built from commit {commit} ({date})</source>
        <translation>{kind}，构建自提交 {commit}（{date}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/certificate_question.py"/>
        <source>Trust these certificates?</source>
        <translation>信任这些证书吗？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/certificate_question.py"/>
        <source>Trust</source>
        <translation>信任</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/certificate_question.py"/>
        <source>Whoever issued the certificates in {file} can read what is sent to any server, including keys. Trust them only if they are yours.</source>
        <translation>{file} 中证书的签发者可以读到发送到任何服务器的内容，包括密钥。只有确认是您自己的证书时才信任。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/certificate_question.py"/>
        <source>Fingerprint (SHA-256): {fingerprint}</source>
        <translation>指纹（SHA-256）：{fingerprint}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/crash.py"/>
        <source>Open log folder</source>
        <translation>打开日志文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/crash.py"/>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/crash.py"/>
        <source>Something went wrong</source>
        <translation>出了点问题</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/crash.py"/>
        <source>This is a bug in Desktop Chat, not your mistake. You can keep working, and what you wrote is kept.</source>
        <translation>这是程序的错误，不是您的操作造成的。窗口可以继续使用，写下的内容都已保留。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/crash.py"/>
        <source>Desktop Chat quit unexpectedly</source>
        <translation>上次运行意外结束</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/crash.py"/>
        <source>This report contains neither your keys nor anything you wrote.</source>
        <translation>以下是已知的情况，其中没有您的密钥，也没有您写的内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Choose a backup of your conversations. Missing items are added; nothing is replaced.</source>
        <translation>选择一份较早的对话副本。此处缺少的内容会补回，已有的内容不会被替换。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>No backups yet.</source>
        <translation>还没有副本。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Backups</source>
        <translation>较早的副本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Choose a file...</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Conversations ({pattern})</source>
        <translation>对话（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Checking...</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Restoring...</source>
        <translation>正在恢复…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Restoring... {percent}%</source>
        <translation>正在恢复… {percent}%</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>You already have everything in this backup.</source>
        <translation>其中的内容这里都有了。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>{amount} will be added. Nothing will be replaced.</source>
        <translation>此处缺少、将会补回：{amount}。已有的内容不会被替换。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>%n conversation(s)</source>
        <translation><numerusform>%n 个对话</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Added: {amount}, including {trashed} in the trash.</source>
        <translation>已补回：{amount}。其中当时在回收站里的：{trashed}，仍在回收站。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>Added: {amount}.</source>
        <translation>已补回：{amount}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>No conversations could be read from this file.</source>
        <translation>无法从此文件中读出对话。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>This file could not be read.</source>
        <translation>无法读取此文件。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>%n message(s)</source>
        <translation><numerusform>%n 条消息</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>{conversations} and {messages}</source>
        <translation>{conversations}和{messages}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/restore.py"/>
        <source>{date}, {time} ({size})</source>
        <translation>{date} {time}（{size}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>In the trash since {date}</source>
        <translation>{date}移到回收站</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>The trash is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Delete forever</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Empty trash</source>
        <translation>清空回收站</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Removing from disk: %n conversation(s) left. You can close this window; removal continues.</source>
        <translation><numerusform>正在从磁盘中移除：还剩 %n 个对话。可以关闭此窗口，移除会继续进行。</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>%n conversations and all their messages will be deleted. This cannot be undone.</source>
        <translation><numerusform>%n 个对话及其全部消息将被删除，无法撤销。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Delete forever?</source>
        <translation>永久删除？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/dialogs/trash.py"/>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Back up</source>
        <translation>备份</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>One file with all conversations, attachments, the trash, the settings and what was used. Keys are not in it. Importing the file adds what is missing there, on this computer or another.</source>
        <translation>一个文件，包含所有对话、附件、回收站、设置和用量，不包含密钥。在本机或其他电脑上导入该文件，会补上那里缺少的内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Encrypt with a passphrase</source>
        <translation>用口令加密</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Passphrase again</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Show passphrase</source>
        <translation>显示口令</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Nobody can open the backup without it, and it is not stored anywhere: write it down.</source>
        <translation>没有口令，谁也打不开备份。口令不会保存在任何地方，请记下来。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Encrypted backup ({pattern})</source>
        <translation>加密备份 ({pattern})</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Backup ({pattern})</source>
        <translation>备份 ({pattern})</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/backup_dialog.py"/>
        <source>Backing up...</source>
        <translation>正在备份…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/conversation_choice.py"/>
        <source>Filter by title</source>
        <translation>按标题筛选</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>Include reasoning</source>
        <translation>包含思考过程</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>Include all versions of messages</source>
        <translation>包含消息的所有版本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>Exporting...</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>ZIP archive ({pattern})</source>
        <translation>ZIP 压缩包 ({pattern})</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>All conversations</source>
        <translation>所有对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>Chosen conversations</source>
        <translation>选定的对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>This conversation</source>
        <translation>此对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>The conversation up to this message</source>
        <translation>到此消息为止的对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/dialog.py"/>
        <source>This message</source>
        <translation>此消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/sharing.py"/>
        <source>“{title}” is copied as a web page. Paste it into a mail, a chat or a folder.</source>
        <translation>“{title}”已复制为网页文件，可粘贴到邮件、聊天或文件夹中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/export/writing_dialog.py"/>
        <source>Cancelled. Nothing was written.</source>
        <translation>已取消，没有写入任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/images/image_viewer.py"/>
        <source>Image: {name}</source>
        <translation>图片：{name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/images/image_viewer.py"/>
        <source>{number}%</source>
        <translation>{number}%</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Choose an export as you downloaded it, or drop it here: from ChatGPT, Claude, Open WebUI, LibreChat, Chatbox, Cherry Studio, Jan, LM Studio or Desktop Chat, chat completions (JSONL), or a folder of Markdown. You see what would be added first; nothing here is replaced.</source>
        <translation>选择导出的文件，或拖到这里（保持下载时的原样）：来自 ChatGPT、Claude、Open WebUI、LibreChat、Chatbox、Cherry Studio、Jan、LM Studio 或 Desktop Chat，也可以是 Chat Completions（JSONL）或 Markdown 文件夹。会先列出将要添加的内容，已有的内容不会被替换。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Choose a folder...</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Open the newest</source>
        <translation>打开最新的对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Reading...</source>
        <translation>正在读取……</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Cancelled. Nothing was added.</source>
        <translation>已取消，没有添加任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Importing...</source>
        <translation>正在导入…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Cancelled. {added}</source>
        <translation>已取消。{added}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Exports ({pattern})</source>
        <translation>导出文件 ({pattern})</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Import %n conversation(s)</source>
        <translation><numerusform>导入 %n 个对话</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Add the settings and the usage, too</source>
        <translation>同时添加设置和用量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Add the usage, too</source>
        <translation>同时添加用量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>Add the settings, too</source>
        <translation>同时添加设置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_dialog.py"/>
        <source>{a} {b}</source>
        <translation>{a}{b}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_table.py"/>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_table.py"/>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_table.py"/>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/import_table.py"/>
        <source>Added</source>
        <translation>已添加</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/unread_list.py"/>
        <source>Copy what could not be read</source>
        <translation>复制未能读取的内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/imports/unread_list.py"/>
        <source>Not read: {count}</source>
        <translation>未读取：{count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/languages.py"/>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/languages.py"/>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/languages.py"/>
        <source>Last 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/languages.py"/>
        <source>Last 30 days</source>
        <translation>过去 30 天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/languages.py"/>
        <source>{year}</source>
        <translation>{year} 年</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/quick/quick_window.py"/>
        <source>Insert</source>
        <translation>插入</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Budgets</source>
        <translation>预算</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Currency</source>
        <translation>货币</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>From midnight to midnight. 0 means no budget.</source>
        <translation>从零点到零点。0 表示没有预算。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>From the first day of the month on. 0 means no budget.</source>
        <translation>从每月第一天起。0 表示没有预算。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Budget per day</source>
        <translation>每日预算</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Budget per month</source>
        <translation>每月预算</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>When a budget is reached</source>
        <translation>达到预算时</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Also when the prompt alone would exceed it. If you choose to be asked, “ask” and “batch” on the terminal need --over-budget, and callers of the local endpoint get error 402.</source>
        <translation>仅提示词的费用就会超出预算时也一样。选择询问时，终端里的 ask 和 batch 需要加 --over-budget，本地接口的调用方会收到错误 402。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Warn</source>
        <translation>警告</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Ask before sending</source>
        <translation>发送前询问</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Put aside</source>
        <translation>暂不适用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Apply again</source>
        <translation>重新适用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>A budget counts what is spent in its own currency; currencies are never added together.</source>
        <translation>预算只计算以该货币支付的费用，不同货币绝不相加。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>{words} Other budgets: {names}.</source>
        <translation>{words}其他预算：{names}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Until they end: {names}.</source>
        <translation>到期前暂不适用：{names}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>Budgets that you put aside when asked are listed here until their day or month ends.</source>
        <translation>询问时您选择允许超出的预算会列在这里，直到当天或当月结束。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/budgets_page.py"/>
        <source>{name}: {value}</source>
        <translation>{name}：{value}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/certificate_setting.py"/>
        <source>Custom certificates</source>
        <translation>自己的证书</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/certificate_setting.py"/>
        <source>Choose certificates</source>
        <translation>选择证书</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/certificate_setting.py"/>
        <source>Remove certificates</source>
        <translation>移除证书</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/certificate_setting.py"/>
        <source>A PEM file to trust in addition to the system's certificates, for your own server or proxy.</source>
        <translation>除系统证书外另行信任的 PEM 文件：用于自己的服务器或代理。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/certificate_setting.py"/>
        <source>Certificates ({pattern})</source>
        <translation>证书（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Edit connection</source>
        <translation>编辑连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>New connection</source>
        <translation>新建连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Add connection</source>
        <translation>添加连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Check keyring again</source>
        <translation>重新检查密钥环</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>“{name}” and its key will be removed. Your conversations are kept.</source>
        <translation>“{name}”及其密钥将被移除，对话会保留。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Remove this connection?</source>
        <translation>移除这个连接？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Edit {name}</source>
        <translation>编辑 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>From environment variables; never saved</source>
        <translation>来自本程序的环境变量，不会保存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Key in the keyring</source>
        <translation>密钥在密钥环中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Key kept until you quit</source>
        <translation>密钥保留到退出为止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>No key needed</source>
        <translation>不需要密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>No key</source>
        <translation>没有密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>the keyring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Keys are saved in {keyring}.</source>
        <translation>密钥保存在“{keyring}”中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>Waiting for {keyring} to respond.</source>
        <translation>正在等待“{keyring}”响应。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>{keyring} is locked. Unlock it to use your keys.</source>
        <translation>“{keyring}”已锁定，解锁后才能使用其中的密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>The keyring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/connections_page.py"/>
        <source>No keyring is available. Keys are kept only until you quit, never in a file.</source>
        <translation>这里没有可用的密钥环。密钥只保留到退出为止，不会写入文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Conversations and settings</source>
        <translation>对话与设置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Everything is stored on this computer. Keys are kept separately, in the keyring.</source>
        <translation>全部保存在这台电脑上。密钥不在其中，而是在密钥环里。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Conversation backups</source>
        <translation>对话副本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Every hour</source>
        <translation>每小时</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Every week</source>
        <translation>每周</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Adds what is missing from a backup.</source>
        <translation>从较早的副本中找回缺少的内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Backup file</source>
        <translation>备份文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Everything in one file, to keep elsewhere or to take to another computer.</source>
        <translation>把一切存为一个文件，以便另存他处或带到另一台电脑。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Adds conversations of ChatGPT, Claude and other programs.</source>
        <translation>添加 ChatGPT、Claude 等其他程序中的对话。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Keys in messages</source>
        <translation>要发送的内容中的密钥</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>What happens when a message seems to contain a secret key.</source>
        <translation>要发送的消息中似乎含有密钥时如何处理。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Warn first</source>
        <translation>先提醒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Don't warn</source>
        <translation>直接发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Record of requests</source>
        <translation>请求记录</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>For the request inspector: what was sent and what came back, without keys. On disk, it is removed with its conversation, and after 30 days.</source>
        <translation>供请求检查器使用：发送与收到的内容，不含密钥。保存到磁盘的记录随对话一同删除，最多保留 30 天。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>In memory only</source>
        <translation>仅在内存中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>On disk</source>
        <translation>保存到磁盘</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Open trash</source>
        <translation>打开回收站</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Restore...</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Made while you work and kept for up to eight weeks. What you delete forever stays in backups until then.</source>
        <translation>使用时自动保存，最多保留八周。永久删除的内容在此期间仍留在副本中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>They take {size}.</source>
        <translation>目前占用 {size}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>The newest alone takes {size}, more than the {limit} that all together may take, so it is the only one kept. Delete forever what you no longer need, or keep backup files elsewhere.</source>
        <translation>仅最新的一份就占用 {size}，超过了所有副本合计 {limit} 的上限，因此只保留这一份。可以永久删除不再需要的对话，或者另外保存备份文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Links</source>
        <translation>链接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Links to these sites open without asking.</source>
        <translation>打开这些网站的链接时不再询问。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/data_page.py"/>
        <source>Before a link opens, you see its address and can choose to trust the site.</source>
        <translation>打开链接前会先显示地址，您可以选择信任该网站。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>And %n more</source>
        <translation><numerusform>还有 %n 个</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Running now</source>
        <translation>正在运行</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>%n request(s)</source>
        <translation><numerusform>%n 个请求</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Requests appear here while they are answered.</source>
        <translation>正在回答的请求会显示在这里。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Stop {name}</source>
        <translation>停止 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Callers</source>
        <translation>调用方</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Unblock</source>
        <translation>解除阻止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Block</source>
        <translation>阻止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Unblock {name}</source>
        <translation>解除阻止 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Block {name}</source>
        <translation>阻止 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>A program names itself by the header X-Caller; otherwise its site or product is shown.</source>
        <translation>程序可用 X-Caller 标头为自己命名；否则显示其网站或产品名。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Nobody has used the endpoint yet. Copy an example above and run it.</source>
        <translation>还没有程序使用过此接口。复制上面的示例运行一下试试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>{caller}: {model}</source>
        <translation>{caller}：{model}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>{number} s</source>
        <translation>{number} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>Blocked</source>
        <translation>已阻止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_activity.py"/>
        <source>last used: {time}</source>
        <translation>上次使用：{time}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_examples.py"/>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_examples.py"/>
        <source>Copied with the token. Any program for OpenAI's API works with this address and token.</source>
        <translation>复制时会填入令牌。任何使用 OpenAI API 的程序都可以使用此地址和令牌。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_examples.py"/>
        <source>Copy example</source>
        <translation>复制示例</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_examples.py"/>
        <source>Example</source>
        <translation>示例</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_origins.py"/>
        <source>Allowed origins</source>
        <translation>允许的来源</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_origins.py"/>
        <source>Pages of these sites may use the endpoint from your browser, if they have the token.</source>
        <translation>这些网站的页面如果有令牌，就可以从浏览器使用此接口。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_origins.py"/>
        <source>Origin</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_origins.py"/>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_origins.py"/>
        <source>Add origin</source>
        <translation>添加来源</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_origins.py"/>
        <source>Enter an origin like https://example.org or http://localhost:3000.</source>
        <translation>请输入来源，例如 https://example.org 或 http://localhost:3000。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Local endpoint</source>
        <translation>本地接口</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Programs and pages on this computer can use your models without ever seeing a key. They need the address and the token; other computers cannot reach it.</source>
        <translation>这台电脑上的程序和网页可以使用您的模型，而不会接触到密钥。它们需要地址和令牌；其他电脑无法访问。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Show what callers ask as conversations</source>
        <translation>将调用方的提问显示为对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Questions and answers are kept in a folder of their own in the sidebar.</source>
        <translation>提问和回答保存在侧栏中单独的文件夹里。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Don't keep</source>
        <translation>不保存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Open the page</source>
        <translation>打开网页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Copy token</source>
        <translation>复制令牌</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Renew...</source>
        <translation>更换…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Hide token</source>
        <translation>隐藏令牌</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Show token</source>
        <translation>显示令牌</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Renew token</source>
        <translation>更换令牌</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Use another port</source>
        <translation>使用其他端口</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Serve models to this computer</source>
        <translation>为这台电脑提供模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>On</source>
        <translation>开启</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>0 means any free port, which is then kept, so that the address stays the same.</source>
        <translation>0 表示任意空闲端口，之后会一直使用它，地址保持不变。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Known once the endpoint is on.</source>
        <translation>开启接口后显示。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Programs and pages that use the old token are refused until you give them the new one.</source>
        <translation>使用旧令牌的程序和网页会被拒绝，直到您提供新令牌。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Renew the token?</source>
        <translation>要更换令牌吗？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Renew</source>
        <translation>更换</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Off. Nothing listens.</source>
        <translation>已关闭，没有监听任何端口。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>Starting...</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>On. It ends when you quit Desktop Chat.</source>
        <translation>已开启，退出 Desktop Chat 时结束。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>It does not run.</source>
        <translation>它没有运行。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/endpoint_page.py"/>
        <source>The local endpoint ended unexpectedly, several times in a row.</source>
        <translation>本地接口连续多次意外结束。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/font_setting.py"/>
        <source>{name} (not installed)</source>
        <translation>{name}（未安装）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/font_setting.py"/>
        <source>Match system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>The language of the app. Models reply in the language you write in.</source>
        <translation>仅限界面；模型用提问的语言回答。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Light, dark, or matching your system.</source>
        <translation>浅色、深色，或跟随系统。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>The size of text and everything else in the window.</source>
        <translation>文字和整个界面一起缩放。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Send with</source>
        <translation>发送键</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>The other key or {shortcut} starts a new line.</source>
        <translation>另一个键或 {shortcut} 用来换行。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>New versions</source>
        <translation>新版本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Ask {host} at each start. Nothing about you is sent, and nothing is installed.</source>
        <translation>每次启动时向 {host} 查询。不会发送任何关于您的信息，也不会安装任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Don't check</source>
        <translation>不检查</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Long pasted text</source>
        <translation>粘贴长文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>More than 20,000 characters or 400 lines.</source>
        <translation>超过 20,000 个字符或 400 行时。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Attach as a file</source>
        <translation>作为文件添加</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Insert as text</source>
        <translation>插入文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Attached images</source>
        <translation>图片附件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Models rarely see more than 2,048 pixels of the longer side. Metadata is never sent.</source>
        <translation>长边超过 2,048 像素时，模型通常看不到更多细节。图片中的元数据绝不会发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>At most 2,048 pixels</source>
        <translation>最多 2,048 像素</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Original size</source>
        <translation>原始大小</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Asks in a small window from any program. You can also bind a key to the command {command} in the desktop's own keyboard settings.</source>
        <translation>在任何程序中都能打开小窗口提问。也可以在桌面自带的键盘设置里，为命令 {command} 设置快捷键。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>No shortcut</source>
        <translation>无快捷键</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Tray icon</source>
        <translation>托盘图标</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Don't show</source>
        <translation>不显示</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Show, hide on close</source>
        <translation>显示，关闭时隐藏</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>All replies</source>
        <translation>所有回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Failed replies</source>
        <translation>失败的回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Text in notifications</source>
        <translation>通知中的文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>The beginning of a reply may also appear on the lock screen.</source>
        <translation>回复的开头也可能出现在锁屏界面上。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>When you log in to your computer: in the tray if its icon is shown, or minimised.</source>
        <translation>登录后进入托盘（若显示托盘图标），否则最小化。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Don't start</source>
        <translation>不启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>When a reply or a batch ends while you look at something else.</source>
        <translation>当回复或批量任务结束而您正在看别处时。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>When a reply or a batch ends while you look at something else. On this system, only the app's icon shows it.</source>
        <translation>当回复或批量任务结束而您正在看别处时。在此系统上，仅通过应用图标提示。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>Shows running replies and recent conversations. If closing hides the window, replies continue.</source>
        <translation>显示正在生成的回复和最近的对话。关闭时隐藏窗口，回复会继续生成。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/general_page.py"/>
        <source>This desktop has no tray, so nothing is shown, and closing the window quits.</source>
        <translation>这个桌面没有托盘，因此不会显示图标，关闭窗口就会退出。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Prices are for a million tokens, such as 2.50. Leave out what is unknown. Without a host, the entry is for every host; without a currency, the model is free. What was used before keeps its price.</source>
        <translation>价格按每百万 token 计，例如 2.50。不知道的可以不填。不填主机表示适用于所有主机；不填货币表示该模型免费。此前的用量仍按原来的价格计算。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Cached input</source>
        <translation>缓存输入</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Share of the price in batches</source>
        <translation>批量请求的价格比例</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Largest prompt at this price (tokens)</source>
        <translation>适用此价格的最长提示词（token）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Context window (tokens)</source>
        <translation>上下文窗口（token）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter the model's name as the server calls it.</source>
        <translation>请输入服务器所用的模型名称。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter a host such as api.example.com, or nothing for every host.</source>
        <translation>请输入主机，例如 api.example.com；不填表示所有主机。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter the price of a million input tokens, such as 2.50, or a context window.</source>
        <translation>请输入每百万输入 token 的价格，例如 2.50，或者填写上下文窗口。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter the price of a million output tokens, such as 10.</source>
        <translation>请输入每百万输出 token 的价格，例如 10。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter the price of a million cached tokens, or nothing if it is unknown.</source>
        <translation>请输入每百万缓存 token 的价格；不知道则不填。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter three letters, such as USD, or nothing for a model that costs nothing.</source>
        <translation>请输入三个字母，例如 USD；免费的模型则不填。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter a number from 0 to 1, such as 0.5, or nothing if it is unknown.</source>
        <translation>请输入 0 到 1 之间的数，例如 0.5；不知道则不填。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter the largest prompt that this price is for, such as 200000 tokens, or nothing if long ones cost the same.</source>
        <translation>请输入适用此价格的最长提示词，例如 200000 token；如果长提示词价格相同，请留空。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/price_form.py"/>
        <source>Enter a whole number of tokens, such as 128000, or nothing if it is unknown.</source>
        <translation>请输入整数 token 数，例如 128000；不知道则不填。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_model.py"/>
        <source>Your own entry</source>
        <translation>您自己的条目</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_model.py"/>
        <source>From {source}, read on {date}</source>
        <translation>来源：{source}，{date} 查阅</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_model.py"/>
        <source>every host</source>
        <translation>所有主机</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_model.py"/>
        <source>free</source>
        <translation>免费</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_model.py"/>
        <source>Cached</source>
        <translation>缓存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Edit price</source>
        <translation>编辑价格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>New price</source>
        <translation>新建价格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Prices</source>
        <translation>价格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>What a million tokens cost, and how many a model reads at once. Your own entries come before the shipped ones, and apply from now on. A model that is not listed has no known price.</source>
        <translation>每百万 token 的价格，以及模型一次能读取的 token 数。您自己的条目优先于内置条目，从现在起生效。未列出的模型价格未知。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Search models and hosts</source>
        <translation>搜索模型和主机</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Add price</source>
        <translation>添加价格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Select a row for its source.</source>
        <translation>选择一行可查看来源。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Edit as your own</source>
        <translation>另存为自己的条目</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/prices_page.py"/>
        <source>Removed “{name}”</source>
        <translation>已移除“{name}”</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Reading</source>
        <translation>阅读</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Text width</source>
        <translation>正文宽度</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>How wide a line of text can be before it wraps.</source>
        <translation>一行最长到哪里换行。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Narrow</source>
        <translation>窄</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Normal</source>
        <translation>标准</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Wide</source>
        <translation>宽</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Full width</source>
        <translation>与窗口同宽</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Reply statistics</source>
        <translation>回复统计</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Time to first token, token count, and tokens per second.</source>
        <translation>首个 token 用时、token 数与每秒 token 数。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>On hover</source>
        <translation>指向时显示</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Always</source>
        <translation>始终显示</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Smooth scrolling</source>
        <translation>平滑滚动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Glide instead of jumping when you use the wheel or keys.</source>
        <translation>滚轮和按键滚动时平缓移动，而不是跳动。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Screen reader announcements</source>
        <translation>屏幕阅读器朗读</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>What is read aloud while a reply streams.</source>
        <translation>回复生成过程中朗读的内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Each sentence</source>
        <translation>每一句</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Start and end</source>
        <translation>仅开始和结束</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Text font</source>
        <translation>正文字体</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Code font</source>
        <translation>代码字体</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Long code lines</source>
        <translation>过长的代码行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Each code block has a button to change this.</source>
        <translation>每个代码块上都可以单独切换。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Scroll sideways</source>
        <translation>横向滚动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Wrap</source>
        <translation>自动换行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>Wide tables</source>
        <translation>过宽的表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>For tables that are wider than the text.</source>
        <translation>正文宽度放不下的表格。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>This font is not installed, so the system font is used.</source>
        <translation>这里没有安装该字体，暂以系统字体代替。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>For code blocks and inline code.</source>
        <translation>用于代码块和句中的代码。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/reading_page.py"/>
        <source>For messages and the composer. Missing characters use the system font.</source>
        <translation>用于消息和输入框，缺少的字由系统字体补足。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/settings_dialog.py"/>
        <source>Streaming</source>
        <translation>流式输出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>Give up after</source>
        <translation>等待时限</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>How long a reply may stay silent before it is stopped. What has arrived is kept.</source>
        <translation>超过这段时间没有新内容，回复就会结束；已收到的内容会保留。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>Keep-alive limit</source>
        <translation>最长等待</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>How long a server may send only keep-alive signals, or take to send a reply that is not streamed.</source>
        <translation>超过这段时间仍只有保持连接的信号，或一次性返回的内容还没有到，回复就会结束。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>Retries</source>
        <translation>重试次数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>How many times to retry a request that fails before the reply begins.</source>
        <translation>请求在收到第一个字之前失败时，自动重新发送的次数。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>When a conversation no longer fits</source>
        <translation>对话超出长度时</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>What happens before a message is sent that would exceed the model's context window. A summary is written by the model, stays visible, and is undone with one click.</source>
        <translation>要发送的消息会超出模型的上下文窗口时，先做什么。总结由模型撰写，始终可见，点一下即可撤销。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/streaming_page.py"/>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Built-in tools</source>
        <translation>内置工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Part of the application. Those that run without asking change nothing and send nothing.</source>
        <translation>应用自带的工具。无需询问即可运行的工具不会更改或发送任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Ask first</source>
        <translation>先询问</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Run without asking</source>
        <translation>直接运行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Add folder...</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>The built-in tools may read the files in these folders.</source>
        <translation>内置工具可以读取这些文件夹中的文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>The built-in tools may read files only in folders that you add here.</source>
        <translation>内置工具只能读取您在此添加的文件夹中的文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Choose a folder that tools may read</source>
        <translation>选择工具可以读取的文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>Always allowed</source>
        <translation>始终允许</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>These tools run without asking as long as their descriptions stay the same.</source>
        <translation>只要说明不变，这些工具就会直接运行，不再询问。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_permissions.py"/>
        <source>When a tool asks for permission, you can always allow it. It then appears here.</source>
        <translation>工具请求许可时，您可以选择始终允许，之后它会列在这里。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>Restart</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>Use {name}</source>
        <translation>使用 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>Tools and log</source>
        <translation>工具和日志</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>Tools and log of {name}</source>
        <translation>{name} 的工具和日志</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>{action} {name}</source>
        <translation>{action} {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>None known yet. Start the server to see them.</source>
        <translation>尚不清楚。启动服务器即可查看。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_card.py"/>
        <source>Empty</source>
        <translation>空</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Program on this computer</source>
        <translation>本机程序</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Address (streamable HTTP)</source>
        <translation>地址（Streamable HTTP）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>For example: files</source>
        <translation>例如：files</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Save and start</source>
        <translation>保存并启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Keep values until I quit</source>
        <translation>保留这些值直到退出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Headers</source>
        <translation>标头</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Environment variables</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>One per line, such as {example}. Values are saved in the keyring.</source>
        <translation>每行一个，例如 {example}。值保存在密钥环中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>A name alone keeps its value.</source>
        <translation>只写名称则保留原值。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Enter a name of up to 40 characters, without a slash.</source>
        <translation>请输入最多 40 个字符、不含斜杠的名称。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>A tool server with this name already exists.</source>
        <translation>已有同名的工具服务器。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Command with arguments</source>
        <translation>命令及参数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Write each line as {example}.</source>
        <translation>每行请写成 {example}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>A quotation mark in the command is not closed.</source>
        <translation>命令中的引号没有闭合。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Enter a command.</source>
        <translation>请输入命令。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>The command contains a key. Put it into a variable, because commands are saved in a file.</source>
        <translation>命令中含有密钥。命令会保存到文件中，请把密钥放入变量。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>Enter an address that begins with http:// or https://.</source>
        <translation>请输入以 http:// 或 https:// 开头的地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_form.py"/>
        <source>The address contains a key. Put it into a header, because addresses are saved in a file.</source>
        <translation>地址中含有密钥。地址会保存到文件中，请把密钥放入标头。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_paste.py"/>
        <source>Paste what a server's page or another program's settings contain. Secrets in it go to the keyring.</source>
        <translation>粘贴服务器网页或其他程序设置中的内容。其中的机密值会存入密钥环。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_paste.py"/>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_paste.py"/>
        <source>Enter {names} of “{name}” afterwards.</source>
        <translation>之后请填写“{name}”的 {names}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tool_server_paste.py"/>
        <source>Will be added: {names}</source>
        <translation>将添加：{names}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tools_page.py"/>
        <source>Edit tool server</source>
        <translation>编辑工具服务器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tools_page.py"/>
        <source>New tool server</source>
        <translation>新建工具服务器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tools_page.py"/>
        <source>Paste tool servers</source>
        <translation>粘贴工具服务器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tools_page.py"/>
        <source>Tools do something for a model, after you allowed it. Choose them in each conversation, below the message. Tool servers speak the Model Context Protocol (MCP) and run with your rights.</source>
        <translation>工具在您允许后替模型做事。请在每个对话的消息框下方选择工具。工具服务器使用模型上下文协议（MCP），并以您的权限运行。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tools_page.py"/>
        <source>Add tool server</source>
        <translation>添加工具服务器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/settings/tools_page.py"/>
        <source>Paste configuration</source>
        <translation>粘贴配置</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_delegate.py"/>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_delegate.py"/>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_list_model.py"/>
        <source>expanded</source>
        <translation>已展开</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_list_model.py"/>
        <source>collapsed</source>
        <translation>已收起</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_list_model.py"/>
        <source>{name}, {size}, {state}</source>
        <translation>{name}，{size}，{state}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_list_model.py"/>
        <source>{title}, {state}</source>
        <translation>{title}，{state}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/conversation_list_model.py"/>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/endpoint_mark.py"/>
        <source>The local endpoint is starting</source>
        <translation>本地接口正在启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/endpoint_mark.py"/>
        <source>Local endpoint: {address}</source>
        <translation>本地接口：{address}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/endpoint_mark.py"/>
        <source>The local endpoint does not run</source>
        <translation>本地接口没有运行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Hide sidebar</source>
        <translation>隐藏侧边栏</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Loading your conversations</source>
        <translation>正在打开您的对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>This can take a moment after an update or while the file is being repaired. You can start writing now.</source>
        <translation>更新之后或修复文件时，可能需要稍等片刻。现在就可以开始输入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>No conversations yet</source>
        <translation>还没有对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Your conversations will appear here, newest first. Drop an export of ChatGPT, Claude or others here to import it.</source>
        <translation>对话会显示在这里，最新的在最前面。把 ChatGPT、Claude 等的导出文件拖到这里即可导入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Search failed</source>
        <translation>搜索失败</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Your conversations cannot be read right now.</source>
        <translation>现在无法读取对话。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>No title or message contains “{query}”.</source>
        <translation>没有标题或消息包含“{query}”。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/sidebar/sidebar.py"/>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/tabs/tab_menu.py"/>
        <source>Close other tabs</source>
        <translation>关闭其他标签页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/tabs/tab_strip.py"/>
        <source>Show sidebar</source>
        <translation>显示侧边栏</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/tabs/tab_strip.py"/>
        <source>All tabs</source>
        <translation>所有标签页</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>%n byte(s)</source>
        <translation><numerusform>%n 字节</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>~{number} tokens</source>
        <translation>约 {number} 个 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>Reading page {page} of {total}</source>
        <translation>正在读取第 {page} 页，共 {total} 页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>{sent} of {total} pages</source>
        <translation>{total} 页中的 {sent} 页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>{percent}% of the text</source>
        <translation>文本的 {percent}%</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>{number} pages</source>
        <translation>{number} 页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>1 page</source>
        <translation>1 页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_summary.py"/>
        <source>{number} characters</source>
        <translation>{number} 个字符</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The file could not be read.</source>
        <translation>无法读取该文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>This is not a file, but a folder or a device.</source>
        <translation>这不是文件，而是文件夹或设备。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The file no longer exists.</source>
        <translation>该文件已不存在。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>You do not have permission to read this file.</source>
        <translation>您没有读取该文件的权限。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The file is too large: at most {size} MB are read, and less of some kinds.</source>
        <translation>文件过大：最多读取 {size} MB，某些类型的上限更低。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The image has too many pixels. Scale it down and attach it again.</source>
        <translation>图像的像素过多。请缩小后重新添加。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The document needs a password. Save a copy without a password and attach that.</source>
        <translation>该文档需要密码。请另存一份不带密码的副本，然后添加该副本。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>There is nothing in this file.</source>
        <translation>该文件中没有内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>Files of this kind cannot be read. Attach an image, a document or a text file.</source>
        <translation>无法读取这种类型的文件。请添加图像、文档或文本文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The file is damaged or incomplete.</source>
        <translation>文件已损坏或不完整。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>Reading the file took too long and was stopped.</source>
        <translation>读取文件耗时过长，已停止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>Reading the file took too much memory and was stopped.</source>
        <translation>读取文件占用内存过多，已停止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>The program that reads documents could not be started.</source>
        <translation>无法启动用于读取文档的程序。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>Not sent: {pages} of {total} pages, and {letters} characters.</source>
        <translation>未发送：共 {total} 页中的 {pages} 页，以及 {letters} 个字符。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>Not sent: {pages} of {total} pages.</source>
        <translation>未发送：共 {total} 页中的 {pages} 页。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/attachment_text.py"/>
        <source>Not sent: {letters} characters at the end.</source>
        <translation>未发送：末尾的 {letters} 个字符。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>%n conversation(s), the settings and the usage were backed up to {file}, encrypted.</source>
        <translation><numerusform>已将 %n 个对话、设置和用量加密备份到 {file}。</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>%n conversation(s), the settings and the usage were backed up to {file}.</source>
        <translation><numerusform>已将 %n 个对话、设置和用量备份到 {file}。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>{sentence} {more}</source>
        <translation>{sentence}{more}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>What was used could not be read, so not all of it is in the backup.</source>
        <translation>用量记录无法读取，因此未能全部备份。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>Passphrase:</source>
        <translation>口令：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>Passphrase again:</source>
        <translation>再次输入口令：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>The passphrases are not the same. Type them again.</source>
        <translation>两次输入的口令不同，请重新输入。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>Use a passphrase of at least %n character(s).</source>
        <translation><numerusform>口令至少需要 %n 个字符。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>There is no passphrase: the first line is empty.</source>
        <translation>没有口令：第一行是空的。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>There is no terminal to type the passphrase in. Use --passphrase-file FILE, or - for standard input.</source>
        <translation>没有可以输入口令的终端。请使用 --passphrase-file FILE，或用 - 表示标准输入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/backup_text.py"/>
        <source>The passphrase could not be read from {file}: {reason}.</source>
        <translation>无法从 {file} 读取口令：{reason}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{sentence} The server said: {detail}</source>
        <translation>{sentence}服务器返回：{detail}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>The batch stopped: {problem}</source>
        <translation>批量任务已停止：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{problem} {summary}</source>
        <translation>{problem}{summary}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Ask a model about each row of a table or each file of a folder. The answers go to a file of their own.</source>
        <translation>让模型逐行处理表格，或逐个处理文件夹中的文件。回答写入单独的文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Reading documents: {done} of {total}</source>
        <translation>正在读取文档：{done}/{total}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{rate} rows a minute</source>
        <translation>每分钟 {rate} 行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{problem} Waiting {time}.</source>
        <translation>{problem}等待 {time}。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) answered</source>
        <translation><numerusform>已回答 %n 行</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) cut off or filtered</source>
        <translation><numerusform>其中 %n 行被截断或过滤</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) failed</source>
        <translation><numerusform>%n 行失败</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) not asked yet</source>
        <translation><numerusform>%n 行尚未发送</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{input} tokens in, {output} out</source>
        <translation>输入 {input} 个 token，输出 {output} 个</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>tokens unknown</source>
        <translation>token 数未知</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>at least {input} tokens in, {output} out</source>
        <translation>至少输入 {input} 个 token，输出 {output} 个</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>at least {amount}</source>
        <translation>至少 {amount}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>cost unknown</source>
        <translation>费用未知</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) in all</source>
        <translation><numerusform>共 %n 行</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n row(s) to ask</source>
        <translation><numerusform>待发送 %n 行</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Input: about {count} tokens</source>
        <translation>输入：约 {count} 个 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Input: unknown</source>
        <translation>输入：未知</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Output: unknown</source>
        <translation>输出：未知</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Output: at most {count} tokens</source>
        <translation>输出：最多 {count} 个 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Output: about {count} tokens, as in the answers so far</source>
        <translation>输出：约 {count} 个 token（按已有回答估算）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Cost: {amount}</source>
        <translation>费用：{amount}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{row}: {prompt}</source>
        <translation>{row}：{prompt}</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>%n image(s)</source>
        <translation><numerusform>%n 张图片</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Files of this kind cannot be read in a batch.</source>
        <translation>批量任务无法读取这类文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>nothing</source>
        <translation>免费</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{amount} for the input, and more for the output</source>
        <translation>输入 {amount}，输出另计</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>at most {amount}</source>
        <translation>最多 {amount}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>about {amount}</source>
        <translation>约 {amount}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{names} and {count} more</source>
        <translation>{names} 等（另有 {count} 处）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Could not read {name}: {problem}</source>
        <translation>无法读取 {name}：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>it cannot be opened</source>
        <translation>无法打开</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Could not read {name}: it is neither UTF-8 nor GBK text. Save it as UTF-8.</source>
        <translation>无法读取 {name}：它不是 UTF-8 或 GBK 文本。请另存为 UTF-8。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{name} is too large. Split it.</source>
        <translation>{name} 太大，请拆分。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>There is nothing to ask in {file}.</source>
        <translation>{file} 中没有可发送的内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has lines that are not JSON objects in UTF-8: {lines}</source>
        <translation>{file} 中有些行不是 UTF-8 编码的 JSON 对象：{lines}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has lines without a custom_id, which must be text: {lines}</source>
        <translation>{file} 中有些行缺少 custom_id（必须是文本）：{lines}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} uses a custom_id more than once: {names} (lines {lines}). Give each row its own.</source>
        <translation>{file} 中有重复的 custom_id：{names}（第 {lines} 行）。请为每一行使用不同的 custom_id。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has rows that are not for POST to /v1/chat/completions or /v1/responses: {names} (lines {lines})</source>
        <translation>{file} 中有些行不是发往 /v1/chat/completions 或 /v1/responses 的 POST 请求：{names}（第 {lines} 行）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has rows in which these members are missing or wrong: {names} (lines {lines})</source>
        <translation>{file} 中有些行的以下字段缺失或有误：{names}（第 {lines} 行）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} asks for what cannot be passed on: {names} (lines {lines}). Remove these members.</source>
        <translation>{file} 中有无法转发的字段：{names}（第 {lines} 行）。请删除这些字段。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has rows for another API than the connection's: {names} (lines {lines}). Choose the API that the rows are for, on the command line with --api.</source>
        <translation>{file} 中有些行适用于与连接不同的 API：{names}（第 {lines} 行）。请选择这些行对应的 API，命令行中使用 --api。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has rows that do not fit its header, or quotes without their partner: lines {lines}</source>
        <translation>{file} 中有些行与表头不符，或引号不成对：第 {lines} 行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has columns without a name, or with the same name: {names}</source>
        <translation>{file} 中有未命名或重名的列：{names}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>A prompt template is needed. It can use: {names}</source>
        <translation>需要提示词模板。可用字段：{names}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>The template has a brace without its partner: {place} For a brace itself, write {{{{ or }}}}.</source>
        <translation>模板中有不成对的花括号：{place} 要输入花括号本身，请写成 {{{{ 或 }}}}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>The template uses fields that do not exist: {fields}. It can use: {names}</source>
        <translation>模板使用了不存在的字段：{fields}。可用字段：{names}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>A template or system prompt is for tables and folders; the rows of a JSONL file are complete.</source>
        <translation>模板和系统提示词只用于表格和文件夹；JSONL 文件中的每一行已是完整的请求。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} is not a JSON schema. {problem}</source>
        <translation>{file} 不是 JSON Schema。{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} contains something other than the answers of a batch, so nothing was written to it. Choose another output file.</source>
        <translation>{file} 中有批量回答以外的内容，因此未写入。请选择其他输出文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Another batch is writing to {file}.</source>
        <translation>另一个批量任务正在写入 {file}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>The output must not be the input, or in it. Choose another file.</source>
        <translation>输出文件不能是输入文件，也不能位于输入文件夹中。请选择其他文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} has answers to other questions, models or schemas under the same ids: {names}. Choose another output file, or go on with the same input and options.</source>
        <translation>{file} 中相同 id 的回答属于不同的问题、模型或 Schema：{names}。请选择其他输出文件，或使用相同的输入和选项继续。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>{file} was changed while the batch ran. Start it again.</source>
        <translation>{file} 在批量任务运行期间被修改。请重新开始。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Answered</source>
        <translation>已回答</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Cut off or filtered</source>
        <translation>被截断或过滤</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/batch_text.py"/>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>{problem} Nothing has been sent. Use --over-budget to send it all the same.</source>
        <translation>{problem}什么都没有发送。要照样发送，请使用 --over-budget。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>{problem} Callers get error 402 (budget_reached) until you raise it.</source>
        <translation>{problem}在提高预算之前，调用方会收到错误 402（budget_reached）。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>{problem} Callers are still answered; the header X-Budget-Exceeded tells them.</source>
        <translation>{problem}调用方仍会得到回复，响应头 X-Budget-Exceeded 会说明这一点。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>{spent} of {budget}</source>
        <translation>{spent} / {budget}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>This month</source>
        <translation>本月</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>Today's budget of {budget} is reached: {spent} spent.</source>
        <translation>今天的预算 {budget} 已用完：已花费 {spent}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>This month's budget of {budget} is reached: {spent} spent.</source>
        <translation>本月的预算 {budget} 已用完：已花费 {spent}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>This would cost {estimate} and exceed today's budget of {budget}: {spent} spent.</source>
        <translation>这将花费{estimate}，会超出今天的预算 {budget}：已花费 {spent}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/budget_text.py"/>
        <source>This would cost {estimate} and exceed this month's budget of {budget}: {spent} spent.</source>
        <translation>这将花费{estimate}，会超出本月的预算 {budget}：已花费 {spent}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/connection_text.py"/>
        <source>Demo (no AI)</source>
        <translation>演示（无 AI）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/connection_text.py"/>
        <source>Environment</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>Port {port} is used by another program. Choose another port.</source>
        <translation>端口 {port} 已被其他程序占用，请换一个端口。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The local endpoint cannot listen at this address.</source>
        <translation>本地接口无法在此地址上监听。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The local endpoint needs packages that are not installed: pip install 'desktop-chat[serve]'</source>
        <translation>本地接口所需的软件包尚未安装：pip install 'desktop-chat[serve]'</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The token must be at least 16 printable ASCII characters without spaces.</source>
        <translation>令牌至少需要 16 个可打印的 ASCII 字符，且不能含有空格。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The token is missing or wrong. Send it as: Authorization: Bearer TOKEN</source>
        <translation>缺少令牌或令牌不正确。请这样发送：Authorization: Bearer TOKEN</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>Pages of this origin are not allowed to use the local endpoint.</source>
        <translation>不允许此来源的网页使用本地接口。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The request names another host than this computer.</source>
        <translation>请求中的主机名不是本机。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>This caller is blocked in Desktop Chat.</source>
        <translation>此调用方已在 Desktop Chat 中被屏蔽。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>A budget is reached, or this request would exceed it. Raise it in Desktop Chat, in Settings, Budgets.</source>
        <translation>预算已用完，或此请求会超出预算。请在 Desktop Chat 的“设置”“预算”中提高预算。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>Too many requests are running. Try again in a moment.</source>
        <translation>正在处理的请求过多，请稍后再试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The request is too large.</source>
        <translation>请求过大。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The request did not arrive in time.</source>
        <translation>请求未能及时送达。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The request is not valid.</source>
        <translation>请求无效。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>There is nothing at this address.</source>
        <translation>此地址上没有内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The chat page is not part of this installation. Programs can use /v1 and /api/chat/stream with the token.</source>
        <translation>此安装不含聊天网页。程序可以凭令牌使用 /v1 和 /api/chat/stream。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>This HTTP method is not allowed at this address.</source>
        <translation>此地址不支持该请求方法。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The request was stopped in Desktop Chat.</source>
        <translation>请求已在 Desktop Chat 中停止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The local endpoint was switched off.</source>
        <translation>本地接口已关闭。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>{sentence} ({detail})</source>
        <translation>{sentence}（{detail}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>The token could not be read from {file}: {problem}</source>
        <translation>无法从 {file} 读取令牌：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>No connection is set up: callers must name one, or start with --connection or --base-url.</source>
        <translation>尚未设置连接：调用方必须指定一个连接，或者启动时加上 --connection 或 --base-url。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/endpoint_text.py"/>
        <source>Other computers can reach {url}. Whoever has the token can use your models, and it is sent unencrypted.</source>
        <translation>其他计算机可以访问 {url}。任何持有令牌的人都能使用您的模型，而且令牌以明文传输。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The certificates in {file} were changed or never confirmed, so they are not trusted.</source>
        <translation>{file} 中的证书已被更改，或从未经您确认，因此不受信任。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The key from the environment is sent to {host} without encryption, so others on the network can read it and your messages. Use an https address.</source>
        <translation>环境变量中的密钥将不加密地发送到 {host}：网络中的其他人可以读到密钥和消息。请使用 https 地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model declined to answer</source>
        <translation>模型拒绝回答</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Finish reason: {reason}</source>
        <translation>结束原因：{reason}</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>%n second(s)</source>
        <translation><numerusform>%n 秒</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>%n minute(s)</source>
        <translation><numerusform>%n 分钟</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>%n hour(s)</source>
        <translation><numerusform>%n 小时</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Sent in place of the earlier messages.</source>
        <translation>代替较早的消息发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Not sent: the earlier messages are.</source>
        <translation>未发送，发送的是较早的消息本身。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model sent reasoning but no answer.</source>
        <translation>模型只给出了思考过程，没有给出回答。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Too many requests.</source>
        <translation>请求过于频繁。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Something went wrong.</source>
        <translation>出了点问题。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Too many requests. Wait a moment, then retry.</source>
        <translation>请求过于频繁，请稍等片刻再试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Too many requests. The server asks you to wait {time}.</source>
        <translation>请求过于频繁，服务器要求等待 {time}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This model was not found on the server.</source>
        <translation>服务器上没有这个模型。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model {model} was not found on the server.</source>
        <translation>服务器上没有模型 {model}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No API key is set for this connection.</source>
        <translation>这个连接还没有密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No API key is set for {connection}.</source>
        <translation>“{connection}”还没有密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model server reported an error.</source>
        <translation>模型服务器出错了。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server rejected the API key.</source>
        <translation>密钥被拒绝。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Your account is out of credit.</source>
        <translation>账户余额不足。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This conversation is too long for the model.</source>
        <translation>这个对话太长，超出了模型的上限。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The request is too large for the server.</source>
        <translation>请求过大，服务器不接收。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server rejected the request.</source>
        <translation>服务器没有接受请求。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The provider's content policy does not allow this request.</source>
        <translation>这个请求不符合服务商的内容规则。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The provider is not available in your region.</source>
        <translation>服务商不在您所在的地区提供服务。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No provider of this model matches your account's privacy settings.</source>
        <translation>提供这个模型的服务商都不符合您账户的隐私设置。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This model is only available through the Responses API.</source>
        <translation>这个模型只能通过 Responses API 使用。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This model is only available through the Chat Completions API.</source>
        <translation>这个模型只能通过 Chat Completions 使用。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This model cannot read images.</source>
        <translation>这个模型无法识别图片。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This model cannot use tools.</source>
        <translation>这个模型无法使用工具。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No model server was found at this address. Addresses often end in /v1.</source>
        <translation>地址可能有误：那里没有模型服务器应答。地址通常以 /v1 结尾。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server does not respond at /responses. It may support only Chat Completions, or the address may be wrong.</source>
        <translation>服务器没有响应 /responses。它可能只支持 Chat Completions，也可能是地址有误。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server redirects requests to another address. Enter that address in the connection.</source>
        <translation>服务器把请求转到了另一个地址，请在连接中改填那个地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>A firewall in front of the server blocked the request.</source>
        <translation>服务器前面的防火墙拦截了请求。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No connection is selected.</source>
        <translation>还没有选择连接。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No model is selected.</source>
        <translation>还没有选择模型。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Could not connect to the server. It may not be running.</source>
        <translation>这个地址没有响应，服务器可能没有运行。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server was not found. Check the address and your network.</source>
        <translation>找不到服务器，请检查地址和网络。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server's certificate is not trusted.</source>
        <translation>服务器的证书不受信任。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The proxy rejected the request.</source>
        <translation>代理没有放行请求。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The environment variable {name} is not a valid proxy address. It should look like http://proxy.example.com:8080.</source>
        <translation>环境变量 {name} 中的代理地址无法使用。正确的写法类似 http://proxy.example.com:8080。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server did not respond in time.</source>
        <translation>服务器没有及时响应。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The connection was lost.</source>
        <translation>连接已断开。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server stopped sending data.</source>
        <translation>服务器没有继续发送数据。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The connection was lost because the computer went to sleep.</source>
        <translation>电脑进入睡眠，连接已断开。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server sent a response that could not be read.</source>
        <translation>服务器发来的内容无法读取。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server sent an empty response.</source>
        <translation>服务器返回了空响应。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model returned an empty reply.</source>
        <translation>模型没有返回任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The reply became too large and was stopped.</source>
        <translation>回复过大，已经结束。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model asked for a tool that is not available here.</source>
        <translation>模型想使用一个这里没有的工具。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The model kept calling tools, up to the limit in the settings.</source>
        <translation>模型不断调用工具，已达到设置中的上限。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The content of {name} is missing or damaged, so nothing was sent.</source>
        <translation>{name} 的内容缺失或已损坏，因此没有发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The answer does not fit the JSON schema.</source>
        <translation>回答不符合 JSON Schema。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The batch cannot go on.</source>
        <translation>批量任务无法继续。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server reported an internal error.</source>
        <translation>服务器出了问题。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Your conversations could not be read or saved.</source>
        <translation>无法读取或保存对话。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Your conversations were saved by a newer version of Desktop Chat.</source>
        <translation>这些对话由更新版本的 Desktop Chat 保存。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The conversations file is damaged.</source>
        <translation>对话文件已损坏。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The disk is full.</source>
        <translation>磁盘已满。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The conversations file cannot be written to.</source>
        <translation>对话文件无法写入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Another program is using the conversations file.</source>
        <translation>另一个程序正在使用对话文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The conversations file was replaced by another file while it was in use.</source>
        <translation>对话文件在使用期间被换成了另一个文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The conversations file is a link, and links are not followed here.</source>
        <translation>对话文件所在的位置是一个链接，程序不会打开这里的链接。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The content of an attachment is missing or damaged.</source>
        <translation>某个附件的内容缺失或已损坏。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The keyring could not complete the request.</source>
        <translation>密钥环没有完成操作。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The keyring is locked.</source>
        <translation>密钥环已锁定。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No keyring was found on this computer.</source>
        <translation>这台电脑上没有找到密钥环。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The keyring did not respond.</source>
        <translation>密钥环没有响应。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The keyring did not save the key.</source>
        <translation>密钥环没有保存密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This is not a valid key: it is empty, too long, or contains invalid characters.</source>
        <translation>这不是有效的密钥：内容为空、过长，或含有不允许的字符。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The saved key belongs to another server, so it was not sent.</source>
        <translation>保存的密钥属于另一个服务器，因此没有发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The key was saved by an earlier version, which did not record its server, so it was not sent.</source>
        <translation>这个密钥由早期版本保存，没有记录它属于哪个服务器，因此没有发送。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The image cannot be shown.</source>
        <translation>无法显示这张图片。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This address is on your own computer or local network, so it was not opened.</source>
        <translation>该地址位于本机或本地网络，因此未打开。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>No image was found at this address.</source>
        <translation>该地址没有可获取的图片。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The file at this address is not a supported image.</source>
        <translation>该地址的内容不是可显示的图片。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The image is too large to show.</source>
        <translation>图片过大，无法显示。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The image is damaged or incomplete.</source>
        <translation>图片已损坏或不完整。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The server redirected the request too many times.</source>
        <translation>服务器一再跳转，没有给出图片。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The certificates cannot be used.</source>
        <translation>证书无法使用。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The certificate file cannot be read.</source>
        <translation>无法读取证书文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>This file contains no certificate. It must be a PEM file.</source>
        <translation>此文件中没有证书。它必须是 PEM 文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The settings could not be read or saved.</source>
        <translation>无法读取或保存设置。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>The data directory belongs to another user.</source>
        <translation>数据目录属于另一个用户。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Other users of this computer can write to the data directory.</source>
        <translation>这台电脑上的其他用户可以写入数据目录。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Desktop Chat quit before this reply was complete.</source>
        <translation>回复完成之前，Desktop Chat 就退出了。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>An internal error occurred in Desktop Chat. The text received so far is kept.</source>
        <translation>Desktop Chat 在这里出错了，已收到的文字会保留。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Send key...</source>
        <translation>发送密钥…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Use .../v1</source>
        <translation>使用 .../v1</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Start new conversation</source>
        <translation>开始新对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Edit message</source>
        <translation>修改问题</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Use Responses and retry</source>
        <translation>改用 Responses 并重试</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Use Chat Completions and retry</source>
        <translation>改用 Chat Completions 并重试</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Send without images</source>
        <translation>不带图片发送</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Use summary</source>
        <translation>使用总结</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Send whole conversation again</source>
        <translation>恢复发送整个对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Answer without summary</source>
        <translation>不用总结，直接回答</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Writing</source>
        <translation>正在回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Complete</source>
        <translation>完成</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Cut off at the length limit</source>
        <translation>达到长度上限，已截断</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/error_text.py"/>
        <source>Blocked by the server's content filter</source>
        <translation>被服务器的内容过滤拦截</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The answer is still arriving.</source>
        <translation>响应仍在到达。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>You stopped the reply, so Desktop Chat closed the connection before the server finished.</source>
        <translation>您停止了回复。连接由本机关闭，并非服务器结束。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The answer ended without a finish reason: the server, or something between it and this computer, cut it off.</source>
        <translation>响应没有结束原因就终止了：服务器或其与本机之间的某个环节切断了它。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The reply is complete (finish reason “{reason}”).</source>
        <translation>回复完整（结束原因“{reason}”）。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The server reported a fault as the end of the reply (finish reason “{reason}”).</source>
        <translation>服务器以故障结束了回复（结束原因“{reason}”）。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The server ended the reply at its limit of tokens (finish reason “{reason}”).</source>
        <translation>回复达到 token 上限，被服务器结束（结束原因“{reason}”）。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The server's filter ended the reply (finish reason “{reason}”).</source>
        <translation>服务器的过滤器结束了回复（结束原因“{reason}”）。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>The server did not say.</source>
        <translation>服务器未说明。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>{count} in the request</source>
        <translation>请求 {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>{count} of them from the cache</source>
        <translation>其中缓存 {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>{count} in the reply</source>
        <translation>回复 {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>{count} of them reasoning</source>
        <translation>其中推理 {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>Looking up the name</source>
        <translation>查询域名</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>Connecting</source>
        <translation>建立连接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>TLS handshake</source>
        <translation>TLS 握手</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>Sending the request</source>
        <translation>发送请求</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>Waiting for the answer</source>
        <translation>等待响应</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>First token</source>
        <translation>首个 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>Receiving the answer</source>
        <translation>接收响应</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>{ms} ms</source>
        <translation>{ms} 毫秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>over {limit}</source>
        <translation>超过 {limit}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/exchange_text.py"/>
        <source>under {limit}</source>
        <translation>小于 {limit}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>en</source>
        <translation>zh-CN</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>You</source>
        <translation>我</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Reasoning</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Canned reply of the demo, no AI</source>
        <translation>演示的预设回复，没有人工智能</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>JSON, complete</source>
        <translation>JSON（完整）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>JSONL for fine-tuning</source>
        <translation>JSONL（用于微调）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Web page (HTML)</source>
        <translation>网页（HTML）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Word document</source>
        <translation>Word 文档</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Plain text</source>
        <translation>纯文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Everything, with all branches and attachments. Can be imported again.</source>
        <translation>全部内容，包括所有分支和附件。可以重新导入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>One conversation per line, as chat messages.</source>
        <translation>每行一个对话，采用聊天消息的格式。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Readable text, with images and files beside it.</source>
        <translation>易读的文本，图片和文件放在旁边。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>One file to read, share or print, with the images inside.</source>
        <translation>一个文件，内含图片，可阅读、分享或打印。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>For printing and reading. The text can be selected.</source>
        <translation>用于打印和阅读，文字可以选取。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>For editing in Word or LibreOffice.</source>
        <translation>用于在 Word 或 LibreOffice 中编辑。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Without any formatting.</source>
        <translation>不带任何格式。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>%n conversation(s) exported to {file}.</source>
        <translation><numerusform>已将 %n 个对话导出到 {file}。</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>%n attachment(s) were missing.</source>
        <translation><numerusform>缺少 %n 个附件。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>{done} of {all} conversations</source>
        <translation>{done} / {all} 个对话</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>The export could not be written: {detail}.</source>
        <translation>无法写入导出文件：{detail}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>{file} already exists. Choose another name.</source>
        <translation>{file} 已存在，请换一个名称。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>The disk is full, so {file} was not written.</source>
        <translation>磁盘已满，{file} 没有写入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>{file} cannot be written. Choose another folder.</source>
        <translation>无法写入 {file}，请选择其他文件夹。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>The folder {folder} does not exist.</source>
        <translation>文件夹 {folder} 不存在。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>There is no such conversation to export.</source>
        <translation>没有可以导出的对话。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>The program that exports stopped unexpectedly. Nothing was written.</source>
        <translation>导出程序意外停止，没有写入任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Attached: {names}</source>
        <translation>附件：{names}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>The tool reported an error.</source>
        <translation>工具报告了错误。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Refused by you.</source>
        <translation>已被您拒绝。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Stopped before it ended.</source>
        <translation>在结束前已停止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Version {number} of {count}</source>
        <translation>第 {number} 个版本，共 {count} 个</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/export_text.py"/>
        <source>Page {number} of {count}</source>
        <translation>第 {number} 页，共 {count} 页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{numerator} over {denominator}</source>
        <translation>{denominator} 分之 {numerator}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the fraction {numerator} over {denominator}, end of fraction,</source>
        <translation>分数，分子 {numerator}，分母 {denominator}，分数结束，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the square root of {inside}</source>
        <translation>根号 {inside}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the square root of {inside}, end of root,</source>
        <translation>根号 {inside}，根号结束，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the root with index {index} of {inside}, end of root,</source>
        <translation>{index} 次根号 {inside}，根号结束，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} to the power of {exponent}</source>
        <translation>{base} 的 {exponent} 次方</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} to the power of {exponent}, end of power,</source>
        <translation>{base} 的 {exponent} 次方，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} sub {index}</source>
        <translation>{base} 下标 {index}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{sign} from {below} to {above} of</source>
        <translation>{sign}，从 {below} 到 {above}，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{sign} for {below} of</source>
        <translation>{sign}，{below}，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} with {script} above</source>
        <translation>{base}，上方 {script}，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} with {script} below</source>
        <translation>{base}，下方 {script}，</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} prime</source>
        <translation>{base} 撇</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>a table of {rows} by {columns}:</source>
        <translation>{rows} 行 {columns} 列：</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>row {number}: {words};</source>
        <translation>第 {number} 行：{words}；</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>end of table</source>
        <translation>表格结束</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{upper} choose {lower}</source>
        <translation>{upper} 选 {lower} 的组合数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} squared</source>
        <translation>{base} 的平方</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} cubed</source>
        <translation>{base} 的立方</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} hat</source>
        <translation>{base} 帽</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} bar</source>
        <translation>{base} 横线</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the vector {base}</source>
        <translation>向量 {base}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} tilde</source>
        <translation>{base} 波浪线</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} dot</source>
        <translation>{base} 点</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>{base} double dot</source>
        <translation>{base} 两点</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>plus</source>
        <translation>加</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>minus</source>
        <translation>减</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>plus or minus</source>
        <translation>正负</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>equals</source>
        <translation>等于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is not equal to</source>
        <translation>不等于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is approximately equal to</source>
        <translation>约等于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is identical to</source>
        <translation>恒等于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is less than</source>
        <translation>小于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is greater than</source>
        <translation>大于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is less than or equal to</source>
        <translation>小于等于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is greater than or equal to</source>
        <translation>大于等于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>times</source>
        <translation>乘</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>divided by</source>
        <translation>除以</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is in</source>
        <translation>属于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is not in</source>
        <translation>不属于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>is a subset of</source>
        <translation>包含于</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>union</source>
        <translation>并</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>intersected with</source>
        <translation>交</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the empty set</source>
        <translation>空集</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>for all</source>
        <translation>对任意</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>there exists</source>
        <translation>存在</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>and</source>
        <translation>且</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>or</source>
        <translation>或</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>not</source>
        <translation>非</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>implies</source>
        <translation>推出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>if and only if</source>
        <translation>当且仅当</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>infinity</source>
        <translation>无穷大</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the sum</source>
        <translation>求和</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the product</source>
        <translation>求积</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the integral</source>
        <translation>积分</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>the limit</source>
        <translation>极限</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>partial</source>
        <translation>偏</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>nabla</source>
        <translation>纳布拉</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>sine</source>
        <translation>正弦</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>tangent</source>
        <translation>正切</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>logarithm</source>
        <translation>对数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>natural logarithm</source>
        <translation>自然对数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>and so on</source>
        <translation>等等</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>open parenthesis</source>
        <translation>左括号</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>close parenthesis</source>
        <translation>右括号</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>open bracket</source>
        <translation>左方括号</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>close bracket</source>
        <translation>右方括号</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>open brace</source>
        <translation>左花括号</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>close brace</source>
        <translation>右花括号</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/formula_text.py"/>
        <source>vertical bar</source>
        <translation>竖线</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>The file could not be read. Check that it exists and that you may open it.</source>
        <translation>无法读取该文件。请确认文件存在，并且您有权打开它。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>This file is cut off or was changed, so nothing of it was added. Copy it again, or use an older backup.</source>
        <translation>此文件不完整或已被更改，因此没有添加任何内容。请重新复制，或使用较早的备份。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>This backup is encrypted. Run the command in a terminal to type its passphrase, or name a file that contains it: --passphrase-file FILE.</source>
        <translation>此备份已加密。请在终端中运行命令并输入口令，或指定包含口令的文件：--passphrase-file FILE。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>This is not the passphrase of the backup, so nothing was added. Check capital letters and the keyboard layout.</source>
        <translation>这不是该备份的口令，因此没有添加任何内容。请检查大小写和键盘布局。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>This is not an export that can be imported. Choose the file as you downloaded it, without changing it.</source>
        <translation>这不是可以导入的导出文件。请选择下载得到的原始文件，不要改动它。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>A newer version of Desktop Chat wrote this file. Update Desktop Chat, then import it again.</source>
        <translation>此文件由更新版本的 Desktop Chat 写入。请先更新 Desktop Chat，再重新导入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>This archive is built to use up memory or disk space, so it was not read. Download the export again.</source>
        <translation>此压缩包会耗尽内存或磁盘空间，因此没有读取。请重新下载导出文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>The import ended unexpectedly. Conversations that came until then are complete; import again to add the rest.</source>
        <translation>导入意外中断。已添加的对话是完整的；重新导入即可添加其余对话。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Desktop Chat is just starting, or open in another version. Wait a moment or quit it, then import again.</source>
        <translation>Desktop Chat 正在启动，或打开的是另一个版本。请稍候，或先退出它，然后重新导入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Chat completions (JSONL)</source>
        <translation>Chat Completions（JSONL）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Markdown files</source>
        <translation>Markdown 文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>damaged or cut off from here on</source>
        <translation>从这里起已损坏或被截断</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>not in the expected form</source>
        <translation>不符合预期的格式</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>a part of an unknown kind</source>
        <translation>未知类型的内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>a name that leads out of the archive</source>
        <translation>指向压缩包之外的名称</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>too large</source>
        <translation>过大</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>nested too deeply</source>
        <translation>嵌套过深</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>a file that the export does not contain</source>
        <translation>导出中缺少的文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>no messages</source>
        <translation>没有消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>occurs twice with different contents; the first was kept</source>
        <translation>出现两次且内容不同；保留了第一个</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>changed at its source; the new text was added beside the one that is here</source>
        <translation>在来源处已更改；新文本已添加在现有文本旁边</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{where}: {reason} ({detail})</source>
        <translation>{where}：{reason}（{detail}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{where}: {reason}</source>
        <translation>{where}：{reason}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{title} (messages: {count})</source>
        <translation>{title}（消息：{count}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{title} (new messages: {count})</source>
        <translation>{title}（新消息：{count}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{name}. Added: {new}; with new messages: {grown}; already here: {known}; not read: {unread}.</source>
        <translation>{name}。已添加：{new}；有新消息：{grown}；已存在：{known}；未能读取：{unread}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{name}. Would be added: {new}; with new messages: {grown}; already here: {known}; not read: {unread}.</source>
        <translation>{name}。将添加：{new}；有新消息：{grown}；已存在：{known}；未能读取：{unread}。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n connection(s), without the keys; enter these in the settings</source>
        <translation><numerusform>%n 个连接，不含密钥，请在设置中输入</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n tool server(s), off until you switch them on</source>
        <translation><numerusform>%n 个工具服务器，在您开启之前保持关闭</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n other setting(s)</source>
        <translation><numerusform>%n 项其他设置</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Settings added: {list}.</source>
        <translation>已添加设置：{list}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Settings that would be added: {list}.</source>
        <translation>将会添加的设置：{list}。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n caller(s) of the local endpoint</source>
        <translation><numerusform>本地接口的 %n 个调用方</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Usage added: {list}.</source>
        <translation>已添加用量：{list}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Usage that would be added: {list}.</source>
        <translation>将会添加的用量：{list}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>This backup is encrypted. Enter its passphrase.</source>
        <translation>此备份已加密，请输入口令。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Its settings are not added while Desktop Chat is open. To add them, quit it and import the file again.</source>
        <translation>Desktop Chat 打开时不会添加其中的设置。要添加设置，请退出后再次导入此文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>The settings here cannot be read ({reason}), so those of the backup are not added.</source>
        <translation>无法读取这里的设置（{reason}），因此没有添加备份中的设置。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>New</source>
        <translation>新</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>%n new message(s)</source>
        <translation><numerusform>%n 条新消息</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Already here</source>
        <translation>已存在</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Adding the usage...</source>
        <translation>正在添加用量…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Reading the usage...</source>
        <translation>正在读取用量…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Importing... {count}</source>
        <translation>正在导入… {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Reading... {count}</source>
        <translation>正在读取… {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{name}: {conversations}, {messages}, {images}. Already here: {known}.</source>
        <translation>{name}：{conversations}，{messages}，{images}。已存在：{known}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>{name}: {conversations}, {messages}. Already here: {known}.</source>
        <translation>{name}：{conversations}，{messages}。已存在：{known}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Imported: {amount}. New messages in: {grown}.</source>
        <translation>已导入：{amount}。有新消息的：{grown}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>New messages in: {grown}.</source>
        <translation>有新消息的：{grown}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Imported: {amount}.</source>
        <translation>已导入：{amount}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/import_text.py"/>
        <source>Nothing was added.</source>
        <translation>没有添加任何内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>max tokens</source>
        <translation>token 上限</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>reasoning effort</source>
        <translation>思考强度</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>streaming</source>
        <translation>流式输出</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>reply in one piece</source>
        <translation>一次性返回</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>token usage</source>
        <translation>token 计数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>the option not to store replies</source>
        <translation>不保存内容的请求</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>reasoning summary</source>
        <translation>思考摘要</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>images</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>Not sent, because the server does not accept it for this model: {names}.</source>
        <translation>服务器对这个模型不接受以下内容，已略去：{names}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>The system prompt was added to the first message.</source>
        <translation>系统提示词已并入第一个问题。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>{sentence} {remedy}</source>
        <translation>{sentence}{remedy}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>The system prompt was added to the first message, because the server does not accept it for this model.</source>
        <translation>服务器对这个模型不接受系统提示词，已并入第一个问题。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>Some of the chosen tools were not offered, because their server does not run.</source>
        <translation>所选的部分工具未提供，因为其服务器没有运行。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/left_out_text.py"/>
        <source>{names}, {name}</source>
        <translation>{names}、{name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/message_markdown.py"/>
        <source>Tool call</source>
        <translation>工具调用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/message_markdown.py"/>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>under {amount}</source>
        <translation>不到 {amount}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>Tokens in</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>of them cached</source>
        <translation>其中缓存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>Tokens out</source>
        <translation>输出 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>of them reasoning</source>
        <translation>其中推理</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>{tokens} tokens; the size of the model's window is unknown</source>
        <translation>{tokens} token；模型的上下文窗口大小未知</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/money_text.py"/>
        <source>{tokens} of {window} tokens ({percent})</source>
        <translation>{tokens} / {window} token（{percent}）</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/summary_text.py"/>
        <source>Summary of %n earlier message(s)</source>
        <translation><numerusform>较早 %n 条消息的总结</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/summary_text.py"/>
        <source>Summary of %n earlier message(s), not sent</source>
        <translation><numerusform>较早 %n 条消息的总结，未发送</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tab_state.py"/>
        <source>new reply</source>
        <translation>有新回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tab_state.py"/>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tab_state.py"/>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tab_state.py"/>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tab_state.py"/>
        <source>asks for approval</source>
        <translation>等待批准</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>{problem} Retrying in {time}.</source>
        <translation>{problem}{time}后重试。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>%n event(s) of the reply could not be read.</source>
        <translation><numerusform>回复中有 %n 个事件无法读取。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>There is no connection named {name}, and no other connection is set up.</source>
        <translation>没有名为 {name} 的连接，也没有其他连接。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>There is no connection named {name}. Available: {names}</source>
        <translation>没有名为 {name} 的连接。现有：{names}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>it is not UTF-8 text</source>
        <translation>不是 UTF-8 文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>it is too large</source>
        <translation>内容过大</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The tool {tool} needs bubblewrap and Python 3; one is missing, or the sandbox is not allowed here.</source>
        <translation>工具 {tool} 需要 bubblewrap 和 Python 3；缺少其中之一，或此处不允许使用沙盒。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>There is no tool {tool}.</source>
        <translation>没有工具 {tool}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The tool server {name} does not run. {problem}</source>
        <translation>工具服务器 {name} 没有运行。{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>In {file}, {variable} of {server} has no value.</source>
        <translation>{file} 中 {server} 的 {variable} 没有值。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The prompt is empty.</source>
        <translation>提示词为空。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Some settings in {file} could not be read.</source>
        <translation>{file} 中的部分设置无法读取。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The data directory cannot be used. {detail}</source>
        <translation>数据目录无法使用。{detail}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Open Desktop Chat's window to confirm them.</source>
        <translation>请打开 Desktop Chat 的窗口进行确认。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The model wants to use {tool} with {arguments}. Allow it? y: yes, a: always in this conversation, other: no</source>
        <translation>模型想使用 {tool}，参数为 {arguments}。允许吗？y：允许，a：在此对话中始终允许，其他：拒绝</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Every tool call is refused. To allow calls, use --approve ask or --approve all.</source>
        <translation>所有工具调用都会被拒绝。要允许调用，请使用 --approve ask 或 --approve all。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Tool {tool}: {arguments}</source>
        <translation>工具 {tool}：{arguments}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Tool {tool} is done.</source>
        <translation>工具 {tool} 已完成。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Tool {tool} was refused.</source>
        <translation>工具 {tool} 已被拒绝。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Tool {tool} failed: {problem}</source>
        <translation>工具 {tool} 失败：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Could not write the output: {problem}</source>
        <translation>无法写入输出：{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Waiting for your keyring...</source>
        <translation>正在等待密钥环…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Desktop Chat is in the menu now: {file}</source>
        <translation>Desktop Chat 已加入菜单：{file}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The menu entry and its icon are removed.</source>
        <translation>菜单项及其图标已移除。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>There was no menu entry to remove.</source>
        <translation>没有可移除的菜单项。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>The menu entry could not be changed. {problem}</source>
        <translation>无法更改菜单项。{problem}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>install-launcher is for Linux. On Windows and macOS the installer adds the menu entry.</source>
        <translation>install-launcher 仅适用于 Linux。在 Windows 和 macOS 上，菜单项由安装程序添加。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>An internal error occurred in Desktop Chat: {summary}.</source>
        <translation>Desktop Chat 出错了：{summary}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>An internal error occurred in Desktop Chat: {summary}. See {file} for details.</source>
        <translation>Desktop Chat 出错了：{summary}。详情见 {file}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>That user could change what is in {directory}. Run Desktop Chat as that user, or choose another directory with --data-dir.</source>
        <translation>该用户可以更改 {directory} 中的内容。请以该用户的身份启动 Desktop Chat，或用 --data-dir 指定另一个目录。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>They could change your settings and conversations. Remove their write access: chmod go-w {directory}</source>
        <translation>他们可能会更改您的设置和对话。请让它只归您所有：chmod go-w {directory}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Set OPENAI_API_KEY, or save a key for this connection in the settings.</source>
        <translation>请设置 OPENAI_API_KEY，或在窗口中为该连接保存密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Check OPENAI_API_KEY, or this connection's key in the settings.</source>
        <translation>请检查 OPENAI_API_KEY，或窗口中该连接的密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Save this server's key for the connection in the settings.</source>
        <translation>请在窗口中为这个连接保存该服务器的密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Send a message with this connection once in Desktop Chat's window, and allow the key there.</source>
        <translation>请先在窗口中用这个连接发送一条消息，并在那里允许使用密钥。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Use --base-url or --connection, or set OPENAI_API_KEY.</source>
        <translation>请用 --base-url 或 --connection 指定，或设置 OPENAI_API_KEY。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Choose one with --model.</source>
        <translation>请用 --model 指定一个模型。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Choose another with --model.</source>
        <translation>请用 --model 换一个模型。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Choose another with --base-url.</source>
        <translation>请用 --base-url 换一个地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Or pass it with --base-url.</source>
        <translation>请用 --base-url 指定那个地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Rephrase the prompt, or choose another model with --model.</source>
        <translation>请换一种说法，或用 --model 换一个模型。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Retry with --api responses.</source>
        <translation>请加上 --api responses 再试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Retry with --api chat_completions.</source>
        <translation>请加上 --api chat_completions 再试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Retry with --api chat_completions, or choose another --base-url.</source>
        <translation>请加上 --api chat_completions 再试，或者用 --base-url 指定其他地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>Shorten the prompt.</source>
        <translation>请缩短内容后再问。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/terminal_text.py"/>
        <source>To wait longer, use --timeout.</source>
        <translation>可用 --timeout 设置等待时间。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>{name} of {server}</source>
        <translation>{server} 的 {name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Web pages of {site}</source>
        <translation>{site} 的网页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Current time</source>
        <translation>当前时间</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Calculator</source>
        <translation>计算器</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Read a web page</source>
        <translation>读取网页</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Read a file</source>
        <translation>读取文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>List a folder</source>
        <translation>列出文件夹</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Run Python in a sandbox</source>
        <translation>在沙盒中运行 Python</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Date, time and time zone.</source>
        <translation>日期、时间和时区。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Arithmetic, without running any code.</source>
        <translation>算术运算，不运行任何代码。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Pages of the internet as text, allowed site by site. Never your own network.</source>
        <translation>以文本形式读取互联网网页，逐个网站允许。绝不访问您自己的网络。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Text files in the folders below. Never writes.</source>
        <translation>下列文件夹中的文本文件。绝不写入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The folders below and what is in them.</source>
        <translation>下列文件夹及其内容。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Without network and without your files, for up to 30 seconds.</source>
        <translation>无网络，无法访问您的文件，最长 30 秒。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>Starts when needed</source>
        <translation>需要时启动</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>%n cannot be used</source>
        <translation><numerusform>%n 个无法使用</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>{first}, {second}</source>
        <translation>{first}，{second}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>It is not started again until you restart it.</source>
        <translation>在您重新启动之前，它不会再次启动。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The command was not found.</source>
        <translation>找不到该命令。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The program could not be started.</source>
        <translation>无法启动该程序。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The program ended. Its log may say why.</source>
        <translation>程序已结束。日志中可能有原因。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>It does not respond like a tool server.</source>
        <translation>它没有像工具服务器那样应答。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>It sent more than 16 MB at once.</source>
        <translation>它一次发送了超过 16 MB 的数据。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The address cannot be reached.</source>
        <translation>无法连接该地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The server refused the login. Check its headers.</source>
        <translation>服务器拒绝登录。请检查标头。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The server answered with an error.</source>
        <translation>服务器返回了错误。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The keyring has no value for one of its variables or headers. Enter it again.</source>
        <translation>密钥环中缺少它的某个变量或标头的值。请重新输入。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>The command or address was changed outside this window. Edit the server and save it to use its values there.</source>
        <translation>命令或地址已在此窗口之外更改。要继续使用这些值，请编辑该服务器并保存。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>This is not JSON.</source>
        <translation>这不是 JSON。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>There is no tool server in it.</source>
        <translation>其中没有工具服务器。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>“{name}” has neither a command nor an address.</source>
        <translation>“{name}”既没有命令也没有地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>“{name}” has a key in its arguments, which would be saved in a file.</source>
        <translation>“{name}”的参数中含有密钥，它会被保存到文件中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>“{name}” has a key in its address, which would be saved in a file.</source>
        <translation>“{name}”的地址中含有密钥，它会被保存到文件中。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/tool_text.py"/>
        <source>“{name}” uses the old SSE protocol, which is not supported.</source>
        <translation>“{name}”使用旧的 SSE 协议，不受支持。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>{count} tokens</source>
        <translation>{count} 个 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>No caller (this application)</source>
        <translation>无调用方（本应用）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>Last 90 days</source>
        <translation>最近 90 天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>Last 12 months</source>
        <translation>最近 12 个月</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>Last month</source>
        <translation>上个月</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>All time</source>
        <translation>全部时间</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>Terminal</source>
        <translation>终端</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/text/usage_text.py"/>
        <source>Batches</source>
        <translation>批量任务</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/accessibility/announcer.py"/>
        <source>Reply started</source>
        <translation>回复开始了</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/accessibility/announcer.py"/>
        <source>Reply finished</source>
        <translation>回复已结束</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/accessibility/announcer.py"/>
        <source>Failed: {words}</source>
        <translation>失败：{words}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/accessibility/message_list.py"/>
        <source>{name}, {time}</source>
        <translation>{name}，{time}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/accessibility/message_panel.py"/>
        <source>Link: {address}</source>
        <translation>链接：{address}</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/blocks/block_layout.py"/>
        <source>%n line(s)</source>
        <translation><numerusform>%n 行</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>%n more character(s) on this line not shown. Copy and Save include them all.</source>
        <translation><numerusform>此行还有 %n 个字符未显示，复制和保存时会包含全部内容。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>Don't wrap</source>
        <translation>不换行</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>Save as file</source>
        <translation>存为文件</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/code_layout.py"/>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Show summary</source>
        <translation>展开总结</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Hide summary</source>
        <translation>收起总结</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Copy message</source>
        <translation>复制这条消息</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Regenerate</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Show fewer</source>
        <translation>收起</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Show all %n source(s)</source>
        <translation><numerusform>显示全部 %n 个来源</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/message_parts.py"/>
        <source>Source {number}: {title}</source>
        <translation>来源 {number}：{title}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/node_layout.py"/>
        <source>Back to text</source>
        <translation>回到正文</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/table_layout.py"/>
        <source>Copy as...</source>
        <translation>复制为…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/blocks/table_layout.py"/>
        <source>Copy table as...</source>
        <translation>将表格复制为…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Running... {seconds} s</source>
        <translation>正在运行… {seconds} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Done in {seconds} s</source>
        <translation>已完成，用时 {seconds} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Writing...</source>
        <translation>正在回复…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Waiting for approval</source>
        <translation>等待批准</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Running...</source>
        <translation>正在运行…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Refused</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>unknown tool</source>
        <translation>未知工具</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>The model asks to use {tool} of {server}.</source>
        <translation>模型请求使用 {server} 的 {tool}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>The model asks to use {tool}.</source>
        <translation>模型请求使用 {tool}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/call_text.py"/>
        <source>{number} characters, {sent} are sent to the model</source>
        <translation>{number} 个字符，其中 {sent} 个会发送给模型</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>{tool}, {server}</source>
        <translation>{tool}，{server}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Tool call: {tool}. {state}</source>
        <translation>工具调用：{tool}。{state}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Hide details</source>
        <translation>隐藏详情</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Show details</source>
        <translation>显示详情</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Hide description</source>
        <translation>隐藏说明</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Show description</source>
        <translation>显示说明</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Copy result</source>
        <translation>复制结果</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Allow once</source>
        <translation>允许一次</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Allow in this conversation</source>
        <translation>在此对话中允许</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Always allow</source>
        <translation>始终允许</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_layout.py"/>
        <source>Refuse...</source>
        <translation>拒绝…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/card_texts.py"/>
        <source>No arguments</source>
        <translation>没有参数</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/calls/tool_card.py"/>
        <source>What went wrong</source>
        <translation>出错原因</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/calls/tool_card.py"/>
        <source>Show all %n line(s)</source>
        <translation><numerusform>显示全部 %n 行</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/block_tools.py"/>
        <source>Save as file...</source>
        <translation>存为文件…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/block_tools.py"/>
        <source>Copy table</source>
        <translation>复制表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/block_tools.py"/>
        <source>Copy table as Markdown</source>
        <translation>将表格复制为 Markdown</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/block_tools.py"/>
        <source>Copy table as CSV</source>
        <translation>将表格复制为 CSV</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/block_tools.py"/>
        <source>Copy table for spreadsheet</source>
        <translation>复制表格到电子表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/code_saving.py"/>
        <source>The file could not be saved</source>
        <translation>文件未保存</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/code_saving.py"/>
        <source>Choose another place...</source>
        <translation>换个位置…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/code_saving.py"/>
        <source>Save code</source>
        <translation>保存代码</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/focus_chain.py"/>
        <source>Footnote {number}</source>
        <translation>脚注 {number}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/hit_testing.py"/>
        <source>Copy selection as plain text</source>
        <translation>将所选内容复制为纯文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/hit_testing.py"/>
        <source>Export selection...</source>
        <translation>导出所选内容…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/hit_testing.py"/>
        <source>Copy link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/hit_testing.py"/>
        <source>Copy LaTeX</source>
        <translation>复制 LaTeX</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/message_menu.py"/>
        <source>Regenerate with...</source>
        <translation>换模型重新生成…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/message_menu.py"/>
        <source>Inspect request...</source>
        <translation>检查请求…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/message_menu.py"/>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/message_menu.py"/>
        <source>Copy as rich text</source>
        <translation>复制为富文本</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/controls/message_menu.py"/>
        <source>Quote in composer</source>
        <translation>引用到输入框</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_layout.py"/>
        <source>Show image</source>
        <translation>显示图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_layout.py"/>
        <source>Load image</source>
        <translation>加载图片</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_layout.py"/>
        <source>Image: {name} ({address})</source>
        <translation>图片：{name}（{address}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_layout.py"/>
        <source>Embedded in this message, {size}</source>
        <translation>内嵌在此消息中，{size}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_layout.py"/>
        <source>Loading...</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_layout.py"/>
        <source>{image} from {host}</source>
        <translation>{image}（来自 {host}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_row.py"/>
        <source>Attachment</source>
        <translation>附件</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/images/image_row.py"/>
        <source>%n page(s)</source>
        <translation><numerusform>%n 页</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/image_row.py"/>
        <source>Document: {name}, {details}</source>
        <translation>文档：{name}，{details}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/transcript_images.py"/>
        <source>Enlarge</source>
        <translation>放大查看</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/transcript_images.py"/>
        <source>Copy image address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/images/transcript_images.py"/>
        <source>{name}: loaded</source>
        <translation>{name}：已加载</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Stopping...</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>No data for {seconds} s</source>
        <translation>已有 {seconds} 秒没有数据</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Waiting for first token...</source>
        <translation>正在等待首个 token…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Waiting for first token... {seconds} s</source>
        <translation>等待首个 token… {seconds} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Retrying in {seconds} s. {cause}</source>
        <translation>{seconds} 秒后重试。{cause}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Retrying in {seconds} s</source>
        <translation>{seconds} 秒后重试</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Thinking... {seconds} s</source>
        <translation>正在思考… {seconds} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Thinking...</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Thought for {seconds} s</source>
        <translation>思考了 {seconds} 秒</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Prompt: %n token(s)</source>
        <translation><numerusform>提示词：%n 个 token</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Cached: %n token(s)</source>
        <translation><numerusform>其中命中缓存：%n 个 token</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Reasoning: %n token(s)</source>
        <translation><numerusform>思考：%n 个 token</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Reply: %n token(s)</source>
        <translation><numerusform>回复：%n 个 token</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>{rate} tokens/s</source>
        <translation>{rate} token/秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>under 0.1 s to first token</source>
        <translation>首个 token 不到 0.1 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>{seconds} s to first token</source>
        <translation>首个 token {seconds} 秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/message_labels.py"/>
        <source>Code.</source>
        <translation>代码。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/overlays.py"/>
        <source>New text</source>
        <translation>有新内容</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/overlays.py"/>
        <source>Latest</source>
        <translation>最新</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/overlays.py"/>
        <source>Jump to latest</source>
        <translation>跳到最新</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/view.py"/>
        <source>Transcript</source>
        <translation>对话记录</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/transcript/view.py"/>
        <source>Scroll bar</source>
        <translation>滚动条</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/budget_bars.py"/>
        <source>Budget: {name}</source>
        <translation>预算：{name}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/calendar.py"/>
        <source>Days of the last year</source>
        <translation>最近一年的每一天</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/calendar.py"/>
        <source>Less</source>
        <translation>更少</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/sums_model.py"/>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/sums_model.py"/>
        <source>Tokens/s</source>
        <translation>token/秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/sums_model.py"/>
        <source>Caller</source>
        <translation>调用方</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/sums_model.py"/>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>%n request(s) with tokens that were not counted</source>
        <translation><numerusform>%n 个请求的 token 未完整计数</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>{count} of them cached</source>
        <translation>其中缓存 {count}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>Input tokens</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>Output tokens</source>
        <translation>输出 token</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/tiles.py"/>
        <source>%n request(s) of unknown price</source>
        <translation><numerusform>%n 个请求价格未知</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Usage</source>
        <translation>用量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Period</source>
        <translation>时间段</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Measure</source>
        <translation>统计方式</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Group by</source>
        <translation>分组方式</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Origins</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Days</source>
        <translation>日期</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Time to first token, mean of each day</source>
        <translation>首个 token 用时（每日平均）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Tokens per second, mean of each day</source>
        <translation>每秒 token 数（每日平均）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Time to first token, as in the table of days</source>
        <translation>首个 token 用时，数据见“日期”表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Tokens per second, as in the table of days</source>
        <translation>每秒 token 数，数据见“日期”表格</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Nothing has been used yet</source>
        <translation>还没有用量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Requests to your models appear here with their tokens, speed and cost: those of conversations, batches, the terminal, and callers of the local endpoint.</source>
        <translation>对话、批量任务、终端以及本地接口的调用方发给模型的请求会显示在这里，包括 token、速度和费用。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Cost in {currency}</source>
        <translation>费用（{currency}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>nothing used</source>
        <translation>没有用量</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>No reply of this period was timed.</source>
        <translation>这段时间内没有计时的回复。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Usage by group: {group}</source>
        <translation>分组用量：{group}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>{number} tokens/s</source>
        <translation>{number} token/秒</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Usage {first} to {last}</source>
        <translation>用量 {first} 至 {last}</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>CSV for spreadsheets ({pattern})</source>
        <translation>电子表格用 CSV（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>CSV without byte order mark ({pattern})</source>
        <translation>不带字节顺序标记的 CSV（{pattern}）</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Save usage</source>
        <translation>保存用量</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>%n request(s) saved as {file}</source>
        <translation><numerusform>%n 个请求已保存为 {file}</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/usage/usage_dialog.py"/>
        <source>Saving: %n request(s)</source>
        <translation><numerusform>正在保存：%n 个请求</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/async_dialog.py"/>
        <source>Desktop Chat cannot start</source>
        <translation>Desktop Chat 无法启动</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/open_link.py"/>
        <source>Open this link?</source>
        <translation>打开这个链接？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/open_link.py"/>
        <source>Be careful: the text of this link says {host}, but it leads elsewhere.</source>
        <translation>请仔细看：链接的文字写的是 {host}，实际却通向别处。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/open_link.py"/>
        <source>Be careful: this address could be mistaken for another one.</source>
        <translation>请仔细看：这个地址的写法容易让人误认成别的地址。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/open_link.py"/>
        <source>Don't ask again for this site</source>
        <translation>以后打开此网站的链接时不再询问</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/save_dialog.py"/>
        <source>{file} already exists.</source>
        <translation>{file} 已经存在。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/save_dialog.py"/>
        <source>Replace this file?</source>
        <translation>要替换此文件吗？</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/widgets/source_view.py"/>
        <source>Only the beginning is shown. Copies and the HAR file have all of it.</source>
        <translation>只显示开头部分。复制的内容和 HAR 文件包含全部。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/main_window.py"/>
        <source>There is no connection named “{name}”.</source>
        <translation>没有名为“{name}”的连接。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/main_window.py"/>
        <source>Moved to trash.</source>
        <translation>已移到回收站。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/reply_notifications.py"/>
        <source>Approval needed</source>
        <translation>需要批准</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/reply_notifications.py"/>
        <source>Reply failed</source>
        <translation>回复失败</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/reply_notifications.py"/>
        <source>Reply interrupted</source>
        <translation>回复已中断</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/reply_notifications.py"/>
        <source>Batch finished</source>
        <translation>批量任务已完成</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/reply_notifications.py"/>
        <source>Batch ended early</source>
        <translation>批量任务提前结束</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>{problem} Your conversations cannot be shown, and new ones are kept only until you quit.</source>
        <translation>{problem}已有的对话无法显示，新对话只保留到退出为止。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Trust...</source>
        <translation>信任…</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Show the download page</source>
        <translation>查看下载页面</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Show report</source>
        <translation>查看报告</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The settings could not be saved: {detail}. Saving will be retried at the next change.</source>
        <translation>无法保存设置：{detail}。下次更改时会再次尝试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>{problem} What your requests use and cost cannot be saved now. Saving will be retried with the next request.</source>
        <translation>{problem}暂时无法保存请求的用量和费用，将在下一次请求时重试。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Desktop Chat {version} is available. You have {yours}.</source>
        <translation>Desktop Chat {version} 已发布，您使用的是 {yours}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Desktop Chat quit unexpectedly last time.</source>
        <translation>上次运行意外结束。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Desktop Chat quit unexpectedly last time. %n partial replies were kept.</source>
        <translation><numerusform>上次运行意外结束。%n 条回复已收到的部分都已保留。</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Another program already uses the key for quick questions. Choose another one in the settings.</source>
        <translation>快速提问的快捷键已被其他程序占用。请在设置中另选一个。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The desktop did not allow a key for quick questions. You can bind one to the command {command} in the desktop's own keyboard settings.</source>
        <translation>桌面不允许为快速提问设置快捷键。可以在桌面自带的键盘设置里，为命令 {command} 设置快捷键。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The conversations file is damaged. What you see is kept, and the file will be repaired at the next start.</source>
        <translation>保存对话的文件已损坏。您看到的内容会保留；下次启动时会修复该文件。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The conversations file was damaged and is kept as {file}. {conversations} could be recovered; a backup may have more.</source>
        <translation>对话文件已损坏，保留为 {file}。从中读出了 {conversations}；较早的副本里可能还有更多。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The conversations file was damaged and is kept as {file}. Nothing could be recovered from it, but a backup may have your conversations.</source>
        <translation>对话文件已损坏，保留为 {file}。从中未能读出内容；较早的副本里可能还有。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The file {file} could not be read. It is kept as {aside}, and the default settings are in use.</source>
        <translation>无法读取文件 {file}。它已另存为 {aside}，现在使用默认设置。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>Ignored in {file}: {members}.</source>
        <translation>{file} 中的以下内容已忽略：{members}。</translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/report_notice.py"/>
        <source>The file {file} could not be read: {detail}.</source>
        <translation>无法读取文件 {file}：{detail}。</translation>
    </message>
    <message numerus="yes">
        <location filename="desktop_chat/ui/window/tray.py"/>
        <source>%n reply(ies) running</source>
        <translation><numerusform>%n 个回复正在生成</numerusform></translation>
    </message>
    <message>
        <location filename="desktop_chat/ui/window/tray.py"/>
        <source>Show Desktop Chat</source>
        <translation>显示 Desktop Chat</translation>
    </message>
</context>
</TS>
