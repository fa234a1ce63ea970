"""Walks the running application like a screen reader, and prints what it finds as JSON. For the system's Python, which
has the accessibility bindings. Usage: atspi_walk.py list | atspi_walk.py press NAME | atspi_walk.py focus NAME |
atspi_walk.py pester"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

APPLICATION = "desktop chat"
DEEPEST = 40


def application():
    """Return the application's root, once it has registered."""
    for _ in range(200):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and (child.get_name() or "").lower().replace("-", " ") == APPLICATION:
                return child
        time.sleep(0.05)
    sys.exit("the application is not on the accessibility bus")


def walk(node, depth=0):
    """Yield every node with a name or a text, outermost first."""
    yield node
    if depth < DEEPEST:
        for index in range(min(node.get_child_count(), 500)):
            child = node.get_child_at_index(index)
            if child is not None:
                yield from walk(child, depth + 1)


def text_of(node):
    """Return a node's text, if it has any."""
    interface = node.get_text_iface()
    return Atspi.Text.get_text(interface, 0, Atspi.Text.get_character_count(interface)) if interface else ""


def pester(root):
    """Query everything, and select text in messages, until the application is gone. Prints what it read."""
    read = []
    while True:
        try:
            for node in walk(root):
                read.append(node.get_name() or "")
                ask_all(node)
        except GLib.Error:
            try:
                root.get_child_count()
            except GLib.Error:
                break
    print(json.dumps([{"name": name} for name in dict.fromkeys(read)]))


def ask_all(node):
    """Query everything that a screen reader may ask of a node."""
    node.get_role()
    node.get_state_set()
    node.get_attributes()
    node.get_relation_set()
    node.get_index_in_parent()
    if place := node.get_component_iface():
        Atspi.Component.get_extents(place, Atspi.CoordType.SCREEN)
    if letters := node.get_text_iface():
        count = Atspi.Text.get_character_count(letters)
        if not count:
            return  # Qt warns about a position in an empty text
        Atspi.Text.get_text(letters, 0, count)
        Atspi.Text.get_character_extents(letters, count // 2, Atspi.CoordType.SCREEN)
        Atspi.Text.get_string_at_offset(letters, count // 2, Atspi.TextGranularity.LINE)
        if (node.get_name() or "").startswith(("demo, ", "You, ")):
            Atspi.Text.set_caret_offset(letters, count // 3)
            Atspi.Text.add_selection(letters, 0, count // 2)


def main(order, name=""):
    """Execute the command."""
    Atspi.init()
    root = application()
    if order == "press":
        for node in walk(root):
            shows = node.get_state_set().contains(Atspi.StateType.SHOWING)
            if shows and node.get_name() == name and (action := node.get_action_iface()):
                Atspi.Action.do_action(action, 0)
                return
        sys.exit(f"nothing to press is called {name!r}")
    if order == "focus":
        node = next((n for n in walk(root) if n.get_name() == name and n.get_editable_text_iface()), None)
        if node is None or not Atspi.Component.grab_focus(node.get_component_iface()):
            sys.exit(f"no field is called {name!r}")
        return
    if order == "pester":
        pester(root)
        return
    nodes = [{"role": n.get_role_name(), "name": n.get_name() or "", "text": text_of(n)} for n in walk(root)]
    print(json.dumps(nodes))


main(*sys.argv[1:])
