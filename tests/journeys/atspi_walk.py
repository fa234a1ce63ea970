"""Looks at the running application as a screen reader does, and prints what it finds as JSON. For the system's Python,
which has the accessibility bindings. Usage: atspi_walk.py list | atspi_walk.py press NAME"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

APPLICATION = "desktop chat"
DEEPEST = 40


def application():
    """Return the application's root, once it has announced itself."""
    for _ in range(200):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and (child.get_name() or "").lower().replace("-", " ") == APPLICATION:
                return child
        time.sleep(0.05)
    sys.exit("the application is not on the accessibility bus")


def walk(node, depth=0):
    """Yield every node with a name or a text, the outermost first."""
    yield node
    if depth < DEEPEST:
        for index in range(min(node.get_child_count(), 500)):
            child = node.get_child_at_index(index)
            if child is not None:
                yield from walk(child, depth + 1)


def text_of(node):
    """Return what a node says, where it has text."""
    interface = node.get_text_iface()
    return Atspi.Text.get_text(interface, 0, Atspi.Text.get_character_count(interface)) if interface else ""


def main(order, name=""):
    """Do what was asked."""
    Atspi.init()
    root = application()
    if order == "press":
        for node in walk(root):
            if node.get_name() == name and (action := node.get_action_iface()):
                Atspi.Action.do_action(action, 0)
                return
        sys.exit(f"nothing to press is called {name!r}")
    nodes = [{"role": n.get_role_name(), "name": n.get_name() or "", "text": text_of(n)} for n in walk(root)]
    print(json.dumps(nodes))


main(*sys.argv[1:])
