"""The texts of the demo's canned replies, by kind, in English and Chinese, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "notice": "> Canned reply. There is no AI here, and nothing leaves this computer.\n\n",
    "help": """\
This is the **demo**. Whatever you write, the reply comes from a short list of prepared texts. It is sent over a real \
connection at reading speed, so that you can see how a reply streams, and what **Stop** does.

Put one of these words into your message to pick a reply:

| Word | What it shows |
|---|---|
| `markdown` | headings, lists, quotes, links |
| `code` | highlighted code in several languages |
| `table` | a table |
| `long` | a very long reply, good for scrolling and stopping |
| `reasoning` | reasoning, folded apart from the answer |
| `chinese` | mixed Chinese and English text |
| `slow` | six seconds of silence, then a slow reply |
| `cut` | a reply cut off by a length limit |
| `error` | a server error in the middle of a reply |

For real answers, add a connection with an API key, or use a model server on this computer.
""",
    "markdown": """\
# A first heading

A paragraph with **bold**, *italic*, ~~struck~~ text and `inline code`.

## Lists

1. First
2. Second
   - nested
   - and deeper
     - still readable
3. Third

- [x] a finished task
- [ ] an open task

## Quotes and links

> A quote can hold *markup* and
> more than one line.
>
> > And another quote.

A link shows its address before it opens: [Python](https://www.python.org/).

---

A last paragraph after a rule.
""",
    "code": """\
Three samples. Each block has its language and a Copy button.

```python
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: float
    y: float

    def moved(self, dx: float = 0.0, dy: float = 0.0) -> "Point":
        \"\"\"Return a point beside this one.\"\"\"
        return Point(self.x + dx, self.y + dy)


print(Point(1, 2).moved(dx=3))  # Point(x=4, y=2)
```

```sql
SELECT title, count(*) AS messages
FROM conversation JOIN message USING (conversation_id)
GROUP BY title
ORDER BY messages DESC;
```

```shell
for name in *.txt; do
  printf '%s has %s lines\\n' "$name" "$(wc -l < "$name")"
done
```
""",
    "table": """\
| Planet | Diameter (km) | Day (hours) | Moons |
|:---|---:|---:|---:|
| Mercury | 4,879 | 4,222.6 | 0 |
| Venus | 12,104 | 2,802.0 | 0 |
| Earth | 12,756 | 24.0 | 1 |
| Mars | 6,792 | 24.7 | 2 |
| Jupiter | 142,984 | 9.9 | 95 |
| Saturn | 120,536 | 10.7 | 146 |

The columns are aligned as the Markdown specifies: names to the left, numbers to the right.
""",
    "long": """\
# A long reply

Scroll while it grows: the text you are reading stays where it is. **Stop** ends it at once and keeps what has arrived.

""",
    "section": """\
## Part {n}

This is part {n} of a prepared text. It says nothing of importance, and says it at some length, so that there is \
something to scroll through. A good chat window stays fast here: every part costs no more than the first.

- Point one of part {n}
- Point two of part {n}, with `code`

```python
part = {n}
print(f"part {{part}} of the demo")
```

""",
    "reasoning": """\
The prepared question was: *a bat and a ball cost 1.10 together, and the bat costs 1.00 more than the ball. What does \
the ball cost?*

**0.05.** The bat then costs 1.05, and together they cost 1.10.

The reasoning above is canned, too. It is kept apart from the answer and is not sent back with your next message.
""",
    "thoughts": """\
The tempting answer is 0.10. Let me check it: the bat would cost 1.10, and both together 1.20. That is too much.

Call the ball b. Then the bat is b + 1.00, and b + b + 1.00 = 1.10. So 2b = 0.10, and b = 0.05.

Check: 0.05 + 1.05 = 1.10, and 1.05 - 0.05 = 1.00. Both conditions hold.
""",
    "chinese": """\
Chinese and English in one reply, 中文与英文混排：

“流式输出”的意思是文字一边生成一边显示，不必等到全部完成。

1. 标题、列表、**加粗**与`代码`都可以使用。
2. 标点（如：、。！？《》）排版正常。
3. Words such as *Markdown* appear between Chinese characters 而不打断行距。

> 千里之行，始于足下。
""",
    "slow": "This reply took its time, as a busy server does. While you wait, you can write your next message, \
open another tab, or press **Stop**.\n",
    "cut": "This reply ends before its sentence does, because the server was told to send no more than a certain \
number of",
    "error": "A few words arrive, and then the prepared server error follows. What has arrived is",
    "failure": "A canned error of the demo: the server could not continue.",
}

CHINESE: Mapping[str, str] = {
    "notice": "> 预设回复。这里没有人工智能，任何内容都不会离开这台电脑。\n\n",
    "help": """\
这是**演示**。无论您写什么，回复都取自几段预先写好的文字。它们通过真实的连接、以阅读的速度发送，\
您可以看到回复如何逐字出现，以及**停止**的效果。

在消息中写入下面的词，可以选择一种回复：

| 词 | 展示的内容 |
|---|---|
| `格式` | 标题、列表、引用、链接 |
| `代码` | 多种语言的代码高亮 |
| `表格` | 表格 |
| `长` | 很长的回复，适合试滚动和停止 |
| `推理` | 思考过程，与回答分开折叠 |
| `中文` | 中英文混排 |
| `慢` | 先沉默六秒，再慢慢回复 |
| `截断` | 因长度限制被截断的回复 |
| `错误` | 回复中途出现服务器错误 |

要得到真正的回答，请添加带 API 密钥的连接，或使用这台电脑上的模型服务器。
""",
    "markdown": """\
# 一级标题

一段文字，含有**加粗**、*斜体*、~~删除线~~和`行内代码`。

## 列表

1. 第一项
2. 第二项
   - 嵌套的一项
   - 再来一项
3. 第三项

- [x] 已完成的任务
- [ ] 未完成的任务

## 引用与链接

> 学而时习之，不亦说乎？
>
> > 引用里还可以有引用。

链接在打开之前会显示地址：[Python](https://www.python.org/)。

---

分隔线之后的最后一段。
""",
    "code": """\
下面是三段示例。每个代码块都标有语言，并带有复制按钮。

```python
def 问候(名字: str) -> str:
    \"\"\"返回一句问候。\"\"\"
    return f"你好，{名字}"


print(问候("世界"))
```

```sql
SELECT 标题, count(*) AS 消息数
FROM 对话 JOIN 消息 USING (对话编号)
GROUP BY 标题;
```

```shell
for name in *.txt; do
  printf '%s 共 %s 行\\n' "$name" "$(wc -l < "$name")"
done
```
""",
    "table": """\
| 行星 | 直径（千米） | 自转（小时） | 卫星 |
|:---|---:|---:|---:|
| 水星 | 4,879 | 4,222.6 | 0 |
| 金星 | 12,104 | 2,802.0 | 0 |
| 地球 | 12,756 | 24.0 | 1 |
| 火星 | 6,792 | 24.7 | 2 |
| 木星 | 142,984 | 9.9 | 95 |

各列按 Markdown 的写法对齐：名称靠左，数字靠右。
""",
    "long": """\
# 一个很长的回复

请在它变长时滚动：您正在读的文字不会移动。**停止**会立即结束它，并保留已经到达的内容。

""",
    "section": """\
## 第 {n} 部分

这是预设文字的第 {n} 部分。它没有什么重要的内容，只是写得足够长，让您有东西可以滚动。\
好用的窗口在这里依然流畅：每一部分的开销都和第一部分一样。

- 第 {n} 部分的第一点
- 第 {n} 部分的第二点，带有`代码`

```python
part = {n}
print(f"演示的第 {{part}} 部分")
```

""",
    "reasoning": """\
预设的问题是：*球拍和球一共 1.10 元，球拍比球贵 1.00 元，球多少钱？*

**0.05 元。** 这样球拍是 1.05 元，合起来正好 1.10 元。

上面的思考过程同样是预设的。它与回答分开保存，不会随您的下一条消息发送。
""",
    "thoughts": """\
第一反应是 0.10 元。检验一下：那么球拍是 1.10 元，合计 1.20 元，太多了。

设球的价格为 b，则球拍为 b + 1.00，于是 2b + 1.00 = 1.10，b = 0.05。

检验：0.05 + 1.05 = 1.10，1.05 − 0.05 = 1.00，两个条件都成立。
""",
    "chinese": """\
中文与 English 混排的示例：

“流式输出”的意思是文字一边生成一边显示，不必等到全部完成。

1. 标题、列表、**加粗**与`代码`都可以使用。
2. 标点（如：、。！？《》）排版正常。
3. 英文单词 such as *Markdown* 夹在汉字之间，行距不变。

> 千里之行，始于足下。
""",
    "slow": "这个回复来得很慢，就像繁忙的服务器那样。\
等待的时候，您可以写下一条消息、打开另一个标签页，或者按**停止**。\n",
    "cut": "这个回复在句子结束之前就停了，因为服务器被要求最多只发送一定数量的",
    "error": "先到达几个字，然后是预设的服务器错误。已经到达的文字会",
    "failure": "演示的预设错误：服务器无法继续。",
}
