"""Where the packaged program begins: what its loader needed is taken out of the environment, then the program runs."""

import os
import sys

import pyimod02_importers  # type: ignore[import-not-found]  # PyInstaller's, in every packaged program

# The loader points LD_LIBRARY_PATH at the program's own libraries, and this process has read it by now. A browser or a
# file manager that is started from here would load those libraries, too. The program's own helper starts as if by a
# person, and its loader sets all of it again.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
elif os.environ.get("_PYI_APPLICATION_HOME_DIR", "\0") in os.environ.get("LD_LIBRARY_PATH", ""):
    del os.environ["LD_LIBRARY_PATH"]
for name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[name]
# The same for Qt's plug-ins, which Qt finds beside its libraries without these.
for name in ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
    os.environ.pop(name, None)

# Modules are read from the program's own file when they are first needed. An update may have put another file in its
# place by then, so the one that was started is kept open and read.
if sys.platform == "linux":
    archive = pyimod02_importers.pyz_archive
    archive._filename = f"/proc/self/fd/{os.open(archive._filename, os.O_RDONLY)}"  # noqa: SLF001  (it has no other way)

from desktop_chat.__main__ import main  # noqa: E402

main()
