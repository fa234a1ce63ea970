"""A persistent screen reader: listens to the accessibility bus and answers queries, each with one line of JSON.

For the system's Python, which has the accessibility bindings. A query is a list of a command and its arguments. Nodes
are found by role and prefix of their name.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")
import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

APPLICATION = "desktop chat"
HEARD = ("object:announcement", "object:state-changed:focused", "object:text-caret-moved",
         "object:text-selection-changed", "object:text-changed:insert")  # fmt: skip
KEYS = {"Right": 0xFF53, "Left": 0xFF51, "Up": 0xFF52, "Down": 0xFF54, "Tab": 0xFF09, "Return": 0xFF0D, "v": 0x76}
HELD = {"Shift": 50, "Control": 37, "Alt": 64}
MOST = 400
"""Maximum number of children examined per node."""

heard = []


def role_of(node):
    """Return a node's role name; older releases of at-spi2-core call a button a push button."""
    return {"push button": "button"}.get(name := node.get_role_name(), name)


def listen(event):
    """Record an event."""
    try:
        name, role = event.source.get_name() or "", role_of(event.source)
    except GLib.Error:
        return  # no longer there
    said = event.any_data if isinstance(event.any_data, str) else ""
    heard.append({"event": event.type, "role": role, "name": name, "at": event.detail1, "said": said})


def application():
    """Return the application's root, once it has registered."""
    for _ in range(400):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and (child.get_name() or "").lower().replace("-", " ") == APPLICATION:
                return child
        time.sleep(0.05)
    sys.exit("the application is not on the accessibility bus")


def walk(node):
    """Yield every node, outermost first."""
    yield node
    for index in range(min(node.get_child_count(), MOST)):
        try:
            child = node.get_child_at_index(index)
        except GLib.Error:
            return
        if child is not None:
            yield from walk(child)


def states(node):
    return [state.value_nick for state in node.get_state_set().get_states()]


def find(role, name):
    """Return the first visible node with a role and a name that starts like this."""
    for node in walk(application()):
        if role_of(node) == role and (node.get_name() or "").startswith(name) and "showing" in states(node):
            return node
    return None


def nodes():
    return [{"role": role_of(node), "name": node.get_name() or "", "states": states(node)}
            for node in walk(application())]  # fmt: skip


def children(role, name, *places):
    """Return the number of a node's children, and some of them."""
    node = find(role, name)
    if node is None:
        return None
    found = [node.get_child_at_index(place) for place in places]
    return {
        "count": node.get_child_count(),
        "children": [[role_of(one), one.get_name()] for one in found if one],
    }


def text(role, name, start=0, end=-1):
    """Return a node's text between two offsets, its caret and its selection."""
    node = find(role, name)
    if node is None or (letters := node.get_text_iface()) is None:
        return None
    ranges = [Atspi.Text.get_selection(letters, n) for n in range(Atspi.Text.get_n_selections(letters))]
    return {
        "count": Atspi.Text.get_character_count(letters),
        "text": Atspi.Text.get_text(letters, start, end),
        "caret": Atspi.Text.get_caret_offset(letters),
        "selections": [[one.start_offset, one.end_offset] for one in ranges],
    }


def caret(role, name, offset):
    return Atspi.Text.set_caret_offset(find(role, name).get_text_iface(), offset)


def select(role, name, start, end):
    letters = find(role, name).get_text_iface()
    if Atspi.Text.get_n_selections(letters):
        return Atspi.Text.set_selection(letters, 0, start, end)
    return Atspi.Text.add_selection(letters, start, end)


def focus(role, name):
    return Atspi.Component.grab_focus(find(role, name).get_component_iface())


def press(panel, name):
    """Press a button in the panel whose name starts like this."""
    for node in walk(find("panel", panel) if panel else application()):
        if node.get_name() == name and node.get_action_iface() is not None:
            return Atspi.Action.do_action(node.get_action_iface(), 0)
    return False


def key(name, *held):
    """Press a key on the real keyboard, with modifiers."""
    for one in held:
        Atspi.generate_keyboard_event(HELD[one], None, Atspi.KeySynthType.PRESS)
    Atspi.generate_keyboard_event(KEYS[name], None, Atspi.KeySynthType.SYM)
    for one in held:
        Atspi.generate_keyboard_event(HELD[one], None, Atspi.KeySynthType.RELEASE)
    return True


ORDERS = {order.__name__: order for order in (nodes, children, text, caret, select, focus, press, key)}


def answer(channel, _condition):
    """Answer one query."""
    line = channel.readline()
    if not line:
        Atspi.event_quit()
        return False
    order, *arguments = json.loads(line)
    try:
        said = list(heard) if order == "heard" else ORDERS[order](*arguments)
    except (GLib.Error, AttributeError) as error:  # the object disappeared meanwhile
        said = {"gone": str(error)}
    print(json.dumps(said), flush=True)
    return True


Atspi.init()
listener = Atspi.EventListener.new(listen)
for kind in HEARD:
    listener.register(kind)
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_LOW, GLib.IO_IN | GLib.IO_HUP, answer)
print(json.dumps("ready"), flush=True)
Atspi.event_main()
