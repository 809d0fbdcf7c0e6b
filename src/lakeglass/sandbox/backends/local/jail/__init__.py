"""What runs inside the jail: standard library only, bound read-only at `/opt/lakeglass/jail`.

The host never imports `zygote` or `runner`; nothing here imports the rest of Lakeglass.
"""
