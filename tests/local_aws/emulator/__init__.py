"""The emulated AWS account: ministack in its own process, with stand-ins for what it lacks (gaps/).

`account.py` starts it and is all that tests and the demonstration import. Everything else runs inside the
emulator's own environment (`launch.py`, `control.py`, `gaps/`) or inside an emulated Lambda (`worker/`).
"""
